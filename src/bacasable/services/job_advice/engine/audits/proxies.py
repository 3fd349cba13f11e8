"""Can a protected attribute be guessed: from what the scorer is told, and from what it proposes?

What people did tells of their sex and age, as the tables of the labour market do: the scorer's inputs are no
secret keepers. What matters is that proposals tell no more than that: they would, if the scorer knew more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression

from bacasable.privacy.attacks.membership import area_under_curve, membership
from bacasable.privacy.intervals import Interval
from bacasable.services.job_advice.engine.audits.disparity import interval
from bacasable.services.job_advice.engine.profiles import Profile

#: Draws of the bootstrap of the difference, and people of whom a word must be said to be looked at.
DRAWS, RARE = 200, 5
ATTACKER = "logistic regression and 60 extremely random trees, trained on half of the people, scores added"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proxy:
    """How well an attribute is guessed, as areas under the curve (0.5 is chance), of people not learned from.

    ``more`` is what proposals tell beyond inputs: the area from both less that from inputs alone, on the same
    people, with its interval.
    """

    attribute: str
    n: int
    inputs: float
    inputs_interval: Interval
    proposals: float
    proposals_interval: Interval
    both: float
    more: float
    more_interval: Interval
    attacker: str = ATTACKER


def words_of(profile: Profile) -> Iterator[str]:
    """Yield all that a profile holds as words: every field of the type, whatever fields it will have."""
    for name, value in profile.as_json().items():
        yield from _words(name, value)


def _words(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from _words(f"{name}[{place}]" if isinstance(one, dict) else name, one)
        yield f"{name}: {len(value)}"
    elif isinstance(value, dict):
        for inner, one in value.items():
            yield from _words(f"{name}.{inner}", one)
    elif isinstance(value, int) and not isinstance(value, bool) and value > 20 and name != "skills":
        yield f"{name}: about {2 ** round(np.log2(value))}"
    else:
        yield f"{name}: {value}"


def table(rows: Sequence[Iterable[str]]) -> csr_matrix:
    """Return which words are said of whom, shape (people, words); rare words are left out."""
    places: dict[str, int] = {}
    indices: list[int] = []
    starts = [0]
    for row in rows:
        indices.extend(places.setdefault(word, len(places)) for word in sorted(set(row)))
        starts.append(len(indices))
    whole = csr_matrix(
        (np.ones(len(indices)), np.array(indices), np.array(starts)), shape=(len(rows), len(places))
    )
    common = np.asarray(whole.sum(axis=0)).ravel()
    return whole[:, np.flatnonzero((common >= RARE) & (common <= len(rows) - RARE))]


def proxy(
    attribute: str, inputs: csr_matrix, proposals: csr_matrix, truth: NDArray[np.bool_], seed: int
) -> Proxy:
    """Return how well ``truth``, shape (people,), is guessed from inputs, from proposals and from both.

    Raises:
        ValueError: one side of the truth is missing in a half.
    """
    known = np.zeros(len(truth), dtype=bool)
    known[np.random.default_rng([seed, 23]).permutation(len(truth))[: len(truth) // 2]] = True
    for half in (known, ~known):
        if len(np.unique(truth[half])) < 2:
            raise ValueError(f"{attribute}: all people of a half are alike; draw more people")
    judged = truth[~known]
    told, said, both = (
        _guesses(seen, truth, known, seed)
        for seen in (inputs, proposals, hstack([inputs, proposals]).tocsr())
    )
    of_inputs = membership(told[judged], told[~judged], attacker=ATTACKER, seed=seed)
    of_proposals = membership(said[judged], said[~judged], attacker=ATTACKER, seed=seed)
    area = area_under_curve(both[judged], both[~judged])[0]
    return Proxy(
        attribute,
        len(judged),
        of_inputs.value,
        of_inputs.interval,
        of_proposals.value,
        of_proposals.interval,
        area,
        area - of_inputs.value,
        interval(np.array(list(_differences(told, both, judged, seed)))),
    )


def _guesses(seen: csr_matrix, truth: NDArray[np.bool_], known: NDArray[np.bool_], seed: int) -> Floats:
    line = LogisticRegression(C=0.3, max_iter=300).fit(seen[known], truth[known])
    trees = ExtraTreesClassifier(60, min_samples_leaf=5, n_jobs=1, random_state=seed)
    trees.fit(seen[known], truth[known])
    chance = trees.predict_proba(seen[~known])[:, 1].clip(1e-3, 1 - 1e-3)
    summed: Floats = line.decision_function(seen[~known]) + np.log(chance / (1 - chance))
    return summed


def _differences(told: Floats, both: Floats, truth: NDArray[np.bool_], seed: int) -> Iterator[float]:
    rng = np.random.default_rng([seed, 29])
    yes, no = np.flatnonzero(truth), np.flatnonzero(~truth)
    for _draw in range(DRAWS):
        ones, others = rng.choice(yes, len(yes)), rng.choice(no, len(no))
        yield area_under_curve(both[ones], both[others])[0] - area_under_curve(told[ones], told[others])[0]
