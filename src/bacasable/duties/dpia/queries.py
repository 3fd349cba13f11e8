"""What the gate, the exports and the pages read of the recorded assessments."""

from django.utils import timezone

from bacasable.compliance import clock
from bacasable.compliance.dpia import RecordedDpia, Standing, standing
from bacasable.compliance.processing import Processing
from bacasable.duties.dpia.models import DpiaRecord


class RecordedDpias:
    """The records of this installation's database, for the gate of any service: ``Gate(..., dpias=...)``.

    Read anew at each admission: one that is revoked in another process holds no more at the next reading.
    """

    def last(self, service: str) -> RecordedDpia | None:
        """Return the last record of a service; None where nothing was ever recorded."""
        row = counting(service)
        if row is None:
            return None
        return RecordedDpia(
            declaration_sha256=row.declaration_sha256,
            risk_sha256=row.risk_sha256,
            validated_on=row.validated_on,
            validated_by=row.validated_by,
            review_on=row.review_on,
            reference=row.reference,
            revoked_on=timezone.localdate(row.revoked_at) if row.revoked_at else None,
        )


RECORDED_DPIAS = RecordedDpias()


def counting(service: str) -> DpiaRecord | None:
    """Return the row that counts for a service: the last one, revoked or not."""
    return DpiaRecord.objects.filter(service=service, replaced_at=None).first()


def stands(declared: Processing) -> Standing:
    """Return where the assessment of a declaration stands in this installation now."""
    return standing(declared, RECORDED_DPIAS.last(declared.service), clock.now())
