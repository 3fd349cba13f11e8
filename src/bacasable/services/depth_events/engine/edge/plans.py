"""The sensors of a station as tables write them: where each stands, what is drawn for it, what it serves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from bacasable.services.depth_events.engine.acquisition import Area, Setting
from bacasable.services.depth_events.engine.edge.tables import Problems, Table
from bacasable.services.depth_events.engine.frames import Intrinsics, Pose
from bacasable.services.depth_events.engine.messages import KEY, MODES, Mode
from bacasable.services.depth_events.engine.modes import refuse_unsupported
from bacasable.services.depth_events.engine.scene.zones import Kind, Line, Zone

#: What an event needs to be drawn before it can be told.
_NEEDS: Mapping[str, Kind] = {
    "intrusion": "forbidden", "track_intrusion": "track", "wrong_way": "one_way", "density": "density",
}  # fmt: skip
_FIGURES: tuple[Kind, ...] = ("dwell", "occupancy")
#: Sources that are no sensor: a station that uses them says so of itself.
_NOT_REAL = ("simulated", "recorded")
MOST_SENSORS = 500


@dataclass(frozen=True)
class Station:
    """The place: its key in topics, its title, whether what it shows is simulated."""

    key: str
    title: str
    simulated: bool = False


@dataclass(frozen=True)
class SensorPlan:
    """A sensor: where it stands and looks, what is kept of its frames, what they serve.

    ``silent_s`` is how long it may show nothing before it counts as silent. ``calibration`` lets the portal
    ask for what is left of frames.
    """

    key: str
    title: str
    source: str
    intrinsics: Intrinsics
    pose: Pose
    area: Area
    setting: Setting
    mode: Mode
    events: tuple[str, ...]
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    calibration: bool = False
    silent_s: float = 5.0


def key_of(table: Table) -> str:
    key = table.text("key")
    if not KEY.fullmatch(key):
        table.wrong("key", "small letters, digits, - and _, at most 40: it is part of topics")
    return key


def sensors_of(
    lists: Mapping[str, list[Table]], station: Station, problems: Problems
) -> tuple[SensorPlan, ...]:
    drawn: dict[str, list[tuple[Table, Zone | Line]]] = {}
    for tables, make in ((lists["zones"], _zone), (lists["lines"], _line)):
        for table in tables:
            sensor = table.text("sensor")
            made = cast(Callable[[Table], Zone | Line | None], make)(table)
            if made is not None:
                drawn.setdefault(sensor, []).append((table, made))
    sensors: list[SensorPlan] = []
    known: dict[str, str] = {}
    sources: dict[str, str] = {}
    for table in lists["sensors"]:
        plan = _sensor(table, station, drawn)
        key, source = table.text("key"), table.text("source")
        for seen, value, what in ((known, key, "key"), (sources, source, "source")):
            if value in seen:
                table.wrong(what, f"{value!r} is that of {seen[value]} already; two sensors need two")
            # A simulated room is seen by as many sensors as one likes.
            if what == "key" or not value.startswith("simulated:"):
                seen[value] = table.where
        if plan:
            sensors.append(plan)
    for sensor, of in drawn.items():
        if sensor not in known:
            for table, _ in of:
                table.wrong(
                    "sensor", f"no sensor has the key {sensor!r}; known: {', '.join(known) or 'none'}"
                )
    if not 1 <= len(lists["sensors"]) <= MOST_SENSORS:
        problems.add("[[sensors]]", f"{len(lists['sensors'])} sensors: from 1 to {MOST_SENSORS}")
    return tuple(sensors)


def _sensor(
    table: Table, station: Station, drawn: Mapping[str, Sequence[tuple[Table, Zone | Line]]]
) -> SensorPlan | None:
    key = key_of(table)
    source = table.text("source")
    if source.partition(":")[0] in _NOT_REAL and not station.simulated:
        table.wrong(
            "source", f"{source!r} is no sensor: write simulated = true under [station], or a real one"
        )
    pixels = table.numbers("pixels", 2, "[64, 48], as the sensor gives them")
    view = table.number("view_degrees", 5, 170)
    height, tilt = table.number("height_m", 0.5, 30), table.number("tilt_degrees", 0, 85, 0)
    heading = table.number("heading_degrees", -360, 360, 0)
    x, y = table.number("x_m", -1e4, 1e4), table.number("y_m", -1e4, 1e4)
    corner = table.numbers("area", 4, "[x, y, width, depth] in metres")
    title = table.text("title", key)
    setting = table.made("setting", lambda: Setting.parse(table.text("setting", "40x30@0.9")))
    mode = table.text("mode")
    if mode not in MODES:
        table.wrong("mode", f"one of {', '.join(MODES)}")
    events = table.texts("events")
    calibration, silent = table.truth("calibration", False), table.number("silent_s", 0.5, 3600, 5)
    if not (pixels and corner and setting and mode in MODES):
        return None
    view_of = table.made("pixels", lambda: Intrinsics.of_view(int(pixels[0]), int(pixels[1]), view))
    area = table.made("area", lambda: Area(*corner))
    if not (view_of and area):
        return None
    if setting.columns > view_of.width or setting.rows > view_of.height:
        table.wrong("setting", f"more cells than the sensor's {view_of.width}x{view_of.height} pixels")
    zones = tuple(one for _, one in drawn.get(key, ()) if isinstance(one, Zone))
    lines = tuple(one for _, one in drawn.get(key, ()) if isinstance(one, Line))
    _drawn_apart(drawn.get(key, ()), area)
    _served(table, mode, events, zones)
    plan_mode: Mode = "intervention" if mode == "intervention" else "statistics"
    pose = Pose.oblique(height, tilt, heading, x, y)
    return SensorPlan(
        key, title, source, view_of, pose, area, setting, plan_mode, events, zones, lines, calibration, silent
    )


def _served(table: Table, mode: str, events: tuple[str, ...], zones: tuple[Zone, ...]) -> None:
    if mode == "statistics":
        if events:
            table.wrong(
                "events", "mode = 'statistics' tells no event; leave it out, or set mode = 'intervention'"
            )
        return
    if not events:
        table.wrong("events", 'what may alert: ["fall", "intrusion"]')
    table.made("events", lambda: refuse_unsupported(events))
    for event in events:
        wanted = _NEEDS.get(event)
        if wanted and not any(zone.kind == wanted for zone in zones):
            table.wrong(
                "events", f"{event!r} needs a zone of kind {wanted!r} with sensor = the key of this one"
            )
    for zone in zones:
        if zone.kind in _FIGURES:
            table.wrong("mode", f"zone {zone.key!r} ({zone.kind}) is for figures: set mode = 'statistics'")


def _drawn_apart(drawn: Sequence[tuple[Table, Zone | Line]], area: Area) -> None:
    keys: set[str] = set()
    for table, one in drawn:
        if one.key in keys:
            table.wrong(
                "key", f"{one.key!r} is drawn twice for this sensor; zones and lines need keys of their own"
            )
        keys.add(one.key)
        points = one.corners if isinstance(one, Zone) else (one.start, one.end)
        x, y = [point[0] for point in points], [point[1] for point in points]
        aside = max(x) <= area.x_m or min(x) >= area.x_m + area.width_m
        if aside or max(y) <= area.y_m or min(y) >= area.y_m + area.depth_m:
            table.wrong("key", f"{one.key!r} lies outside the area of its sensor: nobody would be seen there")


def _zone(table: Table) -> Zone | None:
    key, kind = key_of(table), table.text("kind")
    corners = table.points("corners")
    heading = table.number("heading_degrees", -360, 360) if table.has("heading_degrees") else None
    limit = table.number("limit", 0.01, 86_400) if table.has("limit") else None
    if kind not in get_args(Kind):
        table.wrong("kind", f"one of {', '.join(get_args(Kind))}")
        return None
    known: Kind = kind  # type: ignore[assignment]
    return table.made("corners", lambda: Zone(key, known, corners, heading, limit))


def _line(table: Table) -> Line | None:
    key = key_of(table)
    start, end = table.numbers("start", 2, "[x, y] in metres"), table.numbers("end", 2, "[x, y] in metres")
    if not (start and end):
        return None
    return table.made("start", lambda: Line(key, (start[0], start[1]), (end[0], end[1])))
