"""A map of districts drawn by the server from GeoJSON: outlines and names, no tiles from elsewhere."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bacasable.compliance.deployment import data_are_fictional
from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.web import running

WIDTH = 480
_DEMO = Path(__file__).parent / "districts-synthetic.geojson"


@dataclass(frozen=True)
class Shape:
    """A district as it is drawn: an SVG path and where its name stands."""

    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """The map: its shapes in a frame of ``width`` by ``height``; ``synthetic`` is shown with it."""

    shapes: tuple[Shape, ...]
    width: int
    height: int
    synthetic: bool


def drawn() -> Map | None:
    """Return the map of this installation's districts, None where none is set.

    Raises:
        Refused: the file is not there, or is no GeoJSON of named polygons.
    """
    told = running.settings().districts_geojson
    synthetic = not told and data_are_fictional()
    if not told and not synthetic:
        return None
    return map_of(Path(told) if told else _DEMO, synthetic=synthetic)


def map_of(path: Path, *, synthetic: bool = False) -> Map:
    """Return the map of a GeoJSON file; see :func:`drawn`."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        named = [(str(one["properties"]["name"]), list(_rings(one["geometry"]))) for one in features]
        points = [point for _name, rings in named for ring in rings for point in ring]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        # a degree of longitude is shorter than one of latitude, away from the equator
        stretch = math.cos(math.radians((south + north) / 2))
        scale = WIDTH / ((east - west) * stretch)
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError):
        raise Refused(
            N_("{name}: no GeoJSON of districts; each feature needs a polygon and a property `name`"),
            name=path.name,
        ) from None

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return round((point[0] - west) * stretch * scale, 1), round((north - point[1]) * scale, 1)

    shapes = []
    for name, rings in named:
        lines = [[place(point) for point in ring] for ring in rings]
        path_of = " ".join("M" + " L".join(f"{x} {y}" for x, y in line) + " Z" for line in lines)
        outer = lines[0]
        middle = (sum(x for x, _ in outer) / len(outer), sum(y for _, y in outer) / len(outer))
        shapes.append(Shape(name, path_of, round(middle[0], 1), round(middle[1], 1)))
    return Map(tuple(shapes), WIDTH, math.ceil((north - south) * scale), synthetic)


def _rings(geometry: dict[str, Any]) -> Iterator[list[tuple[float, float]]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(float(point[0]), float(point[1])) for point in ring]
