"""The catalogue: every service that this installation knows, by the entry-point group.

A service that cannot be loaded, or whose declaration is refused, stops the start: a portal that silently
misses a service would also miss its duties. Whoever wants to start all the same leaves it out by name:
``bacasable --without NAME``, or ``BACASABLE_WITHOUT`` (names separated by commas).
"""

import os
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from bacasable.compliance.deployment import deployment, refusal, strangers
from bacasable.compliance.processing import DeclarationRefused, Processing
from bacasable.compliance.service import STAFF, WALLED, Permission, Role, Service

GROUP = "bacasable.services"
WITHOUT = "BACASABLE_WITHOUT"


class CatalogueError(RuntimeError):
    """Services that cannot be taken in: each line names one, its distribution, the error, the remedy."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def left_out() -> frozenset[str]:
    """Return the names that ``BACASABLE_WITHOUT`` leaves out."""
    return frozenset(name.strip() for name in os.environ.get(WITHOUT, "").split(",") if name.strip())


@cache
def catalogue() -> dict[str, Service]:
    """Return the services by key, in the order of their keys.

    Raises:
        CatalogueError: a service fails to load, is wrongly declared, or collides with another.
    """
    return assemble(entry_points(group=GROUP), without=left_out(), deployed=deployment())


def processing_of(service: Service) -> Processing:
    """Return the declaration of a service."""
    declared: Processing = service.load("processing")
    return declared


def assemble(
    points: Iterable[EntryPoint], *, without: Iterable[str] = (), deployed: str = "demo"
) -> dict[str, Service]:
    """Load each entry point and return the services that run in such a deployment, by key.

    In an authority's, code of other distributions is refused before it is imported.

    Raises:
        CatalogueError: with one line for each trouble, all of them at once.
    """
    skipped, troubles = set(without), []
    found: dict[str, tuple[Service, str]] = {}
    points = [point for point in points if point.name not in skipped]
    apart = {id(point) for point in (strangers(points) if deployed == "authority" else ())}
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        where = _where(point)
        if id(point) in apart:
            troubles.append(f"service {refusal(point)}")
            continue
        try:
            service = _load(point)
        except DeclarationRefused as refused:
            troubles += [f"{where}: its declaration is refused: {defect}" for defect in refused.defects]
            continue
        except Exception as error:  # a plugin may raise anything; it is named, and the start stops
            troubles.append(
                f"{where}: fails while loading: {type(error).__name__}: {error}; repair or uninstall it, or "
                f"start with --without {point.name}"
            )
            continue
        if deployed not in service.deployments:
            continue
        if service.key in found:
            troubles.append(
                f"{where}: its key '{service.key}' is already that of {found[service.key][1]}; rename one of "
                f"them, or start with --without {point.name}"
            )
            continue
        found[service.key] = (service, where)
    services = {key: found[key][0] for key in sorted(found)}
    if not troubles:
        troubles = [*_permission_troubles(services)]
    if troubles:
        raise CatalogueError(troubles)
    return services


def _where(point: EntryPoint) -> str:
    distribution = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown distribution"
    return f"service '{point.name}' ({point.value}, from {distribution})"


def _load(point: EntryPoint) -> Service:
    service = point.load()
    if not isinstance(service, Service):
        raise TypeError(f"{point.value} is a {type(service).__name__}, not a Service of bacasable")
    if not service.key.isidentifier() or service.key != service.key.lower():
        raise ValueError(f"'{service.key}' is not a key; use lower-case letters, digits and _")
    declared = processing_of(service)
    if not isinstance(declared, Processing):
        raise TypeError(f"{service.processing} is a {type(declared).__name__}, not a Processing")
    if declared.service != service.key:
        raise ValueError(
            f"{service.processing} declares service '{declared.service}', not '{service.key}'; "
            "make them the same"
        )
    return service


def _permission_troubles(services: Mapping[str, Service]) -> Iterable[str]:
    roles: dict[str, tuple[Role, str]] = {}
    permissions: dict[str, tuple[Permission, str]] = {}
    for key, service in services.items():
        for role in service.roles:
            known, owner = roles.setdefault(role.key, (role, key))
            if known != role:
                yield f"{key}: role '{role.key}' is not the one of '{owner}'; rename it or make them the same"
    for key, service in services.items():
        for permission in service.permissions:
            _, owner = permissions.setdefault(permission.key, (permission, key))
            if permissions[permission.key][0] is not permission:
                yield f"{key}: permission '{permission.key}' is already in the table of '{owner}'; rename it"
            for name in permission.roles:
                if name not in roles and name not in (STAFF, WALLED):
                    yield (
                        f"{key}: permission '{permission.key}' names unknown role '{name}'; declare it in "
                        f"the service's roles, or use one of: {', '.join(sorted(roles))}"
                    )
