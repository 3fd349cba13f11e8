"""The night of the water service: what the engine works out becomes leaks, releases and a line of the log.

The engine's results are kept in one transaction with their journal entry; until then they wait in files, so
that a night that was killed goes on. Nothing is sent to anybody here: letters wait for an agent.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.meters import Declared, Leak
from bacasable.services.water_use.processing import COMPARE, INDEXES, LEAKS, NOTIFY, READINGS
from bacasable.services.water_use.web import looking, publishing, running, sealed
from bacasable.services.water_use.web.actions.acts import act
from bacasable.services.water_use.web.models import Contract, HourlyConsent, Incident, Objection, Release, Run

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.comparison import Release as Published
    from bacasable.services.water_use.engine.jobs import Excess, Night

NIGHT = "night"
_PROBLEMS = 20

Progress = Callable[[str, int, int], None]


def nightly() -> None:
    """Do the night of yesterday, once; the worker asks every quarter of an hour."""
    day = looking.today() - timedelta(days=1)
    done = Run.objects.filter(kind=NIGHT, state="done", figures__day=day.isoformat()).exists()
    if not done and (running.readings().parts() or running.indexes().path.exists()):
        run_night(day=day)


def run_night(*, day: date | None = None, by: User | str = "system", progress: Progress | None = None) -> Run:
    """Do what is due on the evening of a day, yesterday by default; what fails is said on the run.

    Raises:
        NotYet: people here are real, and the impact assessment is due; nothing was done.
        Refused: the day is not over.
    """
    from bacasable.services.water_use.engine import jobs

    day = day or looking.today() - timedelta(days=1)
    if day >= looking.today():
        raise Refused(N_("{day} is not over yet: a night is worked out from whole days"), day=day.isoformat())
    _admitted()
    made = Run.objects.create(kind=NIGHT, state="running", figures={"day": day.isoformat()})
    work = running.folder() / "nights"
    try:
        homes = homes_on(day)
        told = jobs.run(
            running.readings(),
            work,
            day=day,
            homes=[home for _contract, home in homes.values()],
            objected=meters_among(homes, Objection.objects.filter(purpose=COMPARE.key, withdrawn_at=None)),
            keep_hours=meters_among(homes, HourlyConsent.objects.filter(withdrawn_at=None)),
            indexes=running.indexes(),
            lived_since={meter: contract.opened_on for meter, (contract, _home) in homes.items()},
            published=set(Release.objects.filter(kind=publishing.QUANTILES).values_list("period", flat=True)),
            window_days=running.settings().hourly_days,
            engine=running.settings().core_engine,
            progress=progress,
        )
        _keep(made, told, {meter: contract for meter, (contract, _home) in homes.items()}, by)
    except Exception as error:
        made.state, made.finished_at = "failed", clock.now()
        # the text of an unexpected error may quote data: its kind alone is kept
        made.error = (str(error) if isinstance(error, Refused) else type(error).__name__)[:300]
        made.save()
        raise
    jobs.forget(work, day)
    return made


def publish_month(*, month: date, by: User | str = "system") -> Run:
    """Publish the quantiles of a month now, without waiting for the night that closes it.

    Raises:
        NotYet: people here are real, and the impact assessment is due.
        Refused: the month is not over, or was published: a month is published once.
    """
    from bacasable.services.water_use.engine.comparison import publish
    from bacasable.services.water_use.engine.jobs import means_of

    period = f"{month:%Y-%m}"
    if (month + timedelta(days=32)).replace(day=1) > looking.today():
        raise Refused(N_("{month} is not over yet; publish it on the first day of the next"), month=period)
    if publishing.of_period(period) is not None:
        raise Refused(N_("{month} was published: corrections count in the next month"), month=period)
    _admitted()
    homes = homes_on(min(looking.today(), (month + timedelta(days=32)).replace(day=1)) - timedelta(days=1))
    out = meters_among(homes, Objection.objects.filter(purpose=COMPARE.key, withdrawn_at=None))
    compared = [home for meter, (_contract, home) in homes.items() if meter not in out]
    release = publish(
        compared, means_of(running.readings(), period, running.settings().core_engine), period=period
    )
    made = Run(kind="publish", state="done", finished_at=clock.now())
    counts: Counter[str] = Counter(homes=len(compared))
    with act("month_published", f"run:{made.public_id}", by, period=period):
        _publish(release, counts)
        made.figures = {"period": period, **counts}
        made.save()
    return made


def _admitted() -> None:
    """Ask the gate for each purpose of the night."""
    looking.gate().admit(purpose=LEAKS.key, data_set=READINGS, fields=("hourly", "meter"))
    looking.gate().admit(purpose=NOTIFY.key, data_set=READINGS, fields=("daily", "meter"))
    looking.gate().admit(purpose=NOTIFY.key, data_set=INDEXES, fields=("daily", "meter"))
    looking.gate().admit(purpose=COMPARE.key, data_set=READINGS, fields=("daily", "meter"))
    looking.gate().admit(purpose=COMPARE.key, data_set=INDEXES, fields=("daily", "meter"))


def homes_on(day: date) -> dict[str, tuple[Contract, Declared]]:
    """Return the contracts that run on a day, with what is declared, by the meter of their readings."""
    runs = Q(closed_on=None) | Q(closed_on__gte=day)
    rows = Contract.objects.filter(runs, opened_on__lte=day)
    found: dict[str, tuple[Contract, Declared]] = {}
    for contract in rows.select_related("household").prefetch_related(_OPEN_LEAKS):
        meter = sealed.meter_of(contract)
        found[meter] = (contract, looking.declared(contract, meter=meter))
    return found


_OPEN_LEAKS = Prefetch("incidents", Incident.objects.filter(kind="flow"), to_attr="flows")


def meters_among(homes: Mapping[str, tuple[Contract, Declared]], rows: Any) -> set[str]:
    """Return the meters of those homes whose contract is in rows (objections, consents)."""
    chosen = set(rows.values_list("contract_id", flat=True))
    return {meter for meter, (contract, _home) in homes.items() if contract.pk in chosen}


def _keep(made: Run, told: "Night", contracts: Mapping[str, Contract], by: User | str) -> None:
    """Write what a night gave, whole or not at all."""
    counts: Counter[str] = Counter()
    with act("night_done", f"run:{made.public_id}", by, day=told.day.isoformat()):
        _follow(contracts, told, counts)
        for excess in told.excesses:
            _keep_excess(contracts.get(excess.meter), excess, counts)
        for release in (told.release, told.release_of_year):
            if release is not None:
                _publish(release, counts)
        made.figures = {
            "day": told.day.isoformat(),
            "homes": len(contracts),
            **counts,
            "hours_forgotten": told.expired_rows,
            "resumed": told.resumed,
            "problems": list(told.problems[:_PROBLEMS]),
        }
        made.state, made.finished_at = "done", clock.now()
        made.save()


def _follow(contracts: Mapping[str, Contract], told: "Night", counts: Counter[str]) -> None:
    """Carry on the leaks that are known, and write new ones: nothing of who lived there before."""
    from bacasable.services.water_use.engine.leaks import follow

    counts["leaks_of_no_contract"] = sum(leak.meter not in contracts for leak in told.leaks)
    rows = {meter: list(contract.flows) for meter, contract in contracts.items() if contract.flows}  # type: ignore[attr-defined]
    known = [_leak(meter, row) for meter, of_meter in rows.items() for row in of_meter]
    found = [
        leak
        for leak in told.leaks
        if leak.meter in contracts and leak.last_seen.date() >= contracts[leak.meter].opened_on
    ]
    read = {meter: looking.last_reading(contracts[meter]) for meter in rows}
    last_read = {meter: datetime.combine(day, time(23)) for meter, day in read.items() if day is not None}
    end = datetime.combine(told.day, time(23))
    for leak in follow(known, found, end=end, last_read=last_read):
        row = next(
            (row for row in rows.get(leak.meter, ()) if leak.start <= _civil(row.start) <= leak.last_seen),
            None,
        )
        if row is None:
            row = Incident(contract=contracts[leak.meter], kind="flow")
        elif _leak(leak.meter, row) == leak:
            continue
        counts["leaks_new" if row.pk is None else f"leaks_{leak.state}"] += 1
        row.start, row.last_seen = _at(leak.start), _at(leak.last_seen)
        row.litres_per_hour, row.confidence, row.state = leak.litres_per_hour, leak.confidence, leak.state
        row.save()


def _leak(meter: str, row: Incident) -> Leak:
    return Leak(
        meter,
        _civil(row.start),
        _civil(row.last_seen),
        row.litres_per_hour or 0.0,
        row.confidence or 0.0,
        row.state,  # type: ignore[arg-type]
    )


def _keep_excess(contract: Contract | None, excess: "Excess", counts: Counter[str]) -> None:
    """Write a volume above twice its average; who tells the household is the agent who validates it."""
    if contract is None or excess.first < contract.opened_on:
        return  # what ran before a household came is not told to it
    _row, is_new = Incident.objects.get_or_create(
        contract=contract,
        kind="volume",
        start=_at(datetime.combine(excess.first, time())),
        defaults={
            "last_seen": _at(datetime.combine(excess.last, time())),
            "litres": excess.litres,
            "average_litres": excess.average_litres,
            "average_basis": excess.basis,
            "first_day": excess.first,
            "last_day": excess.last,
        },
    )
    counts["volumes_above_twice"] += is_new


def _publish(release: "Published", counts: Counter[str]) -> None:
    content = release.as_json()
    hidden = Counter(each.reason for each in release.suppressed)
    Release.objects.create(
        kind=publishing.QUANTILES,
        period=release.period,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        suppressed=dict(hidden),
    )
    counts["cells_published"] += len(release.cells)
    counts["cells_hidden"] += sum(hidden.values())


def _at(civil: datetime) -> datetime:
    return civil.replace(tzinfo=clock.zone())


def _civil(at: datetime) -> datetime:
    return at.astimezone(clock.zone()).replace(tzinfo=None)
