"""Water that districts will ask for: seven days hour by hour, always beside the trivial forecast.

    >>> fit_forecast(history, weather, at=date(2026, 11, 23))

A district gets the model only where it beat the trivial forecast (the shape of five weeks at the level of
the last) on the weeks just past. Messages of drought are for an area, never for a person.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.forecast.bwdf import (
        OFFICIAL_WEEKS,
        Battle,
        holidays_of_ferrara,
        read_battle,
    )
    from bacasable.services.water_use.engine.forecast.drought import (
        LEVELS,
        Alert,
        Message,
        message,
        read_alerts,
    )
    from bacasable.services.water_use.engine.forecast.forecasting import HOURS_AHEAD, fit_forecast, mape
    from bacasable.services.water_use.engine.forecast.weather import read_weather

__all__ = [
    "HOURS_AHEAD",
    "LEVELS",
    "OFFICIAL_WEEKS",
    "Alert",
    "Battle",
    "Message",
    "fit_forecast",
    "holidays_of_ferrara",
    "mape",
    "message",
    "read_alerts",
    "read_battle",
    "read_weather",
]

_HOMES = {
    "Alert": "drought",
    "Battle": "bwdf",
    "HOURS_AHEAD": "forecasting",
    "LEVELS": "drought",
    "Message": "drought",
    "OFFICIAL_WEEKS": "bwdf",
    "fit_forecast": "forecasting",
    "holidays_of_ferrara": "bwdf",
    "mape": "forecasting",
    "message": "drought",
    "read_alerts": "drought",
    "read_battle": "bwdf",
    "read_weather": "weather",
}

__getattr__ = names_of(__name__, _HOMES, "water")
