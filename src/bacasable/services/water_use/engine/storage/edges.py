"""Where the readings of each dial begin and end, so that the next file goes on where the last one stopped.

A run is readings of one dial without a gap. Its first and its last index are kept: the hour between the last
reading of a file and the first of the next one belongs to neither file alone.
"""

from pathlib import Path

import polars as pl
import pyarrow as pa

from bacasable.services.water_use.engine.storage.layout import frame, write

SCHEMA = pa.schema(
    [
        ("meter", pa.string()),
        ("start", pa.int64()),
        ("start_millilitres", pa.int64()),
        ("end", pa.int64()),
        ("end_millilitres", pa.int64()),
    ]
)


class Edges:
    """The runs of all dials of a folder of readings; seconds of the civil clock."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "edges.parquet"

    def rows(self) -> pl.DataFrame:
        """Return the runs by meter and start."""
        return pl.read_parquet(self.path) if self.path.exists() else frame(SCHEMA.empty_table())

    def beside(self, spans: pl.DataFrame, most_seconds: int) -> pl.DataFrame:
        """Return the indexes next to the spans of a file: ``meter, at, millilitres``.

        For each meter the last one before its span and the first one after it, not farther than
        ``most_seconds``, and none on a side that a run reaches over.

        Args:
            spans: ``meter, first, last``, seconds.
        """
        met = spans.join(self.rows(), on="meter", how="inner")
        met = met.with_columns(
            ((pl.col("start") <= pl.col("first")) & (pl.col("end") >= pl.col("first")))
            .any().over("meter").alias("over_first"),
            ((pl.col("start") <= pl.col("last")) & (pl.col("end") >= pl.col("last")))
            .any().over("meter").alias("over_last"),
        )  # fmt: skip
        before = (
            met.filter(~pl.col("over_first") & (pl.col("end") < pl.col("first")))
            .filter(pl.col("first") - pl.col("end") <= most_seconds)
            .sort("end")
            .unique("meter", keep="last", maintain_order=True)
            .select("meter", pl.col("end").alias("at"), pl.col("end_millilitres").alias("millilitres"))
        )
        after = (
            met.filter(~pl.col("over_last") & (pl.col("start") > pl.col("last")))
            .filter(pl.col("start") - pl.col("last") <= most_seconds)
            .sort("start")
            .unique("meter", keep="first", maintain_order=True)
            .select("meter", pl.col("start").alias("at"), pl.col("start_millilitres").alias("millilitres"))
        )
        return pl.concat([before, after])

    def add(self, runs: pl.DataFrame, step: int) -> None:
        """Add runs of a file; runs that touch, or are at most ``step`` seconds apart, become one."""
        if not runs.height:
            return
        rows = pl.concat([self.rows(), runs.select(SCHEMA.names)]).sort("meter", "start", "end")
        reached = pl.col("end").cum_max().shift(1).over("meter")
        begins = (pl.col("start") > reached + step).fill_null(True)
        whole = (
            rows.with_columns(begins.cum_sum().over("meter").alias("run"))
            .group_by("meter", "run", maintain_order=True)
            .agg(
                pl.col("start").first(),
                pl.col("start_millilitres").first(),
                pl.col("end").max(),
                pl.col("end_millilitres").sort_by("end").last(),
            )
        )
        write(whole.select(SCHEMA.names).to_arrow().cast(SCHEMA), self.path)

    def erase(self, meter: str) -> None:
        """Forget the runs of a meter."""
        rows = self.rows()
        kept = rows.filter(pl.col("meter") != meter)
        if kept.height < rows.height:
            write(kept.to_arrow().cast(SCHEMA), self.path)
