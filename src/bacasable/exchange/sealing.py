"""The format of an encrypted file: authenticated pieces in order, readable and growing with flat memory.

A file is a header and records::

    header   "BSV1", salt (32 bytes)
    record   length (4 bytes, big endian), kind (1 byte), nonce (12 bytes), ciphertext and tag (16 bytes)

The key of a file is HKDF-SHA256(data key, salt, name of the file), as in Tink's AES-GCM-HKDF streaming: a
record moved to another file, or a file renamed, does not open. Each record is AES-256-GCM with a random
nonce, and its associated data are its index and kind: reordered, dropped or repeated records do not open
(the STREAM construction, Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The last record is of kind END and
holds the size and SHA-256 of the whole: a file without it was truncated.

The nonce is random rather than the counter because a torn tail is cut and written anew after a crash: the
same index then seals other bytes, which must never happen under one nonce.
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK_BYTES = 65_536  # of plain text in one record, at most
MAGIC = b"BSV1"
_SALT_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_OVERHEAD = _NONCE_BYTES + _TAG_BYTES
_RECORD = struct.Struct(">IB")
_END = struct.Struct(">Q32s")
HEADER_BYTES = len(MAGIC) + _SALT_BYTES

MORE, START, END = 0, 1, 2  # START: the first record of a piece that was appended in one go


class Altered(Exception):
    """The bytes on disk are not those that were written: altered, truncated, swapped, or another key's."""


class Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class Unprotected:
    """The sabotage of the control "files are unreadable at rest": the same format, in the clear."""

    def __init__(self, key: bytes) -> None: ...

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        return data + hashlib.sha256(data).digest()[:_TAG_BYTES]

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        return data[:-_TAG_BYTES]


@dataclass
class Progress:
    """Where an unfinished file stands: next ``index``, plain ``size`` so far, ``end`` of the last record."""

    index: int = 0
    size: int = 0
    end: int = HEADER_BYTES
    finished: bool = False


class Sealing:
    """Seal and open the records of one file, named ``name``, under the data key of its dossier."""

    def __init__(self, data_key: bytes, name: str, header: bytes, aead: type = AESGCM) -> None:
        if len(header) != HEADER_BYTES or header[: len(MAGIC)] != MAGIC:
            raise Altered(f"file {name}: its first bytes are not those of an encrypted file")
        derived = HKDF(
            hashes.SHA256(), 32, header[len(MAGIC) :], b"bacasable file 1: " + name.encode()
        ).derive(data_key)
        self.name = name
        self._aead: Aead = aead(derived)

    def seal(self, index: int, kind: int, data: bytes) -> bytes:
        """Return the record that holds ``data`` (at most ``CHUNK_BYTES``)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = nonce + self._aead.encrypt(nonce, data, _associated(index, kind))
        return _RECORD.pack(len(body), kind) + body

    def seal_end(self, index: int, size: int, digest: bytes) -> bytes:
        """Return the last record."""
        return self.seal(index, END, _END.pack(size, digest))

    def _open(self, index: int, kind: int, body: bytes) -> bytes:
        try:
            return self._aead.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _associated(index, kind))
        except InvalidTag:
            raise self._altered(f"record {index} does not authenticate") from None

    def chunks(self, file: BinaryIO) -> Iterator[bytes]:
        """Yield the plain chunks after the header, each authenticated before it is yielded.

        Raises:
            Altered: at the first record that does not open, or at the end when the last record is absent,
                says another size or digest, or has anything after it.
        """
        index, size, digest = 0, 0, hashlib.sha256()
        while True:
            kind, body = self._next(file, index)
            data = self._open(index, kind, body)
            if kind == END:
                break
            index += 1
            size += len(data)
            digest.update(data)
            yield data
        if len(data) != _END.size or _END.unpack(data) != (size, digest.digest()):
            raise self._altered("its last record says another size or digest")
        if file.read(1):
            raise self._altered("there are bytes after its last record")

    def unfinished_chunks(self, file: BinaryIO, at: Progress) -> Iterator[bytes]:
        """Yield the plain chunks of a file without its last record, up to ``at``; raises as ``chunks``."""
        for index in range(at.index):
            kind, body = self._next(file, index)
            if kind == END:
                raise self._altered("its last record is not at its end")
            yield self._open(index, kind, body)

    def _next(self, file: BinaryIO, index: int) -> tuple[int, bytes]:
        head = file.read(_RECORD.size)
        if len(head) < _RECORD.size:
            raise self._altered("it ends before its last record")
        length, kind = _RECORD.unpack(head)
        if not _plausible(length, kind):
            raise self._altered(f"record {index} has an impossible length or kind")
        body = file.read(length)
        if len(body) < length:
            raise self._altered("it ends before its last record")
        return kind, body

    def progress(self, file: BinaryIO) -> Progress:
        """Return how far an unfinished file reaches, its torn tail left out.

        A piece is begun only after the one before was flushed to disk, so only the records of the last piece
        begun are opened to see whether they are whole: the cost does not grow with the file.
        """
        total = os.fstat(file.fileno()).st_size
        before_piece = Progress()
        piece: list[tuple[int, int, int]] = []  # position, length, kind
        position, index, size = HEADER_BYTES, 0, 0
        while position + _RECORD.size <= total:
            file.seek(position)
            length, kind = _RECORD.unpack(file.read(_RECORD.size))
            if not _plausible(length, kind) or position + _RECORD.size + length > total:
                break
            if kind == START:
                before_piece, piece = Progress(index, size, position), []
            piece.append((position, length, kind))
            position += _RECORD.size + length
            index += 1
            size += 0 if kind == END else length - _OVERHEAD
            if kind == END:
                break
        reached = before_piece
        for position, length, kind in piece:
            file.seek(position + _RECORD.size)
            try:
                data = self._open(reached.index, kind, file.read(length))
            except Altered:
                break
            reached = Progress(
                reached.index + 1,
                reached.size + (0 if kind == END else len(data)),
                position + _RECORD.size + length,
                finished=kind == END,
            )
        return reached

    def _altered(self, what: str) -> Altered:
        return Altered(f"file {self.name}: {what}; restore the file from a backup")


def new_header() -> bytes:
    """Return the first bytes of a new file, with its own salt."""
    return MAGIC + secrets.token_bytes(_SALT_BYTES)


def in_chunks(data: bytes | Iterable[bytes]) -> Iterator[bytes]:
    """Yield ``data`` in pieces of ``CHUNK_BYTES``, the last one shorter; nothing for no bytes."""
    if isinstance(data, bytes | bytearray | memoryview):
        view = memoryview(data)
        for start in range(0, len(view), CHUNK_BYTES):
            yield bytes(view[start : start + CHUNK_BYTES])
        return
    pending = bytearray()
    for part in data:
        pending += part
        while len(pending) >= CHUNK_BYTES:
            yield bytes(pending[:CHUNK_BYTES])
            del pending[:CHUNK_BYTES]
    if pending:
        yield bytes(pending)


def _associated(index: int, kind: int) -> bytes:
    return struct.pack(">QB", index, kind)


def _plausible(length: int, kind: int) -> bool:
    return _OVERHEAD <= length <= CHUNK_BYTES + _OVERHEAD and kind in (MORE, START, END)


def seal_bytes(data_key: bytes, data: bytes, context: str) -> bytes:
    """Return ``data`` encrypted as one short value (a database field), bound to ``context`` (its row)."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(data_key).encrypt(nonce, data, b"bacasable value 1: " + context.encode())


def open_bytes(data_key: bytes, sealed: bytes, context: str) -> bytes:
    """Return what :func:`seal_bytes` encrypted.

    Raises:
        Altered: the bytes, the key or the context are not those of the sealing.
    """
    sealed = bytes(sealed)
    try:
        return AESGCM(data_key).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], b"bacasable value 1: " + context.encode()
        )
    except (InvalidTag, ValueError):
        raise Altered(f"{context}: the sealed value was altered; restore it from a backup") from None
