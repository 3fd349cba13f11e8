"""The dial as a picture: F1 of events over how often people are named, a point a setting, with bounds."""

from collections.abc import Sequence
from html import escape
from math import log
from xml.sax.saxutils import quoteattr

from bacasable.services.depth_events.engine.dial.measuring import Point

_WIDTH, _PANEL, _TOP, _LEFT, _RIGHT, _GAP = 860, 300, 78, 70, 26, 62
_BOTTOM = 66
_INK, _PALE, _BLUE, _RED = "#161616", "#929292", "#000091", "#c9191e"
#: Rates run from 1 % on, as logarithms: the settings that matter lie below a fifth.
_RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_CHANCE = 0.02


def draw(points: Sequence[Point], seed: int, kinds: Sequence[str] = ("fall", "intrusion")) -> str:
    """Return the picture as SVG: one panel an event, the settings that nothing beats on both axes joined.

    Raises:
        ValueError: no point.
    """
    if not points:
        raise ValueError("nothing to draw: give settings")
    high = _TOP + len(kinds) * (_PANEL + _GAP) + _BOTTOM - _GAP
    said = (
        "F1 of events over the rate at which the best of three attackers names one of 50 people; "
        f"simulated, seed {seed}"
    )
    body = [
        f'<text x="{_LEFT}" y="28" font-size="17" font-weight="bold">'
        "What a setting tells of events, and of people"
        "</text>",
        f'<text x="{_LEFT}" y="48" fill="#3a3a3a">Simulated; rates of attackers are lower bounds. '
        f"Bars: 95 % intervals; seed {seed}.</text>",
    ]
    for at, kind in enumerate(kinds):
        body.extend(_panel(points, kind, _TOP + at * (_PANEL + _GAP)))
    body.append(
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{high - 14}" text-anchor="middle">'
        "named right among 50 people, by the attacker that names most (chance 2 %; logarithmic)</text>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {high}" role="img" '
        f"aria-label={quoteattr(said)} font-family=\"Marianne, 'Liberation Sans', Arial, sans-serif\" "
        f'font-size="13" fill="{_INK}">\n<title>{escape(said)}</title>\n'
        f'<rect width="{_WIDTH}" height="{high}" fill="#fff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def frontier(points: Sequence[Point], kind: str) -> list[Point]:
    """Return the settings that no other beats on both F1 and the highest rate, least revealing first."""
    best: list[Point] = []
    for point in sorted(points, key=lambda one: (one.worst[1].r1, -one.f1[kind].value)):
        if not best or point.f1[kind].value > best[-1].f1[kind].value:
            best.append(point)
    return best


def _x(rate: float) -> float:
    inside = min(max(rate, _RATES[0]), 1.0)
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (log(inside) - log(_RATES[0])) / -log(_RATES[0])


def _panel(points: Sequence[Point], kind: str, top: float) -> list[str]:
    least = min(0.8, *(point.f1[kind].low for point in points))
    least = max(int(least * 10) / 10, 0.0)

    def y(value: float) -> float:
        return top + _PANEL * (1 - (value - least) / (1 - least))

    made = [
        f'<text x="{_LEFT}" y="{top - 8:.0f}" font-weight="bold">F1, {escape(kind.replace("_", " "))}</text>'
    ]
    for tick in range(round(least * 10), 11):
        value = tick / 10
        made.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" '
            'stroke="#e5e5e5"/>'
            f'<text x="{_LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.1f}</text>'
        )
    for rate in _RATES:
        made.append(
            f'<line x1="{_x(rate):.1f}" x2="{_x(rate):.1f}" y1="{top}" y2="{top + _PANEL}" stroke="#f0f0f0"/>'
            f'<text x="{_x(rate):.1f}" y="{top + _PANEL + 17}" text-anchor="middle">{rate:.0%}</text>'
        )
    made.append(
        f'<line x1="{_x(_CHANCE):.1f}" x2="{_x(_CHANCE):.1f}" y1="{top}" y2="{top + _PANEL}" '
        f'stroke="{_RED}" stroke-dasharray="4 4"/>'
        f'<text x="{_x(_CHANCE) + 5:.1f}" y="{top + _PANEL - 8}" fill="{_RED}">chance</text>'
    )
    joined = frontier(points, kind)
    way = " ".join(f"{_x(one.worst[1].r1):.1f},{y(one.f1[kind].value):.1f}" for one in joined)
    made.append(f'<polyline points="{way}" fill="none" stroke="{_BLUE}" stroke-width="1.5"/>')
    places = [(_x(point.worst[1].r1), y(point.f1[kind].value)) for point in points]
    for (x, level), label, point in zip(places, _labels(places), points, strict=True):
        made.append(_mark(x, level, label, point, kind, y(point.f1[kind].low), y(point.f1[kind].high)))
    return made


def _labels(places: Sequence[tuple[float, float]]) -> list[float]:
    """Return at which height each label is written, so that none lies on another near it."""
    taken: list[tuple[float, float]] = []
    at: dict[int, float] = {}
    for one in sorted(range(len(places)), key=lambda one: places[one][1]):
        x, level = places[one]
        while any(abs(x - other) < 150 and abs(level - height) < 14 for other, height in taken):
            level += 3
        taken.append((x, level))
        at[one] = level
    return [at[one] for one in range(len(places))]


def _mark(x: float, level: float, label: float, point: Point, kind: str, low: float, high: float) -> str:
    name, rank = point.worst
    written = escape(str(point.setting))
    ends = x > _WIDTH - _RIGHT - 130
    return (
        f"<g><title>{written}: F1 {point.f1[kind].value:.3f}, {escape(name)} {rank.r1:.1%}</title>"
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}" stroke="{_PALE}"/>'
        f'<line x1="{_x(rank.interval.low):.1f}" x2="{_x(rank.interval.high):.1f}" y1="{level:.1f}" '
        f'y2="{level:.1f}" stroke="{_PALE}"/><circle cx="{x:.1f}" cy="{level:.1f}" r="4" fill="{_BLUE}"/>'
        f'<text x="{x - 8 if ends else x + 8:.1f}" y="{label - 6:.1f}" '
        f'text-anchor="{"end" if ends else "start"}" font-size="12">{written}</text></g>'
    )
