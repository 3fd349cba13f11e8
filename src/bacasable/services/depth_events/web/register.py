"""The register of zones that cameras film too, asked what each place may be called, on which days."""

from collections.abc import Iterable
from datetime import date

from bacasable.compliance import clock
from bacasable.services.depth_events.processing import labels
from bacasable.services.depth_events.processing.labels import Label, Overlap
from bacasable.services.depth_events.web.models import CctvOverlap, Sensor


def today() -> date:
    """Return the day here."""
    return clock.now().astimezone(clock.zone()).date()


def lines(rows: Iterable[CctvOverlap] | None = None) -> tuple[Overlap, ...]:
    """Return the register; a sensor is named ``station/sensor``, as no other in this installation is."""
    if rows is None:
        rows = CctvOverlap.objects.select_related("sensor__station")
    return tuple(
        Overlap(name_of(row.sensor), row.zone, row.filmed_by, row.from_on, row.until_on) for row in rows
    )


def name_of(sensor: Sensor) -> str:
    """Return how the register names a sensor."""
    return f"{sensor.station.key}/{sensor.key}"


def label_of(
    sensor: Sensor,
    *,
    zone: str = "",
    mode: str = "",
    first: date | None = None,
    last: date | None = None,
    register: Iterable[Overlap] | None = None,
) -> Label:
    """Return what the output about a zone of a sensor may be called: the one place where pages ask.

    Args:
        zone: its key; empty for all that the sensor sees.
        mode: that of the output; the sensor's own by default.
        first: the first day that the output is about; today by default.
        last: its last day; the first by default.
        register: its lines, where many zones are asked about in a row.
    """
    register = lines() if register is None else register
    return labels.label(register, name_of(sensor), zone, mode or sensor.mode, first or today(), last)
