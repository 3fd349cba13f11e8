"""What a candidate has already written comes back as answers; what has no place is said, never dropped."""

import io
import json
import os
from pathlib import Path

import docx
import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf import text as odt
from odf.opendocument import OpenDocumentText

from bacasable.compliance.exports.pia.plain_text import from_html
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import importers, template_documents
from bacasable.programme.dossiers.questions import STEPS
from bacasable.programme.dossiers.refusals import Refused

SLOW = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
WRITERS = {"docx": template_documents.word, "odt": template_documents.open_document}

#: Text that XML can hold; everything else of Unicode, markup and code included.
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=150)
awkward = st.sampled_from(
    [
        "<b>&amp;</b> ]]> ",
        "É\u00e0ç œ",
        "#panic() $x$",
        "  a  b\n\n\tc  ",
        "- list\n1. Data\nDonnées",
        "☒ Yes",
        "=1+1",
    ]
)


def _values(question):
    keys = [key for key, _label in question.choices]
    match question.kind:
        case "multi":
            return st.lists(st.sampled_from(keys), unique=True)
        case "choice" | "yes_no":
            return st.sampled_from(["", *keys])
        case "number":
            return st.integers(0, 10**9).map(str)
        case "email":
            return st.just("anne@ville.example")
    return st.one_of(text, awkward)


@st.composite
def drafts(draw):
    """Answers as the draft keeps them: cleaned, without empty ones."""
    answers = {}
    for step in STEPS:
        chosen = draw(st.sets(st.sampled_from([question.key for question in step.questions]), max_size=4))
        raw = {key: draw(_values(step.question(key))) for key in chosen}
        values, _problems = reading.clean(step, raw)
        values = {key: value for key, value in values.items() if reading.is_answered(value)}
        if values:
            answers[step.key] = values
    return answers


@pytest.mark.parametrize("extension", WRITERS)
@given(answers=drafts())
@SLOW
def test_a_template_filled_with_any_text_imports_back_equal(extension, answers):
    content = WRITERS[extension]("Appel", STEPS, answers)
    report = importers.read(f"dossier.{extension}", content, STEPS)
    assert report.values == answers
    assert report.unread == []
    assert {(item.step, item.question) for item in report.read} == {
        (step, question) for step, values in answers.items() for question in values
    }


@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("written", ["fr", "en"])
@pytest.mark.parametrize("site", ["fr", "en"])
def test_the_language_of_the_template_need_not_be_that_of_the_page(extension, written, site):
    answers = {"project": {"title": "Ekonom'eau"}, "stage": {"current": "pilot"}}
    with translation.override(written):
        content = WRITERS[extension]("Appel", STEPS, answers)
    with translation.override(site):
        assert importers.read(f"a.{extension}", content, STEPS).values == answers


def word(paragraphs) -> bytes:
    document = docx.Document()
    for level, line in paragraphs:
        if level:
            document.add_heading(line, level)
        else:
            document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


class TestDocuments:
    def test_headings_may_be_numbered_shouted_or_without_accents(self):
        content = word(
            [(1, "III. PROJECT AND ITS PUBLIC SERVICE"), (2, "3.1) Title of the Project :"), (0, "Eau")]
        )
        assert importers.read("a.docx", content, STEPS).values == {"project": {"title": "Eau"}}

    def test_the_same_label_in_two_parts_is_read_in_its_own(self):
        content = word(
            [
                (1, "Data"),
                (2, "Description of the data"),
                (0, "Index"),
                (1, "Legal problems"),
                (2, "Legal questions met"),
                (0, "A ?"),
                (1, "Technical problems"),
                (2, "Technical questions met"),
                (0, "B ?"),
            ]
        )
        values = importers.read("a.docx", content, STEPS).values
        assert values["legal"] == {"questions": "A ?"}
        assert values["technical"] == {"questions": "B ?"}

    def test_what_has_no_place_is_told(self):
        content = word(
            [
                (0, "Draft of Monday"),
                (1, "Project and its public service"),
                (0, "A preamble"),
                (2, "Title of the project"),
                (0, "x" * 500),
                (2, "Our own heading"),
                (0, "text"),
                (1, "Stage of development"),
                (2, "Current stage"),
                (0, "☒ Pilot with users"),
                (0, "☒ Prototype"),
            ]
        )
        report = importers.read("a.docx", content, STEPS)
        assert report.values == {}
        assert len(report.unread) == 5
        assert all(item.place and item.reason for item in report.unread)

    def test_a_heading_inside_an_answer_and_a_table_stay_in_it(self):
        stream = io.BytesIO()
        document = docx.Document()
        document.add_heading("Data", 1)
        document.add_heading("Description of the data", 2)
        document.add_heading("Household", 3)
        table = document.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "index", "m³"
        document.add_paragraph("monthly", style="List Bullet")
        document.save(stream)
        values = importers.read("a.docx", stream.getvalue(), STEPS).values
        assert values["data"]["description"] == "Household\nindex | m³\n- monthly"

    def test_open_document_lists_notes_and_comments(self):
        document = OpenDocumentText()
        document.text.addElement(odt.H(outlinelevel=1, text="Data"))
        document.text.addElement(odt.H(outlinelevel=2, text="Sources of the data"))
        listed = odt.List()
        item = odt.ListItem()
        item.addElement(odt.P(text="meters"))
        listed.addElement(item)
        document.text.addElement(listed)
        paragraph = odt.P(text="bills")
        note = odt.Note(noteclass="footnote", id="n1")
        note.addElement(odt.NoteCitation(text="1"))
        body = odt.NoteBody()
        body.addElement(odt.P(text="a note"))
        note.addElement(body)
        paragraph.addElement(note)
        document.text.addElement(paragraph)
        stream = io.BytesIO()
        document.save(stream)
        assert importers.read("a.odt", stream.getvalue(), STEPS).values == {
            "data": {"sources": "- meters\nbills"}
        }

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("a.docx", word([(1, "Anything"), (0, "else")]), "headings"),
            ("a.docx", b"PK\x03\x04 not an archive", "damaged"),
            ("a.odt", word([(0, "a")]), "lie"),
            ("a.doc", b"\xd0\xcf\x11\xe0", "extension"),
            ("a.docx", b"", "empty"),
        ],
    )
    def test_what_cannot_be_read_is_refused_in_words(self, name, content, code):
        with pytest.raises(Refused) as caught:
            importers.read(name, content, STEPS)
        assert caught.value.code == code
        assert caught.value.message % caught.value.values


def assessment(**extra):
    return {
        "name": "Assistant",
        "status": 3,
        "dpos_names": "Ms DPO",
        "dpo_opinion": "fine",
        **extra,
    }


ANSWERS = [
    {"reference_to": 111, "data": {"text": "<p>An <b>assistant</b> &amp; more</p>", "gauge": 0, "list": []}},
    {"reference_to": "121", "data": json.dumps({"text": "<ul><li>name</li><li>index</li></ul>"})},
    {"reference_to": 221, "data": {"text": "by letter"}},
    {"reference_to": 321, "data": {"text": None, "list": ["Phishing"]}},
    {"reference_to": "3.1.[object Object]", "data": {"text": "odd"}},
    {"reference_to": None, "data": None},
]
EVALUATIONS = [{"reference_to": "3.1.[object Object]", "status": 3}, {"reference_to": "1.1", "status": 2}]


class TestAssessments:
    @pytest.mark.parametrize(
        "export",
        [
            {
                "pia": assessment(),
                "answers": ANSWERS,
                "measures": [],
                "evaluations": EVALUATIONS,
                "comments": [],
            },
            assessment(id=3, answers=ANSWERS, measures=[], evaluations=EVALUATIONS, comments=[]),
        ],
        ids=["front end", "back end"],
    )
    def test_both_shapes_give_the_same_answers(self, export):
        report = importers.read("pia.json", json.dumps(export).encode(), STEPS)
        assert report.values == {
            "project": {"title": "Assistant", "summary": "An assistant & more"},
            "organisation": {"dpo": "Ms DPO"},
            "legal": {"dpia": "done"},
            "data": {"description": "- name\n- index"},
        }
        assert len(report.unread) == 5  # information, risks, the odd question, evaluations, the DPO's opinion

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'{"pia": 1}',
            b'{"structure": {"name": "x"}}',
            b"[" * 100_000,
            b"\xff\xfe\x00",
            b"1" * 10_000,
            b'{"answers": {}, "name": "x"}',
        ],
    )
    def test_what_is_not_an_assessment_is_refused_in_words(self, content):
        with pytest.raises(Refused) as caught:
            importers.read("pia.json", content, STEPS)
        assert caught.value.code == "pia"

    def test_an_export_without_end_is_refused(self):
        with pytest.raises(Refused) as caught:
            importers.read("pia.json", b" " * 6_000_000, STEPS)
        assert caught.value.code == "too_large"

    json_values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=20),
        lambda inside: (
            st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=12), inside, max_size=4)
        ),
        max_leaves=15,
    )

    @given(name=json_values, status=json_values, answers=st.lists(json_values, max_size=3), data=json_values)
    @settings(deadline=None, max_examples=80)
    def test_any_content_of_an_assessment_gives_a_report(self, name, status, answers, data):
        export = {
            "name": name,
            "status": status,
            "answers": [*answers, {"reference_to": 111, "data": data}, {"reference_to": data, "data": name}],
            "measures": data,
        }
        report = importers.read("pia.json", json.dumps(export).encode(), STEPS)
        for step in STEPS:
            values, problems = reading.clean(step, report.values.get(step.key, {}))
            assert values == report.values.get(step.key, {})
            assert not problems


class TestPlainText:
    def test_scripts_styles_and_attributes_are_dropped(self):
        html = (
            '<style>p{}</style><p onclick="x()">a<script>alert(1)</script>b<br>c</p><p>d&nbsp;e&lt;f&gt;</p>'
        )
        assert from_html(html) == "ab\nc\n\nd e<f>"

    @given(st.text(max_size=300))
    def test_any_text_is_read(self, html):
        assert "\n\n\n" not in from_html(html)


def formats() -> Path:
    folder = os.environ.get("BACASABLE_FORMATS", "")
    if not folder or not (Path(folder) / "pia").is_dir():
        pytest.skip("BACASABLE_FORMATS names no folder with pia/: the CNIL's published exports are not here")
    return Path(folder) / "pia"


@pytest.mark.parametrize("name", ["2018-02-21-pia-example.json", "pia_export_fixture.json"])
def test_exports_published_with_the_software_are_read(name):
    path = formats() / name
    if not path.exists():
        pytest.skip(f"{name} is not under BACASABLE_FORMATS")
    export = json.loads(path.read_text(encoding="utf-8"))
    report = importers.read(name, path.read_bytes(), STEPS)
    assert report.values["project"]["title"] == export["pia"]["name"].strip()
    places = {item.place for item in report.read} | {item.place for item in report.unread}
    assert len(places) > 15
    flat = {**export["pia"], **{key: value for key, value in export.items() if key != "pia"}}
    assert importers.read(name, json.dumps(flat).encode(), STEPS).values == report.values


def test_a_structure_published_with_the_software_is_not_an_assessment():
    path = formats() / "2018-11-21-structure-example-fr.json"
    if not path.exists():
        pytest.skip("the structure is not under BACASABLE_FORMATS")
    with pytest.raises(Refused):
        importers.read("structure.json", path.read_bytes(), STEPS)
