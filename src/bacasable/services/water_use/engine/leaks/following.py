"""From one night to the next: one incident for each leak."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bacasable.services.water_use.engine.meters import Leak

#: What starts again so soon is the same leak.
SAME_AFTER = timedelta(days=7)
#: Of what is not found again, the last days are not enough to say that it stopped.
_NOT_READ = timedelta(days=3)


def follow(
    known: Iterable[Leak], found: Iterable[Leak], *, end: datetime, last_read: Mapping[str, datetime]
) -> list[Leak]:
    """Return the incidents after a night, by meter and start: the known ones carried on, and the new ones.

    A leak found that overlaps a known one of its meter, or begins within seven days of its end, carries it
    on: its start, and that it was explained, stay. A known one that is open and not found again has stopped,
    or is not to be seen any more where its meter was not read.

    Args:
        known: the incidents so far; one meter's do not overlap.
        found: what the night found in the last days, as :func:`detect` gives it.
        end: the last hour that the night looked at.
        last_read: the last hour that was read of each meter with a known leak; none: never.
    """
    followed: dict[str, list[Leak]] = {}
    for leak in sorted(known, key=lambda one: (one.meter, one.start)):
        followed.setdefault(leak.meter, []).append(leak)
    fresh: set[tuple[str, datetime]] = set()
    for leak in sorted(found, key=lambda one: (one.meter, one.start)):
        rows = followed.setdefault(leak.meter, [])
        same = next(
            (
                number
                for number, old in reversed(list(enumerate(rows)))
                if leak.start - old.last_seen <= SAME_AFTER and old.start - leak.last_seen <= SAME_AFTER
            ),
            None,
        )
        if same is None:
            rows.append(leak)
            fresh.add((leak.meter, leak.start))
            continue
        old = rows[same]
        later = leak if leak.last_seen >= old.last_seen else old
        rows[same] = replace(
            later,
            start=min(old.start, leak.start),
            last_seen=later.last_seen,
            state="explained" if old.state == "explained" else later.state,
        )
        fresh.add((leak.meter, rows[same].start))
    return [
        leak if (leak.meter, leak.start) in fresh else _unfound(leak, end, last_read.get(leak.meter))
        for meter in sorted(followed)
        for leak in sorted(followed[meter], key=lambda one: one.start)
    ]


def _unfound(leak: Leak, end: datetime, last_read: datetime | None) -> Leak:
    """Return a leak that a night did not find: stopped if days were read since, unknown if days passed."""
    if leak.state not in ("open", "unknown") or end - leak.last_seen < _NOT_READ:
        return leak
    was_read = last_read is not None and last_read - leak.last_seen >= _NOT_READ
    return replace(leak, state="stopped" if was_read else "unknown")
