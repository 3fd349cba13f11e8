"""What an edge and the portal tell each other: no number of a person, and no field where one could hide.

Each message is checked when it is made, so that what is built is what can be read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from bacasable.services.depth_events.engine.messages import strictly
from bacasable.services.depth_events.engine.messages.topics import KEY

#: The kinds of :mod:`engine.events`, written again: who reads messages needs no sensor and no compiler.
Kind = Literal[
    "fall", "intrusion", "track_intrusion", "wrong_way", "density", "crowd_movement", "abandoned_object"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Phase = Literal["new", "update", "end"]
PHASES: tuple[Phase, ...] = get_args(Phase)
Measure = Literal["occupancy", "count_in", "count_out", "density", "dwell", "running"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
Mode = Literal["intervention", "statistics"]
MODES: tuple[Mode, ...] = get_args(Mode)
Health = Literal["ok", "blocked", "moved", "dirty", "frozen", "silent", "disordered", "invalid"]
HEALTHS: tuple[Health, ...] = get_args(Health)
#: What may be said of a scene, beside its kind: numbers of a place, none of a body. Others are not told.
FACTS = frozenset(
    {
        "people", "seconds", "a_square_metre", "degrees", "metres_a_second", "square_metres", "share",
        "level", "limit", "excess", "in", "out",
    }
)  # fmt: skip
_INCIDENT = re.compile(r"[0-9a-f]{16}")
_ZONE = re.compile(rf"(?:{KEY.pattern})?")
_SETTING = re.compile(r"[0-9x@./a-zA-Z,+]{3,40}")
_REASON = re.compile(r"[^\x00-\x1f\x7f]{0,200}")
MOST_CELLS = 640 * 480
LONGEST_LOOK_S = 60


@dataclass(frozen=True, slots=True)
class Event:
    """What there is to say of an incident (intervention). Metres of the room, milliseconds since 1970.

    Raises:
        ValueError: a field that is out of bounds, or a fact that is none of ``FACTS``.
    """

    phase: Phase
    id: str
    kind: Kind
    severity: int
    confidence: float
    sensor: str
    zone: str
    x_m: float
    y_m: float
    started_ms: int
    updated_ms: int
    ended_ms: int | None = None
    facts: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be told."""
        strictly.one_of(self.phase, "type", PHASES)
        strictly.text(self.id, "id", _INCIDENT)
        strictly.one_of(self.kind, "kind", KINDS)
        strictly.whole(self.severity, "severity", 1, 3)
        strictly.number(self.confidence, "confidence", 0, 1)
        strictly.text(self.sensor, "sensor", KEY)
        strictly.text(self.zone, "zone", _ZONE)
        strictly.number(self.x_m, "x_m", -10_000, 10_000)
        strictly.number(self.y_m, "y_m", -10_000, 10_000)
        strictly.instant(self.started_ms, "started_ms")
        strictly.instant(self.updated_ms, "updated_ms")
        strictly.unless_none(self.ended_ms, "ended_ms", strictly.instant)
        if (self.phase == "end") != (self.ended_ms is not None):
            raise ValueError("ended_ms: given at the end, and only then")
        if self.updated_ms < self.started_ms or (self.ended_ms or self.started_ms) < self.started_ms:
            raise ValueError("started_ms: after what follows it")
        if unknown := sorted(set(self.facts) - FACTS):
            raise ValueError(f"facts: {unknown[0]!r} is none of {', '.join(sorted(FACTS))}")
        for name, value in self.facts.items():
            strictly.number(value, f"facts.{name}", -1e6, 1e6)


@dataclass(frozen=True, slots=True)
class Statistic:
    """An aggregate over ``from_ms`` to ``to_ms``: a value, or the word that it was suppressed.

    ``zone`` is the key of a zone, of a line (``count_in``, ``count_out``) or "" for all that a sensor sees.
    ``minimum`` is how many people a cell needs before it is told.

    Raises:
        ValueError: a field that is out of bounds; suppressed with a value, or not and without one.
    """

    sensor: str
    zone: str
    from_ms: int
    to_ms: int
    measure: Measure
    value: float | None
    minimum: int

    @property
    def suppressed(self) -> bool:
        """Return whether too few people were there for the value to be told."""
        return self.value is None

    def __post_init__(self) -> None:
        """Refuse what cannot be told."""
        strictly.text(self.sensor, "sensor", KEY)
        strictly.text(self.zone, "zone", _ZONE)
        strictly.instant(self.from_ms, "from_ms")
        strictly.instant(self.to_ms, "to_ms")
        if self.to_ms <= self.from_ms:
            raise ValueError("to_ms: after from_ms")
        strictly.one_of(self.measure, "measure", MEASURES)
        if self.value is not None:
            strictly.number(self.value, "value", 0, 1e9)
        strictly.whole(self.minimum, "minimum", 2, 10_000)


@dataclass(frozen=True, slots=True)
class SensorState:
    """How a sensor is, since when, and why: ``reason`` is an English sentence that pages translate.

    Raises:
        ValueError: a field that is out of bounds.
    """

    sensor: str
    state: Health
    since_ms: int
    mode: Mode
    setting: str
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be told."""
        strictly.text(self.sensor, "sensor", KEY)
        strictly.one_of(self.state, "state", HEALTHS)
        strictly.instant(self.since_ms, "since_ms")
        strictly.one_of(self.mode, "mode", MODES)
        strictly.text(self.setting, "setting", _SETTING)
        strictly.text(self.reason, "reason", _REASON)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How many people a sensor sees; None where they are too few to be told (statistics)."""

    sensor: str
    people: int | None

    def __post_init__(self) -> None:
        """Refuse what cannot be told."""
        strictly.text(self.sensor, "sensor", KEY)
        if self.people is not None:
            strictly.whole(self.people, "occupancy", 0, 10_000)


@dataclass(frozen=True, slots=True)
class CalibrationAsked:
    """The portal asks an edge to show what is left of frames, for some seconds."""

    sensor: str
    seconds: int

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        strictly.text(self.sensor, "sensor", KEY)
        strictly.whole(self.seconds, "seconds", 1, LONGEST_LOOK_S)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The protected matrix, ``rows`` x ``columns`` heights in millimetres, little-endian uint16, row by row.

    Raises:
        ValueError: a field that is out of bounds, or another number of bytes.
    """

    sensor: str
    columns: int
    rows: int
    heights_mm: bytes
    at_ms: int

    def __post_init__(self) -> None:
        """Refuse a matrix of another size than it says."""
        strictly.text(self.sensor, "sensor", KEY)
        strictly.whole(self.columns, "columns", 1, 640)
        strictly.whole(self.rows, "rows", 1, 480)
        strictly.instant(self.at_ms, "at_ms")
        if len(self.heights_mm) != 2 * self.columns * self.rows:
            raise ValueError(f"heights_mm: {2 * self.columns * self.rows} bytes, two a cell")


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether the edge of a station is there; "offline" is its last will."""

    online: bool


Message = Event | Statistic | SensorState | Occupancy | CalibrationAsked | Calibration | Availability
