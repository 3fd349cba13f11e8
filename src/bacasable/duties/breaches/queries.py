"""What the pages of breaches read."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from bacasable.duties.breaches.models import Breach, Notification
from bacasable.duties.breaches.rules import Risk, State, due_at


def open_breaches() -> "QuerySet[Breach]":
    """Return the breaches that are being dealt with, the first known first."""
    return Breach.objects.exclude(state=State.CLOSED.value).order_by("aware_at")


def time_left(breach: Breach, now: datetime) -> timedelta | None:
    """Return what is left of the 72 hours (negative once over); None where the clock has stopped.

    It stops with the first phase sent to the authority, and where people judged that no risk is likely.
    """
    if not Risk(breach.risk).notifies_authority or State(breach.state) is State.CLOSED:
        return None
    if breach.notifications.filter(to=Notification.To.AUTHORITY).exists():
        return None
    return due_at(breach.aware_at) - now
