"""What the prefect decided for districts: written by a manager, told to all homes of the district alike."""

import csv
import os
import tempfile
from datetime import date
from pathlib import Path

from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.services.water_use.engine.forecast.drought import Alert, Message, message, read_alerts
from bacasable.services.water_use.web import looking, running
from bacasable.services.water_use.web.actions.acts import act

_COLUMNS = ("area", "level", "first", "last", "order")


def path() -> Path:
    """Return where the alerts are kept: a table without anybody in it."""
    return running.folder() / "droughts.csv"


def alerts() -> list[Alert]:
    """Return the alerts that were written, none before the first."""
    return read_alerts(path()) if path().exists() else []


def told(district: str) -> Message | None:
    """Return what a district is told today, None without an alert."""
    return message(alerts(), district, looking.today())


def write(*, alert: Alert, by: User) -> None:
    """Keep an alert."""
    require(by, "water_use.manage")
    kept = [one for one in alerts() if (one.area, one.first) != (alert.area, alert.first)]
    with act("drought_written", "droughts", by, level=alert.level, first=alert.first.isoformat()):
        _keep([*kept, alert])


def lift(*, district: str, on: date, by: User) -> None:
    """End the alerts of a district after a day; those that had not begun are taken out."""
    require(by, "water_use.manage")
    left = []
    for one in alerts():
        if one.area != district or (one.last is not None and one.last < on):
            left.append(one)
        elif one.first < on:
            left.append(Alert(one.area, one.level, one.first, on, one.order))
    with act("drought_lifted", "droughts", by, on=on.isoformat()):
        _keep(left)


def _keep(rows: list[Alert]) -> None:
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, part = tempfile.mkstemp(dir=path().parent, prefix=".droughts-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for one in rows:
            last = one.last.isoformat() if one.last else ""
            writer.writerow((one.area, one.level, one.first.isoformat(), last, one.order))
        file.flush()
        os.fsync(file.fileno())
    Path(part).replace(path())
