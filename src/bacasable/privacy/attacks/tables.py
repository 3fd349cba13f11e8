"""Tables as attacks need them: the same columns, coded alike in the original, the release and the control."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bacasable.privacy.intervals import wilson
from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Array = np.ndarray[Any, np.dtype[Any]]

#: A table held by the caller: polars, pyarrow, pandas, or a mapping of columns.
Table = Any

#: Values of a column from which its way of writing is judged.
_ENOUGH = 20

#: How the three tables are named in messages.
_ROLES = ("original", "released", "control")


def need_numbers() -> None:
    """Refuse to go on where the extra that reads and counts tables is missing.

    Raises:
        Refused: naming the extra.
    """
    try:
        import numba  # noqa: F401
        import polars  # noqa: F401
    except ImportError as error:
        raise Refused(
            "attacks on tables, scores and traces need the extra 'disclosure': "
            "pip install 'bacasable[disclosure]'"
        ) from error


@dataclass(frozen=True)
class Coded:
    """The three tables as float64 arrays of shape (columns, rows); a missing value is NaN.

    A number stays itself; any other value is the rank of its text among all tables. ``control`` may be
    ``None``."""

    names: tuple[str, ...]
    numeric: "Array"
    original: "Array"
    released: "Array"
    control: "Array | None"

    def unprotected(self) -> "Coded":
        """Return the same tables where the original itself was released: what sabotage attacks."""
        return replace(self, released=self.original)

    def places(self, names: Sequence[str], role: str) -> "Array":
        """Return the indexes of columns; ``role`` says in messages what they serve for."""
        import numpy as np

        if not names:
            raise Refused(f"{role}: no column is named; give at least one of: {', '.join(self.names)}")
        if twice := sorted({name for name in names if list(names).count(name) > 1}):
            raise Refused(f"{role}: column '{twice[0]}' is named twice; name it once")
        for name in names:
            if name not in self.names:
                raise Refused(f"{role}: no column '{name}' in the tables; they hold: {', '.join(self.names)}")
        return np.array([self.names.index(name) for name in names], dtype=np.int64)

    def for_distances(self) -> "Coded":
        """Return the tables scaled for Gower's distance, the sum over columns of min(|a - b|, 1).

        A numeric column is divided by its range over all tables; a missing value lies at 1 from any other and
        at 0 from a missing one; categories are whole numbers, so two different ones lie at 1."""
        import numpy as np

        tables = [table for table in (self.original, self.released, self.control) if table is not None]
        scaled = [table.copy() for table in tables]
        for place in range(len(self.names)):
            lows = [np.nanmin(table[place]) for table in tables if not np.isnan(table[place]).all()]
            highs = [np.nanmax(table[place]) for table in tables if not np.isnan(table[place]).all()]
            low, high = (min(lows), max(highs)) if lows else (0.0, 0.0)
            # Categories keep steps of 1; missing lies 2 beyond either.
            width = (high - low or 1.0) if self.numeric[place] else 1.0
            for table in scaled:
                table[place] = np.nan_to_num((table[place] - low) / width, nan=(high - low) / width + 2)
        return replace(
            self,
            original=scaled[0],
            released=scaled[1],
            control=scaled[2] if self.control is not None else None,
        )


def read_table(path: Path) -> "pl.DataFrame":
    """Read a CSV (comma, semicolon or tab; UTF-8) or Parquet file.

    In a CSV, spaces around values are dropped, an empty value is missing, and a column is numeric where each
    of its values is a number without a leading zero (a postal code is not one).

    Raises:
        Refused: no such file, not readable, empty, or of another kind.
    """
    need_numbers()
    import polars as pl

    if not path.is_file():
        raise Refused(f"{path}: no such file; give a CSV or Parquet file")
    suffix = path.suffix.lower()
    try:
        if suffix in (".parquet", ".pq"):
            return pl.read_parquet(path)
        if suffix not in (".csv", ".tsv", ".txt"):
            raise Refused(f"{path}: not a .csv or .parquet file; convert it first")
        with path.open(encoding="utf-8-sig") as lines:
            head = lines.readline()
        separator = max(",;\t", key=head.count)
        table = pl.read_csv(path, separator=separator, infer_schema=False, encoding="utf8")
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: not UTF-8 near byte {error.start}; convert it to UTF-8") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        # The error's own text is left out: it may repeat values.
        raise Refused(
            f"{path}: does not read as a table ({type(error).__name__}); check that it is not empty, "
            "that each line has as many values as the first, and its quotes"
        ) from error
    names = [name.strip() for name in table.columns]
    if len(set(names)) < len(names):
        raise Refused(f"{path}: two columns have the same name; rename one")
    return pl.DataFrame(
        [_typed(table[old].alias(new)) for old, new in zip(table.columns, names, strict=True)]
    )


def _typed(texts: "pl.Series") -> "pl.Series":
    import polars as pl

    texts = texts.str.strip_chars()
    texts = texts.set(texts == "", None)
    numbers = texts.cast(pl.Float64, strict=False)
    codes = texts.str.contains(r"^[+-]?0\d").any()
    if numbers.null_count() > texts.null_count() or codes or texts.null_count() == len(texts):
        return texts
    return numbers


def columns_of(table: "pl.DataFrame", names: Sequence[str]) -> "Array":
    """Return columns as an array of shape (rows, columns).

    Raises:
        Refused: a column is not there, or holds a missing value.
    """
    for name in names:
        if name not in table.columns:
            raise Refused(f"no column '{name}' in the table; it holds: {', '.join(table.columns)}")
        if table[name].null_count():
            raise Refused(f"column '{name}': {table[name].null_count():,} are missing; drop those rows")
    if table.height == 0 or not names:
        raise Refused("the table has no row, or no column is named; give at least one of each")
    return table.select(names).to_numpy()


def moments(times: "Array") -> "Array":
    """Return times as numbers or datetime64, from numbers, dates, or texts as ISO 8601 writes them.

    Raises:
        Refused: a text is not a date.
    """
    if times.dtype.kind in "fiuM":
        return times
    try:
        return times.astype("datetime64[us]")
    except (TypeError, ValueError) as error:
        raise Refused("the times are neither numbers nor ISO 8601 dates (2013-03-25T14:00)") from error


def coded(original: Table, released: Table, control: Table | None = None) -> Coded:
    """Code the tables together on the columns of ``original``; a column is numeric where it is in all of
    them.

    Raises:
        Refused: an empty table, a missing column, an infinite number, a control that overlaps the original,
            a release whose values are written otherwise (ranges).
    """
    need_numbers()
    import numpy as np
    import polars as pl

    given = [original, released] + ([control] if control is not None else [])
    tables = [_frame(table, role) for table, role in zip(given, _ROLES, strict=False)]
    names = tuple(tables[0].columns)
    for table, role in zip(tables, _ROLES, strict=False):
        if missing := [name for name in names if name not in table.columns]:
            raise Refused(
                f"the {role} table lacks the column '{missing[0]}' of the original; add it, or drop it"
            )
    ends = np.cumsum([table.height for table in tables])[:-1]
    numeric = np.array([all(table.schema[name].is_numeric() for table in tables) for name in names])
    columns = []
    for name, is_number in zip(names, numeric, strict=True):
        if is_number:
            column = pl.concat([table[name].cast(pl.Float64) for table in tables]).to_numpy() + 0.0
            if np.isinf(column).any():
                raise Refused(f"column '{name}' holds an infinite number; replace it or leave it empty")
        else:
            texts = pl.concat([_text(table[name]) for table in tables])
            column = texts.rank("dense").cast(pl.Float64).to_numpy()
        columns.append(np.where(np.isnan(column), np.nan, column))
    parts = [np.ascontiguousarray(part) for part in np.split(np.array(columns), ends, axis=1)]
    result = Coded(names, numeric, parts[0], parts[1], parts[2] if control is not None else None)
    _check_control(result)
    _check_values(result)
    return result


def _frame(table: Table, role: str) -> "pl.DataFrame":
    import polars as pl

    if isinstance(table, pl.LazyFrame):
        table = table.collect()
    frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
    if frame.width == 0 or frame.height == 0:
        raise Refused(f"the {role} table has no row; give one with at least one row and its column names")
    return frame


def _text(column: "pl.Series") -> "pl.Series":
    import polars as pl

    if column.dtype.is_nested():
        raise Refused(f"column '{column.name}' holds lists or structures; make it one value a row")
    if column.dtype == pl.Null:
        return column.cast(pl.String)
    if column.dtype.is_numeric():
        # 3 and 3.0 are one value where one table holds numbers and another texts.
        whole = column.cast(pl.Float64)
        return whole.cast(pl.String).str.strip_suffix(".0")
    return column.cast(pl.String)


def rows_as_keys(table: "Array") -> "Array":
    """Return one comparable key a row of a (columns, rows) array: equal rows have equal keys."""
    import numpy as np

    rows = np.ascontiguousarray(table.T)
    return rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).reshape(-1)


def distinct(table: "Array") -> "Array":
    """Return a (columns, rows) array with each row once, in the order of first appearance."""
    import numpy as np

    _, first = np.unique(rows_as_keys(table), return_index=True)
    return np.ascontiguousarray(table[:, np.sort(first)])


def _check_values(tables: Coded) -> None:
    """Refuse a release that writes other values than the original: no attack here would find anybody in it.

    Ranges and groups (``[31, 47]``) equal no age, so a generalised table would pass every attack unharmed.
    """
    import numpy as np

    given = [table for table in (tables.original, tables.control) if table is not None]
    for place in np.flatnonzero(~tables.numeric):
        written = tables.released[place][~np.isnan(tables.released[place])]
        known = np.concatenate([table[place] for table in given])
        if written.size >= _ENOUGH and np.isin(written, known).mean() < 0.5:
            raise Refused(
                f"column '{tables.names[place]}': most values of the released table are not those of the "
                "original, such as ranges for ages; bring the original (and the control) to the same ranges "
                "first, or leave the column out of all tables"
            )


def _check_control(tables: Coded) -> None:
    """Refuse a control that holds more rows of the original than twins inside the original explain."""
    import numpy as np

    if tables.control is None:
        return
    own, others = rows_as_keys(tables.original), rows_as_keys(tables.control)
    _, inverse, counts = np.unique(own, return_inverse=True, return_counts=True)
    twins = int((counts[inverse] > 1).sum())
    shared = int(np.isin(others, own).sum())
    if wilson(shared, len(others)).low > wilson(twins, len(own)).high:
        raise Refused(
            f"control: {shared:,} of its {len(others):,} rows are in the original too, more than chance "
            "explains; draw the control from people who were not in the original"
        )


def sample(rng: "np.random.Generator", rows: int, n: int | None, of: str) -> "Array":
    """Return the rows to attack, drawn without replacement; ``None`` attacks 2,000, or all where fewer are
    there.

    Raises:
        Refused: more attacks asked than rows, or none.
    """
    asked = min(2000, rows) if n is None else n
    if asked < 1:
        raise Refused("the number of attacks must be at least 1")
    if asked > rows:
        raise Refused(f"{asked:,} attacks asked, but the {of} table has {rows:,} rows; ask at most {rows:,}")
    return rng.choice(rows, size=asked, replace=False)
