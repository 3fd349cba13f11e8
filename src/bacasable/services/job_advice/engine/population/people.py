"""Synthetic people: a profile for the scorer, and a table of protected attributes that it never sees.

Occupation held, sex, age, diploma and territory follow the tables of the referential where it has them. What
the tables do not tell (mobility, hours, limits, how people look for work) is invented, written in
``invented.toml``, and differs by sex and age as it plausibly does: an audit on people who differ in nothing
would find nothing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_
from bacasable.services.job_advice.engine.population.bands import AGES, LEVELS
from bacasable.services.job_advice.engine.population.invented import Invented, shipped
from bacasable.services.job_advice.engine.population.marginals import Marginals, marginals
from bacasable.services.job_advice.engine.profiles import Difficulty, Diploma, Held, Hours, Limit, Profile

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

Codes = NDArray[np.int64]

SEXES = (N_("women"), N_("men"))


@dataclass(frozen=True)
class Protected:
    """What the scorer never sees, one row a person in the order of their profiles.

    ``sex``, ``age`` and ``territory`` are places in ``sexes``, ``ages`` (bands of years) and ``territories``
    (codes of departments).
    """

    sex: Codes
    age: Codes
    territory: Codes
    territories: tuple[str, ...]
    sexes: tuple[str, ...] = SEXES
    ages: tuple[str, ...] = AGES


@dataclass(frozen=True)
class People:
    """Synthetic people; ``held`` and ``level`` are what they did and know: their occupation's place, diploma.

    ``profiles`` and ``protected`` have one row a person. ``occupations`` are codes; ``level`` counts from the
    lowest level of diploma, as in :data:`.bands.LEVELS`. ``marginals`` says what was drawn from.
    """

    profiles: list[Profile]
    protected: Protected
    held: Codes
    level: Codes
    occupations: tuple[str, ...]
    marginals: Marginals
    seed: int


def draw_people(referential: "Referential", n: int, seed: int) -> People:
    """Return ``n`` synthetic people of ``referential``, the same for the same seed.

    Raises:
        ValueError: fewer than one.
    """
    if n < 1:
        raise ValueError(f"{n} people: draw one at least")
    known = marginals(referential)
    rng = np.random.default_rng([seed, 8])
    held = rng.choice(len(known.codes), n, p=known.held)
    sex = (rng.random(n) >= known.women[held]).astype(np.int64)
    age = _by_row(known.ages, held, rng)
    level = _by_row(known.levels, held, rng)
    territory = _by_row(known.where, held, rng)
    protected = Protected(sex, age, territory, known.departments)
    profiles = _profiles(referential, known, protected, held, level, rng)
    return People(profiles, protected, held, level, known.codes, known, seed)


def _by_row(table: NDArray[np.float64], rows: Codes, rng: np.random.Generator) -> Codes:
    """Draw a column of ``table`` for each of ``rows``, with the chances of that row (they add up to 1)."""
    width = table.shape[1]
    bounds = np.cumsum(table, axis=1)
    bounds[:, -1] = 1.0
    flat = (bounds + np.arange(len(table))[:, None]).ravel()
    places = np.searchsorted(flat, rows + rng.random(len(rows)), side="right") - rows * width
    return np.minimum(places, width - 1)


def _profiles(
    referential: "Referential",
    known: Marginals,
    protected: Protected,
    held: Codes,
    level: Codes,
    rng: np.random.Generator,
) -> list[Profile]:
    told = shipped()
    n = len(held)
    years = told.years(protected.age, rng)
    worked = np.maximum(0, years - 18 - 1.5 * level)
    months = (12 * worked * rng.beta(1.5, 2, n)).astype(np.int64)
    beginner = (worked < 2) & (rng.random(n) < told.beginners)
    before = _earlier(referential, known, held, rng)
    months_before = ((12 * worked - months) * rng.random(n)).clip(0, 720).astype(np.int64)
    targets = _targets(known, protected.sex, held, before, told, rng)
    searching = rng.geometric(1 / told.months_searching, n).clip(1, 120) - 1
    skills = _skills(referential, np.where(beginner, -1, held), months, rng)
    drawn = _drawn(told, protected, rng)
    letters = referential.occupations["riasec"].to_list()
    says_interest = rng.random(n) < told.interests
    made = []
    codes = known.codes
    for row in range(n):
        jobs: tuple[Held, ...] = ()
        if not beginner[row]:
            jobs = (Held(codes[held[row]], int(months[row]), int(searching[row])),)
            if before[row] >= 0 and months_before[row] > 0:
                gone = min(720, int(searching[row]) + int(months[row]))
                jobs += (Held(codes[before[row]], int(months_before[row]), gone),)
        made.append(
            Profile(
                targets=(codes[targets[row]],) if targets[row] >= 0 else (),
                held=jobs,
                skills=skills[row],
                interests=(letter,) if says_interest[row] and (letter := letters[held[row]]) else (),
                diplomas=(Diploma(int(LEVELS[level[row]])),) if level[row] else (),
                department=protected.territories[protected.territory[row]],
                months_searching=int(searching[row]),
                **{name: values[row] for name, values in drawn.items()},
            )
        )
    return made


def _earlier(referential: "Referential", known: Marginals, held: Codes, rng: np.random.Generator) -> Codes:
    """Return for each an occupation from which experts see a way to the one held, or -1."""
    place = {code: at for at, code in enumerate(known.codes)}
    frame = referential.mobilities.select("code", "target")
    links: dict[int, list[int]] = {}
    for code, target in frame.iter_rows():
        if code in place and target in place:
            links.setdefault(place[target], []).append(place[code])
    made = np.full(len(held), -1)
    draw = rng.random(len(held))
    for at in np.unique(held):
        ways = links.get(int(at))
        if ways:
            mine = np.flatnonzero(held == at)
            made[mine] = np.asarray(ways)[(draw[mine] * len(ways)).astype(np.int64)]
    return made


def _targets(
    known: Marginals, sex: Codes, held: Codes, before: Codes, told: Invented, rng: np.random.Generator
) -> Codes:
    """Return what each wants: their occupation, an earlier one, one that their sex holds more, or -1."""
    n = len(held)
    wants = rng.choice(4, n, p=told.wants)
    others = np.empty(n, dtype=np.int64)
    for one, share in enumerate((known.women, 1 - known.women)):
        mine = np.flatnonzero(sex == one)
        chances = known.held * share
        others[mine] = rng.choice(len(known.codes), len(mine), p=chances / chances.sum())
    return np.select([wants == 0, (wants == 1) & (before >= 0), wants == 2], [held, before, others], -1)


def _skills(
    referential: "Referential", held: Codes, months: Codes, rng: np.random.Generator
) -> list[frozenset[int]]:
    """Return for each some of the skills of the occupation held, more of them after longer."""
    table = referential.occupation_skills
    numbers = np.asarray(referential.skills["ogr"].to_numpy(), dtype=np.int64)
    share = 0.35 + 0.5 * (1 - np.exp(-months / 36))
    row_of = np.array([referential.index_of(code) for code in _codes(referential)], dtype=np.int64)
    rows = np.where(held >= 0, row_of[np.maximum(held, 0)], -1)
    counts = np.where(rows >= 0, np.diff(table.indptr)[np.maximum(rows, 0)], 0)
    people_of = np.repeat(np.arange(len(held)), counts)
    starts = np.where(rows >= 0, table.indptr[np.maximum(rows, 0)], 0)
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = rng.random(len(people_of)) < share[people_of]
    known = numbers[table.indices[np.repeat(starts, counts)[kept] + inside[kept]]]
    ends = np.cumsum(np.bincount(people_of[kept], minlength=len(held)))
    flat = known.tolist()
    return [
        frozenset(flat[start:end]) for start, end in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True)
    ]


def _codes(referential: "Referential") -> list[str]:
    return cast("list[str]", referential.occupations["code"].to_list())


def _drawn(told: Invented, protected: Protected, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Return the fields that are invented, by name, one value a person."""
    n = len(protected.sex)
    by = (protected.sex, protected.age)
    hours = rng.random((len(told.hours), n)) < np.stack([one.of(*by) for one in told.hours.values()])
    limits = rng.random((len(told.limits), n)) < np.stack([one.of(*by) for one in told.limits.values()])
    hard = rng.random((len(told.difficulties), n)) < np.stack(
        [one.of(*by) for one in told.difficulties.values()]
    )
    part_time = rng.random(n) < told.part_time.of(*by)
    searched = rng.poisson(told.applications, n)
    return {
        "mobility_km": rng.choice(told.kilometres, n, p=told.kilometre_shares).tolist(),
        "moves_house": (rng.random(n) < told.moves_house.of(*by)).tolist(),
        "licence_b": (rng.random(n) < told.licence_b.of(*by)).tolist(),
        "weekly_hours": np.where(part_time, rng.choice((20, 24, 28, 30), n), 35).tolist(),
        "refused_hours": _sets(tuple(cast("dict[Hours, Any]", told.hours)), hours),
        "limits": _sets(tuple(cast("dict[Limit, Any]", told.limits)), limits),
        "difficulties": _sets(tuple(cast("dict[Difficulty, Any]", told.difficulties)), hard),
        "training_months": rng.choice((0, 3, 6, 12, 24), n, p=told.training).tolist(),
        "applications_a_month": searched.tolist(),
        "interviews": rng.binomial(searched, told.interview_chance).tolist(),
    }


def _sets(names: tuple[Any, ...], drawn: NDArray[np.bool_]) -> list[frozenset[Any]]:
    """Return for each column of ``drawn`` the names of its true rows; equal sets are one object."""
    weights = 1 << np.arange(len(names))
    which = weights @ drawn
    known = {
        int(one): frozenset(name for at, name in enumerate(names) if int(one) >> at & 1)
        for one in np.unique(which)
    }
    return [known[one] for one in which.tolist()]
