"""What the pages of retention read."""

from django.utils import timezone

from bacasable.compliance import clock
from bacasable.duties.keeping.models import Visa


def visas_in_force() -> dict[str, set[str]]:
    """Return, by key of service, the keys of the retentions that a visa of today lets destroy."""
    today = timezone.localdate(clock.now())
    found: dict[str, set[str]] = {}
    for visa in Visa.objects.filter(withdrawn_at=None, given_on__lte=today, ends_on__gte=today):
        found.setdefault(visa.service, set()).add(visa.retention)
    return found
