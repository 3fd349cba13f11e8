"""``bacasable demo``: the real 2023 edition, a fictional call, everything on this machine."""

import os
import shutil
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from bacasable.portal.refusal import Refused

app = typer.Typer(help="Start the demonstration: fictional people, the real 2023 call, a movable clock.")


def home_of_demo() -> Path:
    """Return the demo's folder: ``BACASABLE_HOME``, or the user's data folder."""
    if told := os.environ.get("BACASABLE_HOME"):
        return Path(told)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "bacasable" / "demo"


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach ``host``."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@app.callback(invoke_without_command=True)
def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the portal.")] = 8000,
    mailbox_port: Annotated[int, typer.Option(help="Port of the mailbox (SMTP).")] = 8025,
    reset: Annotated[bool, typer.Option("--reset", help="Forget the demonstration's data first.")] = False,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let other machines reach it: anybody can play any role.")
    ] = False,
    load_only: Annotated[bool, typer.Option("--load-only", help="Load the data and stop.")] = False,
) -> None:
    """Load the demonstration where it is not there yet, and serve it."""
    if not is_loopback(host) and not allow_remote:
        raise Refused(
            f"demo: '{host}' can be reached from other machines, and anybody can play any role here; "
            "add --allow-remote if you mean it, or listen on 127.0.0.1"
        )
    home = home_of_demo().expanduser().resolve()
    if reset:
        _reset(home)
    _environment(home, host, port, mailbox_port)
    _prepare()
    if load_only:
        return
    _announce(host, port, mailbox_port)
    from bacasable.portal.commands.processes import run_portal

    run_portal(host=host, port=port)


def _reset(home: Path) -> None:
    if not home.exists():
        return
    if not (home / "demo").is_dir():
        raise Refused(f"demo: {home} holds no demonstration, so it is left alone; name another with --home")
    shutil.rmtree(home)


def _environment(home: Path, host: str, port: int, mailbox_port: int) -> None:
    address = f"[{host}]" if ":" in host else host
    os.environ |= {
        "BACASABLE_HOME": str(home),
        "BACASABLE_DEPLOYMENT": "demo",
        "BACASABLE_PUBLIC_URL": f"http://{address}:{port}",
        "BACASABLE_MAILBOX_HOST": host,
        "BACASABLE_MAILBOX_PORT": str(mailbox_port),
        "DJANGO_SETTINGS_MODULE": "bacasable.demo.settings",
    }
    os.environ.setdefault("BACASABLE_OFFICE_NAME", "Autorité de démonstration")
    os.environ.setdefault("BACASABLE_RIGHTS_ADDRESS", "droits@autorite.example")
    if not is_loopback(host):
        os.environ.setdefault("BACASABLE_ALLOWED_HOSTS", "*")


def _prepare() -> None:
    """Create and load the demo's home; refuse a database that is not a demo's, before writing to it."""
    from bacasable.portal.installation import configuration, initialise, lay_folders, make_web_secret

    home = Path(os.environ["BACASABLE_HOME"])
    lay_folders(home)
    make_web_secret(home)
    configured = configuration()
    _require_demo_database()
    initialise("demo")
    done = configured.home / "demo" / "loaded"
    if done.exists():
        return
    from datetime import UTC, datetime

    from bacasable.demo.load import load
    from bacasable.demo.tasks import measure_all

    typer.echo("Loading the demonstration…")
    load(datetime.now(UTC))
    measure_all()
    done.parent.mkdir(parents=True, exist_ok=True)
    done.touch()


def _require_demo_database() -> None:
    from django.db import connection

    tables = connection.introspection.table_names()
    if not tables:
        return
    from bacasable.people.models import Instance

    instance = Instance.objects.first() if Instance._meta.db_table in tables else None
    if instance is None or instance.deployment != Instance.Deployment.DEMO:
        what = f"belongs to a deployment '{instance.deployment}'" if instance else "is not a demonstration's"
        raise Refused(
            f"demo: this database {what}, and fictional people must never mix with real ones; nothing was "
            "changed. Name another folder with --home, or unset BACASABLE_DATABASE_URL"
        )


def _announce(host: str, port: int, mailbox_port: int) -> None:
    from bacasable.demo.accounts import PLAYERS, authenticators, passwords

    typer.secho(f"\n  http://{host}:{port}/", bold=True)
    typer.echo(f"  Mailbox (SMTP): {host}:{mailbox_port}, address bac-a-sable@autorite.example")
    typer.echo("  Requests of rights: droits@autorite.example\n")
    typer.echo("  Play a role in the banner, or sign in (the key is for an authenticator of yours):")
    secret, keys = passwords(), authenticators()
    for person in PLAYERS:
        how = f"password {secret[person.email]}" if person.email in secret else "one-time link"
        typer.echo(f"    {person.role:<14} {person.email:<36} {how}")
        if person.email in keys:
            typer.echo(f"    {'':<51} key {keys[person.email]}")
    typer.echo("")
