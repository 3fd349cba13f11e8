"""Singling out: predicates that describe one released record alone are tried on the people of the original.

Giomi et al. (PoPETs 2023), section 4.1, after Cohen and Nissim (2020): a predicate succeeds where exactly one
person of the original matches it. Univariate predicates: a value that appears once, the least, the greatest,
the only missing one. Multivariate: the values of a random released record in a few random columns, at least
or at most for numbers (towards the side of the median where fewer lie), equal for the others.

Where the control has another size than the original, its successes are brought to the size of the original:
exactly (the expectation over random samples of it) where it is larger, and where it is smaller through the
model of the paper's appendix fitted to those expectations."""

from typing import TYPE_CHECKING, Literal, NamedTuple

from bacasable.privacy.attacks.measured import Measured, Progress, check_level, corrected_risk
from bacasable.privacy.attacks.tables import Coded, Table, coded, distinct
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    import numpy as np

    from bacasable.privacy.attacks.tables import Array

METHOD = N_("Singling out by predicates (Giomi et al. 2023)")

#: Predicates tried before giving up on as many as asked.
ATTEMPTS = 1_000_000

_BATCH = 4096


class Predicates(NamedTuple):
    """Conjunctions: columns, comparisons and values, each of shape (predicates, conditions)."""

    places: "Array"
    comparisons: "Array"
    values: "Array"

    def at(self, rows: "Array") -> "Predicates":
        """Return some of the predicates, in the order asked."""
        return Predicates(self.places[rows], self.comparisons[rows], self.values[rows])


def singling_out(
    original: Table,
    released: Table,
    control: Table | None = None,
    *,
    columns: int = 3,
    mode: Literal["multivariate", "univariate"] = "multivariate",
    n: int = 500,
    attempts: int = ATTEMPTS,
    seed: int = 0,
    level: float = 0.95,
    progress: Progress | None = None,
) -> Measured:
    """Measure how many of ``n`` predicates learnt from the release single out a person of ``original``.

    ``columns`` conditions of a multivariate predicate. ``value`` is the control-corrected risk (0 to 1), out
    of the n predicates asked even where fewer could be made (``details["made"]``); ``baseline`` the rate of
    random predicates.

    Raises:
        Refused: tables that cannot be attacked, more conditions than columns, n below 1.
    """
    check_level(level)
    if mode not in ("multivariate", "univariate"):
        raise Refused(f"mode '{mode}': give multivariate or univariate")
    if n < 1 or attempts < 1:
        raise Refused("the numbers of attacks and of attempts must be at least 1")
    tables = coded(original, released, control)
    if mode == "multivariate" and not 1 <= columns <= len(tables.names):
        raise Refused(
            f"columns = {columns}: give 1 to {len(tables.names)}, the number of columns of the tables"
        )
    conditions = columns if mode == "multivariate" else 1
    arguments = (conditions, mode, n, attempts, seed, level, progress)
    sabotage = _measure(tables.unprotected(), *arguments)
    return _measure(tables, *arguments).judged_by(sabotage, sabotage.beats_chance())


def _measure(
    tables: Coded,
    conditions: int,
    mode: str,
    n: int,
    attempts: int,
    seed: int,
    level: float,
    progress: Progress | None,
) -> Measured:
    import numpy as np

    from bacasable.privacy.attacks.kernels import count_matches

    rng = np.random.default_rng(seed)
    original, released = distinct(tables.original), distinct(tables.released)
    if mode == "univariate":
        made = _univariate(released, tables.numeric, n, rng)
    else:
        made = _multivariate(released, tables.numeric, conditions, n, attempts, rng, progress)
    won = int((count_matches(original, *made, 2) == 1).sum())
    control = None
    if tables.control is not None:
        held_out = distinct(tables.control)
        control = (_at_size(held_out, made, original.shape[1]), n)
    naive = _random(released, tables.numeric, conditions, n, rng)
    by_chance = float((count_matches(original, *naive, 2) == 1).mean())
    value, interval = corrected_risk(won, n, control, level)
    details = {
        "successes": won,
        "control_successes": control[0] if control else None,
        "control_n": n if control else None,
        "made": len(made.places),
        "mode": mode,
        "conditions": conditions,
    }
    return Measured(value, interval, n, METHOD, by_chance, seed, f"{mode} predicates", details=details)


def _multivariate(
    released: "Array",
    numeric: "Array",
    conditions: int,
    n: int,
    attempts: int,
    rng: "np.random.Generator",
    progress: Progress | None,
) -> Predicates:
    """Return up to ``n`` different predicates, each of which describes one released record alone."""
    import numpy as np

    from bacasable.privacy.attacks.kernels import AT_LEAST, AT_MOST, EQUAL, MISSING, count_matches

    medians = np.array(
        [
            np.nanmedian(x) if number and not np.isnan(x).all() else 0.0
            for x, number in zip(released, numeric, strict=True)
        ]
    )
    kept: list[Predicates] = []
    seen: set[bytes] = set()
    tried = 0
    while len(seen) < n and tried < attempts:
        size = min(_BATCH, attempts - tried, 256 + 64 * (n - len(seen)))
        tried += size
        rows = rng.integers(released.shape[1], size=(size, 1))
        # The first columns of a random order of them all: a draw without replacement for each predicate.
        places = np.sort(np.argsort(rng.random((size, len(released))), axis=1)[:, :conditions], axis=1)
        values = released[places, rows]
        sides = np.where(values > medians[places], AT_LEAST, AT_MOST)
        comparisons = np.where(np.isnan(values), MISSING, np.where(numeric[places], sides, EQUAL))
        batch = Predicates(places, comparisons, values)
        for row in np.flatnonzero(count_matches(released, *batch, 2) == 1):
            one = batch.at(np.array([row]))
            key = b"".join(part.tobytes() for part in one)
            if key not in seen and len(seen) < n:
                seen.add(key)
                kept.append(one)
        if progress is not None:
            progress("looking for records alone of their kind", len(seen), n)
    if progress is not None:
        progress("looking for records alone of their kind", n, n)
    return _joined(kept, conditions)


def _univariate(released: "Array", numeric: "Array", n: int, rng: "np.random.Generator") -> Predicates:
    """Return up to ``n`` predicates on one column each that describe one released record alone."""
    import numpy as np

    from bacasable.privacy.attacks.kernels import AT_LEAST, AT_MOST, EQUAL, MISSING, count_matches

    rows: list[tuple[int, int, float]] = []
    for place, column in enumerate(released):
        there = column[~np.isnan(column)]
        if len(there) == len(column) - 1:
            rows.append((place, MISSING, np.nan))
        if numeric[place] and len(there):
            rows += [(place, AT_MOST, there.min()), (place, AT_LEAST, there.max())]
        values, counts = np.unique(there, return_counts=True)
        rows += [(place, EQUAL, value) for value in values[counts == 1]]
    made = Predicates(
        np.array([[row[0]] for row in rows], dtype=np.int64).reshape(-1, 1),
        np.array([[row[1]] for row in rows], dtype=np.int64).reshape(-1, 1),
        np.array([[row[2]] for row in rows], dtype=np.float64).reshape(-1, 1),
    )
    made = made.at(rng.permutation(len(rows)))
    return made.at(np.flatnonzero(count_matches(released, *made, 2) == 1)[:n])


def _random(
    released: "Array", numeric: "Array", conditions: int, n: int, rng: "np.random.Generator"
) -> Predicates:
    """Return ``n`` predicates of random columns, comparisons and released values: those of chance."""
    import numpy as np

    from bacasable.privacy.attacks.kernels import EQUAL, MISSING, PRESENT

    different = [np.unique(column) for column in released]
    places = np.sort(np.argsort(rng.random((n, len(released))), axis=1)[:, :conditions], axis=1)
    values = np.array([[rng.choice(different[place]) for place in row] for row in places])
    values = values.reshape(n, conditions)
    comparisons = rng.integers(EQUAL, np.where(numeric[places], 6, 2))
    of_missing = np.where(comparisons == EQUAL, MISSING, PRESENT)
    return Predicates(places, np.where(np.isnan(values), of_missing, comparisons), values)


def _joined(kept: list[Predicates], conditions: int) -> Predicates:
    import numpy as np

    if not kept:
        none = np.zeros((0, conditions))
        return Predicates(none.astype(np.int64), none.astype(np.int64), none)
    return Predicates(*(np.vstack(parts) for parts in zip(*kept, strict=True)))


def _at_size(control: "Array", made: Predicates, size: int) -> float:
    """Return how many predicates would single out in a control of ``size`` rows."""
    import numpy as np

    from bacasable.privacy.attacks.kernels import count_matches

    rows = control.shape[1]
    counts = count_matches(control, *made, rows + 1)
    if size <= rows:
        return expected_alone(counts, rows, size)
    alone = float((counts == 1).sum())
    if alone == 0:
        return 0.0
    sizes = np.unique(np.linspace(max(1, rows // 10), rows, 10).astype(int))
    seen = np.array([expected_alone(counts, rows, int(part)) for part in sizes])
    shape = _best_weight(sizes, seen)
    return min(float(len(counts)), alone * float(_model(size, shape) / _model(rows, shape)))


def expected_alone(counts: "Array", rows: int, size: int) -> float:
    """Return how many predicates match exactly one row of a random sample, in expectation.

    ``counts`` rows matched among ``rows``, sample of ``size`` without replacement: the hypergeometric
    probability of one match, summed over predicates."""
    import numpy as np

    if size == rows:
        return float((counts == 1).sum())
    matched, times = np.unique(counts[(counts > 0) & (counts <= rows - size + 1)], return_counts=True)
    total = 0.0
    for count, many in zip(matched.tolist(), times.tolist(), strict=True):
        # count * C(rows - count, size - 1) / C(rows, size), as a product of count factors
        left = np.arange(count - 1)
        share = np.exp(np.log((rows - size - left) / (rows - 1 - left)).sum())
        total += many * count * size / rows * float(share)
    return total


def _model(size: "Array | int", weight: float) -> "Array":
    """Return, up to a factor, the predicates of weights up to ``weight`` that single out in ``size``
    people.
    """
    import numpy as np

    n = np.asarray(size, dtype=float)
    return (1 - (n * weight + 1) * (1 - weight) ** n) / (n + 1)


def _best_weight(sizes: "Array", seen: "Array") -> float:
    """Return the effective weight of the model that fits best, its factor solved by least squares."""
    import numpy as np

    def misfit(weight: float) -> float:
        model = _model(sizes, weight)
        return float(((seen - model * (seen @ model) / (model @ model)) ** 2).sum())

    weights = np.geomspace(1e-3 / sizes.max(), 0.5, 400)
    return float(min(weights, key=misfit))
