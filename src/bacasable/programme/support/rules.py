"""What the support allows, as data: permissions, tracks, states, phases; no Django here."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from bacasable.compliance.service import MEMBER, N_, Permission
from bacasable.programme.dossiers.refusals import Refused

BOTH_SIDES = ("candidate", "co_author", "team_member", "officer")

PERMISSIONS = (
    Permission("support.list", N_("list the support files that one takes part in"), (MEMBER,)),
    Permission("support.read", N_("read a support file"), (*BOTH_SIDES, "president")),
    Permission("support.write", N_("ask, answer, add documents, say what was followed"), BOTH_SIDES),
    Permission(
        "support.guide", N_("give guidance, keep the roadmap and the minutes"), ("team_member", "officer")
    ),
    Permission(
        "support.agree", N_("sign the support agreement for the project, leave early"), ("candidate",)
    ),
    Permission(
        "support.manage", N_("compose the team, sign for the office, extend, suspend, end"), ("officer",)
    ),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "opened": {"activate": "active", "exit": "exited"},
    "active": {
        "advance": "active",
        "extend": "active",
        "suspend": "suspended",
        "complete": "completed",
        "exit": "exited",
    },
    "suspended": {"resume": "active", "exit": "exited"},
    "completed": {},
    "exited": {},
}
#: states in which both sides write
LIVE = frozenset({"opened", "active"})


@dataclass(frozen=True)
class Track:
    """A way of being supported: its length and its phases, in order."""

    key: str
    label: str
    months: int
    phases: tuple[str, ...]


PHASES = {
    "problems": N_("problems and roadmap"),
    "implementation": N_("implementation of the recommendations"),
    "synthesis": N_("synthesis"),
    "advice": N_("advice"),
}
TRACKS = {
    "enhanced": Track("enhanced", N_("enhanced support"), 6, ("problems", "implementation", "synthesis")),
    "advised": Track("advised", N_("advice"), 3, ("advice",)),
}

#: Who spoke: the office's side or the project's.
OFFICE, PROJECT = "office", "project"

#: Under the AI Act's regime an extension is asked for until this long before the end (draft implementing act
#: on sandboxes, December 2025; not adopted as far as we know).
EXTENSION_ASKED_BEFORE = timedelta(days=30)
#: One extension adds at most this many months, so that a year typed wrongly is seen.
LONGEST_EXTENSION = 12
#: The regime whose rules on extension, suspension and the shield from fines apply (AI Act, article 57).
AI_ACT = "ai_act_57"


def next_state(state: str, verb: str) -> str:
    """Return the state that ``verb`` leads to.

    Raises:
        Refused: the state does not allow the verb; code ``state``.
    """
    if verb not in TRANSITIONS[state]:
        raise Refused(
            "state",
            N_("This cannot be done now: the support is %(state)s. Reload the page to see what can be done."),
            state=state,
        )
    return TRANSITIONS[state][verb]


def require_live(state: str) -> None:
    """Let both sides write while the support is prepared or under way.

    Raises:
        Refused: it is suspended or over; code ``suspended`` or ``ended``.
    """
    if state in LIVE:
        return
    if TRANSITIONS[state]:
        raise Refused(
            "suspended",
            N_("The support is suspended: nothing can be written until the office resumes it."),
        )
    raise Refused("ended", N_("The support is over: its file is kept as it was and can only be read."))


def is_over(state: str) -> bool:
    """Say whether nothing more can happen to a file in ``state``."""
    return not TRANSITIONS[state]


def next_phase(track: str, phase: str) -> str:
    """Return the phase that follows ``phase``.

    Raises:
        Refused: it is the last; code ``last_phase``.
    """
    phases = TRACKS[track].phases
    place = phases.index(phase) + 1
    if place >= len(phases):
        raise Refused(
            "last_phase", N_("This is the last phase. End the support when its work is done, or extend it.")
        )
    return phases[place]


def require_last_phase(track: str, phase: str) -> None:
    """Let a support be completed in its last phase only.

    Raises:
        Refused: phases remain; code ``phase``.
    """
    if phase != TRACKS[track].phases[-1]:
        raise Refused(
            "phase",
            N_("Phases remain. Pass to the next phase first, or end the support early and say why."),
        )


def months_later(day: date, months: int) -> date:
    """Return the same day ``months`` calendar months later, or the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def new_end(regime: str, previous: date, asked: date, asked_on: date) -> date:
    """Return the end of an extended support.

    Args:
        regime: of the call; under :data:`AI_ACT` the extension must have been asked for in time.
        previous, asked: the end as it stands and the one asked for.
        asked_on: the day on which the project asked.

    Raises:
        Refused: ``not_later``, ``too_far``, ``too_late``.
    """
    if asked <= previous:
        raise Refused("not_later", N_("Choose a day after the present end, %(end)s."), end=previous)
    if asked > months_later(previous, LONGEST_EXTENSION):
        raise Refused(
            "too_far",
            N_("One extension adds at most %(months)s months: check the year, or extend again later."),
            months=LONGEST_EXTENSION,
        )
    last = previous - EXTENSION_ASKED_BEFORE
    if regime == AI_ACT and asked_on > last:
        raise Refused(
            "too_late",
            N_(
                "Under the AI Act's regime an extension is asked for until 30 days before the end. "
                "The last day to ask was %(last)s."
            ),
            last=last,
        )
    return asked
