"""What is kept: hours are forgotten when their time is over, but for who asked to keep them."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.water_use.controls.subject import ENGINE, Subject, counted, sample, trial_city

#: Homes whose hours are looked for, and days of the rolling window.
_HOMES, _WINDOW = 300, 30


def _kept(probe: Probe, seed: int) -> Measurement:
    import polars as pl

    from bacasable.services.water_use.engine.storage import HOURS, Readings

    subject: Subject = probe.engine
    city = trial_city(seed, _HOMES)
    before = city.first_day + timedelta(days=city.days - _WINDOW)
    asked = frozenset(home.meter for home in city.homes[::10])
    with tempfile.TemporaryDirectory() as folder:
        readings = Readings(Path(folder))
        city.write(readings)
        if subject.expires:
            readings.expire_hourly(before, asked)
        # read from the files themselves, not through what may forget
        rows = pl.concat([pl.read_parquet(one.path) for one in readings.parts()], how="diagonal")
    due = rows.filter((pl.col("day") < before) & ~pl.col("meter").is_in(sorted(asked)))
    found = due.filter(pl.any_horizontal(pl.col(hour).is_not_null() for hour in HOURS)).height
    lost = due.filter(pl.col("total").is_null()).height
    held = rows.filter(pl.col("meter").is_in(sorted(asked)) & pl.col("h12").is_not_null()).height
    made = counted(
        found,
        due.height,
        seed,
        "reads the files of the store after the expiry",
        sample(city),
        asked_to_keep=held,
        totals_lost=lost,
        homes="synthetic",
    )
    if lost or not held:
        wrong = "a total of a day is gone" if lost else "hours that a household asked to keep are gone"
        return replace(made, counterexamples=(wrong,))
    return made


@contextlib.contextmanager
def _without_expiry(probe: Probe) -> Iterator[Probe]:
    yield replace(probe, engine=replace(probe.engine, expires=False))


CONTROLS = (
    Control(
        key="hourly_data_expired",
        title=N_("Hours older than the rolling window are gone, and totals are still there"),
        unit=N_("share of days past the window that still hold hours"),
        direction="at_most",
        threshold=0.001,
        maximum_age=timedelta(days=90),
        measure=_kept,
        sabotage=_without_expiry,
        depends_on=DependsOn(modules=(f"{ENGINE}.storage.readings", f"{ENGINE}.storage.layout")),
    ),
)
