"""Sentences for people as plain values, to be said again later in the language of whoever reads."""

from typing import Any

from bacasable.privacy.messages import Said
from bacasable.ui.saying import spoken

__all__ = ["read", "spoken", "written"]


def written(said: str) -> list[Any]:
    """Return a sentence as its template and what fills it; empty for none."""
    if not said:
        return []
    values = getattr(said, "values", {})
    return [getattr(said, "template", said), {name: _value(value) for name, value in values.items()}]


def read(kept: list[Any]) -> Said:
    """Return the sentence that :func:`written` wrote."""
    if not kept:
        return Said("")
    template, values = kept
    return Said(
        template,
        **{name: read(value) if isinstance(value, list) else value for name, value in values.items()},
    )


def _value(value: object) -> Any:
    if isinstance(value, Said):
        return written(value)
    return value if isinstance(value, int | float) else str(value)
