"""What is published: no small group comes out of a subtraction, and no profile goes beyond its budget."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.water_use.controls.subject import ENGINE, Subject, counted, sample, trial_city

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.comparison import Ladder

#: Months of the year that is subtracted, and homes that come, leave, object or change their word in a month.
MONTHS, MOVED = 12, 0.03
#: Requests for a profile, each of a quarter of the budget: four are granted.
REQUESTS, GRANTED = 64, 4
#: A year of a town, in which the cells of rare homes are small.
_HOMES = 1500


def _subtracted(probe: Probe, seed: int) -> Measurement:
    import numpy as np

    from bacasable.services.water_use.engine.comparison.ladder import LEAST_K, shipped
    from bacasable.services.water_use.engine.trials import releases

    subject: Subject = probe.engine
    city = trial_city(seed)
    rng = np.random.default_rng([seed, 23])
    litres = np.maximum(city.hourly[:_HOMES, : 28 * 24], 0).sum(axis=1) / 28
    inside = rng.random(_HOMES) < 0.9
    months = []
    for month in range(1, MONTHS + 1):
        inside ^= rng.random(_HOMES) < MOVED
        homes = [city.homes[at] for at in np.flatnonzero(inside)]
        use = litres * rng.lognormal(0, 0.15, _HOMES)
        volumes = {city.homes[at].meter: float(use[at]) for at in np.flatnonzero(inside)}
        months.append((f"2025-{month:02d}", homes, volumes))
    found = releases.year(months, subject.ladder(), LEAST_K, shipped().dominance)
    return counted(
        found.small + found.dominated,
        found.groups,
        seed,
        "subtracts published cells from those that hold them, month after month",
        sample(city),
        smallest_group=found.smallest,
        dominated_cells=found.dominated,
        months=MONTHS,
        homes="synthetic",
    )


@contextlib.contextmanager
def _without_rules(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.water_use.engine.trials import releases

    rules: Ladder = releases.unguarded(probe.engine.ladder())
    yield replace(probe, engine=replace(probe.engine, ladder=lambda: rules))


def _overspent(probe: Probe, seed: int) -> Measurement:
    import numpy as np

    from bacasable.privacy.disclosure.ledger import Budget, Ledger, amount
    from bacasable.privacy.messages import Refused
    from bacasable.services.water_use.engine.comparison import publish_profile

    subject: Subject = probe.engine
    city = trial_city(seed)
    days = city.hourly.reshape(len(city.homes), -1, 24)
    budget = Budget("epsilon", amount("1"))
    beyond = answered = 0
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.jsonl")
        for asked in range(REQUESTS):
            day = int(np.random.default_rng([seed, asked]).integers(0, days.shape[1]))
            try:
                publish_profile(
                    days[:, day],
                    epsilon=amount("0.25"),
                    ledger=ledger if subject.budgeted else None,
                    budget=budget if subject.budgeted else None,
                    data_set="profiles",
                )
            except Refused:
                continue
            answered += 1
            beyond += answered > GRANTED
    seen = sha256(json.dumps([seed, REQUESTS]).encode()).hexdigest()
    return counted(
        beyond,
        REQUESTS - GRANTED,
        seed,
        "asks for profiles until somebody says no",
        seen,
        asked=REQUESTS,
        answered=answered,
    )


@contextlib.contextmanager
def _without_budget(probe: Probe) -> Iterator[Probe]:
    yield replace(probe, engine=replace(probe.engine, budgeted=False))


CONTROLS = (
    Control(
        key="published_cells_large_enough",
        title=N_("Over a year of releases, no subtraction of what is published leaves a group of few homes"),
        unit=N_(
            "share of published cells, and of what is left of them, that hold fewer than 11 homes or that "
            "one home dominates"
        ),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=180),
        measure=_subtracted,
        sabotage=_without_rules,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.comparison.publishing",
                f"{ENGINE}.comparison.ladder",
                f"{ENGINE}.trials.releases",
            )
        ),
    ),
    Control(
        key="budget_not_overspent",
        title=N_("Hourly profiles stop being published when the privacy budget is spent"),
        unit=N_("share of requests beyond the budget that are answered"),
        direction="at_most",
        threshold=0.05,
        maximum_age=timedelta(days=180),
        measure=_overspent,
        sabotage=_without_budget,
        depends_on=DependsOn(
            modules=(f"{ENGINE}.comparison.profiles", "bacasable.privacy.disclosure.ledger")
        ),
    ),
)
