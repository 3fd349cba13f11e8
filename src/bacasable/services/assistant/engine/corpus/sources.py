"""Where files come from: one file, a folder, or a ZIP archive, read within limits and never unpacked."""

import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from bacasable.privacy.messages import N_, Refused

#: Most files of one import, most bytes of one entry of an archive and of all of them.
FILES = 200_000
ENTRY = 64 << 20
UNPACKED = 4 << 30
#: Most unpacked bytes for one packed byte, above a mebibyte: XML of sheets packs to a fifteenth.
RATIO = 200
_RATIO_FROM = 1 << 20
_DEEPEST = 20


class Source(Protocol):
    """Named files. Names are relative, with ``/``."""

    def names(self) -> list[str]:
        """Return the names, sorted."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Return a file that can be read and rewound.

        Raises:
            Refused: it cannot be read.
        """
        ...


def source_of(path: Path) -> Source:
    """Return what ``path`` leads to.

    Raises:
        Refused: nothing there, not readable, or an archive that is damaged, cut short or a bomb.
    """
    try:
        if path.is_dir():
            return _Folder(path)
        if not path.is_file():
            raise Refused(N_("{path}: there is no such file or folder; check its name"), path=path)
        if path.suffix.lower() == ".zip":
            return _Archive(path)
        return _File(path)
    except OSError as error:
        raise Refused(
            N_("{path}: it cannot be read ({error}); check the rights"), path=path, error=error.strerror
        ) from error


class _File:
    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return [self._path.name]

    def open(self, name: str) -> BinaryIO:
        return _opened(self._path)


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> list[str]:
        return sorted(self._below(self._root, 0))

    def _below(self, folder: Path, depth: int) -> Iterator[str]:
        """Yield files; hidden ones and links are left alone: nothing outside of the folder is read."""
        with os.scandir(folder) as inside:
            for entry in inside:
                if entry.name.startswith(".") or entry.is_symlink():
                    continue
                if entry.is_dir():
                    if depth < _DEEPEST:
                        yield from self._below(Path(entry.path), depth + 1)
                elif entry.is_file():
                    yield Path(entry.path).relative_to(self._root).as_posix()

    def open(self, name: str) -> BinaryIO:
        return _opened(self._root / name)


class _Archive:
    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise Refused(
                N_("{path}: the archive is damaged or was downloaded only in part; download it again"),
                path=path,
            ) from error
        self._entries = {
            entry.filename: entry
            for entry in self._archive.infolist()
            if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
        }
        large = sum(entry.file_size for entry in self._entries.values()) > UNPACKED
        if large or len(self._entries) > FILES:
            raise Refused(
                N_("{path}: unpacked, the archive would take far more room than sheets do: not opened"),
                path=path,
            )

    def names(self) -> list[str]:
        return sorted(self._entries)

    def open(self, name: str) -> BinaryIO:
        entry = self._entries[name]
        if entry.flag_bits & 0x1:
            raise Refused(N_("it is protected by a password: save it without, then try again"))
        swollen = entry.file_size > _RATIO_FROM and entry.file_size > RATIO * max(1, entry.compress_size)
        if entry.file_size > ENTRY or swollen:
            raise Refused(N_("unpacked, it would take far more room than a sheet does: not opened"))
        try:
            with self._archive.open(entry) as packed:
                content = packed.read(ENTRY + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise Refused(N_("it is damaged inside of the archive; download the archive again")) from error
        if len(content) > ENTRY:
            raise Refused(N_("unpacked, it would take far more room than a sheet does: not opened"))
        return io.BytesIO(content)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Refused(N_("it cannot be read ({error}); check the rights"), error=error.strerror) from error
