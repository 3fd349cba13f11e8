"""Membership inference: was this record in the training data, or behind the release?

An attack gives each record a score, higher where it takes the record for a member. Three figures judge the
scores of known members and non-members: the area under the curve with the interval of DeLong, DeLong and
Clarke-Pearson (1988); the true positives at a low rate of false ones (Carlini et al., "Membership inference
attacks from first principles", 2022), exact interval; the advantage (Yeom et al. 2018), on a threshold chosen
on other records.

Scores are made by a threshold on the loss, by LiRA from shadow models, or by the distance to the nearest
released record."""

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

from bacasable.privacy.attacks.measured import Measured, Progress, check_level
from bacasable.privacy.attacks.tables import Table, coded, need_numbers, sample
from bacasable.privacy.intervals import Interval, clopper_pearson, wilson
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.privacy.attacks.tables import Array

AREA = N_("Area under the curve of members against non-members")
TRUE_POSITIVES = N_("Members recognised at a fixed rate of false alarms")
ADVANTAGE = N_("Members recognised less false alarms")

#: What a memoriser must reach for the instrument to be trusted.
_MEMORISER = 0.9

Figure = Literal["area", "true positives", "advantage"]

FIGURES: tuple[Figure, ...] = ("area", "true positives", "advantage")


def membership(
    members: Any,
    others: Any,
    *,
    figure: Figure = "area",
    at: float = 0.001,
    unprotected: tuple[Any, Any] | None = None,
    attacker: str = "given scores",
    seed: int = 0,
    level: float = 0.95,
) -> Measured:
    """Judge the scores of an attack, arrays of shape (records,), higher for a presumed member.

    ``figure``: "area" (chance 0.5), "true positives" (at a false positive rate of at most ``at``, which is
    chance) or "advantage" (true less false positives; chance 0). ``unprotected``: scores of members and
    others from a model known to memorise; else a nearest-neighbour memoriser of random points, as many, is
    attacked. Void unless that one is recognised: value at least 0.9, lower bound above chance.

    Raises:
        Refused: no score, a score that is not a number, too few others for ``at``.
    """
    check_level(level)
    need_numbers()
    scores = _scores(members, "members"), _scores(others, "others")
    judge = {"area": _area, "true positives": _true_positives, "advantage": _advantage}.get(figure)
    if judge is None:
        raise Refused(f"figure '{figure}': give area, true positives or advantage")
    if not 0 < at < 1:
        raise Refused("the rate of false positives must lie between 0 and 1; give 0.001")
    if figure == "true positives" and len(scores[1]) * at < 1:
        raise Refused(
            f"a false positive rate of {at:g} needs at least {math.ceil(1 / at):,} others; there are "
            f"{len(scores[1]):,}; give more, or a higher rate"
        )
    if unprotected is None:
        weak = memorised(len(scores[0]), len(scores[1]), seed)
    else:
        weak = _scores(unprotected[0], "unprotected members"), _scores(unprotected[1], "unprotected others")
    measured = judge(*scores, at, level, seed)
    sabotage = replace(judge(*weak, at, level, seed), attacker=attacker)
    worked = sabotage.value >= _MEMORISER and sabotage.interval.low > sabotage.baseline
    return replace(measured, attacker=attacker).judged_by(sabotage, worked)


def membership_figures(
    scores: tuple[Any, Any],
    unprotected: tuple[Any, Any] | None = None,
    *,
    figures: Sequence[Figure] = FIGURES,
    **options: Any,
) -> list[Measured]:
    """Judge the same scores (members, others) by several figures; ``options`` as :func:`membership`."""
    return [membership(*scores, figure=figure, unprotected=unprotected, **options) for figure in figures]


def scores_of_table(
    original: Table,
    released: Table,
    control: Table,
    *,
    n: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> "tuple[tuple[Array, Array], tuple[Array, Array]]":
    """Score people by their distance to the nearest released record (Gower's), for :func:`membership`.

    Members are drawn from ``original``, others from ``control``, ``n`` each (default 2,000 or all). The
    second pair are the scores where the original itself is released: ``unprotected``."""
    import numpy as np

    from bacasable.privacy.attacks.neighbours import nearest_records

    tables = coded(original, released, control).for_distances()
    if tables.control is None:
        raise Refused("membership needs a control table: people who were not in the original")
    rng = np.random.default_rng(seed)
    members = tables.original[:, sample(rng, tables.original.shape[1], n, "original")]
    others = tables.control[:, sample(rng, tables.control.shape[1], n, "control")]

    def scores(people: "Array", release: "Array") -> "Array":
        doing = "searching the nearest released records"
        return -nearest_records(people, release, 1, progress, doing)[1][:, 0]

    return (
        (scores(members, tables.released), scores(others, tables.released)),
        (scores(members, tables.original), scores(others, tables.original)),
    )


def loss_scores(losses: Any) -> "Array":
    """Return the scores of the loss threshold (Yeom et al. 2018): a member's loss is low."""
    import numpy as np

    return -np.asarray(losses, dtype=np.float64)


def logit_of_confidence(confidence: Any) -> "Array":
    """Return log(p / (1 - p)) of the probability given to the right class: near normal, what LiRA wants."""
    import numpy as np

    p = np.clip(np.asarray(confidence, dtype=np.float64), 1e-12, 1 - 1e-12)
    return np.log(p) - np.log1p(-p)


def lira_scores(
    target: Any, outside: Any, inside: Any | None = None, *, shared_variance: bool = False
) -> "Array":
    """Return the likelihood-ratio scores of LiRA (Carlini et al. 2022).

    ``target``: statistic of each record under the attacked model, shape (records,), see
    :func:`logit_of_confidence`; ``outside`` and ``inside``: the same under shadow models trained without and
    with the record, shape (records, models), NaN where a model is of the other kind. Without ``inside``
    (offline): standard deviations above the models that never saw the record, which orders records as the
    probability of the paper does, without rounding to 1. ``shared_variance``: one variance for all records,
    better under 64 models.

    Raises:
        Refused: shapes that do not agree, a record with fewer than 2 shadow models of a kind.
    """
    need_numbers()
    import numpy as np

    seen = _scores(target, "target")
    mean, spread = _normal(outside, len(seen), "outside", shared_variance)
    without = (seen - mean) / spread
    if inside is None:
        return without
    mean_in, spread_in = _normal(inside, len(seen), "inside", shared_variance)
    return np.log(spread / spread_in) + (without**2 - ((seen - mean_in) / spread_in) ** 2) / 2


def memorised(members: int, others: int, seed: int) -> "tuple[Array, Array]":
    """Return the scores of a memoriser: minus the distance of random points to the nearest that it has seen.

    Its training points are the members, so theirs is 0; the others are as many fresh points of the unit cube.
    """
    import numpy as np

    from bacasable.privacy.attacks.neighbours import nearest_records

    rng = np.random.default_rng(seed)
    seen, fresh = rng.random((8, members)), rng.random((8, others))
    # 500 of the fresh ones are looked up; the rest repeats their distances, which no member reaches.
    _, far = nearest_records(fresh[:, :500], seen[:, :2000])
    _, near = nearest_records(seen[:, :500], seen[:, :2000])
    return -np.resize(near[:, 0], members), -np.resize(far[:, 0], others)


def area_under_curve(members: "Array", others: "Array") -> tuple[float, float]:
    """Return the area under the curve and its standard error (DeLong et al. 1988), ties counting one half."""
    import numpy as np

    m, n = len(members), len(others)
    ranks = _middle_ranks(np.concatenate([members, others]))
    of_members = (ranks[:m] - _middle_ranks(members)) / n
    of_others = 1 - (ranks[m:] - _middle_ranks(others)) / m
    area = float(of_members.mean())
    variance = (of_members.var(ddof=1) / m if m > 1 else 0.0) + (of_others.var(ddof=1) / n if n > 1 else 0.0)
    return area, math.sqrt(variance)


def _middle_ranks(values: "Array") -> "Array":
    import numpy as np

    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def _area(members: "Array", others: "Array", at: float, level: float, seed: int) -> Measured:
    area, error = area_under_curve(members, others)
    if error > 0:
        half = NormalDist().inv_cdf(0.5 + level / 2) * error
        interval = Interval(max(0.0, area - half), min(1.0, area + half), level, "DeLong")
    else:
        # All scores apart, or all equal: the pairs that share no record are independent trials.
        pairs = min(len(members), len(others))
        exact = clopper_pearson(round(area * pairs), pairs, level)
        interval = replace(exact, method=f"{exact.method}, disjoint pairs")
    details = {"members": len(members), "others": len(others)}
    return Measured(area, interval, len(members) + len(others), AREA, 0.5, seed, "", details=details)


def _true_positives(members: "Array", others: "Array", at: float, level: float, seed: int) -> Measured:
    import numpy as np

    allowed = int(at * len(others) + 1e-9)
    threshold = np.sort(others)[::-1][allowed]
    won, alarms = int((members > threshold).sum()), int((others > threshold).sum())
    details = {"successes": won, "false_positives": alarms, "others": len(others), "at": at}
    rate = won / len(members)
    interval = clopper_pearson(won, len(members), level)
    return Measured(rate, interval, len(members), TRUE_POSITIVES, at, seed, "", details=details)


def _advantage(members: "Array", others: "Array", at: float, level: float, seed: int) -> Measured:
    """Choose the threshold on one half of the records, count on the other; interval of Newcombe (1998)."""
    import numpy as np

    if min(len(members), len(others)) < 2:
        raise Refused("the advantage needs at least 2 members and 2 non-members; give more")
    rng = np.random.default_rng(seed)
    members, others = rng.permutation(members), rng.permutation(others)
    half_m, half_o = len(members) // 2, len(others) // 2
    choice_m, choice_o = np.sort(members[:half_m]), np.sort(others[:half_o])
    thresholds = np.unique(np.concatenate([choice_m, choice_o]))
    hits = 1 - np.searchsorted(choice_m, thresholds, side="left") / half_m
    alarms = 1 - np.searchsorted(choice_o, thresholds, side="left") / half_o
    threshold = thresholds[np.argmax(hits - alarms)]
    trials = len(members) - half_m, len(others) - half_o
    won = int((members[half_m:] >= threshold).sum()), int((others[half_o:] >= threshold).sum())
    rates = won[0] / trials[0], won[1] / trials[1]
    first, second = wilson(won[0], trials[0], level), wilson(won[1], trials[1], level)
    value = rates[0] - rates[1]
    low = value - math.hypot(rates[0] - first.low, second.high - rates[1])
    high = value + math.hypot(first.high - rates[0], rates[1] - second.low)
    interval = Interval(max(-1.0, low), min(1.0, high), level, "Newcombe")
    details = {"members": trials[0], "others": trials[1], "true_positives": won[0], "false_positives": won[1]}
    return Measured(value, interval, sum(trials), ADVANTAGE, 0.0, seed, "", details=details)


def _scores(values: Any, name: str) -> "Array":
    import numpy as np

    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Refused(f"{name}: a score is not a number; give one number a record") from error
    if array.ndim != 1 or len(array) == 0:
        raise Refused(f"{name}: no score; give an array of one number a record")
    if np.isnan(array).any():
        raise Refused(
            f"{name}: {int(np.isnan(array).sum()):,} of {len(array):,} scores are missing; drop those records"
        )
    return array


def _normal(statistics: Any, records: int, name: str, shared: bool) -> "tuple[Array, Array]":
    import numpy as np

    table = np.asarray(statistics, dtype=np.float64)
    if table.ndim != 2 or len(table) != records:
        raise Refused(f"{name}: shape {table.shape}; give one row for each of the {records:,} records")
    models = (~np.isnan(table)).sum(axis=1)
    if models.min() < 2:
        raise Refused(f"{name}: row {int(models.argmin())} has fewer than 2 shadow models; train more")
    mean = np.nanmean(table, axis=1)
    if shared:
        spread = np.full(records, math.sqrt(np.nansum((table - mean[:, None]) ** 2) / (models - 1).sum()))
    else:
        spread = np.nanstd(table, axis=1, ddof=1)
    return mean, np.maximum(spread, 1e-9)
