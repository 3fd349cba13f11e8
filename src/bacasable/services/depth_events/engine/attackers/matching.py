"""Three attackers that look for a walk's owner among 50 people that they saw walk once before.

All of them learn, on people who are in no gallery, how much each reading changes from a day to another; the
second and the third choose and learn how to read and project from the very output that is protected, at the
very setting that is attacked.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.intervals import Interval, wilson
from bacasable.privacy.messages import N_
from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.attackers.learning import (
    GALLERY,
    Adaptive,
    Whitened,
    among_five,
    distances,
    firsts,
)
from bacasable.services.depth_events.engine.attackers.observing import FEATURES, SHAPE, features, shape
from bacasable.services.depth_events.engine.attackers.places import PACE, PLACES, places
from bacasable.services.depth_events.engine.attackers.walks import Gate, Walk, passages, people, sensors

Numbers = NDArray[np.float64]

#: The attackers, and what they do, as shown wherever their result is.
ATTACKERS: Mapping[str, str] = {
    "features": N_("stature, build and gait measured by hand-made features, nearest neighbour"),
    "learned": N_("readings and a projection chosen and learned on the protected output of other people"),
    "linkage": N_("the same, from one sensor to another of the station"),
}
#: How a rate is to be read, wherever it is shown.
LOWER_BOUND = N_("lower bound, simulated: another attacker may do better")
#: Attackers never learn from anybody of a gallery: galleries are drawn from other seeds.
_SEED_OF_OTHERS = 900_001


@dataclass(frozen=True, slots=True)
class Scale:
    """How many people attackers learn from, walks of each, galleries of 50 people, walks asked of each."""

    others: int = 240
    each: int = 3
    galleries: int = 5
    asked: int = 3


@dataclass(frozen=True)
class Rank:
    """How often the owner of a walk comes first (``r1``) or among five (``r5``) of the gallery.

    Simulated, and by these attackers: a lower bound on what could be done. Walks of one person are alike, so
    the interval counts people rather than walks (design effect, Wilson).
    """

    r1: float
    r5: float
    interval: Interval
    n: int
    chance: float

    def as_json(self) -> dict[str, float]:
        """Return it as values of JSON."""
        return {
            "value": round(self.r1, 4),
            "low": round(self.interval.low, 4),
            "high": round(self.interval.high, 4),
            "r5": round(self.r5, 4),
            "n": self.n,
            "chance": self.chance,
        }


def reidentify(
    settings: Sequence[Setting],
    seed: int,
    scale: Scale | None = None,
    told: Callable[[float], None] | None = None,
) -> list[dict[str, Rank]]:
    """Return how each attacker does at each setting, on galleries that ``seed`` draws.

    A gallery holds one walk of each of 50 people; the attacker knows who made it. Walks are the same for all
    settings. ``told`` hears the share that is done.
    """
    scale, tell = scale or Scale(), told or (lambda _: None)
    sides = [Gate(sensor, settings) for sensor in sensors()]
    others = people(scale.others, _SEED_OF_OTHERS)
    learnt = [
        passages(gate, others, scale.each, _SEED_OF_OTHERS + at, _read) for at, gate in enumerate(sides)
    ]
    tell(0.5)
    known, asked, linked = [], [], []
    for gallery in range(scale.galleries):
        those = people(GALLERY, _seed(seed, gallery))
        here = passages(sides[0], those, 1 + scale.asked, _seed(seed, gallery), _read)
        elsewhere = passages(sides[1], those, scale.asked, _seed(seed, gallery) + 1, _read)
        known.append([walks[:, 0] for walks in here])
        asked.append([walks[:, 1:] for walks in here])
        linked.append(elsewhere)
        tell(0.5 + 0.5 * (gallery + 1) / scale.galleries)
    found = []
    for at in range(len(settings)):
        by_hand = Whitened(learnt[0][at][..., _PARTS["features"]])
        learned = Adaptive(learnt[0][at], _PARTS)
        joined = Adaptive(learnt[0][at], _PARTS, learnt[1][at])
        there, here, away = ([one[at] for one in each] for each in (known, asked, linked))
        hand = _PARTS["features"]
        found.append(
            {
                "features": _ranked(
                    by_hand, [one[:, hand] for one in there], [one[..., hand] for one in here]
                ),
                "learned": _ranked(learned, there, here),
                "linkage": _ranked(joined, there, away),
            }
        )
    return found


def _seed(seed: int, gallery: int) -> int:
    """Return the seed of a gallery: far from that of the people whom attackers learn from."""
    return (1 << 24) + 64 * seed + 2 * gallery


#: Columns of each kind of reading in a row.
_PARTS = {
    "features": slice(0, FEATURES),
    "pace": slice(FEATURES, FEATURES + PACE),
    "places": slice(FEATURES, FEATURES + PLACES),
    "shape": slice(FEATURES + PLACES, FEATURES + PLACES + SHAPE),
}


def _read(walk: Walk) -> Numbers:
    """Return all readings of a walk, side by side as ``_PARTS`` has them."""
    return np.concatenate([features(walk), places(walk), shape(walk)])


def _ranked(attacker: Whitened | Adaptive, known: list[Numbers], asked: list[Numbers]) -> Rank:
    """Return the rank over galleries: ``(50, r)`` known, ``(50, walks, r)`` asked in each."""
    right, five = [], []
    for there, here in zip(known, asked, strict=True):
        owners = np.repeat(np.arange(here.shape[0]), here.shape[1])
        far = distances(attacker, there, here.reshape(-1, here.shape[-1]))
        right.append(firsts(far, owners).reshape(here.shape[:2]))
        five.append(among_five(far, owners))
    by_person = np.concatenate(right).mean(axis=1)
    n = sum(one.size for one in right)
    r1 = float(by_person.mean())
    return Rank(r1, float(np.concatenate(five).mean()), _interval(by_person, n), n, 1 / len(known[0]))


def _interval(by_person: Numbers, n: int) -> Interval:
    """Return Wilson's interval for as many walks as would say as much if all were of different people."""
    r1 = float(by_person.mean())
    spread = float(by_person.var(ddof=1)) / len(by_person) if len(by_person) > 1 else 0.0
    worth = r1 * (1 - r1) / spread if spread > 0 else float(len(by_person))
    # between one for each person and one for each walk
    counted = max(min(math.floor(worth), n), len(by_person))
    bounds = wilson(round(r1 * counted), counted)
    return Interval(
        min(bounds.low, r1), max(bounds.high, r1), bounds.level, "Wilson, walks of one person as one"
    )
