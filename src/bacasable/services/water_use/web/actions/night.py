"""The night of the water service: what the engine works out becomes leaks, releases and a line of the log.

The engine's results are kept in one transaction with their journal entry; until then they wait in files, so
that a night that was killed goes on. Nothing is sent to anybody here: letters wait for an agent.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.meters import Declared, Leak
from bacasable.services.water_use.processing import COMPARE, LEAKS, NOTIFY, READINGS
from bacasable.services.water_use.web import looking, publishing, running, sealed
from bacasable.services.water_use.web.actions.acts import act
from bacasable.services.water_use.web.models import Contract, HourlyConsent, Incident, Objection, Release, Run

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.comparison import Release as Published
    from bacasable.services.water_use.engine.jobs import Excess, Night

NIGHT = "night"
#: A leak seen again so soon after the last one at the same meter is the same, and nobody is told twice.
_SAME = timedelta(days=7)
_PROBLEMS = 20

Progress = Callable[[str, int, int], None]


def nightly() -> None:
    """Do the night of yesterday, once; the worker asks every quarter of an hour."""
    day = looking.today() - timedelta(days=1)
    done = Run.objects.filter(kind=NIGHT, state="done", figures__day=day.isoformat()).exists()
    if not done and running.readings().parts():
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
        homes = _homes(day)
        told = jobs.run(
            running.readings(),
            work,
            day=day,
            homes=[home for _contract, home in homes.values()],
            objected=_meters(homes, Objection.objects.filter(purpose=COMPARE.key, withdrawn_at=None)),
            keep_hours=_meters(homes, HourlyConsent.objects.filter(withdrawn_at=None)),
            published=set(Release.objects.filter(kind=publishing.QUANTILES).values_list("period", flat=True)),
            window_days=running.settings().hourly_days,
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
    homes = _homes(min(looking.today(), (month + timedelta(days=32)).replace(day=1)) - timedelta(days=1))
    out = _meters(homes, Objection.objects.filter(purpose=COMPARE.key, withdrawn_at=None))
    compared = [home for meter, (_contract, home) in homes.items() if meter not in out]
    release = publish(compared, means_of(running.readings(), period), period=period)
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
    looking.gate().admit(purpose=COMPARE.key, data_set=READINGS, fields=("daily", "meter"))


def _homes(day: date) -> dict[str, tuple[Contract, Declared]]:
    """Return the contracts that run on a day, with what is declared, by the meter of their readings."""
    runs = Q(closed_on=None) | Q(closed_on__gte=day)
    rows = Contract.objects.filter(runs, opened_on__lte=day).exclude(grain="index")
    found: dict[str, tuple[Contract, Declared]] = {}
    for contract in rows.select_related("household").prefetch_related(_OPEN_LEAKS):
        meter = sealed.meter_of(contract)
        found[meter] = (contract, looking.declared(contract, meter=meter))
    return found


_OPEN_LEAKS = Prefetch("incidents", Incident.objects.filter(kind="flow"), to_attr="flows")


def _meters(homes: Mapping[str, tuple[Contract, Declared]], rows: Any) -> set[str]:
    chosen = set(rows.values_list("contract_id", flat=True))
    return {meter for meter, (contract, _home) in homes.items() if contract.pk in chosen}


def _keep(made: Run, told: "Night", contracts: Mapping[str, Contract], by: User | str) -> None:
    """Write what a night gave, whole or not at all."""
    counts: Counter[str] = Counter()
    with act("night_done", f"run:{made.public_id}", by, day=told.day.isoformat()):
        seen = set()
        for leak in told.leaks:
            contract = contracts.get(leak.meter)
            if contract is None:
                counts["leaks_of_no_contract"] += 1
                continue
            if (kept := _keep_leak(contract, leak, counts)) is not None:
                seen.add(kept.pk)
        _close(contracts.values(), seen, told.day, counts)
        for excess in told.excesses:
            _keep_excess(contracts.get(excess.meter), excess, counts)
        if told.release is not None:
            _publish(told.release, counts)
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


def _keep_leak(contract: Contract, leak: Leak, counts: Counter[str]) -> Incident | None:
    """Write a leak: the one that is known, seen again, or a new one. Nothing of who lived there before."""
    start, last_seen = _at(leak.start), _at(leak.last_seen)
    if leak.last_seen.date() < contract.opened_on:
        return None
    known: Incident | None = max(
        (
            row
            for row in contract.flows  # type: ignore[attr-defined]
            if row.start <= last_seen and row.last_seen >= start - _SAME
        ),
        key=lambda row: row.last_seen,
        default=None,
    )
    if known is None:
        counts["leaks_new"] += 1
        return Incident.objects.create(
            contract=contract,
            kind="flow",
            start=start,
            last_seen=last_seen,
            litres_per_hour=leak.litres_per_hour,
            confidence=leak.confidence,
            state=leak.state,
        )
    counts["leaks_known"] += 1
    known.last_seen = max(known.last_seen, last_seen)
    known.litres_per_hour, known.confidence = leak.litres_per_hour, leak.confidence
    if known.state != "explained":
        known.state = leak.state
    known.save()
    return known


def _close(contracts: Iterable[Contract], seen: set[int], day: date, counts: Counter[str]) -> None:
    """Close leaks that run no more: stopped where the meter was read since, else not to be seen."""
    for contract in contracts:
        for row in contract.flows:  # type: ignore[attr-defined]
            if row.pk in seen or row.state != "open":
                continue
            last = looking.last_reading(contract)
            row.state = "stopped" if last is not None and last >= day - timedelta(days=3) else "unknown"
            row.save()
            counts[f"leaks_{row.state}"] += 1


def _keep_excess(contract: Contract | None, excess: "Excess", counts: Counter[str]) -> None:
    """Write a volume above twice its average; who tells the household is the agent who validates it."""
    if contract is None:
        return
    first = date.fromisoformat(f"{excess.month}-01")
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    _row, is_new = Incident.objects.get_or_create(
        contract=contract,
        kind="volume",
        start=_at(datetime.combine(first, datetime.min.time())),
        defaults={
            "last_seen": _at(datetime.combine(last, datetime.min.time())),
            "litres": excess.litres,
            "average_litres": excess.average_litres,
            "first_day": first,
            "last_day": last,
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
    counts["cells_published"], counts["cells_hidden"] = len(release.cells), sum(hidden.values())


def _at(naive: datetime) -> datetime:
    return naive.replace(tzinfo=clock.zone())
