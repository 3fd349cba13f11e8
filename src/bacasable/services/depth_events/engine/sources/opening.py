"""A source by what a configuration writes: ``kind:where``. Makers bring kinds of their own by entry point."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from bacasable.services.depth_events.engine.frames import Intrinsics
from bacasable.services.depth_events.engine.sources.source import Source

#: Group of entry points: ``acme = "acme_depth:open"``, a function of ``where``, sensor and intrinsics.
GROUP = "bacasable.depth_sources"
Open = Callable[[str, str, Intrinsics], Source]


def _driver(where: str, sensor: str, intrinsics: Intrinsics) -> Source:
    from bacasable.services.depth_events.engine.sources.driver import Driver

    return Driver(where, sensor, intrinsics)


def _memory(where: str, sensor: str, intrinsics: Intrinsics) -> Source:
    from bacasable.services.depth_events.engine.sources.memory import Memory

    return Memory(where, sensor, intrinsics)


def _serial(where: str, sensor: str, intrinsics: Intrinsics) -> Source:
    from bacasable.services.depth_events.engine.sources.serial import Serial

    return Serial(where, sensor, intrinsics)


def _recorded(where: str, sensor: str, intrinsics: Intrinsics) -> Source:
    from bacasable.services.depth_events.engine.sources.recorded import Recorded

    return Recorded(where, sensor, intrinsics)


#: The kinds that come with the package.
KINDS: Mapping[str, Open] = {
    "driver": _driver, "memory": _memory, "vl53l5cx": _serial, "vl53l8cx": _serial, "recorded": _recorded,
}  # fmt: skip


def open_source(written: str, sensor: str, intrinsics: Intrinsics) -> Source:
    """Return the source that ``written`` names, open.

    Args:
        written: ``driver:/run/tof.sock``, ``driver:127.0.0.1:7001``, ``memory:hall``,
            ``vl53l5cx:/dev/ttyUSB0``, ``recorded:/path/hall.npz``, or a maker's own kind.
        sensor: the key that frames bear.
        intrinsics: how large frames are.

    Raises:
        ValueError: no such kind, or what follows it cannot be.
        SourceLost: it cannot be opened now.
    """
    kind, colon, where = written.partition(":")
    if not (colon and where):
        raise ValueError(f"source {written!r}: write a kind and where: {', '.join(KINDS)}")
    if kind in KINDS:
        return KINDS[kind](where, sensor, intrinsics)
    theirs = {one.name: one for one in entry_points(group=GROUP)}
    if kind not in theirs:
        known = ", ".join([*KINDS, *sorted(theirs)])
        raise ValueError(f"source {written!r}: kind {kind!r} is not known; one of {known}")
    opened: Source = theirs[kind].load()(where, sensor, intrinsics)
    return opened
