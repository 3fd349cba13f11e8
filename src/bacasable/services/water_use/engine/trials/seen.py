"""What each party sees of the homes of a trial city, as tables that attackers read.

``curves`` is what nobody but the household sees: the sabotage of the controls lends it to the others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.city import City
from bacasable.services.water_use.engine.leaks import detect

Table = NDArray[np.float64]
#: What is seen of all homes from a day to before another: shape (homes, features).
View = Callable[[City, int, int], Table]
#: Days of a period: a fortnight to link homes, a month on paper.
FORTNIGHT, MONTH = 14, 28
#: Members from which the trial asks "a large household?".
LARGE = 3


@dataclass(frozen=True)
class Habit:
    """Something of a home that a table may tell: ``truth`` has one answer per home asked about.

    ``day`` is the day that the question is about, for each home; -1 where it is about the home as a whole.
    """

    name: str
    truth: NDArray[np.bool_]
    day: NDArray[np.int64]


def curves(city: City, first: int, last: int) -> Table:
    """Return the mean day by the hour, the spread of days, the share of empty hours and the least night."""
    hours = _known(city, first, last)
    counted = np.maximum((~np.isnan(hours)).sum(axis=1), 1)
    profile = np.nansum(hours, axis=1) / counted
    days = np.nansum(hours, axis=2)
    night = np.median(np.nan_to_num(hours[:, :, 1:5].min(axis=2)), axis=1)
    rest = (np.median(days, axis=1), days.std(axis=1), (hours == 0).mean(axis=(1, 2)), night)
    return np.column_stack([profile, *rest])


def totals(city: City, first: int, last: int) -> Table:
    """Return the litres of the period: what a letter says, and what a paper code opens."""
    return np.nansum(_known(city, first, last), axis=(1, 2))[:, None]


def leak_states(city: City, first: int, last: int) -> Table:
    """Return what the utility sees: days with a leak that runs, and its litres an hour."""
    shown = shown_flows(city)[:, first:last]
    return np.column_stack([(shown > 0).sum(axis=1), shown.max(axis=1)])


def shown_flows(city: City) -> Table:
    """Return litres an hour of the leak that agents are shown, 0 for none: shape (homes, days)."""
    names = [home.meter for home in city.homes]
    row = {name: number for number, name in enumerate(names)}
    shown = np.zeros((len(names), city.days))
    for leak in detect(city.hourly, city.estimated, names, city.first_day):
        first = (leak.start.date() - city.first_day).days
        last = (leak.last_seen.date() - city.first_day).days
        shown[row[leak.meter], max(0, first) : last + 1] = leak.litres_per_hour
    return shown


def about_days(view: View, city: City, days: NDArray[np.int64], grain: int = 1) -> Table:
    """Return what is seen of each home about a day of its own: of that day, or of the period it falls in.

    ``grain`` is the length in days of the shortest period that is seen.
    """
    last = city.days // grain * grain - grain
    begins = np.minimum(days // grain * grain, last)
    rows = {begin: view(city, int(begin), int(begin) + grain) for begin in np.unique(begins)}
    return np.stack([rows[begin][home] for home, begin in enumerate(begins)])


def habits(city: City, seed: int) -> tuple[Habit, ...]:
    """Return what attackers ask: is the household large, is it away on a day, does it rise early?"""
    rng = np.random.default_rng([seed, 11])
    homes, days = len(city.homes), city.days
    everywhere = np.full(homes, -1, dtype=np.int64)
    away = np.zeros((homes, days), dtype=bool)
    for absence in city.absences:
        away[absence.meter, absence.first : absence.last + 1] = True
    # a day of absence where there is one, for half of the homes that have one: both answers are common
    asked = rng.integers(0, days, homes)
    for home in np.flatnonzero(away.any(axis=1) & (rng.random(homes) < 0.5)):
        asked[home] = rng.choice(np.flatnonzero(away[home]))
    return (
        Habit("large household", np.asarray(city.true_homes.members) >= LARGE, everywhere),
        Habit("away that day", away[np.arange(homes), asked], asked),
        Habit(
            "rises early",
            np.asarray(city.true_homes.wake) < np.median(np.asarray(city.true_homes.wake)),
            everywhere,
        ),
    )


def _known(city: City, first: int, last: int) -> Table:
    """Return hours of shape (homes, days, 24), not a number where none is known."""
    hours = city.hourly[:, first * 24 : last * 24].reshape(len(city.homes), last - first, 24)
    return np.where(hours < 0, np.nan, hours.astype(np.float64))
