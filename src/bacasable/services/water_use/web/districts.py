"""What the board reads of districts: sums of eleven meters or more, and how old readings are."""

from dataclasses import dataclass
from datetime import date, timedelta

from bacasable.services.water_use.engine.comparison.ladder import LEAST_K
from bacasable.services.water_use.processing import FORECAST, READINGS
from bacasable.services.water_use.web import looking, running
from bacasable.services.water_use.web.models import Contract

DAYS = 30


@dataclass(frozen=True)
class District:
    """The days of a district: litres and meters read of each; ``days`` is empty where too few were read."""

    name: str
    days: tuple[tuple[date, int, int], ...]
    estimated_share: float

    @property
    def last(self) -> date | None:
        """The last day of which eleven meters were read."""
        return self.days[-1][0] if self.days else None


def names() -> list[str]:
    """Return the districts in which a contract runs."""
    rows = Contract.objects.filter(closed_on=None).order_by("district").values_list("district", flat=True)
    return list(rows.distinct())


def last_days(count: int = DAYS) -> list[District]:
    """Return the last days of each district.

    Raises:
        NotYet: people here are real, and the impact assessment is due.
    """
    looking.gate().admit(purpose=FORECAST.key, data_set=READINGS, fields=("daily",))
    first = looking.today() - timedelta(days=count)
    months = {f"{first + timedelta(days=number):%Y-%m}" for number in range(count + 1)}
    rows = running.readings().days(months=months)
    rows = rows.filter(rows.day >= first)
    sums = rows.group_by("district", "day").aggregate(
        litres=rows.total.sum().cast("int64"),
        meters=rows.count(),
        estimated=(rows.estimated != 0).sum().cast("int64"),
    )
    found: dict[str, list[dict[str, object]]] = {name: [] for name in names()}
    for row in sums.order_by("district", "day").to_pyarrow().to_pylist():
        if row["meters"] >= LEAST_K:
            found.setdefault(row["district"], []).append(row)
    return [_district(name, days) for name, days in sorted(found.items())]


def _district(name: str, rows: list[dict[str, object]]) -> District:
    days = tuple((row["day"], int(str(row["litres"])), int(str(row["meters"]))) for row in rows)
    meters = sum(count for _day, _litres, count in days)
    estimated = sum(int(str(row["estimated"] or 0)) for row in rows)
    return District(name, days, estimated / meters if meters else 0.0)  # type: ignore[arg-type]
