"""Which skills and soft skills are worth gaining: asked by the occupation headed for, and opening others.

Facts: ``core_of_target``, ``asked_by_target``: target, target_label; ``opens_others``: opened, of (counts),
first, second, third (labels of occupations); ``market_of_those``: mark (mean, one decimal), year; ``rising``:
target_label.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.scoring.aims import Aims
from bacasable.services.job_advice.engine.scoring.person import Person
from bacasable.services.job_advice.engine.scoring.scorer import CORE, RISING, Scorer
from bacasable.services.job_advice.engine.trace import Factor, Row, Suggestion

Floats = NDArray[np.float64]
#: A skill that the person is taken to have to this extent is not proposed.
_HAD = 0.25
_NAMED = ("first", "second", "third")


def gains(
    scorer: Scorer, person: Person, aims: Aims, kind: Literal["skill", "soft_skill"]
) -> Iterator[Suggestion]:
    """Yield the skills (or soft skills) best worth gaining, one of each family; ranks are all 1."""
    if aims.first is None:
        return
    target, others = aims.first, aims.others
    soft = scorer.skill_kinds[scorer.columns_of(target)] == "soft"
    columns = scorer.columns_of(target)[soft if kind == "soft_skill" else ~soft]
    columns = columns[person.knows[columns] < _HAD]
    if not len(columns):
        return
    weights = scorer.weights.soft_skill if kind == "soft_skill" else scorer.weights.skill
    asked = (scorer.asks[np.ix_(others, columns)] > 0).astype(np.float64)
    tension = scorer.market.around(person.department)
    mark = ((tension.high - tension.low + 1) / 2)[others]
    known = (mark == mark).astype(np.float64)
    count = asked.sum(axis=0)
    opens = count / max(len(others), 1)
    told = asked.T @ known
    market = np.divide(
        asked.T @ np.where(known > 0, mark, 0.0),
        told,
        out=np.where(count > 0, np.nan, 0.0),
        where=told > 0,
    )
    values: dict[str, Floats] = {"asked_by_target": np.ones(len(columns))}
    if kind == "skill":
        marks = scorer.asks[target, columns]
        core = marks == CORE
        values["core_of_target"] = core.astype(np.float64)
        values["asked_by_target"] = 1.0 - core
        values["rising"] = (marks == RISING).astype(np.float64)
    values["opens_others"], values["market_of_those"] = opens, market
    scores = sum(
        (weights[name] * np.where(value == value, value, 0.0) for name, value in values.items()),
        np.zeros(len(columns)),
    )
    best = np.argsort(-np.round(scores, 9), kind="stable")
    families: set[int] = set()
    for at in best.tolist():
        family = scorer.families[int(columns[at])]
        if family in families:
            continue
        families.add(family)
        yield _suggestion(
            scorer, person, aims, kind, int(columns[at]), {n: float(v[at]) for n, v in values.items()}
        )


def _suggestion(
    scorer: Scorer,
    person: Person,
    aims: Aims,
    kind: Literal["skill", "soft_skill"],
    column: int,
    values: dict[str, float],
) -> Suggestion:
    assert aims.first is not None  # noqa: S101 - gains() has checked
    weights = scorer.weights.soft_skill if kind == "soft_skill" else scorer.weights.skill
    row = scorer.referential.row
    target, number = scorer.codes[aims.first], scorer.skill_numbers[column]
    label = scorer.labels[aims.first]
    opened = [place for place in aims.others.tolist() if scorer.asks[place, column]]
    factors = []
    for name in weights:
        value = values.get(name, 0.0)
        if value == 0.0:
            continue
        facts: dict[str, str | int | float] = {"target": target, "target_label": label}
        fields: tuple[str, ...] = ("targets",) if person.targets else ("held", "skills", "diplomas")
        rows: tuple[Row, ...] = (row("occupation_skills", f"{target} {number}"),)
        if name == "opens_others":
            facts = {"opened": len(opened), "of": len(aims.others)}
            facts |= dict(zip(_NAMED, (scorer.labels[one] for one in opened), strict=False))
            rows = tuple(row("occupation_skills", f"{scorer.codes[one]} {number}") for one in opened[:3])
        elif name == "market_of_those" and value != value:
            factors.append(Factor(name, 0.0, weights[name], 0.0, ("department",), (), {}, missing=True))
            continue
        elif name == "market_of_those":
            facts = {"mark": round(1 + 4 * value, 1), "opened": len(opened)}
            told = [scorer.labour(one, person.department) for one in opened[:3]]
            rows = tuple(dict.fromkeys(one for labour in told for one in labour.rows[:1]))
            years = [labour.year for labour in told if labour.year is not None]
            if years:
                facts["year"] = min(years)
            fields = ("department",)
        factors.append(Factor(name, value, weights[name], weights[name] * value, fields, rows, facts))
    made = tuple(factors)
    score = sum(one.contribution for one in made)
    return Suggestion(kind, str(number), scorer.skill_labels[column], 1, score, made, target)
