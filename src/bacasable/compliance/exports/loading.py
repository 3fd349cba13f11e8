"""The formats that this installation knows, by the entry-point group: ours and anybody's.

A format that cannot be loaded stops the caller, by its name: a list of formats that silently misses one would
hide what a controller owes. ``BACASABLE_WITHOUT`` leaves one out by the name of its entry point.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from bacasable.compliance.catalogue import left_out
from bacasable.compliance.deployment import deployment, refusal, strangers
from bacasable.compliance.exports.interface import Export
from bacasable.privacy.messages import Refused

GROUP = "bacasable.exports"
_KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class ExportError(Refused):
    """Formats that cannot be taken in: a line for each, with its distribution, the error and the remedy."""


@cache
def available() -> dict[str, Export]:
    """Return the formats by key, in the order of their keys.

    Raises:
        ExportError: a format fails to load, is none, or has the key of another.
    """
    return assemble(entry_points(group=GROUP), without=left_out(), deployed=deployment())


def assemble(
    points: Iterable[EntryPoint], *, without: Iterable[str] = (), deployed: str = "demo"
) -> dict[str, Export]:
    """Load each entry point and return the formats by key.

    In an authority's deployment, code of other distributions is refused before it is imported.

    Raises:
        ExportError: with one line for each trouble, all of them at once.
    """
    skipped, troubles = set(without), []
    found: dict[str, tuple[Export, str]] = {}
    points = [point for point in points if point.name not in skipped]
    apart = {id(point) for point in (strangers(points) if deployed == "authority" else ())}
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        if id(point) in apart:
            troubles.append(f"export {refusal(point)}")
            continue
        distribution = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown distribution"
        where = f"export '{point.name}' ({point.value}, from {distribution})"
        try:
            loaded = point.load()
        except Exception as error:  # a plugin may raise anything; it is named, and the caller stops
            troubles.append(
                f"{where}: fails while loading: {type(error).__name__}: {error}; repair or uninstall it, or "
                f"start with --without {point.name}"
            )
            continue
        if not isinstance(loaded, Export):
            troubles.append(f"{where}: it is a {type(loaded).__name__}, not an Export of bacasable")
        elif not _KEY.fullmatch(loaded.key):
            troubles.append(f"{where}: '{loaded.key}' is not a key; use lower-case letters, digits and -")
        elif loaded.key in found:
            troubles.append(f"{where}: its key '{loaded.key}' is that of {found[loaded.key][1]}; rename one")
        else:
            found[loaded.key] = (loaded, where)
    if troubles:
        raise ExportError("{troubles}", troubles="\n".join(troubles))
    return {key: found[key][0] for key in sorted(found)}
