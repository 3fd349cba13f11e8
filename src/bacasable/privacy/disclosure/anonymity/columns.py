"""Tables in and out: Polars, Arrow, DuckDB, CSV or Parquet in; columns as whole-number codes for the kernels.

A code is the rank of a value among the distinct values of its column, so comparisons of codes are
comparisons of values. Null (and NaN, which is no number) is a category of its own with the last code.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numba
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused

Codes = NDArray[np.int32]

#: Range of whole numbers that is ranked by a table of presence rather than by sorting.
_DENSE = 1 << 22


@dataclass
class Column:
    """One coded column: ``codes[i]`` is the rank of row i's value in ``domain``; null is ``len(domain)``."""

    name: str
    ordered: bool
    codes: Codes
    domain: pl.Series
    has_null: bool

    @property
    def size(self) -> int:
        """Number of categories, null included."""
        return len(self.domain) + self.has_null

    @property
    def null(self) -> int:
        """The code of null, or -1 where no row has it."""
        return len(self.domain) if self.has_null else -1

    @cached_property
    def texts(self) -> list[str]:
        """The values of the domain as they are published, in the order of codes, null left out."""
        return written(self.domain).to_list()

    @cached_property
    def labels(self) -> list[str]:
        """The same, quoted as in JSON where one could be taken for a set, a range, null or any value."""
        if self.ordered:
            return self.texts
        marked = tuple('{["*')
        return [
            json.dumps(text, ensure_ascii=False) if text == "null" or text[:1] in marked else text
            for text in self.texts
        ]

    @cached_property
    def positions(self) -> NDArray[np.float64]:
        """Where each value of an ordered domain lies between the least (0) and the greatest (1)."""
        physical = self.domain.to_physical() if self.domain.dtype.is_temporal() else self.domain
        values = physical.cast(pl.Float64).to_numpy()
        if len(values) < 2:
            return np.zeros(len(values))
        low, high = float(values[0]), float(values[-1])
        # Halves first: the difference of two floats near the greatest one overflows.
        width = high / 2 - low / 2
        if width <= 0:
            # Neighbours that one float cannot tell apart (whole numbers above 2**53): ranks instead.
            return np.linspace(0.0, 1.0, len(values))
        return np.clip((values / 2 - low / 2) / width, 0.0, 1.0)


def read(table: Any) -> pl.DataFrame:
    """Return the table as a Polars frame, without a copy where the format allows.

    Args:
        table: a Polars frame (eager or lazy), an Arrow table, a DuckDB relation, anything that exports an
            Arrow stream, or the path of a .csv, .parquet, .arrow or .feather file.

    Raises:
        Refused: another kind of thing, a column name that comes twice, a file that cannot be read.
    """
    if isinstance(table, pl.DataFrame):
        return table
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if isinstance(table, str | Path):
        return _read_file(Path(table))
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    if isinstance(table, pa.Table):
        _refuse_twice(table.column_names)
        return pl.DataFrame(table)
    if type(table).__name__ == "DuckDBPyRelation":
        _refuse_twice(table.columns)
        return table.pl()
    if hasattr(table, "__arrow_c_stream__"):
        return pl.DataFrame(table)
    raise Refused(
        f"The table is a {type(table).__name__}: give a Polars, Arrow or DuckDB table, or the path of a "
        "CSV or Parquet file."
    )


def like(frame: pl.DataFrame, table: Any) -> Any:
    """Return the frame as an Arrow table where ``table`` is one, else as it is."""
    return frame.to_arrow() if isinstance(table, pa.Table | pa.RecordBatch) else frame


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise Refused(f"The column {twice[0]!r} comes twice in the table: rename one of them.")


def _read_file(path: Path) -> pl.DataFrame:
    kind = path.suffix.lower()
    if not path.is_file():
        raise Refused(f"There is no file {path.name}: check the path.")
    try:
        if kind == ".parquet":
            return pl.read_parquet(path)
        if kind in {".arrow", ".feather", ".ipc"}:
            return pl.read_ipc(path)
        if kind == ".csv":
            return _read_csv(path)
    except UnicodeDecodeError:
        raise Refused(
            N_("{name}, line {line}: not UTF-8; save the table as UTF-8"),
            name=path.name,
            line=_bad_line(path),
        ) from None
    except (pl.exceptions.PolarsError, OSError, csv.Error) as error:
        # The reader's own message may quote a row.
        if kind == ".csv" and (line := _odd_line(path)):
            raise Refused(
                N_(
                    "{name}, line {line}: it has more cells than the names of columns, or text after a quote "
                    "that closes; mend the line"
                ),
                name=path.name,
                line=line,
            ) from None
        raise Refused(f"{path.name} cannot be read ({type(error).__name__}): check its format.") from None
    raise Refused(f"{path.name} is of no known kind: give a .csv, .parquet, .arrow or .feather file.")


def _read_csv(path: Path) -> pl.DataFrame:
    """Read a CSV file; its separator is the one of `, ; tab |` that its first line has most."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        if not first.strip():
            raise Refused(f"{path.name} is empty: a CSV file starts with the names of its columns.")
        if first.endswith("\r"):
            raise Refused(
                N_("{name}: its lines end in carriage returns alone; save it with ordinary line ends"),
                name=path.name,
            )
        separator = max(",;\t|", key=first.count)
        lines.seek(0)
        _refuse_twice(next(csv.reader(lines, delimiter=separator)))
        lines.seek(0)
        for line in _broken_quotes(lines):
            raise Refused(f"{path.name}, line {line}: a quote is opened and not closed; mend the file.")
    return pl.read_csv(path, separator=separator, infer_schema_length=10_000)


def _bad_line(path: Path) -> int:
    """Return the first line that is not UTF-8."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def _odd_line(path: Path) -> int:
    """Return the first line with more cells than the first one, or a broken quote; 0 where there is none."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        separator = max(",;\t|", key=lines.readline().count)
        lines.seek(0)
        rows = csv.reader(lines, delimiter=separator, strict=True)
        try:
            width = len(next(rows))
            return next((rows.line_num for row in rows if len(row) > width), 0)
        except csv.Error:
            return rows.line_num


def _broken_quotes(lines: Iterator[str]) -> Iterator[int]:
    """Yield the line where the file ends inside a quoted field, if it does."""
    opened = 0
    for number, line in enumerate(lines, start=1):
        if line.count('"') % 2:
            opened = 0 if opened else number
    if opened:
        yield opened


def chosen(frame: pl.DataFrame, names: Sequence[str], what: str) -> list[str]:
    """Return ``names`` checked against the columns of the frame.

    Raises:
        Refused: a name that the table lacks, or that is given twice. ``what`` names the parameter.
    """
    names = [names] if isinstance(names, str) else list(names)
    for name in names:
        if name not in frame.columns:
            raise Refused(f"{what}: the table has no column {name!r}; it has {', '.join(frame.columns)}.")
        if names.count(name) > 1:
            raise Refused(f"{what}: the column {name!r} is named twice.")
    return names


def written(values: pl.Series) -> pl.Series:
    """Return values as text: durations as ISO 8601 writes them, all others as Polars does."""
    return values.dt.to_string("iso") if values.dtype == pl.Duration else values.cast(pl.String)


def encode(series: pl.Series, *, nulls: str = "category") -> Column:
    """Return the column as codes.

    Args:
        series: whole, decimal or floating numbers, dates, times and durations (ordered); text, categories and
            booleans (categories).
        nulls: ``"category"`` keeps null and NaN as a category of its own; ``"refuse"`` refuses them.

    Raises:
        Refused: nulls where they are refused, an infinite number, a type without distinct values to publish.
    """
    name, dtype = series.name, series.dtype
    series = series.rechunk()
    if dtype.is_float():
        series = series.fill_nan(None)
        if series.is_infinite().any():
            raise Refused(f"The column {name!r} has infinite numbers: replace them or make them null.")
    if nulls == "refuse" and (count := series.null_count()):
        first = int(series.is_null().arg_max() or 0) + 1
        raise Refused(
            f"The column {name!r} has {count} empty values, the first at row {first}: fill them, or allow "
            'them as a category of their own with nulls="category".'
        )
    if dtype == pl.Null:
        codes = np.zeros(len(series), np.int32)
        return Column(name, False, codes, pl.Series(name, [], dtype=pl.String), has_null=True)
    if dtype in (pl.String, pl.Categorical, pl.Enum, pl.Boolean):
        return _encode_categories(series)
    if dtype.is_numeric() or dtype.is_temporal():
        return _encode_ordered(series)
    raise Refused(
        f"The column {name!r} is of type {dtype}: give numbers, dates, text, categories or booleans."
    )


def _encode_categories(series: pl.Series) -> Column:
    if series.dtype != pl.String:
        distinct = series.unique().drop_nulls()
        domain = distinct.gather(distinct.cast(pl.String).arg_sort())
        physical = series.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
        keys = domain.to_physical().cast(pl.Int64).to_numpy()
        where = np.empty(int(keys.max(initial=-1)) + 2, np.int32)
        where[-1] = len(keys)
        where[keys] = np.arange(len(keys), dtype=np.int32)
        return Column(series.name, False, where[physical], domain, series.null_count() > 0)
    array = series.to_arrow(compat_level=pl.CompatLevel.oldest())
    coded = array.dictionary_encode()
    values = pl.Series(series.name, coded.dictionary, dtype=pl.String)
    order = values.arg_sort().to_numpy()
    has_null = coded.null_count > 0
    rank = np.empty(len(values) + 1, np.int32)
    rank[order] = np.arange(len(values), dtype=np.int32)
    rank[-1] = len(values)
    indices = coded.indices.fill_null(len(values)) if has_null else coded.indices
    codes = rank[indices.to_numpy(zero_copy_only=False)]
    return Column(series.name, False, codes, values.gather(order), has_null)


def _encode_ordered(series: pl.Series) -> Column:
    has_null = series.null_count() > 0
    physical = series.to_physical() if series.dtype.is_temporal() else series
    if physical.dtype.is_integer() and len(series) > series.null_count():
        low, high = int(physical.min()), int(physical.max())  # type: ignore[arg-type]
        if high - low < _DENSE and max(abs(low), abs(high)) < 1 << 62:
            shifted = (physical.cast(pl.Int64) - low).fill_null(high - low + 1).to_numpy()
            codes, present = _rank_dense(shifted, high - low + 1)
            values = pl.Series(series.name, present + low)
            return Column(series.name, True, codes, _restore(values, series.dtype), has_null)
    ranks = series.rank("dense")
    codes = (ranks.fill_null(0).to_numpy().astype(np.int64) - 1).astype(np.int32)
    count = int(codes.max(initial=-1)) + 1
    codes[codes < 0] = count
    row = np.empty(count + 1, np.int64)
    row[codes] = np.arange(len(codes))
    return Column(series.name, True, codes, series.gather(row[:count]), has_null)


def _restore(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    if not dtype.is_temporal():
        return values.cast(dtype)
    physical = pl.Series("", [], dtype=dtype).to_physical().dtype
    return values.cast(physical).cast(dtype)


@numba.njit(cache=True, nogil=True)
def _rank_dense(shifted, width):
    """Rank whole numbers of [0, width); ``width`` itself stands for null and gets the last code."""
    rank = np.zeros(width + 1, np.int32)
    for value in shifted:
        rank[value] = 1
    rank[width] = 0
    count = 0
    for flag in rank:
        count += flag
    present = np.empty(count, np.int64)
    count = 0
    for value in range(width):
        if rank[value]:
            present[count] = value
            rank[value] = count
            count += 1
    rank[width] = count
    codes = np.empty(len(shifted), np.int32)
    for i in range(len(shifted)):
        codes[i] = rank[shifted[i]]
    return codes, present
