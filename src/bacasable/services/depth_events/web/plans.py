"""The plan of a station, drawn by the server in metres: sensors, what they see, the ways that avoid them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bacasable.services.depth_events.web.models import Incident, Sensor, Station

#: Pixels of the drawing for a metre.
SCALE = 20
Point = tuple[float, float]


@dataclass(frozen=True)
class Seen:
    """A sensor: its number, where it hangs, and the outline of what it sees."""

    number: int
    title: str
    x: float
    y: float
    points: str
    mode: str
    troubled: bool


@dataclass(frozen=True)
class Watched:
    """A zone (or a line, of two points) that a sensor watches."""

    title: str
    points: str


@dataclass(frozen=True)
class Mark:
    """An incident that goes on, where it is to half a metre."""

    x: float
    y: float
    severity: int
    title: str


@dataclass(frozen=True)
class Plan:
    """The drawing: ``width`` by ``height``, sensors, zones and ways; y goes down, as screens do."""

    width: float
    height: float
    sensors: tuple[Seen, ...] = field(default=())
    zones: tuple[Watched, ...] = field(default=())
    ways: tuple[str, ...] = field(default=())
    marks: tuple[Mark, ...] = field(default=())


def plan_of(station: Station, sensors: list[Sensor], incidents: Iterable[Incident] = ()) -> Plan:
    """Return the plan of a station, with incidents on it; y goes north in its metres."""

    def at(point: Point) -> Point:
        return round(point[0] * SCALE, 1), round((station.depth_m - point[1]) * SCALE, 1)

    def line(points: list[Point]) -> str:
        return " ".join(f"{x},{y}" for x, y in map(at, points))

    seen = tuple(
        Seen(
            number,
            sensor.title,
            *at((sensor.x_m, sensor.y_m)),
            line(sensor.area),
            sensor.mode,
            sensor.state not in ("", "ok"),
        )
        for number, sensor in enumerate(sensors, start=1)
    )
    zones = tuple(
        Watched(zone.title, line(zone.corners)) for sensor in sensors for zone in sensor.zones.all()
    )
    ways = tuple(line(route["points"]) for route in station.avoidance if route.get("points"))
    marks = tuple(
        Mark(*at((one.x_m, one.y_m)), one.severity, str(one.get_kind_display())) for one in incidents
    )
    return Plan(station.width_m * SCALE, station.depth_m * SCALE, seen, zones, ways, marks)
