"""A scenario: a room, its gates, zones and traffic, and what is made to happen in it; written in TOML."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from bacasable.services.depth_events.engine.scene.zones import Line, Point, Zone
from bacasable.services.depth_events.engine.simulator.raster import Box

#: What a script makes happen. ``fall`` and those down to ``tie_laces`` happen to somebody who is in the room.
Made = Literal[
    "fall", "sit", "sit_on_floor", "bend", "squat", "tie_laces", "telephone",
    "intrude", "wrong_way", "run", "abandon", "linger", "burst", "train",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scripted:
    """Something made to happen ``at_s`` seconds after the start: for how long, how, where, to how many."""

    what: Made
    at_s: float
    seconds: float = 5.0
    way: str = ""
    zone: str = ""
    people: int = 1
    gets_up: bool = False

    def __post_init__(self) -> None:
        """Refuse what the simulator cannot do.

        Raises:
            ValueError: an unknown happening, or a time before the start.
        """
        if self.what not in get_args(Made):
            raise ValueError(f"script: {self.what!r} is not one of {', '.join(get_args(Made))}")
        if self.at_s < 0 or self.seconds <= 0 or self.people < 1:
            raise ValueError(
                f"script: {self.what} at {self.at_s} s for {self.seconds} s, {self.people} people"
            )


@dataclass(frozen=True, slots=True)
class Traffic:
    """Who comes: people a minute, and the share of them that does or has something."""

    people_a_minute: float = 6.0
    running: float = 0.0
    pauses: float = 0.15
    luggage: float = 0.2
    backpack: float = 0.2
    box: float = 0.03
    pram: float = 0.02
    wheelchair: float = 0.01
    dog: float = 0.01
    child: float = 0.06


@dataclass(frozen=True)
class Scenario:
    """A room of ``width_m`` x ``depth_m`` (corner at 0, 0), gates by which people come and go, what is in it.

    ``benches`` are places where people sit, with the heading (radians) of who sits there. ``walls`` (x0, y0,
    x1, y1) are walked around; ``boxes`` are seen by sensors.
    """

    title: str
    seconds: float
    width_m: float = 8.0
    depth_m: float = 6.0
    gates: tuple[Point, ...] = ((0.3, 3.0), (7.7, 3.0))
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    boxes: tuple[Box, ...] = ()
    walls: tuple[tuple[float, float, float, float], ...] = ()
    benches: tuple[tuple[float, float, float], ...] = ()
    traffic: Traffic = field(default_factory=Traffic)
    script: tuple[Scripted, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Scenario":
        """Return the scenario of a TOML file.

        Raises:
            ValueError: it cannot be read, or holds what a scenario does not; the file and the key are named.
        """
        try:
            return cls.of(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, KeyError, ValueError) as wrong:
            raise ValueError(f"{path.name}: {wrong}") from None

    @classmethod
    def of(cls, read: Mapping[str, Any]) -> "Scenario":
        """Return the scenario of values as TOML gives them."""
        values = dict(read)
        made: dict[str, Any] = {
            "zones": tuple(
                Zone(**{**one, "corners": tuple((float(x), float(y)) for x, y in one["corners"])})
                for one in values.pop("zones", ())
            ),
            "lines": tuple(
                Line(one["key"], _point(one["start"]), _point(one["end"])) for one in values.pop("lines", ())
            ),
            "boxes": tuple(
                Box(_corner(one["least"]), _corner(one["greatest"])) for one in values.pop("boxes", ())
            ),
            "script": tuple(Scripted(**one) for one in values.pop("script", ())),
            "traffic": Traffic(**values.pop("traffic", {})),
        }
        for name in ("gates", "walls", "benches"):
            if name in values:
                made[name] = tuple(tuple(float(number) for number in one) for one in values.pop(name))
        return cls(**made, **values)


def _point(read: Any) -> Point:
    x, y = read
    return float(x), float(y)


def _corner(read: Any) -> tuple[float, float, float]:
    x, y, z = read
    return float(x), float(y), float(z)
