"""Lines of an archive: those that can be used, and those that are refused, by number and reason."""

from collections.abc import Callable, Mapping

import polars as pl

from bacasable.privacy.messages import N_

#: Frames of archives by key, with ``line``: the number of each in its file.
Frames = Mapping[str, pl.DataFrame]
#: Notes that lines of an archive are left out: its key, why, their numbers.
Refuse = Callable[[str, str, list[int]], None]


def only(raw: pl.DataFrame, wanted: pl.Expr, refuse: Refuse, key: str, reason: str) -> pl.DataFrame:
    """Return the lines where ``wanted`` holds; the others are refused for ``reason``."""
    marked = raw.with_columns(holds=wanted.fill_null(False))
    refuse(key, reason, marked.filter(~pl.col("holds"))["line"].to_list())
    return marked.filter("holds").drop("holds")


def once(raw: pl.DataFrame, columns: list[str], refuse: Refuse, key: str) -> pl.DataFrame:
    """Return the first line of each key."""
    first = pl.struct(columns).is_first_distinct()
    return only(raw, first, refuse, key, N_("the same key again: the first one is kept"))


def numbered(raw: pl.DataFrame, column: str, refuse: Refuse, key: str) -> pl.DataFrame:
    """Return the lines with ``column`` as whole numbers."""
    made = raw.with_columns(pl.col(column).cast(pl.Int64, strict=False))
    return only(made, pl.col(column).is_not_null(), refuse, key, N_("its number (OGR) is no number"))
