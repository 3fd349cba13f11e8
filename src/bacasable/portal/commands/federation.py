"""``bacasable federation``: join the office that supports this project, report to it, leave it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bacasable.portal.refusal import Refused

if TYPE_CHECKING:
    from bacasable.exchange.federation import Office

app = typer.Typer(help="The office that this instance sends evidence to.", no_args_is_help=True)
LARGEST_TOKEN_FILE = 1000


def _home() -> Path:
    from bacasable.portal.installation import configuration, require_initialised

    require_initialised(configuration())
    home: Path = configuration().home
    return home


def office_of(home: Path) -> "Office":
    """Return the office that this instance joined.

    Raises:
        Refused: none, or its file is damaged.
    """
    from bacasable.exchange.federation import OfficeRefused, joined

    try:
        office = joined(home)
    except OfficeRefused as refused:
        raise Refused(str(refused)) from refused
    if office is None:
        raise Refused(
            "this instance has joined no office; enrol its key on the page of your support file, then run "
            "`bacasable federation join URL --token-file FILE`"
        )
    return office


@app.command()
def join(
    url: Annotated[str, typer.Argument(help="Address of the office's portal.")],
    token_file: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="File that holds the token, and nothing else.")
    ],
) -> None:
    """Check the token with the office and keep both in HOME/federation.json, readable by its owner only."""
    home = _home()
    from bacasable.compliance import signing
    from bacasable.exchange import federation

    try:
        if token_file.stat().st_size > LARGEST_TOKEN_FILE:
            raise Refused(f"{token_file}: too large for a token; give the file that holds the token alone")
        office = federation.Office(url.rstrip("/"), token_file.read_text(encoding="utf-8").strip())
        known = office.status()
        ours = signing.load_signer(home / "keys").public_key.keyid
    except (federation.OfficeRefused, signing.KeyRefused, UnicodeDecodeError) as error:
        raise Refused(str(error)) from error
    if known.get("key") != ours:
        raise Refused(
            f"this token is that of key {str(known.get('key'))[:16]}; this instance signs with {ours[:16]}: "
            "enrol the key that `bacasable evidence keys --pem` prints"
        )
    path = federation.join(home, office)
    _say(known)
    typer.echo(f"Joined; the token is in {path}. You may now delete {token_file}.")


@app.command()
def status() -> None:
    """Say what the office knows of this instance."""
    from bacasable.exchange.federation import OfficeRefused

    try:
        _say(office_of(_home()).status())
    except OfficeRefused as refused:
        raise Refused(str(refused)) from refused


@app.command()
def report() -> None:
    """Send the office what the controls of this instance rest on now; the worker does so every 6 hours."""
    home = _home()
    office = office_of(home)
    from bacasable.compliance import signing
    from bacasable.exchange.federation import OfficeRefused
    from bacasable.portal import federation

    try:
        changed = federation.report(office)
    except (OfficeRefused, signing.KeyRefused) as refused:
        raise Refused(str(refused)) from refused
    typer.echo(f"Reported; controls whose dependencies changed: {changed}.")


@app.command()
def leave() -> None:
    """Forget the office and the token; the key stays enrolled there until it is revoked on its page."""
    from bacasable.exchange.federation import leave as forget

    typer.echo("Forgotten." if forget(_home()) else "This instance had joined no office.")


def _say(known: dict[str, object]) -> None:
    for name in ("office", "file", "instance", "key", "state", "open_challenges"):
        typer.echo(f"{name.replace('_', ' '):>15}  {known.get(name, '')}")
    if known.get("state") != "confirmed":
        typer.echo("Not confirmed yet: tell the office the end of the fingerprint by telephone.")
