"""How an occupation is weighed for a person: a table of values, one row a factor, whose sum is the score.

Factors, the facts that they give to sentences, and the fields of the profile that they read:

- those of :data:`.kinship.KIN`: ``start``, ``start_label`` (the occupation left from); ``field`` of the
  profile
- ``experts_direct``: start, start_label, order
- ``own_target``: position; ``interest``: riasec
- ``skills_covered``, ``knowledge_covered``: covered, asked (counts), first, second, third (labels of skills
  had)
- ``core_missing``: missing, asked (counts), first, second, third (labels of skills lacked)
- ``tension_high``, ``tension_low``: mark, year, level, territory, family; ``hiring``: mark, year, level,
  territory
- ``elsewhere``: mark, mobility_km; ``hours_refused``: hours, contexts; ``limits_met``: limits, contexts
- ``driving_needed``: contexts; ``level_above``: asked, level; ``diploma_fits``: nothing; ``regulated``:
  nothing
- ``wage``: band, median_eur, period; ``working_conditions``: mark, year (weight 0: shown and not counted)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.scoring.kinship import KIN
from bacasable.services.job_advice.engine.scoring.person import Person
from bacasable.services.job_advice.engine.scoring.scorer import HOURS, LIMITS, Asked, Scorer
from bacasable.services.job_advice.engine.trace import Factor, Row, Suggestion

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Labour

Floats = NDArray[np.float64]
FACTORS = (
    *KIN,
    "experts_direct",
    "own_target",
    "interest",
    "skills_covered",
    "knowledge_covered",
    "core_missing",
    "tension_high",
    "tension_low",
    "hiring",
    "elsewhere",
    "hours_refused",
    "limits_met",
    "driving_needed",
    "level_above",
    "diploma_fits",
    "regulated",
    "wage",
    "working_conditions",
)
_AT = {name: place for place, name in enumerate(FACTORS)}
#: What each wish after the first counts beside it, and the least that a later one counts.
_NEXT_WISH, _LAST_WISH = 0.85, 0.5
#: Kilometres beyond which offers that are elsewhere are no obstacle.
_FAR_KM = 60.0
#: Levels above one's own from which a diploma is taken to be out of reach.
_OUT_OF_REACH = 3.0
_NAMED = ("first", "second", "third")


@dataclass(frozen=True)
class Scored:
    """All occupations weighed for one person: ``values`` f64 [factors, n], NaN where the data are missing.

    ``scores`` f64 [n]; ``start`` which of the person's starts each occupation is nearest to, -1 where none;
    ``met`` bool [n]: the person's limits rule it out.
    """

    values: Floats
    weights: Floats
    scores: Floats
    start: NDArray[np.int64]
    direct: NDArray[np.int64]
    met: NDArray[np.bool_]

    def value(self, name: str) -> Floats:
        """Return the values of one factor, f64 [n]."""
        return self.values[_AT[name]]

    @property
    def nearness(self) -> Floats:
        """Return what the values of :data:`.kinship.KIN` add up to, f64 [n]."""
        return self.weights[: len(KIN)] @ self.values[: len(KIN)]

    def without(self, name: str) -> Floats:
        """Return the scores less what one factor adds, f64 [n]."""
        return self.scores - self.weights[_AT[name]] * np.nan_to_num(self.value(name))


def weigh(scorer: Scorer, person: Person) -> Scored:
    """Weigh every occupation of the base for ``person``."""
    n = len(scorer.codes)
    profile = person.profile
    values = np.zeros((len(FACTORS), n))
    told = scorer.weights
    weights = np.array(
        [told.mobility[name] if name in told.mobility else told.occupation[name] for name in FACTORS]
    )
    start = np.full(n, -1, dtype=np.int64)
    direct = np.full(n, -1, dtype=np.int64)
    if person.starts:
        kin = scorer.kinship.values
        nearness = np.empty((len(person.starts), n))
        for place, one in enumerate(person.starts):
            nearness[place] = one.strength * (weights[: len(KIN)] @ kin[:, one.place, :])
        start = nearness.argmax(axis=0)
        places = np.array([one.place for one in person.starts])
        strengths = np.array([one.strength for one in person.starts])
        values[: len(KIN)] = strengths[start] * kin[:, places[start], np.arange(n)]
        held = [place for place, one in enumerate(person.starts) if one.field == "held"]
        if held:
            links = scorer.kinship.links[places[held]] * strengths[held][:, None]
            direct = np.where(links.max(axis=0) > 0, np.array(held)[links.argmax(axis=0)], -1)
            values[_AT["experts_direct"]] = links.max(axis=0)
    for position, place in enumerate(person.targets):
        values[_AT["own_target"], place] = max(_LAST_WISH, _NEXT_WISH**position)
    if person.interests:
        values[_AT["interest"]] = [float(one in person.interests) for one in scorer.riasec]
    knows = person.knows
    values[_AT["skills_covered"]] = scorer.know_how.share(knows)
    values[_AT["knowledge_covered"]] = scorer.knowledge.share(knows)
    values[_AT["core_missing"]] = 1 - scorer.core.share(knows)
    if not (person.declared or person.profile.held):
        for name in ("skills_covered", "knowledge_covered", "core_missing"):
            values[_AT[name]] = np.nan
    around = scorer.market.around(person.department)
    values[_AT["tension_high"]], values[_AT["tension_low"]] = around.high, around.low
    values[_AT["hiring"]], values[_AT["working_conditions"]] = around.hiring, around.conditions
    if profile.mobility_km is None and profile.moves_house is None:
        values[_AT["elsewhere"]] = np.nan
    elif not profile.moves_house:
        values[_AT["elsewhere"]] = around.elsewhere * (1 - min(profile.mobility_km or 0, _FAR_KM) / _FAR_KM)
    met = np.zeros(n, bool)
    if profile.limits:
        met[:] = scorer.limits[:, [at for at, one in enumerate(LIMITS) if one in profile.limits]].any(axis=1)
        values[_AT["limits_met"]] = met
    if profile.refused_hours:
        refused = scorer.hours[:, [at for at, one in enumerate(HOURS) if one in profile.refused_hours]]
        values[_AT["hours_refused"]] = refused.mean(axis=1) ** 0.5
    if profile.licence_b is False:
        values[_AT["driving_needed"]] = scorer.driving
    asked = scorer.certifications.level_asked
    if person.level is None:
        values[_AT["level_above"]] = np.nan
    else:
        values[_AT["level_above"]] = np.clip((asked - person.level) / _OUT_OF_REACH, 0, 1)
    for place in person.leads:
        values[_AT["diploma_fits"], place] = 1.0
    values[_AT["regulated"]] = scorer.regulated & (values[_AT["diploma_fits"]] == 0)
    values[_AT["wage"]] = np.where(np.isnan(scorer.referential.median_wage_eur), np.nan, 1.0)
    scores = weights @ np.where(values == values, values, 0.0)
    return Scored(values, weights, scores, start, direct, met)


def ranked(scored: Scored) -> NDArray[np.int64]:
    """Return all occupations, the best first; the order of the tables (by code) decides between equals."""
    return np.argsort(-np.round(scored.scores, 9), kind="stable")


def suggestion(scorer: Scorer, person: Person, scored: Scored, place: int, rank: int) -> Suggestion:
    """Return one occupation as a suggestion, with every factor for, against or missing.

    Factors that are zero because they do not concern the person are left out.
    """
    code = scorer.codes[place]
    labour = scorer.labour(place, person.department)
    made = []
    for at, name in enumerate(FACTORS):
        value = float(scored.values[at, place])
        missing = value != value
        if not missing and value == 0.0:
            continue
        weight = float(scored.weights[at])
        fields, rows, facts = _told(scorer, person, scored, place, name, labour)
        if missing:
            made.append(Factor(name, 0.0, weight, 0.0, fields, rows, {}, missing=True))
        else:
            made.append(Factor(name, value, weight, weight * value, fields, rows, facts))
    factors = tuple(made)
    score = sum(one.contribution for one in factors)
    return Suggestion("occupation", code, scorer.labels[place], rank, score, factors)


Told = tuple[tuple[str, ...], tuple[Row, ...], Mapping[str, str | int | float]]


def _told(scorer: Scorer, person: Person, scored: Scored, place: int, name: str, labour: "Labour") -> Told:
    """Return what a factor read: fields of the profile, rows of the tables, facts for a sentence."""
    row, code, profile = scorer.referential.row, scorer.codes[place], person.profile
    if name in KIN or name == "experts_direct":
        start = person.starts[int((scored.direct if name == "experts_direct" else scored.start)[place])]
        source = scorer.codes[start.place]
        facts: dict[str, str | int | float] = {"start": source, "start_label": scorer.labels[start.place]}
        table = "mobilities" if name.startswith("experts") else "occupations"
        if name in ("skills_near", "knowledge_near"):
            table = "occupation_skills"
        elif name == "contexts_near":
            table = "occupation_contexts"
        elif name == "titles_near":
            table = "titles"
        return (start.field,), (row(table, f"{source} {code}"),), facts
    if name == "own_target":
        return ("targets",), (row("occupations", code),), {"position": 1 + person.targets.index(place)}
    if name == "interest":
        return ("interests",), (row("occupations", code),), {"riasec": scorer.riasec[place]}
    if name in ("skills_covered", "knowledge_covered", "core_missing"):
        return _skills(scorer, person, place, name)
    if name in ("tension_high", "tension_low", "hiring", "elsewhere", "working_conditions"):
        mark = {
            "hiring": labour.hiring,
            "elsewhere": labour.mismatch,
            "working_conditions": labour.conditions,
        }.get(name, labour.tension)
        facts = _given(mark=mark, year=labour.year, level=labour.level, territory=labour.territory)
        facts |= _given(family=labour.label)
        if name == "elsewhere":
            facts |= _given(mobility_km=profile.mobility_km)
            return ("mobility_km", "moves_house", "department"), _of(labour, "tensions"), facts
        return ("department",), _of(labour, "tensions"), facts
    if name in ("hours_refused", "limits_met", "driving_needed"):
        return _contexts(scorer, person, place, name)
    if name == "level_above":
        asked = scorer.certifications.level_asked[place]
        facts = _given(level=person.level, asked=None if np.isnan(asked) else int(asked))
        return ("diplomas",), (row("certification_occupations", code),), facts
    if name == "diploma_fits":
        return ("diplomas",), (row("certification_occupations", code),), {}
    if name == "regulated":
        return (), (row("occupations", code),), {}
    median = labour.median_wage_eur
    facts = _given(band=labour.wage_band, period=labour.period)
    facts |= _given(median_eur=None if median is None else round(median))
    return (), _of(labour, "wages"), facts


def _of(labour: "Labour", table: str) -> tuple[Row, ...]:
    return tuple(row for row in labour.rows if row.table == table)


def _given(**facts: Any) -> dict[str, str | int | float]:
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def _skills(scorer: Scorer, person: Person, place: int, name: str) -> Told:
    asked: Asked = {
        "skills_covered": scorer.know_how,
        "knowledge_covered": scorer.knowledge,
        "core_missing": scorer.core,
    }[name]
    begins, ends = asked.links.indptr[place], asked.links.indptr[place + 1]
    columns, counts = asked.links.indices[begins:ends], asked.links.data[begins:ends]
    known = person.knows[columns]
    if name == "core_missing":
        named = counts * (1 - known)
        facts: dict[str, str | int | float] = {"missing": int((known < 0.5).sum())}
    else:
        named = counts * known
        facts = {"covered": int((known > 0).sum())}
    facts["asked"] = len(columns)
    best = np.argsort(-named, kind="stable")[: len(_NAMED)]
    for label, at in zip(_NAMED, best, strict=False):
        if named[at] > 0:
            facts[label] = scorer.skill_labels[int(columns[at])]
    rows = (scorer.referential.row("occupation_skills", scorer.codes[place]),)
    return ("skills", "held"), rows, facts


def _contexts(scorer: Scorer, person: Person, place: int, name: str) -> Told:
    profile = person.profile
    if name == "hours_refused":
        wanted: frozenset[str] = frozenset(profile.refused_hours)
        met, field, column = scorer.hours[place], "refused_hours", "hours"
        of = [one for one, is_met in zip(HOURS, met, strict=True) if is_met and one in wanted]
    else:
        wanted = frozenset(profile.limits) if name == "limits_met" else frozenset({"no_driving"})
        met, field, column = scorer.limits[place], "limits", "limit"
        field = "limits" if name == "limits_met" else "licence_b"
        of = [one for one, is_met in zip(LIMITS, met, strict=True) if is_met and one in wanted]  # type: ignore[misc]
    contexts = scorer.contexts_of(place, column, frozenset(of))
    code = scorer.codes[place]
    rows = tuple(scorer.referential.row("occupation_contexts", f"{code} {number}") for number, _ in contexts)
    facts: dict[str, str | int | float] = {"contexts": ", ".join(label for _, label in contexts)}
    if name != "driving_needed":
        facts["hours" if name == "hours_refused" else "limits"] = ", ".join(of)
    return (field,), rows, facts
