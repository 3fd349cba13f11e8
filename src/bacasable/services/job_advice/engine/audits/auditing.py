"""The audits together: what a synthetic population is proposed, by sex, age and territory."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bacasable.services.job_advice.engine.audits.congestion import Congestion, congestion
from bacasable.services.job_advice.engine.audits.disparity import DRAWS, Distance, Ratio, distances, ratios
from bacasable.services.job_advice.engine.audits.outcomes import groups, outcomes, strata
from bacasable.services.job_advice.engine.audits.proposals import Market, Proposals
from bacasable.services.job_advice.engine.audits.proxies import Proxy, proxy, table, words_of
from bacasable.services.job_advice.engine.population.people import People

#: Ratios between groups, by attribute and outcome.
Ratios = Mapping[str, Mapping[str, list[Ratio]]]
#: People on whom proxies are learned at most: more would teach little, and take minutes.
PROXY_PEOPLE = 20_000


@dataclass(frozen=True)
class Audit:
    """What was found on ``people`` synthetic people of ``seed``.

    ``ratios`` by attribute and outcome, ``distances`` by attribute, ``proxies`` by attribute, and how crowded
    the proposals are. ``sources`` are (name, version, date) of the tables; ``drawn_from`` says what of the
    people was not in them.
    """

    people: int
    seed: int
    is_synthetic: bool
    sources: tuple[tuple[str, str, str], ...]
    ratios: Ratios
    distances: Mapping[str, list[Distance]]
    congestion: Congestion
    proxies: Mapping[str, Proxy]
    drawn_from: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Worst:
    """The lowest ratio between groups, corrected, as the lower of it and its inverse: 1 is alike.

    ``attribute``, ``outcome`` and ``ratio`` are where it is. The interval goes from the lowest of all lower
    bounds to the lowest of all upper ones: the lowest ratio is in it, whichever it is.
    """

    value: float
    low: float
    high: float
    attribute: str
    outcome: str
    ratio: Ratio


def worst(found: Ratios) -> Worst:
    """Return the lowest ratio of all.

    Raises:
        ValueError: no two groups can be compared.
    """
    compared = [
        (attribute, outcome, ratio, fairness(ratio))
        for attribute, by_outcome in found.items()
        for outcome, each in by_outcome.items()
        for ratio in each
        if ratio.corrected_interval is not None
    ]
    if not compared:
        raise ValueError("no two groups can be compared: draw more people")
    attribute, outcome, ratio, (value, _low, _high) = min(compared, key=lambda one: one[3][0])
    low, high = (min(one[3][end] for one in compared) for end in (1, 2))
    return Worst(value, low, high, attribute, outcome, ratio)


def fairness(ratio: Ratio) -> tuple[float, float, float]:
    """Return a corrected ratio as the lower of it and its inverse, with the bounds of that: 1 is alike.

    Raises:
        ValueError: nobody was comparable.
    """
    if ratio.corrected is None or ratio.corrected_interval is None:
        raise ValueError(f"{ratio.group}: nobody of them is comparable")
    low, high = ratio.corrected_interval.low, ratio.corrected_interval.high
    ends = [min(one, 1 / one) if one > 0 else 0.0 for one in (low, high)]
    best = 1.0 if low <= 1 <= high else max(ends)
    value = min(ratio.corrected, 1 / ratio.corrected) if ratio.corrected > 0 else 0.0
    return value, min(ends), best


def audit(
    people: People,
    proposed: Proposals,
    market: Market,
    regions: Mapping[str, str],
    *,
    sources: tuple[tuple[str, str, str], ...],
    is_synthetic: bool,
    seed: int,
    proxies: bool = True,
) -> Audit:
    """Return the audits of what ``people`` are ``proposed``."""
    of = strata(people)
    return Audit(
        len(people.profiles),
        seed,
        is_synthetic,
        sources,
        audited(people, proposed, market, regions, seed),
        {
            attribute: distances(proposed.occupation, group, names, of, seed)
            for attribute, (group, names) in groups(people, regions).items()
        },
        congestion(proposed.occupation, people.marginals.held, proposed.codes, seed),
        guessed(people, proposed, seed) if proxies else {},
        people.marginals.told,
    )


def audited(
    people: People,
    proposed: Proposals,
    market: Market,
    regions: Mapping[str, str],
    seed: int,
    draws: int = DRAWS,
) -> Ratios:
    """Return the ratios between groups of each outcome of what ``people`` are ``proposed``."""
    of = strata(people)
    found = outcomes(proposed.occupation, people, market)
    return {
        attribute: {name: ratios(value, group, names, of, seed, draws) for name, value in found.items()}
        for attribute, (group, names) in groups(people, regions).items()
    }


def guessed(people: People, proposed: Proposals, seed: int, most: int = PROXY_PEOPLE) -> dict[str, Proxy]:
    """Return how well sex, and being fifty or more, are guessed from inputs and from proposals."""
    n = min(most, len(people.profiles))
    inputs = table([frozenset(words_of(one)) for one in people.profiles[:n]])
    said = table(proposed.said[:n])
    truths = {
        "sex": people.protected.sex[:n] == 0,
        "fifty and over": people.protected.age[:n] >= people.protected.ages.index("50-54"),
    }
    return {name: proxy(name, inputs, said, np.asarray(truth), seed) for name, truth in truths.items()}
