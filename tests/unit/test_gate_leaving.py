"""How what passes the gate leaves: in clear, as a pseudonym of its purpose, or redacted."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore, Pseudonyms
from tests.factories.water_use import ROW, admitted, keys_in


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return keys_in(tmp_path)


def test_pseudonyms_are_those_of_the_purpose_and_of_no_other(keys: KeyStore) -> None:
    (leak,) = admitted("meter", pseudonyms=keys).rows([ROW])
    (bill,) = admitted("meter", purpose="bill", pseudonyms=keys).rows([ROW])
    assert leak["meter"] == Pseudonyms(keys, "water_use-detect_leak").of("M 12", "ID")
    assert leak != bill


def test_a_value_names_somebody_or_stays_empty(keys: KeyStore) -> None:
    values = [None, "", "  ", 12, "12", date(2026, 1, 2), UUID(int=1)]
    made = [row["meter"] for row in admitted("meter", pseudonyms=keys).rows([{"meter": v} for v in values])]
    of = Pseudonyms(keys, "water_use-detect_leak").of
    assert made == [
        None,
        "",
        "  ",
        of("12", "ID"),
        of("12", "ID"),
        of("2026-01-02", "ID"),
        of(str(UUID(int=1)), "ID"),
    ]


@pytest.mark.parametrize("value", [1.5, True, b"x", ["x"]])
def test_a_value_without_one_writing_has_no_pseudonym(keys: KeyStore, value: Any) -> None:
    with pytest.raises(Refused, match="has no pseudonym as a ID"):
        list(admitted("meter", pseudonyms=keys).rows([{"meter": value}]))


def test_without_keys_what_leaves_as_a_pseudonym_does_not_leave(keys: KeyStore) -> None:
    with pytest.raises(Refused, match="with a key of scope 'water_use-detect_leak'"):
        admitted("meter")
    keys.destroy("water_use-detect_leak", by="dpo")
    with pytest.raises(Refused, match="was destroyed"):
        admitted("meter", pseudonyms=keys)


def test_a_key_destroyed_later_ends_the_pseudonyms_of_an_admission_kept(keys: KeyStore) -> None:
    asked = admitted("meter", pseudonyms=keys)
    list(asked.rows([ROW]))
    keys.destroy("water_use-detect_leak", by="dpo")
    with pytest.raises(Refused, match="was destroyed"):
        list(asked.rows([ROW]))


def test_texts_leave_redacted() -> None:
    (row,) = admitted("note").rows([ROW])
    assert row == {"note": "Appelez Mme [PERSON] au [PHONE]."}


def test_what_lies_inside_of_a_value_is_redacted_too() -> None:
    nested = {"note": {"06 12 34 56 78": ["ada@example.org", None, True, {"tel": 612345678}]}}
    (row,) = admitted("note").rows([nested])
    assert "ada" not in str(row)
    assert "06 12 34" not in str(row)
    assert json.dumps(row)


def test_a_text_leaves_redacted_with_what_was_hidden_beside(keys: KeyStore) -> None:
    passed = admitted("note").text(ROW["note"])
    assert passed.text == "Appelez Mme [PERSON] au [PHONE]."
    assert [(hidden.type, hidden.original) for hidden in passed.replacements] == [
        ("PERSON", "Élodie Martin"),
        ("PHONE", "06 12 34 56 78"),
    ]
    assert "Martin" not in repr(passed.replacements)


def test_a_text_is_of_one_of_the_admitted_fields(keys: KeyStore) -> None:
    asked = admitted("note", "pipe")
    assert asked.text("x", field="note").text == "x"
    for field in ("", "litres"):
        with pytest.raises(Refused, match="field= one of note, pipe"):
            asked.text("x", field=field)


def test_text_of_a_field_that_leaves_in_clear_is_redacted_all_the_same() -> None:
    assert admitted("pipe").text("de ada@example.org").text == "de [EMAIL]"
