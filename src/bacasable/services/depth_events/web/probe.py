"""What the controls may touch of the running service: its setting, and the word that its open data use."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bacasable.compliance import clock
from bacasable.compliance.control import Probe
from bacasable.people.instance import configuration
from bacasable.services.depth_events.controls import Subject
from bacasable.services.depth_events.processing import PROCESSING
from bacasable.services.depth_events.processing.labels import Overlap
from bacasable.services.depth_events.web import connecting, open_data, register
from bacasable.services.depth_events.web.models import Sensor, Station, Statistic
from bacasable.services.depth_events.web.stores import stores


def probe() -> Probe:
    """Return the setting that most sensors of intervention have here, what pages say, and the stores."""
    settings = list(Sensor.objects.filter(mode="intervention").values_list("setting", flat=True))
    told = connecting.settings()
    subject = Subject(
        label=label,
        minimum=told.statistics_minimum,
        galleries=told.trial_galleries,
        scenes=told.trial_scenes,
    )
    if settings:
        ((setting, _count),) = Counter(settings).most_common(1)
        subject = replace(subject, setting=setting)
    return Probe(
        PROCESSING,
        configuration().home,
        engine=subject,
        stores=dict(stores()),
        settings={"incident_days": told.incident_days, "statistics_minimum": told.statistics_minimum},
    )


def label(
    lines: Iterable[Overlap], sensor: str, zone: str, mode: str, first: date, last: date | None = None
) -> str:
    """Return what open data (for counts) or pages call the output about a zone, under such a register."""
    place = Sensor(station=Station(key="trial"), key=sensor, mode=mode)
    known = tuple(replace(line, sensor=f"trial/{line.sensor}") for line in lines)
    if mode != "statistics":
        return register.label_of(place, zone=zone, first=first, last=last, register=known)
    row = Statistic(
        sensor=place,
        zone=zone,
        measure="count_in",
        value=100,
        minimum=100,
        from_at=datetime.combine(first, time(1), clock.zone()),
        to_at=datetime.combine(last or first, time(1), clock.zone()) + timedelta(hours=1),
    )
    return str(open_data.aggregate_of(row, known, 11)["label"])
