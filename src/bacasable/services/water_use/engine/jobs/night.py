"""A night: leaks district by district, then what closes with a month, then what is forgotten.

Each step leaves its result in a file of its own before the next begins: a night that was killed goes on where
it stopped, and gives what it would have given. Who objected, and who asked to keep hours, are read once, at
the start: a word said in the middle of a night counts in the next one, and the report says so.
"""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.comparison import Ladder, Release, publish
from bacasable.services.water_use.engine.comparison.ladder import LEAST_K
from bacasable.services.water_use.engine.comparison.publishing import Suppressed, from_json
from bacasable.services.water_use.engine.jobs.excesses import Excess, months_beside, of_indexes, of_month
from bacasable.services.water_use.engine.jobs.hours import hours_of, totals_of
from bacasable.services.water_use.engine.jobs.volumes import means_in, volumes_of
from bacasable.services.water_use.engine.jobs.years import closed_year, means_of_year
from bacasable.services.water_use.engine.leaks import HISTORY_DAYS, TOTALS_DAYS, detect, detect_in_totals
from bacasable.services.water_use.engine.meters import Declared, Leak
from bacasable.services.water_use.engine.storage import Indexes, Readings

#: Days of a month's end that late readings have to come before it is closed.
LATE_DAYS = 3
#: Days that hours are kept for everybody: the window in which leaks are seen (the declaration's retention).
WINDOW_DAYS = 30

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Night:
    """What a night gave. ``expired_rows`` hold no hours any more; ``problems`` are for people to read.

    ``excesses`` are those of the last closed month and of indexes; ``release`` is None where that month was
    published before. ``release_of_year`` is that of homes read by index, None where the last closed year was
    published before or too few such homes were read.
    """

    day: date
    leaks: tuple[Leak, ...]
    release: Release | None
    excesses: tuple[Excess, ...]
    expired_rows: int
    problems: tuple[str, ...]
    resumed: bool
    release_of_year: Release | None = None


def run(
    readings: Readings,
    work: Path,
    *,
    day: date,
    homes: Iterable[Declared],
    objected: Collection[str] = (),
    keep_hours: Collection[str] = (),
    published: Collection[str] = (),
    indexes: Indexes | None = None,
    lived_since: Mapping[str, date] | None = None,
    ladder: Ladder | None = None,
    window_days: int = WINDOW_DAYS,
    engine: str = "duckdb",
    progress: Progress | None = None,
) -> Night:
    """Do what is due on the evening of ``day``, from the readings received so far.

    Args:
        readings: rows of meters and days.
        work: a folder of its own; what an earlier call left there for this day is taken up.
        homes: what is declared of each home, by the same names of meters as the readings.
        objected: meters of homes that are not compared.
        keep_hours: meters of homes that asked to keep their hours.
        published: months and years that were published already: each is published once.
        indexes: of homes that are read once or twice a year.
        lived_since: the day on which the household of a meter came.
        window_days: days whose hours stay, for leaks.
        engine: what runs the core job, ``duckdb`` or ``pyspark``.
        progress: called with the step, how much of it is done, and of how much.
    """
    steps = _Steps(work / day.isoformat())
    known = list(homes)
    frozen = steps.once("asked", lambda: {"objected": sorted(objected), "keep_hours": sorted(keep_hours)})
    out, kept = frozenset(frozen["objected"]), frozenset(frozen["keep_hours"])
    problems = []
    if out != frozenset(objected) or kept != frozenset(keep_hours):
        problems.append(
            "choices of households changed since this night began; they count from the next one on"
        )
    leaks = _leaks(readings, steps, day, progress)
    month = _closed(day)
    volumes = cache(partial(volumes_of, readings, steps.folder / "months", months_beside(month), engine))
    release: Release | None = None
    compared = [home for home in known if home.meter not in out]
    if month not in published and readings.parts({month}):
        try:
            release = _release(steps, month, compared, lambda: means_in(volumes(), month), ladder)
        except Refused as refused:
            problems.append(str(refused))
    of_year: Release | None = None
    year = closed_year(day)
    if indexes is not None and str(year) not in published:
        means = means_of_year(indexes.volumes(), year, lived_since)
        if sum(home.meter in means for home in compared) >= LEAST_K:
            of_year = _release(steps, str(year), compared, lambda: means, ladder)
    rows = steps.once(f"excesses-{month}", lambda: [asdict(one) for one in of_month(volumes(), month, known)])
    if indexes is not None:
        rows += steps.once("excesses", lambda: [asdict(one) for one in of_indexes(indexes, known, day)])
    excesses = tuple(_excess(row) for row in rows)
    if progress:
        progress("expiry", 0, 1)
    before = day - timedelta(days=window_days - 1)
    expired = steps.once("expiry", lambda: {"rows": readings.expire_hourly(before, kept).rows})
    if progress:
        progress("expiry", 1, 1)
    return Night(
        day, tuple(leaks), release, excesses, expired["rows"], tuple(problems), steps.resumed, of_year
    )


def forget(work: Path, day: date) -> None:
    """Forget the steps of a night whose results are kept elsewhere now."""
    shutil.rmtree(work / day.isoformat(), ignore_errors=True)


class _Steps:
    """Results of steps in a folder, each written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.resumed = folder.exists()
        folder.mkdir(parents=True, exist_ok=True)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what a step gave before, or do it now."""
        path = self.folder / f"{name}.json"
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
        made = make()
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(made, file, default=str)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        # as it will be read by who takes it up: one shape for both
        return json.loads(path.read_text(encoding="utf-8"))


def _leaks(readings: Readings, steps: _Steps, day: date, progress: Progress | None) -> list[Leak]:
    first = day - timedelta(days=HISTORY_DAYS - 1)
    months = {f"{first + timedelta(days=number):%Y-%m}" for number in range(HISTORY_DAYS)}
    districts = sorted({one.district for one in readings.parts(months)})
    found: list[Leak] = []
    for number, district in enumerate(districts):
        if progress:
            progress("leaks", number, len(districts))
        rows = steps.once(f"leaks-{number}", partial(_of_district, readings, district, first, day))
        found.extend(_leak(row) for row in rows)
    if progress:
        progress("leaks", len(districts), len(districts))
    return found


def _of_district(readings: Readings, district: str, first: date, last: date) -> list[dict[str, Any]]:
    hours = hours_of(readings, district, first, last)
    found = detect(hours.hourly, hours.estimated, hours.meters, first)
    # of who gives totals alone, only a large flow is told, and cautiously
    begin = last - timedelta(days=TOTALS_DAYS - 1)
    meters, totals = totals_of(readings, district, begin, last, but=frozenset(hours.meters))
    found.extend(detect_in_totals(totals, meters, begin))
    return [asdict(leak) for leak in found]


def _leak(row: dict[str, Any]) -> Leak:
    return Leak(
        **{
            **row,
            "start": datetime.fromisoformat(row["start"]),
            "last_seen": datetime.fromisoformat(row["last_seen"]),
        }
    )


def _closed(day: date) -> str:
    """Return the last month whose late readings have had their time."""
    return f"{(day - timedelta(days=LATE_DAYS)).replace(day=1) - timedelta(days=1):%Y-%m}"


def _release(
    steps: _Steps,
    period: str,
    homes: list[Declared],
    means: Callable[[], dict[str, float]],
    ladder: Ladder | None,
) -> Release:
    def made() -> dict[str, Any]:
        release = publish(homes, means(), period=period, ladder=ladder)
        hidden = [[list(map(list, cell.variables)), cell.reason] for cell in release.suppressed]
        return {"release": release.as_json(), "suppressed": hidden}

    found = steps.once(f"release-{period}", made)
    suppressed = tuple(
        Suppressed(tuple((name, value) for name, value in variables), reason)
        for variables, reason in found["suppressed"]
    )
    return replace(from_json(found["release"]), suppressed=suppressed)


def _excess(row: dict[str, Any]) -> Excess:
    days = {name: date.fromisoformat(row[name]) for name in ("first", "last")}
    return Excess(**{**row, **days})
