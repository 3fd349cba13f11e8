"""Weather of the city, day by day: an oceanic year such as that of Nantes, drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Weather:
    """Degrees Celsius and millimetres of rain by day, each of shape (days,)."""

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    rain_mm: NDArray[np.float64]

    def dry(self) -> NDArray[np.bool_]:
        """Return the days on which a garden is thirsty: over 15 degrees, under 2 mm in three days."""
        rain = np.concatenate(([0.0, 0.0], self.rain_mm))
        return (self.mean > 15) & (rain[:-2] + rain[1:-1] + rain[2:] < 2)


def draw(first_of_year: NDArray[np.float64], rng: np.random.Generator) -> Weather:
    """Return weather for days given as shares of the year (0 on 1 January).

    Yearly wave of Nantes (normals 1991 to 2020: 6 degrees in January, 20 in July), a memory of some days
    (0.75 from one day to the next, 3 degrees), rain on four days of ten, more often in winter.
    """
    days = len(first_of_year)
    wave = np.cos(2 * np.pi * (first_of_year - 0.55))
    drift = np.empty(days)
    last = rng.normal(0, 3)
    for day, shock in enumerate(rng.normal(0, 3 * np.sqrt(1 - 0.75**2), days)):
        last = 0.75 * last + shock
        drift[day] = last
    mean = 12.8 + 7.2 * wave + drift
    swing = np.clip(rng.normal(4.5 + 1.2 * wave, 1.2), 1, 9)
    wet = rng.random(days) < 0.42 - 0.12 * wave
    return Weather(mean, mean - swing, mean + swing, np.where(wet, rng.exponential(5.5, days), 0.0))
