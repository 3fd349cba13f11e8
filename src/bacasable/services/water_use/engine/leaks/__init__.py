"""Leaks: flows that do not stop, found in hours or, with caution, in daily totals; their cost; when to tell.

    >>> leaks = detect(hourly, estimated, meters, first_day)
    >>> known = follow(known, leaks, read_until=last_hour)   # one incident for each leak

It warns, without legal effect: the statutory notice is :mod:`bacasable.services.water_use.engine.notice`.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.leaks.detecting import (
        COARSE_HISTORY_DAYS,
        HISTORY_DAYS,
        Flow,
        detect,
        flows,
        unread,
    )
    from bacasable.services.water_use.engine.leaks.following import follow
    from bacasable.services.water_use.engine.leaks.rules import CHOSEN_ON, REPORTED_ON, RULES, Rule
    from bacasable.services.water_use.engine.leaks.totals import TOTALS_DAYS, detect_in_totals

__all__ = [
    "CHOSEN_ON",
    "COARSE_HISTORY_DAYS",
    "HISTORY_DAYS",
    "REPORTED_ON",
    "RULES",
    "TOTALS_DAYS",
    "Flow",
    "Rule",
    "detect",
    "detect_in_totals",
    "flows",
    "follow",
    "unread",
]

_HOMES = {
    "CHOSEN_ON": "rules",
    "COARSE_HISTORY_DAYS": "detecting",
    "Flow": "detecting",
    "HISTORY_DAYS": "detecting",
    "REPORTED_ON": "rules",
    "RULES": "rules",
    "Rule": "rules",
    "detect": "detecting",
    "TOTALS_DAYS": "totals",
    "detect_in_totals": "totals",
    "flows": "detecting",
    "follow": "following",
    "unread": "detecting",
}

__getattr__ = names_of(__name__, _HOMES, "water")
