"""Unicity of traces: how many people are alone in having been at a few points of place and time.

De Montjoye, Hidalgo, Verleysen and Blondel, "Unique in the crowd", Scientific Reports 3 (2013): draw p points
of a person's trace at random; the person is unique where nobody else has all of them. Points are cells: a
place and a time, both rounded down to the granularity of the release."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bacasable.privacy.attacks.measured import Measured, Progress, check_level
from bacasable.privacy.attacks.tables import need_numbers
from bacasable.privacy.intervals import wilson
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    import numpy as np

    from bacasable.privacy.attacks.tables import Array

METHOD = N_("Unicity of traces (de Montjoye et al. 2013)")

#: Share of people who must be unique at the finest granularity, by the lower bound.
_FINEST = 0.5

_PORTION = 2000


@dataclass(frozen=True)
class _Cells:
    """Who was where: people by cell, and cells by person, each sorted inside its list."""

    people: "Array"
    first_person: "Array"
    cells: "Array"
    first_cell: "Array"


def unicity(
    people: Any,
    places: Any,
    times: Any,
    *,
    points: int = 4,
    place_step: float = 0.0,
    time_step: float = 0.0,
    n: int | None = None,
    seed: int = 0,
    level: float = 0.95,
    progress: Progress | None = None,
) -> Measured:
    """Measure the share of people whom ``points`` random points of their trace tell from everybody else.

    ``people``: one identifier a visit, shape (visits,); ``places``: identifiers or coordinates, shape
    (visits,) or (visits, dimensions); ``times``: numbers or datetime64, shape (visits,). ``place_step`` and
    ``time_step`` are the granularity of the release, in the units given (seconds for datetime64; 0: as
    given). ``n`` people drawn at random (default all) among those with at least ``points`` different cells.
    ``baseline``: one in as many people as there are, the chance of naming the person blindly.

    The sabotage is the same attack at the finest granularity, the values as given; void unless it finds most
    people unique (lower bound above one half): traces that tell nobody apart to begin with cannot show a
    protection.

    Raises:
        Refused: arrays that do not agree, missing values, fewer people than asked, nobody with enough points.
    """
    check_level(level)
    need_numbers()

    if points < 1:
        raise Refused("points must be at least 1; give 4, as the paper does")
    if not (place_step >= 0 and time_step >= 0):
        raise Refused("the steps of place and time must be 0 (as given) or more")
    who, where, when = _visits(people, places, times)
    if (place_step and where.dtype.kind != "f") or (time_step and when.dtype.kind != "f"):
        raise Refused("a step needs numbers; give coordinates and times as numbers or dates, or a step of 0")
    coarse = _cells(who, _rounded(where, place_step), _rounded(when, time_step))
    measured = _measure(coarse, points, n, seed, level, progress)
    fine = measured
    if place_step or time_step:
        fine = _measure(_cells(who, where, when), points, n, seed, level, progress)
    details = dict(measured.details) | {"place_step": place_step, "time_step": time_step}
    return replace(measured, details=details).judged_by(fine, fine.interval.low > _FINEST)


def _visits(people: Any, places: Any, times: Any) -> "tuple[Array, Array, Array]":
    import numpy as np

    who, where, when = (np.asarray(array) for array in (people, places, times))
    if not len(who) == len(where) == len(when) or who.ndim != 1 or when.ndim != 1 or where.ndim > 2:
        raise Refused("people, places and times differ in length or shape; give one row a visit")
    if len(who) == 0:
        raise Refused("there is no visit; give a table with at least one row")
    if when.dtype.kind == "M":
        missing = np.isnat(when)
        when = when.astype("datetime64[us]").astype(np.int64) / 1e6
        if missing.any():
            raise Refused(f"times: {int(missing.sum()):,} are missing; drop those visits")
    where = where.reshape(len(who), -1)
    result = []
    for array, name in ((who, "people"), (where, "places"), (when, "times")):
        if array.dtype.kind == "O":
            if any(value is None or value != value for value in array.ravel()):
                raise Refused(f"{name}: a value is missing; drop those visits")
            array = array.astype(str)
        if array.dtype.kind in "iub" and name != "people":
            array = array.astype(np.float64)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            count = int((~np.isfinite(array)).sum())
            raise Refused(f"{name}: {count:,} values are missing or infinite; drop those visits")
        result.append(array)
    return result[0], result[1], result[2]


def _rounded(values: "Array", step: float) -> "Array":
    import numpy as np

    return np.floor(values / step) if step else values


def _codes(values: "Array") -> "Array":
    """Return whole numbers from 0, without gaps, that are equal where the rows of ``values`` are."""
    import numpy as np

    codes, room = np.zeros(len(values), dtype=np.int64), 1
    for column in values.reshape(len(values), -1).T:
        whole, size = _whole(column)
        if room * size >= 2**62:
            (codes, room), (whole, size) = _dense(codes, room), _dense(whole, size)
        codes, room = codes * size + whole, room * size
    return _dense(codes, room)[0]


def _whole(column: "Array") -> "tuple[Array, int]":
    """Return whole numbers from 0 that tell the values apart, and their room, without sorting where
    possible.
    """
    import numpy as np

    if column.dtype.kind in "iu":
        low = int(column.min())
        if int(column.max()) - low < 2**40:
            return column.astype(np.int64) - low, int(column.max()) - low + 1
    elif column.dtype.kind == "f" and np.abs(column).max() < 2**53 and (column == np.floor(column)).all():
        column = column.astype(np.int64)
        return column - column.min(), int(column.max() - column.min()) + 1
    different, codes = np.unique(column, return_inverse=True)
    return codes, len(different)


def _dense(codes: "Array", room: int) -> "tuple[Array, int]":
    """Close the gaps of whole numbers below ``room``; a table of presence where it is small, else a sort."""
    import numpy as np

    if room <= 8 * len(codes) + 1024:
        there = np.zeros(room, dtype=np.int64)
        there[codes] = 1
        ranks = np.cumsum(there)
        return ranks[codes] - 1, int(ranks[-1])
    different, codes = np.unique(codes, return_inverse=True)
    return codes, len(different)


def _cells(who: "Array", where: "Array", when: "Array") -> _Cells:
    import numpy as np

    persons = _codes(who)
    cells = _codes(np.column_stack([_codes(where), _codes(when)]))
    n_people, n_cells = int(persons.max()) + 1, int(cells.max()) + 1
    people, first_person = _lists(cells, persons, n_cells, n_people)
    where_to, first_cell = _lists(persons, cells, n_people, n_cells)
    return _Cells(people, first_person, where_to, first_cell)


def _lists(owners: "Array", items: "Array", n_owners: int, n_items: int) -> "tuple[Array, Array]":
    """Return the different items of each owner, sorted, and where the list of each begins (and the end)."""
    import numpy as np

    pairs = np.sort(owners * n_items + items)
    pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])]
    sizes = np.bincount(pairs // n_items, minlength=n_owners)
    return pairs % n_items, np.concatenate([[0], np.cumsum(sizes)])


def _measure(
    traces: _Cells, points: int, n: int | None, seed: int, level: float, progress: Progress | None
) -> Measured:
    import numpy as np

    from bacasable.privacy.attacks.kernels import alone

    rng = np.random.default_rng(seed)
    sizes = np.diff(traces.first_cell)
    able = np.flatnonzero(sizes >= points)
    if len(able) == 0:
        raise Refused(f"nobody has {points} different points; ask fewer, or release more finely")
    if n is not None and not 1 <= n <= len(able):
        raise Refused(
            f"{n:,} people asked, but {len(able):,} have at least {points} points; ask 1 to that many"
        )
    chosen = able if n is None else np.sort(rng.choice(able, size=n, replace=False))
    cells = _draw(traces, sizes, chosen, points, rng)
    unique = 0
    for start in range(0, len(chosen), _PORTION):
        if progress is not None:
            progress("looking for others at the same points", start, len(chosen))
        part = slice(start, start + _PORTION)
        unique += int(alone(traces.people, traces.first_person, cells[part], chosen[part]).sum())
    if progress is not None:
        progress("looking for others at the same points", len(chosen), len(chosen))
    details = {
        "successes": unique,
        "people": len(sizes),
        "too_few_points": len(sizes) - len(able),
        "points": points,
    }
    return Measured(
        unique / len(chosen),
        wilson(unique, len(chosen), level),
        len(chosen),
        METHOD,
        1 / len(sizes),
        seed,
        f"knows {points} points",
        details=details,
    )


def _draw(
    traces: _Cells, sizes: "Array", chosen: "Array", points: int, rng: "np.random.Generator"
) -> "Array":
    """Draw different cells of each person chosen: Floyd's sampling, all persons at once; (persons,
    points).
    """
    import numpy as np

    drawn = np.zeros((len(chosen), points), dtype=np.int64)
    for place in range(points):
        last = sizes[chosen] - points + place
        one = rng.integers(0, last + 1)
        already = (drawn[:, :place] == one[:, None]).any(axis=1)
        drawn[:, place] = np.where(already, last, one)
    return traces.cells[traces.first_cell[chosen][:, None] + drawn]
