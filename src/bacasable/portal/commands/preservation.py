"""``bacasable backup`` and ``restore``."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bacasable.portal.refusal import Refused

app = typer.Typer(help="Back up and restore.")

PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="File whose first line is the passphrase."),
]
SHORTEST_PASSPHRASE = 12
#: The ledger of erasures, in the home of an installation.
LEDGER = "erasures.jsonl"


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    """Return the passphrase from the file, from BACASABLE_BACKUP_PASSPHRASE, or from the terminal."""
    if file is not None:
        lines = file.read_text().splitlines() if file.is_file() else []
        if not lines:
            raise Refused(f"{file}: no passphrase there; write it on the first line")
        return lines[0]
    if given := os.environ.get("BACASABLE_BACKUP_PASSPHRASE"):
        return given
    return str(typer.prompt("Passphrase of the keys", hide_input=True, confirmation_prompt=confirm))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="File to write; must not exist.")],
    passphrase_file: PassphraseFile = None,
    keys_apart: Annotated[
        Path | None,
        typer.Option(metavar="KEYS.tar", help="Write the keys, in clear, to this other file instead."),
    ] = None,
) -> None:
    """Write data, files and keys to one file, while the portal runs; every byte is read back and compared."""
    from bacasable.portal.backups import write_backup
    from bacasable.portal.installation import configuration, require_initialised

    require_initialised(configuration())
    if keys_apart is not None:
        write_backup(file, keys="apart", apart=keys_apart)
        keys = (
            f"THE KEYS ARE IN {keys_apart}, IN CLEAR. Without them the backup's files cannot be read; who "
            "holds both reads everything. Keep them in two different places."
        )
    else:
        passphrase = _passphrase(passphrase_file, confirm=True)
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise Refused(f"the passphrase is short; take at least {SHORTEST_PASSPHRASE} characters")
        write_backup(file, keys="sealed", passphrase=passphrase)
        keys = "The keys are in it, encrypted under the passphrase. WITHOUT THE PASSPHRASE THEY ARE LOST."
    typer.echo(f"{file}: {file.stat().st_size:,} bytes, verified.")
    typer.echo("The database in it is NOT encrypted: it holds personal data; store it accordingly.")
    typer.echo(keys)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="A backup.")],
    passphrase_file: PassphraseFile = None,
    keys: Annotated[
        Path | None,
        typer.Option(metavar="KEYS", help="File of --keys-apart, or the home that still has the keys."),
    ] = None,
    database_url: Annotated[
        str, typer.Option(help="Empty PostgreSQL database to fill, for a backup of PostgreSQL.")
    ] = "",
    erasures: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ledger of erasures (erasures.jsonl) of the installation, to replay it."
        ),
    ] = None,
) -> None:
    """Restore a backup into --home, which must be empty, and prove that everything in it can be read.

    Erasures made since the backup are replayed from the ledger: --erasures, or that of the home in --keys.
    """
    from bacasable.portal import archive
    from bacasable.portal.backups import restore as restore_backup
    from bacasable.portal.config import load

    if not os.environ.get("BACASABLE_HOME"):
        raise Refused("say where: bacasable --home NEW restore FILE.tar")
    if "BACASABLE_DATABASE_URL" in os.environ and not database_url:
        database_url = os.environ["BACASABLE_DATABASE_URL"]
    home = load().home
    if erasures is None and keys is not None and (keys / LEDGER).is_file():
        erasures = keys / LEDGER
    if erasures is not None and not erasures.is_file():
        raise Refused(f"{erasures}: no such ledger of erasures; it is HOME/{LEDGER} of the installation")
    sealed = archive.read_manifest(file)["keys"] == "sealed" and keys is None
    passphrase = _passphrase(passphrase_file, confirm=False) if sealed else ""
    manifest = restore_backup(file, home, passphrase=passphrase, keys=keys, database_url=database_url)
    typer.echo(
        f"{home}: restored from the backup of {manifest['created_at']}, version {manifest['version']}."
    )
    from bacasable.portal import service_databases
    from bacasable.portal.installation import configuration, gather_static_files, version
    from bacasable.portal.soundness import examine

    configuration()
    since = manifest.get("began_at", manifest["created_at"])
    if erasures is not None:
        from bacasable.duties.rights import ledger

        ledger.adopt(erasures)
    if manifest["version"] != version():
        typer.echo(f"This is version {version()}: run 'bacasable --home {home} upgrade' before starting.")
        typer.echo(
            f"THEN RUN 'bacasable --home {home} replay-erasures --since {since}': erased persons are back."
        )
        return
    service_databases.prepare()
    gather_static_files(home)
    for line in examine():
        typer.echo(line)
    from bacasable.people import outgoing

    if held := outgoing.hold("restored"):
        typer.echo(
            f"Mails held, since they may have been sent after the backup: {held}. "
            "An administrator tries them again on the page Mails."
        )
    if erasures is None:
        typer.echo(
            f"NO LEDGER OF ERASURES WAS GIVEN: persons erased after {since} are back in this installation. "
            f"Before starting it: bacasable --home {home} replay-erasures --since {since} --erasures FILE"
        )
        return
    _replay(erasures, since)


@app.command()
def replay_erasures(
    since: Annotated[str, typer.Option(metavar="INSTANT", help="When the restored backup began, ISO 8601.")],
    erasures: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ledger of erasures to take in; by default that of the home."),
    ] = None,
) -> None:
    """Erase again, in an installation restored from a backup, whoever was erased since the backup."""
    from bacasable.portal.installation import configuration, require_initialised

    require_initialised(configuration())
    from bacasable.duties.rights import ledger

    file = erasures or ledger.path()
    if not file.is_file():
        raise Refused(f"{file}: no such ledger of erasures; it is HOME/{LEDGER} of the installation")
    if erasures is not None:
        ledger.adopt(erasures)
    _replay(file, since)


def _replay(file: Path, since: str) -> None:
    """Replay the ledger and say what came of it; lines that were not replayed end the command with 1."""
    from bacasable.duties.rights.replay import replay

    try:
        instant = datetime.fromisoformat(since)
    except ValueError:
        raise Refused(f"'{since}' is not an instant; write it as 2026-03-02T09:00:00+00:00") from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    replayed = replay(file, instant)
    typer.echo(f"Erasures made since the backup and replayed: {replayed.count}.")
    for trouble in replayed.troubles:
        typer.echo(f"NOT REPLAYED: {trouble}")
    if replayed.troubles:
        raise typer.Exit(1)
