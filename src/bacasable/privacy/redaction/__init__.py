"""Find and replace personal data in French text.

``find`` says what lies where, ``redact`` replaces it, ``restore`` undoes a sealed replacement. Nothing
heavy is imported before it is called.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from bacasable.privacy.redaction.spans import Span

if TYPE_CHECKING:
    from bacasable.privacy.redaction.finding import Finder, find
    from bacasable.privacy.redaction.replacement import redact, restore

__all__ = ["Finder", "Span", "find", "redact", "restore"]

_HOMES = {"Finder": "finding", "find": "finding", "redact": "replacement", "restore": "replacement"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
