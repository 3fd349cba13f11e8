"""The gate: what is not declared does not pass, what passes is as declared, and each reading is one entry."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.compliance.gate import Gate, Rows, Undeclared
from bacasable.compliance.journal import FileJournal, JournalRefused
from bacasable.compliance.processing import (
    DataField,
    DeclarationRefused,
    model_fields,
)
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore
from tests.factories import water_use
from tests.factories.water_use import KEPT, LEAK, PROCESSING, ROW, TABLE, admitted, keys_in, piece


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return keys_in(tmp_path)


def test_what_passes_has_the_admitted_columns_and_no_other() -> None:
    assert list(admitted("litres").rows([ROW, ROW])) == [{"litres": 3}] * 2
    assert list(admitted("name", "litres", purpose="bill").rows([ROW])) == [
        {"first_name": "Ada", "last_name": "Martin", "litres": 3}
    ]


def test_one_column_of_a_piece_of_data_may_be_asked_for_alone() -> None:
    assert list(admitted("last_name", purpose="bill").rows([ROW])) == [{"last_name": "Martin"}]


def test_what_is_not_personal_passes_for_any_purpose() -> None:
    assert list(admitted("pipe").rows([ROW])) == [{"pipe": "A1"}]


def refused(**changes: Any) -> str:
    asked = {"purpose": "detect_leak", "data_set": TABLE, "fields": ("litres",)} | changes
    with pytest.raises(Undeclared) as error:
        Gate(PROCESSING).admit(**asked)
    assert error.value.__context__ is None
    return str(error.value)


def test_a_field_that_is_not_declared_is_refused_with_the_lines_to_add() -> None:
    said = refused(fields=("litres", "members"))
    assert said.splitlines()[0] == (
        "water_use: 'members' is not declared for purpose 'detect_leak'; declare it in water_use.py or "
        "drop it from the request"
    )
    where, lines = said.split("\n", 1)[1].split("\n", 1)
    assert where.startswith(f"  in data=(...) of {water_use.__file__}:")
    added = eval(lines.strip().removesuffix(","), {"DataField": DataField})  # noqa: S307  # our own
    assert added == DataField(
        "members",
        "members",
        "",
        ("subscriber",),
        ("detect_leak",),
        None,
        (f"{TABLE}.members",),
    )
    with pytest.raises(DeclarationRefused) as left_open:
        replace(PROCESSING, data=(*PROCESSING.data, added))
    assert [
        next(word for word in ("unknown category", "no retention") if word in line)
        for line in left_open.value.defects
    ] == ["unknown category", "no retention"]


def test_a_field_of_another_purpose_is_refused_with_the_line_to_change() -> None:
    assert 'purposes=("bill", "detect_leak"),' in refused(fields=("name",))
    assert 'purposes=("bill", "detect_leak"),' in refused(fields=("last_name",))


def test_a_field_that_lies_elsewhere_is_refused_with_the_place_to_add() -> None:
    said = refused(purpose="bill", fields=("letter",))
    assert f'stored_in=("HOME/letters", "{TABLE}.letter"),' in said
    assert "purposes" not in said


def test_an_unknown_purpose_and_an_unknown_data_set_tell_those_that_are_declared() -> None:
    assert "purpose 'sell' is not declared; declare it in water_use.py or use: detect_leak, bill" in refused(
        purpose="sell"
    )
    assert refused(data_set="water.Person").endswith(f"or use: HOME/letters, {TABLE}")


def test_among_many_data_sets_the_nearest_are_told() -> None:
    many = tuple(f"app.Model{number}.litres" for number in range(40))
    declared = replace(PROCESSING, data=(replace(PROCESSING.data[0], stored_in=many), *PROCESSING.data[1:]))
    with pytest.raises(Undeclared) as error:
        Gate(declared).admit(purpose="bill", data_set="water.Readings", fields=("litres",))
    assert f"or use: {TABLE}" in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("fields", [(), "litres", []])
def test_fields_are_named(fields: Any) -> None:
    with pytest.raises(Refused, match="fields"):
        Gate(PROCESSING).admit(purpose="detect_leak", data_set=TABLE, fields=fields)


def test_an_admission_is_decided_once() -> None:
    gate = Gate(PROCESSING)
    asked: dict[str, Any] = {"purpose": "detect_leak", "data_set": TABLE}
    first = gate.admit(**asked, fields=("litres", "pipe"))
    assert gate.admit(**asked, fields=["litres", "pipe"]) is first
    assert gate.admit(**asked, fields=("pipe", "litres")).names == ("pipe", "litres")
    assert gate.admit(**asked, fields=("pipe", "pipe")).names == ("pipe",)


class Spy:
    """A source that notes whether it was read."""

    data_set = TABLE

    def __init__(self, *rows: dict[str, Any], columns: Any = tuple(ROW)) -> None:
        self.given, self.was_read, self._columns = rows, False, columns

    def columns(self) -> Any:
        return self._columns

    def narrowed(self, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
        self.was_read = True
        yield from self.given


def test_a_source_of_ones_own_is_narrowed_before_its_rows() -> None:
    source = Spy({"litres": 1}, {"litres": 2})
    assert isinstance(source, Rows)
    assert list(admitted("litres").rows(source)) == [{"litres": 1}, {"litres": 2}]
    assert list(admitted("litres").rows(Spy())) == []


def test_the_rows_of_a_source_are_left_as_they_are() -> None:
    source = Spy({"note": "de ada@example.org"})
    asked = admitted("note")
    assert list(asked.rows(source)) == list(asked.rows(source)) == [{"note": "de [EMAIL]"}]
    assert source.given == ({"note": "de ada@example.org"},)


@pytest.mark.parametrize(
    ("source", "match"),
    [
        (Spy({"litres": 1, "secret": 2}), "columns that were not asked for; mend its narrowed"),
        (
            Spy({"litres": 1}, {"litres": 1, "secret": 2}),
            "columns that were not asked for; mend its narrowed",
        ),
        (Spy({"litres": 1}, columns=("meter",)), "has no column litres of its own"),
        ([{"meter": 1}], "row 1 has no column litres"),
        ([{"litres": 1}, 3], "row 2 is a int, not a mapping"),
        ({"litres": 1}, "a dict is no source of rows"),
        ("litres", "a str is no source of rows"),
        (3, "a int is no source of rows"),
    ],
)
def test_a_source_that_does_not_fit_is_refused(source: Any, match: str) -> None:
    with pytest.raises(Refused, match=match):
        list(admitted("litres").rows(source))


def test_another_data_set_than_the_one_admitted_is_refused() -> None:
    source = Spy({"litres": 1})
    source.data_set = "water.Person"
    with pytest.raises(Refused, match=r"admitted to 'water\.Reading', and the source is 'water\.Person'"):
        admitted("litres").rows(source)
    assert not source.was_read


def test_rows_come_one_after_another() -> None:
    taken = []

    def endless() -> Iterator[dict[str, Any]]:
        while True:
            taken.append(1)
            yield ROW

    rows = admitted("litres").rows(endless())
    assert (next(rows), next(rows), len(taken)) == ({"litres": 3}, {"litres": 3}, 2)


def test_one_reading_is_one_entry_without_content(tmp_path: Path, keys: KeyStore) -> None:
    journal = FileJournal(tmp_path / "journal")
    asked = admitted("meter", "note", journal=journal, pseudonyms=keys)
    assert not list(journal.entries())
    list(asked.rows([ROW] * 3))
    asked.text(ROW["note"], field="note")
    first, second = journal.entries()
    assert (first.action, first.actor, first.subject) == ("gate.read", "service:water_use", f"data:{TABLE}")
    assert first.facts == {
        "purpose": "detect_leak",
        "how": "rows",
        "fields": "meter,note",
        "field_count": 2,
        "declaration": PROCESSING.digest()[:16],
        "rows": 3,
    }
    assert (second.facts["how"], second.facts["hidden"]) == ("text", 2)
    written = "".join(
        path.read_text() for path in tmp_path.rglob("*") if path.is_file() and "journal" in str(path)
    )
    assert not any(word in written for word in ("Martin", "M 12", "06 12"))


class Broken:
    """A journal on a full disk."""

    def record(self, action: str, **_: object) -> Any:
        raise JournalRefused("the disk is full")

    def entries(self) -> Iterator[Any]:
        return iter(())


def test_where_the_journal_refuses_nothing_passes(tmp_path: Path) -> None:
    source = Spy({"litres": 1})
    with pytest.raises(JournalRefused):
        admitted("litres", journal=Broken()).rows(source)
    assert not source.was_read
    with pytest.raises(JournalRefused):
        admitted("note", journal=Broken()).text("x")
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(JournalRefused):
        admitted("note", journal=Broken()).file(tmp_path / "x.txt")


def test_many_long_names_fit_in_an_entry(tmp_path: Path) -> None:
    names = " ".join(f"column_number_{number}" for number in range(60))
    declared = replace(PROCESSING, data=(*PROCESSING.data, piece("wide", names, "bill")))
    journal = FileJournal(tmp_path / "journal")
    Gate(declared, journal=journal).admit(purpose="bill", data_set=TABLE, fields=("wide",)).rows([])
    (entry,) = journal.entries()
    assert entry.facts["field_count"] == 60


def test_a_declaration_does_not_change_under_the_gate() -> None:
    columns = list(model_fields(TABLE, "litres"))
    persons = {"subscriber": "subscribers"}
    item = DataField("litres", "litres", "consumption", [], ["detect_leak"], KEPT, columns)  # type: ignore[arg-type]
    declared = replace(PROCESSING, purposes=[LEAK], data=[item], persons=persons)
    columns.append(f"{TABLE}.name")
    persons["neighbour"] = "neighbours"
    with pytest.raises(TypeError):
        declared.persons["other"] = "others"  # type: ignore[index]
    with pytest.raises(AttributeError):
        declared.data.append(item)  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        item.purposes = ("bill",)  # type: ignore[misc]
    with pytest.raises(Undeclared):
        Gate(declared).admit(purpose="detect_leak", data_set=TABLE, fields=("name",))
    assert set(declared.persons) == {"subscriber"}


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"leaves": "hashed"}, "'meter' leaves as unknown 'hashed'; use one of: clear, pseudonym, redacted"),
        ({"kind": "person"}, "'meter' has kind 'person'; give kind=... in capitals"),
        ({"kind": "", "name": "clé"}, "'clé' has kind 'CLÉ'; give kind=... in capitals"),
    ],
)
def test_a_wrong_way_out_is_a_defect_of_the_declaration(change: dict[str, Any], match: str) -> None:
    with pytest.raises(DeclarationRefused, match=match):
        replace(PROCESSING, data=(*PROCESSING.data[:1], replace(PROCESSING.data[1], **change)))


NAMES = [*ROW, "name", "letter", "members", "", "*", "secret; DROP"]


@given(st.lists(st.sampled_from(NAMES), max_size=5), st.sampled_from(["detect_leak", "bill", "sell"]))
def test_no_request_lets_through_what_is_not_declared_for_it(fields: list[str], purpose: str) -> None:
    in_clear = replace(PROCESSING, data=tuple(replace(item, leaves="clear") for item in PROCESSING.data))
    may = {"pipe"} | {
        place.rpartition(".")[2]
        for item in in_clear.data
        if purpose in item.purposes
        for place in item.stored_in
        if place.startswith(TABLE)
    }
    try:
        asked = Gate(in_clear).admit(purpose=purpose, data_set=TABLE, fields=fields)
    except (Undeclared, Refused):
        return
    (row,) = asked.rows([ROW])
    assert set(row) <= may


def test_the_gate_alone_loads_neither_the_web_nor_the_tables() -> None:
    code = """
import sys
import bacasable.compliance.gate
print([name for name in ("django", "ibis", "numpy", "duckdb", "spacy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
