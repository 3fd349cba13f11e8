"""What is learned of all homes once a month: what a home is expected to use, and the mean day by the hour.

The model learns from monthly means under the pseudonyms of its own purpose, without the homes that objected;
what is kept of it names no home: which source was worth crossing, and what homes of each size use. The
mean day is made of a thousand homes or more, with noise, within the budget of the year.
"""

import hashlib
import json
from calendar import TUESDAY
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.privacy.disclosure.ledger import shown
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.comparison.ladder import LEAST_K
from bacasable.services.water_use.engine.comparison.profiles import publish_profile
from bacasable.services.water_use.engine.meters import ENOUGH_DAYS, Declared
from bacasable.services.water_use.processing import COMPARE, HOURS, HOUSEHOLD, READINGS, TRAIN
from bacasable.services.water_use.web import linkage, looking, publishing, running
from bacasable.services.water_use.web.actions.acts import act
from bacasable.services.water_use.web.actions.night import homes_on, meters_among
from bacasable.services.water_use.web.models import Contract, Objection, Release, Run
from bacasable.ui.saying import spoken

KIND = "learn"
#: Days after a month that late readings have: as the night waits.
_LATE_DAYS = 3
_SEED = 1
_LARGEST_SIZE = 6

Homes = Mapping[str, tuple[Contract, Declared]]


def monthly() -> None:
    """Learn of the last month that is closed, once; the worker asks every hour."""
    month = (looking.today() - timedelta(days=1 + _LATE_DAYS)).replace(day=1) - timedelta(days=1)
    period = f"{month:%Y-%m}"
    done = Run.objects.filter(kind=KIND, figures__period=period).exclude(state="running").exists()
    if not done and running.readings().parts({period}):
        learn_month(month=month)


def last() -> Run | None:
    """Return the last run that learned something, None before the first."""
    return Run.objects.filter(kind=KIND, state="done").first()


def expected_of(members: int | None) -> dict[str, Any] | None:
    """Return what homes of so many people are expected to use, as learned last; None where it is not known.

    ``litres`` a day, ``low`` and ``high``, between which nine of ten such homes are; ``homes`` learned from;
    ``period``, the month. Nothing else of a home is asked, and sizes of fewer than eleven homes have none.
    """
    made = last()
    if made is None:
        return None
    found = next((one for one in made.figures.get("expected", ()) if one["members"] == members), None)
    return {**found, "period": date.fromisoformat(f"{made.figures['period']}-01")} if found else None


def learn_month(*, month: date, by: User | str = "system", epsilon: Fraction | None = None) -> Run:
    """Learn of a month that is over; what could not be done is said on the run.

    Args:
        month: a day of it.
        epsilon: spent on the mean day; by default what the settings say, where 0 publishes none.

    Raises:
        NotYet: people here are real, and the impact assessment is due; nothing was done.
    """
    period = f"{month:%Y-%m}"
    asked = Fraction(running.settings().profile_epsilon) if epsilon is None else epsilon
    looking.gate().admit(purpose=TRAIN.key, data_set=HOUSEHOLD, fields=("members", "garden", "pool"))
    made = Run.objects.create(kind=KIND, state="running", figures={"period": period})
    homes = homes_on(looking.today() - timedelta(days=1))
    problems: list[str] = []
    try:
        told = _expected(homes, period)
    except Refused as refused:
        told = {}
        problems.append(spoken(refused.said))
    profile = None
    if asked and not Release.objects.filter(kind=publishing.PROFILE, period=period).exists():
        try:
            profile = _profile(homes, _typical_day(month), asked)
        except Refused as refused:
            problems.append(spoken(refused.said))
    with act("month_learned", f"run:{made.public_id}", by, period=period, published=profile is not None):
        if profile:
            content = json.dumps(profile)
            Release.objects.create(
                kind=publishing.PROFILE,
                period=period,
                content=content,
                digest=hashlib.sha256(content.encode()).hexdigest(),
            )
        made.figures = {"period": period, **told, "problems": problems}
        made.state, made.finished_at = "done", clock.now()
        made.save()
    return made


def _objected(homes: Homes, purpose: str) -> set[str]:
    return meters_among(homes, Objection.objects.filter(purpose=purpose, withdrawn_at=None))


def _expected(homes: Homes, period: str) -> dict[str, Any]:
    """Return the ledger of sources, and what homes of each size use, of sizes with eleven homes."""
    from bacasable.services.water_use.engine.expected import learn, row_of

    out = _objected(homes, TRAIN.key)
    admitted = looking.gate().admit(purpose=TRAIN.key, data_set=READINGS, fields=("meter", "total"))
    days = running.readings().days(months={period})
    read = admitted.table(days.filter(~days.meter.isin(sorted(out) or [""]), days.total.notnull()))
    # the core's months ask for hours, which this purpose may not have
    means = read.group_by("meter").aggregate(mean=read.total.mean(), days=read.count())
    litres = {
        row["meter"]: row["mean"] for row in means.to_pyarrow().to_pylist() if row["days"] >= ENOUGH_DAYS
    }
    rows = [
        row_of(home, litres[name])
        for meter, (_contract, home) in homes.items()
        if meter not in out and (name := linkage.for_purpose(meter, TRAIN.key)) in litres
    ]
    model = learn(rows, seed=_SEED)
    said = Counter(row["members"] for row in rows)
    expected = []
    for members in range(1, _LARGEST_SIZE + 1):
        if said[members] >= LEAST_K:
            home = model.expect({"members": members})
            expected.append({"members": members, "homes": said[members], "litres": round(home.litres),
                             "low": round(home.low), "high": round(home.high)})  # fmt: skip
    return {"ledger": json.loads(model.ledger.as_json()), "expected": expected}


def _typical_day(month: date) -> date:
    """Return the last Tuesday of a month: hours of every home are still there when it closes."""
    end = (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return end - timedelta(days=(end.weekday() - TUESDAY) % 7)


def _profile(homes: Homes, day: date, epsilon: Fraction) -> dict[str, Any]:
    """Return the mean day of all homes that were read every hour of it, with its noise.

    Of all districts together: the noise that protects a home weighs on a district of a thousand as much as
    on a town of ten thousand, which it leaves readable.

    Raises:
        Refused: fewer than a thousand homes, or the budget of the year is spent.
    """
    import numpy as np

    from bacasable.privacy.disclosure.ledger import Budget, Ledger

    out = _objected(homes, COMPARE.key)
    admitted = looking.gate().admit(purpose=COMPARE.key, data_set=READINGS, fields=HOURS)
    days = running.readings().days(months={f"{day:%Y-%m}"})
    whole = days.filter(days.day == day, days.hours >= len(HOURS), ~days.meter.isin(sorted(out) or [""]))
    rows = admitted.table(whole).to_pyarrow()
    found = publish_profile(
        np.column_stack([rows[hour].to_numpy() for hour in HOURS]),
        epsilon=epsilon,
        ledger=Ledger(publishing.ledger_path()),
        budget=Budget("epsilon", Fraction(running.settings().profile_budget)),
        data_set=f"hours of {day.year}",
    )
    return {"day": day.isoformat(), "homes": found.homes, "litres": found.litres, "error": found.error,
            "epsilon": shown(found.epsilon)}  # fmt: skip
