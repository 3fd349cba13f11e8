"""The CNIL's PIA software: an impact assessment exported as JSON, in both of its shapes.

The front end writes ``{pia, answers, measures, evaluations, comments}``; the back end writes one flat object
with the same arrays inside. Answers name their question by a number (``reference_to``) and hold HTML.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.importers.plain_text import from_html
from bacasable.programme.dossiers.importers.report import ImportReport
from bacasable.programme.dossiers.question_types import Step
from bacasable.programme.dossiers.refusals import Refused

LARGEST_BYTES = 5 * 1024 * 1024

#: question of the PIA -> our step and question
ANSWERS: dict[int, tuple[str, str]] = {
    111: ("project", "summary"),
    112: ("organisation", "partners"),
    121: ("data", "description"),
    122: ("techniques", "description"),
    123: ("techniques", "hosting"),
    212: ("legal", "lawful_basis"),
    215: ("data", "retention"),
}
#: questions of the PIA -> its own words, for the report on what was read and what was not
QUESTIONS: dict[int, str] = {
    111: N_("Which processing is considered"),
    112: N_("Responsibilities linked to the processing"),
    113: N_("Standards applicable to the processing"),
    121: N_("Data processed"),
    122: N_("Life cycle of the data"),
    123: N_("Supporting assets of the data"),
    211: N_("Purposes specified, explicit and legitimate"),
    212: N_("Legal basis of the processing"),
    213: N_("Data adequate, relevant and limited"),
    214: N_("Data accurate and kept up to date"),
    215: N_("Storage duration of the data"),
    221: N_("Information of the persons"),
    222: N_("Consent of the persons"),
    223: N_("Rights of access and portability"),
    224: N_("Rights to rectification and erasure"),
    225: N_("Rights to restriction and to object"),
    226: N_("Obligations of the processors"),
    227: N_("Transfers outside the European Union"),
}
#: 32x illegitimate access, 33x unwanted change, 34x disappearance
_RISKS = range(321, 347)
#: ``pia.status``: 0 doing, 1 refused, 2 simple validation, 3 signed, 4 archived
_ASSESSMENT = {0: "under_way", 1: "under_way", 2: "done", 3: "done", 4: "done"}

_NOT_ASKED = N_("Our form has no such question. Attach the assessment itself, as PDF, to keep this part.")


def read(content: bytes, steps: Sequence[Step]) -> ImportReport:
    """Return the answers that an assessment gives to our questions, and what had no place in them.

    Raises:
        Refused: ``too_large``, or this is not an assessment of that software (``pia``).
    """
    if len(content) > LARGEST_BYTES:
        raise Refused(
            "too_large",
            N_("This export is larger than %(limit)s MB: it is not one of an impact assessment alone."),
            limit=LARGEST_BYTES // (1024 * 1024),
        )
    assessment, parts = _parts(content)
    asked = {(step.key, question.key) for step in steps for question in step.questions}
    report = ImportReport()

    def take(target: tuple[str, str], value: Any, place: str) -> None:
        if target in asked:
            report.take(steps, *target, value, place)
        elif value:
            report.skip(place, _NOT_ASKED)

    _identity(assessment, take)
    for answer in _objects(parts.get("answers")):
        _answer(answer, take, report)
    for key, place in (
        ("measures", N_("Existing or planned measures")),
        ("evaluations", N_("Evaluations and action plan")),
        ("comments", N_("Comments")),
        ("attachments", N_("Attachments of the assessment")),
    ):
        if _objects(parts.get(key)):
            report.skip(place, _NOT_ASKED)
    return report


def _parts(content: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise Refused(
            "pia", N_("This file is not JSON that can be read to its end. Export the assessment again.")
        ) from problem
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if isinstance(document, dict):
        nested = document.get("pia")
        if isinstance(nested, dict) and isinstance(document.get("answers"), list):
            return nested, document
        if "answers" in document and isinstance(document["answers"], list) and "name" in document:
            return document, document
    raise Refused(
        "pia",
        N_(
            "This JSON is not an impact assessment of the CNIL's PIA software: it has no assessment with its "
            "answers. In that software, open the assessment and choose Export, then JSON."
        ),
    )


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _identity(assessment: dict[str, Any], take: Callable[[tuple[str, str], Any, str], None]) -> None:
    take(("project", "title"), _string(assessment.get("name")), N_("Name of the assessment"))
    take(("organisation", "dpo"), _string(assessment.get("dpos_names")), N_("Name of the DPO"))
    status = assessment.get("status")
    if isinstance(status, int) and status in _ASSESSMENT:
        take(("legal", "dpia"), _ASSESSMENT[status], N_("State of the assessment"))
    for key, place in (
        ("dpo_opinion", N_("Opinion of the DPO")),
        ("concerned_people_opinion", N_("Opinion of the persons concerned")),
    ):
        if _string(assessment.get(key)):
            take(("", ""), _string(assessment.get(key)), place)


def _answer(
    answer: dict[str, Any], take: Callable[[tuple[str, str], Any, str], None], report: ImportReport
) -> None:
    reference = str(answer.get("reference_to"))
    number = int(reference) if reference.isascii() and reference.isdigit() and len(reference) < 9 else 0
    text = _answer_text(answer.get("data"))
    if not text:
        return
    if number in ANSWERS:
        take(ANSWERS[number], text, QUESTIONS[number])
    elif number in QUESTIONS:
        report.skip(QUESTIONS[number], _NOT_ASKED)
    elif number in _RISKS:
        report.skip(N_("Risks"), _NOT_ASKED)
    else:
        report.skip(_string(reference)[:40], N_("This question is not one of the PIA software."))


def _answer_text(data: Any) -> str:
    if isinstance(data, str):  # some versions of the back end keep the object as text
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return from_html(data)
    if not isinstance(data, dict):
        return ""
    items = data.get("list")
    lines = [from_html(item) for item in items if isinstance(item, str)] if isinstance(items, list) else []
    return "\n".join(part for part in (_string(data.get("text")), *lines) if part)


def _string(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return from_html(value) if isinstance(value, str) else ""
