"""Rows that arrive over rows that are there: the last received wins, an estimate never over a real value."""

import polars as pl

from bacasable.services.water_use.engine.storage.layout import ALL_HOURS, HOURS, KEYS, SCHEMA, Written

_NAMES = SCHEMA.names
_KINDS = {
    "meter": pl.String, "day": pl.Date, "total": pl.Int64, "hours": pl.Int8, "estimated": pl.Int32,
    "kind": pl.String, "flow": pl.Int32, "district": pl.String, **dict.fromkeys(HOURS, pl.Int32),
}  # fmt: skip


def completed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with every column of the layout, in its order and types; what can be worked out is.

    ``total`` is the sum of the known hours where it is not given, ``hours`` their number, ``kind`` follows.
    """
    absent = [name for name in _NAMES if name not in rows.columns]
    rows = rows.with_columns(pl.lit(None, _KINDS[name]).alias(name) for name in absent)
    rows = rows.select(pl.col(name).cast(_KINDS[name]) for name in [*_NAMES, "district"])
    known = pl.sum_horizontal(pl.col(hour).is_not_null().cast(pl.Int8) for hour in HOURS)
    total = pl.sum_horizontal(pl.col(hour).cast(pl.Int64) for hour in HOURS)
    rows = rows.with_columns(
        pl.when(known > 0).then(known).otherwise(pl.col("hours").fill_null(0)).cast(pl.Int8).alias("hours"),
        pl.coalesce(pl.col("total"), pl.when(known > 0).then(total)).alias("total"),
        pl.col("estimated").fill_null(0),
        pl.when(known > 0).then(pl.lit("hourly")).otherwise(pl.lit("daily")).alias("kind"),
    )
    return rows.filter(pl.col("total").is_not_null())


def layers(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the rows in as many tables as one meter and day has rows, in the order of arrival."""
    turn = pl.int_range(pl.len()).over(KEYS)
    if not rows.select(KEYS).is_duplicated().any():
        return [rows]
    turned = rows.with_columns(turn.alias("turn"))
    return [layer.drop("turn") for _, layer in sorted(turned.group_by("turn"), key=lambda pair: pair[0])]


def merged(old: pl.DataFrame | None, new: pl.DataFrame) -> tuple[pl.DataFrame, Written]:
    """Return the rows of a file after others arrived, sorted, and what they did. ``new``: a row a key."""
    count = Written(rows=new.height)
    if old is None:
        return new.sort(KEYS), count + Written(new=new.height)
    met = old.join(new, on=KEYS, how="inner", suffix="_new")
    rest = [old.join(new.select(KEYS), on=KEYS, how="anti"), new.join(old.select(KEYS), on=KEYS, how="anti")]
    count += Written(new=rest[1].height)
    if met.height:
        met = _over(met)
        said = met.select(
            pl.col("corrected").sum(), pl.col("kept").sum(), pl.col("altered").sum().alias("changed")
        ).row(0, named=True)
        count += Written(
            changed=said["changed"],
            same=met.height - said["changed"],
            corrected_hours=said["corrected"],
            kept_hours=said["kept"],
        )
        rest.append(met.select(_NAMES))
    return pl.concat(rest).sort(KEYS), count


def _over(met: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of both (columns of the later ones end in _new) as one, with what was altered."""
    hours, bits, corrected, kept = [], [], [], []
    for number, hour in enumerate(HOURS):
        was, now = pl.col(hour), pl.col(f"{hour}_new")
        was_guess = pl.col("estimated").floordiv(1 << number) % 2 == 1
        now_guess = pl.col("estimated_new").floordiv(1 << number) % 2 == 1
        wins = now.is_not_null() & (~now_guess | was_guess | was.is_null())
        hours.append(pl.when(wins).then(now).otherwise(was).alias(f"{hour}_both"))
        guess = pl.when(wins).then(now_guess).when(was.is_not_null()).then(was_guess).otherwise(False)
        bits.append(guess.cast(pl.Int32) * (1 << number))
        both = was.is_not_null() & now.is_not_null() & ~was_guess & (was != now)
        corrected.append((both & ~now_guess).cast(pl.Int32))
        kept.append((both & now_guess).cast(pl.Int32))
    met = met.with_columns(
        *hours,
        pl.sum_horizontal(bits).cast(pl.Int32).alias("estimated_hours"),
        pl.sum_horizontal(corrected).alias("corrected"),
        pl.sum_horizontal(kept).alias("kept"),
    )
    ends = [pl.col(f"{hour}_both") for hour in HOURS]
    known = pl.sum_horizontal(hour.is_not_null().cast(pl.Int8) for hour in ends)
    summed = pl.sum_horizontal(hour.cast(pl.Int64) for hour in ends)
    was_guess = pl.col("estimated") == ALL_HOURS
    now_guess = pl.col("estimated_new") == ALL_HOURS
    now_daily, was_daily = pl.col("kind_new") == "daily", pl.col("kind") == "daily"
    total = (
        pl.when(now_daily & now_guess & ~was_guess)
        .then(pl.col("total"))
        .when(now_daily)
        .then(pl.col("total_new"))
        # Some hours of a day whose total was given: the total stands until the hours are whole.
        .when(was_daily & ~was_guess & (known < 23))
        .then(pl.col("total"))
        .otherwise(summed)
    )
    met = met.with_columns(
        total.alias("total_both"),
        pl.when(known > 0).then(known).otherwise(pl.max_horizontal("hours", "hours_new")).cast(pl.Int8)
        .alias("hours_both"),
        pl.when(known > 0).then(pl.col("estimated_hours"))
        .when(now_guess & ~was_guess).then(pl.col("estimated"))
        .otherwise(pl.col("estimated_new")).alias("estimated_both"),
        pl.when(known > 0).then(pl.lit("hourly")).otherwise(pl.lit("daily")).alias("kind_both"),
        pl.when(known >= 23).then(pl.lit(None, pl.Int32)).otherwise(pl.coalesce("flow_new", "flow"))
        .alias("flow_both"),
    )  # fmt: skip
    values = _NAMES[len(KEYS) :]
    altered = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_both")) for name in values)
    return met.with_columns(altered.alias("altered")).select(
        *KEYS, *(pl.col(f"{name}_both").alias(name) for name in values), "altered", "corrected", "kept"
    )
