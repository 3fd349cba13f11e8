"""Whether stored evidence fulfils a contract, judged again from its bytes at each question."""

from datetime import timedelta
from hashlib import sha256

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.control import Control, dependencies, keeps
from bacasable.compliance.evidence import Evidence, EvidenceRefused, verify
from bacasable.programme.evidence.keys import enrolled_keys
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.evidence.rules import REASONS
from bacasable.programme.recommendations.models import Contract
from bacasable.programme.recommendations.rules import MISMATCHES


class NotFulfilled(ValueError):
    """The evidence does not fulfil the contract; ``reason`` is a key of REASONS or MISMATCHES."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(MISMATCHES.get(reason) or REASONS[reason])


def control_of(service: str, key: str) -> Control | None:
    """Return the control of a service of this installation's catalogue, or nothing where it is not here."""
    known = catalogue().get(service)
    if known is None or not known.controls:
        return None
    controls: tuple[Control, ...] = tuple(known.load("controls"))
    return next((control for control in controls if control.key == key), None)


def dependencies_now(service: str, key: str) -> dict[str, str] | None:
    """Return the digests of what a control rests on as they are now, or nothing where it runs elsewhere."""
    control = control_of(service, key)
    if control is None or not catalogue()[service].probe:
        return None
    return dependencies(control.depends_on, catalogue()[service].load("probe")())


def fulfilled(contract: Contract, stored: StoredEvidence) -> Evidence:
    """Return the evidence when it fulfils the contract now.

    Fresh, passing, about the contract's service, control and threshold, signed by an enrolled key, and
    resting on what the installation is made of now.

    Raises:
        NotFulfilled: with the reason.
    """
    envelope = bytes(stored.envelope)
    if sha256(envelope).hexdigest() != stored.sha256:
        raise NotFulfilled("bytes")
    try:
        found = verify(
            envelope,
            enrolled_keys(),
            now=clock.now(),
            subject=contract.recommendation.service,
            max_age=timedelta(days=contract.maximum_age_days),
            depends_on=dependencies_now(contract.recommendation.service, contract.control),
        )
    except EvidenceRefused as refused:
        raise NotFulfilled(refused.reason) from refused
    run = found.run
    if run.control != contract.control:
        raise NotFulfilled("control")
    if (run.direction, run.threshold) != (contract.direction, contract.threshold):
        raise NotFulfilled("threshold")
    if run.verdict != "passed" or not keeps(run.direction, contract.threshold, run.measurement):
        raise NotFulfilled("verdict")
    return found
