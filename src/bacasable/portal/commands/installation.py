"""``bacasable init`` and ``upgrade``."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from bacasable.portal.refusal import Refused

app = typer.Typer(help="Lay an installation, bring it to another version.")


class Deployment(StrEnum):
    AUTHORITY = "authority"
    SERVICE = "service"


@app.command()
def init(
    deployment: Annotated[
        Deployment | None, typer.Option(help="What this installation is; authority unless set.")
    ] = None,
    administrator: Annotated[
        str, typer.Option(metavar="EMAIL", help="Address of the first administrator.")
    ] = "",
) -> None:
    """Lay folders, keys, database and the first administrator; run again, it keeps what exists."""
    from bacasable.portal.commands.account import enrol
    from bacasable.portal.installation import initialise

    instance = initialise(deployment.value if deployment else None)
    from django.conf import settings

    typer.echo(f"{settings.BACASABLE.home}: {instance.deployment}, version {_version()}")
    if administrator:
        enrol(administrator, roles=["administrator"])
    elif not _has_administrator():
        typer.echo("No administrator yet: run 'bacasable account add EMAIL --role administrator'.")


def _version() -> str:
    from bacasable.portal.installation import version

    return version()


def _has_administrator() -> bool:
    from bacasable.people.models import RoleGrant

    return RoleGrant.objects.filter(role="administrator", user__is_active=True).exists()


@app.command()
def upgrade() -> None:
    """Back up, migrate the database, gather static files; stop the portal before, start it after."""
    from bacasable.portal import declared
    from bacasable.portal.backups import write_backup
    from bacasable.portal.installation import (
        configuration,
        gather_static_files,
        migrate,
        only_one,
        require_initialised,
        version,
    )

    configured = configuration()
    require_initialised(configured)
    home = configured.home
    with only_one(home, "bacasable upgrade"):
        stamp = home / "run" / "version"
        before = stamp.read_text().strip() if stamp.exists() else "unknown"
        name = f"before-{version()}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
        target = home / "backups" / name
        if target.exists():
            raise Refused(f"{target} exists; wait a second and run 'bacasable upgrade' again")
        write_backup(target, keys="left")
        typer.echo(f"Backup: {target} (without the keys, which an upgrade does not touch)")
        migrate()
        changed = declared.take_in(home)
        gather_static_files(home)
        stamp.write_text(version() + "\n")
    for key in changed:
        typer.echo(
            f"The declaration of '{key}' changed: see that the persons concerned are told what is new."
        )
    typer.echo(f"Upgraded from {before} to {version()}. Start the portal again.")
