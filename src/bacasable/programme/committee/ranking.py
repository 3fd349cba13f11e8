"""Rank dossiers on a weighted grid, and say how much the ranking owes to the weights and to each expert.

Pure Python, no web, no numeric library. The method is the weighted sum model (Fishburn, 1967): the score of a
dossier on a criterion is the mean of its experts' scores, and its mark is the mean of those weighted by the
grid. Marks are compared exactly, as integers, so that a tie is a tie and not a rounding.

Sensitivity follows the stochastic view of weights of SMAA-2 (Lahdelma and Salminen, Operations Research 49,
2001): weights are drawn many times around the published ones, and the share of draws in which a dossier
stays among the first k is its rank acceptability. Shares come with the interval of Clopper and Pearson, since
they are counts of draws. Beside the draws, each weight alone is halved and doubled, and each expert alone is
left out.

What it does not do: correct for severe or lenient experts. With two experts a dossier there is too little to
estimate a severity; :attr:`Ranked.lowest` and :attr:`Ranked.highest` show the disagreement instead.
"""

import math
import random
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from bacasable.privacy.intervals import Interval, clopper_pearson

#: Draws of weights. 1,000 give a share to within 3 points at 95 %.
DRAWS = 1000
#: Weights are drawn from Dirichlet(CONCENTRATION x weights): one of 25 % falls between 14 and 38 % in 19
#: draws of 20.
CONCENTRATION = 50.0
SEED = 2023
MOST_DRAWS = 10_000
#: Rankings that :func:`rank_again` keeps at most: those of a few pages being read.
KEPT_RANKINGS = 8

#: ``{criterion: value}`` of one expert on one dossier; a criterion left out is one not scored.
Sheet = Mapping[str, int]
#: ``{dossier: {expert: sheet}}``
Sheets = Mapping[str, Mapping[str, Sheet]]


@dataclass(frozen=True)
class Spread:
    """The scores of one dossier on one criterion: how many, mean, least, greatest, standard deviation."""

    count: int
    mean: float
    least: int
    greatest: int
    deviation: float

    @property
    def range(self) -> int:
        """The distance between the least and the greatest score."""
        return self.greatest - self.least


@dataclass(frozen=True)
class Ranked:
    """One dossier in the ranking.

    ``mark`` (1 to 5) and ``rank`` (1 is best; equal marks share a rank, the next one skips) are None when a
    criterion has no score at all: ``unscored`` names those criteria, and nothing is filled in for them.
    ``lowest`` and ``highest`` are the marks that its experts' own complete sheets give. ``kept`` counts the
    draws in which fewer than k dossiers do better; ``share`` is its part of the draws. ``kept_when`` says,
    for each weight halved or doubled (``"criterion x0.5"``), whether it is among the first k. ``best_rank``
    and ``worst_rank`` are its ranks when each expert in turn is left out.
    """

    key: str
    mark: float | None
    rank: int | None
    experts: int
    unscored: tuple[str, ...]
    spread: Mapping[str, Spread]
    lowest: float | None
    highest: float | None
    kept: int
    share: float
    interval: Interval
    kept_when: Mapping[str, bool]
    best_rank: int | None
    worst_rank: int | None

    @property
    def widest(self) -> int:
        """The greatest range over the criteria; 0 with one expert."""
        return max((spread.range for spread in self.spread.values()), default=0)


@dataclass(frozen=True)
class Ranking:
    """The dossiers, best first, those without a mark last; and how the sensitivity was computed."""

    places: int
    draws: int
    concentration: float
    seed: int
    dossiers: tuple[Ranked, ...]

    def of(self, key: str) -> Ranked:
        """Return one dossier's line.

        Raises:
            KeyError: it is not in the ranking.
        """
        return {ranked.key: ranked for ranked in self.dossiers}[key]


def rank(
    weights: Mapping[str, int],
    sheets: Sheets,
    places: int,
    *,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    seed: int = SEED,
) -> Ranking:
    """Rank dossiers by their weighted mean and measure how the first ``places`` depend on the weights.

    Neither the order of dossiers, experts and criteria nor a common factor of the weights changes anything.

    Args:
        weights: a positive or null integer for each criterion, one of them at least positive.
        sheets: what each expert gave to each dossier, integers on the scale of the grid.
        places: how many dossiers are selected (k), at least 1.
        draws: of weights, 1 to 10,000.
        concentration: of the Dirichlet law around the weights; the greater, the closer to them.
        seed: the same gives the same result, on every machine.

    Raises:
        ValueError: no criterion weighs anything, or an argument is out of its range.
    """
    # Sorted: neither the draws nor the order of additions may depend on the order of the caller's mappings.
    criteria = [key for key in sorted(weights) if weights[key] > 0]
    if not criteria or min(weights.values()) < 0:
        raise ValueError("weights must be positive or null integers, one of them positive")
    if places < 1 or not 1 <= draws <= MOST_DRAWS or concentration <= 0:
        raise ValueError(f"places {places}, draws {draws}, concentration {concentration}: out of range")
    keys = sorted(sheets)
    gathered = {key: _gather(weights, sheets[key]) for key in keys}
    counts_met = {len(values) for by_criterion in gathered.values() for values in by_criterion.values()}
    # A common multiple of every count of scores, and of each less one: all means below are integers.
    scale = math.lcm(*(count - less for count in counts_met for less in (0, 1) if count > less))
    means = {
        key: [
            sum(gathered[key][criterion]) * scale // len(gathered[key][criterion]) for criterion in criteria
        ]
        for key in keys
        if all(gathered[key][criterion] for criterion in criteria)
    }
    marked = list(means)
    published = [weights[criterion] for criterion in criteria]
    columns = [list(column) for column in zip(*means.values(), strict=True)] or [[] for _ in criteria]
    totals = _totals(columns, published)
    unit = scale * sum(published)
    marks = dict(zip(marked, totals, strict=True))
    ranks = _ranks(marks)
    kept = _kept_in_draws(columns, _draws(published, draws, concentration, seed), places)
    counts = dict(zip(marked, kept, strict=True))
    one_at_a_time = {
        case: dict(zip(marked, keeps, strict=True))
        for case, keeps in _one_at_a_time(criteria, published, columns, places).items()
    }
    left_out = _ranks_without_each_expert(criteria, weights, sheets, gathered, marks, scale)
    intervals: dict[int, Interval] = {}
    found = []
    for key in keys:
        own = [
            sum(weights[criterion] * sheet[criterion] for criterion in criteria) / sum(published)
            for sheet in sheets[key].values()
            if all(criterion in sheet for criterion in criteria)
        ]
        count = counts.get(key, 0)
        if count not in intervals:  # few counts are distinct: most dossiers are always in, or never
            intervals[count] = clopper_pearson(count, draws)
        around = [*left_out.get(key, []), *([ranks[key]] if key in ranks else [])]
        found.append(
            Ranked(
                key=key,
                mark=marks[key] / unit if key in marks else None,
                rank=ranks.get(key),
                experts=len(sheets[key]),
                unscored=tuple(criterion for criterion in criteria if not gathered[key][criterion]),
                spread={criterion: _spread(values) for criterion, values in gathered[key].items() if values},
                lowest=min(own, default=None),
                highest=max(own, default=None),
                kept=count,
                share=count / draws,
                interval=intervals[count],
                kept_when={case: keeps.get(key, False) for case, keeps in one_at_a_time.items()},
                best_rank=min(around, default=None),
                worst_rank=max(around, default=None),
            )
        )
    found.sort(key=lambda ranked: (ranked.rank is None, ranked.rank or 0, ranked.key))
    return Ranking(places, draws, concentration, seed, tuple(found))


def rank_again(
    weights: Mapping[str, int],
    sheets: Sheets,
    places: int,
    *,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    seed: int = SEED,
) -> Ranking:
    """Return what :func:`rank` returns; the last few results are kept, since it depends on nothing else.

    The whole of what was ranked is the key: other scores or other weights are another ranking.

    Raises:
        ValueError: as :func:`rank` does.
    """
    given = tuple(
        (
            key,
            tuple((expert, tuple(sorted(sheet.items()))) for expert, sheet in sorted(sheets[key].items())),
        )
        for key in sorted(sheets)
    )
    return _kept(tuple(sorted(weights.items())), given, places, draws, concentration, seed)


@lru_cache(maxsize=KEPT_RANKINGS)
def _kept(
    weights: tuple[tuple[str, int], ...],
    given: tuple[tuple[str, tuple[tuple[str, tuple[tuple[str, int], ...]], ...]], ...],
    places: int,
    draws: int,
    concentration: float,
    seed: int,
) -> Ranking:
    sheets = {key: {expert: dict(sheet) for expert, sheet in by_expert} for key, by_expert in given}
    return rank(dict(weights), sheets, places, draws=draws, concentration=concentration, seed=seed)


def _gather(criteria: Iterable[str], sheets: Mapping[str, Sheet]) -> dict[str, list[int]]:
    """Return the scores of one dossier by criterion, whoever gave them."""
    return {key: [sheet[key] for sheet in sheets.values() if key in sheet] for key in sorted(criteria)}


def _spread(values: Sequence[int]) -> Spread:
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return Spread(len(values), mean, min(values), max(values), math.sqrt(variance))


def _totals(columns: Sequence[Sequence[int]], weights: Sequence[float]) -> list[float]:
    """Return the weighted sum of each dossier; exact when the weights are integers.

    Two dossiers with the same means get the same float, since the same additions are made in the same order.
    """
    weight = weights[0]
    totals: list[float] = [weight * value for value in columns[0]]
    for weight, column in zip(weights[1:], columns[1:], strict=True):
        totals = list(map(add, totals, [weight * value for value in column]))
    return totals


def _ranks(marks: Mapping[str, float]) -> dict[str, int]:
    """Return the rank of each: one more than the number of those that do strictly better."""
    ordered = sorted(marks.values())
    above = {mark: position for position, mark in enumerate(ordered, start=1)}  # the last equal one stays
    return {key: len(ordered) - above[mark] + 1 for key, mark in marks.items()}


def _bar(totals: Sequence[float], places: int) -> float:
    """Return the total that is enough to be among the first ``places``, ties included."""
    return sorted(totals, reverse=True)[min(places, len(totals)) - 1]


def _draws(weights: Sequence[int], draws: int, concentration: float, seed: int) -> list[list[float]]:
    """Draw weights from the Dirichlet law whose mean they are, as normalised gamma variates."""
    chance = random.Random(seed)  # noqa: S311 (a simulation that must be repeatable, no secret)
    shapes = [concentration * weight / sum(weights) for weight in weights]
    found: list[list[float]] = []
    while len(found) < draws:
        drawn = [chance.gammavariate(shape, 1.0) for shape in shapes]
        if total := sum(drawn):
            found.append([part / total for part in drawn])
    return found


def _kept_in_draws(
    columns: Sequence[Sequence[int]], draws: Iterable[Sequence[float]], places: int
) -> list[int]:
    counts = [0] * len(columns[0])
    if not counts:
        return counts
    for weights in draws:
        totals = _totals(columns, weights)
        bar = _bar(totals, places)
        counts = list(map(add, counts, [total >= bar for total in totals]))
    return counts


def _one_at_a_time(
    criteria: Sequence[str], weights: Sequence[int], columns: Sequence[Sequence[int]], places: int
) -> dict[str, list[bool]]:
    """Return, for each weight halved and doubled, which dossiers are among the first; exact."""
    cases = {}
    for position, criterion in enumerate(criteria):
        for name, factor in (("x0.5", 1), ("x2", 4)):
            changed = [2 * weight for weight in weights]  # doubled, so that the half is an integer
            changed[position] = factor * weights[position]
            totals = _totals(columns, changed)
            bar = _bar(totals, places) if totals else 0
            cases[f"{criterion} {name}"] = [total >= bar for total in totals]
    return cases


def _ranks_without_each_expert(
    criteria: Sequence[str],
    weights: Mapping[str, int],
    sheets: Sheets,
    gathered: Mapping[str, Mapping[str, list[int]]],
    marks: Mapping[str, float],
    scale: int,
) -> dict[str, list[int]]:
    """Return the ranks of each dossier when each expert in turn is left out.

    A dossier that nobody else scored keeps its mark: it would otherwise lift all the others.
    """
    of_expert: dict[str, list[str]] = {}
    for dossier, by_expert in sheets.items():
        for expert in by_expert:
            if dossier in marks:
                of_expert.setdefault(expert, []).append(dossier)
    found: dict[str, list[int]] = {key: [] for key in marks}
    everyone = sorted(marks.values())
    for expert, scored in of_expert.items():
        changed: dict[str, float] = {}
        for dossier in scored:
            sheet = sheets[dossier][expert]
            total = 0
            for criterion in criteria:
                values = gathered[dossier][criterion]
                count = len(values) - (criterion in sheet)
                if count == 0:
                    break
                rest = sum(values) - sheet.get(criterion, 0)
                total += weights[criterion] * (rest * scale // count)
            else:
                changed[dossier] = total
        ordered = everyone.copy()
        for dossier in changed:
            del ordered[bisect_left(ordered, marks[dossier])]
        for moved in changed.values():
            insort(ordered, moved)
        size = len(ordered)
        above = {mark: position for position, mark in enumerate(ordered, start=1)}
        for dossier, mark in marks.items():
            found[dossier].append(size - above[changed.get(dossier, mark)] + 1)
    return found
