"""What lost water costs, from the utility's own prices: a file, since they change each year and place."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from bacasable.privacy.messages import N_, Refused

_LITRES_IN_M3 = 1000


@dataclass(frozen=True)
class Tariff:
    """Cents of a cubic metre by day from which they hold, taxes included; no fixed part: it is not lost."""

    name: str
    source: str
    cents_per_m3: tuple[tuple[date, Decimal], ...]

    def at(self, day: date) -> Decimal:
        """Return the cents of a cubic metre on a day.

        Raises:
            Refused: the file has no price so early.
        """
        known = [cents for start, cents in self.cents_per_m3 if start <= day]
        if not known:
            raise Refused(
                N_("tariff '{name}': no price on {day}; add one with its from_day"),
                name=self.name,
                day=str(day),
            )
        return known[-1]


def read_tariff(path: Path) -> Tariff:
    """Return the prices of a TOML file: ``name``, ``source``; ``[[price]]``: ``from_day``, ``cents_per_m3``.

    Raises:
        Refused: the file is not there, not TOML, or a price is missing or below zero.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise Refused(N_("{path}: not a TOML file that can be read"), path=path.name) from cause
    prices = []
    for number, price in enumerate(told.get("price", []), start=1):
        start, cents = price.get("from_day"), price.get("cents_per_m3")
        if not isinstance(start, date) or not isinstance(cents, int | float) or not 0 <= cents < 100_000:
            raise Refused(
                N_("{path}, price {number}: write from_day = 2026-01-01 and cents_per_m3 = 412.5"),
                path=path.name,
                number=number,
            )
        prices.append((start, Decimal(str(cents))))
    if not prices:
        raise Refused(N_("{path}: no [[price]]; write from_day and cents_per_m3"), path=path.name)
    return Tariff(str(told.get("name", path.stem)), str(told.get("source", "")), tuple(sorted(prices)))


def cost(litres: float, tariff: Tariff, day: date) -> int:
    """Return the cents that litres cost at the price of a day, rounded to the nearest cent, halves up."""
    cents = Decimal(str(litres)) * tariff.at(day) / _LITRES_IN_M3
    return int(cents.to_integral_value(ROUND_HALF_UP))
