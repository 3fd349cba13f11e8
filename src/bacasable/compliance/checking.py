"""Running a service's controls and leaving the signed evidence on disk: what ``bacasable check`` does."""

import os
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from bacasable.compliance import signing
from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.challenge import Challenge
from bacasable.compliance.control import Control, Run, dependencies, run
from bacasable.compliance.evidence import sign
from bacasable.compliance.service import Service


class UnknownControl(LookupError):
    """The service has no such control; the message lists those that it has."""


@dataclass(frozen=True)
class Checked:
    """One control that was run: the run, the signed envelope, and the file that holds it."""

    run: Run
    envelope: bytes
    path: Path


def controls_of(service: Service, only: str = "") -> tuple[Control, ...]:
    """Return the controls of a service, or the one that ``only`` names.

    Raises:
        UnknownControl: there is none of that name, or none at all.
    """
    controls: tuple[Control, ...] = tuple(service.load("controls")) if service.controls else ()
    chosen = tuple(control for control in controls if only in ("", control.key))
    if not controls:
        raise UnknownControl(f"{service.key}: it declares no control yet; nothing can be measured about it")
    if not chosen:
        known = ", ".join(control.key for control in controls)
        raise UnknownControl(f"{service.key}: no control '{only}'; its controls: {known}")
    return chosen


def check(
    service: Service,
    home: Path,
    *,
    seed: int,
    instance: str = "",
    only: str = "",
    challenge: Challenge | None = None,
) -> list[Checked]:
    """Run the controls of a service, sign each run, write ``HOME/evidence/<service>-<control>-<stamp>.json``.

    A failed or void run is signed and kept as a passed one is. With ``challenge``, see :func:`answer`.

    Raises:
        UnknownControl, KeyRefused: nothing to run, or no key to sign with.
    """
    controls = controls_of(service, only)
    signer = signing.load_signer(home / "keys")
    probe = service.load("probe")()
    done = []
    for control in controls:
        measured = run(control, probe, seed)
        envelope = sign(measured, signer, instance=instance, challenge=challenge)
        stamp = measured.finished_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        path = home / "evidence" / f"{service.key}-{control.key}-{stamp}.json"
        _keep(path, envelope)
        done.append(Checked(measured, envelope, path))
    return done


def answer(service: Service, home: Path, challenge: Challenge, *, instance: str = "") -> Checked:
    """Run the control that a challenge asks for, with its seed, and sign the run bound to it.

    Raises:
        UnknownControl, KeyRefused: nothing to run, or no key to sign with.
    """
    (done,) = check(
        service,
        home,
        seed=challenge.seed,
        instance=instance,
        only=challenge.control,
        challenge=challenge,
    )
    return done


def rests_on_now() -> dict[str, dict[str, str]]:
    """Return what each control that runs here rests on now: ``service.control`` -> name -> SHA-256."""
    found = {}
    for service in catalogue().values():
        if service.probe and service.controls:
            probe = service.load("probe")()
            for control in controls_of(service):
                found[f"{service.key}.{control.key}"] = dependencies(control.depends_on, probe)
    return found


def _keep(path: Path, envelope: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(envelope)
        file.flush()
        os.fsync(file.fileno())
