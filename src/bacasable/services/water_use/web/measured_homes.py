"""The DAIAD homes of Alicante in a demonstration, where their files are present: real readings, no names.

Their days are moved by whole weeks to end yesterday, so that a night has something to look at. They are
compared with nobody: real homes and synthetic ones are not alike. Licence: CC-BY-SA 4.0, DAIAD.
"""

import os
from datetime import date, timedelta
from pathlib import Path

from django.db import router, transaction

from bacasable.compliance import clock
from bacasable.services.water_use.processing import OPEN_TO_OBJECTION
from bacasable.services.water_use.web import linkage, running, sealed
from bacasable.services.water_use.web.models import Contract, Objection

DISTRICT = "Alicante (DAIAD, 2016-2017)"
#: What is shown of their fifteen months.
_DAYS, _HOURLY_DAYS = 400, 60


def folder() -> Path | None:
    """Return where the DAIAD files are, None where they are not."""
    told = os.environ.get("BACASABLE_DATA", "")
    found = Path(told) / "water_use"
    return found if told and (found / "swm_trialA_clean.zip").is_file() else None


def settle(source: Path, last: date) -> int:
    """Open a contract for each home, with its readings moved to end by ``last``; return how many homes."""
    import polars as pl

    from bacasable.services.water_use.engine.readings import read_daiad
    from bacasable.services.water_use.engine.storage import HOURS

    table, _homes = read_daiad(source)
    rows = pl.DataFrame(table)
    end: date = rows["day"].max()  # type: ignore[assignment]
    weeks = (last - end).days // 7
    rows = rows.with_columns(pl.col("day") + timedelta(weeks=weeks), pl.lit(DISTRICT).alias("district"))
    first = last - timedelta(days=_DAYS - 1)
    rows = rows.filter(pl.col("day") >= first)
    meters = sorted(rows["meter"].unique())
    made = []
    for number, meter in enumerate(meters, 1):
        contract = Contract(district=DISTRICT, grain="hourly", opened_on=first)
        sealed.seal_names(contract, sealed.Names(f"DAIAD-{number:03d}", meter, f"Foyer DAIAD {number:03d}"))
        made.append(contract)
    with transaction.atomic(using=router.db_for_write(Contract)):
        Contract.objects.bulk_create(made)
        now = clock.now()
        Objection.objects.bulk_create(
            Objection(contract=contract, purpose=purpose.key, made_at=now)
            for contract in made
            for purpose in OPEN_TO_OBJECTION
        )
    rows = rows.with_columns(
        pl.col("meter").replace_strict({meter: linkage.meter_of(meter) for meter in meters})
    )
    recent = pl.col("day") > last - timedelta(days=_HOURLY_DAYS)
    totals = rows.filter(~recent).select("meter", "day", "district", "total").drop_nulls()
    running.readings().put(totals.with_columns(pl.lit("daily").alias("kind")))
    running.readings().put(rows.filter(recent).select("meter", "day", "district", "estimated", *HOURS))
    return len(made)
