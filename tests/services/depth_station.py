"""What the tests of depth events' pages stand on: a station with two sensors, one in each mode."""

from datetime import UTC, date, datetime

from bacasable.services.depth_events.web.models import CctvOverlap, Incident, Sensor, Station, Zone

ROOT = "/services/depth-events/"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ROUTE = {
    "key": "sud",
    "title": "Couloir sud",
    "words": "Prenez l’escalier sud.",
    "points": [[1, 1], [30, 1]],
    "avoids": ["quai"],
}


def station(**fields: object) -> Station:
    """Make a station whose sensor `quai` alerts and can be avoided, and whose sensor `hall` counts."""
    told: dict[str, object] = {
        "key": "gare",
        "title": "Gare de Combelune",
        "longitude": 2.0,
        "latitude": 47.0,
        "avoidance": [ROUTE],
        "is_simulated": True,
    }
    made = Station.objects.create(**(told | fields))
    quai = Sensor.objects.create(
        station=made,
        key="quai",
        title="Quai",
        mode="intervention",
        events=["fall", "track_intrusion"],
        x_m=10,
        y_m=5,
        area=[[8, 3], [12, 3], [12, 7], [8, 7]],
        state="ok",
    )
    hall = Sensor.objects.create(station=made, key="hall", title="Hall", x_m=20, y_m=10)
    Zone.objects.create(
        sensor=quai, key="voie", title="Voie 1", kind="track", corners=[[8, 3], [9, 3], [9, 7]]
    )
    Zone.objects.create(sensor=hall, key="portes", title="Portes", kind="count", corners=[[18, 9], [22, 9]])
    return made


def sensor(key: str = "quai") -> Sensor:
    return Sensor.objects.select_related("station").get(key=key)


def incident(started: datetime = NOW, ended: datetime | None = NOW, **fields: object) -> Incident:
    """Keep an incident of the sensor `quai`."""
    place = sensor()
    told: dict[str, object] = {
        "incident_key": f"{Incident.objects.count():016x}",
        "kind": "fall",
        "severity": 3,
        "confidence": 0.9,
        "x_m": 10,
        "y_m": 5,
        "started_at": started,
        "updated_at": started,
        "ended_at": ended,
    }
    return Incident.objects.create(station=place.station, sensor=place, **(told | fields))


def filmed(
    key: str, zone: str = "", first: date = date(2026, 11, 1), last: date | None = None
) -> CctvOverlap:
    return CctvOverlap.objects.create(
        sensor=sensor(key), zone=zone, filmed_by="Ville de Combelune", from_on=first, until_on=last
    )
