"""What is compared between groups: what people are proposed, one number a person."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_
from bacasable.services.job_advice.engine.audits.proposals import Market
from bacasable.services.job_advice.engine.population.people import People

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

OUTCOMES = {
    "wage": N_("mean wage of the occupations proposed"),
    "gain": N_("wage of the best paid occupation proposed, over that of the occupation held"),
    "tension": N_("place of the occupations proposed among all, by how hard they are to fill there"),
}
#: Parts of the country that are compared: regions of the INSEE put together, so that groups are large.
ZONES = {
    N_("Paris region"): ("11",),
    N_("north-west"): ("24", "28", "52", "53"),
    N_("north-east"): ("27", "32", "44"),
    N_("south-west"): ("75", "76"),
    N_("south-east"): ("84", "93", "94"),
    N_("overseas"): ("01", "02", "03", "04", "06"),
}
#: People from whom regions are compared one by one as well.
REGIONS_FROM = 20_000
#: Bands of age that are compared: their names, and the band of the tables at which each begins.
BANDS, FIRST_BANDS = (N_("under 30"), N_("30 to 49"), N_("50 and over")), (0, 2, 6)


def outcomes(occupation: Codes, people: People, market: Market) -> dict[str, Floats]:
    """Return each outcome, shape (people,), NaN where nothing tells; keys of :data:`OUTCOMES`."""
    there = occupation >= 0
    places = np.maximum(occupation, 0)
    wage = np.where(there, market.wage[places], np.nan)
    own = market.wage[people.held]
    tense = np.where(there, _places(market.tension)[people.protected.territory[:, None], places], np.nan)
    best = np.where(np.isnan(wage).all(axis=1), np.nan, np.nanmax(np.nan_to_num(wage, nan=-1), axis=1))
    return {
        "wage": _mean(wage),
        "gain": best / own,
        "tension": _mean(tense),
    }


def _places(tension: Floats) -> Floats:
    """Return the place of each occupation among those of its department, 0 (least tense) to 1 (most)."""
    ordered = np.argsort(np.argsort(tension, axis=1), axis=1) + 1.0
    known = (~np.isnan(tension)).sum(axis=1, keepdims=True)
    return np.where(np.isnan(tension), np.nan, ordered / np.maximum(known, 1))


def _mean(values: Floats) -> Floats:
    known = ~np.isnan(values)
    counts = known.sum(axis=1)
    return np.divide(
        np.where(known, values, 0).sum(axis=1), counts, out=np.full(len(values), np.nan), where=counts > 0
    )


def groups(people: People, regions: Mapping[str, str]) -> dict[str, tuple[Codes, tuple[str, ...]]]:
    """Return the groups that are compared: by sex, by band of age, by part of the country, by region.

    ``regions``: the code of the region of each department. One that is in no zone is a zone of its own.
    """
    protected = people.protected
    band = np.searchsorted(FIRST_BANDS, protected.age, side="right") - 1
    of = [regions.get(code, code) for code in protected.territories]
    zone_of = {code: zone for zone, codes in ZONES.items() for code in codes}
    made = {
        "sex": (protected.sex, protected.sexes),
        "age": (band, BANDS),
        "territory": _named([zone_of.get(one, one) for one in of], protected.territory),
    }
    if len(people.profiles) >= REGIONS_FROM:
        made["region"] = _named(of, protected.territory)
    return made


def _named(of: list[str], territory: Codes) -> tuple[Codes, tuple[str, ...]]:
    names = tuple(sorted(set(of)))
    return np.array([names.index(one) for one in of])[territory], names


def regions_of(referential: "Referential") -> dict[str, str]:
    """Return the code of the region of each department."""
    return dict(referential.departments.select("code", "region").iter_rows())


def strata(people: People) -> Codes:
    """Return the stratum of each person: the occupation held and the level of diploma."""
    return people.held * 16 + people.level
