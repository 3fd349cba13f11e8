"""How far the expected use of a home is off, and whether its interval holds what it says (DAIAD homes).

Nested leave-one-out: each home is expected by a model whose sources too were chosen without it. Only what
homes declared is crossed. A home counts with 200 complete days or more, by the median of its days.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from bacasable.services.water_use.engine.expected import judge, learn, row_of
from bacasable.services.water_use.engine.expected.nested import Judged
from bacasable.services.water_use.engine.readings.daiad import daiad_answers, read_daiad

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.city import City

#: Days without which the median of a home's days says little of it.
LEAST_DAYS = 200
#: A day with a clock change has 23 slots with a value.
_LEAST_HOURS = 23
#: What the survey asked, in the order in which it is tried: of the dwelling, then equipment, then habits.
SURVEY = (
    "surface_m2", "owner", "minors", "showers", "dual_flush", "saving_shower", "saving_device",
    "showers_a_week", "shower_minutes", "baths_a_week", "flushes_a_day", "washing_machine_a_week",
    "dishwasher_a_week", "hand_washing_minutes", "other_minutes",
)  # fmt: skip


def daiad_rows(folder: Path) -> list[dict[str, object]]:
    """Return the homes of DAIAD with a survey and 200 complete days: ``litres`` and what they declared.

    Raises:
        Refused: the files are not in the folder.
    """
    table, _homes = read_daiad(folder)
    days = pl.DataFrame(pl.from_arrow(table))
    known = pl.sum_horizontal(pl.col("^h\\d\\d$").is_not_null().cast(pl.Int32))
    litres = (
        days.filter(known >= _LEAST_HOURS)
        .group_by("meter")
        .agg(pl.col("total").median().alias("litres"), pl.len().alias("days"))
        .filter(pl.col("days") >= LEAST_DAYS)
    )
    of_meter = dict(zip(litres["meter"], litres["litres"], strict=True))
    answers = daiad_answers(folder)
    return [
        {"litres": of_meter[meter], **said}
        for meter, said in sorted(answers.items())
        if meter in of_meter and "members" in said
    ]


def city_rows(city: "City") -> list[dict[str, object]]:
    """Return the homes of a synthetic city as rows: the median of their complete days, what they declared."""
    hours = city.hourly.reshape(len(city.homes), -1, 24)
    known = (hours >= 0).sum(axis=2)
    totals = np.where(known >= _LEAST_HOURS, np.where(hours >= 0, hours, 0).sum(axis=2), np.nan)
    enough = (known >= _LEAST_HOURS).sum(axis=1) >= min(LEAST_DAYS, hours.shape[1] // 2)
    return [
        row_of(home, float(np.nanmedian(totals[number])))
        for number, home in enumerate(city.homes)
        if enough[number]
    ]


def evaluate_expected_use(folder: Path, seed: int) -> dict[str, Any]:
    """Return ``median_error`` (share) and ``coverage`` of the 90 % interval, each with its 95 % interval.

    ``members_only`` is the same with household size alone; ``ledger`` what each source gained.

    Raises:
        Refused: the files of DAIAD are not in the folder.
    """
    rows = daiad_rows(folder)
    judged = judge(rows, candidates=SURVEY, seed=seed)
    alone = judge(rows, candidates=(), seed=seed)
    ledger = learn(rows, candidates=SURVEY, seed=seed).ledger
    return {
        "task": "expected-use",
        "seed": seed,
        "homes": judged.homes,
        **_figures(judged),
        "members_only": _figures(alone),
        "sources_kept": judged.kept,
        "ledger": [
            {"source": each.source, "gain": each.gain, "interval": [each.low, each.high], "kept": each.kept}
            for each in ledger.entries
        ],
    }


def _figures(judged: Judged) -> dict[str, Any]:
    error, coverage = judged.error_interval, judged.coverage_interval
    return {
        "median_error": {
            "value": round(judged.median_error, 4),
            "interval": [round(error.low, 4), round(error.high, 4)],
        },
        "coverage": {
            "value": round(judged.coverage, 4),
            "interval": [round(coverage.low, 4), round(coverage.high, 4)],
        },
    }
