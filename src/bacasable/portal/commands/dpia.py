"""``bacasable dpia``: what the controller recorded of impact assessments, for who runs the installation."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Impact assessments: list, record a validation, revoke it.", no_args_is_help=True)

Service = Annotated[str, typer.Argument(metavar="SERVICE", help="Key of the service, such as 'assistant'.")]


def _day(told: str) -> Any:
    return typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help=told)


@app.command("list")
def list_() -> None:
    """List the services with where their assessment stands, and whether production goes on.

    Exit code 4 where the gate refuses one of them.
    """
    _installation()
    from bacasable.compliance.catalogue import catalogue, processing_of
    from bacasable.duties.dpia.queries import RECORDED_DPIAS, stands

    refused = False
    for key, service in catalogue().items():
        found, recorded = stands(processing_of(service)), RECORDED_DPIAS.last(key)
        parts = [found.status.replace("_", " ")]
        if recorded is not None and recorded.revoked_on is None:
            parts.append(f"validated on {recorded.validated_on}, next review by {recorded.review_on}")
        if found.why:
            parts.append(found.why)
        if not found.allows_production:
            refused = True
            parts.append("production is refused")
        elif found.until is not None and found.status == "to_review":
            parts.append(f"production goes on until {found.until}")
        typer.echo(f"{key:<16} {'; '.join(parts)}")
    if refused:
        raise typer.Exit(4)


@app.command()
def record(
    service: Service,
    validated_by: Annotated[str, typer.Option(help="Who validated it for the controller.")],
    validated_on: Annotated[datetime, _day("Day of the validation.")],
    review_on: Annotated[datetime, _day("Day of the next review, three years ahead at most.")],
    reason: Annotated[str, typer.Option(help="What the validation rests on.")],
    reference: Annotated[str, typer.Option(help="Where the assessment can be read.")] = "",
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The assessment; kept encrypted in the vault."),
    ] = None,
) -> None:
    """Record that the controller validated the assessment of SERVICE, for the declaration as it is now."""
    _installation()
    from bacasable.duties.dpia import actions
    from bacasable.duties.dpia.rules import LARGEST_BYTES
    from bacasable.portal.commands.export import declaration_of

    content = b""
    if file is not None:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    made = actions.record(
        service=service,
        declaration=declaration_of(service).digest(),
        validated_on=validated_on.date(),
        validated_by=validated_by,
        reason=reason,
        review_on=review_on.date(),
        reference=reference,
        file_name=file.name if file else "",
        content=content,
        by="system",
    )
    typer.echo(f"{service}: validation recorded for the declaration {made.declaration_sha256[:16]}…")


@app.command()
def revoke(service: Service, reason: Annotated[str, typer.Option(help="Why it holds no more.")]) -> None:
    """Revoke the validation of SERVICE: the gate refuses from the next reading where one is due."""
    _installation()
    from bacasable.duties.dpia import actions

    actions.revoke(service=service, reason=reason, by="system")
    typer.echo(f"{service}: validation revoked")


def _installation() -> None:
    from bacasable.portal.installation import configuration, require_initialised

    require_initialised(configuration())
