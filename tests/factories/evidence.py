"""Runs, keys and envelopes for tests; real signatures, chosen numbers."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bacasable.compliance import clock, signing
from bacasable.compliance.control import Control, DependsOn, Measurement, Probe, Run, dependencies, judge
from bacasable.compliance.evidence import sign
from bacasable.privacy.intervals import clopper_pearson
from bacasable.programme.controls import FILES_UNREADABLE_AT_REST, probe
from bacasable.programme.evidence import actions
from bacasable.programme.evidence.models import Challenge, ProjectKey
from bacasable.programme.processing import PROCESSING
from bacasable.programme.support.models import SupportFile
from tests.factories import support
from tests.factories.support import Supported


def measurement(found: int = 0, n: int = 1024, **changes: Any) -> Measurement:
    """Return a measurement of ``found`` of ``n``."""
    return replace(
        Measurement(found / n, n, clopper_pearson(found, n), 0.0, 7, "a test", "0" * 64, {"n": n}), **changes
    )


def run(found: int = 0, sabotaged: int = 1024, *, measured_at: datetime | None = None, **changes: Any) -> Run:
    """Return a run of the platform's own control, with its real dependencies, unless ``changes`` say else."""
    at = measured_at or clock.now()
    control = FILES_UNREADABLE_AT_REST
    made = Run(
        service="platform",
        control=control.key,
        title=control.title,
        unit=control.unit,
        direction=control.direction,
        threshold=control.threshold,
        measured_at=at,
        finished_at=at + timedelta(seconds=1),
        measurement=measurement(found),
        sabotage=measurement(sabotaged),
        verdict="passed",
        depends_on=dependencies(control.depends_on, probe()),
        declaration_sha256=PROCESSING.digest(),
    )
    made = replace(made, **changes)
    if "verdict" in changes:
        return made
    return replace(made, verdict=judge(made.direction, made.threshold, made.measurement, made.sabotage))


def signer(folder: Path) -> Any:
    """Return the signer of ``folder``, making its key where there is none."""
    signing.ensure_key(folder)
    return signing.load_signer(folder)


def envelope(folder: Path, **changes: Any) -> bytes:
    """Return the signed envelope of :func:`run`."""
    return sign(run(**changes), signer(folder))


def control(protected: int, unprotected: int, n: int = 1024, *, threshold: float = 0.005) -> Control:
    """Return a control that finds this many with the protection and this many without."""

    def measure(given: Probe, seed: int) -> Measurement:
        return measurement(given.engine, n, seed=seed)

    @contextlib.contextmanager
    def sabotage(given: Probe) -> Iterator[Probe]:
        yield replace(given, engine=unprotected)

    return Control(
        key="a_control",
        title="A control",
        unit="share",
        direction="at_most",
        threshold=threshold,
        maximum_age=timedelta(days=30),
        measure=measure,
        sabotage=sabotage,
        depends_on=DependsOn(("bacasable.compliance.clock",), ("level",)),
    )


def small_probe(engine: Any = 0, **settings: Any) -> Probe:
    """Return a probe whose engine is the number to find."""
    return Probe(PROCESSING, Path(), engine=engine, settings={"level": 1} | settings)


@dataclass
class Federated:
    """A project whose instance enrolled its key: ``folder`` holds the private one, ``token`` its token."""

    supported: Supported
    folder: Path
    key: ProjectKey
    token: str

    @property
    def file(self) -> SupportFile:
        return self.supported.file

    def asked(self, **changes: Any) -> Challenge:
        """Put a challenge to the project; ``changes`` are arguments of the action."""
        given: dict[str, Any] = {
            "file": self.file,
            "service": "platform",
            "control": FILES_UNREADABLE_AT_REST.key,
            "due_at": clock.now() + timedelta(days=14),
            "by": self.supported.officer,
        }
        return actions.challenge(**(given | changes))

    def answer(self, challenge: Challenge | None, found: int = 0, **changes: Any) -> bytes:
        """Return an envelope that the project's instance signs about ``challenge``."""
        if challenge is not None:
            seed = changes.pop("seed", challenge.seed)
            changes = {
                "control": challenge.control,
                "service": challenge.service,
                "measurement": measurement(found, seed=seed),
                "sabotage": measurement(changes.pop("sabotaged", 1024), seed=seed),
            } | changes
        return sign(
            run(found, **changes), signer(self.folder), challenge=challenge.asked if challenge else None
        )


def public_pem(folder: Path) -> str:
    """Return the public key that signs in ``folder``, made where there is none."""
    signer(folder)
    return max(folder.glob("evidence-*.pub")).read_text()


def federated(folder: Path, *, confirmed: bool = True, supported: Supported | None = None) -> Federated:
    """Return a project under support whose instance, in ``folder``, enrolled its key."""
    supported = supported or support.active()
    key, token = actions.enrol(
        file=supported.file, pem=public_pem(folder), label="Our instance", by=supported.author
    )
    if confirmed:
        key = actions.confirm_key(key=key, by=supported.officer)
    return Federated(supported, folder, key, token)
