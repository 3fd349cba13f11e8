"""k-anonymity: what is published holds, whatever table comes, and is checked by slow and separate means."""

import datetime
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.disclosure.anonymity import (
    Anonymised,
    Hierarchy,
    anonymise,
    certainty_penalty,
    measure,
)
from bacasable.privacy.disclosure.anonymity.columns import encode
from bacasable.privacy.disclosure.anonymity.hierarchies import plant
from bacasable.privacy.disclosure.anonymity.published import Dimension
from bacasable.privacy.messages import Refused

_KINDS: list[st.SearchStrategy[Any]] = [
    st.integers(-5, 5),
    st.integers(-(2**40), 2**40),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3)),
    st.sampled_from(["a", "b", "c, d", "{e}", '"f"', "*", "null", "", " g "]),
    st.text(max_size=3),
    st.booleans(),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2030, 12, 31)),
    st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2030, 1, 1)),
    st.decimals(-100, 100, places=2),
    st.times(),
    st.timedeltas(datetime.timedelta(0), datetime.timedelta(90)),
]


@st.composite
def tables(draw: st.DrawFn, most: int = 4) -> pl.DataFrame:
    """Draw tables of every kind of column, skewed, with nulls, of one value or of all different ones."""
    rows = draw(st.integers(2, 60))
    columns = {}
    for place in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(_KINDS))
        values = draw(st.lists(kind, min_size=1, max_size=12))
        if draw(st.booleans()):
            values.append(None)
        columns[f"q{place}"] = draw(st.lists(st.sampled_from(values), min_size=rows, max_size=rows))
    return pl.DataFrame(columns, strict=False)


def _classes(table: pl.DataFrame, names: Sequence[str]) -> dict[tuple[Hashable, ...], list[int]]:
    """Group rows by what is published, in plain Python."""
    classes = defaultdict(list)
    for row, values in enumerate(table.select(names).iter_rows()):
        classes[values].append(row)
    return classes


def holds(
    original: pl.DataFrame, result: Anonymised, names: list[str], k: int, trees: dict[str, Any]
) -> None:
    """Assert what every result must satisfy."""
    table = result.table
    assert table.height + result.suppressed == original.height
    assert len(result.kept) == len(result.classes) == table.height
    assert list(result.kept) == sorted(result.kept)
    assert table.columns == original.columns
    classes = _classes(table, names)
    assert not classes or min(map(len, classes.values())) >= k
    by_number: dict[int, set[tuple[Hashable, ...]]] = defaultdict(set)
    for values, number in zip(table.select(names).iter_rows(), result.classes.tolist(), strict=True):
        by_number[number].add(values)
    assert all(len(published) == 1 for published in by_number.values())
    lost = 0.0
    for name in names:
        column = encode(original[name])
        tree = trees.get(name)
        dimension = Dimension(column, None if tree is None else plant(Hierarchy.of(tree, name), column))
        for row, label in zip(result.kept.tolist(), table[name].to_list(), strict=True):
            codes, cost = dimension.read(label)
            assert column.codes[row] in codes, (label, original[name][row])
            lost += cost
    lost += len(names) * result.suppressed
    assert math.isclose(result.loss.ncp, lost / len(names) / original.height, abs_tol=1e-9)


@settings(max_examples=50)
@given(tables(), st.integers(2, 12), st.booleans())
def test_mondrian_holds_for_any_table(table: pl.DataFrame, k: int, relaxed: bool) -> None:
    names = table.columns
    if k > table.height:
        with pytest.raises(Refused, match="lower k"):
            anonymise(table, names, k, relaxed=relaxed)
        return
    result = anonymise(table, names, k, relaxed=relaxed)
    assert result.suppressed == 0
    holds(table, result, names, k, {})


@settings(max_examples=30)
@given(tables(most=3), st.integers(2, 6), st.sampled_from([0.0, 0.1, 0.5]))
def test_recoding_holds_for_any_table(table: pl.DataFrame, k: int, limit: float) -> None:
    if k > table.height:
        return
    result = anonymise(table, table.columns, k, method="recoding", suppression_limit=limit)
    assert result.suppressed <= limit * table.height
    holds(table, result, table.columns, k, {})


_LETTERS = {
    "a": ["vowel", "*"], "b": ["soft", "*"], "c": ["soft", "*"],
    "e": ["vowel", "*"], "t": ["hard", "*"], "k": ["hard", "*"],
}  # fmt: skip


_NUMBERS = {str(n): [f"{n // 4 * 4}-", f"{n // 8 * 8}-", "*"] for n in range(16)}


@st.composite
def with_hierarchies(draw: st.DrawFn) -> pl.DataFrame:
    """Draw tables whose columns have the hierarchies above."""
    rows = draw(st.integers(4, 60))
    letters = st.sampled_from([*draw(st.lists(st.sampled_from(list(_LETTERS)), min_size=1)), None])
    numbers = st.sampled_from(draw(st.lists(st.integers(0, 15), min_size=1, max_size=6)))
    return pl.DataFrame(
        {
            "letter": draw(st.lists(letters, min_size=rows, max_size=rows)),
            "number": draw(st.lists(numbers, min_size=rows, max_size=rows)),
            "illness": draw(st.lists(st.sampled_from("xyz"), min_size=rows, max_size=rows)),
            "income": draw(st.lists(st.integers(0, 4), min_size=rows, max_size=rows)),
        },
        schema={"letter": pl.String, "number": pl.Int64, "illness": pl.String, "income": pl.Int64},
    )


_TREES = {"letter": _LETTERS, "number": _NUMBERS}


@settings(max_examples=40)
@given(with_hierarchies(), st.integers(2, 4), st.sampled_from(["mondrian", "recoding"]))
def test_hierarchies_hold(table: pl.DataFrame, k: int, method: str) -> None:
    names = ["letter", "number"]
    result = anonymise(table, names, k, method=method, hierarchies=_TREES)
    holds(table, result, names, k, _TREES)
    again = certainty_penalty(table, result.table, names, hierarchies=_TREES)
    assert math.isclose(again, result.loss.ncp, abs_tol=1e-9)


def _entropy_l(counts: Sequence[int]) -> float:
    total = sum(counts)
    return math.exp(-sum(n / total * math.log(n / total) for n in counts))


def _recursive(counts: Sequence[int], c: float, l: int) -> bool:  # noqa: E741
    falling = sorted(counts, reverse=True)
    return falling[0] < c * sum(falling[l - 1 :])


def _moved(values: list[Any], everyone: list[Any], ordered: bool) -> float:
    """Earth mover's distance, slowly: for ordered values by cumulated shares."""
    domain = sorted(set(everyone))
    p, q = Counter(values), Counter(everyone)
    gaps = [p[value] / len(values) - q[value] / len(everyone) for value in domain]
    if not ordered:
        return sum(abs(gap) for gap in gaps) / 2
    if len(domain) < 2:
        return 0.0
    return sum(abs(total) for total in itertools.accumulate(gaps)) / (len(domain) - 1)


@settings(max_examples=50)
@given(
    with_hierarchies(),
    st.sampled_from(["mondrian", "recoding"]),
    st.sampled_from(["distinct", "entropy", "recursive"]),
    st.sampled_from([None, 0.0, 0.1, 0.3]),
    st.sampled_from([0.0, 0.3]),
    st.booleans(),
)
def test_diversity_and_closeness_hold(
    table: pl.DataFrame, method: str, diversity: str, t: float | None, limit: float, relaxed: bool
) -> None:
    names, sensitive = ["letter", "number"], ["illness", "income"]
    limit, relaxed = (0.0, relaxed) if method == "mondrian" else (limit, False)
    asked: dict[str, Any] = {
        "method": method, "sensitive": sensitive, "diversity": diversity, "l": 2, "c": 2.0, "t": t,
        "suppression_limit": limit, "relaxed": relaxed,
    }  # fmt: skip
    tests = {
        "distinct": lambda counts: len(counts) >= 2,
        "entropy": lambda counts: _entropy_l(counts) >= 2 - 1e-9,
        "recursive": lambda counts: _recursive(counts, 2.0, 2),
    }
    possible = all(tests[diversity](list(Counter(table[name].to_list()).values())) for name in sensitive)
    if not possible:
        with pytest.raises(Refused, match="lower l"):
            anonymise(table, names, 2, **asked)
        return
    result = anonymise(table, names, 2, **asked)
    assert result.suppressed <= limit * table.height
    for rows in _classes(result.table, names).values():
        assert len(rows) >= 2
        for name in sensitive:
            values = [result.table[name][row] for row in rows]
            assert tests[diversity](list(Counter(values).values()))
            if t is not None:
                assert _moved(values, table[name].to_list(), name == "income") <= t + 1e-9


@settings(max_examples=40)
@given(with_hierarchies())
def test_measures_agree_with_slow_ones(table: pl.DataFrame) -> None:
    names = ["letter", "number"]
    found = measure(table, names, ["illness", "income"], c=2.0)
    classes = _classes(table, names)
    assert (found.rows, found.classes) == (table.height, len(classes))
    assert found.k == min(map(len, classes.values()))
    for name in ("illness", "income"):
        inside = [[table[name][row] for row in rows] for rows in classes.values()]
        counts = [list(Counter(values).values()) for values in inside]
        assert found.distinct[name] == min(map(len, counts))
        assert math.isclose(found.entropy[name], min(map(_entropy_l, counts)), abs_tol=1e-9)
        greatest = [sum(_recursive(n, 2.0, tail + 1) for tail in range(len(n))) for n in counts]
        assert found.recursive[name] == min(greatest)
        moved = max(_moved(values, table[name].to_list(), name == "income") for values in inside)
        assert math.isclose(found.closeness[name], moved, abs_tol=1e-9)


def test_recoding_finds_the_least_lossy_levels() -> None:
    """Against every node of the lattice, tried one by one."""
    table = pl.DataFrame({"letter": list("abcetkabcetkaabb") * 2, "number": [n % 11 for n in range(32)]})
    k, limit = 3, 0.15
    steps = {
        "letter": [lambda v, n=n: ([v, *_LETTERS[v]])[n] for n in range(3)],
        "number": [lambda v, n=n: ([str(v), *_NUMBERS[str(v)]])[n] for n in range(4)],
    }
    least = math.inf
    for level, other in itertools.product(range(3), range(4)):
        rows = [(steps["letter"][level](a), steps["number"][other](b)) for a, b in table.iter_rows()]
        sizes = Counter(rows)
        kept = [row for row in rows if sizes[row] >= k]
        if len(rows) - len(kept) > limit * len(rows):
            continue
        cost = 0.0
        for place, name in enumerate(table.columns):
            domain = table[name].unique().to_list()
            node = (level, other)[place]
            under = Counter(steps[name][node](value) for value in domain)
            cost += sum(under[row[place]] / len(domain) if under[row[place]] > 1 else 0 for row in kept)
        cost += 2 * (len(rows) - len(kept))
        least = min(least, cost / 2 / len(rows))
    result = anonymise(
        table, table.columns, k, method="recoding", hierarchies=_TREES, suppression_limit=limit
    )
    assert math.isclose(result.loss.ncp, least)


def test_many_values_are_cut_in_runs_and_alone() -> None:
    """More values than the kernel's runs, half of the rows on one of them, and a heavy tail."""
    values = [0.0] * 6000 + [float(n) ** 3 for n in range(6000)]
    table = pl.DataFrame({"x": values, "y": [n % 7 for n in range(12000)]})
    for relaxed in (False, True):
        result = anonymise(table, ["x", "y"], 10, relaxed=relaxed)
        sizes = Counter(result.classes.tolist())
        assert min(sizes.values()) >= 10
        assert len(sizes) > 400
        assert result.loss.ncp < 0.06


def test_equal_rows_and_weights_give_the_same_classes() -> None:
    """A table repeated many times is cut as its distinct rows are: at k copies nothing is generalised."""
    once = pl.DataFrame({"a": range(50), "b": [f"v{n % 9}" for n in range(50)]})
    result = anonymise(pl.concat([once] * 2000), ["a", "b"], 2000)
    assert result.loss.ncp == 0
    assert result.loss.classes == 50


def test_published_values_read_well() -> None:
    table = pl.DataFrame(
        {
            "age": [17, 24, 30, 41],
            "sex": ["F", "F", "M", "M"],
            "town": ["Lyon", "Paris", None, None],
            "born": [datetime.date(2000, 1, day) for day in (1, 2, 3, 4)],
            "pay": [Decimal("1.50"), Decimal("1.50"), Decimal("2.25"), Decimal("-3.00")],
        }
    )
    result = anonymise(table, table.columns, 2)
    assert result.table.rows() == [
        ("[17, 24]", "F", "{Lyon, Paris}", "[2000-01-01, 2000-01-02]", "1.50"),
        ("[17, 24]", "F", "{Lyon, Paris}", "[2000-01-01, 2000-01-02]", "1.50"),
        ("[30, 41]", "M", None, "[2000-01-03, 2000-01-04]", "[-3.00, 2.25]"),
        ("[30, 41]", "M", None, "[2000-01-03, 2000-01-04]", "[-3.00, 2.25]"),
    ]


def test_the_tree_distance_is_that_of_the_paper() -> None:
    """t-closeness, Li et al. 2007, section 4.3: flu and pneumonia are nearer than flu and ulcer."""
    tree = {
        "flu": ["lungs", "*"], "pneumonia": ["lungs", "*"],
        "ulcer": ["stomach", "*"], "gastritis": ["stomach", "*"],
    }  # fmt: skip
    table = pl.DataFrame({"town": ["A"] * 4 + ["B"] * 4, "illness": ["flu", "flu", "ulcer", "ulcer", *tree]})
    # Half a mass moved inside each branch, at half the height of the tree: town A is 0.125 from the table.
    asked: dict[str, Any] = {"sensitive": ["illness"], "hierarchies": {"illness": tree}}
    assert anonymise(table, ["town"], 2, t=0.125, **asked).loss.classes == 2
    assert anonymise(table, ["town"], 2, t=0.12, **asked).loss.classes == 1
