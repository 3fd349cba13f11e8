"""What this installation is, before any framework reads its settings: the catalogue depends on it.

``authority`` holds dossiers and runs no service, above all nobody else's code; ``service`` runs one
controller's services and has no programme; ``demo`` is both together, with fictional people.
"""

import os
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Literal, get_args

Deployment = Literal["authority", "service", "demo"]
DEPLOYMENT = "BACASABLE_DEPLOYMENT"
OURS = "bacasable"


def deployment() -> str:
    """Return what the environment says, else the installation's ``bacasable.env``, else ``authority``.

    Before the settings can refuse anything, code of others may have been imported. So what is in doubt is an
    authority: a word that is none of the three, and an authority's home that the environment calls otherwise.
    """
    written = written_deployment(_home())
    told = os.environ.get(DEPLOYMENT) or written
    return told if told in get_args(Deployment) and written != "authority" else "authority"


def written_deployment(home: Path) -> str:
    """Return what ``bacasable.env`` says of a home; empty where it says nothing or is not there."""
    try:
        lines = (home / "bacasable.env").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ""
    for line in reversed(lines):
        name, equals, value = line.removeprefix("export ").partition("=")
        if equals and name.strip().upper() == DEPLOYMENT:
            return value.strip().strip("'\"")
    return ""


def data_are_fictional() -> bool:
    """Say whether the people here are nobody: in a demo, where the home does not say that it is another."""
    return deployment() == "demo" and written_deployment(_home()) in ("", "demo")


def _home() -> Path:
    return Path(os.environ.get("BACASABLE_HOME") or "var").expanduser()


def strangers(points: Iterable[EntryPoint]) -> Iterator[EntryPoint]:
    """Yield the entry points of other distributions than ours: code that never runs beside real dossiers.

    A distribution may call itself as ours does; what it names is then code of ours, or it is a stranger.
    """
    for point in points:
        is_ours = point.dist is not None and point.dist.name == OURS
        if not is_ours or point.module.partition(".")[0] != OURS:
            yield point


def refusal(point: EntryPoint) -> str:
    """Return why a stranger's code does not run in an authority's installation, with the ways out."""
    distribution = f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"
    return (
        f"'{point.name}' comes from {distribution}: code of others does not run in the process that holds "
        f"dossiers (deployment 'authority'); run it in an installation of its own with {DEPLOYMENT}=service, "
        f"uninstall it here, or start with --without {point.name}"
    )
