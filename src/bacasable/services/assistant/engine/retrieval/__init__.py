"""Finding passages: words (BM25 per field), meaning (vectors) and both, inside what the asker may read."""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of
from bacasable.services.assistant.engine.retrieval.index import (
    Collection,
    Imported,
    Index,
    Method,
    best_sheets,
)

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval.embedded import Embedded
    from bacasable.services.assistant.engine.retrieval.embedder import Embedder, Nano, Remote
    from bacasable.services.assistant.engine.retrieval.plain import Plain

__all__ = [
    "Collection",
    "Embedded",
    "Embedder",
    "Imported",
    "Index",
    "Method",
    "Nano",
    "Plain",
    "Remote",
    "best_sheets",
]

__getattr__ = names_of(
    __name__,
    {
        "Embedded": "embedded",
        "Embedder": "embedder",
        "Nano": "embedder",
        "Plain": "plain",
        "Remote": "embedder",
    },
    extra="assistant",
)
