"""The application template as a Word or an OpenDocument file, empty or filled with a draft.

Headings of level 1 are the steps, of level 2 the questions; :mod:`.importers` reads the same headings
back, so that a template filled with any text gives the same answers.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import docx
from django.utils import translation
from django.utils.translation import gettext as _
from docx.shared import Pt, RGBColor
from odf import opendocument, style, teletype
from odf import text as odt

from bacasable.programme.dossiers.headings import EMPTY_BOX, HOW_TO, TICK_ONE, TICK_SEVERAL, TICKED_BOX
from bacasable.programme.dossiers.question_types import Question, Step

Kind = Literal["title", "step", "question", "hint", "text"]
Answers = Mapping[str, Mapping[str, Any]]

_INK, _ACCENT, _GREY = "11262C", "0E5A68", "51626A"


@dataclass(frozen=True)
class Line:
    """One paragraph of the template; ``text`` holds no line end."""

    kind: Kind
    text: str


def lines(title: str, steps: Sequence[Step], answers: Answers | None = None) -> Iterator[Line]:
    """Yield the template of ``steps`` in the active language, with ``answers`` where there are some."""
    answers = answers or {}
    yield Line("title", title)
    yield Line("hint", _(HOW_TO))
    for step in steps:
        yield Line("step", _(step.title))
        if step.intro:
            yield Line("hint", _(step.intro))
        for question in step.questions:
            yield Line("question", _(question.label))
            if question.hint:
                yield Line("hint", _(question.hint))
            yield from _answer(question, answers.get(step.key, {}).get(question.key))


def _answer(question: Question, value: Any) -> Iterator[Line]:
    if question.choices:
        yield Line("hint", _(TICK_SEVERAL) if question.kind == "multi" else _(TICK_ONE))
        chosen = value if isinstance(value, list) else [value]
        for key, label in question.choices:
            yield Line("text", f"{TICKED_BOX if key in chosen else EMPTY_BOX} {_(label)}")
        return
    for line in ("" if value is None else str(value)).split("\n"):
        yield Line("text", "".join(character for character in line if _is_xml(character)))


def _is_xml(character: str) -> bool:
    """Say whether XML 1.0 can hold the character (section 2.2)."""
    code = ord(character)
    return code == 9 or (code >= 0x20 and not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF))


def word(title: str, steps: Sequence[Step], answers: Answers | None = None) -> bytes:
    """Return the template as DOCX, in the active language."""
    document = docx.Document()
    # the library's own template states another author, in 2013
    document.core_properties.author = ""
    document.core_properties.title = title
    document.core_properties.language = translation.get_language() or ""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.font.color.rgb = RGBColor.from_string(_INK)
    hint = document.styles.add_style("Application hint", 1)
    hint.base_style = normal
    hint.font.italic, hint.font.size = True, Pt(10)
    hint.font.color.rgb = RGBColor.from_string(_GREY)
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = RGBColor.from_string(_ACCENT)
    styles = {
        "title": "Title",
        "step": "Heading 1",
        "question": "Heading 2",
        "hint": "Application hint",
        "text": "Normal",
    }
    for line in lines(title, steps, answers):
        document.add_paragraph(line.text, style=styles[line.kind])
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def open_document(title: str, steps: Sequence[Step], answers: Answers | None = None) -> bytes:
    """Return the template as ODT, in the active language."""
    document = opendocument.OpenDocumentText()
    language = translation.get_language() or "fr"
    styles = {
        "title": _odt_style(document, "Title", "22pt", _INK, language, bold=True),
        "step": _odt_style(document, "Heading_20_1", "16pt", _ACCENT, language, bold=True, before="0.6cm"),
        "question": _odt_style(
            document, "Heading_20_2", "12pt", _ACCENT, language, bold=True, before="0.4cm"
        ),
        "hint": _odt_style(document, "Application_20_hint", "10pt", _GREY, language, italic=True),
        "text": _odt_style(document, "Standard", "11pt", _INK, language),
    }
    makers: dict[str, Callable[[], Any]] = {
        "step": lambda: odt.H(outlinelevel=1, stylename=styles["step"]),
        "question": lambda: odt.H(outlinelevel=2, stylename=styles["question"]),
    }
    for line in lines(title, steps, answers):
        make = makers.get(line.kind, lambda kind=line.kind: odt.P(stylename=styles[kind]))
        element = make()
        teletype.addTextToElement(element, line.text)
        document.text.addElement(element)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _odt_style(
    document: Any,
    name: str,
    size: str,
    colour: str,
    language: str,
    *,
    bold: bool = False,
    italic: bool = False,
    before: str = "0cm",
) -> Any:
    made = style.Style(name=name, displayname=name.replace("_20_", " "), family="paragraph")
    made.addElement(style.ParagraphProperties(margintop=before, marginbottom="0.2cm"))
    made.addElement(
        style.TextProperties(
            fontsize=size,
            color=f"#{colour}",
            fontweight="bold" if bold else "normal",
            fontstyle="italic" if italic else "normal",
            language=language[:2],
            country={"fr": "FR", "en": "GB"}.get(language[:2], "none"),
        )
    )
    document.styles.addElement(made)
    return made
