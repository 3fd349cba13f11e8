"""JSON lines and documents: values are replaced, all else stays byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction.files import (
    Fields,
    Reading,
    count_file,
)
from bacasable.privacy.redaction.finding import Finder
from tests.unit.test_redaction_files import FINDER, MAIL, quick, redacted


def test_json_lines_keep_all_but_the_values(tmp_path: Path) -> None:
    line = '{ "id":1.50,"x":{"à": ["@", null , "\\u00e9\\ud83d\\ude00 \\"@\\" \\/"]}}\r\n\n[]\n'
    line = line.replace("@", MAIL)
    out, _ = redacted(tmp_path, line.encode(), "a.jsonl")
    assert out.decode() == line.replace(MAIL, "[EMAIL]")


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.just(MAIL),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _replaced(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one) for one in value]
    return "[EMAIL]" if value == MAIL else value


@quick
@given(st.lists(_json, min_size=1, max_size=4), st.booleans())
def test_json_lines_stay_json_of_the_same_form(tmp_path: Path, records: list[Any], is_ascii: bool) -> None:
    content = "".join(json.dumps(one, ensure_ascii=is_ascii) + "\n" for one in records)
    out, _ = redacted(tmp_path, content.encode("utf-8", "surrogatepass"), "a.jsonl")
    said = [json.loads(line) for line in out.decode("utf-8", "surrogatepass").split("\n")[:-1]]
    assert said == [_replaced(one) for one in records]


def test_only_the_fields_named_are_read(tmp_path: Path) -> None:
    record = {"a": MAIL, "b": {"c": [MAIL], "d": MAIL}, "e": "Zzyzx", "n": 12}
    fields = Fields.parsed("b.c,e:PERSON,n:CAF", ("PERSON", "CAF"))
    out, _ = redacted(tmp_path, json.dumps(record).encode(), "a.jsonl", Reading(FINDER, fields))
    said = {"a": MAIL, "b": {"c": ["[EMAIL]"], "d": MAIL}, "e": "[PERSON]", "n": "[CAF]"}
    assert json.loads(out) == said


def test_a_field_that_no_record_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no field of these records is called nomm"):
        redacted(tmp_path, b'{"nom": "x"}\n', "a.jsonl", Reading(FINDER, Fields.parsed("nomm")))
    assert not (tmp_path / "out-a.jsonl").exists()


def test_numbers_that_look_personal_are_said(tmp_path: Path) -> None:
    content = b'{"nir": 285057512345641, "cle": "x"}\n{"nir": 285057512345641}\n'
    out, report = redacted(tmp_path, content, "a.jsonl", Reading(Finder()))
    assert out == content
    assert "2 numbers look like NIR" in " ".join(report.notes)
    assert count_file(tmp_path / "a.jsonl", Reading(Finder())).tally.counts["NIR"].count == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": 1}\n{"a": "%b"\n' % MAIL.encode(), "line 2, column"),
        (b"[" * 100_000 + b"]" * 100_000, "line 1: values are nested too deep"),
        (b'{"a": "\x01"}\n', "line 1, column"),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        redacted(tmp_path, content, "a.jsonl")
    assert MAIL not in str(refused.value) and "a.jsonl" in str(refused.value)


def test_a_json_document_over_many_lines(tmp_path: Path) -> None:
    content = json.dumps([{"m": MAIL}, {"m": "x"}, {"m": MAIL}], indent=2)
    out, report = redacted(tmp_path, content.encode(), "a.json")
    assert out.decode() == content.replace(MAIL, "[EMAIL]")
    assert report.tally.counts["EMAIL"].places == [3, 9]


def test_json_lines_named_as_a_document_are_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"line 2, column 1: .* as JSON lines with --format jsonl"):
        redacted(tmp_path, b'{"a": 1}\n{"a": 2}\n', "a.json")
