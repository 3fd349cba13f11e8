"""``bacasable check SERVICE``: run the controls of a service, sign the evidence, file it or send it."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bacasable.portal.refusal import Refused

if TYPE_CHECKING:
    from bacasable.compliance.challenge import Challenge
    from bacasable.compliance.checking import Checked
    from bacasable.compliance.service import Service

app = typer.Typer(help="Measure the promises of a service and sign the evidence.")


@app.command()
def check(
    service: Annotated[str, typer.Argument(help="Key of the service, such as 'platform'.")] = "platform",
    control: Annotated[str, typer.Option(help="Run this control only.")] = "",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the measurement, to repeat one; random unless given.")
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Answer the open challenges of the office that was joined.")
    ] = False,
    challenge: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Answer this challenge (JSON), to be filed by hand."),
    ] = None,
) -> None:
    """Run the controls, each with its sabotage, and sign the evidence; exit code 1 unless all passed.

    The signed envelopes are written to HOME/evidence. An authority or a demo files them too, and closes the
    recommendations that they fulfil. With --send or --challenge, only what an office asked is run, with its
    seed, and bound to its challenge.
    """
    if (send or challenge) and seed is not None:
        raise Refused("the office draws the seed of a challenge; leave --seed out")
    if send and challenge:
        raise Refused("--send answers the open challenges by itself; leave --challenge out")
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
    if send or challenge:
        named = str(instance.public_id) if instance else ""
        asked = _asked_of(service, control, challenge) if challenge else _open(service, control)
        passed = [_answer(known[service], one, named, send) for one in asked]
        if not all(passed):
            raise typer.Exit(1)
        return
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
        closed, sent_back = file([item.envelope for item in done])
        for key in closed:
            typer.echo(f"Recommendation closed: {key}")
        for key in sent_back:
            typer.echo(f"Recommendation sent back to be measured: {key}")
    if any(item.run.verdict != "passed" for item in done):
        raise typer.Exit(1)


def file(envelopes: list[bytes]) -> tuple[list[str], list[str]]:
    """File evidence of our own services; return the recommendations it closed, and those it sent back."""
    from bacasable.programme.evidence.actions import receive
    from bacasable.programme.recommendations.actions import ensure_own_recommendations
    from bacasable.programme.recommendations.models import Recommendation

    ensure_own_recommendations()
    before = set(Recommendation.objects.filter(state="closed").values_list("key", flat=True))
    for envelope in envelopes:
        receive(envelope_bytes=envelope, by="system")
    after = set(Recommendation.objects.filter(state="closed").values_list("key", flat=True))
    return sorted(after - before), sorted(before - after)


def _asked_of(service: str, control: str, path: Path) -> list["Challenge"]:
    """Return the challenge of a file, when it is about this service (and control)."""
    from bacasable.compliance import clock
    from bacasable.compliance.challenge import Challenge, ChallengeRefused

    try:
        asked = Challenge.from_json(path.read_bytes())
    except ChallengeRefused as error:
        raise Refused(f"{path}: {error}") from error
    if asked.service != service or control not in ("", asked.control):
        raise Refused(f"{path} asks for {asked.service}.{asked.control}: run `check {asked.service}`")
    if clock.now() > asked.due_at:
        raise Refused(
            f"{path}: the deadline was {asked.due_at:%Y-%m-%d %H:%M} UTC; ask the office for another"
        )
    return [asked]


def _open(service: str, control: str) -> list["Challenge"]:
    """Report what our controls rest on, then return the office's open challenges on this service."""
    from bacasable.compliance import signing
    from bacasable.exchange.federation import OfficeRefused
    from bacasable.people.instance import configuration
    from bacasable.portal import federation
    from bacasable.portal.commands.federation import office_of

    office = office_of(configuration().home)
    try:
        federation.report(office)
        asked = office.challenges()
    except (OfficeRefused, signing.KeyRefused) as error:
        raise Refused(str(error)) from error
    found = [one for one in asked if one.service == service and control in ("", one.control)]
    if not found:
        typer.echo(f"{office.url} asks nothing of {service} now: no challenge is open.")
    return found


def _answer(service: "Service", asked: "Challenge", instance: str, send: bool) -> bool:
    """Run what one challenge asks, sign, keep, send; return whether it passed and was taken."""
    from bacasable.compliance import checking, signing
    from bacasable.people.instance import configuration

    try:
        done = checking.answer(service, configuration().home, asked, instance=instance)
    except checking.UnknownControl as error:
        typer.echo(f"bacasable: challenge {asked.public_id}: {error}", err=True)
        return False
    except signing.KeyRefused as error:
        raise Refused(str(error)) from error
    _show(service.key, [done.run])
    typer.echo(f"Signed evidence: {done.path}")
    taken = _send(done) if send else True
    return taken and done.run.verdict == "passed"


def _send(done: "Checked") -> bool:
    from bacasable.exchange.federation import OfficeRefused
    from bacasable.people.instance import configuration
    from bacasable.portal.commands.federation import office_of

    office = office_of(configuration().home)
    try:
        answer = office.send_evidence(done.envelope)
    except OfficeRefused as refused:
        typer.echo(f"bacasable: not taken ({refused.code}): {refused}", err=True)
        typer.echo(f"bacasable: the envelope stays in {done.path}; it may be filed on the page", err=True)
        return False
    typer.echo(
        f"The office keeps it as {answer.get('verdict')} ({answer.get('label')}): {answer.get('page')}"
    )
    for key in answer.get("closed", []):
        typer.echo(f"Recommendation closed: {key}")
    return True


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
