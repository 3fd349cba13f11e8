"""The catalogue: every service that this installation knows, by the entry-point group."""

from functools import cache
from importlib.metadata import entry_points

from bacasable.compliance.service import Service


@cache
def catalogue() -> dict[str, Service]:
    """Return the services by key, in the order of their keys."""
    found = {}
    for point in entry_points(group="bacasable.services"):
        service = point.load()
        found[service.key] = service
    return dict(sorted(found.items()))
