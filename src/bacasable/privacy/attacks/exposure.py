"""Exposure of canaries in a model: how many bits closer a planted secret is to being guessed.

Carlini, Liu, Erlingsson, Kos and Song, "The secret sharer", USENIX Security 2019: exposure = log2 of the
number of candidates less log2 of the canary's rank among them, candidates sorted by the score that the model
gives."""

import math
import random
from statistics import fmean
from typing import TYPE_CHECKING, Any

from bacasable.privacy.attacks.measured import Measured, check_level
from bacasable.privacy.attacks.tables import need_numbers
from bacasable.privacy.intervals import Interval
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.privacy.attacks.tables import Array

METHOD = N_("Mean exposure of canaries, in bits (Carlini et al. 2019)")

#: Resamples of the bootstrap.
_RESAMPLES = 2000


def exposure(planted: Any, references: Any, *, seed: int = 0, level: float = 0.95) -> Measured:
    """Measure the mean exposure, in bits, of canaries from the scores that a model gives.

    ``planted``: score of each planted canary (perplexity or loss: lower is better known), shape (canaries,);
    ``references``: scores of candidates drawn alike and never planted, shape (candidates,). Each canary is
    ranked among the references, ties against the attacker. Interval: percentile bootstrap over canaries.
    ``baseline``: the mean of a canary that the model never saw. The sabotage is a model that knows each
    canary better than any reference; void where it is not found far above chance (too few references).

    Raises:
        Refused: no score, a score that is missing.
    """
    check_level(level)
    need_numbers()
    import numpy as np

    scores = []
    for values, name in ((planted, "planted"), (references, "references")):
        array = np.asarray(values, dtype=np.float64)
        if array.ndim != 1 or len(array) == 0 or np.isnan(array).any():
            raise Refused(f"{name}: scores are missing; give one number for each")
        scores.append(array)
    measured = _measure(scores[0], scores[1], seed, level)
    known = np.full(len(scores[0]), np.nextafter(scores[1].min(), -np.inf))
    sabotage = _measure(known, scores[1], seed, level)
    return measured.judged_by(sabotage, sabotage.interval.low > 2 * sabotage.baseline)


def _measure(planted: "Array", references: "Array", seed: int, level: float) -> Measured:
    import numpy as np

    total = len(references) + 1
    ranks = np.searchsorted(np.sort(references), planted, side="right") + 1
    bits = (math.log2(total) - np.log2(ranks)).tolist()
    rng = random.Random(seed)  # noqa: S311
    means = sorted(fmean(rng.choices(bits, k=len(bits))) for _ in range(_RESAMPLES))
    tail = (1 - level) / 2
    low, high = means[int(tail * _RESAMPLES)], means[min(_RESAMPLES - 1, int((1 - tail) * _RESAMPLES))]
    chance = math.log2(total) - fmean(math.log2(rank) for rank in range(1, total + 1))
    details = {"references": len(references), "highest": max(bits), "most_possible": math.log2(total)}
    return Measured(
        fmean(bits),
        Interval(low, high, level, "bootstrap"),
        len(bits),
        METHOD,
        chance,
        seed,
        "rank among candidates",
        details=details,
    )
