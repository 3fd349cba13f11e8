"""Find and replace personal data in French text.

``find`` says what lies where, ``redact`` replaces it, ``restore`` undoes a sealed replacement. Nothing
heavy is imported before it is called.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of
from bacasable.privacy.redaction.spans import Span

if TYPE_CHECKING:
    from bacasable.privacy.redaction.finding import Finder, find
    from bacasable.privacy.redaction.replacement import redact, restore

__all__ = ["Finder", "Span", "find", "redact", "restore"]

_HOMES = {"Finder": "finding", "find": "finding", "redact": "replacement", "restore": "replacement"}

__getattr__ = names_of(__name__, _HOMES)
