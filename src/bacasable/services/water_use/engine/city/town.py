"""The city as a whole: drawn from a seed, its values as a utility receives them, its truth beside them."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine import calendar
from bacasable.services.water_use.engine.city import faults, kernel, nights
from bacasable.services.water_use.engine.city.faults import TrueLeak
from bacasable.services.water_use.engine.city.homes import Absence, Homes, absences, declare, draw
from bacasable.services.water_use.engine.city.uses import FREQUENCY_BY_MEMBERS, USES, hours_of
from bacasable.services.water_use.engine.city.weather import Weather
from bacasable.services.water_use.engine.city.weather import draw as draw_weather
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.engine.storage import HOURS, Readings, Written

#: How much a home's use varies from one day to the next (of the log), on top of chance.
_DAY_SPREAD = 0.15
#: Homes drawn at once: 18 million hours of 8 bytes.
_BATCH = 2_000


@dataclass(frozen=True)
class City:
    """A city over some days.

    ``hourly`` has shape (meters, days * 24): whole litres by hour of the civil clock, -1 where no value was
    received or the clock skips the hour; ``estimated`` (meters, days) one bit for each hour that the utility
    filled. ``homes`` is what is declared, ``true_homes`` what is.
    """

    first_day: date
    homes: list[Declared]
    true_homes: Homes
    hourly: NDArray[np.int32]
    estimated: NDArray[np.int32]
    leaks: list[TrueLeak]
    absences: list[Absence]
    weather: Weather
    seed: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.hourly.shape[1] // 24

    @property
    def districts(self) -> tuple[str, ...]:
        """The districts, in the order of their names."""
        return tuple(sorted(set(self.true_homes.district)))

    def table(self, first: int = 0, last: int | None = None) -> pa.Table:
        """Return meter-days as :meth:`storage.Readings.put` takes them, of day ``first`` to before ``last``.

        Columns ``meter``, ``district``, ``day``, ``h00`` to ``h23`` (null where no value), ``estimated``.
        Days without any value are left out, as a utility has no line for them.
        """
        last = self.days if last is None else min(last, self.days)
        values = self.hourly[:, first * 24 : last * 24].reshape(-1, 24)
        known = values >= 0
        kept = np.flatnonzero(known.any(axis=1))
        values, known = values[kept], known[kept]
        of_meter = pa.array(kept // (last - first))
        begin = np.datetime64(self.first_day, "D") + first
        columns: dict[str, pa.Array] = {
            "meter": pa.array(self.true_homes.meter).take(of_meter),
            "district": pa.array(self.true_homes.district).take(of_meter),
            "day": pa.array(begin + (kept % (last - first))),
            "estimated": pa.array(self.estimated[:, first:last].reshape(-1)[kept]),
        }
        for number, hour in enumerate(HOURS):
            columns[hour] = pa.array(values[:, number], mask=~known[:, number])
        return pa.table(columns)

    def write(self, readings: Readings, first: int = 0, last: int | None = None) -> Written:
        """Put the days ``first`` to before ``last`` into a store, some weeks at a time."""
        last = self.days if last is None else min(last, self.days)
        done = Written()
        for start in range(first, last, 31):
            done += readings.put(self.table(start, min(start + 31, last)))
        return done


def simulate(
    homes: int, days: int, seed: int, *, first_day: date = date(2025, 1, 1), litres_per_pulse: int = 1
) -> City:
    """Return a city of ``homes`` meters over ``days`` days; the same for the same arguments.

    ``litres_per_pulse`` is what a meter counts by: 1, or 10 for older ones.

    Raises:
        Refused: no home, no day, or pulses of less than a litre.
    """
    for name, value in (("homes", homes), ("days", days), ("litres_per_pulse", litres_per_pulse)):
        if value < 1:
            raise Refused(N_("{name}: {value}; a city has 1 or more"), name=name, value=value)
    calendar_days = calendar.days_between(first_day, first_day + timedelta(days=days - 1))
    of = {
        name: np.random.default_rng([seed, number])
        for number, name in enumerate(("homes", "weather", "life", "nights", "leaks", "lost", "words"))
    }
    true_homes = draw(homes, of["homes"])
    weather = draw_weather(
        np.asarray([day.timetuple().tm_yday / 365.25 for day in calendar_days]), of["weather"]
    )
    away = absences(true_homes, first_day, days, of["life"])
    leaks = faults.leaks(homes, days, of["leaks"])
    hourly = _hours(true_homes, calendar_days, weather, away, leaks, of["nights"], seed, litres_per_pulse)
    estimated = faults.lose(hourly, of["lost"])
    words = declare(true_homes, of["words"])
    return City(first_day, words, true_homes, hourly, estimated, leaks, away, weather, seed)


def _hours(
    homes: Homes,
    days: list[date],
    weather: Weather,
    away: list[Absence],
    leaks: list[TrueLeak],
    rng: np.random.Generator,
    seed: int,
    quantum: int,
) -> NDArray[np.int32]:
    """Return what meters show, before any value is lost."""
    count, hours = len(homes), len(days) * 24
    off = np.asarray([calendar.off(day) != "working" for day in days])
    empty = np.zeros((count, len(days)), dtype=bool)
    for absence in away:
        empty[absence.meter, absence.first : absence.last + 1] = True
    skipped, doubled = _changes(days)
    rates, litres = _draws(homes, rng)
    shift = np.where(rng.random(count) < nights.NIGHT_SHIFT, rng.uniform(6, 10, count), 0.0)
    work = np.stack([hours_of(use, homes.wake + shift, homes.bed + shift, homes.away) for use in USES])
    rest = np.stack([hours_of(use, homes.wake_weekend, homes.bed + 0.4, 0 * homes.away) for use in USES])
    spread = np.asarray([use.spread for use in USES])
    valve = nights.late_valves(homes, rng)
    spells = nights.cyclers(homes, weather, rng)
    begin = rng.random(count)
    hourly = np.empty((count, hours), dtype=np.int32)
    for start in range(0, count, _BATCH):
        part = slice(start, min(start + _BATCH, count))
        flow = np.zeros((part.stop - start, hours))
        kernel.draw_uses(
            _seeds(seed, "uses", np.arange(part.start, part.stop)),
            rates[part],
            litres[part],
            spread,
            np.ascontiguousarray(work[:, part]),
            np.ascontiguousarray(rest[:, part]),
            empty[part],
            off,
            _DAY_SPREAD,
            valve[part],
            flow,
        )
        _cycle(spells, part, seed, flow)
        nights.scheduled(homes.part(part), weather, flow, np.random.default_rng([seed, 7, start]))
        _leak([leak for leak in leaks if start <= leak.meter < part.stop], start, seed, flow)
        kernel.count(flow, begin[part], quantum, skipped, doubled, hourly[part])
    return hourly


def _changes(days: list[date]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the hours that the clock skips and those that it shows twice, each of shape (hours,)."""
    skipped, doubled = np.zeros(len(days) * 24, dtype=bool), np.zeros(len(days) * 24, dtype=bool)
    for number, day in enumerate(days):
        gone, twice = calendar.change(day)
        if gone >= 0:
            skipped[number * 24 + gone] = True
        if twice >= 0:
            doubled[number * 24 + twice] = True
    return skipped, doubled


def _cycle(spells: nights.Spells, part: slice, seed: int, flow: NDArray[np.float64]) -> None:
    """Add to ``flow`` the devices of some homes that fill by themselves."""
    chosen = np.flatnonzero((spells.home >= part.start) & (spells.home < part.stop))
    kernel.draw_cycles(
        _seeds(seed, "cycles", chosen),
        spells.home[chosen] - part.start,
        spells.first[chosen],
        spells.last[chosen],
        spells.fills_per_hour[chosen],
        spells.litres[chosen],
        spells.day_share[chosen],
        flow,
    )


def _leak(leaks: list[TrueLeak], start: int, seed: int, flow: NDArray[np.float64]) -> None:
    """Add leaks to the ``flow`` of the homes from number ``start``."""
    seats = {kind.key: kind.seats for kind in faults.LEAK_KINDS}
    kernel.draw_leaks(
        _seeds(
            seed, "leaks", np.asarray([leak.meter * 100_003 + leak.first for leak in leaks], dtype=np.int64)
        ),
        np.asarray([leak.meter - start for leak in leaks], dtype=np.int64),
        np.asarray([leak.first for leak in leaks], dtype=np.int64),
        np.asarray([leak.last for leak in leaks], dtype=np.int64),
        np.asarray([leak.litres_per_hour for leak in leaks], dtype=np.float64),
        np.asarray([leak.grows_hours for leak in leaks], dtype=np.int64),
        np.asarray([seats[leak.kind] for leak in leaks], dtype=np.float64),
        flow,
    )


def _draws(homes: Homes, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return times a day and litres of each use in each home, both of shape (homes, uses)."""
    place = {use.key: number for number, use in enumerate(USES)}
    often = np.asarray(FREQUENCY_BY_MEMBERS)[homes.members] * homes.thrift
    rates = np.column_stack([(use.by_member * homes.members + use.by_home) * often for use in USES])
    # Who lives alone cooks less often than the table of a home says.
    rates[:, place["kitchen"]] *= np.where(homes.members == 1, 0.8, 1.0)
    rates[:, place["dishwasher"]] *= homes.dishwasher
    litres = np.column_stack([np.full(len(homes), use.litres) for use in USES])
    # Half flushes, cisterns of six and of nine litres.
    litres[:, place["toilet"]] = rng.choice((4.5, 6.0, 9.0), size=len(homes), p=(0.4, 0.35, 0.25))
    litres[:, place["shower"]] *= rng.lognormal(0, 0.3, len(homes))
    return rates, litres


def _seeds(seed: int, what: str, numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a seed for each number, the same whatever the others are."""
    digest = hashlib.blake2b(f"{seed}/{what}".encode(), digest_size=8).digest()
    base = np.uint64(int.from_bytes(digest, "little"))
    return (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD1342543DE82EF95) ^ base
