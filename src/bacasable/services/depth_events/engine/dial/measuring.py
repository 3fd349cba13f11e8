"""What settings are worth, measured on the same scenes and people: F1 of events, rates of attackers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.attackers import ATTACKERS, LOWER_BOUND, Rank, Scale, reidentify
from bacasable.services.depth_events.engine.evaluation.scoring import Score, evaluate_events

#: Scenes of two minutes that one evaluation goes through, unless told.
EPISODES = 60
#: Hears how much is done, from 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Point:
    """A setting: the score of each event, the rank of each attacker."""

    setting: Setting
    f1: dict[str, Score]
    reid_r1: dict[str, Rank]

    @property
    def worst(self) -> tuple[str, Rank]:
        """Return the attacker that names most, and its rank."""
        name = max(self.reid_r1, key=lambda one: self.reid_r1[one].r1)
        return name, self.reid_r1[name]

    def as_json(self) -> dict[str, Any]:
        """Return it as values of JSON."""
        return {
            "setting": str(self.setting),
            "f1": {kind: score.as_json() for kind, score in self.f1.items()},
            "reid_r1": {name: rank.as_json() for name, rank in self.reid_r1.items()},
        }


def measure(
    settings: Sequence[Setting],
    seed: int,
    episodes: int = EPISODES,
    scale: Scale | None = None,
    progress: Progress | None = None,
) -> list[Point]:
    """Return each setting with what it is worth, on scenes and people that ``seed`` draws.

    All settings see the same scenes and walks, so that what differs between them is the setting.

    Raises:
        ValueError: no setting, no episode, or a negative seed.
    """
    if episodes < 1 or not settings:
        raise ValueError(f"{len(settings)} settings, {episodes} episodes; one of each at least")
    if seed < 0:
        raise ValueError(f"seed: {seed}; 0 or more")
    # Far from the small seeds that limits were chosen on.
    drawn = np.random.default_rng([seed, 4099]).choice(2**40, size=episodes, replace=False) + 2**20
    tell = progress or (lambda _: None)
    steps = len(settings) + 1
    scores = []
    for at, setting in enumerate(settings):

        def heard(done: int, at: int = at) -> None:
            tell((at + done / episodes) / steps)

        scores.append(evaluate_events(setting, (int(one) for one in drawn), heard))
    ranks = reidentify(settings, seed, scale, lambda share: tell((len(settings) + share) / steps))
    return [Point(setting, score, rank) for setting, score, rank in zip(settings, scores, ranks, strict=True)]


def evaluate(
    setting: Setting,
    seed: int,
    episodes: int = EPISODES,
    progress: Progress | None = None,
    scale: Scale | None = None,
) -> dict[str, Any]:
    """Return events and re-identification at ``setting``, on scenes and people that ``seed`` draws.

    ``f1`` holds for each event its F1 (``value``), its bounds at 95 % (``low``, ``high``: scenes drawn
    again), precision, recall and how many ``happened``; ``reid_r1`` for each attacker how often it names the
    right one of 50 people, with bounds. All of it is simulated; the rates of attackers are lower bounds.

    Raises:
        ValueError: no episode.
    """
    (point,) = measure([setting], seed, episodes, scale, progress)
    return {
        **point.as_json(),
        "seed": seed,
        "episodes": episodes,
        "simulated": True,
        "attackers": dict(ATTACKERS),
        "reading": LOWER_BOUND,
    }
