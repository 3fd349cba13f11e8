"""What a dossier allows, as data; no Django here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bacasable.compliance.service import MEMBER, N_, Permission
from bacasable.programme.dossiers.refusals import Refused

PERMISSIONS = (
    Permission("dossier.list_own", N_("list one's own dossiers"), (MEMBER,)),
    Permission("dossier.write", N_("write a draft, add and remove files"), ("candidate", "co_author")),
    Permission("dossier.submit", N_("submit, withdraw, invite co-authors"), ("candidate",)),
    Permission(
        "dossier.read",
        N_("read a dossier and its files"),
        ("candidate", "co_author", "officer", "president"),
    ),
    Permission("dossier.request_parts", N_("ask for missing parts"), ("officer",)),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "draft": {"write": "draft", "submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {
        "write": "submitted",
        "submit": "submitted",
        "request_parts": "submitted",
        "withdraw": "withdrawn",
    },
    "withdrawn": {},
}

#: Co-authors of one dossier, invitations that wait included.
MAXIMUM_CO_AUTHORS = 10
INVITATION_LIFETIME = timedelta(days=7)

#: The part that stands for the attachments in a request for missing parts.
FILES = "files"


def next_state(state: str, verb: str) -> str:
    """Return the state that ``verb`` leads to.

    Raises:
        Refused: the state does not allow the verb; code ``state``.
    """
    if verb not in TRANSITIONS[state]:
        raise Refused(
            "state",
            N_("This cannot be done any more: the dossier is %(state)s. Reload the page to see what can."),
            state=state,
        )
    return TRANSITIONS[state][verb]


@dataclass(frozen=True)
class Window:
    """Until when a dossier may change, and what of it.

    ``parts`` is None when everything may, else the keys of the parts that the office asked for.
    """

    until: datetime
    parts: frozenset[str] | None = None

    def allows(self, part: str) -> bool:
        """Say whether ``part`` (``step.question`` or ``files``) may change."""
        return self.parts is None or part in self.parts


def window(
    *,
    accepts_deposits: bool,
    deadline: datetime,
    asked: Iterable[tuple[datetime, Iterable[str]]],
    at: datetime,
) -> Window | None:
    """Return what may change at instant ``at``, or None when nothing may.

    Args:
        accepts_deposits: whether the call does at ``at``; then everything may change.
        deadline: of the call, its grace included.
        asked: ``(due, parts)`` of each unanswered request for missing parts; one is open until ``due``
            inclusive, and reopens only its parts.
    """
    if accepts_deposits:
        return Window(deadline)
    still_open = [(due, frozenset(parts)) for due, parts in asked if at <= due]
    if not still_open:
        return None
    return Window(max(due for due, _parts in still_open), frozenset().union(*(p for _due, p in still_open)))
