"""CSV: cells are searched with the name of their column, the dialect stays, broken quotes are refused."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import KeyStore, Pseudonyms
from bacasable.privacy.redaction.files import (
    Fields,
    Reading,
    Writing,
    redact_file,
)
from bacasable.privacy.redaction.finding import Finder
from tests.unit.test_redaction_files import FINDER, MAIL, quick, redacted


def test_a_table_keeps_its_dialect_its_quotes_and_its_line_ends(tmp_path: Path) -> None:
    content = f'id;"mail";note\r\n1;{MAIL};"dit ""oui"" à\r\n{MAIL}; bien"\n2;;5" de tube\r3;"";fin'
    out, _ = redacted(tmp_path, content.encode(), "a.csv")
    assert out.decode() == content.replace(MAIL, "[EMAIL]")


_cells = st.text(alphabet='ab"é,; \n\r', max_size=6) | st.just(MAIL)


@quick
@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(_cells, min_size=n, max_size=n), min_size=1, max_size=5)
    ),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_a_table_keeps_its_shape(
    tmp_path: Path, rows: list[list[str]], delimiter: str, end: str, quoting: Any
) -> None:
    if end == "\n":  # the writer leaves a lone \r without quotes there, which ends a row for every reader
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    reading = Reading(FINDER, delimiter=delimiter, has_header=False)
    out, _ = redacted(tmp_path, file.getvalue().encode(), "a.csv", reading)
    read = list(csv.reader(io.StringIO(out.decode(), newline=""), delimiter=delimiter))
    was = list(csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=delimiter))
    assert read == [["[EMAIL]" if cell == MAIL else cell for cell in row] for row in was]


def test_a_replacement_is_quoted_where_it_must_be(tmp_path: Path) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("nom|note\nÉmile|rien\n")
    keys = KeyStore.from_file(tmp_path / "keys")
    keys.create("essai")
    fields = Fields.parsed("nom:PERSON", ("PERSON",))
    writing = Writing("pseudonym", Pseudonyms(keys, "essai"))
    redact_file(path, out, Reading(FINDER, fields), writing)
    assert out.read_text() == f"nom|note\n{Pseudonyms(keys, 'essai').of('Émile', 'PERSON')}|rien\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f'a;b\n1;"{MAIL}\n2;3\n', "line 2: the quote of cell 2 is never closed"),
        (f'a;b\n1;"x"{MAIL}\n', "line 2: text follows the closing quote of cell 2"),
        (f'a;b\n1;"x\n2;"{MAIL};3\n', "line 3: text follows the closing quote of cell 2 .opened on line 2"),
        ('a;b\n1;"x\n2;y\n3;z";w\n', "line 2: a row that goes on over several lines has 3 cells"),
    ],
)
def test_a_broken_quote_is_refused_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        redacted(tmp_path, content.encode(), "a.csv")
    assert MAIL not in str(refused.value)
    assert not (tmp_path / "out-a.csv").exists()


def test_the_name_of_a_column_speaks_for_its_values(tmp_path: Path) -> None:
    content = (
        "num_secu,montant\n2 85 05 75 123 456 99,12\n"  # a key that does not hold: found by its column only
    )
    out, _ = redacted(tmp_path, content.encode(), "a.csv", Reading(Finder(types=["NIR"])))
    assert out == b"num_secu,montant\n[NIR],12\n"


@pytest.mark.parametrize("first", [f"1;{MAIL}", "Paul;0612345678", ";x", "x;x"])
def test_a_first_row_of_data_is_searched(tmp_path: Path, first: str) -> None:
    out, report = redacted(tmp_path, f"{first}\n2;{MAIL}\n".encode(), "a.csv")
    assert MAIL.encode() not in out
    assert "first row was read as data" in report.notes[0]


def test_rows_of_another_width_are_said_and_searched(tmp_path: Path) -> None:
    out, report = redacted(tmp_path, f"a,b\n1,2,{MAIL}\n3\n".encode(), "a.csv")
    assert out == b"a,b\n1,2,[EMAIL]\n3\n"
    assert report.notes == ["2 rows do not have 2 cells as the first has: lines 2, 3"]


def test_an_empty_table_is_an_empty_table(tmp_path: Path) -> None:
    assert redacted(tmp_path, b"", "a.csv")[0] == b""


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_column_recognised_in_part_is_said(tmp_path: Path, name: str) -> None:
    values = [MAIL] * 5 + ["marie point dupont"]
    rows = [
        f"courriel,n\n{value},1\n".removeprefix("courriel,n\n" if index else "")
        for index, value in enumerate(values)
    ]
    records = [json.dumps({"courriel": value, "n": "1"}) + "\n" for value in values]
    _, report = redacted(tmp_path, "".join(rows if name == "a.csv" else records).encode(), name)
    assert len(report.notes) == 1
    assert "'courriel': 5 of 6 values were recognised" in report.notes[0]
    assert "--fields courriel:TYPE" in report.notes[0]
