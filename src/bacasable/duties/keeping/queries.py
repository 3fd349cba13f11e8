"""What the pages of retention read."""

from django.utils import timezone

from bacasable.compliance import clock
from bacasable.duties.keeping.models import Visa
from bacasable.duties.keeping.rules import digest_of, retentions


def visas_in_force() -> dict[str, set[str]]:
    """Return, by key of service, the keys of the retentions that a visa of today lets destroy.

    A visa for a retention that was changed since holds no more: the archives approved another one.
    """
    known = retentions()
    today = timezone.localdate(clock.now())
    found: dict[str, set[str]] = {}
    for visa in Visa.objects.filter(withdrawn_at=None, given_on__lte=today, ends_on__gte=today):
        retention = known.get((visa.service, visa.retention))
        if retention is not None and digest_of(retention) == visa.retention_sha256:
            found.setdefault(visa.service, set()).add(visa.retention)
    return found
