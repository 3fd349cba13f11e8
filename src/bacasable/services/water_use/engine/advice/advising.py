"""What each action would save in a home as it declared itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.advice.actions import ACTIONS, Action
from bacasable.services.water_use.engine.meters import Declared

#: Members counted where a household has not said: the mean home of France has 2.2 (INSEE), so two.
MEMBERS_UNSAID = 2
#: Mean price of a cubic metre, water and sewage, taxes included, on 1 January 2023, in thousandths of a euro
#: (SISPEA, 14th report, quoted by the Banque des Territoires): a secondary source, shown so.
MEAN_PRICE_MILLIEUROS = 4520


@dataclass(frozen=True)
class Advice:
    """An action for one home: litres and cents saved a year, and what was supposed for want of being said."""

    action: Action
    litres_a_year: int
    cents_a_year: int
    supposed_members: bool


def advise(
    home: Declared, *, millieuros_per_cubic_metre: int = MEAN_PRICE_MILLIEUROS, done: Iterable[str] = ()
) -> list[Advice]:
    """Return what a home can do, the largest saving first; what it did already is left out.

    What a home has not said (a garden?) is not advised on: nobody is told to cover a pool that is not there.
    A saving is that of the members of a home, not of its meter: nothing is read from its water.

    Raises:
        Refused: the price is below zero.
    """
    if millieuros_per_cubic_metre < 0:
        raise Refused(N_("the price of water: {price} is below zero"), price=millieuros_per_cubic_metre)
    over = frozenset(done)
    members = home.members or MEMBERS_UNSAID
    found = []
    for action in ACTIONS:
        if action.key in over or (action.only_if and not getattr(home, action.only_if)):
            continue
        litres = action.litres_a_year(members)
        cents = round(litres * millieuros_per_cubic_metre / 10_000)
        supposed = home.members is None and bool(action.uses_per_member_and_week)
        found.append(Advice(action, litres, cents, supposed))
    return sorted(found, key=lambda advice: (-advice.litres_a_year, advice.action.key))
