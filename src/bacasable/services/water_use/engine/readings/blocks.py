"""A file of readings as blocks of plain arrays: who, when, how much, on which line; and what is no reading.

A block of CSV is some megabytes that end at a line; each line is a row or is refused by its number. Rows of
Parquet are numbered from 1.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bacasable.compliance.clock import now
from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.calendar import offsets
from bacasable.services.water_use.engine.readings.mapping import UNITS, Mapping

_BYTES = 32_000_000
_ROWS = 1_000_000
#: Times that are looked at to learn how all are written.
_TRIED = 1_000
#: No meter that is read from afar is older.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_WITH_ZONE = re.compile(r"T?\d\d:\d\d(:\d\d)?(\.\d+)?\s?(Z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True)
class Block:
    """Rows of a file. ``after`` is how far it has been read (bytes of CSV, rows of Parquet) at its end.

    ``seconds`` are of the civil clock of the place; ``guess`` is 1 for readings marked as estimates;
    ``districts`` is empty without a column of them. ``unreadable`` are lines.
    """

    after: int
    lines_after: int
    meters: pa.DictionaryArray
    seconds: NDArray[np.int64]
    millilitres: NDArray[np.int64]
    lines: NDArray[np.int64]
    guess: NDArray[np.uint8]
    districts: pa.DictionaryArray | None
    unreadable: NDArray[np.int64]


def blocks(path: Path, mapping: Mapping, *, after: int = 0, lines: int = 0) -> Iterator[Block]:
    """Yield the blocks of a file, from the place that an earlier block gave.

    Raises:
        Refused: the file cannot be opened, or a column of the mapping is not in it.
    """
    columns = is_parquet(path, mapping)
    try:
        yield from (_parquet if columns else _csv)(path, mapping, after, lines)
    except (OSError, UnicodeDecodeError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise Refused(
            N_("{name} cannot be read as {kind} ({why}); is the format, the encoding right?"),
            name=path.name,
            kind="Parquet" if columns else "CSV",
            why=type(error).__name__,
        ) from None


def is_parquet(path: Path, mapping: Mapping) -> bool:
    """Return whether a file is read as Parquet: as the mapping says, else by its name."""
    return (mapping.format or path.suffix.lower().lstrip(".")) in ("parquet", "pq")


def _wanted(mapping: Mapping, columns: list[str], name: str) -> list[str]:
    wanted = [mapping.meter, mapping.time, mapping.value, mapping.district_column, mapping.kind]
    wanted = [column for column in wanted if column]
    if missing := [column for column in wanted if column not in columns]:
        raise Refused(
            N_("{name} has no column '{column}'; its columns are: {columns}"),
            name=name,
            column=missing[0],
            columns=", ".join(columns)[:300],
        )
    return wanted


def _parquet(path: Path, mapping: Mapping, after: int, lines: int) -> Iterator[Block]:
    schema = pq.read_schema(path)
    wanted = _wanted(mapping, schema.names, path.name)
    texts = [name for name in {mapping.meter, mapping.district_column} & set(wanted)
             if pa.types.is_string(schema.field(name).type)]  # fmt: skip
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        passed = 0
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if passed + rows <= after:
                passed += rows
                continue
            for batch in file.iter_batches(_ROWS, row_groups=[group], columns=wanted, use_threads=False):
                if passed + batch.num_rows > after:
                    number = np.arange(passed + 1, passed + batch.num_rows + 1)
                    yield _block(mapping, batch, number, np.zeros(0, np.int64), passed + batch.num_rows,
                                 passed + batch.num_rows)  # fmt: skip
                passed += batch.num_rows


def _csv(path: Path, mapping: Mapping, after: int, lines: int) -> Iterator[Block]:
    plain = mapping.encoding.lower().replace("_", "-") in ("utf-8", "utf8", "ascii", "utf-8-sig")
    with path.open("rb") as file:
        head = file.readline()
        encoding = "utf-8-sig" if plain else mapping.encoding
        columns = [name.strip().strip('"') for name in head.decode(encoding).strip().split(mapping.separator)]
        wanted = _wanted(mapping, columns, path.name)
        begun = file.tell()
        zoned = _has_zone(file.readline(), mapping, columns)
        file.seek(after or begun)
        lines = lines if after else 1
        rest = b""
        while True:
            begin = file.tell() - len(rest)
            piece = file.read(_BYTES)
            data = rest + piece
            if not data:
                return
            end = data.rfind(b"\n") + 1 if piece else len(data)
            data, rest = data[:end], data[end:]
            if not data:
                continue
            text = data if plain else data.decode(mapping.encoding).encode()
            block = _of_text(text, mapping, columns, wanted, lines, begin + end, zoned)
            yield block
            lines = block.lines_after


def _has_zone(line: bytes, mapping: Mapping, columns: list[str]) -> bool:
    """Return whether the times of a file, of which this is a line, are written with their distance to UTC."""
    first = line.decode("latin-1").strip().split(mapping.separator)
    place = columns.index(mapping.time)
    return not mapping.time_format and place < len(first) and bool(_WITH_ZONE.search(first[place].strip('"')))


def _of_text(
    text: bytes, mapping: Mapping, columns: list[str], wanted: list[str], lines: int, after: int, zoned: bool
) -> Block:
    """Return a block of text. Where all is well the columns are read as what they are; else one by one."""
    count = text.count(b"\n") + (not text.endswith(b"\n"))
    uneven: list[int] = []

    def refused(row: Any) -> str:
        uneven.append(row.number)
        return "skip"

    def read(types: dict[str, pa.DataType]) -> pa.Table:
        uneven.clear()
        return pcsv.read_csv(
            pa.BufferReader(text),
            pcsv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=columns),
            pcsv.ParseOptions(
                delimiter=mapping.separator, ignore_empty_lines=False, invalid_row_handler=refused
            ),
            pcsv.ConvertOptions(
                column_types=types,
                include_columns=wanted,
                decimal_point=mapping.decimal,
                timestamp_parsers=[mapping.time_format or pcsv.ISO8601],
                strings_can_be_null=True,
                null_values=["", "NA", "null", "NULL"],
            ),
        )

    names = pa.dictionary(pa.int32(), pa.string())
    types = dict.fromkeys(wanted, names)
    when = pa.timestamp("us", tz="UTC") if zoned else pa.timestamp("s" if mapping.time_format else "us")
    try:
        table = read(types | {mapping.time: when, mapping.value: pa.float64()})
    except pa.ArrowInvalid:
        table = read(types | {mapping.time: pa.string(), mapping.value: pa.string()})
    number = np.arange(lines + 1, lines + count + 1)
    bad = np.array([lines + row for row in uneven], np.int64)
    if bad.size:
        number = number[~np.isin(number, bad)]
    batch = table.combine_chunks().to_batches()
    if not batch:
        batch = [pa.RecordBatch.from_pylist([], schema=table.schema)]
    return _block(mapping, batch[0], number, bad, after, lines + count)


def _block(
    mapping: Mapping,
    batch: pa.RecordBatch,
    number: NDArray[np.int64],
    unreadable: NDArray[np.int64],
    after: int,
    lines_after: int,
) -> Block:
    when, value = batch.column(mapping.time), batch.column(mapping.value)
    if pa.types.is_string(when.type) or pa.types.is_large_string(when.type):
        when = _times(when, mapping.time_format)
    aware = pa.types.is_timestamp(when.type) and when.type.tz is not None
    if not pa.types.is_timestamp(when.type):
        when = when.cast(pa.timestamp("s"))
    if pa.types.is_string(value.type) or pa.types.is_large_string(value.type):
        value = _numbers(value, mapping.decimal)
    ticks = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[when.type.unit]
    meters = _names(batch.column(mapping.meter))
    amount = pc.cast(value, pa.float64(), safe=False)
    seconds = pc.fill_null(when.cast(pa.int64()), 0).to_numpy(zero_copy_only=False) // ticks
    if aware or mapping.time_zone != mapping.place:
        seconds = _civil(seconds, mapping, aware)
    latest = (now() + timedelta(days=2)).timestamp()
    good = (seconds >= _EARLIEST.timestamp()) & (seconds < latest)
    for column in (meters, when, amount):
        if column.null_count:
            good &= column.is_valid().to_numpy(zero_copy_only=False)
    amounts = pc.fill_null(amount, 0.0).to_numpy(zero_copy_only=False)
    good &= np.abs(amounts) < 1e15
    guess = np.zeros(batch.num_rows, np.uint8)
    if mapping.kind:
        marked = pc.is_in(_names(batch.column(mapping.kind)).cast(pa.string()), pa.array(mapping.estimated))
        guess = marked.to_numpy(zero_copy_only=False).astype(np.uint8)
    districts = None
    if mapping.district_column:
        districts = _names(batch.column(mapping.district_column))
        if districts.null_count:
            good &= districts.is_valid().to_numpy(zero_copy_only=False)
    if not good.all():
        unreadable = np.concatenate([unreadable, number[~good]])
        kept = pa.array(good)
        meters, number, seconds = meters.filter(kept), number[good], seconds[good]
        amounts, guess = amounts[good], guess[good]
        districts = districts and districts.filter(kept)
    millilitres = np.rint(amounts * UNITS[mapping.unit]).astype(np.int64)
    if mapping.volume and mapping.stamped == "end":
        seconds = seconds - 1
    return Block(after, lines_after, meters, seconds, millilitres, number, guess, districts, unreadable)


def _names(column: pa.Array) -> pa.DictionaryArray:
    if pa.types.is_dictionary(column.type):
        return column
    return column.cast(pa.string()).dictionary_encode()


def _times(column: pa.Array, written: str) -> pa.Array:
    """Return texts as times, null where they are none."""
    text = pl.Series(pl.Series(column).str.strip_chars())
    if written:
        return text.str.to_datetime(written, time_unit="us", strict=False).to_arrow()
    # The first one tells how the others are written: not one that is no time, which its line is refused for.
    for first in text.drop_nulls().head(_TRIED).unique(maintain_order=True):
        with suppress(pl.exceptions.ComputeError):
            guessed = pl.concat([pl.Series([first]), text]).str.to_datetime(time_unit="us", strict=False)
            if guessed.head(1).null_count() == 0:
                return guessed.slice(1).to_arrow()
    raise Refused(N_("mapping: how times are written cannot be guessed; give [values] time_format"))


def _numbers(column: pa.Array, decimal: str) -> pa.Array:
    """Return texts as numbers, null where they are none; blanks between thousands are taken out."""
    text = pl.Series(column).str.replace_all(r"[\s\u00a0\u202f]", "")
    return (
        (text.str.replace(",", ".", literal=True) if decimal == "," else text)
        .cast(pl.Float64, strict=False)
        .to_arrow()
    )


def _civil(seconds: NDArray[np.int64], mapping: Mapping, aware: bool) -> NDArray[np.int64]:
    """Return instants, or times of the clock of the file, as times of the clock of the place."""
    if not seconds.size:
        return seconds
    first, last = (datetime.fromtimestamp(int(edge), UTC).date() - timedelta(days=sign)
                   for edge, sign in ((max(seconds.min(), 86400), 1), (seconds.max(), -1)))  # fmt: skip
    if not aware:
        at, added = _changes(first, last, mapping.time_zone)
        # By its own clock, the file's zone changes when that clock shows the instant of the change.
        seconds = seconds - added[np.maximum(np.searchsorted(at[1:] + added[1:], seconds, "right"), 0)]
    at, added = _changes(first, last, mapping.place)
    return seconds + added[np.searchsorted(at[1:], seconds, "right")]


def _changes(first: Any, last: Any, place: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pairs = np.array(offsets(first, last, place), np.int64)
    return pairs[:, 0], pairs[:, 1]
