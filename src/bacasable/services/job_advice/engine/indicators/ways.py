"""Does a service decide, or follow? Signs in its indicators, and what they say together.

A high rate of retention alone says nothing: good suggestions are retained by who reads them too. Each sign
must be sure (a bound of its interval passes the line), and one alone proves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bacasable.services.job_advice.engine.indicators.services import Indicators

Way = Literal["decides", "follows", "unclear"]
Sign = Literal["retains_nearly_all", "faster_than_read", "texts_unchanged", "first_taken", "decoys_passed"]

#: Lines past which a sign is there, by the bound that is the less favourable to it.
RETAINED, FAST, UNCHANGED, FIRST, DECOYS = 0.9, 0.3, 0.85, 0.15, 0.6
#: Signs that make a service that follows, and signs that must be known to say that one decides.
FOLLOWING, KNOWN = 2, 3


@dataclass(frozen=True, slots=True)
class Read:
    """What a service is seen to do, and the signs: there, not there, or None where nothing tells."""

    way: Way
    signs: Mapping[Sign, bool | None]


def way_of(seen: Indicators) -> Read:
    """Return whether a service decides or follows, by its indicators of a month."""
    signs: dict[Sign, bool | None] = {
        "retains_nearly_all": seen.retained.interval.low >= RETAINED,
        "faster_than_read": seen.fast.interval.low >= FAST if seen.fast else None,
        "texts_unchanged": seen.unchanged.interval.low >= UNCHANGED if seen.unchanged else None,
        "first_taken": seen.first_rank.interval.low >= FIRST if seen.first_rank else None,
        "decoys_passed": seen.decoys.interval.high <= DECOYS if seen.decoys else None,
    }
    there = [name for name, sign in signs.items() if sign]
    known = sum(sign is not None for sign in signs.values())
    if len(there) >= FOLLOWING:
        return Read("follows", signs)
    alone = there in ([], ["retains_nearly_all"])
    return Read("decides" if alone and known >= KNOWN else "unclear", signs)
