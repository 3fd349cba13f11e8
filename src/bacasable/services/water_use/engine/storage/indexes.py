"""The indexes of meters that are read once or twice a year, in a folder."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.meters import Volume
from bacasable.services.water_use.engine.storage.layout import alone, frame, write

SCHEMA = pa.schema(
    [("meter", pa.string()), ("read_at", pa.date32()), ("index_litres", pa.int64()), ("kind", pa.string())]
)
#: How an index came: read by the utility, worked out, or told by the household.
KINDS = ("real", "estimated", "self")
_KEYS = ["meter", "read_at"]


@dataclass(frozen=True)
class IndexesWritten:
    """What :meth:`Indexes.put` did: new indexes, the same again, and other values for the same day."""

    new: int
    same: int
    changed: int


class Indexes:
    """What the dial of each meter showed, and when."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "indexes.parquet"

    def put(
        self, table: "pa.Table | pl.DataFrame", *, gone: Collection[tuple[str, date]] = ()
    ) -> IndexesWritten:
        """Add indexes: the last received of a meter and day wins, an estimate never over a read one.

        Args:
            table: ``meter``, ``read_at`` (day), ``index_litres``, ``kind`` (real, estimated, self).
            gone: meters and days of stored indexes that turned out wrong: they count as changed.

        Raises:
            Refused: a kind is not one of the three, or an index is below zero.
        """
        rows = frame(table).select(
            pl.col("meter").cast(pl.String),
            pl.col("read_at").cast(pl.Date),
            pl.col("index_litres").cast(pl.Int64),
            pl.col("kind").cast(pl.String),
        )
        if not rows["kind"].is_in(KINDS).all() or (rows.height and int(rows["index_litres"].min() or 0) < 0):  # type: ignore[arg-type]
            raise Refused(N_("an index is zero litres or more, and of kind {kinds}"), kinds=", ".join(KINDS))
        with alone(self.path.parent):
            before = self.rows()
            wrong = pl.DataFrame(list(gone), {"meter": pl.String, "read_at": pl.Date}, orient="row")
            old = before.join(wrong, on=_KEYS, how="anti")
            guess = pl.col("kind") == "estimated"
            # The last row of each day wins; estimates are put before all that was read.
            whole = (
                pl.concat([old, rows])
                .with_row_index("turn")
                .sort(~guess, "turn")
                .unique(_KEYS, keep="last", maintain_order=True)
                .drop("turn")
                .sort(_KEYS)
            )
            met = old.join(whole, on=_KEYS, how="inner", suffix="_new")
            changed = met.filter(
                (pl.col("index_litres") != pl.col("index_litres_new"))
                | (pl.col("kind") != pl.col("kind_new"))
            ).height
            new = whole.height - old.height
            taken = before.height - old.height
            if new or changed or taken:
                write(whole.to_arrow().cast(SCHEMA), self.path)
        return IndexesWritten(new, rows.height - new - changed, changed + taken)

    def rows(self) -> pl.DataFrame:
        """Return all indexes, by meter and day."""
        if not self.path.exists():
            return frame(SCHEMA.empty_table())
        return pl.read_parquet(self.path)

    def volumes(self, meter: str | None = None) -> list[Volume]:
        """Return the volumes between two indexes that follow each other, of one meter or of all.

        The first day is that of the earlier index, the last the day before the later one. A dial that goes
        back (a meter replaced) gives no volume.
        """
        rows = self.rows()
        if meter is not None:
            rows = rows.filter(pl.col("meter") == meter)
        before = rows.with_columns(
            pl.col("read_at").shift(1).over("meter").alias("since"),
            pl.col("index_litres").diff().over("meter").alias("litres"),
            pl.col("kind").shift(1).over("meter").alias("kind_before"),
            (pl.col("read_at") - pl.duration(days=1)).alias("until"),
        ).filter(pl.col("litres") >= 0)
        return [
            Volume(one["meter"], one["since"], one["until"], one["litres"],
                   "estimated" in (one["kind"], one["kind_before"]))
            for one in before.iter_rows(named=True)
        ]  # fmt: skip

    def export(self, meter: str) -> pa.Table:
        """Return the indexes of a meter by day."""
        return self.rows().filter(pl.col("meter") == meter).to_arrow()

    def erase(self, meter: str) -> int:
        """Delete the indexes of a meter; return how many."""
        return self._without(pl.col("meter") == meter)

    def drop(self, before: date) -> int:
        """Delete the indexes read before a day; return how many."""
        return self._without(pl.col("read_at") < before)

    def _without(self, gone: pl.Expr) -> int:
        with alone(self.path.parent):
            rows = self.rows()
            kept = rows.filter(~gone)
            if kept.height < rows.height:
                write(kept.to_arrow().cast(SCHEMA), self.path)
        return rows.height - kept.height
