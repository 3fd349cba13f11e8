"""What this installation is, before any framework reads its settings: the catalogue depends on it.

``authority`` holds dossiers and runs no service, above all nobody else's code; ``service`` runs one
controller's services and has no programme; ``demo`` is both together, with fictional people.
"""

import os
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Literal

Deployment = Literal["authority", "service", "demo"]
DEPLOYMENT = "BACASABLE_DEPLOYMENT"
OURS = "bacasable"


def deployment() -> str:
    """Return what the environment says, else the installation's ``bacasable.env``, else ``authority``."""
    if told := os.environ.get(DEPLOYMENT):
        return told
    home = Path(os.environ.get("BACASABLE_HOME") or "var").expanduser()
    try:
        lines = (home / "bacasable.env").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return "authority"
    for line in reversed(lines):
        name, equals, value = line.removeprefix("export ").partition("=")
        if equals and name.strip().upper() == DEPLOYMENT:
            return value.strip().strip("'\"")
    return "authority"


def strangers(points: Iterable[EntryPoint]) -> Iterator[EntryPoint]:
    """Yield the entry points of other distributions than ours: code that never runs beside real dossiers."""
    for point in points:
        if point.dist is None or point.dist.name != OURS:
            yield point


def refusal(point: EntryPoint) -> str:
    """Return why a stranger's code does not run in an authority's installation, with the ways out."""
    distribution = f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"
    return (
        f"'{point.name}' comes from {distribution}: code of others does not run in the process that holds "
        f"dossiers (deployment 'authority'); run it in an installation of its own with {DEPLOYMENT}=service, "
        f"uninstall it here, or start with --without {point.name}"
    )
