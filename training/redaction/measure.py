"""Measure a model on labelled texts: strict and overlap F1 of PERSON and LOCATION, the ADDRESS spans
being held."""

from collections import Counter
from collections.abc import Iterable

from generate import Text

from bacasable.privacy.redaction import names as package
from bacasable.privacy.redaction.names.model import Model
from bacasable.privacy.redaction.spans import Span

TYPES = ("PERSON", "LOCATION")


def f1(hits: float, found: float, gold: float) -> float:
    """Return the F1 of ``hits`` among ``found`` and ``gold``."""
    return 2 * hits / (found + gold) if found + gold else 0.0


def scores(model: Model, texts: Iterable[Text], misses: Counter[str] | None = None) -> dict[str, float]:
    """Return ``PERSON`` and ``LOCATION`` strict F1, and overlap F1 under ``PERSON~`` and ``LOCATION~``."""
    kept = package.model, package._reader
    package.model = lambda: model  # type: ignore[assignment]
    package._reader = lambda: None  # type: ignore[assignment]  # the kernel reads the model of the package
    counts: Counter[str] = Counter()
    try:
        for text in texts:
            taken = [Span(a, b, kind, 1.0) for a, b, kind in text.spans if kind not in TYPES]
            spans = package.names(text.text, taken)
            for kind in TYPES:
                gold = {(a, b) for a, b, k in text.spans if k == kind}
                found = {(s.start, s.end) for s in spans if s.type == kind}
                counts[kind + "hit"] += len(gold & found)
                counts[kind + "gold"] += len(gold)
                counts[kind + "found"] += len(found)
                counts[kind + "reached"] += sum(any(a < d and c < b for c, d in found) for a, b in gold)
                counts[kind + "right"] += sum(any(a < d and c < b for c, d in gold) for a, b in found)
                if misses is not None:
                    for sign, pieces in (("-", gold - found), ("+", found - gold)):
                        for a, b in pieces:
                            around = (
                                f"{text.text[max(0, a - 25) : a]}[{text.text[a:b]}]{text.text[b : b + 15]}"
                            )
                            misses[f"{sign}{kind} {text.family} {around!r}"] += 1
    finally:
        package.model, package._reader = kept
    answer = {}
    for kind in TYPES:
        answer[kind] = f1(counts[kind + "hit"], counts[kind + "found"], counts[kind + "gold"])
        recall = counts[kind + "reached"] / max(1, counts[kind + "gold"])
        precision = counts[kind + "right"] / max(1, counts[kind + "found"])
        answer[kind + "~"] = 2 * recall * precision / max(1e-9, recall + precision)
    return answer
