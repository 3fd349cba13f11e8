"""What waits for a person across the rooms: each line says what, of which file, until when, and where.

One module for each side; each line comes from the state that the rooms keep, nothing is stored here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.permissions import roles_of
from bacasable.programme.desk.waiting import candidate, committee, inspector, office, team
from bacasable.programme.desk.waiting.lines import Line

__all__ = ["Group", "Line", "waiting_for"]

Ask = Callable[..., Iterable[Line]]

#: (key, title, the role that holds it or "" for every signed-in person, what to ask)
_GROUPS: tuple[tuple[str, str, str, Ask], ...] = (
    ("candidate", N_("Your dossiers"), "member", candidate.lines),
    ("expert", N_("As an expert"), "expert", committee.for_expert),
    ("team", N_("In support teams"), "member", team.lines),
    ("officer", N_("At the office"), "officer", office.for_officer),
    ("signatory", N_("To decide"), "member", committee.for_signatory),
    ("editor", N_("Syntheses"), "editor", office.for_editor),
    ("inspector", N_("Opened to you by law"), "inspector", inspector.lines),
    ("administrator", N_("Accounts and mails"), "administrator", office.for_administrator),
)


@dataclass(frozen=True)
class Group:
    """The lines of one side of a person's work, the most urgent first."""

    key: str
    title: str
    lines: tuple[Line, ...]


def waiting_for(user: Any) -> list[Group]:
    """Return what waits for ``user``, by side, without the sides where nothing does.

    ``user`` is that of a request: a role that was granted counts only in a session that proved enough, and
    behind the inspection wall only the exceptions are asked for.
    """
    roles, now = roles_of(user), clock.now()
    groups = []
    for key, title, role, ask in _GROUPS:
        if role not in roles:
            continue
        lines = sorted(ask(user, now), key=Line.urgency)
        if lines:
            groups.append(Group(key, _(title), tuple(lines)))
    return groups
