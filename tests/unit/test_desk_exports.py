"""A cell of the export never computes anything, whatever a candidate typed."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from bacasable.privacy.cells import LONGEST_CELL
from bacasable.ui.cells import neutral


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "|", "%", " =", "  @"])
def test_what_would_start_a_formula_is_made_text(start):
    assert str(neutral(f"{start}HYPERLINK(A1)")).startswith("'")


def test_numbers_and_ordinary_text_stay_as_they_are():
    assert neutral(1500) == 1500
    assert neutral("Ville de Valdombre") == "Ville de Valdombre"
    assert neutral(["identity", "health"]) == "identity, health"


@given(st.text(max_size=200))
def test_any_text_survives_a_workbook_as_text(text):
    book = Workbook()
    book.active["A1"] = value = neutral(text)
    book.active["A1"].data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    cell = load_workbook(io.BytesIO(buffer.getvalue())).active["A1"]
    assert cell.data_type != "f"
    kept = str(value).replace("\r\n", "\n").replace("\r", "\n")
    assert (cell.value or "").replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n") == kept


@given(st.text(min_size=1))
def test_nothing_but_what_a_workbook_cannot_hold_is_lost(text):
    kept = ILLEGAL_CHARACTERS_RE.sub("", text)[: LONGEST_CELL - 1]
    assert str(neutral(text)) in {kept, f"'{kept}"}
