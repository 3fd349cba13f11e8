"""The readings of hourly and daily meters, in a folder."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pyarrow as pa

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.storage.edges import Edges
from bacasable.services.water_use.engine.storage.layout import (
    HOURS,
    KEYS,
    SCHEMA,
    Part,
    Written,
    alone,
    frame,
    month_of,
    part,
    parts,
    write,
)
from bacasable.services.water_use.engine.storage.merging import completed, layers, merged


@dataclass(frozen=True)
class Expired:
    """What an expiry did: rows whose hours are gone, and the meters they belong to."""

    rows: int
    meters: int


class Readings:
    """Rows of meters and days in a folder: written by one at a time, read by any number meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.edges = Edges(folder)

    def parts(self, months: Collection[str] | None = None) -> list[Part]:
        """Return the files, by district and month; of some months only where they are given."""
        return [one for one in parts(self.folder) if months is None or one.month in months]

    def put(self, table: "pa.Table | pl.DataFrame") -> Written:
        """Add rows: late, corrected and repeated ones too. The last received wins, hour by hour.

        An hour without a value changes nothing; a value that was estimated never replaces a read one. A meter
        that comes with another district moves there for the days given. Doing it twice changes nothing.

        Args:
            table: columns ``meter``, ``day``, ``district`` and any of the layout's others; litres.

        Raises:
            Refused: a column is missing, unknown, or a volume is below zero.
        """
        rows = frame(table)
        missing = sorted({"meter", "day", "district"} - set(rows.columns))
        unknown = sorted(set(rows.columns) - {*SCHEMA.names, "district"})
        if missing or unknown:
            raise Refused(
                N_("columns of readings: missing {missing}, not known {unknown}; see storage/layout.py"),
                missing=", ".join(missing) or "-",
                unknown=", ".join(unknown) or "-",
            )
        rows = completed(rows)
        least = rows.select(pl.min_horizontal(*HOURS, "total").min()).item()
        if least is not None and least < 0:
            raise Refused(N_("a volume is below zero ({litres} litres); mark it as no value"), litres=least)
        done = Written()
        with alone(self.folder):
            for layer in layers(rows):
                months = layer.with_columns(pl.col("day").dt.strftime("%Y-%m").alias("month"))
                for (month,), of_month in sorted(months.group_by("month"), key=lambda pair: str(pair[0])):
                    self._forget_elsewhere(of_month, str(month))
                    for (district,), of_part in of_month.group_by("district"):
                        where = part(self.folder, str(district), str(month))
                        old = (
                            pl.read_parquet(where.path, hive_partitioning=False)
                            if where.path.exists()
                            else None
                        )
                        whole, written = merged(old, of_part.select(SCHEMA.names))
                        if written.new or written.changed:
                            _write(whole, where.path)
                        done += written + Written(partitions=1)
        return done

    def _forget_elsewhere(self, rows: pl.DataFrame, month: str) -> None:
        """Drop from other districts the days that arrive for a meter which has moved."""
        places = rows.select(*KEYS, "district")
        for other in self.parts({month}):
            away = places.filter(pl.col("district") != other.district).select(KEYS)
            if away.height and (
                pl.scan_parquet(other.path, hive_partitioning=False)
                .select(KEYS)
                .join(away.lazy(), on=KEYS, how="semi")
                .head(1)
                .collect()
                .height
            ):
                self._rewrite(other, partial(_but, gone=away))

    def days(self, engine: Any = None, *, months: Collection[str] | None = None) -> Any:
        """Return the rows as an Ibis table, with ``district`` and ``month``.

        Args:
            engine: an Ibis connection (DuckDB, PySpark); a DuckDB of its own by default.
            months: only those, ``2026-03``.
        """
        engine = engine or ibis.duckdb.connect()
        files = [str(one.path) for one in self.parts(months)]
        if not files:
            schema = SCHEMA.append(pa.field("district", pa.string())).append(pa.field("month", pa.string()))
            return ibis.memtable(schema.empty_table())
        if engine.name == "pyspark":
            # Ibis hands Spark one path; a session reads many, and what their folders are named.
            session = engine._session
            session.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
            rows = session.read.option("basePath", str(self.folder)).parquet(*files)
            rows.createOrReplaceTempView("readings")
            return engine.table("readings")
        return engine.read_parquet(files, hive_partitioning=True, hive_types_autocast=False)

    def meters(self) -> dict[str, str]:
        """Return each meter's district: that of its last day."""
        found: dict[str, tuple[date, str]] = {}
        for one in self.parts():
            last = (
                pl.scan_parquet(one.path, hive_partitioning=False).group_by("meter").agg(pl.col("day").max())
            )
            for meter, day in last.collect().iter_rows():
                if meter not in found or found[meter] < (day, one.district):
                    found[meter] = (day, one.district)
        return {meter: district for meter, (_, district) in found.items()}

    def expire_hourly(
        self, before: date, keep: Collection[str] = (), *, only: Collection[str] | None = None
    ) -> Expired:
        """Forget the hours of days before one, but for meters whose household asked to keep them.

        With ``only``, those of these meters and no others. The total, how many hours were known and the flow
        that never stopped (none where hours were missing or estimated) stay.
        """
        kept = pl.Series(sorted(keep), dtype=pl.String)
        due = (pl.col("day") < before) & (pl.col("kind") == "hourly") & ~pl.col("meter").is_in(kept.implode())
        if only is not None:
            due &= pl.col("meter").is_in(pl.Series(sorted(only), dtype=pl.String).implode())
        least = pl.min_horizontal(*HOURS)
        flow = pl.when((pl.col("hours") >= 23) & (pl.col("estimated") == 0)).then(least)
        rows, meters = 0, set()

        def expired(table: pl.DataFrame) -> pl.DataFrame:
            return table.with_columns(
                pl.when(due).then(flow).otherwise(pl.col("flow")).alias("flow"),
                *(pl.when(~due).then(pl.col(hour)).alias(hour) for hour in HOURS),
                pl.when(due).then(pl.lit("daily")).otherwise(pl.col("kind")).alias("kind"),
            )

        with alone(self.folder):
            for one in self.parts():
                if one.month > month_of(before):
                    continue
                found = (
                    pl.scan_parquet(one.path, hive_partitioning=False).filter(due).select("meter").collect()
                )
                if found.height:
                    rows += found.height
                    meters |= set(found["meter"].unique())
                    self._rewrite(one, expired)
        return Expired(rows, len(meters))

    def drop_days(self, before: date) -> int:
        """Delete the days before one, whole; return how many rows."""
        return self._without(pl.col("day") < before, lambda one: one.month <= month_of(before))

    def erase(self, meter: str) -> int:
        """Delete all that is stored of a meter; return how many rows."""
        rows = self._without(pl.col("meter") == meter, lambda one: True)
        with alone(self.folder):
            self.edges.erase(meter)
        return rows

    def erase_between(self, meter: str, first: date, last: date) -> int:
        """Delete the days of a meter from the first to the last, both included; return how many rows."""
        gone = (pl.col("meter") == meter) & pl.col("day").is_between(first, last)
        return self._without(gone, lambda one: month_of(first) <= one.month <= month_of(last))

    def _without(self, gone: pl.Expr, concerned: Callable[[Part], bool]) -> int:
        rows = 0
        with alone(self.folder):
            for one in filter(concerned, self.parts()):
                scan = pl.scan_parquet(one.path, hive_partitioning=False)
                count = scan.filter(gone).select(pl.len()).collect().item()
                if count:
                    rows += count
                    self._rewrite(one, lambda table: table.filter(~gone))
        return rows

    def export(self, meter: str) -> pa.Table:
        """Return all rows of a meter by day, with their district: what its household may take away."""
        found = [
            pl.scan_parquet(one.path, hive_partitioning=False)
            .filter(pl.col("meter") == meter)
            .with_columns(pl.lit(one.district).alias("district"))
            for one in self.parts()
        ]
        if not found:
            return SCHEMA.append(pa.field("district", pa.string())).empty_table()
        return pl.concat(found).collect().sort("day").to_arrow()

    def last_reading(self, meter: str) -> datetime | None:
        """Return when the meter was last read, by the civil clock: the end of its last hour or day read."""
        for month in sorted({one.month for one in self.parts()}, reverse=True):
            for one in self.parts({month}):
                rows = (
                    pl.scan_parquet(one.path, hive_partitioning=False)
                    .filter(pl.col("meter") == meter)
                    .sort("day", descending=True)
                    .collect()
                )
                if (found := _last(rows.iter_rows(named=True))) is not None:
                    return found
        return None

    def _rewrite(self, one: Part, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        rows = change(pl.read_parquet(one.path, hive_partitioning=False))
        if rows.height:
            _write(rows, one.path)
        else:
            one.path.unlink()


def _but(rows: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    return rows.join(gone, on=KEYS, how="anti")


def _write(rows: pl.DataFrame, path: Path) -> None:
    write(rows.to_arrow().cast(SCHEMA), path)


def _last(rows: Iterable[dict[str, Any]]) -> datetime | None:
    """Return the end of the last hour that was read, of rows from the last day back."""
    for row in rows:
        start = datetime.combine(row["day"], time())
        read = [
            number
            for number, hour in enumerate(HOURS)
            if row[hour] is not None and not row["estimated"] >> number & 1
        ]
        if read:
            return start + timedelta(hours=read[-1] + 1)
        if row["kind"] == "daily" and row["estimated"] == 0:
            return start + timedelta(days=1)
    return None
