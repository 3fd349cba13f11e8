"""Linkability: two holders of different columns of the same people join them through the released table.

Giomi et al. (PoPETs 2023), section 4.2: both parts of an original record are looked up among the released
records (Gower's distance); the record is linked where the same released record is among the k nearest of both
parts. Among records equally near, holders who agreed beforehand look first at those that the release repeats
most, then at those whose parts are rarest: the same rule on both sides, made of the release alone. With
``ties="apart"`` each holder takes them in a random order of its own, as anonymeter does: far fewer links."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from bacasable.privacy.attacks.measured import Measured, Progress, check_level, corrected_risk
from bacasable.privacy.attacks.neighbours import nearest_records
from bacasable.privacy.attacks.tables import Coded, Table, coded, distinct, rows_as_keys, sample
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.privacy.attacks.tables import Array

#: Others whose second part is tried with a person's first.
_STRANGERS = 10

METHOD = N_("Linkability of two sets of columns (Giomi et al. 2023)")


def linkability(
    original: Table,
    released: Table,
    control: Table | None = None,
    *,
    first: Sequence[str] | None = None,
    second: Sequence[str] | None = None,
    n: int | None = None,
    k: int = 1,
    ties: Literal["apart", "shared"] = "shared",
    seed: int = 0,
    level: float = 0.95,
    progress: Progress | None = None,
) -> Measured:
    """Measure how many people of ``original`` two holders of columns ``first`` and ``second`` can link.

    Without ``first`` and ``second`` all columns are dealt so that both parts tell people apart: the split
    that links most. ``n`` people attacked in the original and in the control (default 2,000 or all); ``k``
    nearest records looked at. ``value`` is the control-corrected risk (0 to 1); ``baseline`` the rate at
    which the first part of one person is linked to the second part of another.

    Raises:
        Refused: tables or columns that cannot be attacked, n larger than a table, k larger than the release.
    """
    check_level(level)
    tables = coded(original, released, control).for_distances()
    if (first is None) != (second is None):
        raise Refused("first and second go together: give the columns of both holders, or of none")
    if first is None or second is None:
        first, second = _split(tables)
    sides = (tables.places(first, "first"), tables.places(second, "second"))
    if shared := sorted(set(first) & set(second)):
        raise Refused(f"column '{shared[0]}' is in both sets; give each holder columns of its own")
    if ties not in ("apart", "shared"):
        raise Refused(f"ties '{ties}': give apart or shared")
    if not 1 <= k <= tables.released.shape[1]:
        raise Refused(f"k = {k}: give 1 to the number of released records, {tables.released.shape[1]:,}")
    measured = _measure(tables, sides, n, k, ties, seed, level, progress)
    unprotected = tables.unprotected()
    k = min(k, unprotected.released.shape[1])
    sabotage = _measure(unprotected, sides, n, k, ties, seed, level, progress)
    return measured.judged_by(sabotage, sabotage.beats_chance())


def _measure(
    tables: Coded,
    sides: "tuple[Array, Array]",
    n: int | None,
    k: int,
    ties: str,
    seed: int,
    level: float,
    progress: Progress | None,
) -> Measured:
    import numpy as np

    rng = np.random.default_rng(seed)
    orders = [rng.permutation(tables.released.shape[1]) for _ in sides]
    if ties == "shared":
        orders = [_agreed(tables.released, sides, orders[0])] * 2
    targets = sample(rng, tables.original.shape[1], n, "original")
    parts = [
        (side, tables.released[np.ix_(side, order)], order) for side, order in zip(sides, orders, strict=True)
    ]
    links, chance = _links(tables.original[:, targets], parts, k, progress)
    control = None
    if tables.control is not None:
        others = sample(rng, tables.control.shape[1], n, "control")
        control = (_links(tables.control[:, others], parts, k, progress)[0], len(others))
    value, interval = corrected_risk(links, len(targets), control, level)
    details = {
        "successes": links,
        "control_successes": control[0] if control else None,
        "control_n": control[1] if control else None,
        "k": k,
        "ties": ties,
        "first": ", ".join(tables.names[place] for place in sides[0]),
        "second": ", ".join(tables.names[place] for place in sides[1]),
        "released": tables.released.shape[1],
    }
    return Measured(
        value,
        interval,
        len(targets),
        METHOD,
        chance,
        seed,
        "two nearest neighbours",
        details=details,
    )


def _split(tables: Coded) -> tuple[list[str], list[str]]:
    """Deal the columns, those of most values first, each to the side that tells fewer people apart so far.

    A link needs both sides to find the person: on Adult such sides link 93 % of people where the original is
    released, four columns against five of few values 15 %.
    """
    if len(tables.names) < 2:
        raise Refused("linkability needs two columns at least: one for each holder")
    values = [distinct(tables.original[[place]]).shape[1] for place in range(len(tables.names))]
    sides: tuple[list[int], list[int]] = ([], [])
    for place in sorted(range(len(values)), key=lambda place: -values[place]):
        told = [distinct(tables.original[side]).shape[1] if side else 0 for side in sides]
        sides[told[1] < told[0]].append(place)
    first, second = ([tables.names[place] for place in sorted(side)] for side in sides)
    return first, second


def _agreed(released: "Array", sides: "tuple[Array, Array]", order: "Array") -> "Array":
    """Return the order in which both holders look at records: the most repeated first, then the most telling.

    Two holders link a record where it is the first of both their nearest: the greedy matching of the classes
    of both sides, heaviest pair first, then the pair that is in the way of fewest others. ``order`` decides
    among the rest.
    """
    import numpy as np

    def repeated(places: "Array") -> "Array":
        keys = rows_as_keys(released[places])
        _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        return counts[inverse]

    both, one, other = (repeated(places) for places in (np.concatenate(sides), *sides))
    return order[np.lexsort(((one * other)[order], -both[order]))]


def _links(
    people: "Array", parts: "list[tuple[Array, Array, Array]]", k: int, progress: Progress | None
) -> tuple[int, float]:
    """Count the people linked, and say at what rate one's first part is linked to another's second.

    Each part is columns, released records of those columns, their order."""
    import numpy as np

    doing = "linking people to released records"
    one, other = (
        order[nearest_records(people[side], released, k, progress, doing)[0]]
        for side, released, order in parts
    )
    links = int(_common(one, other).sum())
    strangers = [
        float(_common(one, np.roll(other, step, axis=0)).mean())
        for step in range(1, min(len(one), _STRANGERS + 1))
    ]
    return links, sum(strangers) / len(strangers) if strangers else 1.0


def _common(one: "Array", other: "Array") -> "Array":
    """Say row by row whether two arrays of records, shape (people, k), share one."""
    return (one[:, :, None] == other[:, None, :]).any(axis=(1, 2))
