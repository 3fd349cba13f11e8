"""Which events are worth going to: about the occupation headed for, near, soon, and of a kind that helps.

Facts: ``about_target``, ``about_near``: target_label, or first (label of a near occupation);
``for_obstacle``: obstacle, event (kind); ``near``, ``far``: km, city, starts; ``soon``: days, starts.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from bacasable.services.job_advice.engine.scoring.aims import Aims
from bacasable.services.job_advice.engine.scoring.offers import Event
from bacasable.services.job_advice.engine.scoring.person import Person
from bacasable.services.job_advice.engine.trace import Factor, Obstacle, Suggestion

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.scoring.scorer import Scorer

#: Kinds of events that help with an obstacle.
HELPS: dict[Obstacle, tuple[str, ...]] = {
    "project": ("information", "visit", "fair"),
    "skills": ("information", "visit"),
    "market": ("fair", "job_dating", "information"),
    "search": ("workshop", "job_dating"),
    "constraints": ("information", "workshop"),
}
_USUAL_KM, _AHEAD_DAYS, _SOON_DAYS = 50, 180, 60


def events(
    scorer: "Scorer", person: Person, aims: Aims, obstacle: Obstacle | None, day: date
) -> Iterator[Suggestion]:
    """Yield the events best worth going to from ``day``, best first; ranks are set by the caller.

    One that is about other occupations, or too far, is left out.
    """
    others, weights = aims.others.tolist(), scorer.weights.event
    made = []
    for one in scorer.offers.events:
        if 0 <= (one.starts - day).days <= _AHEAD_DAYS:
            reasons = _reasons(scorer, person, aims, others, obstacle, one, day)
            score = sum(weights[each.name] * each.value for each in reasons if not each.missing)
            if score > 0:
                made.append((-round(score, 9), one.starts, one.reference, one, reasons))
    made.sort(key=lambda told: told[:3])
    for *_, one, reasons in made:
        yield _suggestion(scorer, aims, one, reasons)


class _Reason(NamedTuple):
    """What becomes a factor, if its event is among those shown: few of all that are looked at are."""

    name: str
    value: float
    fields: tuple[str, ...]
    facts: dict[str, str | int | float]
    missing: bool = False


def _reasons(
    scorer: "Scorer",
    person: Person,
    aims: Aims,
    others: list[int],
    obstacle: Obstacle | None,
    event: Event,
    day: date,
) -> list[_Reason]:
    """Return why an event is worth going to, or not; none where it is about something else, or too far."""
    reasons: list[_Reason] = []
    wishes = ("targets",) if person.targets else ("held", "skills", "diplomas")
    if event.occupations:
        if aims.first is not None and aims.first in event.occupations:
            facts = {"target": scorer.codes[aims.first], "target_label": scorer.labels[aims.first]}
            reasons.append(_Reason("about_target", 1.0, wishes, {**facts}))
        else:
            near = next((place for place in others if place in event.occupations), None)
            if near is None:
                return []
            facts = {"first": scorer.labels[near], "code": scorer.codes[near]}
            reasons.append(_Reason("about_near", 1.0, wishes, {**facts}))
    if obstacle is not None and event.kind in HELPS[obstacle]:
        facts = {"obstacle": str(obstacle), "event": event.kind}
        reasons.append(_Reason("for_obstacle", 1.0, ("difficulties",), {**facts}))
    if not reasons:
        return []
    starts = event.starts.isoformat()
    km = scorer.market.km(person.department, event.department) if person.department else None
    if km is None:
        missed = {"city": event.city, "starts": starts}
        reasons.append(_Reason("near", 0.0, ("department",), {**missed}, missing=True))
    else:
        said = person.profile.mobility_km
        most = said if said is not None else _USUAL_KM
        if km > 4 * max(most, 25):
            return []
        name, value = ("near", 1.0) if km <= max(most, 1) else ("far", min(1.0, km / (4 * max(most, 25))))
        where: dict[str, str | int | float] = {"city": event.city, "starts": starts}
        if km:  # in one's own department nothing tells how far it is
            where["km"] = km
        reasons.append(_Reason(name, value, ("department", "mobility_km"), where))
    days = (event.starts - day).days
    if days <= _SOON_DAYS:
        reasons.append(_Reason("soon", 1.0 - days / (_SOON_DAYS + 1), (), {"days": days, "starts": starts}))
    return reasons


def _suggestion(scorer: "Scorer", aims: Aims, event: Event, reasons: list[_Reason]) -> Suggestion:
    weights = scorer.weights.event
    rows = (scorer.referential.row("events", event.reference),)
    made = tuple(
        Factor(
            one.name,
            one.value,
            weights[one.name],
            0.0 if one.missing else weights[one.name] * one.value,
            one.fields,
            rows,
            one.facts,
            one.missing,
        )
        for one in reasons
    )
    score = sum(one.contribution for one in made)
    towards = scorer.codes[aims.first] if aims.first in event.occupations and aims.first is not None else None
    return Suggestion("event", event.reference, event.title, 1, score, made, towards)
