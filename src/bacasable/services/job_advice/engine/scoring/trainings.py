"""Which trainings are worth following: they lead to the occupation headed for and cover the gap.

Facts: ``leads_to_target``: target, target_label; ``leads_to_others``: opened, of, first, second, third;
``covers_gap``: share (hundredths), blocks, first, second (titles of blocks); ``level_next``, ``level_far``:
level, own; ``too_long``: months, most; ``too_many_hours``: weekly, most; ``session_near``, ``session_far``:
reference, starts, city, km, months, mode; ``by_apprenticeship``: nothing; ``market_of_target``: mark, year,
territory, level;
``expires_soon``, ``expired``: until (as the archive says: it may have been renewed since).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.scoring.aims import Aims
from bacasable.services.job_advice.engine.scoring.offers import Session
from bacasable.services.job_advice.engine.scoring.person import Person
from bacasable.services.job_advice.engine.trace import Factor, Row, Suggestion

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.scoring.scorer import Scorer

Floats = NDArray[np.float64]
#: Certifications that are looked at for one person, those of the occupation headed for first.
_MOST_LOOKED_AT = 120
#: Kilometres at which a session is far for somebody who has not said how far they go.
_USUAL_KM = 50
#: Days before the end of its registration at which a certification expires soon.
_SOON_DAYS = 365
#: Levels above one's own from which a training is usually not entered.
_FAR = 3
#: Near occupations whose trainings are looked at where none leads to the one headed for.
_WAYS = 5
_OF_SESSION = ("session_near", "session_far", "too_long", "too_many_hours")
_NAMED = ("first", "second", "third")

Told = tuple[tuple[str, ...], tuple[Row, ...], Mapping[str, str | int | float]]


def trainings(scorer: "Scorer", person: Person, aims: Aims, day: date) -> Iterator[Suggestion]:
    """Yield the trainings best worth following on ``day``, best first; ranks are set by the caller.

    One whose factors come to nothing or less is left out, and so is a second one of the same name; there is
    none for somebody who wants none (0 months).
    """
    if aims.first is None or person.profile.training_months == 0:
        return
    table = scorer.certifications
    held = {one.certification for one in person.profile.diplomas if one.certification}
    looked: dict[int, None] = dict.fromkeys(table.leading_to(aims.first))
    if not looked:
        for place in aims.others[:_WAYS].tolist():
            looked |= dict.fromkeys(table.leading_to(place))
    places = [one for one in looked if table.numbers[one] not in held][:_MOST_LOOKED_AT]
    if not places:
        return
    weighed = _Weighed(scorer, person, aims, np.array(places), day)
    seen: set[str] = set()
    for at in np.argsort(-np.round(weighed.scores, 9), kind="stable").tolist():
        if weighed.scores[at] <= 0:
            return
        if table.alike[places[at]] not in seen:
            seen.add(table.alike[places[at]])
            yield weighed.suggestion(at)


class _Weighed:
    """Trainings weighed for one person: a value a factor and training, NaN where the data are missing."""

    def __init__(
        self, scorer: "Scorer", person: Person, aims: Aims, places: NDArray[np.int64], day: date
    ) -> None:
        assert aims.first is not None  # noqa: S101 - trainings() has checked
        self.scorer, self.person, self.aims, self.places, self.day = scorer, person, aims, places, day
        self.target = aims.first
        table, count = scorer.certifications, len(places)
        columns = scorer.columns_of(self.target)
        columns = columns[scorer.skill_kinds[columns] != "soft"]
        lacked = 1.0 - person.knows[columns].astype(np.float64)
        self.gap = np.asarray(scorer.vocabulary.weights[columns].T @ lacked).ravel()
        total = float(self.gap.sum())
        to_target = table.leads[places, self.target].astype(np.float64)
        values = dict.fromkeys(scorer.weights.training, np.zeros(count))
        values["leads_to_target"] = to_target
        if len(aims.others):
            values["leads_to_others"] = table.leads[np.ix_(places, aims.others)].mean(axis=1)
        covered = table.covered(places, self.gap)
        values["covers_gap"] = covered / total if total > 0 else covered
        own = np.nan if person.level is None else float(person.level)
        above = table.levels[places] - own
        values["level_next"] = np.where(np.isnan(above), np.nan, (above >= 0) & (above < _FAR))
        values["level_far"] = (np.nan_to_num(above) >= _FAR).astype(np.float64)
        values["by_apprenticeship"] = table.apprenticeship[places].astype(np.float64)
        high = float(np.nan_to_num(scorer.market.around(person.department).high[self.target]))
        values["market_of_target"] = to_target * high
        left = table.until[places] - day.toordinal()
        values["expired"] = (np.nan_to_num(left) < 0).astype(np.float64)
        values["expires_soon"] = ((left >= 0) & (left < _SOON_DAYS)).astype(np.float64)
        self.sessions = [
            _session(scorer, person.department, table.numbers[one], day) for one in places.tolist()
        ]
        offered = np.array([_of_session(person, found) for found in self.sessions])
        values |= dict(zip(_OF_SESSION, offered.T, strict=True))
        self.values = values
        weights = scorer.weights.training
        self.scores = sum(
            (weights[name] * np.where(value == value, value, 0.0) for name, value in values.items()),
            np.zeros(count),
        )

    def suggestion(self, at: int) -> Suggestion:
        """Return one training with every factor for, against or missing."""
        weights, place = self.scorer.weights.training, int(self.places[at])
        factors = []
        for name, values in self.values.items():
            value = float(values[at])
            if value == 0.0:
                continue
            fields, rows, facts = self._told(name, at, place, value)
            missing = value != value
            contribution = 0.0 if missing else weights[name] * value
            factors.append(
                Factor(
                    name, 0.0 if missing else value, weights[name], contribution, fields, rows, facts, missing
                )
            )
        made = tuple(factors)
        table = self.scorer.certifications
        score = sum(one.contribution for one in made)
        ways = (self.target, *self.aims.others.tolist())
        target = next((self.scorer.codes[one] for one in ways if table.leads[place, one]), None)
        return Suggestion("training", table.numbers[place], table.labels[place], 1, score, made, target)

    def _told(self, name: str, at: int, place: int, value: float) -> Told:
        """Return what a factor read: fields of the profile, rows of the tables, facts for a sentence."""
        scorer, person, table = self.scorer, self.person, self.scorer.certifications
        row, number = scorer.referential.row, table.numbers[place]
        itself = (row("certifications", number),)
        wishes = ("targets",) if person.targets else ("held", "skills", "diplomas")
        target, label = scorer.codes[self.target], scorer.labels[self.target]
        if name == "leads_to_target":
            rows = (row("certification_occupations", f"{number} {target}"),)
            return wishes, rows, {"target": target, "target_label": label}
        if name == "leads_to_others":
            leads = set(table.occupations_of(place))
            opened = [one for one in self.aims.others.tolist() if one in leads]
            named = dict(zip(_NAMED, (scorer.labels[one] for one in opened), strict=False))
            rows = tuple(
                row("certification_occupations", f"{number} {scorer.codes[one]}")
                for one in opened[: len(_NAMED)]
            )
            return wishes, rows, {"opened": len(opened), "of": len(self.aims.others), **named}
        if name == "covers_gap":
            if value != value:
                return ("skills", "held"), itself, {}
            best = table.covering(place, self.gap)
            named = dict(zip(_NAMED, (title for _, title in best), strict=False))
            facts = {"share": round(100 * value), "blocks": len(table.blocks[place]), **named}
            return ("skills", "held"), tuple(row("blocks", block) for block, _ in best) or itself, facts
        if name in ("level_next", "level_far"):
            levels = {"level": table.level(place), "own": person.level}
            return ("diplomas",), itself, {key: one for key, one in levels.items() if one is not None}
        if name in _OF_SESSION:
            return self._told_session(name, at)
        if name == "market_of_target":
            labour = scorer.labour(self.target, person.department)
            known = {
                "mark": labour.tension,
                "year": labour.year,
                "level": labour.level,
                "territory": labour.territory,
            }
            return ("department",), labour.rows[:1], {key: one for key, one in known.items() if one}
        if name in ("expired", "expires_soon"):
            until = table.until_day(place)
            return (), itself, {"until": until.isoformat()} if until else {}
        return (), itself, {}

    def _told_session(self, name: str, at: int) -> Told:
        fields: tuple[str, ...] = ("department", "mobility_km", "moves_house")
        profile, found = self.person.profile, self.sessions[at]
        facts: dict[str, str | int | float] = {}
        if name == "too_long":
            fields = ("training_months",)
            if profile.training_months is not None:
                facts["most"] = profile.training_months
        if name == "too_many_hours":
            fields = ("weekly_hours",)
            if profile.weekly_hours is not None:
                facts["most"] = profile.weekly_hours
        if found is None:
            return fields, (), facts
        session, km = found
        facts |= {"reference": session.reference, "starts": session.starts.isoformat(), "city": session.city}
        facts["mode"] = session.mode
        if session.months is not None:
            facts["months"] = round(session.months, 1)
        if session.weekly is not None:
            facts["weekly"] = round(session.weekly)
        if km and name.startswith("session_"):  # in one's own department nothing tells how far it is
            facts["km"] = km
        return fields, (self.scorer.referential.row("sessions", session.reference),), facts


def _of_session(
    person: Person, found: tuple[Session, int | None] | None
) -> tuple[float, float, float, float]:
    """Return how near the session is, how far, by how much too long, and too many hours a week (0 to 1).

    NaN where it is not known.
    """
    profile = person.profile
    if found is None:
        return np.nan, 0.0, np.nan, np.nan
    session, km = found
    most = profile.mobility_km if profile.mobility_km is not None else _USUAL_KM
    near, far = np.nan, 0.0
    if km is not None:
        reached = km <= max(most, 1) or bool(profile.moves_house) or session.mode == "remote"
        near, far = (1.0, 0.0) if reached else (0.0, min(1.0, km / (4 * max(most, 10))))
    long, many = _over(session.months, profile.training_months), _over(session.weekly, profile.weekly_hours)
    return near, far, long, many


def _over(asked: float | None, most: int | None) -> float:
    """Return by how much what is asked is over the most that a person said, 0 to 1; NaN where not known."""
    if asked is None or most is None:
        return np.nan
    return float(np.clip(asked / max(most, 1) - 1, 0, 1))


def next_session(scorer: "Scorer", department: str | None, number: str, day: date) -> Session | None:
    """Return the session from ``day`` on that is nearest (then soonest); None where there is none."""
    found = _session(scorer, department, number, day)
    return found[0] if found else None


def _session(
    scorer: "Scorer", department: str | None, number: str, day: date
) -> tuple[Session, int | None] | None:
    """Return the session of :func:`next_session` with its kilometres, None where they are not known."""
    to_come = [one for one in scorer.offers.sessions.get(number, ()) if one.starts >= day]
    if not to_come:
        return None

    def away(one: Session) -> int | None:
        if one.mode == "remote":
            return 0
        return scorer.market.km(department, one.department) if department else None

    placed = [(one, away(one)) for one in to_come]
    return min(
        placed, key=lambda one: (one[1] if one[1] is not None else 10**6, one[0].starts, one[0].reference)
    )
