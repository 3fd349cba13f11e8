"""What was found in one file, without the values: how many of each type, how surely, where first."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bacasable.privacy.redaction.spans import Span

#: Places kept for each type.
PLACES = 5

#: Signs of an example.
EXAMPLE = 32

_SIGNS = re.compile(r"[^\W\d_]|\d")


def shape(value: str) -> str:
    """Return the shape of a value, which tells its form only: ``06 12 A-b`` gives ``99 99 X-x``."""
    drawn = _SIGNS.sub(_drawn, value[:EXAMPLE]).replace("\n", " ")
    return "".join(sign if sign.isprintable() else "?" for sign in drawn) + (
        "…" if len(value) > EXAMPLE else ""
    )


def _drawn(sign: re.Match[str]) -> str:
    letter = sign[0]
    if letter.isdigit():
        return "9"
    return "X" if letter.isupper() else "x"


@dataclass
class Count:
    """One type in one file: occurrences (and those left as they are), confidences, the first places, the
    shape of the first."""

    count: int = 0
    left: int = 0
    confidence_sum: float = 0.0
    confidence_max: float = 0.0
    places: list[int] = field(default_factory=list)
    example: str = ""

    @property
    def confidence(self) -> float:
        """The mean of the confidences, from 0 to 1."""
        return self.confidence_sum / self.count if self.count else 0.0


class Tally:
    """Counts by type. ``unit`` says what a place is: line, paragraph, page."""

    def __init__(self) -> None:
        self.counts: dict[str, Count] = {}

    @property
    def total(self) -> int:
        """All occurrences of all types."""
        return sum(count.count for count in self.counts.values())

    @property
    def left(self) -> int:
        """Occurrences that are written as they were: no replacement was made for them."""
        return sum(count.left for count in self.counts.values())

    def add(self, span: Span, value: str, place: Callable[[int], int], is_left: bool = False) -> None:
        """Count ``span``; its place is asked for only while it will be kept."""
        count = self.counts.setdefault(span.type, Count())
        count.count += 1
        count.left += is_left
        count.confidence_sum += span.confidence
        count.confidence_max = max(count.confidence_max, span.confidence)
        if len(count.places) < PLACES:
            where = place(span.start)
            if where not in count.places:
                count.places.append(where)
        if not count.example:
            count.example = shape(value)

    def as_data(self) -> list[dict[str, Any]]:
        """Return the counts as plain data, the most frequent type first."""
        ordered = sorted(self.counts.items(), key=lambda item: (-item[1].count, item[0]))
        return [
            {
                "type": kind,
                "count": count.count,
                "left": count.left,
                "confidence": round(count.confidence, 3),
                "confidence_max": round(count.confidence_max, 3),
                "places": count.places,
                "example": count.example,
            }
            for kind, count in ordered
        ]
