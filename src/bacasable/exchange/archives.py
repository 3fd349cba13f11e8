"""ZIP archives made piece by piece: what is packed is never held whole, in memory or on disk."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any


class _Pipe(io.RawIOBase):
    """What the archive is written to: its bytes are taken away as they come, so memory stays flat."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


class Archive:
    """An archive in the making. ``digests`` holds the SHA-256 of each finished entry, by its name.

    >>> archive = Archive()
    >>> packed = b"".join(archive.add("a.txt", [b"one"])) + archive.end()
    >>> packed[:4]
    b'PK\\x03\\x04'
    """

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}
        self._pipe = _Pipe()
        self._packed = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_STORED)

    def add(
        self, name: str, content: Iterable[bytes], *, at: datetime | None = None, compressed: bool = False
    ) -> Iterator[bytes]:
        """Yield the bytes of one more entry as ``content`` comes; ``at`` dates it, in UTC."""
        date = at.astimezone(UTC).timetuple()[:6] if at else (1980, 1, 1, 0, 0, 0)
        entry = zipfile.ZipInfo(name, date)
        entry.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        digest = hashlib.sha256()
        with self._packed.open(entry, "w", force_zip64=True) as member:
            for piece in content:
                digest.update(piece)
                member.write(piece)
                yield self._pipe.take()
        self.digests[name] = digest.hexdigest()
        yield self._pipe.take()

    def end(self) -> bytes:
        """Return the last bytes: the list of the entries."""
        self._packed.close()
        return self._pipe.take()
