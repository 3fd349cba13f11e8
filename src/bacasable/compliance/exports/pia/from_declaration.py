"""An impact assessment begun from a declaration: sections 1 and 2 answered, the measures with their evidence.

What only people can say (impacts and threats, severity, likelihood, evaluations, the validation) is left to
them in the CNIL's software, and listed.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from bacasable.compliance.exports.interface import Context, Export, Exported
from bacasable.compliance.exports.pia import questions
from bacasable.compliance.exports.pia.document import Pia, answer_entry, instant, written
from bacasable.compliance.exports.pia.shown import sheet_of
from bacasable.compliance.exports.reading import BOTH, Reading
from bacasable.compliance.exports.sheet import Sheet
from bacasable.compliance.law import LawfulBasis
from bacasable.compliance.processing import Processing
from bacasable.compliance.rights import Right
from bacasable.compliance.service import N_

#: What the CNIL's own example says of itself; its software reads a file whichever version wrote it.
_DATABASE = 201707071818
_NUMBER_OF_QUESTIONS = 36
#: ``pia.status``: 0 under way, 2 simple validation. Refused, signed and archived are said in the software.
_STATUS = {"validated": 2}

_RIGHTS = {
    223: (Right.ACCESS, Right.PORTABILITY),
    224: (Right.RECTIFICATION, Right.ERASURE, Right.DIRECTIVES),
    225: (Right.RESTRICTION, Right.OBJECTION, Right.HUMAN_REVIEW),
}


def render(declaration: Processing, context: Context) -> Exported:
    """Return the file that the CNIL's software imports, and what it could not be told."""
    reading = Reading(declaration, context)
    return Exported(written(_tree(reading)), reading.missing)


def sheet(declaration: Processing, context: Context) -> Sheet:
    """Return the same assessment for people."""
    reading = Reading(declaration, context)
    return sheet_of(Pia(_tree(reading)), reading)


def filled(
    pia: Pia, declaration: Processing, context: Context
) -> tuple[Pia, tuple[int, ...], tuple[str, ...]]:
    """Return ``pia`` with what the declaration knows where it says nothing; what people wrote stays.

    Also the questions that were answered so, and the titles of the measures that were added.
    """
    reading = Reading(declaration, context)
    answered = {reference for reference, answer in pia.answers().items() if answer}
    done: list[int] = []
    for reference, html in answers(reading).items():
        if reference not in answered:
            pia = pia.with_answer(reference, html, context.at)
            done.append(reference)
    known = {title.casefold() for title in pia.measures()}
    added: list[str] = []
    for title, html in measures(reading):
        if title.casefold() not in known:
            pia = pia.with_measure(title, html, context.at)
            added.append(title)
    return pia, tuple(done), tuple(added)


def _tree(reading: Reading) -> dict[str, Any]:
    at = instant(reading.context.at)
    made = {"pia_id": 1, "created_at": at, "updated_at": at}
    answered = answers(reading)
    _left_to_people(reading, answered)
    return {
        "pia": _header(reading, at),
        "answers": [
            {**made, **answer_entry(reference, html), "id": number}
            for number, (reference, html) in enumerate(answered.items(), 1)
        ],
        "measures": [
            {
                "title": title,
                "pia_id": 1,
                "content": html,
                "placeholder": "measures.default_placeholder",
                "created_at": at,
                "id": number,
                "updated_at": at,
            }
            for number, (title, html) in enumerate(measures(reading), 1)
        ],
        "evaluations": [],
        "comments": [],
    }


def _header(reading: Reading, at: str) -> dict[str, Any]:
    assessment, recorded = reading.declaration.dpia, reading.context.dpia
    return {
        "dbVersion": _DATABASE,
        "tableName": "pia",
        "serverUrl": None,
        "numberOfQuestions": _NUMBER_OF_QUESTIONS,
        "created_at": at,
        "id": 1,
        "objectStore": {},
        "status": _STATUS.get(reading.assessed.status, 0),
        "name": reading.title(),
        "author_name": "",
        "evaluator_name": "",
        "validator_name": recorded.validated_by
        if recorded and reading.assessed.status == "validated"
        else "",
        "dpo_status": None,
        "dpo_opinion": reading.say(assessment.dpo_opinion),
        "concerned_people_opinion": reading.say(assessment.views_of_persons),
        "concerned_people_status": None,
        "rejection_reason": "",
        "applied_adjustments": "",
        "updated_at": at,
        "dpos_names": reading.dpo(),
        "people_names": "",
        "concerned_people_searched_opinion": bool(assessment.views_of_persons),
        "concerned_people_searched_content": "",
        "category": "",
    }


def answers(reading: Reading) -> dict[int, str]:
    """Return the HTML of each question that the declaration answers."""
    declaration, say = reading.declaration, reading.say
    purposes, data = declaration.purposes, declaration.data
    found: dict[int, str] = {
        111: _list((reading.title(), *(reading.purpose(one) for one in purposes))),
        112: _responsibilities(reading),
        121: _list(_item(reading, item) for item in data),
        122: _list(
            say(
                N_("%(data)s: from %(source)s; kept at %(places)s"),
                data=say(item.label),
                source=reading.source(item),
                places=", ".join(reading.places((item,))),
            )
            for item in data
        ),
        123: _list(reading.places(data)),
        211: _list(reading.purpose(one) for one in purposes),
        212: _list(say(BOTH, label=reading.purpose(one), value=reading.basis(one)) for one in purposes),
        213: _list(_needed(reading, item) for item in data),
        215: _list(reading.retentions(data)),
        226: _list(reading.processors()) or _paragraph(say(N_("No processor is declared."))),
        227: _list(reading.transfers()) or _paragraph(say(N_("No transfer outside the Union is declared."))),
    }
    found[221] = _paragraph(
        say(
            N_(
                "The notice of GDPR articles 13 and 14 is made from this declaration and shown where the "
                "portal collects data."
            )
        )
    )
    found[222] = (
        _list(reading.rights(Right.WITHDRAWAL))
        if reading.rests_on(LawfulBasis.CONSENT)
        else _paragraph(say(N_("No purpose rests on consent.")))
    )
    for question, rights in _RIGHTS.items():
        found[question] = _list(reading.rights(*rights))
    return {reference: html for reference, html in sorted(found.items()) if html}


def measures(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return the title and the HTML of each security measure, with its latest measurement."""
    if not reading.declaration.security:
        reading.security()  # notes that there is none
    return tuple(
        (reading.measure(one), _paragraph(reading.evidence(one))) for one in reading.declaration.security
    )


def _responsibilities(reading: Reading) -> str:
    say = reading.say
    lines = [say(N_("Controller: %(body)s"), body=reading.controller())]
    lines += [say(N_("Joint controller: %(body)s"), body=body) for body in reading.joint()]
    if dpo := reading.dpo():
        lines.append(say(N_("Data protection officer: %(body)s"), body=dpo))
    lines += [say(N_("Processor: %(body)s"), body=body) for body in reading.processors()]
    return _list(lines)


def _item(reading: Reading, item: Any) -> str:
    return reading.say(
        N_("%(data)s (%(category)s), of: %(persons)s"),
        data=reading.say(item.label),
        category=reading.category(item),
        persons=", ".join(reading.persons((item,))),
    )


def _needed(reading: Reading, item: Any) -> str:
    purposes = [reading.purpose(one) for one in reading.declaration.purposes if one.key in item.purposes]
    message = (
        N_("%(data)s, required: %(purposes)s") if item.required else N_("%(data)s, optional: %(purposes)s")
    )
    return reading.say(message, data=reading.say(item.label), purposes="; ".join(purposes))


def _left_to_people(reading: Reading, answered: dict[int, str]) -> None:
    """Note what the declaration does not answer, and where it is answered."""
    say = reading.say
    for reference, name in questions.QUESTIONS.items():
        if reference not in answered:
            reading.lacks(
                N_("question %(number)s, %(question)s"),
                say(N_("the CNIL's PIA software, once the file is imported")),
                number=reference,
                question=say(name),
            )
    reading.lacks(
        N_("how persons are informed elsewhere than on the portal (letters, counters, telephone)"),
        say(N_("the CNIL's PIA software, once the file is imported")),
    )
    if reading.rests_on(LawfulBasis.CONSENT):
        reading.lacks(
            N_("how consent is asked and recorded"),
            say(N_("the CNIL's PIA software, once the file is imported")),
        )
    risks = say(N_("the CNIL's PIA software, section Risks"))
    for risk, _ in questions.RISKS.values():
        reading.lacks(N_("impacts, threats, severity and likelihood: %(risk)s"), risks, risk=say(risk))
    reading.lacks(
        N_("evaluation of each answer and measure, with its action plan"),
        say(N_("the CNIL's PIA software, by the evaluator")),
    )
    reading.lacks(
        N_("names of author, evaluator and validator"),
        say(N_("the CNIL's PIA software, page of the assessment")),
    )
    assessment = reading.declaration.dpia
    if not assessment.dpo_opinion:
        reading.lacks(N_("opinion of the DPO"), reading.field("Dpia(dpo_opinion=...)"))
    reading.lacks(
        N_("whether the DPO's opinion is favourable"), say(N_("the CNIL's PIA software, section Validation"))
    )
    if not assessment.views_of_persons:
        reading.lacks(N_("views of the persons (GDPR 35(9))"), reading.field("Dpia(views_of_persons=...)"))
    if assessment.status == "validated" and reading.context.dpia is None:
        reading.lacks(
            N_("who validated the assessment, and on which evaluations (it is declared validated)"),
            say(N_("the CNIL's PIA software, section Validation")),
        )


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>\n" for line in lines if line)
    return f"<ul>\n{items}</ul>" if items else ""


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


EXPORT = Export(
    key="pia",
    label=N_("Impact assessment for the CNIL's PIA software"),
    media_type="application/json",
    extension="json",
    render=render,
    sheet=sheet,
)
