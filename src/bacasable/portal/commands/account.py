"""``bacasable account``: staff accounts, for the first administrator and for lost ones."""

from typing import Annotated

import typer

from bacasable.portal.refusal import Refused

app = typer.Typer(help="Staff accounts.", no_args_is_help=True)


@app.callback()
def account() -> None:
    """Staff accounts."""


@app.command()
def add(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Address, which is the sign-in name.")],
    role: Annotated[list[str], typer.Option(help="Role to grant; may be repeated.")],
    name: Annotated[str, typer.Option(help="Name shown on pages.")] = "",
) -> None:
    """Make a staff account; print the one-time link where its owner sets password and second factor."""
    from bacasable.portal.installation import configuration, require_initialised

    require_initialised(configuration())
    enrol(email, roles=role, name=name)


def enrol(email: str, *, roles: list[str], name: str = "") -> None:
    """Create the account and print its link.

    Raises:
        Refused: the address or a role is not one.
    """
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.utils.translation import override

    from bacasable.people import actions

    try:
        validate_email(email)
    except ValidationError:
        raise Refused(f"'{email}' is not an e-mail address") from None
    with override("en"):
        try:
            created = actions.create_staff(email=email, name=name, roles=roles, by="system")
        except actions.Refused as refused:
            raise Refused(str(refused)) from refused
    typer.echo(f"Account ready; the link is mailed too. It works once:\n{created.link}")
