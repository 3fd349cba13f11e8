"""Texts made to cost the server more than they cost who sends them."""

import io
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.compliance.exports.pia.plain_text import from_html
from bacasable.programme.dossiers.importers import opendocument
from bacasable.programme.dossiers.normal_form import MOST_MARKS, normalised
from bacasable.programme.dossiers.refusals import Refused

HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:text>'
)


def nested(depth: int) -> bytes:
    inside = "<text:p>said once</text:p>"
    for _ in range(depth):
        inside = (
            f"<table:table><table:table-row><table:table-cell>{inside}</table:table-cell>"
            "</table:table-row></table:table>"
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        tail = "</office:text></office:body></office:document-content>"
        archive.writestr("content.xml", f"{HEAD}{inside}{tail}")
    return stream.getvalue()


def test_a_table_in_tables_is_read_once_at_each_depth() -> None:
    text = " ".join(block.text for block in opendocument.blocks(nested(12)))
    assert text.count("said once") == 1


def test_tables_nested_deeper_than_people_write_are_refused() -> None:
    with pytest.raises(Refused):
        list(opendocument.blocks(nested(200)))


def test_marks_piled_on_a_letter_are_cut_and_the_rest_stays() -> None:
    piled = "caf" + "e" + "\u0301" * 50_000 + "\u0316" * 50_000 + " au lait"
    assert len(normalised(piled)) <= len("café au lait") + MOST_MARKS
    assert normalised(piled).endswith(" au lait")


@given(st.text(max_size=200))
def test_ordinary_text_is_normalised_as_the_standard_says(text: str) -> None:
    if not any(unicodedata.combining(character) for character in text):
        assert normalised(text) == unicodedata.normalize("NFC", text)


@given(st.text(alphabet="<>ab/!-[]p li&;\n", max_size=300))
def test_any_markup_becomes_text(html: str) -> None:
    text = from_html(html)
    assert "\n\n\n" not in text
    assert from_html("<p>before</p>" + html + "-->" + "</script>").startswith("before")


@pytest.mark.parametrize("piece", ["<a ", "<br>", "<![", "<!--", "&amp", "<p", "</", "<script>"])
def test_a_piece_repeated_without_end_is_read_to_its_end(piece: str) -> None:
    assert isinstance(from_html(piece * 100_000), str)


def test_what_an_editor_writes_is_kept() -> None:
    html = (
        "<p>Les données&nbsp;:<br />\n</p><ul>\n<li><strong>nom</strong></li><li>adresse</li></ul>"
        "<style>x</style>Fin"
    )
    assert from_html(html) == "Les données :\n- nom\n- adresse\nFin"
