"""The weather of a town, past and to come, from a file that somebody else keeps up to date."""

from pathlib import Path

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.forecast.series import WEATHER


def read_weather(path: Path) -> pl.DataFrame:
    """Return ``day, hour`` and any of temperature, rain, humidity, wind, as ``fit_forecast`` takes them.

    A cell that is no number is not known; of an hour told twice the last line counts.

    Raises:
        Refused: the file cannot be read, or lacks the day, the hour or any weather.
    """
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError):
        raise Refused(N_("weather {name}: cannot be read as a CSV file"), name=path.name) from None
    told = [name for name in WEATHER if name in table.columns]
    if not {"day", "hour"} <= set(table.columns) or not told:
        raise Refused(
            N_("weather {name}: its columns are day (2026-11-21), hour (0 to 23), and any of {names}"),
            name=path.name,
            names=", ".join(WEATHER),
        )
    rows = table.select(
        pl.col("day").str.to_date("%Y-%m-%d", strict=False),
        pl.col("hour").cast(pl.Int64, strict=False),
        *(pl.col(name).cast(pl.Float64, strict=False) for name in told),
    ).filter(pl.col("day").is_not_null(), pl.col("hour").is_between(0, 23))
    if rows.is_empty():
        raise Refused(N_("weather {name}: no line has a day and an hour"), name=path.name)
    return rows.unique(["day", "hour"], keep="last", maintain_order=True)
