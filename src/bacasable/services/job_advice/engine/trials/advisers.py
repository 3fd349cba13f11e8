"""Synthetic advisers who act on what a page offers: careful, hurried or automatic.

They are drawn, not observed: each has a pace, an eye for what a suggestion is worth, and a dislike of clicks,
drawn around those of their way, so that ways overlap. They prove that the indicators can tell services
apart; they say nothing of how real advisers decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import numpy as np

from bacasable.services.job_advice.engine.indicators.acts import ON_ITEM, Act, Offer, Shown, Verb

Way = Literal["careful", "hurried", "automatic"]
WAYS: tuple[Way, ...] = get_args(Way)
#: The month in which trials take place, and the day on which they are read.
FIRST, MONTH, TODAY = date(2026, 6, 1), "2026-06", date(2026, 7, 1)
#: Interviews of an adviser in the month, and suggestions made bad on purpose in their training.
INTERVIEWS, DECOYS = 24, 10
#: Advisers of a service, and the share of them who go another way than it.
ADVISERS, _ASTRAY = 10, 0.1


@dataclass(frozen=True, slots=True)
class Adviser:
    """A way of deciding: median seconds of reading, error in judging what is worth, how much a click weighs.

    ``judges`` is the share of suggestions that are judged at all: the others are retained as they stand or,
    after the first, put off as often as ``puts_off``.
    ``takes_all`` is how likely they use what accepts several suggestions at once, where there is one.
    """

    seconds: float
    error: float
    judges: float
    rewrites: float
    puts_off: float
    click: float
    takes_all: float


def draw(way: Way, rng: np.random.Generator) -> Adviser:
    """Return an adviser of a way."""
    between = rng.uniform
    if way == "careful":
        return Adviser(
            between(20, 60), between(0.1, 0.25), between(0.85, 1), between(0.3, 0.8), 0.2, 0.1, 0.6
        )
    if way == "hurried":
        return Adviser(
            between(4, 14),
            between(0.3, 0.6),
            between(0.2, 0.6),
            between(0, 0.15),
            between(0.3, 0.8),
            0.4,
            0.9,
        )
    return Adviser(between(1, 6), between(0.6, 1.2), between(0, 0.1), between(0, 0.05), 0.0, 0.8, 1.0)


def service(
    name: str, way: Way, pages: Sequence[Shown], seed: int | Sequence[int], advisers: int = ADVISERS
) -> list[Act]:
    """Return the month of a service whose advisers mostly go one way, through what ``pages`` offer.

    What suggestions are worth differs from service to service: a careful one may retain nearly all.
    """
    rng = np.random.default_rng(seed)
    worth = rng.uniform(0.35, 0.9)
    strays = [other for other in ("careful", "automatic") if other != way]
    astray = set(rng.choice(advisers, round(_ASTRAY * advisers), replace=False).tolist())
    acts: list[Act] = []
    for number in range(advisers):
        goes: Way = rng.choice(strays) if number in astray else way
        adviser = draw(goes, rng)
        for interview in range(INTERVIEWS):
            page = pages[int(rng.integers(len(pages)))]
            day = FIRST + timedelta(days=int(rng.integers(0, 29)))
            acts += _interview(adviser, number, f"{number}-{interview}", name, page, day, worth, rng)
        for decoy in range(DECOYS):
            page = pages[int(rng.integers(len(pages)))]
            _place, offers = next(iter(page.items.items()))
            verb, _value = _chosen(adviser, offers, 0.05, 1, rng)
            acts.append(
                Act(verb, FIRST, f"training-{number}-{decoy}", number, name, f"{decoy}", 1, is_decoy=True)
            )
    return acts


def _interview(
    adviser: Adviser,
    number: int,
    interview: str,
    name: str,
    page: Shown,
    day: date,
    worth: float,
    rng: np.random.Generator,
) -> list[Act]:
    group = "75" if rng.random() < 0.5 else "93"
    at_once = bool(page.at_once) and rng.random() < adviser.takes_all
    acts = []
    best = 0.0
    for rank, (place, offers) in enumerate(page.items.items(), start=1):
        # suggestions are ranked: the first is worth a little more
        true = min(max(rng.normal(worth - 0.04 * (rank - 1), 0.2), 0.0), 1.0)
        verb, judged = ("retained", 1.0) if at_once else _chosen(adviser, offers, true, rank, rng)
        best = max(best, judged)
        kept = verb in ("retained", "modified")
        rewritten = kept and not at_once and rng.random() < adviser.rewrites
        seconds = adviser.seconds * rng.lognormal(0, 0.5) / (5 if at_once else 1)
        acts.append(
            Act(
                verb,  # type: ignore[arg-type]
                day,
                interview,
                number,
                name,
                place,
                rank,
                int(1000 * seconds),
                group,
                rewritten if kept else None,
            )
        )
    if page.interview and not at_once and best < 0.5 and rng.random() < adviser.judges:
        offer = page.interview[int(rng.integers(len(page.interview)))]
        acts.append(Act(offer.verb, day, interview, number, name, group=group))
    return acts


def _chosen(
    adviser: Adviser, offers: Sequence[Offer], true: float, rank: int, rng: np.random.Generator
) -> tuple[Verb, float]:
    """Return the verb that an adviser chooses, and what they judged the suggestion to be worth.

    Each verb has its use for what is judged, less the clicks and the reason that it takes; what is not judged
    is left as it is found, or takes what costs least: to follow, or to put off.
    """
    if rng.random() >= adviser.judges:
        already = [offer.verb for offer in offers if offer.preselected]
        least = {offer.verb for offer in offers if offer.clicks <= min(one.clicks for one in offers)}
        if not already and rank > 1 and rng.random() < adviser.puts_off and "deferred" in least:
            return "deferred", 0.5
        return already[0] if already else "retained", 1.0
    judged = true + rng.normal(0, adviser.error)
    use = {"retained": judged - 0.5, "modified": 0.06 - abs(judged - 0.5) / 4, "refused": 0.5 - judged}
    use["deferred"] = 0.1 * rng.random() - 0.02
    cost = {"none": 0.0, "optional": 0.0, "required": 2.0}
    best: Verb = max(
        (offer for offer in offers if offer.verb in ON_ITEM),
        key=lambda offer: (
            use[offer.verb]
            - adviser.click * ((0 if offer.preselected else offer.clicks) + cost[offer.reason])
        ),
    ).verb
    return best, judged


def costlier(page: Shown) -> Shown:
    """Return the page where to deviate takes a click more and a reason, and one accepts all: sabotage."""
    items = {
        place: tuple(
            Offer(offer.verb, offer.clicks, "none", preselected=True)
            if offer.verb == "retained"
            else Offer(offer.verb, offer.clicks + 1, "required")
            for offer in offers
        )
        for place, offers in page.items.items()
    }
    return Shown(items, (), ("accept all",))
