"""Numbers of documents and passages: clients of the Albert API expect integers where an index has names."""

from hashlib import sha256

#: Bits of a number: it must pass through JavaScript's numbers unharmed.
_BYTES = 6


def document_number(collection: str, sheet: str) -> int:
    """Return the number of a sheet, the same for ever: 48 bits of a digest of its collection and name."""
    return int.from_bytes(sha256(f"{collection}\0{sheet}".encode()).digest()[:_BYTES])


def chunk_number(collection: str, sheet: str, passage: int) -> int:
    """Return the number of a passage of a sheet."""
    return int.from_bytes(sha256(f"{collection}\0{sheet}\0{passage}".encode()).digest()[:_BYTES])
