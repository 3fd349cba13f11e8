"""Totals with noise: bounded contributions, whole units, and noise of the size that is stated."""

import statistics
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.disclosure.ledger import Budget, Ledger, amount
from bacasable.privacy.disclosure.noise import MOST_SUM, Bounds, _totals, noisy_totals
from bacasable.privacy.messages import Refused

AMPLE = Fraction(1_000_000)  # noise that rounds to nothing


def totals(
    table: Any, cells: Mapping[str, Sequence[str]], bounds: Bounds, person: str = "", value: str = ""
) -> dict[tuple[str, ...], int]:
    """Return the bounded totals before the noise: what its scale is computed for."""
    listed = {name: list(categories) for name, categories in cells.items()}
    found = _totals(table, listed, person or None, value or None, bounds)
    return {cell: total for cell, total in zip(product(*cells.values()), found, strict=True) if total}


people = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from("xyz"), st.integers(-50, 50)), min_size=1, max_size=30
)


@settings(max_examples=60)
@given(people, st.integers(1, 3), st.integers(-20, 0), st.integers(1, 20))
def test_one_person_moves_the_cells_by_the_bounds_at_most(
    rows: list[tuple[int, str, int]], cells: int, lower: int, upper: int
) -> None:
    frame = pl.DataFrame(rows, schema=["who", "d", "v"], orient="row")
    bounds = Bounds(cells, lower, upper)
    whole = totals(frame, {"d": ["x", "y", "z"]}, bounds, "who", "v")
    for person in {row[0] for row in rows}:
        rest = totals(frame.filter(pl.col("who") != person), {"d": ["x", "y", "z"]}, bounds, "who", "v")
        moved = [abs(whole.get((d,), 0) - rest.get((d,), 0)) for d in "xyz"]
        assert max(moved) <= bounds.unit and sum(moved) <= cells * bounds.unit
        assert sum(one > 0 for one in moved) <= cells


def test_a_person_with_many_rows_counts_as_one() -> None:
    frame = pl.DataFrame({"who": [1] * 500 + [2], "d": ["x"] * 501})
    assert totals(frame, {"d": ["x"]}, Bounds(), "who") == {("x",): 2}


def test_undeclared_categories_and_nulls_count_for_nothing() -> None:
    frame = pl.DataFrame({"who": [1, 2, 3, None], "d": ["x", "other", None, "x"], "v": [5, 5, 5, 5]})
    made = noisy_totals(
        frame, {"d": ["x", "y"]}, spent=AMPLE, person="who", value="v", bounds=Bounds(1, 0, 9)
    )
    assert made.table.to_dict(as_series=False) == {"d": ["x", "y"], "total": [5, 0]}


def test_names_of_columns_and_categories_are_never_read_as_anything_else() -> None:
    name = 'a"; DROP TABLE rows; --'
    frame = pl.DataFrame({name: ["x'", "x'", "y"]})
    made = noisy_totals(frame, {name: ["x'", "y"]}, spent=AMPLE)
    assert made.table["total"].to_list() == [2, 1]


@pytest.mark.parametrize("measure", ["epsilon", "rho"])
def test_the_noise_is_as_large_as_stated(measure: str) -> None:
    cells = {"d": [str(one) for one in range(4_000)]}
    made = noisy_totals(
        pl.DataFrame({"d": ["none"]}), cells, spent=amount("0.5"), measure=measure, bounds=Bounds(2, 0, 10)
    )
    noise = made.table["total"].to_list()
    inside = sum(abs(one) <= made.error for one in noise) / len(noise)
    assert 0.93 < inside < 0.975  # 95 % stated; five standard deviations of 4,000 draws
    spread = made.scale * (2**0.5 if measure == "epsilon" else 1)
    assert abs(statistics.pstdev(noise) / spread - 1) < 0.12
    assert abs(statistics.fmean(noise)) < 5 * spread / len(noise) ** 0.5
    expected = 2 * 10 / 0.5 if measure == "epsilon" else (2**0.5) * 10
    assert made.scale == pytest.approx(expected)


def test_totals_beyond_32_bits_and_beyond_64() -> None:
    far = Bounds(1, 0, 1 << 40)
    frame = pl.DataFrame({"d": ["x"] * 3, "v": [1 << 40] * 3})
    made = noisy_totals(frame, {"d": ["x"]}, spent=AMPLE, value="v", bounds=far)
    assert abs(made.table["total"][0] - 3 * (1 << 40)) < 1 << 30
    huge = pl.DataFrame({"who": [1, 1], "d": ["x", "x"], "v": [(1 << 63) - 1] * 2})
    assert totals(huge, {"d": ["x"]}, far, "who", "v") == {("x",): 1 << 40}
    many = pl.DataFrame({"d": ["x"] * (1 << 12), "v": [1 << 40] * (1 << 12)})
    assert totals(many, {"d": ["x"]}, far, "", "v")[("x",)] == 1 << 52 < MOST_SUM


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"value": "float"}, "holds float64, not whole numbers"),
        ({"value": "missing"}, "no column missing"),
        ({"person": "missing"}, "no column missing"),
        ({"measure": "delta"}, "not one of epsilon, rho"),
        ({"spent": Fraction(0)}, "above zero"),
        ({"cells": {}}, "no cells are declared"),
        ({"cells": {"d": []}}, "no cells are declared"),
        ({"cells": {"d": [str(one) for one in range(1_000_001)]}}, "at most 1000000"),
        ({"budget": Budget("epsilon", Fraction(1))}, "go together"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], message: str) -> None:
    frame = pl.DataFrame({"d": ["x"], "float": [1.5], "v": [1]})
    asked: dict[str, Any] = {"cells": {"d": ["x"]}, "spent": Fraction(1)} | options
    with pytest.raises(Refused, match=message):
        noisy_totals(frame, asked.pop("cells"), **asked)


@pytest.mark.parametrize(
    "bounds",
    [(0, 0, 1), (1, 2, 1), (1, 0, 0), (1, 0, 1.5), (True, 0, 1), (1, 0, 1 << 41), (1, float("nan"), 1)],
)
def test_bounds_that_bound_nothing_are_refused(bounds: tuple[Any, Any, Any]) -> None:
    with pytest.raises(Refused, match="bounds"):
        Bounds(*bounds)


def test_the_ledger_is_charged_before_and_refuses_before_any_noise(tmp_path: Path) -> None:
    ledger, budget = Ledger(tmp_path / "ledger"), Budget("epsilon", Fraction(1))
    frame = pl.DataFrame({"d": ["x"]})
    options: dict[str, Any] = {"ledger": ledger, "budget": budget, "data_set": "data"}
    made = noisy_totals(frame, {"d": ["x"]}, spent=amount("0.6"), **options)
    assert made.left == amount("0.4") and "epsilon = 0.6" in made.statement()
    with pytest.raises(Refused, match=r"0\.4 is left"):
        noisy_totals(frame, {"d": ["x"]}, spent=amount("0.6"), **options)
    with pytest.raises(Refused, match="not whole"):
        noisy_totals(frame.with_columns(v=0.5), {"d": ["x"]}, spent=amount("0.1"), value="v", **options)
    assert len(ledger.charges()) == 1


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-3, 3)),
            st.sampled_from("xyzw"),
            st.one_of(st.none(), st.integers(-(1 << 63), (1 << 63) - 1)),
        ),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 4),
    st.integers(-20, 0),
    st.integers(1, 20),
    st.booleans(),
)
def test_totals_are_those_of_the_definition(
    rows: list[tuple[int | None, str, int | None]], cells: int, lower: int, upper: int, texts: bool
) -> None:
    frame = pl.DataFrame(rows, schema={"who": pl.Int64, "d": pl.String, "v": pl.Int64}, orient="row")
    frame = frame.with_columns(pl.col("who").cast(pl.String)) if texts else frame
    shown = ["x", "y", "z"]
    made = totals(frame, {"d": shown}, Bounds(cells, lower, upper), "who", "v")
    sums: dict[int, dict[str, int]] = {}
    for who, where, units in rows:
        if who is not None and where in shown:
            own = sums.setdefault(who, {})
            own[where] = own.get(where, 0) + (units or 0)
    if all(len(own) <= cells for own in sums.values()):  # nothing to choose: the definition has one answer
        cut = [{d: min(max(units, lower), upper) for d, units in own.items()} for own in sums.values()]
        assert {d: made.get((d,), 0) for d in shown} == {d: sum(own.get(d, 0) for own in cut) for d in shown}
    each = [min(max(units or 0, lower), upper) for _, where, units in rows if where == "x"]
    by_row = totals(frame, {"d": shown}, Bounds(1, lower, upper), "", "v")
    assert by_row.get(("x",), 0) == sum(each)


def test_which_cells_of_a_person_are_kept_does_not_depend_on_others() -> None:
    """Were it so, one person more would move the cells of everybody, and the noise would be too small."""
    own = pl.DataFrame({"who": ["m"] * 20, "d": [str(one) for one in range(20)]})
    others = pl.DataFrame({"who": [f"{one:03}" for one in range(400)], "d": ["none"] * 400})
    cells = {"d": [str(one) for one in range(20)]}
    alone = totals(own, cells, Bounds(3), "who")
    assert sum(alone.values()) == 3 and alone == totals(pl.concat([others, own]), cells, Bounds(3), "who")


def test_many_rows_go_through_several_portions_and_stay_exact() -> None:
    rows = 100_000
    frame = pl.DataFrame({"who": pl.arange(rows, eager=True) // 4, "d": pl.arange(rows, eager=True) % 3})
    made = totals(frame, {"d": ["0", "1", "2"]}, Bounds(3, 0, 9), "who")
    assert sum(made.values()) == rows
    kept = totals(frame, {"d": ["0", "1", "2"]}, Bounds(1, 0, 1), "who")
    assert sum(kept.values()) == rows // 4
    assert max(kept.values()) - min(kept.values()) < 800  # of a person's cells, none is preferred


def test_unsigned_values_beyond_64_bits_with_a_sign_are_cut_as_any() -> None:
    frame = pl.DataFrame(
        {"who": [1, 2], "d": ["x", "x"], "v": pl.Series([(1 << 64) - 1, 3], dtype=pl.UInt64)}
    )
    assert totals(frame, {"d": ["x"]}, Bounds(1, 0, 10), "who", "v") == {("x",): 13}
    assert totals(frame, {"d": ["x"]}, Bounds(1, 0, 10), "", "v") == {("x",): 13}
