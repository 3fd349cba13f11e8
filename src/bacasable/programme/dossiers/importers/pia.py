"""The CNIL's PIA software: an impact assessment exported as JSON, taken as answers to our questions."""

from collections.abc import Callable, Sequence
from typing import Any

from bacasable.compliance.exports.pia import document
from bacasable.compliance.exports.pia.document import Answer, Pia, text_of
from bacasable.compliance.exports.pia.questions import QUESTIONS, RISK_QUESTIONS
from bacasable.compliance.exports.pia.set_aside import set_aside
from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused as Unreadable
from bacasable.programme.dossiers.importers.report import ImportReport
from bacasable.programme.dossiers.question_types import Step
from bacasable.programme.dossiers.refusals import Refused

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
#: ``pia.status``: 0 doing, 1 refused, 2 simple validation, 3 signed, 4 archived
_ASSESSMENT = {0: "under_way", 1: "under_way", 2: "done", 3: "done", 4: "done"}

_NOT_ASKED = N_("Our form has no such question. Attach the assessment itself, as PDF, to keep this part.")


def read(content: bytes, steps: Sequence[Step]) -> ImportReport:
    """Return the answers that an assessment gives to our questions, and what had no place in them.

    Raises:
        Refused: ``too_large``, or this is not an assessment of that software (``pia``).
    """
    if len(content) > document.LARGEST_BYTES:
        raise Refused(
            "too_large",
            N_("This export is larger than %(limit)s MB: it is not one of an impact assessment alone."),
            limit=document.LARGEST_BYTES // (1024 * 1024),
        )
    try:
        assessment = document.read(content)
    except Unreadable as unreadable:
        raise Refused("pia", unreadable.said.template) from None
    asked = {(step.key, question.key) for step in steps for question in step.questions}
    report = ImportReport()

    def take(target: tuple[str, str], value: Any, place: str) -> None:
        if target in asked:
            report.take(steps, *target, value, place)
        elif value:
            report.skip(place, _NOT_ASKED)

    _identity(assessment, take)
    for reference, answer in assessment.answers().items():
        _answer(reference, answer, take, report)
    for key, place in (
        ("measures", N_("Existing or planned measures")),
        ("evaluations", N_("Evaluations and action plan")),
        ("comments", N_("Comments")),
        ("attachments", N_("Attachments of the assessment")),
    ):
        if any(assessment.entries(key)):
            report.skip(place, _NOT_ASKED)
    for aside in set_aside(assessment):
        if aside.place.startswith("answers["):
            report.skip(aside.found[:40] or aside.place, aside.reason)
    return report


def _identity(assessment: Pia, take: Callable[[tuple[str, str], Any, str], None]) -> None:
    told = assessment.header
    take(("project", "title"), assessment.name, N_("Name of the assessment"))
    take(("organisation", "dpo"), text_of(told.get("dpos_names")), N_("Name of the DPO"))
    if assessment.status is not None:
        take(("legal", "dpia"), _ASSESSMENT[assessment.status], N_("State of the assessment"))
    for key, place in (
        ("dpo_opinion", N_("Opinion of the DPO")),
        ("concerned_people_opinion", N_("Opinion of the persons concerned")),
    ):
        take(("", ""), text_of(told.get(key)), place)


def _answer(
    reference: int, answer: Answer, take: Callable[[tuple[str, str], Any, str], None], report: ImportReport
) -> None:
    text = "\n".join(part for part in (answer.text, *answer.items) if part)
    if not text:
        return
    if reference in ANSWERS:
        take(ANSWERS[reference], text, QUESTIONS[reference])
    elif reference in QUESTIONS:
        report.skip(QUESTIONS[reference], _NOT_ASKED)
    elif reference in RISK_QUESTIONS:
        report.skip(N_("Risks"), _NOT_ASKED)
