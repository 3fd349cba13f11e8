"""Linkability: two holders of different columns of the same people join them through the released table.

Giomi et al. (PoPETs 2023), section 4.2: both parts of an original record are looked up among the released
records (Gower's distance); the record is linked where the same released record is among the k nearest of both
parts. Released records equally near are taken in a random order, by each holder in one of its own; with
``ties="shared"`` both use the same order, as parties who agree on a seed would: the stronger attack."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from bacasable.privacy.attacks.measured import Measured, Progress, check_level, corrected_risk
from bacasable.privacy.attacks.neighbours import nearest_records
from bacasable.privacy.attacks.tables import Coded, Table, coded, sample
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.privacy.attacks.tables import Array

METHOD = N_("Linkability of two sets of columns (Giomi et al. 2023)")


def linkability(
    original: Table,
    released: Table,
    control: Table | None = None,
    *,
    first: Sequence[str],
    second: Sequence[str],
    n: int | None = None,
    k: int = 1,
    ties: Literal["apart", "shared"] = "apart",
    seed: int = 0,
    level: float = 0.95,
    progress: Progress | None = None,
) -> Measured:
    """Measure how many people of ``original`` two holders of columns ``first`` and ``second`` can link.

    ``n`` people attacked in the original and in the control (default 2,000 or all); ``k`` nearest records
    looked at. ``value`` is the control-corrected risk (0 to 1); ``baseline`` the rate of links by chance, k
    released records drawn at random on each side.

    Raises:
        Refused: tables or columns that cannot be attacked, n larger than a table, k larger than the release.
    """
    check_level(level)
    tables = coded(original, released, control).for_distances()
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
        orders[1] = orders[0]
    targets = sample(rng, tables.original.shape[1], n, "original")
    parts = [
        (side, tables.released[np.ix_(side, order)], order) for side, order in zip(sides, orders, strict=True)
    ]
    links = _links(tables.original[:, targets], parts, k, progress)
    control = None
    if tables.control is not None:
        others = sample(rng, tables.control.shape[1], n, "control")
        control = (_links(tables.control[:, others], parts, k, progress), len(others))
    value, interval = corrected_risk(links, len(targets), control, level)
    details = {
        "successes": links,
        "control_successes": control[0] if control else None,
        "control_n": control[1] if control else None,
        "k": k,
        "ties": ties,
        "released": tables.released.shape[1],
    }
    return Measured(
        value,
        interval,
        len(targets),
        METHOD,
        _by_chance(tables.released.shape[1], k),
        seed,
        "two nearest neighbours",
        details=details,
    )


def _links(
    people: "Array", parts: "list[tuple[Array, Array, Array]]", k: int, progress: Progress | None
) -> int:
    """Count the people linked; each part is columns, released records of those columns, their order."""
    import numpy as np

    doing = "linking people to released records"
    found = [
        order[nearest_records(people[side], released, k, progress, doing)[0]]
        for side, released, order in parts
    ]
    return int(np.any(found[0][:, :, None] == found[1][:, None, :], axis=(1, 2)).sum())


def _by_chance(released: int, k: int) -> float:
    """Return the probability that two random choices of ``k`` of ``released`` records share one."""
    apart = 1.0
    for drawn in range(k):
        apart *= max(0.0, (released - k - drawn) / (released - drawn))
    return 1 - apart
