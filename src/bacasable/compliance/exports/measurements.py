"""The latest signed measurement of each control, read from the envelopes under ``HOME/evidence``."""

from datetime import datetime
from pathlib import Path

from bacasable.compliance.evidence import Evidence, EvidenceRefused, verify
from bacasable.compliance.exports.interface import Measured
from bacasable.compliance.processing import Processing
from bacasable.compliance.signing import Keyring


def latest(
    folder: Path, declaration: Processing, keyring: Keyring, *, now: datetime
) -> tuple[dict[str, Measured], tuple[str, ...]]:
    """Return the latest verified run of each control of the service, and the files refused, with the reason.

    Args:
        folder: where ``bacasable check`` writes its envelopes; absent, nothing was measured.
        keyring: the keys that are believed.
    """
    found: dict[str, Evidence] = {}
    refused = []
    for path in sorted(folder.glob(f"{declaration.service}-*.json")) if folder.is_dir() else ():
        try:
            evidence = verify(path.read_bytes(), keyring, now=now, accept_void=True)
        except EvidenceRefused as error:
            refused.append(f"{path.name}: {error.reason}")
            continue
        run = evidence.run
        known = found.get(run.control)
        if run.service == declaration.service and (known is None or known.measured_at < run.measured_at):
            found[run.control] = evidence
    return {
        control: Measured.of(evidence.run, declaration, evidence.run.label)
        for control, evidence in sorted(found.items())
    }, tuple(refused)
