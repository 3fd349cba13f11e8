"""A path over weeks: what prepares comes before what it prepares, and application comes last."""

from collections.abc import Sequence
from datetime import date
from math import ceil

from bacasable.services.job_advice.engine.scoring.scorer import Scorer
from bacasable.services.job_advice.engine.scoring.trainings import next_session
from bacasable.services.job_advice.engine.trace import Step, Suggestion

_DAYS, _WEEKS_A_MONTH = 7, 4.345
#: Weeks that an event takes.
_EVENT_WEEKS = 1


def laid(
    scorer: Scorer, suggestions: Sequence[Suggestion], department: str | None, day: date
) -> tuple[Step, ...]:
    """Return the steps that the suggestions make, in order of week.

    Events come on their day; skills and soft skills at once; a training from its next session, or once the
    events are past (of several towards one occupation, the first: the others stand in for it); applications
    for an occupation once what is learnt towards it is. ``because`` tells what a step is for: ``explores``,
    ``prepares:CODE``, ``trains_for:CODE``, ``applies``, ``applies_after:KEY`` (the suggestion waited for), or
    ``length_not_known:CODE`` (a training whose weeks are the settings').
    """
    settings = scorer.weights.settings
    steps: list[tuple[int, int, Suggestion, str]] = []
    ends: dict[str, tuple[int, str]] = {}
    trained: set[str | None] = set()
    explored = 0
    for one in suggestions:
        if one.kind == "event":
            starts = next(event.starts for event in scorer.offers.events if event.reference == one.key)
            week = max(0, (starts - day).days // _DAYS)
            explored = max(explored, week + _EVENT_WEEKS if week <= settings["skill_weeks"] else 0)
            steps.append((week, _EVENT_WEEKS, one, "explores"))
    for one in suggestions:
        if one.kind in ("skill", "soft_skill"):
            weeks = int(settings[f"{one.kind}_weeks"])
            steps.append((0, weeks, one, f"prepares:{one.towards}"))
            _ends(ends, one, weeks)
        elif one.kind == "training" and one.towards not in trained:
            trained.add(one.towards)
            session = next_session(scorer, department, one.key, day)
            starts_week, weeks = explored, int(settings["training_weeks"])
            why = f"length_not_known:{one.towards}"
            if session is not None:
                starts_week = max(0, (session.starts - day).days // _DAYS)
                if session.months is not None:
                    weeks, why = max(1, ceil(session.months * _WEEKS_A_MONTH)), f"trains_for:{one.towards}"
            steps.append((starts_week, weeks, one, why))
            _ends(ends, one, starts_week + weeks)
    for one in suggestions:
        if one.kind == "occupation":
            end, key = ends.get(one.key, (0, ""))
            why = f"applies_after:{key}" if key else "applies"
            steps.append((end, int(settings["apply_weeks"]), one, why))
    steps.sort(key=lambda step: (step[0], step[2].kind == "occupation", step[2].rank))
    return tuple(
        Step(order, one.kind, one.key, one.label, week, weeks, because)
        for order, (week, weeks, one, because) in enumerate(steps, start=1)
    )


def _ends(ends: dict[str, tuple[int, str]], one: Suggestion, week: int) -> None:
    """Note that what leads towards an occupation ends in ``week``, if nothing ends later."""
    if one.towards is not None and week > ends.get(one.towards, (0, ""))[0]:
        ends[one.towards] = (week, one.key)
