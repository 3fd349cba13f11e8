"""Hourly profiles of many homes: published from a thousand homes on, with noise, within a budget.

A mean day by the hour shows when people rise and leave: of few homes it tells of each. It is therefore made
of at least ``LEAST_HOMES``, each of which counts with one day, cut at a bound, and carries noise (the error
at epsilon 1: 99 % with 100 homes, 9.9 % with 1,000, measured on real homes; facts of this service).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bacasable.privacy.disclosure.ledger import Budget, Ledger

#: Homes in a published profile, at least.
LEAST_HOMES = 1000
#: Litres of one hour of one home that count at most: a bath and a washing machine.
MOST_LITRES = 250
HOURS = 24


@dataclass(frozen=True)
class Profile:
    """A mean day of many homes: litres an hour and home, each within ``error`` in 95 % of the hours.

    ``left`` is what stays of the budget after it; None without a ledger.
    """

    homes: int
    litres: tuple[float, ...]
    error: float
    epsilon: Fraction
    left: Fraction | None


def publish_profile(
    hourly: "NDArray",
    *,
    epsilon: Fraction,
    ledger: "Ledger | None" = None,
    data_set: str = "",
    budget: "Budget | None" = None,
) -> Profile:
    """Return the mean day with noise: one day of each home, ``(homes, 24)`` litres, negative for none.

    Raises:
        Refused: fewer than a thousand homes, another shape, or a budget that does not cover it.
    """
    import numpy as np
    import polars

    from bacasable.privacy.disclosure.noise import Bounds, noisy_totals

    values = np.asarray(hourly)
    if values.ndim != 2 or values.shape[1] != HOURS:
        raise Refused(N_("a profile is made of one day of 24 hours for each home"))
    homes = len(values)
    if homes < LEAST_HOMES:
        raise Refused(
            N_("a profile of {homes} homes is not published: at least {least} are needed"),
            homes=homes,
            least=LEAST_HOMES,
        )
    cut = np.clip(values, 0, MOST_LITRES).astype(np.int64)
    hours: Sequence[str] = [f"{hour:02d}" for hour in range(HOURS)]
    table = polars.DataFrame(
        {
            "home": np.repeat(np.arange(homes), HOURS),
            "hour": list(hours) * homes,
            "litres": cut.ravel(),
        }
    )
    made = noisy_totals(
        table,
        {"hour": hours},
        spent=epsilon,
        person="home",
        value="litres",
        bounds=Bounds(cells=HOURS, lower=0, upper=MOST_LITRES),
        ledger=ledger,
        data_set=data_set,
        budget=budget,
    )
    totals = made.table.sort("hour")["total"].to_list()
    return Profile(
        homes,
        tuple(round(max(0.0, total / homes), 2) for total in totals),
        round(made.error / homes, 2),
        epsilon,
        made.left,
    )
