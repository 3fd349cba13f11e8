"""The demonstration's town: synthetic homes and their water, three of them those of people who can be played.

Nothing here is anybody's: the city is drawn from a seed (:mod:`..engine.city`). The worker makes it after the
first start, so that pages are there at once.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import router, transaction
from django_tasks import task

from bacasable.compliance import clock
from bacasable.compliance.deployment import data_are_fictional
from bacasable.people.actions import grant_role
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.web import linkage, looking, measured_homes, running, sealed
from bacasable.services.water_use.web.actions import access, forecasts, household, learning, night
from bacasable.services.water_use.web.models import Contract, Household

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.city import City

SEED = 2023
#: Thirteen months: a year, and the month before it to compare with. Hours of the last two.
DAYS, HOURLY_DAYS, DAYS_OF_A_PUT = 400, 60, 31
DISTRICTS = ("Centre", "Les Lavoirs", "Rive-Haute", "La Fontaine", "Saint-Aubin")
#: Who lives where: the person played, what their meter gives, what is wanted of the home.
PLAYED = (("candidate", "hourly"), ("co_author", "index"), ("expert_law", "daily"))
#: Indexes of a home that is read twice a year.
_READ_EVERY_DAYS = 182
_PUBLISHED_MONTHS = 3
#: Spent on the mean day of the last month, so that the officer's board shows what that costs.
_EPSILON = Fraction(1)


def history(people: Mapping[str, User], today: datetime) -> list[tuple[datetime, Callable[[], Any]]]:
    """Return what happened before ``today``: an instant and an act each. The worker makes the town."""
    agent, manager = people["officer"], people["administrator"]
    first = today - timedelta(days=45)
    players = {role: str(people[role].public_id) for role, _grain in PLAYED}
    return [
        (first, partial(grant_role, user=agent, role="water_agent", by="system")),
        (first, partial(grant_role, user=manager, role="water_manager", by="system")),
        (first + timedelta(minutes=5), partial(_ask, players)),
    ]


def _ask(players: dict[str, str]) -> None:
    transaction.on_commit(lambda: make_town.enqueue(players), using=router.db_for_write(Contract))


@task()
def make_town(players: dict[str, str]) -> None:
    """Draw the town, its contracts and readings, do its last night, and publish its last months.

    Args:
        players: public identifiers of the accounts of the people played, by role.

    Raises:
        Refused: people here are real.
    """
    from bacasable.services.water_use.engine.city import simulate

    if not data_are_fictional():
        raise Refused("a town is drawn in a demonstration only")
    if Contract.objects.exists():
        return
    last = looking.today() - timedelta(days=1)
    first = last - timedelta(days=DAYS - 1)
    city = simulate(running.settings().demo_homes, DAYS, SEED, first_day=first)
    grains = dict(zip(_chosen(city), (grain for _role, grain in PLAYED), strict=True))
    lived = {
        home: User.objects.get(public_id=players[role])
        for home, (role, _grain) in zip(grains, PLAYED, strict=True)
    }
    contracts = _contracts(city, grains, lived)
    _readings(city, contracts)
    for home, person in lived.items():
        contract = contracts[home]
        access.link(
            contract=contract,
            identity=person.public_id,
            names=list(linkage.word_digests(person.name)),
        )
        if contract.grain == "hourly":
            household.ask_hours(contract=contract, by=person.public_id)
    if (source := measured_homes.folder()) is not None:
        measured_homes.settle(source, last)
    _months(last)
    night.run_night(day=last)
    learning.learn_month(month=last.replace(day=1) - timedelta(days=1), epsilon=_EPSILON)
    forecasts.daily()


def _chosen(city: "City") -> tuple[int, int, int]:
    """Return the homes of the people played: one with a leak that runs, two without any."""
    end = city.hourly.shape[1]
    running_leaks = [
        leak
        for leak in city.leaks
        if leak.last >= end - 24 and 24 * 7 <= end - leak.first <= 24 * HOURLY_DAYS
    ]
    leaking = {leak.meter for leak in city.leaks}
    dry = [home for home in range(len(city.homes)) if home not in leaking and city.homes[home].members]
    with_leak = max(running_leaks, key=lambda leak: leak.litres_per_hour).meter if running_leaks else dry[2]
    return with_leak, dry[0], dry[1]


def _contracts(city: "City", grains: Mapping[int, str], lived: Mapping[int, User]) -> list[Contract]:
    """Make the contracts of all homes, as an import of the utility's files would: without an entry each."""
    made, said = [], []
    today = clock.now().date()
    for home, declared in enumerate(city.homes):
        person = lived.get(home)
        contract = Contract(
            district=_district(declared.district),
            dwelling=declared.dwelling or "",
            surface_m2=declared.surface_m2,
            grain=grains.get(home, "hourly"),
            opened_on=city.first_day,
        )
        name = person.name if person else f"Foyer fictif {home + 1:05d}"
        address = (f"{home % 90 + 1} rue des Fontaines fictives", "44999 Combelune")
        sealed.seal_names(contract, sealed.Names(f"DEMO-{home + 1:05d}", _serial(city, home), name, address))
        made.append(contract)
        words = (declared.members, declared.garden, declared.pool, declared.dishwasher)
        if any(word is not None for word in words):
            members, garden, pool, dishwasher = words
            said.append(
                Household(
                    contract=contract,
                    members=members,
                    garden=garden,
                    pool=pool,
                    dishwasher=dishwasher,
                    source="simulated",
                    declared_on=today,
                )
            )
    with transaction.atomic(using=router.db_for_write(Contract)):
        Contract.objects.bulk_create(made, batch_size=500)
        Household.objects.bulk_create(said, batch_size=500)
    return made


def _readings(city: "City", contracts: list[Contract]) -> None:
    """Store what meters said: hours of the last weeks, totals before, two indexes a year of one home."""
    import polars as pl

    from bacasable.services.water_use.engine.storage import HOURS

    names = {meter: linkage.meter_of(_serial(city, home)) for home, meter in enumerate(city.true_homes.meter)}
    districts = {name: _district(name) for name in city.districts}
    by_index = [names[city.true_homes.meter[at]] for at, row in enumerate(contracts) if row.grain == "index"]
    daily = [names[city.true_homes.meter[at]] for at, row in enumerate(contracts) if row.grain == "daily"]
    readings = running.readings()
    for start in range(0, city.days, DAYS_OF_A_PUT):
        rows = pl.DataFrame(city.table(start, start + DAYS_OF_A_PUT)).with_columns(
            pl.col("meter").replace_strict(names),
            pl.col("district").replace_strict(districts),
            pl.sum_horizontal(HOURS).cast(pl.Int64).alias("total"),
        )
        rows = rows.filter(~pl.col("meter").is_in(by_index))
        recent = city.first_day + timedelta(days=city.days - HOURLY_DAYS)
        hourly = (pl.col("day") >= recent) & ~pl.col("meter").is_in(daily)
        totals = rows.filter(~hourly).drop(HOURS, "estimated").with_columns(pl.lit("daily").alias("kind"))
        if totals.height:
            readings.put(totals)
        if (whole := rows.filter(hourly).drop("total")).height:
            readings.put(whole.with_columns(pl.lit("hourly").alias("kind")))
    for at, row in enumerate(contracts):
        if row.grain == "index":
            _indexes(city, at, names[city.true_homes.meter[at]])


def _indexes(city: "City", home: int, meter: str) -> None:
    import numpy as np
    import polars as pl

    litres = np.maximum(city.hourly[home], 0).reshape(-1, 24).sum(axis=1).cumsum()
    read = list(range(0, city.days, _READ_EVERY_DAYS))
    running.indexes().put(
        pl.DataFrame(
            {
                "meter": [meter] * len(read),
                "read_at": [city.first_day + timedelta(days=day) for day in read],
                "index_litres": [int(litres[day]) for day in read],
                "kind": ["real"] * len(read),
            }
        )
    )


def _months(last: date) -> None:
    """Publish the months before the one that the last night closes."""
    month = last.replace(day=1)
    months = []
    for _ in range(_PUBLISHED_MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    for each in reversed(months):
        night.publish_month(month=each)


def _district(name: str) -> str:
    return DISTRICTS[(int(name[1:]) - 1) % len(DISTRICTS)]


def _serial(city: "City", home: int) -> str:
    return f"SYN{city.true_homes.meter[home]}"
