"""Evidence comes in: verified, kept byte for byte, announced to the rooms above."""

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.evidence import verify
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.evidence.keys import enrolled_keys
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.evidence.signals import received


@transaction.atomic
def receive(*, envelope_bytes: bytes, by: User | str | None) -> StoredEvidence:
    """Verify an envelope, keep it, and announce it; the same envelope twice is kept once.

    Failed and void runs are kept too, and counted: an office that saw only successes would see nothing.

    Raises:
        EvidenceRefused: with the precise reason; nothing is kept.
    """
    evidence = verify(envelope_bytes, enrolled_keys(), now=clock.now(), accept_void=True)
    run = evidence.run
    stored, is_new = StoredEvidence.objects.get_or_create(
        sha256=evidence.sha256,
        defaults={
            "service": run.service,
            "control": run.control,
            "verdict": run.verdict,
            "value": run.measurement.value,
            "trials": run.measurement.n,
            "low": run.measurement.interval.low,
            "high": run.measurement.interval.high,
            "envelope": envelope_bytes,
            "key_id": evidence.key_id,
            "measured_at": run.measured_at,
            "received_at": clock.now(),
        },
    )
    if is_new:
        received.send(sender=StoredEvidence, evidence=stored, by=by)
        journal.record(
            "evidence.received",
            by=by,
            subject=f"evidence:{stored.public_id}",
            service=run.service,
            control=run.control,
            verdict=run.verdict,
            sha256=evidence.sha256,
        )
    return stored
