"""``bacasable journal``: publish its head, verify it, expire what is old, export it for an auditor."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bacasable.portal.refusal import Refused

if TYPE_CHECKING:
    from bacasable.compliance.journal import Report
    from bacasable.compliance.signing import Keyring
    from bacasable.people.journal import DatabaseJournal

app = typer.Typer(help="The journal of acts.", no_args_is_help=True)

#: Faults and remarks that are printed one by one.
_MOST_SHOWN = 50

OneFile = Annotated[
    Path | None, typer.Option("--file", help="Journal kept in a file by an engine; else the database's.")
]
Keys = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="PUB",
        exists=True,
        dir_okay=False,
        help="Public key (PEM) whose checkpoints are accepted; else those of this installation.",
    ),
]


@app.command()
def verify(
    head: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Head published earlier by `bacasable journal head`."),
    ] = None,
    file: OneFile = None,
    key: Keys = None,
) -> None:
    """Verify the chain: edits, removals, moves and a cut end are named with their place (exit code 1).

    What expired is verified from the last signed checkpoint on.
    """
    from bacasable.compliance.journal import Head

    with _refusals():
        published = Head.read(head) if head else None
        if file:
            from bacasable.compliance.journal.verifying import verify_files

            report = verify_files(_there(file), published, _keyring(key))
        else:
            database = _database()
            report = database.verify(published, _keyring(key))
    _show(report)
    if not report.ok:
        raise Refused(f"the journal does not hold: {len(report.faults)} fault(s) in {report.count} entries")
    since = f" from the checkpoint at entry {report.start.number}" if report.start.number else ""
    against = f", up to the published head {published.number}" if published else ""
    typer.echo(f"{report.count} entries, the chain holds{since}{against}; head {report.head.digest}")


def _show(report: "Report") -> None:
    for found, mark in ((report.faults, ""), (report.remarks, "remark, ")):
        for one in found[:_MOST_SHOWN]:
            typer.echo(f"{mark}{one.kind}: {one.message}", err=True)
        if len(found) > _MOST_SHOWN:
            typer.echo(f"and {len(found) - _MOST_SHOWN} more", err=True)


@app.command()
def head(
    out: Annotated[
        Path | None, typer.Option(help="Write it to this new file instead of printing it.")
    ] = None,
    file: OneFile = None,
) -> None:
    """Print the head to publish: kept elsewhere, it pins all entries up to now."""
    from bacasable.compliance.journal import FileJournal

    with _refusals():
        found = FileJournal(_there(file)).head() if file else _database().head()
    if out is None:
        typer.echo(found.as_json(), nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as target:
            target.write(found.as_json())
    except FileExistsError:
        raise Refused(f"{out} exists; a published head is never written over: choose another name") from None


@app.command()
def expire(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would expire, and delete nothing.")
    ] = False,
    months: Annotated[
        int | None, typer.Option(min=1, help="Keep this many months; with --file only, where it is needed.")
    ] = None,
    file: OneFile = None,
) -> None:
    """Delete entries past their retention, behind a signed checkpoint that still verifies.

    The database's follow the retention that is declared, which the worker does daily. Of a file, whole
    segments expire: those that hold nothing younger.
    """
    from bacasable.portal.installation import configuration, require_initialised

    if (months is None) == (file is not None):
        raise Refused(
            "give --months with --file; the database's journal follows the retention of its declaration"
        )
    with _refusals():
        if file and months:
            from bacasable.compliance import clock, signing
            from bacasable.compliance.declaration import Period
            from bacasable.compliance.journal import FileJournal, expiry
            from bacasable.portal.config import load

            journal, folder = FileJournal(_there(file)), load().home / "keys"
            cutoff = Period(months=months).over_at(clock.now())[0][1]
            policy = f"files of an engine: {months} months"
            if dry_run:
                planned = expiry.plan(journal, cutoff)
            else:
                planned = expiry.expire(
                    journal,
                    cutoff,
                    key=signing.load_signer(folder),
                    keyring=signing.keyring(folder),
                    by="system",
                    policy=policy,
                )
        else:
            require_initialised(configuration())
            from bacasable.portal.cleaning import expire_journal, expiring_entries

            planned, policy = expiring_entries()
            if not dry_run:
                expire_journal()
    if not planned.count:
        typer.echo(f"Nothing is past its retention ({policy}).")
        return
    done = "would expire" if dry_run else "expired behind a signed checkpoint"
    typer.echo(
        f"{planned.count} entries {done} ({policy}): up to entry {planned.upto.number}, dated "
        f"{planned.oldest[:10]} to {planned.newest[:10]}."
    )
    for path in planned.files:
        typer.echo(f"  {path}")


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="New folder to write.")],
    for_auditor: Annotated[
        bool, typer.Option("--for-auditor", help="With checkpoints, keys, and a script that verifies.")
    ] = False,
    file: OneFile = None,
    key: Keys = None,
) -> None:
    """Write the journal to a folder that an auditor verifies without this software.

    It holds who acted, under a pseudonymous identifier: personal data. The export is itself journalled.
    """
    if not for_auditor:
        raise Refused("say for whom: the one export there is takes --for-auditor")
    from bacasable.compliance.journal import FileJournal, Head, segments
    from bacasable.compliance.journal.checkpoints import peek
    from bacasable.compliance.journal.export import write_for_auditor

    with _refusals():
        if file:
            stored = [(path.name, path.read_bytes()) for path in segments.checkpoints(_there(file))]
        else:
            database = _database()
            stored = database.checkpoints()
        start = peek(stored[-1][1], stored[-1][0]).head if stored else Head(0, "0" * 64)
        if file:
            from bacasable.compliance.journal.recovery import subject_of

            lines = segments.lines(file, start.number)
            count = write_for_auditor(out, lines, stored, _keyring(key), start)
            FileJournal(file).record(
                "journal.exported", actor="system", subject=subject_of(file), entries=count
            )
        else:
            from django.db import transaction

            from bacasable.people.journal import NAME, record

            lines = (entry.line() for entry in database.entries(start.number))
            count = write_for_auditor(out, lines, stored, _keyring(key), start)
            with transaction.atomic():
                record("journal.exported", by="system", subject=f"journal:{NAME}", entries=count)
    typer.echo(
        f"{count} entries in {out}; an auditor runs: python3 {out / 'verify.py'} --head HEAD --key PUB"
    )


@contextmanager
def _refusals() -> Iterator[None]:
    from bacasable.compliance.journal import JournalRefused
    from bacasable.compliance.signing import KeyRefused

    try:
        yield
    except (JournalRefused, KeyRefused) as error:
        raise Refused(str(error)) from error


def _there(file: Path) -> Path:
    from bacasable.compliance.journal import segments

    if not segments.exists(file):
        raise Refused(f"{file}: no such file; give the journal's path")
    return file


def _keyring(key: Path | None) -> "Keyring":
    from bacasable.compliance import signing
    from bacasable.portal.config import load

    return signing.Keyring.of_pem(key.read_bytes()) if key else signing.keyring(load().home / "keys")


def _database() -> "DatabaseJournal":
    from bacasable.portal.installation import configuration, require_initialised

    require_initialised(configuration())
    from bacasable.people.journal import DATABASE_JOURNAL

    return DATABASE_JOURNAL
