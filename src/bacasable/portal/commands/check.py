"""``bacasable check SERVICE``: run the controls of a service, sign the evidence, file it."""

import secrets
from typing import Annotated, Any

import typer

from bacasable.portal.refusal import Refused

app = typer.Typer(help="Measure the promises of a service and sign the evidence.")


@app.command()
def check(
    service: Annotated[str, typer.Argument(help="Key of the service, such as 'platform'.")] = "platform",
    control: Annotated[str, typer.Option(help="Run this control only.")] = "",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the measurement, to repeat one; random unless given.")
    ] = None,
) -> None:
    """Run the controls, each with its sabotage, and sign the evidence; exit code 1 unless all passed.

    The signed envelopes are written to HOME/evidence. An authority or a demo files them too, and closes the
    recommendations that they fulfil.
    """
    from bacasable.compliance.catalogue import catalogue
    from bacasable.portal.installation import configuration, require_initialised

    configured = configuration()
    require_initialised(configured)
    known = catalogue()
    if service not in known:
        raise Refused(f"'{service}' is not in the catalogue; its services: {', '.join(known)}")

    from bacasable.compliance import checking, signing
    from bacasable.people.models import Instance

    instance = Instance.objects.first()
    try:
        done = checking.check(
            known[service],
            configured.home,
            seed=secrets.randbelow(2**31) if seed is None else seed,
            instance=str(instance.public_id) if instance else "",
            only=control,
        )
    except (checking.UnknownControl, signing.KeyRefused) as error:
        raise Refused(str(error)) from error
    _show(service, [item.run for item in done])
    for item in done:
        typer.echo(f"Signed evidence: {item.path}")
    if instance and instance.deployment in {"authority", "demo"}:
        _file([item.envelope for item in done])
    if any(item.run.verdict != "passed" for item in done):
        raise typer.Exit(1)


def _file(envelopes: list[bytes]) -> None:
    from bacasable.programme.evidence.actions import receive
    from bacasable.programme.recommendations.actions import ensure_own_recommendations
    from bacasable.programme.recommendations.models import Recommendation

    ensure_own_recommendations()
    before = set(Recommendation.objects.filter(state="closed").values_list("key", flat=True))
    for envelope in envelopes:
        receive(envelope_bytes=envelope, by="system")
    after = set(Recommendation.objects.filter(state="closed").values_list("key", flat=True))
    for key in sorted(after - before):
        typer.echo(f"Recommendation closed: {key}")
    for key in sorted(before - after):
        typer.echo(f"Recommendation sent back to be measured: {key}")


def _show(service: str, runs: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    colours = {"passed": "green", "failed": "red", "void": "yellow"}
    for run in runs:
        measured, interval = run.measurement, run.measurement.interval
        table = Table(title=f"{service}: {run.control}", title_justify="left", show_header=False)
        for name, value in (
            ("verdict", f"[{colours[run.verdict]}]{run.verdict}[/]"),
            ("promise", f"{run.direction.replace('_', ' ')} {run.threshold:.4%}: {run.unit}"),
            ("measured", f"{measured.value:.4%} of {measured.n} trials"),
            (
                "interval",
                f"{interval.low:.4%} to {interval.high:.4%} at {interval.level:.0%} ({interval.method})",
            ),
            ("protection off", f"{run.sabotage.value:.4%} of {run.sabotage.n} trials"),
            ("chance", f"{measured.chance:.1e}"),
            ("seed", str(measured.seed)),
            ("attacker", measured.attacker),
            *((f"counterexample {number}", text) for number, text in enumerate(measured.counterexamples, 1)),
        ):
            table.add_row(name, value)
        Console().print(table)
