"""Write a file whole or not at all: a run that is interrupted, even killed, leaves nothing.

Where the system allows it (Linux, most file systems) the file has no name until it is complete
(``O_TMPFILE``, open(2)), so nothing can be left, even by SIGKILL or a power cut. Elsewhere it has a
temporary name in the same folder, which is removed on any exception.
"""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from bacasable.privacy.messages import N_, Refused

#: What goes wrong when writing: a full or broken disk, a quota, a limit of size, a folder that became
#: read-only.
_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
_EXISTS = N_("this file exists; remove it, or write elsewhere")


@contextmanager
def whole_file(path: Path, *, overwrite: bool = False, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; it appears, complete and forced to the disk, when the block ends well.

    Args:
        overwrite: replace a file of this name; else it is refused.
        mode: the permissions of the new file.

    Raises:
        Refused: the file exists and may not be overwritten, or cannot be written there.
    """
    _check(path, overwrite)
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        temporary = f".{path.name[:80]}.{secrets.token_hex(6)}.part"
        descriptor, is_named = _opened(path, folder, temporary)
        try:
            with os.fdopen(descriptor, "w+b", buffering=1 << 20) as file:
                yield file  # readable too: a seal reads what was written
                file.flush()
                os.fchmod(descriptor, mode)
                os.fsync(descriptor)
                if not is_named:
                    _name(descriptor, folder, temporary)
                    is_named = True
            _publish(path, folder, temporary, overwrite)
            is_named = False
            os.fsync(folder)
        except OSError as error:
            if error.errno not in _FAULTS:  # of what the caller reads, not of what it writes
                raise
            raise _unwritable(path, error) from error
        finally:
            if is_named:
                with suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=folder)
    finally:
        os.close(folder)


def _check(path: Path, overwrite: bool) -> None:
    if path.is_dir():
        raise Refused(N_("this is a folder; give the name of a file")).at(path)
    if not overwrite and os.path.lexists(path):
        raise Refused(_EXISTS).at(path)


def _opened(path: Path, folder: int, temporary: str) -> tuple[int, bool]:
    """Return a descriptor to write to, and whether the file has a name already."""
    with suppress(OSError, AttributeError):  # no O_TMPFILE: another system, or a file system without it
        return os.open(path.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600), False
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        return os.open(temporary, flags, 0o600, dir_fd=folder), True
    except OSError as error:
        raise _unwritable(path, error) from error


def _name(descriptor: int, folder: int, temporary: str) -> None:
    """Give a name to a file that has none. The folder is passed so that the link of /proc is followed."""
    source = f"/proc/self/fd/{descriptor}"
    os.link(source, temporary, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)


def _publish(path: Path, folder: int, temporary: str, overwrite: bool) -> None:
    if overwrite:
        os.rename(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        return
    try:  # a link fails where a file of this name came meanwhile; a rename would replace it
        os.link(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    except FileExistsError:
        raise Refused(_EXISTS).at(path) from None
    os.unlink(temporary, dir_fd=folder)


def _unwritable(path: Path, error: OSError) -> Refused:
    return Refused(
        N_("it cannot be written ({error}); give another folder with --out"), error=error.strerror
    ).at(path)
