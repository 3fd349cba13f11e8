"""``bacasable evidence``: verify an envelope, print or revoke the keys that sign."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bacasable.portal.refusal import Refused

app = typer.Typer(help="Signed evidence.", no_args_is_help=True)


def _keys_folder() -> Path:
    from bacasable.portal.config import load

    return load().home / "keys"


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The envelope.", exists=True, dir_okay=False)],
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="PUB", exists=True, dir_okay=False, help="Public key in PEM; else the enrolled ones."
        ),
    ] = None,
    subject: Annotated[str, typer.Option(help="Service that it must be about.")] = "",
    days: Annotated[int | None, typer.Option(min=0, help="Oldest age accepted, in days.")] = None,
    challenge: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Challenge (JSON) that it must answer, in time."),
    ] = None,
) -> None:
    """Say what an envelope proves, or why it is refused (exit code 1).

    A signature proves integrity and which key signed: not an honest measurement, not a qualified signature.
    """
    from bacasable.compliance import clock, signing
    from bacasable.compliance.challenge import Challenge, ChallengeRefused
    from bacasable.compliance.evidence import EvidenceRefused
    from bacasable.compliance.evidence import verify as verify_envelope

    try:
        asked = Challenge.from_json(challenge.read_bytes()) if challenge else None
    except ChallengeRefused as error:
        raise Refused(f"{challenge}: {error}") from error
    try:
        ring = signing.Keyring.of_pem(key.read_bytes()) if key else signing.keyring(_keys_folder())
        found = verify_envelope(
            file.read_bytes(),
            ring,
            now=clock.now(),
            subject=subject or None,
            max_age=timedelta(days=days) if days is not None else None,
            accept_void=True,
            challenge=asked,
        )
    except signing.KeyRefused as error:
        raise Refused(str(error)) from error
    except EvidenceRefused as refused:
        raise Refused(f"{file}: refused ({refused.reason}): {refused}") from refused
    run = found.run
    interval = run.measurement.interval
    for name, value in (
        ("signature", f"valid, by key {found.key_id}"),
        ("service", run.service),
        ("control", run.control),
        ("verdict", run.verdict),
        ("promise", f"{run.direction.replace('_', ' ')} {run.threshold:.4%} ({run.unit})"),
        ("measured", f"{run.measurement.value:.4%} of {run.measurement.n} trials"),
        (
            "interval",
            f"{interval.low:.4%} to {interval.high:.4%} at {interval.level:.0%} ({interval.method})",
        ),
        ("protection off", f"{run.sabotage.value:.4%} of {run.sabotage.n} trials"),
        ("chance", f"{run.measurement.chance:.1e}"),
        ("seed", run.measurement.seed),
        ("attacker", run.measurement.attacker),
        ("measured on", run.measured_at.isoformat()),
        ("answers", run.challenge or "no challenge"),
        ("says so", run.label),
    ):
        typer.echo(f"{name:>15}  {value}")


@app.command()
def keys(
    pem: Annotated[
        bool,
        typer.Option("--pem", help="Print the public key that signs now (PEM), to enrol it."),
    ] = False,
) -> None:
    """List the keys enrolled here, or print the public key that signs."""
    from bacasable.compliance import signing

    try:
        enrolled = signing.keyring(_keys_folder())
        if pem:
            current = signing.load_signer(_keys_folder()).public_key.keyid
            typer.echo(enrolled.keys[current].pem.decode().strip())
            return
    except signing.KeyRefused as error:
        raise Refused(str(error)) from error
    standing = [key_id for key_id, held in enrolled.keys.items() if held.revoked_at is None]
    for key_id, held in enrolled.keys.items():
        state = f"revoked {held.revoked_at:%Y-%m-%d}: {held.revoked_because}" if held.revoked_at else "valid"
        state += ", signs now" if [key_id] == standing[-1:] else ""
        typer.echo(f"{key_id}  {held.owner}  {state}")


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="Identifier of the key.")],
    reason: Annotated[str, typer.Option(help="Why; shown where its evidence is refused.")],
) -> None:
    """Revoke a key: nothing that it signed is accepted any more, whenever it was signed.

    The recommendations that rested on it go back to be measured at once.
    """
    from bacasable.compliance import signing
    from bacasable.portal.installation import configuration, require_initialised

    folder = configuration().home / "keys"
    require_initialised(configuration())
    from django.db import transaction

    from bacasable.people import journal
    from bacasable.programme.recommendations.actions import send_back_stale

    known = signing.keyring(folder).keys
    if key_id not in known:
        raise Refused(f"no key '{key_id[:64]}' is enrolled here; `bacasable evidence keys` lists them")
    if known[key_id].revoked_at:
        raise Refused(f"key {key_id[:16]} was revoked on {known[key_id].revoked_at:%Y-%m-%d} already")
    with transaction.atomic():
        journal.record("evidence.key_revoked", by="system", subject=f"key:{key_id[:16]}")
        signing.revoke(folder, key_id, reason=reason)
    sent = send_back_stale()
    typer.echo(
        f"Revoked {key_id[:16]}; recommendations sent back to be measured: {sent}. Make another key with "
        "`bacasable keys rotate`, then run `bacasable check`."
    )
