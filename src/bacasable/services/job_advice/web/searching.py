"""Search the files of a folder for a mark, in a process of its own: :func:`in_files`.

A process that closes any file of an SQLite database lets go of all the locks that it holds on that database;
of two writers, one then loses what it was told was written (https://www.sqlite.org/howtocorrupt.html, 2.2).
The files of a home, its database among them, are therefore never opened by the process that works with it.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

#: Bytes read at once; what overlaps is a mark that two pieces share.
_CHUNK, _OVERLAP = 4 << 20, 64


def in_files(folder: Path, since: float, pattern: bytes) -> list[str]:
    """Return what ``pattern`` finds in names and bytes of files of this account that changed ``since``.

    Args:
        folder: searched with all that it holds.
        since: seconds of the epoch.
        pattern: a regular expression, read without regard to case.

    Returns:
        What was found, each once, in capitals, sorted.

    Raises:
        RuntimeError: the search did not end well: nothing is known.
    """
    asked = json.dumps([str(folder), since, pattern.decode("ascii")])
    done = subprocess.run(
        [sys.executable, "-I", __file__], input=asked, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"job_advice: the search of files ended with {done.returncode}")
    found: list[str] = json.loads(done.stdout)
    return found


def found_in(sought: re.Pattern[bytes], contents: Iterable[bytes]) -> set[str]:
    """Return what is found in some contents, in capitals."""
    return {one.decode().upper() for content in contents for one in sought.findall(content)}


def _search(folder: Path, since: float, sought: re.Pattern[bytes]) -> list[str]:
    found: set[str] = set()
    for here, _, names in os.walk(folder):
        for name in names:
            path = Path(here, name)
            try:
                about = path.lstat()
                if about.st_mtime < since or about.st_uid != os.getuid() or not path.is_file():
                    continue
                found |= found_in(sought, (name.encode(), *_pieces(path)))
            except OSError:  # gone in between, or not ours to read
                continue
    return sorted(found)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        before = b""
        while piece := handle.read(_CHUNK):
            yield before + piece
            before = piece[-_OVERLAP:]


if __name__ == "__main__":
    asked_folder, asked_since, asked_pattern = json.load(sys.stdin)
    expression = re.compile(asked_pattern.encode("ascii"), re.IGNORECASE)
    json.dump(_search(Path(asked_folder), asked_since, expression), sys.stdout)
