"""What commands on files share at a terminal: exit codes, refusals in a line, a bar, safe names."""

import errno
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import typer

from bacasable.privacy.messages import Refused

#: Exit codes (2, wrong usage, is the parser's).
DONE, REFUSED, USAGE, FOUND, SOME_FAILED, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 130, 143


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], object]]:
    """Show a bar on the terminal's error stream, if it is one; yield what is told the bytes read."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("reading"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda count: bar.advance(task, count)


@contextmanager
def counting(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on the error stream, if it is a terminal; yield what is told the done and the whole."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn refusals and interruptions into one line and an exit code; unfinished files are gone by then."""
    before: Any = None
    with suppress(ValueError):  # not in the main thread
        before = signal.signal(signal.SIGTERM, _terminated)
    try:
        yield
    except Refused as error:
        complain(str(error))
        raise typer.Exit(REFUSED) from None
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of the output left: the parser ends in silence
            raise
        complain(f"the system refused to go on ({error.strerror}): is the disk of the output full?")
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt as stop:
        complain("interrupted; no half file was left, files named above are complete")
        raise typer.Exit(TERMINATED if isinstance(stop, _Terminated) else INTERRUPTED) from None
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


class _Terminated(KeyboardInterrupt):
    """SIGTERM came."""


def _terminated(number: int, frame: object) -> None:
    raise _Terminated


def complain(message: str) -> None:
    typer.echo(f"bacasable: {shown(message)}", err=True)


def shown(text: object) -> str:
    """Return text that is safe on a terminal: names of files may hold control characters and bytes."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(text))
