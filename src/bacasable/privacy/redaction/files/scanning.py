"""What personal data lies where in a folder: each file counted, or why it was not read."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bacasable.privacy.messages import N_, NOTHING, Refused, Said
from bacasable.privacy.redaction.files.formats import NotText
from bacasable.privacy.redaction.files.redacting import Reading, count_file, unreadable
from bacasable.privacy.redaction.files.reports import Report

#: Folders that hold other copies of the same files, in a form of their own.
IGNORED = frozenset({".git", ".hg", ".svn"})

_NO_FILE = N_("this is not a file (a device, a pipe or a socket)")
_SEPARATORS = re.compile(r"[_.\-+()\[\]\s]+")


class Entry(NamedTuple):
    """A file of the folder: its size in bytes, or why it is not looked at."""

    path: Path
    size: int
    refusal: Said = NOTHING
    is_skipped: bool = False


def entries(root: Path) -> Iterator[Entry]:
    """Yield the files under ``root``, sorted by name; links are named, not followed: nothing outside is read.

    Raises:
        Refused: ``root`` does not exist or cannot be read.
    """
    if root.is_file():
        yield Entry(root, root.stat().st_size)
        return
    if root.exists() and not root.is_dir():
        raise Refused(_NO_FILE).at(root)
    try:
        inside = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError as error:
        raise unreadable(error).at(root) from error
    yield from _below(inside)


def _below(inside: list[os.DirEntry[str]]) -> Iterator[Entry]:
    waiting = inside[::-1]
    while waiting:
        one = waiting.pop()
        path = Path(one.path)
        try:
            if one.is_symlink():
                yield Entry(path, 0, Said(N_("this is a link: not followed")), True)
            elif one.is_dir(follow_symlinks=False):
                if one.name not in IGNORED:
                    waiting += sorted(os.scandir(one.path), key=lambda entry: entry.name, reverse=True)
            elif not one.is_file(follow_symlinks=False):
                yield Entry(path, 0, Said(_NO_FILE), True)
            else:
                yield Entry(path, one.stat(follow_symlinks=False).st_size)
        except OSError as error:
            yield Entry(path, 0, unreadable(error).said)


def scan(root: Path, reading: Reading | None = None) -> Iterator[Report]:
    """Yield a report for each file under ``root`` (or for ``root``, a file).

    Raises:
        Refused: ``root`` does not exist or cannot be read.
    """
    reading = reading or Reading()
    for entry in entries(root):
        yield scan_entry(entry, reading)


def scan_entry(entry: Entry, reading: Reading) -> Report:
    """Return the report of one file: counted, or with the reason why it was not read."""
    if entry.refusal:
        return Report(entry.path, refusal=entry.refusal, is_skipped=entry.is_skipped)
    try:
        if not stat.S_ISREG(entry.path.lstat().st_mode):
            return Report(entry.path, refusal=Said(N_("it is no longer a file")))
        report = count_file(entry.path, reading)
    except (Refused, OSError) as error:
        said = error.reason if isinstance(error, Refused) else unreadable(error).said
        return Report(entry.path, size=entry.size, refusal=said, is_skipped=isinstance(error, NotText))
    except (
        Exception
    ) as error:  # a fault of ours on one file leaves the others; its message may hold what it read
        return Report(entry.path, size=entry.size, refusal=fault(error))
    name = _SEPARATORS.sub(" ", entry.path.stem)
    if kinds := sorted({span.type for span in reading.finder.find(name) if span.type != "LOCATION"}):
        report.notes.append(
            Said(N_("the name of the file looks like it holds {kinds}"), kinds=", ".join(kinds))
        )
    return report


def fault(error: Exception) -> Said:
    """Return what to say of an error that nobody foresaw, without its message."""
    return Said(
        N_("an unexpected fault ({kind}) stopped the reading: please report it"), kind=type(error).__name__
    )
