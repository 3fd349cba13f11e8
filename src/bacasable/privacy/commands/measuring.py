"""What the attacks share at a terminal: exit codes, refusals in a line, a bar, the figures as a table."""

import errno
import json as json_format
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.attacks.measured import Measured, Progress

#: Exit codes of every attack (2, wrong usage, is the parser's).
MEASURED, REFUSED, USAGE, ABOVE, VOID, INTERRUPTED = 0, 1, 2, 3, 5, 130


@contextmanager
def guarded() -> Iterator[None]:
    """Turn refusals and interruptions into one line and an exit code."""
    try:
        yield
    except Refused as error:
        typer.echo(f"bacasable attack: {error}", err=True)
        raise typer.Exit(REFUSED) from None
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of the output left: the parser ends in silence
            raise
        typer.echo(f"bacasable attack: the system refused to go on ({error.strerror})", err=True)
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt:
        typer.echo("bacasable attack: interrupted; nothing was written", err=True)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def progress() -> "Iterator[Progress | None]":
    """Show a bar on the terminal's error channel; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("reading", total=None)

        def told(doing: str, done: int, total: int) -> None:
            bars.update(task, description=doing, completed=done, total=total)

        yield told


def end(measured: "list[Measured]", at_most: float | None, json: bool) -> None:
    """Print the figures and leave with the code that the first calls for: the one that --at-most bounds.

    A void one among the others says nothing against the first, which was measured; a line says which it is.
    """
    with guarded():
        if json:
            data = [one.as_dict() for one in measured]
            typer.echo(json_format.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False))
        else:
            _show(measured)
    for one in measured[1:]:
        if one.void:
            typer.echo(f"bacasable attack: void, this figure proves nothing: {one.method}", err=True)
    if measured[0].void:
        raise typer.Exit(VOID)
    if at_most is not None and not measured[0].interval.high <= at_most:  # NaN bounds nothing
        raise typer.Exit(ABOVE)


def _show(measured: "list[Measured]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows: list[tuple[str, Callable[[Measured], str]]] = [
        ("value", lambda one: f"{one.value:.4g}"),
        ("interval", lambda one: f"{_bounds(one)} at {one.interval.level:.0%}"),
        ("interval by", lambda one: one.interval.method),
        ("chance", lambda one: f"{one.baseline:.4g}"),
        ("n", lambda one: f"{one.n:,}"),
        ("seed", lambda one: str(one.seed)),
        ("attacker", lambda one: one.attacker),
        ("on unprotected data", lambda one: _of_sabotage(one.sabotage)),
        ("verdict", lambda one: "void: the attack failed on unprotected data" if one.void else "measured"),
    ]
    console = Console(soft_wrap=True)
    for one in measured:
        table = Table(title=one.method, title_justify="left", show_header=False)
        for name, shown in rows:
            table.add_row(name, shown(one))
        for name, value in one.details.items():
            if value is not None:
                table.add_row(name.replace("_", " "), Text(str(value)))  # may look like markup
        console.print(table)


def _of_sabotage(one: "Measured | None") -> str:
    return f"{one.value:.4g}, {_bounds(one)}" if one else "not run"


def _bounds(one: "Measured") -> str:
    return f"{one.interval.low:.4g} to {one.interval.high:.4g}"
