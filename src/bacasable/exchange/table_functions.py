"""Functions of ours that an engine runs where a table is: veils of the gate, folding, instants in UTC.

Needs the extra ``tables``; :mod:`bacasable.exchange.tables` says so where it is missing.
"""

import atexit
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import ibis
from ibis.expr import datatypes as dt

from bacasable.compliance.gate.sources import NewVeil
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms.canonical import fold

if TYPE_CHECKING:
    import ibis.expr.types as ir

_numbers = count(1)
_with_functions: "WeakSet[Any]" = WeakSet()


def veiled(column: "ir.Column", new_veil: NewVeil) -> "ir.Column":
    """Return the column through its veil, as text.

    Raises:
        Refused: its values have no one writing as text.
    """
    kind = column.type()
    if not (kind.is_string() or kind.is_integer() or kind.is_uuid() or kind.is_date()):
        raise Refused(
            f"column '{column.get_name()}' is a {kind}: text, whole numbers, dates and UUIDs can leave as "
            "pseudonyms or redacted; store it as text"
        )
    text = column if kind.is_string() else column.cast("string")
    return _applied(text, new_veil)


def folded(column: "ir.Column") -> "ir.Column":
    """Return the column as text without case and accents, as pseudonyms and other stores fold it."""
    return _applied(column.cast("string"), _folding)


def _folding() -> Callable[[Any], Any]:
    return lambda value: None if value is None else fold(value)


def without_zone(instant: "ir.Column") -> "ir.Column":
    """Return instants with a zone as instants in UTC without one, whatever the zone of the session."""
    return _make_timestamp(_epoch_us(instant))


def _applied(text: "ir.Column", new_veil: NewVeil) -> "ir.Column":
    backend = text.get_backend()
    _with_functions.add(backend)
    return _function(new_veil, backend.name == "duckdb")(text)


@atexit.register
def _close() -> None:
    """Close the connections that hold functions of ours: DuckDB else complains of them when Python ends."""
    for backend in list(_with_functions):
        with suppress(Exception):
            backend.disconnect()


@lru_cache(maxsize=256)
def _function(new_veil: NewVeil, by_batches: bool) -> Callable[..., Any]:
    """Return a function of the engine that applies a veil: to the distinct values of a batch, or to each."""
    if not by_batches:
        return ibis.udf.scalar.python(
            lambda value: new_veil()(value),
            name=f"veil_{next(_numbers)}",
            signature=(("string",), "string"),
        )

    import pyarrow

    def applied(values: Any) -> Any:
        if isinstance(values, pyarrow.ChunkedArray):
            values = values.combine_chunks()
        veil = new_veil()
        coded = values.dictionary_encode()
        made = pyarrow.array([veil(value) for value in coded.dictionary.to_pylist()], pyarrow.string())
        return made.take(coded.indices)

    return ibis.udf.scalar.pyarrow(applied, name=f"veil_{next(_numbers)}", signature=(("string",), "string"))


@ibis.udf.scalar.builtin(name="epoch_us", signature=((dt.Timestamp("UTC"),), dt.int64))
def _epoch_us(instant: Any) -> Any:
    """Return the microseconds since 1970, UTC."""


@ibis.udf.scalar.builtin(name="make_timestamp", signature=((dt.int64,), dt.timestamp))
def _make_timestamp(microseconds: Any) -> Any:
    """Return the instant without a zone, in UTC."""
