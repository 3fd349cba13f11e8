"""A city that does not exist: seeded homes, their uses hour by hour, leaks and absences that are known.

    >>> city = simulate(homes=5_000, days=365, seed=1)
    >>> city.hourly.shape        # (meters, days * 24), whole litres, -1 where no value was received
    >>> city.leaks, city.absences

What it follows of real homes (DAIAD, Alicante; end uses of pySIMDEUM and WEUSEDTO) and what it does not is
told in docs/explanation/leaks.md. It serves the demonstration, the trials and the measure of the leak
detector; no figure of it is a figure of a town.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.city.faults import LEAK_KINDS, TrueLeak
    from bacasable.services.water_use.engine.city.files import (
        Kept,
        read_folder,
        write_folder,
        write_readings,
    )
    from bacasable.services.water_use.engine.city.homes import Absence, Homes
    from bacasable.services.water_use.engine.city.town import City, simulate
    from bacasable.services.water_use.engine.city.weather import Weather

__all__ = [
    "LEAK_KINDS",
    "Absence",
    "City",
    "Homes",
    "Kept",
    "TrueLeak",
    "Weather",
    "read_folder",
    "simulate",
    "write_folder",
    "write_readings",
]

_HOMES = {
    "Absence": "homes",
    "City": "town",
    "Homes": "homes",
    "LEAK_KINDS": "faults",
    "TrueLeak": "faults",
    "Weather": "weather",
    "Kept": "files",
    "read_folder": "files",
    "simulate": "town",
    "write_folder": "files",
    "write_readings": "files",
}

__getattr__ = names_of(__name__, _HOMES, "water")
