"""What is done each night with what was read: leaks, volumes above twice the average, releases, expiry.

>>> made = run(Readings(folder), work, day=date(2026, 11, 21), homes=homes)
>>> made.leaks, made.release, made.problems
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.jobs.excesses import Excess
    from bacasable.services.water_use.engine.jobs.hours import Hours, hours_of
    from bacasable.services.water_use.engine.jobs.night import Night, forget, run
    from bacasable.services.water_use.engine.jobs.volumes import means_of, volumes_of

__all__ = ["Excess", "Hours", "Night", "forget", "hours_of", "means_of", "run", "volumes_of"]

_HOMES = {
    "Excess": "excesses",
    "Hours": "hours",
    "Night": "night",
    "forget": "night",
    "hours_of": "hours",
    "means_of": "volumes",
    "run": "night",
    "volumes_of": "volumes",
}

__getattr__ = names_of(__name__, _HOMES, "water")
