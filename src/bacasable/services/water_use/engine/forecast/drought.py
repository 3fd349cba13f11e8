"""Messages of drought: what the prefect decided for an area, told to all of it alike.

In France the prefect sets, by area and by order, one of four levels (Code de l'environnement, L.211-3 and
R.211-66). A message follows from the area alone: what a home uses has no part in it.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bacasable.privacy.messages import N_, Refused

#: From the mildest to the gravest, as the orders name them.
LEVELS = ("vigilance", "alerte", "alerte renforcée", "crise")

_MEANING = {
    "vigilance": N_("Water is getting scarce: everybody is asked to save it. Nothing is forbidden yet."),
    "alerte": N_("Water is scarce: some uses are restricted, such as watering at the hot hours of the day."),
    "alerte renforcée": N_("Water is very scarce: many uses are restricted or forbidden."),
    "crise": N_("Only health, safety, drinking water and sanitation are served: other uses are forbidden."),
}
_COLUMNS = ("area", "level", "first", "last", "order")


@dataclass(frozen=True)
class Alert:
    """A level that an order sets for an area, from ``first`` on; ``last`` is None until it is lifted."""

    area: str
    level: str
    first: date
    last: date | None
    order: str

    def __post_init__(self) -> None:
        """Refuse a level that no order knows, and dates the wrong way round.

        Raises:
            Refused: one of these.
        """
        if self.level not in LEVELS:
            raise Refused(
                N_("level '{level}' of area '{area}' is none of: {levels}"),
                level=self.level,
                area=self.area,
                levels=", ".join(LEVELS),
            )
        if self.last is not None and self.last < self.first:
            raise Refused(N_("the alert of area '{area}' ends before it begins"), area=self.area)

    def holds(self, day: date) -> bool:
        """Return whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Message:
    """What an area is told: the level, what it means (a message id for gettext), the order it rests on."""

    area: str
    level: str
    meaning: str
    order: str
    since: date


def read_alerts(path: Path) -> list[Alert]:
    """Return the alerts of a CSV file ``area,level,first,last,order`` (UTF-8; ``last`` empty while it holds).

    Raises:
        Refused: the file is not there, a column is missing, or a line cannot be read; the line is named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if missing := [name for name in _COLUMNS if name not in (rows.fieldnames or ())]:
                raise Refused(N_("column '{name}' is missing from the table"), name=missing[0])
            return [_alert(row, rows.line_num) for row in rows]
    except FileNotFoundError:
        raise Refused(N_("{name}: there is no such file"), name=path.name) from None


def _alert(row: dict[str, str], line: int) -> Alert:
    try:
        first = date.fromisoformat(row["first"].strip())
        last = date.fromisoformat(row["last"].strip()) if (row["last"] or "").strip() else None
    except (AttributeError, ValueError):
        raise Refused(N_("line {line}: dates are written such as 2026-07-01"), line=line) from None
    return Alert(row["area"].strip(), row["level"].strip().lower(), first, last, (row["order"] or "").strip())


def message(alerts: Iterable[Alert], area: str, day: date) -> Message | None:
    """Return what an area is told on a day, None without an alert; of several orders the gravest counts."""
    holding = [alert for alert in alerts if alert.area == area and alert.holds(day)]
    if not holding:
        return None
    alert = max(holding, key=lambda each: (LEVELS.index(each.level), each.first))
    return Message(area, alert.level, _MEANING[alert.level], alert.order, alert.first)
