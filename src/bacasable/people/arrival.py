"""When a request arrived: what deadlines are judged by."""

from datetime import datetime

from django.http import HttpRequest

from bacasable.compliance import clock


def received_at(request: HttpRequest) -> datetime:
    """Return the instant at which the last byte of ``request`` had arrived, by the platform's clock.

    The portal's handler notes it before the request waits for its turn; elsewhere (tests) it is now.
    """
    noted: datetime | None = getattr(request, "received_at", None)
    return noted or clock.now()
