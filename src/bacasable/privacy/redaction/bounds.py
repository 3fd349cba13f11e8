"""What redaction misses, as a bound: "at most x identifiers missed per 10,000 pages at 95 %".

A labelled sample is a list of `Document`: how long each is, how many identifiers of each type it holds, and
how many were missed. An identifier is missed when some letter or digit of it lies outside every found span,
whatever the type of those spans: it would stay readable after masking.

The statistics. Misses of one document (one letter, one person's file) are not independent: the engine that
misses a name once misses it at each mention. So the unit is the cluster (the document, or a template or a
source where documents resemble one another), and the misses are a compound Poisson process over pages:
clusters with a miss arrive at some rate, each with 1 to M misses. Fay and Feuer (1997, Statistics in Medicine
16:791, "w_M") give the upper bound of such a sum: with y misses in all and v the sum of the squares of the
misses of each cluster,

    bound = (v + M²) / (y + M) × gamma quantile of shape (y + M)² / (v + M²)

which is the exact Poisson bound (Garwood 1936) when no cluster has more than one identifier, M times the
"rule of three" (3.0 M at 95 %) when nothing was missed, and close to the normal bound when much was. It is
divided by the pages of the sample.

What is assumed, and must be said beside the number: the sample was drawn as the pages that the bound speaks
of; clusters are independent; no cluster holds more identifiers of the type than the fullest one of the sample
(M). The level holds for each type alone; for several types at once give `level` = 1 - 0.05 / types
(Bonferroni).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Protocol

from bacasable.privacy.intervals import Interval, clopper_pearson, wilson
from bacasable.privacy.messages import N_, Refused

#: Characters of a page: a French typed page ("feuillet" is 1,500; a full page with margins, about 1,800).
PAGE_CHARACTERS = 1_800
#: Pages that a bound is stated for.
PAGES = 10_000
#: The key of the bound over all types together.
ALL = "all types"


class _Gold(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def type(self) -> str: ...


class _Found(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Document:
    """A labelled document: its length in characters, identifiers present and missed by type, and its cluster.

    Documents of one `cluster` may miss together; without one, the document is its own cluster.
    """

    characters: int
    present: Mapping[str, int]
    missed: Mapping[str, int] = field(default_factory=dict)
    cluster: str = ""

    def __post_init__(self) -> None:
        for key, count in self.missed.items():
            if not 0 <= count <= self.present.get(key, 0):
                raise ValueError(f"{key}: {count} missed of {self.present.get(key, 0)} present")
        if self.characters < 0:
            raise ValueError(f"{self.characters} characters: give 0 or more")


@dataclass(frozen=True)
class MissBound:
    """How many identifiers of a type are missed per 10,000 pages: estimate, upper bound, what they rest on.

    `recall` is a Clopper-Pearson interval, as if identifiers were independent: shown for reading, the bound
    does not rest on it. `bound` is infinite when the sample holds no identifier of the type: nothing is known
    then.
    """

    type: str
    present: int
    missed: int
    documents: int
    clusters: int
    pages: float
    estimate: float
    bound: float
    level: float
    recall: Interval
    fullest: int
    method: str = "Fay-Feuer gamma bound over clusters"

    def sentence(self) -> str:
        """Return the bound as one sentence, with what it rests on."""
        if math.isinf(self.bound):
            return f"{self.type}: no bound, the sample of {self.documents} documents holds none"
        shown = f"{math.ceil(self.bound):,}"
        return (
            f"{self.type}: at most {shown} missed per {PAGES:,} pages at {self.level:.0%} "
            f"({self.missed} of {self.present} missed in {self.pages:,.0f} pages, {self.clusters} clusters)"
        )


def tally(text: str, gold: Iterable[_Gold], found: Iterable[_Found], *, cluster: str = "") -> Document:
    """Count what a text holds and what was missed of it.

    Args:
        text: the text that the offsets (code points) point into.
        gold: labelled spans, with `start`, `end` and `type`.
        found: spans that would be masked.
        cluster: the template or source of the text, where texts resemble one another.
    """
    covered = bytearray(len(text))
    for span in found:
        covered[span.start : span.end] = b"\x01" * len(covered[span.start : span.end])
    present: dict[str, int] = {}
    missed: dict[str, int] = {}
    for one in gold:
        present[one.type] = present.get(one.type, 0) + 1
        if any(not covered[place] and text[place].isalnum() for place in range(one.start, one.end)):
            missed[one.type] = missed.get(one.type, 0) + 1
    return Document(len(text), present, missed, cluster)


def miss_bounds(
    documents: Sequence[Document],
    *,
    level: float = 0.95,
    types: Iterable[str] | None = None,
    page_characters: int = PAGE_CHARACTERS,
) -> list[MissBound]:
    """Return the bound of each type of the sample (or of those given), and of all types together last."""
    keys = sorted({key for one in documents for key in one.present}) if types is None else list(types)
    return [
        *(miss_bound(documents, key, level=level, page_characters=page_characters) for key in keys),
        miss_bound(documents, ALL, level=level, page_characters=page_characters, among=keys),
    ]


def miss_bound(
    documents: Sequence[Document],
    type: str,
    *,
    level: float = 0.95,
    page_characters: int = PAGE_CHARACTERS,
    among: Iterable[str] | None = None,
) -> MissBound:
    """Return how many identifiers of `type` are missed at most per 10,000 pages, at one-sided `level`.

    `among` adds several types up under one name. The module says what the bound assumes.

    Raises:
        Refused: no document, no text at all, or a level or page length out of range.
    """
    if not 0 < level < 1:
        raise Refused(N_("level: {level} is not between 0 and 1; give 0.95 for 95 %"), level=level)
    if page_characters <= 0:
        raise Refused(
            N_("page_characters: {page_characters} is not positive; give about 1800"),
            page_characters=page_characters,
        )
    pages = sum(one.characters for one in documents) / page_characters
    if not pages:
        raise Refused(N_("documents: the labelled sample is empty; label some pages first"))
    keys = {type} if among is None else set(among)
    present: dict[str, int] = {}
    missed: dict[str, int] = {}
    for number, one in enumerate(documents):
        cluster = one.cluster or f"#{number}"
        present[cluster] = present.get(cluster, 0) + sum(one.present.get(key, 0) for key in keys)
        missed[cluster] = missed.get(cluster, 0) + sum(one.missed.get(key, 0) for key in keys)
    whole, lost, fullest = sum(present.values()), sum(missed.values()), max(present.values())
    per_page = _compound_poisson_bound(list(missed.values()), fullest, level) / pages if fullest else math.inf
    return MissBound(
        type=type,
        present=whole,
        missed=lost,
        documents=len(documents),
        clusters=len(present),
        pages=pages,
        estimate=lost / pages * PAGES,
        bound=per_page * PAGES,
        level=level,
        recall=clopper_pearson(whole - lost, whole, level),
        fullest=fullest,
    )


@dataclass(frozen=True)
class GroupRecall:
    """The recall of one group, with Wilson's interval widened by the design effect (1: names independent)."""

    group: str
    recalled: int
    n: int
    interval: Interval
    design_effect: float = 1.0

    @property
    def recall(self) -> float:
        """Share recalled, 0 to 1; NaN for an empty group."""
        return self.recalled / self.n if self.n else math.nan


@dataclass(frozen=True)
class Difference:
    """Recall of `group` minus recall of `reference`, with Newcombe's interval."""

    group: str
    reference: str
    difference: float
    interval: Interval

    @property
    def worse(self) -> bool:
        """Whether the group is recalled less than the reference, the interval wholly below 0."""
        return self.interval.high < 0


@dataclass(frozen=True)
class Comparison:
    """Recall by group and the difference of each group with the reference."""

    groups: list[GroupRecall]
    differences: list[Difference]


def compare_groups(
    counts: Mapping[str, Sequence[tuple[int, int]]], *, reference: str = "", level: float = 0.95
) -> Comparison:
    """Compare recall between groups (French and foreign names, order of the words, case).

    Each group has one pair (names recalled, names in all) for each cluster: a document, or a template where
    documents resemble one another. Names of one cluster are recalled or missed together, so each half of
    Wilson's interval is widened by the square root of the design effect (Kish 1965: the variance of the ratio
    over clusters beside that of independent names, never below 1). A group of a single pair, or one with
    nothing missed, shows no effect: its names are taken as independent. Differences have Newcombe's hybrid
    score interval (1998, Statistics in Medicine 17:873, method 10) from those of the two groups, which are
    taken as independent.

    Args:
        counts: for each group, the pairs of its clusters.
        reference: the group that the others are compared with; the largest without it.
        level: two-sided, 0 to 1; for several groups at once give 1 - 0.05 / comparisons (Bonferroni).

    Raises:
        Refused: no group, or the reference is none of them.
    """
    if not counts:
        raise Refused(N_("counts: there is no group to compare; give at least one"))
    groups = {key: _recall(key, clusters, level) for key, clusters in counts.items()}
    chosen = reference or max(groups, key=lambda key: groups[key].n)
    if chosen not in groups:
        raise Refused(N_("reference: this group is not among those counted; name one of them"))
    differences = [_difference(one, groups[chosen], level) for key, one in groups.items() if key != chosen]
    return Comparison(list(groups.values()), differences)


def _recall(group: str, clusters: Sequence[tuple[int, int]], level: float) -> GroupRecall:
    hits, n = sum(hit for hit, _ in clusters), sum(size for _, size in clusters)
    interval, effect = wilson(hits, n, level), 1.0
    filled = [pair for pair in clusters if pair[1]]
    if len(filled) > 1 and 0 < hits < n:
        share = hits / n
        scatter = sum((hit - share * size) ** 2 for hit, size in filled) * len(filled) / (len(filled) - 1)
        effect = max(1.0, scatter / (n * share * (1 - share)))
        wider = math.sqrt(effect)
        interval = Interval(
            max(0.0, share - (share - interval.low) * wider),
            min(1.0, share + (interval.high - share) * wider),
            level,
            "Wilson, design effect of clusters",
        )
    return GroupRecall(group, hits, n, interval, effect)


def _difference(one: GroupRecall, base: GroupRecall, level: float) -> Difference:
    if not (one.n and base.n):
        return Difference(one.group, base.group, math.nan, Interval(-1.0, 1.0, level, "Newcombe"))
    gap = one.recall - base.recall
    below = math.hypot(one.recall - one.interval.low, base.interval.high - base.recall)
    above = math.hypot(one.interval.high - one.recall, base.recall - base.interval.low)
    interval = Interval(max(-1.0, gap - below), min(1.0, gap + above), level, "Newcombe")
    return Difference(one.group, base.group, gap, interval)


def _compound_poisson_bound(misses: Sequence[int], most: int, level: float) -> float:
    """Return the upper bound of the expected sum of misses, each cluster having at most `most` of them."""
    total = sum(misses) + most
    spread = sum(count * count for count in misses) + most * most
    return spread / total * _gamma_quantile(level, total * total / spread)


def _gamma_quantile(probability: float, shape: float) -> float:
    """Return a quantile of the gamma distribution of scale 1: bisection from Wilson and Hilferty's guess."""
    z = NormalDist().inv_cdf(probability)
    guess = shape * max(0.01, 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3
    low, high = 0.0, max(guess, 1.0)
    while _gamma_cdf(high, shape) < probability:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if _gamma_cdf(middle, shape) < probability:
            low = middle
        else:
            high = middle
    return high


def _gamma_cdf(x: float, shape: float) -> float:
    """Return the regularised lower incomplete gamma function: series (DLMF 8.11.4) or fraction (8.9.2)."""
    if x <= 0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        step = shape
        while term > total * 1e-16:
            step += 1
            term *= x / step
            total += term
        return front * total
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    fraction = d
    for step in range(1, 100_000):
        factor = -step * (step - shape)
        b += 2
        d = 1 / (factor * d + b)
        c = b + factor / c
        fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return 1 - front * fraction
