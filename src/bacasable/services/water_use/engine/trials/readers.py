"""Attackers who read habits from what they see of homes.

Each sees a table, one row per home, and is trained on half of the homes, whose truth it knows; it is judged
on the other half. A gradient-boosted model and a straight line are both tried, and the one that reads the
training half better (by cross-validation) is kept: the attacker is chosen without the answer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.attacks.membership import membership
from bacasable.privacy.intervals import Interval

_FOLDS = 3


@dataclass(frozen=True)
class Reading:
    """How well a habit is read: the area under the curve (0.5 is chance), its interval, rows judged."""

    habit: str
    area: float
    interval: Interval
    n: int
    attacker: str


def read(habit: str, seen: NDArray[np.float64], truth: NDArray[np.bool_], seed: int) -> Reading:
    """Return how well ``truth``, shape (homes,), is read from ``seen``, shape (homes, features).

    Raises:
        ValueError: one side of the truth is missing in a half.
    """
    known = np.zeros(len(truth), dtype=bool)
    known[np.random.default_rng(seed).permutation(len(truth))[: len(truth) // 2]] = True
    for half in (known, ~known):
        if len(np.unique(truth[half])) < 2:
            raise ValueError(f"{habit}: all homes of a half are alike; draw more homes")
    name, scores = _best(seen, truth, known, seed)
    judged = membership(scores[truth[~known]], scores[~truth[~known]], attacker=name, seed=seed)
    return Reading(habit, judged.value, judged.interval, judged.n, name)


def _best(
    seen: NDArray[np.float64], truth: NDArray[np.bool_], known: NDArray[np.bool_], seed: int
) -> tuple[str, NDArray[np.float64]]:
    from lightgbm import LGBMClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    models = {
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
        "gradient-boosted trees": LGBMClassifier(
            n_estimators=80, num_leaves=7, min_child_samples=20, n_jobs=1, random_state=seed, verbose=-1
        ),
    }
    scored = {
        name: cross_val_score(model, seen[known], truth[known], cv=_FOLDS, scoring="roc_auc", n_jobs=1).mean()
        for name, model in models.items()
    }
    name = max(scored, key=lambda each: scored[each])
    model = models[name].fit(seen[known], truth[known])
    return name, model.predict_proba(seen[~known])[:, 1]


def linked(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Return the expected number of homes whose rows of two periods are linked by their nearest, ties drawn.

    ``one`` and ``two``: what is seen of the same homes in each period, shape (homes, features), same order.
    """
    scale = np.concatenate([one, two]).std(axis=0)
    kept = scale > 0
    if not kept.any():
        return 1.0
    first, second = one[:, kept] / scale[kept], two[:, kept] / scale[kept]
    found = 0.0
    for place, row in enumerate(second):
        distance = np.abs(first - row).sum(axis=1)
        nearest = np.flatnonzero(distance <= distance.min() + 1e-9)
        found += float(place in nearest) / len(nearest)
    return found
