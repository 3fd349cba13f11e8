"""What successive releases give away together: a registry of what was released, and what a new table adds.

A reader who holds two tables of one source subtracts. Where the population of a published cell lies inside
that of another, the difference of their counts is a cell that nobody decided to publish; and the same cell
published before and after a few records came or went is the newcomers' cell. Both are compared on what was
published, which is all that the registry holds: the trees of the dimensions, and the counts and totals of
the cells that were shown.

What cannot be seen from published figures is not seen: as many units that left as came leave the count as it
was. A cell whose total moved while its count did not, or hardly, is therefore taken for a change of few.
Pairs of cells are compared, not sums of cells of several releases; and a cell that was shown and is hidden
now tells that few changed there, though not how many nor their amounts.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.disclosure.tables.crossing import CrossTable, Nodes
from bacasable.privacy.disclosure.tables.sensitivity import Sensitive
from bacasable.privacy.journal import Held, Journal
from bacasable.privacy.messages import N_, Refused

#: Pairs of nested cells of two releases: more are not compared, and the release is refused.
MOST_PAIRS = 20_000_000
_MOST_BYTES = 1 << 30
#: A count or total that was not published.
HIDDEN = -1

_TOO_MANY = N_(
    "the release of {at} and this one have more than {most} nested cells to compare; use fewer categories"
)
_NO_COUNTS = N_(
    "the release of {at} showed totals without counts: what a table of other cells adds to it cannot be "
    "proved. Release the same cells, or another period"
)
_OTHER_KIND = N_(
    "{source}: {what} was released on {at} for this period; together they could single people out. Release "
    "the same table again, or declare another period where the people and values are others"
)

_OTHER_UNIT = N_(
    "{source}: the release of {at} counted {known}; count the same unit, or give another source or period"
)

_EMPTIED = N_(
    "the cell {cell} has lost its last units since the release of {at}, fewer than the threshold: published "
    "empty, it tells of them. Leave the release as it was, or join categories"
)

Values = NDArray[np.int64]


@dataclass(frozen=True)
class Published:
    """A table that was released: as ``CrossTable``, with ``HIDDEN`` in place of what was not shown."""

    at: str
    unit: str
    value: str
    dimensions: tuple[Nodes, ...]
    units: Values
    totals: Values | None

    @property
    def counted(self) -> bool:
        """Whether counts were shown: not where units are in several cells."""
        return bool((self.units != HIDDEN).any())


class Registry:
    """The releases of a folder, one file for all its sources."""

    def __init__(self, folder: Path | str) -> None:
        self.path = Path(folder) / "releases.jsonl"
        self._journal = Journal(self.path, _MOST_BYTES)

    @contextmanager
    def opened(self, source: str, period: str) -> "Iterator[Opened]":
        """Hold the releases of a source and period, under lock until the block ends."""
        with self._journal.held() as held:
            yield Opened(held, source, period)


@dataclass
class Opened:
    """The releases of one source and period while nobody else adds any."""

    _held: Held
    source: str
    period: str

    def _lines(self) -> list[dict[str, Any]]:
        return [
            line
            for line in self._held.lines
            if line["source"] == self.source and line["period"] == self.period
        ]

    def tables(self, unit: str) -> list[Published]:
        """Return the tables that were released, oldest first.

        Raises:
            Refused: microdata of this source were released, or tables that count another ``unit``.
        """
        lines = self._lines()
        for line in lines:
            if line["kind"] == "microdata":
                raise Refused(_OTHER_KIND, source=self.source, what=N_("microdata"), at=line["at"])
            if line["unit"] != unit:
                known = line["unit"] or N_("rows")
                raise Refused(_OTHER_UNIT, source=self.source, at=line["at"], known=known)
        return [_published(line) for line in lines]

    def check_microdata(self, digest: str) -> None:
        """Refuse microdata where anything else of the source was released."""
        for line in self._lines():
            if line["kind"] != "microdata" or line["content"] != digest:
                what = N_("a table") if line["kind"] == "table" else N_("another version of the microdata")
                raise Refused(_OTHER_KIND, source=self.source, what=what, at=line["at"])

    def add_microdata(self, digest: str) -> None:
        """Record that microdata with this digest are released; the same ones are recorded once."""
        if not self._lines():
            self._add({"kind": "microdata", "content": digest})

    def add_table(
        self, unit: str, value: str, dimensions: Sequence[Nodes], units: Values, totals: Values | None
    ) -> None:
        """Record a table, ``HIDDEN`` where nothing is shown; the same table is recorded once."""
        facts: dict[str, Any] = {
            "kind": "table",
            "unit": unit,
            "value": value,
            "dimensions": [[nodes.column, list(nodes.labels), list(nodes.parents)] for nodes in dimensions],
            "units": units.tolist(),
            "totals": None if totals is None else totals.tolist(),
        }
        facts["content"] = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        if all(line["content"] != facts["content"] for line in self._lines()):
            self._add(facts)

    def _add(self, facts: dict[str, Any]) -> None:
        self._held.add([{"source": self.source, "period": self.period} | facts])


def _published(line: dict[str, Any]) -> Published:
    dimensions = tuple(
        Nodes(column, tuple(labels), tuple(above)) for column, labels, above in line["dimensions"]
    )
    totals = None if line["totals"] is None else np.array(line["totals"], np.int64)
    return Published(
        line["at"], line["unit"], line["value"], dimensions, np.array(line["units"], np.int64), totals
    )


@dataclass(frozen=True)
class Isolated:
    """A cell of the new table that, with a cell of an earlier release, isolates fewer than the threshold."""

    cell: int
    at: str
    few: int
    amount: int


def isolated(new: CrossTable, value: str, earlier: Published, threshold: int) -> list[Isolated]:
    """Return the cells of ``new`` whose difference with a published one isolates fewer than ``threshold``.

    Of two cells with one population within the other (or the same), the counts differ by ``few``; zero where
    the totals of ``value`` alone moved. Where no counts were shown, only the same cells can be compared.

    Raises:
        Refused: too many pairs, or an earlier release without counts and of other cells than this one.
    """
    found: dict[int, Isolated] = {}
    counted = new.adds_up and earlier.counted
    if not counted and earlier.dimensions != new.dimensions:
        raise Refused(_NO_COUNTS, at=earlier.at)
    for how in ("within", "around") if counted else ("same",):
        for before, after in _pairs(earlier, new.dimensions, how):
            few = np.abs(new.units[after] - earlier.units[before]) if counted else np.zeros_like(after)
            shown = earlier.units[before] != HIDDEN if counted else np.ones(len(after), bool)
            moved = np.zeros_like(after)
            if new.totals is not None and earlier.totals is not None and value == earlier.value:
                both = earlier.totals[before] != HIDDEN
                moved[both] = np.abs(new.totals[after] - earlier.totals[before])[both]
            isolates = shown & (few < threshold) & ((few > 0) | (moved > 0))
            for place in np.flatnonzero(isolates).tolist():
                one = Isolated(int(after[place]), earlier.at, int(few[place]), int(moved[place]))
                known = found.get(one.cell)
                if known is None or (one.few, one.amount) > (known.few, known.amount):
                    found[one.cell] = one
    return [found[cell] for cell in sorted(found)]


def to_hide(
    new: CrossTable, value: str, earlier: Sequence[Published], threshold: int, share: float
) -> list[Sensitive]:
    """Return the cells of ``new`` to hide for what was released earlier, with how far they must stay unknown.

    ``share`` is that part of a difference of totals which must remain unknown. Cells that an earlier release
    hid stay hidden: shown now, they would tell what was hidden, or what protected it.

    Raises:
        Refused: as :func:`isolated`; or a cell lost its last few units, and an empty cell cannot be hidden.
    """
    found: dict[int, Sensitive] = {}
    for one in earlier:
        for cell in _hidden_before(new, one):
            found.setdefault(cell, Sensitive(cell, "hidden_earlier", (0, 0), (0, 0)))
    for one in earlier:
        for pair in isolated(new, value, one, threshold):
            units = int(new.units[pair.cell])
            if not units:
                raise Refused(_EMPTIED, cell=named(new, pair.cell), at=pair.at)
            total = 0 if new.totals is None else int(new.totals[pair.cell])
            far = max(1, math.ceil(share * pair.amount))
            count = (min(1, units - 1), max(1, threshold - pair.few))
            known = found.get(pair.cell)
            if known is not None:
                count = (max(count[0], known.count[0]), max(count[1], known.count[1]))
                far = max(far, known.total[1])
            found[pair.cell] = Sensitive(pair.cell, "differencing", count, (min(far, total), far))
    return [found[cell] for cell in sorted(found) if new.units[cell]]


def named(table: CrossTable, cell: int) -> str:
    """Return how a cell is named in a message."""
    return ", ".join(f"{column} = {label}" for column, label in table.labels(cell).items())


def _hidden_before(new: CrossTable, earlier: Published) -> Iterator[int]:
    hidden = (earlier.units if earlier.totals is None else earlier.totals) == HIDDEN
    for before, after in _pairs(earlier, new.dimensions, "same"):
        yield from after[hidden[before]].tolist()


def _shape(dimensions: Sequence[Nodes]) -> list[str]:
    return [nodes.column for nodes in dimensions]


def _pairs(earlier: Published, new: Sequence[Nodes], how: str) -> Iterator[tuple[Values, Values]]:
    """Yield the pairs of cells of the two tables that lie as :func:`_each` says, as arrays of cells."""
    each = _each(earlier.dimensions, new, how)
    if math.prod(len(pairs[0]) for pairs in each) > MOST_PAIRS:
        raise Refused(_TOO_MANY, at=earlier.at, most=MOST_PAIRS)
    before = after = np.zeros(1, np.int64)
    old_strides, new_strides = _strides(earlier.dimensions), _strides(new)
    columns = dict.fromkeys([*_shape(earlier.dimensions), *_shape(new)])
    for column, (olds, news) in zip(columns, each, strict=True):
        before = (before[:, None] + olds * old_strides.get(column, 0)).ravel()
        after = (after[:, None] + news * new_strides.get(column, 0)).ravel()
    if len(before):
        yield before, after


def _each(earlier: Sequence[Nodes], new: Sequence[Nodes], how: str) -> list[tuple[Values, Values]]:
    """Return for each column of either table the pairs of its nodes that lie so: ``same``, ``within`` (the
    earlier within the new) or ``around``. A table without the column takes all of it together.
    """
    olds = {nodes.column: _populations(nodes) for nodes in earlier}
    news = {nodes.column: _populations(nodes) for nodes in new}
    whole: list[frozenset[str] | None] = [None]
    found = []
    for column in dict.fromkeys([*olds, *news]):
        old, fresh = olds.get(column, whole), news.get(column, whole)
        inside: dict[frozenset[str] | None, list[int]] = {}
        for place, one in enumerate(fresh):
            inside.setdefault(one, []).append(place)
        pairs = []
        for i, one in enumerate(old):
            if how == "same":
                pairs += [(i, j) for j in inside.get(one, [])]
                continue
            for other, places in inside.items():
                narrow, wide = (one, other) if how == "within" else (other, one)
                if wide is None or (narrow is not None and narrow <= wide):
                    pairs += [(i, j) for j in places]
        both = np.array(pairs, np.int64).reshape(-1, 2)
        found.append((both[:, 0], both[:, 1]))
    return found


def _populations(nodes: Nodes) -> list[frozenset[str] | None]:
    """Return the categories under each node; None for the total, which takes any."""
    below: list[set[str]] = [set() for _ in nodes.labels]
    for node, label in enumerate(nodes.labels):
        if node not in nodes.children:
            for above in nodes.above(node):
                below[above].add(label)
    return [None, *(frozenset(labels) for labels in below[1:])]


def _strides(dimensions: Sequence[Nodes]) -> dict[str, int]:
    sizes = [len(nodes.labels) for nodes in dimensions]
    return {nodes.column: math.prod(sizes[place + 1 :]) for place, nodes in enumerate(dimensions)}
