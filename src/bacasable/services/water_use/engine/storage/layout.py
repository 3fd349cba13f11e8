"""What a row of readings is, where its file lies, and how a file is replaced at once.

``meter`` (pseudonym), ``day``, ``h00`` to ``h23`` (litres between that hour of the civil clock and the next,
null: no value), ``total`` (litres of the day), ``hours`` (hours that are known: it stays when they expire),
``estimated`` (a bit an hour, the lowest is h00: the volume was spread over hours without a reading),
``kind`` (``hourly``, or ``daily``: only the total), ``flow`` (litres an hour that never stopped that day,
kept when its hours expire, else null). Partitions: ``district=.../month=YYYY-MM``, sorted by meter and day.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote, unquote

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from bacasable.privacy.messages import N_, Refused

#: Columns of the hours of a day, in order.
HOURS = tuple(f"h{hour:02d}" for hour in range(24))
#: All 24 bits of ``estimated``.
ALL_HOURS = (1 << 24) - 1
SCHEMA = pa.schema(
    [
        ("meter", pa.string()),
        ("day", pa.date32()),
        *((hour, pa.int32()) for hour in HOURS),
        ("total", pa.int64()),
        ("hours", pa.int8()),
        ("estimated", pa.int32()),
        ("kind", pa.string()),
        ("flow", pa.int32()),
    ]
)
KEYS = ["meter", "day"]
FILE = "readings.parquet"
_ROWS_OF_A_GROUP = 65_536


@dataclass(frozen=True)
class Written:
    """What :meth:`Readings.put` did with the rows given.

    ``new`` were unknown, ``same`` changed nothing, ``changed`` altered a row already there:
    ``corrected_hours`` counts the real values that a later one replaced, ``kept_hours`` the real ones that
    an estimate did not.
    """

    rows: int = 0
    new: int = 0
    same: int = 0
    changed: int = 0
    corrected_hours: int = 0
    kept_hours: int = 0
    partitions: int = 0

    def __add__(self, other: "Written") -> "Written":
        """Return both together."""
        mine, others = vars(self), vars(other)
        return Written(**{name: mine[name] + others[name] for name in mine})


@dataclass(frozen=True)
class Part:
    """The file of a district and a month."""

    district: str
    month: str
    path: Path


def month_of(day: date) -> str:
    """Return the month of a day, ``2026-03``."""
    return f"{day:%Y-%m}"


def part(folder: Path, district: str, month: str) -> Part:
    """Return where the rows of a district and month lie.

    Raises:
        Refused: the district has no name, or one too long for a folder.
    """
    # Letters beyond ASCII stay as they are: Spark would read their two escaped bytes as two letters.
    name = "".join(one if ord(one) > 127 else quote(one, safe="") for one in district)
    if not 0 < len(name.encode()) <= 200:
        raise Refused(N_("a district needs a name of 1 to 200 characters; name it in the mapping"))
    return Part(district, month, folder / f"district={name}" / f"month={month}" / FILE)


def parts(folder: Path) -> Iterator[Part]:
    """Yield the files of a folder of readings, by district and month."""
    for path in sorted(folder.glob(f"district=*/month=*/{FILE}")):
        month = path.parent.name.removeprefix("month=")
        yield Part(unquote(path.parent.parent.name.removeprefix("district=")), month, path)


def frame(table: "pa.Table | pl.DataFrame") -> pl.DataFrame:
    """Return a table of Arrow or Polars as one of Polars."""
    return table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)


def write(table: pa.Table, path: Path) -> None:
    """Replace a file of rows at once: whoever reads meanwhile sees the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            pq.write_table(
                table,
                file,
                compression="zstd",
                row_group_size=_ROWS_OF_A_GROUP,
                write_statistics=["meter", "day", "kind"] if "kind" in table.column_names else True,
            )
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder against other writers, in this process or another; a killed one lets go."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
