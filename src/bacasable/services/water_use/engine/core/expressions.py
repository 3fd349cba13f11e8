"""The expressions of the daily job. Each takes an Ibis table and returns one; none is bound to an engine.

Volumes are whole litres, in and out, so that two engines agree to the last digit.
"""

from typing import Any

import ibis

from bacasable.services.water_use.engine.meters import ENOUGH_DAYS
from bacasable.services.water_use.engine.storage.layout import HOURS

#: Shares at which similar homes are described.
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
#: Hours in which most homes sleep: 1 to 5 o'clock.
NIGHT = HOURS[1:5]
#: A day is whole with this many hours known: 23 on the day of spring, and one may be missing on others.
WHOLE = 23
#: Days in a row without an hour at zero that make a flow continuous.
IN_A_ROW = 3

#: What :func:`daily` returns, in its order.
DAILY = ("meter", "day", "district", "litres", "night_minimum", "flow", "hours", "estimated")


def _whole(number: Any) -> Any:
    """Return a sum in 64 bits: DuckDB's has 128, a type that Ibis does not know and Parquet has not.

    The float between them is what makes Ibis write the cast down; sums stay far below 2 to the 53.
    """
    return number.cast("float64").cast("int64")


def daily(days: Any) -> Any:
    """Return ``meter, day, district, litres, night_minimum, flow, hours, estimated``, a row a day.

    ``night_minimum`` is the least hour between 1 and 5 o'clock (null: none known); ``flow`` the litres an
    hour that never stopped that day (null where the day is not whole or holds estimates; kept when hours
    expire).

    Args:
        days: as :meth:`Readings.days` gives them.
    """
    whole = (days.hours >= WHOLE) & (days.estimated == 0)
    least = ibis.ifelse(whole, ibis.least(*(days[hour] for hour in HOURS)), ibis.null("int32"))
    return days.select(
        days.meter,
        days.day,
        days.district,
        litres=days.total,
        night_minimum=ibis.least(*(days[hour] for hour in NIGHT)),
        flow=ibis.coalesce(days.flow, least),
        hours=days.hours,
        estimated=days.estimated,
    )


def meter_months(daily_rows: Any) -> Any:
    """Return a row a meter: volumes and gaps of a month, and whether water ran three days without a stop.

    Columns ``meter, month, district, litres, days, estimated_days, least_flow`` (litres an hour, the least of
    the days without a stop; null if none) and ``continuous``.

    Args:
        daily_rows: :func:`daily` of the month and of the two days before it, for a run may have begun there;
            with the column ``start``, the first day of the month.
    """
    # The two days before the month are bits 0 and 1, its first day is bit 2.
    place = (daily_rows.day.epoch_days() - daily_rows.start.epoch_days() + 2).cast("int32")
    rows = daily_rows.mutate(inside=place >= 2, flowing=daily_rows.flow.fill_null(0) > 0)
    rows = rows.mutate(bit=rows.flowing.cast("int64") << place)
    months = rows.group_by("meter").aggregate(
        # One of them where it moved within the month: the greatest of many texts costs as much as all else.
        district=rows.district.arbitrary(),
        start=rows.start.max(),
        litres=_whole(rows.litres.sum(where=rows.inside)),
        days=_whole(rows.inside.sum()),
        estimated_days=_whole((rows.inside & (rows.estimated != 0)).sum()),
        least_flow=rows.flow.min(where=rows.inside & rows.flowing),
        runs=_whole(rows.bit.sum()),
    )
    run = months.runs & (months.runs >> 1) & (months.runs >> 2)
    months = months.filter(months.days > 0)
    return months.mutate(continuous=run > 0, month=months.start.strftime("%Y-%m")).drop("runs", "start")


def district_days(days: Any) -> Any:
    """Return ``district, day, meters, hours, h00 ... h23``: the litres of a district, hour by hour.

    ``meters`` have a row that day; ``hours`` is the number of their hours that are known (24 a meter if all
    are). Hours that are not known add nothing: divide by the share known to compare days.
    """
    sums = {hour: _whole(days[hour].sum()) for hour in HOURS}
    counts = {"meters": days.count(), "hours": _whole(days.hours.sum())}
    return days.group_by("district", "day").aggregate(**counts, **sums)


def district_hours(district_rows: Any) -> Any:
    """Return :func:`district_days` with a row an hour: ``hour`` (0 to 23) and ``litres``."""
    long = district_rows.pivot_longer(list(HOURS), names_to="name", values_to="litres")
    return long.mutate(hour=long.name.substr(1, 2).cast("int8")).drop("name")


def quantiles(months: Any, homes: Any) -> Any:
    """Return ``cohort, n, q10 ... q90``: litres a day of similar homes in a month, rounded down.

    Meters with fewer than 20 days are left out. This describes; what may be published of it is decided by
    :mod:`bacasable.services.water_use.engine.comparison`.

    Args:
        months: a table made of :func:`meter_months` (materialised: PySpark builds no quantile over it).
        homes: ``meter, cohort``, a row for each cohort that a meter belongs to.
    """
    enough = months.filter(months.days >= ENOUGH_DAYS)
    means = enough.select(enough.meter, mean=enough.litres / enough.days)
    placed = homes.inner_join(means, "meter")
    return placed.group_by("cohort").aggregate(
        n=placed.count(),
        # A millionth of a litre more: engines round the last bit of a mean of two homes differently.
        **{
            f"q{level * 100:.0f}": (placed.mean.quantile(level) + 1e-6).floor().cast("int64")
            for level in LEVELS
        },
    )


def twice_average(volumes: Any) -> Any:
    """Return the volumes that have a history, with the mean of the same period in the three years before.

    Columns ``meter, year, period, litres, days, years, average_litres, above``: ``years`` (1 to 3) had a
    volume; the average is theirs for as many days as this period has, rounded down; ``above`` says that the
    volume is more than twice it. What follows in law is not decided here.

    Args:
        volumes: ``meter, year, period, litres, days``; ``period`` names what comes back each year (``03``,
            ``H1``). Two rows with one meter, year and period are an error of the caller.
    """
    past = volumes.select(volumes.meter, volumes.period, past_year=volumes.year, past_litres=volumes.litres,
                          past_days=volumes.days)  # fmt: skip
    met = volumes.inner_join(past, ["meter", "period"])
    met = met.filter((met.past_year < met.year) & (met.past_year >= met.year - 3) & (met.past_days > 0))
    known = met.group_by("meter", "year", "period", "litres", "days").aggregate(
        years=met.count(), past_litres=met.past_litres.sum(), past_days=met.past_days.sum()
    )
    average = (known.past_litres * known.days / known.past_days).floor().cast("int64")
    known = known.mutate(average_litres=average).drop("past_litres", "past_days")
    return known.mutate(above=known.litres > 2 * known.average_litres)
