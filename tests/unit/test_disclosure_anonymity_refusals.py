"""Tables as they come in: every kind is read, what cannot be done is refused with the remedy."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from bacasable.privacy.disclosure.anonymity import (
    anonymise,
    measure,
)
from bacasable.privacy.disclosure.anonymity.columns import read
from bacasable.privacy.messages import Refused
from tests.unit.test_disclosure_anonymity import holds


def test_every_kind_of_table_comes_in(tmp_path: Path) -> None:
    frame = pl.DataFrame({"age": [1, 2, 3, 4], "town": ["a", "a", "b", "b"]})
    frame.write_csv(tmp_path / "t.csv")
    frame.write_csv(tmp_path / "s.csv", separator=";")
    frame.write_parquet(tmp_path / "t.parquet")
    expected = anonymise(frame, ["age", "town"], 2).table
    relation = duckdb.sql("select * from (values (1,'a'),(2,'a'),(3,'b'),(4,'b')) t(age, town)")
    for table in (
        frame.lazy(),
        relation,
        tmp_path / "t.csv",
        str(tmp_path / "s.csv"),
        tmp_path / "t.parquet",
    ):
        assert anonymise(table, ["age", "town"], 2).table.equals(expected)
    arrow = anonymise(frame.to_arrow(), ["age", "town"], 2).table
    assert pl.DataFrame(arrow).equals(expected)
    categories = frame.with_columns(pl.col("town").cast(pl.Categorical))
    assert anonymise(categories, ["age", "town"], 2).table.equals(expected)


_PEOPLE = pl.DataFrame(
    {"age": [20, 30, None, 50], "pay": [1.0, float("nan"), float("inf"), 2.0], "ill": ["x", "y", "x", "y"]}
)


_SHORT = {"20": ["*"], "30": ["*"]}


_TWO_PARENTS = {"20": ["a", "b", "*"], "30": ["a", "c", "*"], "50": ["a", "b", "*"]}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"quasi_identifiers": []}, "quasi_identifiers is empty"),
        ({"quasi_identifiers": ["height"]}, "no column 'height'"),
        ({"quasi_identifiers": ["age", "age"]}, "named twice"),
        ({"k": 5}, "lower k"),
        ({"k": 1}, "2 or more"),
        ({"k": 2.5}, "whole number"),
        ({"sensitive": ["age"]}, "both quasi-identifier and sensitive"),
        ({"quasi_identifiers": ["pay"]}, "infinite"),
        ({"nulls": "refuse"}, "1 empty values, the first at row 3"),
        ({"l": 2}, "name at least one in sensitive"),
        ({"l": 3, "sensitive": ["ill"]}, "lower l"),
        ({"t": 1.5, "sensitive": ["ill"]}, "from 0 to 1"),
        ({"method": "magic"}, "mondrian, recoding"),
        ({"suppression_limit": 0.1}, "Mondrian suppresses no row"),
        ({"hierarchies": {"age": _SHORT}}, "lacks 1 of the 3 values of the column, one of them at row 4"),
        ({"hierarchies": {"pay": {}}}, "neither a quasi-identifier"),
        ({"hierarchies": {"age": _SHORT | {"50": ["a", "*"]}}}, "levels at line 3"),
        ({"hierarchies": {"age": _TWO_PARENTS}}, "two parents"),
        ({"hierarchies": {"age": "nowhere.csv"}}, "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        anonymise(_PEOPLE, **{"quasi_identifiers": ["age"], "k": 2} | asked)


def test_tables_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no rows"):
        anonymise(_PEOPLE.clear(), ["age"], 2)
    with pytest.raises(Refused, match="no rows"):
        measure(_PEOPLE.clear(), ["age"])
    twice = pl.DataFrame({"a": [1], "b": [2]}).to_arrow().rename_columns(["a", "a"])
    with pytest.raises(Refused, match="'a' comes twice"):
        anonymise(twice, ["a"], 2)
    (tmp_path / "twice.csv").write_text("a,a\n1,2\n")
    with pytest.raises(Refused, match="'a' comes twice"):
        anonymise(tmp_path / "twice.csv", ["a"], 2)
    (tmp_path / "quote.csv").write_text('a,b\n1,"Dupont\n2,Durand\n3,Martin\n')
    with pytest.raises(Refused, match=r"quote.csv, line 2: a quote") as refusal:
        anonymise(tmp_path / "quote.csv", ["a"], 2)
    assert "Dupont" not in str(refusal.value)
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n1,Dupont,3,4\n")
    with pytest.raises(Refused, match=r"ragged.csv, line 3: it has more cells") as refusal:
        anonymise(tmp_path / "ragged.csv", ["a"], 2)
    assert "Dupont" not in str(refusal.value)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(Refused, match="is empty"):
        anonymise(tmp_path / "empty.csv", ["a"], 2)
    with pytest.raises(Refused, match="no file"):
        anonymise(tmp_path / "absent.csv", ["a"], 2)
    lists = pl.DataFrame({"a": [[1], [2]]})
    with pytest.raises(Refused, match="of type List"):
        anonymise(lists, ["a"], 2)
    with pytest.raises(Refused, match="is a dict"):
        anonymise({"a": [1]}, ["a"], 2)


def test_nulls_are_a_category_of_their_own() -> None:
    table = pl.DataFrame({"age": [1.0, 2.0, None, float("nan"), None, float("nan")]})
    result = anonymise(table, ["age"], 2)
    assert result.table["age"].to_list() == ["[1.0, 2.0]", "[1.0, 2.0]", None, None, None, None]
    mixed = anonymise(table.head(3), ["age"], 2)
    assert mixed.table["age"].to_list() == ["*", "*", "*"]


def test_names_that_stand_for_two_groups_are_told_apart() -> None:
    """A node called as a leaf elsewhere: what is published still reads back to the right values."""
    tree = {"Other": ["Rest", "*"], "sales": ["Other", "*"], "repair": ["Other", "*"]}
    table = pl.DataFrame({"job": ["Other", "Other", "sales", "repair"]})
    result = anonymise(table, ["job"], 2, hierarchies={"job": tree})
    assert result.table["job"].to_list() == ["Other", "Other", "Other (level 1)", "Other (level 1)"]
    holds(table, result, ["job"], 2, {"job": tree})


def test_columns_not_spoken_of_are_named() -> None:
    table = pl.DataFrame({"age": [1, 2], "name": ["Ada", "Bob"], "ill": ["x", "y"]})
    assert anonymise(table, ["age"], 2, sensitive=["ill"]).untouched == ["name"]


def test_a_missing_extra_is_named_when_used() -> None:
    """The package itself loads without numpy; a name of it says which extra to install."""
    code = (
        "import sys; import bacasable.privacy.disclosure.anonymity as it; assert 'numpy' not in sys.modules\n"
        "sys.modules['numba'] = None\n"
        "from bacasable.privacy.messages import Refused\n"
        "try: it.anonymise\n"
        "except Refused as refusal: print(refusal)"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "'bacasable[disclosure]'" in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,x\n2,caf\xe9\n", "line 3: not UTF-8"),
        (b"a,b\n1,x\n2,y,Dupont\n", "line 3: it has more cells"),
        (b'a,b\n1,x\n2,"y"Dupont\n', "line 3: .*a quote that closes"),
        (b"a,b\r1,Dupont\r2,y\r", "carriage returns alone"),
        (b'a,b\n1,"Dupont\n2,y\n', "line 2: a quote is opened"),
        (b"", "is empty"),
    ],
)
def test_a_broken_csv_is_refused_with_its_line_and_without_its_content(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match=message) as refused:
        read(path)
    assert "Dupont" not in str(refused.value)
