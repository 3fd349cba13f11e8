"""Charts drawn by the server as SVG, each with the table of the same figures. No script, no inline style.

Colours and strokes are CSS classes (``bac-chart-*``), so a chart follows the theme and prints. Text in the
drawing is hidden from assistive technology, which is given the chart's title, its summary and the table.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Value:
    """One figure: its label, value and, where known, the bounds of its interval (same unit).

    ``note`` says in words what sets it apart (its verdict), in a column of the table; ``kind`` draws that:
    ``failed``, ``void`` or nothing. ``apart``: something is missing between the value before and this one, so
    no line joins them.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    kind: str = ""
    apart: bool = False

    def __post_init__(self) -> None:
        numbers = [self.value, *(bound for bound in (self.low, self.high) if bound is not None)]
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError(
                f"chart value '{self.label}': {numbers} must be finite; leave unknown values out"
            )
        if (self.low is not None and self.low > self.value) or (
            self.high is not None and self.high < self.value
        ):
            raise ValueError(
                f"chart value '{self.label}': its interval {numbers[1:]} does not hold {self.value}"
            )


@dataclass(frozen=True)
class Threshold:
    """A line not to cross: its place on the scale and what it is."""

    value: float
    label: str


@dataclass(frozen=True)
class _Chart:
    id: str
    title: str
    values: Sequence[Value]
    unit: str = ""
    description: str = ""
    threshold: Threshold | None = None
    decimals: int = 0
    label_heading: str = ""
    value_heading: str = ""
    interval_heading: str = field(default="")
    #: Another line, to compare with: what chance alone would give. Drawn by line charts.
    reference: Threshold | None = None
    note_heading: str = ""

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"chart '{self.id}': no values; show a sentence in place of an empty chart")

    def number(self, value: float, decimals: int | None = None) -> str:
        """Write a figure in the reader's language, with its unit."""
        places = self.decimals if decimals is None else decimals
        written = str(number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True))
        return f"{written}\u00a0{self.unit}" if self.unit else written

    @property
    def has_intervals(self) -> bool:
        return any(value.low is not None or value.high is not None for value in self.values)

    @property
    def columns(self) -> list[dict[str, Any]]:
        columns: list[dict[str, Any]] = [
            {"key": "label", "label": self.label_heading or _("Label")},
            {"key": "value", "label": self.value_heading or _("Value"), "numeric": True},
        ]
        if self.has_intervals:
            heading = self.interval_heading or _("Interval")
            columns.append({"key": "interval", "label": heading, "numeric": True})
        if any(value.note for value in self.values):
            columns.append({"key": "note", "label": self.note_heading or _("Note")})
        return columns

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = [
            {
                "label": value.label,
                "value": self.number(value.value),
                "interval": self.interval(value),
                "note": value.note,
            }
            for value in self.values
        ]
        rows += [
            {"label": line.label, "value": self.number(line.value), "interval": "", "note": ""}
            for line in (self.threshold, self.reference)
            if line
        ]
        return rows

    def interval(self, value: Value) -> str:
        """Write the bounds of a figure, or nothing where none is known."""
        if value.low is None and value.high is None:
            return ""
        low = value.value if value.low is None else value.low
        high = value.value if value.high is None else value.high
        return f"{self.number(low)} – {self.number(high)}"

    @property
    def summary(self) -> str:
        """The chart in one sentence, for who does not see it."""
        return "; ".join(f"{row['label']}: {row['value']}" for row in self.rows)

    def extent(self) -> tuple[float, float]:
        """The least and the greatest number to be shown, zero and the threshold among them."""
        numbers = [0.0]
        for value in self.values:
            numbers += [value.value, *(bound for bound in (value.low, value.high) if bound is not None)]
        numbers += [line.value for line in (self.threshold, self.reference) if line]
        return min(numbers), max(numbers)

    def scale(self) -> list[tuple[float, str, str]]:
        """The marks of the scale: value, text, CSS class. A narrow screen hides every other text."""
        marks = ticks(*self.extent())
        places = max(0, -math.floor(math.log10(marks[1] - marks[0]) + 1e-9))
        return [
            (mark, self.number(mark, places), f"bac-chart-tick{' bac-chart-tick--between' * (index % 2)}")
            for index, mark in enumerate(marks)
        ]

    def _document(self, width: int, height: int, parts: Iterable[str]) -> str:
        return (
            f'<svg class="bac-chart-svg" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'role="img" aria-labelledby="{escape(self.id)}-title {escape(self.id)}-desc" focusable="false">'
            f'<title id="{escape(self.id)}-title">{escape(self.title)}</title>'
            f'<desc id="{escape(self.id)}-desc">{escape(self.summary)}</desc>'
            f'<g aria-hidden="true">{"".join(parts)}</g></svg>'
        )


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers, from at most ``low`` to at least ``high``, near ``about`` of them.

    Steps are 1, 2 or 5 times a power of ten.
    """
    span = high - low or abs(high) or 1.0
    rough = span / max(about - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil((high or low + span) / step - 1e-9)
    return [round(index * step, 12) for index in range(first, max(last, first + 1) + 1)]


def _text(x: float, y: float, text: str, css: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>'


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


class BarChart(_Chart):
    """Horizontal bars, one a value, with the interval as a whisker and the threshold as a line across."""

    WIDTH, ROW, TOP, BOTTOM, LEFT, RIGHT = 480, 52, 16, 40, 14, 84

    def svg(self) -> str:
        """Draw the chart; labels stand above their bars so that long ones fit a narrow screen."""
        marks = self.scale()
        least, greatest = marks[0][0], marks[-1][0]
        top = self.TOP + (24 if self.threshold else 0)
        height = top + self.ROW * len(self.values) + self.BOTTOM
        unit = (self.WIDTH - self.LEFT - self.RIGHT) / (greatest - least)

        def x(value: float) -> float:
            return self.LEFT + (value - least) * unit

        base = height - self.BOTTOM + 6
        parts = [_line(x(mark), top, x(mark), base, "bac-chart-grid") for mark, _t, _c in marks]
        parts += [_text(x(mark), base + 20, text, css, "middle") for mark, text, css in marks]
        parts.append(_line(x(0), top, x(0), base, "bac-chart-axis"))
        if self.threshold:
            at = x(self.threshold.value)
            anchor = "end" if at > self.WIDTH / 2 else "start"
            parts.append(_line(at, top - 6, at, base, "bac-chart-threshold"))
            text = f"{self.threshold.label} ({self.number(self.threshold.value)})"
            parts.append(_text(at, top - 12, text, "bac-chart-threshold-label", anchor))
        for index, value in enumerate(self.values):
            y = top + index * self.ROW
            left, right = sorted((x(0), x(value.value)))
            parts.append(_text(self.LEFT + 4, y + 18, _shorten(value.label, 48), "bac-chart-label"))
            parts.append(
                f'<rect x="{left:.1f}" y="{y + 25}" width="{max(right - left, 1):.1f}" height="14" '
                'rx="2" class="bac-chart-bar"/>'
            )
            end = right
            if value.low is not None or value.high is not None:
                first = x(value.value if value.low is None else value.low)
                last = x(value.value if value.high is None else value.high)
                end, middle = max(right, last), y + 32
                parts.append(_line(first, middle, last, middle, "bac-chart-halo"))
                parts.append(_line(first, middle, last, middle, "bac-chart-whisker"))
                parts += [_line(at, middle - 5, at, middle + 5, "bac-chart-whisker") for at in (first, last)]
            parts.append(_text(end + 8, y + 38, self.number(value.value), "bac-chart-value"))
        return self._document(self.WIDTH, height, parts)


class LineChart(_Chart):
    """A line through values in order (dates, releases), the interval as a band and bars, lines across.

    Those are the threshold and, where given, the reference to compare with.
    """

    WIDTH, HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 480, 280, 30, 40, 72, 24
    #: How near to the axis a line across has no room for its label above it, and the room below the dates.
    CLOSE, BELOW = 40, 28

    def svg(self) -> str:
        """Draw the chart; where there are many values, only some carry their label."""
        marks = self.scale()
        least, greatest = marks[0][0], marks[-1][0]
        last_index = len(self.values) - 1
        bottom, right = self.HEIGHT - self.BOTTOM, self.WIDTH - self.RIGHT
        unit = (bottom - self.TOP) / (greatest - least)

        def x(index: int) -> float:
            return self.LEFT + index * (right - self.LEFT) / max(last_index, 1)

        def y(value: float) -> float:
            return bottom - (value - least) * unit

        parts = [_line(self.LEFT, y(mark), right, y(mark), "bac-chart-grid") for mark, _t, _c in marks]
        parts += [_text(self.LEFT - 8, y(mark) + 5, text, css, "end") for mark, text, css in marks]
        if self.has_intervals:
            upper = [(x(i), y(v.value if v.high is None else v.high)) for i, v in enumerate(self.values)]
            lower = [(x(i), y(v.value if v.low is None else v.low)) for i, v in enumerate(self.values)]
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in [*upper, *reversed(lower)])
            parts.append(f'<polygon points="{points}" class="bac-chart-band"/>')
        for stretch in self._stretches():
            points = " ".join(f"{x(i):.1f},{y(self.values[i].value):.1f}" for i in stretch)
            parts.append(f'<polyline points="{points}" class="bac-chart-line"/>')
        every = max(1, -(-last_index // 4))
        for index, value in enumerate(self.values):
            if value.low is not None and value.high is not None:
                top, foot = y(value.high), y(value.low)
                parts.append(_line(x(index), top, x(index), foot, "bac-chart-whisker"))
                parts += [
                    _line(x(index) - 4, at, x(index) + 4, at, "bac-chart-whisker") for at in (top, foot)
                ]
            place = f'cx="{x(index):.1f}" cy="{y(value.value):.1f}"'
            css = f"bac-chart-dot bac-chart-dot--{value.kind}" if value.kind else "bac-chart-dot"
            parts.append(f'<circle {place} r="4" class="{escape(css)}"/>')
            if index % every == 0:
                anchor = "start" if index == 0 else "end" if index == last_index else "middle"
                css = "bac-chart-tick" + (" bac-chart-tick--between" if index // every % 2 else "")
                parts.append(_text(x(index), bottom + 24, _shorten(value.label, 16), css, anchor))
        parts.append(_line(self.LEFT, y(0), right, y(0), "bac-chart-axis"))
        left, end = (self.LEFT + 4, "start"), (right, "end")
        sides = [left, end]
        if self.threshold:
            level = y(self.threshold.value)
            # On the side where the line is further away, so that neither hides the other.
            first, last = (abs(y(value.value) - level) for value in (self.values[0], self.values[-1]))
            sides = [left, end] if first > last else [end, left]
            parts += self._across(self.threshold, level, *sides[0], "bac-chart-threshold")
        height = self.HEIGHT
        if self.reference:
            level = y(self.reference.value)
            at, anchor = sides[1]
            above = level - 8
            if bottom - level < self.CLOSE:  # on the axis, where runs end up: its label goes below the dates
                height += self.BELOW
                at, anchor, above = right, "end", bottom + self.BOTTOM + self.BELOW / 2
            parts += self._across(self.reference, level, at, anchor, "bac-chart-reference", above)
        return self._document(self.WIDTH, height, parts)

    def _stretches(self) -> list[list[int]]:
        """Return the places of the values that lines join, stretch by stretch."""
        found: list[list[int]] = []
        for index, value in enumerate(self.values):
            if value.apart or not found:
                found.append([])
            found[-1].append(index)
        return found

    def _across(
        self, line: Threshold, level: float, at: float, anchor: str, css: str, above: float | None = None
    ) -> list[str]:
        """Draw a line across at ``level``, its label above it (or at ``above``) at one end."""
        text = f"{line.label} ({self.number(line.value)})"
        return [
            _line(self.LEFT, level, self.WIDTH - self.RIGHT, level, css),
            _text(at, level - 8 if above is None else above, text, f"{css}-label", anchor),
        ]
