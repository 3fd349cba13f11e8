"""How many leaks are found, and how many alarms are false, on a city whose leaks are known.

A leak counts when it ran at two litres an hour or more for three days; it is found when it was told while
it ran, or on the day after. An alarm is false when no leak of the home ran in the three days before it. All
hours count, with absences and gaps: a leak in a gap is a leak that was missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.intervals import clopper_pearson, wilson
from bacasable.services.water_use.engine.city import TrueLeak, read_folder, simulate
from bacasable.services.water_use.engine.city.files import READINGS as CITY_READINGS
from bacasable.services.water_use.engine.leaks import Flow, detect, flows, unread
from bacasable.services.water_use.engine.meters import Leak
from bacasable.services.water_use.engine.readings.daiad import is_daiad, read_daiad
from bacasable.services.water_use.engine.storage import HOURS

#: What a leak must be to count: litres an hour, hours.
LEAST_FLOW, LEAST_HOURS = 2.0, 72
#: Hours after its end in which a leak may still be told as such, and before an alarm in which one excuses it.
_LATE, _BEFORE = 24, 72
#: A leak of the city begins at this share of its full flow.
_BEGINS_AT = 0.3
_HOMES, _DAYS = 5_000, 365


@dataclass(frozen=True)
class Judged:
    """Leaks that count with what became of them, alarms with whether they were false, hours watched.

    ``found`` and ``hours_to_tell`` (from the start, -1 where not found) are those of ``due``; ``false`` those
    of ``alarms``. ``members`` has the true number of each meter's home, 0 where not known.
    """

    due: tuple[TrueLeak, ...]
    found: NDArray[np.bool_]
    hours_to_tell: NDArray[np.int64]
    alarms: tuple[Flow, ...]
    false: NDArray[np.bool_]
    members: NDArray[np.int64]
    meter_years: float

    def __add__(self, other: "Judged") -> "Judged":
        """Return both together, the meters of the other numbered after these."""
        shift = len(self.members)
        return Judged(
            self.due + tuple(_moved(leak, shift) for leak in other.due),
            np.concatenate((self.found, other.found)),
            np.concatenate((self.hours_to_tell, other.hours_to_tell)),
            self.alarms + tuple(_moved(alarm, shift) for alarm in other.alarms),
            np.concatenate((self.false, other.false)),
            np.concatenate((self.members, other.members)),
            self.meter_years + other.meter_years,
        )


def _moved(one: Any, shift: int) -> Any:
    return type(one)(**(vars(one) | {"meter": one.meter + shift}))


def due(leak: TrueLeak) -> bool:
    """Whether a leak ran at two litres an hour or more for three days, the time it grew left out."""
    if leak.litres_per_hour < LEAST_FLOW:
        return False
    grown = (LEAST_FLOW / leak.litres_per_hour - _BEGINS_AT) / (1 - _BEGINS_AT)
    return leak.last - (leak.first + max(0.0, grown) * leak.grows_hours) + 1 >= LEAST_HOURS


def judge(
    hourly: NDArray[np.int32],
    estimated: NDArray[np.int32],
    leaks: Sequence[TrueLeak],
    members: NDArray[np.int64],
    alarms: Sequence[Flow] | None = None,
) -> Judged:
    """Return what the detector, or another one whose alarms are given, makes of hours whose leaks are known.

    Args:
        hourly: (meters, days * 24), litres, -1 where no value is known.
        estimated: (meters, days), bit h for hour h.
        leaks: the truth.
        members: (meters,), 0 where not known.
        alarms: another detector's, by row and hour.
    """
    alarms = flows(unread(hourly, estimated)) if alarms is None else alarms
    by_meter: dict[int, list[Flow]] = {}
    for alarm in alarms:
        by_meter.setdefault(alarm.meter, []).append(alarm)
    true: dict[int, list[TrueLeak]] = {}
    for leak in leaks:
        true.setdefault(leak.meter, []).append(leak)
    counted = tuple(leak for leak in leaks if due(leak))
    tellings = [
        [
            max(0, alarm.told - leak.first)
            for alarm in by_meter.get(leak.meter, ())
            if alarm.first <= leak.last and alarm.last >= leak.first and alarm.told <= leak.last + _LATE
        ]
        for leak in counted
    ]
    false = [
        not any(
            leak.first <= alarm.told and leak.last >= alarm.told - _BEFORE
            for leak in true.get(alarm.meter, ())
        )
        for alarm in alarms
    ]
    return Judged(
        counted,
        np.asarray([bool(told) for told in tellings], dtype=bool),
        np.asarray([min(told, default=-1) for told in tellings], dtype=np.int64),
        tuple(alarms),
        np.asarray(false, dtype=bool),
        members,
        hourly.size / 24 / 365.25,
    )


def judge_city(seed: int, homes: int = _HOMES, days: int = _DAYS, litres_per_pulse: int = 1) -> Judged:
    """Return what the detector makes of the synthetic city of a seed."""
    city = simulate(homes, days, seed, litres_per_pulse=litres_per_pulse)
    return judge(city.hourly, city.estimated, city.leaks, city.true_homes.members)


def by_members(judged: Judged) -> dict[int, dict[str, float]]:
    """Return recall by members (6: six or more): ``n``, ``recall``, and ``low``, ``high`` at 95 %."""
    sizes = np.minimum([judged.members[leak.meter] for leak in judged.due], 6)
    rows = {}
    for size in sorted(set(sizes.tolist()) - {0}):
        found = judged.found[sizes == size]
        interval = wilson(int(found.sum()), len(found))
        rows[size] = {
            "n": len(found),
            "recall": round(float(found.mean()), 4),
            "low": round(interval.low, 4),
            "high": round(interval.high, 4),
        }
    return rows


def figures(judged: Judged) -> dict[str, Any]:
    """Return recall and false alarms with their 95 % intervals, ready for JSON.

    One home may raise several false alarms: their interval is that of the homes that raise any (exact,
    binomial), times the alarms of such a home.
    """
    found, n = int(judged.found.sum()), len(judged.due)
    recall = wilson(found, n)
    false = int(judged.false.sum())
    homes = len({alarm.meter for alarm, bad in zip(judged.alarms, judged.false, strict=True) if bad})
    share = clopper_pearson(homes, len(judged.members))
    of_home = len(judged.members) * (false / homes if homes else 1.0) / judged.meter_years * 1_000
    told = judged.hours_to_tell[judged.found]
    return {
        "recall": round(found / n, 4) if n else None,
        "recall_interval": [round(recall.low, 4), round(recall.high, 4)],
        "leaks": n,
        "false_alarms_per_1000_meter_years": round(1_000 * false / judged.meter_years, 3),
        "false_alarms_interval": [round(share.low * of_home, 3), round(share.high * of_home, 3)],
        "false_alarms": false,
        "homes_with_false_alarms": homes,
        "alarms": len(judged.alarms),
        "meter_years": round(judged.meter_years),
        "median_days_to_tell": round(float(np.median(told)) / 24, 1) if len(told) else None,
        "recall_by_members": by_members(judged),
    }


def evaluate_leaks(folder: Path | None, seed: int) -> dict[str, Any]:
    """Return ``recall`` and ``false_alarms_per_1000_meter_years`` with intervals, and by members.

    Of the city in a folder (``releves.csv`` and ``fuites.csv``, see :func:`city.write_folder`), else of the
    synthetic city of the seed: 5,000 homes, 365 days. Figures of a city that does not exist, never of a town.
    Of a folder with the DAIAD meters, whose truth nobody knows, ``daiad`` lists what is flagged there; recall
    and false alarms stay those of the synthetic city.

    Raises:
        Refused: the folder has neither.
    """
    told: dict[str, Any] = {"task": "leaks", "seed": seed}
    if folder is None or (is_daiad(folder) and not (folder / CITY_READINGS).is_file()):
        drawn = {"data": f"synthetic city of seed {seed}, {_HOMES} homes, {_DAYS} days"}
        real = {"daiad": _daiad(folder)} if folder is not None else {}
        return told | drawn | figures(judge_city(seed)) | real
    kept = read_folder(folder)
    judged = judge(kept.hourly, kept.estimated, kept.leaks, kept.members)
    return told | {"data": f"{len(kept.meters)} meters of a folder"} | figures(judged)


def _daiad(folder: Path) -> dict[str, Any]:
    """Return what is flagged in the DAIAD meters, ready for JSON: none of it is known to be a leak."""
    found, meters = flagged_in_daiad(folder)
    return {
        "meters": meters,
        "flagged": [
            {
                "meter": leak.meter,
                "start": leak.start.isoformat(),
                "last_seen": leak.last_seen.isoformat(),
                "litres_per_hour": leak.litres_per_hour,
                "state": leak.state,
            }
            for leak in found
        ],
    }


def flagged_in_daiad(folder: Path) -> tuple[list[Leak], int]:
    """Return what the detector flags in the DAIAD meters, of which no truth is known, and how many there are.

    Raises:
        Refused: the files are not in the folder.
    """
    days = pl.DataFrame(pl.from_arrow(read_daiad(folder)[0]))
    meters = days["meter"].unique().sort()
    first = days["day"].min()
    row = days["meter"].cast(pl.Enum(meters)).to_physical().to_numpy()
    day = (days["day"] - first).dt.total_days().to_numpy()
    hourly = np.full((len(meters), int(day.max()) + 1, 24), -1, dtype=np.int32)
    hourly[row, day] = days.select(pl.col(HOURS).fill_null(-1)).to_numpy()
    estimated = np.zeros(hourly.shape[:2], dtype=np.int32)
    estimated[row, day] = days["estimated"].to_numpy()
    return detect(hourly.reshape(len(meters), -1), estimated, list(meters), first), len(meters)  # type: ignore[arg-type]
