"""When a request arrived, which deadlines are judged by, and from which network, which bounds are."""

from datetime import datetime
from ipaddress import ip_address, ip_network

from django.http import HttpRequest

from bacasable.compliance import clock


def received_at(request: HttpRequest) -> datetime:
    """Return the instant at which the last byte of ``request`` had arrived, by the platform's clock.

    The portal's handler notes it before the request waits for its turn; elsewhere (tests) it is now.
    """
    noted: datetime | None = getattr(request, "received_at", None)
    return noted or clock.now()


def network_of(address: str) -> str:
    """Return what counts as one visitor's network: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))
