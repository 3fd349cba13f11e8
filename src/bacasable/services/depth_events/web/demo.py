"""The demonstration's station: fictional, simulated, live while the demonstration is served.

Its sensors, panel, register and people are written by the service's own actions. What happened before the
first start was drawn from a seed, and shows what a history looks like; what happens afterwards comes from the
simulated station (``bacasable depth-events station``), through a real broker.
"""

import random
import shutil
import tomllib
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import router, transaction
from django.utils import timezone

from bacasable.compliance import clock
from bacasable.duties.dpia import actions as dpia
from bacasable.people.actions import grant_role
from bacasable.people.models import User
from bacasable.services.depth_events.processing import PROCESSING
from bacasable.services.depth_events.web import connecting, models, panels, register
from bacasable.services.depth_events.web.actions import cctv, legal, objecting, stations

FILES = Path(__file__).with_name("demo_station")
SEED = 2023
#: Who does what: two operators who relieve each other, and the manager.
OPERATORS, MANAGER = ("officer", "editor"), "administrator"
#: Days of incidents and of aggregates before the first start; the minutes of an aggregate.
DAYS, COUNTED_DAYS, WINDOW = 14, 7, timedelta(minutes=15)
#: People below whom a count is not told, as in the station's configuration.
MINIMUM = 11
MEANS = "Le couloir sud évite tous les capteurs ; on s’oppose par lieu et heure sur la page de la station."
_KINDS = (
    ("fall", 3, ("quai-ouest", "quai-est", "local"), "", 90),
    ("track_intrusion", 3, ("quai-ouest", "quai-est"), "voie", 15),
    ("intrusion", 2, ("local",), "acces-local", 25),
    ("abandoned_object", 2, ("quai-ouest", "quai-est"), "", 300),
)


def history(people: Mapping[str, User], today: datetime) -> list[tuple[datetime, Callable[[], Any]]]:
    """Return what happened before ``today``: an instant and an act each."""
    first = today - timedelta(days=45)
    manager = people[MANAGER]
    roles = [*((key, "depth_operator") for key in OPERATORS), (MANAGER, "depth_manager")]
    granted = [(first, partial(grant_role, user=people[key], role=role, by="system")) for key, role in roles]
    return [
        *granted,
        (first, partial(_assess, people["dpo"], first)),
        (first + timedelta(minutes=10), _station),
        (today - timedelta(days=20), partial(_filmed, manager)),
        (today - timedelta(days=9), partial(_ask, "object", "quai-est")),
        (today - timedelta(days=8), partial(_answer, manager)),
        (today - timedelta(days=1), partial(_ask, "erase", "quai-ouest")),
        (today - timedelta(minutes=30), partial(_past, people, today)),
    ]


def _assess(officer: User, at: datetime) -> None:
    """Record that the impact assessment was validated, before anything is watched."""
    day = timezone.localdate(at)
    dpia.record(
        service=PROCESSING.service,
        declaration=PROCESSING.digest(),
        validated_on=day,
        validated_by="Direction de la régie de démonstration (personne fictive)",
        reason="Analyse fictive, d’une station simulée : un service réel fait et valide la sienne.",
        review_on=day + timedelta(days=365),
        reference="AIPD-FICTIVE-CAPTEURS-1",
        by=officer,
    )


def _station() -> None:
    """Take the station in, write what intervention rests on, generate the panel, hand the edge its files."""
    told, plan = (
        tomllib.loads((FILES / name).read_text(encoding="utf-8")) for name in ("station.toml", "plan.toml")
    )
    station = stations.take_in(told=told, plan=plan, by="system")
    legal.found(station=station, set_aside_by="", means=MEANS, by="system")
    legal.generate_panel(station=station, by="system")
    folder = connecting.folder() / "station"
    shutil.copytree(FILES, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("plan.toml"))
    (folder / "legal.toml").write_text(panels.legal_lines(station), encoding="utf-8")


def _filmed(manager: User) -> None:
    """Declare cameras: over the hall's room, not over its doors, and over one end of the platform."""
    today = register.today()
    for key, zone in (("hall", "salle"), ("quai-ouest", "")):
        cctv.declare(
            sensor=models.Sensor.objects.select_related("station").get(key=key),
            zone=zone,
            filmed_by="Régie des transports de Combelune (fictive)",
            from_on=today,
            words="Panneau des caméras, à l’entrée du hall",
            by=_verified(manager),
        )


def _ask(kind: str, key: str) -> None:
    """Ask as somebody who passed does, of an hour of the day before."""
    now = clock.now()
    objecting.ask(
        sensor=models.Sensor.objects.select_related("station").get(key=key),
        kind=kind,
        from_at=now - timedelta(hours=26),
        to_at=now - timedelta(hours=25),
    )


def _answer(manager: User) -> None:
    asked = models.ObjectionRequest.objects.select_related("sensor__station").get(state="received")
    objecting.answer(
        request=asked,
        granted=True,
        words="Rien n’avait été gardé de ce lieu et de ce moment. Le couloir sud évite ce capteur.",
        by=_verified(manager),
    )


def _past(people: Mapping[str, User], today: datetime) -> None:
    """Draw two weeks of incidents with their outcomes, and a week of counts: nobody's, from a seed."""
    draw = random.Random(SEED)  # noqa: S311 (a history to look at)
    sensors = {one.key: one for one in models.Sensor.objects.select_related("station")}
    operators = [people[key].public_id for key in OPERATORS]
    with transaction.atomic(using=router.db_for_write(models.Station)):
        incidents = models.Incident.objects.bulk_create(
            _incident(draw, sensors, today - timedelta(days=day, minutes=draw.randrange(60, 1300)))
            for day in range(DAYS)
            for _one in range(draw.choice((2, 3, 4)))
        )
        models.IncidentAct.objects.bulk_create(
            act for incident in incidents for act in _acts(draw, incident, draw.choice(operators))
        )
        models.Statistic.objects.bulk_create(_counts(draw, sensors["hall"], today), batch_size=500)
        models.Handover.objects.bulk_create(
            models.Handover(
                station=sensors["hall"].station,
                by=operators[day % 2],
                at=today - timedelta(days=day, hours=4),
                note="Rien à signaler." if day % 2 else "Escalier est fermé jusqu’à demain : foule possible.",
                taken_by=operators[(day + 1) % 2],
                taken_at=today - timedelta(days=day, hours=4) + timedelta(minutes=6),
            )
            for day in range(3)
        )


def _incident(draw: random.Random, sensors: Mapping[str, models.Sensor], at: datetime) -> models.Incident:
    kind, severity, where, zone, seconds = draw.choices(_KINDS, weights=(3, 3, 2, 2))[0]
    sensor = sensors[draw.choice(where)]
    if zone == "voie":
        zone = "voie-" + sensor.key.removeprefix("quai-")
    lasted = timedelta(seconds=round(seconds * draw.uniform(0.4, 1.8)))
    return models.Incident(
        public_id=uuid.UUID(int=draw.getrandbits(128), version=4),
        station=sensor.station,
        sensor=sensor,
        incident_key=f"{draw.getrandbits(64):016x}",
        zone=zone,
        kind=kind,
        severity=severity,
        confidence=0.9 if kind != "abandoned_object" else 0.8,
        x_m=round((sensor.x_m + draw.uniform(-2, 2)) * 2) / 2,
        y_m=5.5 if zone else round((sensor.y_m + draw.uniform(-1.5, 1)) * 2) / 2,
        facts={"seconds": lasted.seconds},
        started_at=at,
        updated_at=at + lasted,
        ended_at=at + lasted,
        received_at=at + timedelta(seconds=1),
        is_simulated=True,
    )


def _acts(draw: random.Random, incident: models.Incident, by: uuid.UUID) -> list[models.IncidentAct]:
    taken = incident.started_at + timedelta(seconds=draw.randrange(8, 70))
    outcome = draw.choices(("true", "false", "unknown"), weights=(80, 12, 8))[0]
    return [
        models.IncidentAct(incident=incident, verb="acknowledged", at=taken, by=by),
        models.IncidentAct(
            incident=incident,
            verb="outcome",
            outcome=outcome,
            at=taken + timedelta(seconds=draw.randrange(60, 600)),
            by=by,
        ),
    ]


def _counts(draw: random.Random, hall: models.Sensor, today: datetime) -> list[models.Statistic]:
    """Return counts by the quarter of an hour: many in the morning and evening, few at night, none told."""
    end = today.replace(minute=0, second=0, microsecond=0)
    rows = []
    for window in range(int(timedelta(days=COUNTED_DAYS) / WINDOW)):
        from_at = end - (window + 1) * WINDOW
        hour = from_at.hour + from_at.minute / 60
        rush = max(0.0, 1 - abs(hour - 7.5) / 2) + max(0.0, 1 - abs(hour - 17) / 2.5)
        people = round((3 if hour < 5 else 25 + 110 * rush) * draw.uniform(0.7, 1.3))
        for zone, measure, value in (
            ("portes", "count_in", people),
            ("portes", "count_out", round(people * draw.uniform(0.8, 1.1))),
            ("salle", "occupancy", round(people / 4)),
        ):
            told = people >= MINIMUM
            rows.append(
                models.Statistic(
                    sensor=hall,
                    zone=zone,
                    measure=measure,
                    value=value if told else None,
                    is_suppressed=not told,
                    minimum=MINIMUM,
                    from_at=from_at,
                    to_at=from_at + WINDOW,
                )
            )
    return rows


def _verified(user: User) -> User:
    """Return an account as if it had signed in with its second factor: the demonstration plays it."""
    user.session_is_verified = True  # type: ignore[attr-defined]
    return user
