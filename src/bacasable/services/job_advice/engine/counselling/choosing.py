"""At most five suggestions that differ: places shared out by the obstacle, near twins left out."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from bacasable.services.job_advice.engine.scoring.aims import Aims
from bacasable.services.job_advice.engine.scoring.person import Person
from bacasable.services.job_advice.engine.scoring.scorer import Scorer
from bacasable.services.job_advice.engine.trace import KINDS, Kind, Obstacle, Suggestion

#: Nearness of skills above which two occupations are taken for one suggestion, unless both are wanted.
_TWINS = 0.95
#: Wishes that may take places of occupations: the others are told where they are looked for.
_WISHES = 2

#: Gives what may be proposed of a kind, best first.
Offer = Callable[[], Iterator[Suggestion]]


@cache
def mixes() -> Mapping[str, Mapping[Kind, int]]:
    """Return how many of each kind are shown, by obstacle ("none": none was found)."""
    read: Mapping[str, Mapping[Kind, int]] = tomllib.loads(
        files(__package__).joinpath("mix.toml").read_text("utf-8")
    )
    return read


def shared_out(obstacle: Obstacle | None, offers: Mapping[Kind, Offer], most: int) -> tuple[Suggestion, ...]:
    """Return at most ``most`` suggestions, ranked: each kind has its places, others take what is left."""
    mix = mixes()[obstacle or "none"]
    chosen: dict[Kind, list[Suggestion]] = {kind: [] for kind in (*mix, *KINDS)}
    open_ = {kind: iter(offer()) for kind, offer in offers.items()}
    left = most

    def take(kind: Kind) -> bool:
        one = next(open_[kind], None) if left else None
        if one is not None:
            chosen[kind].append(one)
        return one is not None

    for kind, places in mix.items():
        for _ in range(places):
            left -= take(kind)
    more = True
    while left and more:
        more = False
        for kind in mixes()["then"]:
            if take(kind):
                left, more = left - 1, True
    found = [one for several in chosen.values() for one in several]
    return tuple(ranked(one, rank) for rank, one in enumerate(found, start=1))


def ranked(one: Suggestion, rank: int) -> Suggestion:
    """Return a suggestion at its rank."""
    return Suggestion(one.kind, one.key, one.label, rank, one.score, one.factors, one.towards)


def varied(scorer: Scorer, person: Person, aims: Aims) -> Iterator[int]:
    """Yield the places of the best occupations that differ from one another, best first.

    The first wish comes before all, with what is for it and against it: it was asked about. Twins (much the
    same skills) of one already taken are left out; so are wishes after the second.
    """
    wanted = set(person.targets)
    taken: list[int] = []
    wishes = 0
    order = aims.candidates.tolist()
    if person.targets:
        order.remove(person.targets[0])
        order.insert(0, person.targets[0])
    for place in order:
        if place in wanted:
            wishes += 1
            if wishes > _WISHES:
                continue
        elif any(float(scorer.kinship.tables[0, place, other]) ** 2 > _TWINS for other in taken):
            continue
        taken.append(place)
        yield place
