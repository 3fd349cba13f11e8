"""How found spans are judged against gold ones: strict and partial F1, recall, and their intervals.

`score(gold, found)` takes, for each text, gold spans and found spans; both may be objects or dictionaries
with start, end and label (or type). A span of the gold that is optional (a department inside the name of an
institution, the date of a law) counts neither when found nor when missed.

Strict: same start, end and type. Partial: some overlap with a span of the same type; a gold span is recalled,
and a found one is right, whatever the number of pieces. Covered: each letter and digit of the gold span lies
in some found span of any type, which is what masking needs.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Draws of the bootstrap by template.
DRAWS = 1_000
SEED = 11

#: Start, end, label, whether optional, and the other label that it may be found as.
Plain = tuple[int, int, str, bool, str]


@dataclass
class Counts:
    """What was counted for one type in one cluster of texts."""

    gold: int = 0
    found: int = 0
    strict: int = 0
    recalled: int = 0
    right: int = 0
    covered: int = 0

    def add(self, other: "Counts", times: int = 1) -> None:
        """Add another count, `times` over."""
        for key in ("gold", "found", "strict", "recalled", "right", "covered"):
            setattr(self, key, getattr(self, key) + times * getattr(other, key))

    @property
    def strict_f1(self) -> float:
        """F1 of spans with the same start, end and type."""
        return _f1(self.strict, self.gold, self.strict, self.found)

    @property
    def partial_f1(self) -> float:
        """F1 of spans that overlap one of the same type."""
        return _f1(self.recalled, self.gold, self.right, self.found)

    def shares(self) -> dict[str, float]:
        """Return precision, recall and F1, strict and partial, and the share covered; 0 where nothing is."""
        return {
            "strict_precision": _share(self.strict, self.found),
            "strict_recall": _share(self.strict, self.gold),
            "strict_f1": self.strict_f1,
            "partial_precision": _share(self.right, self.found),
            "partial_recall": _share(self.recalled, self.gold),
            "partial_f1": self.partial_f1,
            "covered": _share(self.covered, self.gold),
        }


@dataclass
class Scores:
    """Counts by type, and by type and cluster; `micro` adds the types up."""

    types: dict[str, Counts] = field(default_factory=dict)
    clusters: dict[str, dict[str, Counts]] = field(default_factory=dict)

    def micro(self, among: Iterable[str] | None = None) -> Counts:
        """Return the counts of all types, or of those given."""
        total = Counts()
        for label in self.types if among is None else among:
            total.add(self.types.get(label, Counts()))
        return total

    def interval(
        self, label: str, measure: str = "strict_f1", level: float = 0.95, draws: int = DRAWS
    ) -> tuple[float, float]:
        """Return the percentile bootstrap interval of a measure of a type, drawing whole templates."""
        parts = [one[label] for one in self.clusters.values() if label in one]
        if not parts:
            return 0.0, 0.0
        chance, values = random.Random(SEED), []
        for _ in range(draws):
            total = Counts()
            for part in chance.choices(parts, k=len(parts)):
                total.add(part)
            values.append(total.shares()[measure])
        values.sort()
        cut = (1 - level) / 2
        return values[int(cut * draws)], values[min(draws - 1, int((1 - cut) * draws))]


def score(
    gold: Sequence[Iterable[Any]],
    found: Sequence[Iterable[Any]],
    *,
    clusters: Sequence[str] | None = None,
    labels: Iterable[str] | None = None,
    texts: Sequence[str] | None = None,
) -> Scores:
    """Judge found spans against gold ones, text by text.

    `clusters` names the template of each text (each text its own without it); `labels` limits the types
    judged (all those of the gold without it: a type that the gold never holds is not judged); with `texts`,
    blanks and signs of a gold span need not be covered.

    Raises:
        ValueError: the sequences have different lengths.
    """
    names = list(clusters) if clusters is not None else [str(n) for n in range(len(gold))]
    surfaces = list(texts) if texts is not None else [None] * len(gold)
    golds = [[_plain(span) for span in spans] for spans in gold]
    judged = (
        set(labels)
        if labels is not None
        else {label for spans in golds for _, _, label, free, _ in spans if not free}
    )
    scores = Scores(clusters=defaultdict(lambda: defaultdict(Counts)))
    for spans, others, name, surface in zip(golds, found, names, surfaces, strict=True):
        answers = [_as_gold(_plain(span), spans) for span in others]
        _judge(spans, answers, judged, scores.clusters[name], surface)
    for parts in scores.clusters.values():
        for label, counts in parts.items():
            scores.types.setdefault(label, Counts()).add(counts)
    return scores


def _judge(
    gold: list[Plain],
    found: list[Plain],
    judged: set[str],
    counts: dict[str, Counts],
    text: str | None,
) -> None:
    free = [(start, end) for start, end, _, optional, _ in gold if optional]
    mine: dict[str, list[tuple[int, int]]] = defaultdict(list)
    inked: set[int] = set()
    for start, end, label, _, _ in found:
        inked.update(range(start, end))
        if label in judged:
            mine[label].append((start, end))
    theirs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, end, label, optional, _ in gold:
        if label in judged and not optional:
            theirs[label].append((start, end))
            counts[label].gold += 1
            counts[label].recalled += _touches((start, end), mine[label])
            places = range(start, end)
            counts[label].covered += all(
                p in inked or (text is not None and not text[p].isalnum()) for p in places
            )
    for label, spans in mine.items():
        for span in spans:
            right = _touches(span, theirs[label])
            if not right and _touches(span, free):
                continue
            counts[label].found += 1
            counts[label].right += right
            counts[label].strict += span in theirs[label]


def _as_gold(found: Plain, gold: list[Plain]) -> Plain:
    """Give a found span the label of the gold span that may be found as its own."""
    for start, end, label, _, also in gold:
        if also and also == found[2] and found[0] < end and start < found[1]:
            return (found[0], found[1], label, False, "")
    return found


def _touches(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _plain(span: Any) -> Plain:
    if isinstance(span, Mapping):
        label = span.get("label") or span["type"]
        return span["start"], span["end"], label, bool(span.get("optional", False)), span.get("also", "")
    label = getattr(span, "label", None) or span.type
    return span.start, span.end, label, bool(getattr(span, "optional", False)), getattr(span, "also", "")


def _f1(hit_gold: int, gold: int, hit_found: int, found: int) -> float:
    recall, precision = _share(hit_gold, gold), _share(hit_found, found)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
