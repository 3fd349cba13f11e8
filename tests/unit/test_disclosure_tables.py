"""Cross tables: who counts where, what the rules hide, and what a reader of the margins still works out.

The linear programs are checked against an enumeration of every table with the published figures.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bacasable.privacy.disclosure.tables import (
    CrossTable,
    Dimension,
    Protected,
    Rules,
    audit,
    protect,
    sensitive,
    tabulate,
)
from bacasable.privacy.disclosure.tables.protection import measures
from bacasable.privacy.messages import Refused


def counted(rows: list[tuple[object, ...]], **options: object) -> CrossTable:
    """Count rows of (dimension, ..., value); every row is a unit."""
    names = [f"d{place}" for place in range(len(rows[0]) - 1)]
    frame = pl.DataFrame(rows, schema=[*names, "value"], orient="row")
    return tabulate(frame, names, **{"value": "value"} | options)  # type: ignore[arg-type]


def where(table: CrossTable, *labels: str) -> int:
    """Return the number of the cell with these labels."""
    return next(cell for cell in range(len(table)) if tuple(table.labels(cell).values()) == labels)


# --- the slow reader ------------------------------------------------------------------------------------


def worlds(
    table: CrossTable, values: np.ndarray, hidden: set[int], least: int, most: int
) -> Iterator[list[int]]:
    """Yield the value of every cell in every whole-number table that agrees with what is shown."""
    leaves = [cell for cell in range(len(table)) if not table.is_margin(cell)]
    free = [cell for cell in leaves if cell in hidden]
    margins = list(table.equations())
    order: list[tuple[int, list[int]]] = []
    known = set(leaves)
    while len(order) < len(margins):  # a margin is added up once all that it adds up is known
        for margin, cells in margins:
            if (margin, cells) not in order and known.issuperset(cells):
                order.append((margin, cells))
                known.add(margin)
    for guess in product(range(least, most + 1), repeat=len(free)):
        world = values.tolist()
        for cell, value in zip(free, guess, strict=True):
            world[cell] = value
        for margin, cells in order:
            added = sum(world[cell] for cell in cells)
            if margin not in hidden and added != values[margin]:
                break
            world[margin] = added
        else:
            yield world


rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 3)), min_size=4, max_size=12
)
cubes = st.lists(
    st.tuples(*(st.sampled_from("ab") for _ in range(3)), st.integers(0, 2)), min_size=6, max_size=14
)


def hides(table: CrossTable, **rules: object) -> Protected:
    try:
        return protect(table, sensitive(table, Rules(**rules)))  # type: ignore[arg-type]
    except Refused:
        assume(False)
        raise


@settings(max_examples=30)
@given(rows)
def test_the_audit_of_two_dimensions_finds_what_enumeration_finds(sample: list[tuple[str, str, int]]) -> None:
    table = counted(sample)
    made = hides(table, min_units=3)
    free = [cell for cell in made.hidden if not table.is_margin(cell)]
    assume(0 < len(free) <= 4)
    for name, values in measures(table).items():
        most = int(values[0])
        assume((most + 1) ** len(free) <= 15_000)
        found = list(worlds(table, values, set(made.hidden), int(name == "units"), most))
        for cell, (low, high) in made.intervals[name].items():
            possible = [world[cell] for world in found]
            assert low == min(possible)
            if 0 not in made.hidden:  # else nothing bounds the enumeration
                assert high == max(possible)


@settings(max_examples=30)
@given(st.one_of(rows, cubes))
def test_no_sensitive_cell_is_worked_out_even_by_enumeration(sample: list[tuple[object, ...]]) -> None:
    table = counted(sample)
    made = hides(table, min_units=3)
    free = [cell for cell in made.hidden if not table.is_margin(cell)]
    assume(0 < len(free) <= 4)
    found = list(worlds(table, table.units, set(made.hidden), 1, 10))
    for cell in made.primary:
        possible = {world[cell] for world in found}
        assert len(possible) > 1 and max(possible) >= 3


@settings(max_examples=25)
@given(st.one_of(rows, cubes), st.sampled_from([0.1, 0.5]))
def test_protection_levels_hold(sample: list[tuple[object, ...]], share: float) -> None:
    table = counted(sample)
    rules = Rules(min_units=3, dominance=(1, 0.85), p_percent=0.1, protection=share)
    found = sensitive(table, rules)
    made = hides(table, min_units=3, dominance=(1, 0.85), p_percent=0.1, protection=share)
    for one in found:
        assert one.cell in made.primary
        for name, levels in (("units", one.count), ("total", one.total)):
            low, high = made.intervals[name][one.cell]
            true = measures(table)[name][one.cell]
            if any(levels):
                assert low <= true - levels[0] + 1e-6 and high >= true + levels[1] - 1e-6


def test_empty_cells_are_shown_and_hidden_ones_are_known_to_hold_somebody() -> None:
    # a: 1 + 1 + 5, b: 5 + 5 + 0: in row a, two hidden cells of a sum of 2 would be 1 each.
    table = counted(
        [("a", "x", 1), ("a", "y", 1)]
        + [("a", "z", 1)] * 5 + [("b", "x", 1)] * 5 + [("b", "y", 1)] * 5
    )  # fmt: skip
    bare = audit(
        table,
        {where(table, "a", "x"), where(table, "a", "y"), where(table, "b", "x"), where(table, "b", "y")},
    )
    assert bare["units"][where(table, "a", "x")] == (1, 1)
    made = protect(table, sensitive(table, Rules(min_units=3)))
    assert where(table, "b", "z") not in made.hidden
    assert made.intervals["units"][where(table, "a", "x")][1] >= 3


def test_without_secondary_suppression_the_audit_recovers_the_cells() -> None:
    table = counted([("a", "x", 7)] * 5 + [("a", "y", 9)] * 2 + [("b", "x", 1)] * 6 + [("b", "y", 2)] * 8)
    bare = protect(table, sensitive(table, Rules(min_units=3)), secondary=False)
    small = where(table, "a", "y")
    assert set(bare.hidden) == {small}
    assert bare.intervals["units"][small] == (2, 2) and bare.intervals["total"][small] == (18, 18)
    made = protect(table, sensitive(table, Rules(min_units=3)))
    low, high = made.intervals["units"][small]
    assert low < 2 and high >= 3 and len(made.secondary) >= 3


def test_groups_of_a_hierarchy_are_margins_and_protect_what_is_below() -> None:
    groups = {"75": ["north"], "59": ["north"], "13": ["south"], "06": ["south"]}
    frame = pl.DataFrame({"place": ["75"] * 9 + ["59"] * 2 + ["13"] * 8 + ["06"] * 7})
    table = tabulate(frame, [Dimension("place", groups)])
    assert table.units[where(table, "north")] == 11 and table.units[where(table, "*")] == 26
    made = protect(table, sensitive(table, Rules(min_units=3)))
    assert {where(table, "59"), where(table, "75")} <= made.hidden  # north minus 75 would tell 59
    assert where(table, "north") not in made.hidden
    with pytest.raises(Refused, match="hierarchy of place does not hold"):
        tabulate(frame, [Dimension("place", {"59": ["north"]})])


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ([86, 7, 7], "dominance"),  # 86 % is more than 85 %
        ([85, 5, 5, 5], ""),
        ([60, 39, 1], "p_percent"),  # the second knows the first within 1
        ([50, 40, 10], ""),
    ],
)
def test_dominance_and_the_p_percent_rule(values: list[int], rule: str) -> None:
    table = counted([("a", value) for value in values] + [("b", value) for value in (30, 30, 40)])
    found = {one.cell: one.rule for one in sensitive(table, Rules(3, (1, 0.85), 0.1))}
    assert found.get(where(table, "a"), "") == rule


def test_units_are_people_not_rows() -> None:
    frame = pl.DataFrame({"firm": [1, 1, 1, 2], "d": ["a"] * 4, "value": [1, 2, 3, 4]})
    table = tabulate(frame, ["d"], unit="firm", value="value")
    assert table.units.tolist() == [2, 2] and table.largest[0].tolist() == [6, 4, 0]
    apart = tabulate(frame.with_columns(d=pl.Series(["a", "b", "a", "b"])), ["d"], unit="firm")
    assert not apart.adds_up and apart.units[0] == 2
    with pytest.raises(Refused, match="several cells"):
        protect(apart, sensitive(apart, Rules(min_units=3)))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"d": [], "v": []}, "no rows"),
        ({"d": ["a", None], "v": [1, 2]}, "empty, row 2"),
        ({"d": ["a", "b"], "v": [1.0, float("nan")]}, "not whole"),
        ({"d": ["a", "b"], "v": [1, -2]}, "below zero, row 2"),
        ({"d": ["a", "b"], "w": [1, 2]}, "no column v"),
        ({"d": [str(one) for one in range(30_000)], "v": [1] * 30_000}, "30001 cells"),
    ],
)
def test_bad_tables_are_refused(frame: dict[str, list[object]], message: str) -> None:
    with pytest.raises(Refused, match=message):
        tabulate(pl.DataFrame(frame), ["d"], value="v")


@pytest.mark.parametrize(
    "rules",
    [
        {"min_units": 0},
        {"dominance": (4, 0.5)},
        {"dominance": (1, float("nan"))},
        {"p_percent": -1},
        {"protection": 2},
    ],
)
def test_rules_out_of_range_are_refused(rules: dict[str, object]) -> None:
    with pytest.raises(Refused):
        Rules(**rules)  # type: ignore[arg-type]


def test_a_table_of_too_few_is_hidden_whole() -> None:
    table = counted([("a", 1)] * 2)
    assert protect(table, sensitive(table, Rules(min_units=3))).hidden == {0, 1}


@pytest.mark.parametrize("scale", [1, 10**6, 10**12])
def test_large_amounts_are_protected_as_small_ones(scale: int) -> None:
    table = counted(
        [("a", "x", 7 * scale)] * 5
        + [("a", "y", 9 * scale)] * 2
        + [("b", "x", scale)] * 6
        + [("b", "y", 2 * scale)] * 8
    )
    made = protect(table, sensitive(table, Rules(min_units=3)))
    low, high = made.intervals["total"][where(table, "a", "y")]
    assert low <= 18 * scale * 0.9 and high >= 18 * scale * 1.1
