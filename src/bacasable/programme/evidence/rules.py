"""Who may do what with evidence, and how refusals are said; no Django here."""

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
    Permission("evidence.enrol", N_("enrol and revoke a project's key, file its evidence"), ("candidate",)),
    Permission("evidence.challenge", N_("ask a project for a measurement"), ("team_member", "officer")),
    Permission("evidence.confirm_key", N_("confirm or revoke the key of a project"), ("officer",)),
)

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
}
