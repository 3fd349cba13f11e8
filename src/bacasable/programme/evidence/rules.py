"""Who may do what with evidence, and how refusals are said; no Django here."""

from datetime import timedelta

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("evidence.read", N_("read evidence and the public key"), (PUBLIC,)),
    Permission("evidence.receive", N_("file evidence"), ("officer",)),
    Permission("evidence.send", N_("send evidence by the API, with a project's token"), (PUBLIC,)),
    Permission(
        "evidence.of_project",
        N_("read the keys, challenges and evidence of a project"),
        ("candidate", "co_author", "team_member", "officer", "president"),
    ),
    Permission("evidence.enrol", N_("enrol a project's key"), ("candidate",)),
    Permission("evidence.confirm_key", N_("confirm the key of a project"), ("officer",)),
    Permission("evidence.revoke_key", N_("revoke the key of a project"), ("candidate", "officer")),
    Permission("evidence.send_file", N_("file evidence of a project"), ("candidate", "co_author", "officer")),
    Permission("evidence.challenge", N_("ask a project for a measurement"), ("team_member", "officer")),
    Permission("evidence.replay", N_("replay a measurement here"), ("officer",)),
)

#: state of a key -> {verb: next state}; only a confirmed one is believed
KEY_TRANSITIONS: dict[str, dict[str, str]] = {
    "enrolled": {"confirm": "confirmed", "revoke": "revoked"},
    "confirmed": {"revoke": "revoked"},
    "revoked": {},
}
#: state of a challenge -> {verb: next state}. ``fail``: a failed or void run came, which is kept and counted;
#: ``lapse``: the deadline passed. The office may replay whatever was not withdrawn.
CHALLENGE_TRANSITIONS: dict[str, dict[str, str]] = {
    "open": {
        "fail": "open",
        "answer": "answered",
        "lapse": "lapsed",
        "withdraw": "withdrawn",
        "replay": "open",
    },
    "answered": {"replay": "answered"},
    "lapsed": {"replay": "lapsed"},
    "withdrawn": {},
}
MOST_KEYS = 10
MOST_OPEN_CHALLENGES = 100
LONGEST_DEADLINE = timedelta(days=366)
SHORTEST_DEADLINE = timedelta(minutes=5)
#: How much a project may send within an hour, kept or refused, before it must wait.
MOST_PER_HOUR = 300
#: How many attempts with a revoked key are noted within an hour; they count for nothing else, so that who
#: holds the token of a lost key cannot keep the project's other instances from being heard.
MOST_REVOKED_PER_HOUR = 20
TOKEN_PREFIX = "bsk_"  # noqa: S105 (what tokens begin with)

#: reason of :class:`bacasable.compliance.evidence.EvidenceRefused` -> what people read
REASONS = {
    "oversize": N_("The file is larger than any evidence. Send the envelope alone."),
    "malformed": N_(
        "This is not an envelope as it was signed: it was altered, or written again by a program."
    ),
    "unknown_key": N_("It is signed by a key that is not enrolled here."),
    "revoked_key": N_("It is signed by a key that was revoked."),
    "signature": N_("The signature does not match the content: one of them was altered."),
    "contradiction": N_("It contradicts itself: its verdict is not the one that its measurements give."),
    "subject": N_("It is about another service."),
    "void": N_("It is void: with the protection switched off the control saw nothing, so it proves nothing."),
    "future": N_("It is dated in the future. Check the clock of the machine that measured."),
    "too_old": N_("It is too old. Measure again."),
    "changed": N_("What the measurement rests on has changed since. Measure again."),
    "unconfirmed_key": N_(
        "It is signed by a key that the office has not confirmed yet. Ask it to compare its fingerprint."
    ),
    "challenge": N_("It does not answer this challenge. Run the control for the challenge that is open."),
    "seed": N_("It was measured with another seed than the one asked."),
    "late": N_("It came after the deadline of the challenge. Ask the office for another one."),
    "replayed": N_("The challenge was answered already, by a run that passed."),
}
