"""``bacasable journal``: publish the head of the journal, and verify the journal against it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bacasable.portal.refusal import Refused

if TYPE_CHECKING:
    from bacasable.people.journal import DatabaseJournal

app = typer.Typer(help="The journal of acts.", no_args_is_help=True)

OneFile = Annotated[
    Path | None, typer.Option("--file", help="Journal kept in a file by an engine; else the database's.")
]


@app.command()
def verify(
    head: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Head published earlier by `bacasable journal head`."),
    ] = None,
    file: OneFile = None,
) -> None:
    """Verify the chain: edits, removals, moves and a cut end are named with their place (exit code 1)."""
    from bacasable.compliance.journal import FileJournal, Head, JournalRefused
    from bacasable.compliance.journal import verify as verify_chain

    try:
        published = Head.read(head) if head else None
        if file:
            if not file.exists():
                raise Refused(f"{file}: no such file; give the journal's path")
            report = verify_chain(FileJournal(file).entries(), published)
        else:
            report = _database().verify(published)
    except JournalRefused as error:
        raise Refused(str(error)) from error
    for fault in report.faults:
        typer.echo(f"{fault.kind}: {fault.message}", err=True)
    if not report.ok:
        raise Refused(f"the journal does not hold: {len(report.faults)} fault(s) in {report.count} entries")
    against = f", up to the published head {published.number}" if published else ""
    typer.echo(f"{report.count} entries, the chain holds{against}; head {report.head.digest}")


@app.command()
def head(
    out: Annotated[
        Path | None, typer.Option(help="Write it to this new file instead of printing it.")
    ] = None,
    file: OneFile = None,
) -> None:
    """Print the head to publish: kept elsewhere, it pins all entries up to now."""
    from bacasable.compliance.journal import FileJournal

    found = FileJournal(file).head() if file else _database().head()
    if out is None:
        typer.echo(found.as_json(), nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as target:
            target.write(found.as_json())
    except FileExistsError:
        raise Refused(f"{out} exists; a published head is never written over: choose another name") from None


def _database() -> "DatabaseJournal":
    from bacasable.portal.installation import configuration, require_initialised

    require_initialised(configuration())
    from bacasable.people.journal import DATABASE_JOURNAL

    return DATABASE_JOURNAL
