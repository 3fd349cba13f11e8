"""What a synthesis allows, as data: permissions, states, confidentiality, disclaimers; no Django here."""

from datetime import datetime, timedelta

from bacasable.compliance.service import N_, PUBLIC, Permission
from bacasable.programme.dossiers.refusals import Refused

PERMISSIONS = (
    Permission("synthesis.read", N_("read and search what is published"), (PUBLIC,)),
    Permission("synthesis.write", N_("compose a synthesis, publish it, correct it"), ("editor",)),
    Permission(
        "synthesis.preview",
        N_("read a synthesis before it is published"),
        ("editor", "officer", "team_member", "candidate", "co_author", "president"),
    ),
    Permission(
        "synthesis.read_secret",
        N_("read the business secrets in a synthesis before it is published"),
        ("editor", "officer", "candidate", "co_author"),
    ),
    Permission(
        "synthesis.reply", N_("reply to a synthesis, agree to its publication"), ("candidate", "co_author")
    ),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "composing": {"write": "composing", "submit_to_project": "with_project", "late_reply": "composing"},
    "with_project": {
        "reply": "with_project",
        "late_reply": "with_project",
        "respond": "with_project",
        "agree": "with_project",
        "take_back": "composing",
        "publish": "published",
    },
    "published": {"correct": "published", "late_reply": "published", "respond": "published"},
}


def next_state(state: str, verb: str) -> str:
    """Return the state that ``verb`` leads to.

    Raises:
        Refused: the state does not allow the verb; code ``state``.
    """
    if verb not in TRANSITIONS[state]:
        raise Refused(
            "state",
            N_(
                "This cannot be done now: the state of the synthesis changed. Reload the page to see what "
                "can."
            ),
        )
    return TRANSITIONS[state][verb]


def may_begin(*, track: str, phase: str, state: str) -> bool:
    """Say whether a support has come to its synthesis: in that phase, ended, or given as advice."""
    return phase == "synthesis" or track == "advised" or state in ("completed", "exited")


#: The project has at least this long to reply, each time the synthesis is sent to it.
SHORTEST_REPLY = timedelta(days=3)
LONGEST_REPLY = timedelta(days=180)
MAXIMUM_PASSAGES = 300
MAXIMUM_REPLIES = 200
MAXIMUM_KEYWORDS = 20


def hindrance(
    *, regime: str, agreed: bool, reply_due_at: datetime | None, unanswered: int, at: datetime
) -> tuple[str, str] | None:
    """Return what keeps a synthesis from being published at ``at``, ``(code, message)``, or None.

    Under ``ai_act_57`` the project must agree (AI Act, art. 57(8)); under ``accompaniment`` it is enough that
    it finished its reply or that the deadline, inclusive, has passed. Each reply in time is answered first.

    Args:
        agreed: the project agreed to the publication, or said that its reply is finished.
        unanswered: replies that the office has not answered, in time or late but claiming a secret.
    """
    if reply_due_at is None:
        return "not_sent", N_("Send the synthesis to the project first: it has a right of reply.")
    if unanswered:
        return "unanswered", N_("Say first, for each reply of the project, what the office made of it.")
    if agreed:
        return None
    if regime == "ai_act_57":
        return (
            "not_agreed",
            N_("The project has not agreed to the publication: both sides must (AI Act, article 57(8))."),
        )
    if at <= reply_due_at:
        return (
            "reply_open",
            N_(
                "The project may still reply until %(deadline)s. Publish after that, or once it said that "
                "its reply is finished."
            ),
        )
    return None


PUBLIC_PASSAGE, RESTRICTED, SECRET = "public", "restricted", "secret"
CONFIDENTIALITY = {
    PUBLIC_PASSAGE: N_("public"),
    RESTRICTED: N_("restricted: the project and the office"),
    SECRET: N_("business secret"),
}

#: shown on each published synthesis, with its date
DISCLAIMERS = (
    N_(
        "This synthesis is valid at its date: the law, the techniques and the project may have changed since."
    ),
    N_(
        "It rests on what the project declared; it is neither a verification nor a certificate of conformity."
    ),
)

LICENCE_NAME = "Licence Ouverte 2.0"
LICENCE_URL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
