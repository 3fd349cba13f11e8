"""What this process holds open: settings, and where readings lie under ``HOME/water_use``."""

from pathlib import Path
from typing import TYPE_CHECKING

from bacasable.people import instance

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.storage import Indexes, Readings
    from bacasable.services.water_use.web.configuration import Settings


def settings() -> "Settings":
    """Return the settings of this installation's water service."""
    found: Settings = instance.settings_of("water_use")
    return found


def folder() -> Path:
    """Return where readings and what is worked out of them lie."""
    home: Path = instance.configuration().home
    return home / "water_use"


def readings() -> "Readings":
    """Return the readings of hourly and daily meters."""
    from bacasable.services.water_use.engine.storage import Readings

    return Readings(folder() / "readings")


def indexes() -> "Indexes":
    """Return the indexes of meters that are read once or twice a year."""
    from bacasable.services.water_use.engine.storage import Indexes

    return Indexes(folder())


def price() -> int:
    """Return the price of a cubic metre here, in thousandths of a euro."""
    from bacasable.services.water_use.engine.advice.advising import MEAN_PRICE_MILLIEUROS

    return settings().millieuros_per_cubic_metre or MEAN_PRICE_MILLIEUROS


def utility_name() -> str:
    """Return the name of the water service on pages and letters."""
    name: str = settings().utility_name or instance.configuration().office_name
    return name
