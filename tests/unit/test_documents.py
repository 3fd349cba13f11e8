"""PDF documents: accessible, the same everywhere, and people's text in them is only text."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bacasable.exchange.documents import NotRendered, render

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: data.language)
#set par(justify: false)
= #data.title
#for line in data.lines [ #par(line) ]
"""
HOSTILE = [
    '#import "@preview/cetz:0.3.0"',
    '#read("/etc/passwd")',
    '#read("secret.txt")',
    "#panic()",
    "$x + y$",
    "*bold* _emphasis_ `raw` <label> @reference",
    "= heading",
    "\\ \\u{1F600} // comment /* block */",
    '"]) #eval("1 + 1")',
    "{{ 7 * 7 }} <script>alert(1)</script>",
]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("outside")
    path = folder / "letter.typ"
    path.write_text(TEMPLATE)
    return path


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_document_is_tagged_titled_and_in_its_language(template: Path) -> None:
    pdf = render(template, {"title": "Accusé de réception", "language": "fr", "lines": ["Reçu."]})
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "fr"
    assert reader.metadata is not None and reader.metadata.title == "Accusé de réception"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert "Reçu." in text_of(pdf)


@pytest.mark.parametrize("code", HOSTILE)
def test_code_in_what_people_wrote_stays_text(template: Path, code: str) -> None:
    (template.parent / "secret.txt").write_text("a secret beside the template")
    pdf = render(template, {"title": code, "language": "en", "lines": [code]})
    assert squeezed(text_of(pdf)).count(squeezed(code)) == 2
    assert "secret beside" not in text_of(pdf)
    assert "root:" not in text_of(pdf)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_text_gives_a_document(template: Path, text: str) -> None:
    pdf = render(template, {"title": "x", "language": "en", "lines": [text]})
    assert pdf.startswith(b"%PDF-")


def test_characters_that_no_font_has_are_marked_and_the_others_kept(template: Path) -> None:
    pdf = render(
        template,
        {
            "title": "x",
            "language": "en",
            "lines": ["eau 水 \U0001f600 fin", "a\u202eb", "\x00\ufeff\ud800 z"],
        },
    )
    text = text_of(pdf)
    assert "eau" in text and "fin" in text and "\ufffd" in text


def test_a_template_reads_nothing_outside_its_folder_and_no_package(template: Path) -> None:
    data = {"title": "x", "language": "en", "lines": []}
    for line in (
        '#read("/etc/passwd")',
        '#read("../outside.txt")',
        '#import "@preview/cetz:0.3.0"',
        '#image("https://x.example/a.png")',
    ):
        template.write_text(TEMPLATE + line)
        with pytest.raises(NotRendered, match=r"letter\.typ"):
            render(template, data)


def test_a_template_that_would_not_be_accessible_is_refused(template: Path) -> None:
    template.write_text("#let data = json(bytes(sys.inputs.data))\nno title")
    with pytest.raises(NotRendered, match="correct the template"):
        render(template, {"secret": "a name"})
    template.write_text(TEMPLATE + "#data.absent")
    with pytest.raises(NotRendered) as refused:
        render(template, {"title": "a name", "language": "en", "lines": []})
    assert "a name" not in str(refused.value)


def test_the_same_data_and_date_give_the_same_bytes(template: Path) -> None:
    data = {"title": "x", "language": "en", "lines": ["y"]}
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert render(template, data, made_at=at) == render(template, data, made_at=at)
    made = PdfReader(io.BytesIO(render(template, data, made_at=at))).metadata
    assert made is not None and made.creation_date == at
