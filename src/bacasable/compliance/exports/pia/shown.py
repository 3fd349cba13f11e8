"""An impact assessment for people: the text of each answer, never its HTML."""

from collections.abc import Iterator

from bacasable.compliance.exports.interface import Context
from bacasable.compliance.exports.pia import questions
from bacasable.compliance.exports.pia.document import Answer, Pia, text_of
from bacasable.compliance.exports.pia.set_aside import set_aside
from bacasable.compliance.exports.reading import GDPR_35, Reading, words
from bacasable.compliance.exports.sheet import Missing, Section, Sheet, Source, Table
from bacasable.compliance.service import N_

FORMAT = Source(N_("CNIL, PIA software: exports and architecture of the questions, read as files"), "read")


def sheet_of(pia: Pia, reading: Reading) -> Sheet:
    """Return the sheet of an assessment that was made from a declaration."""
    return reading.sheet(
        reading.say(N_("Impact assessment: %(name)s"), name=pia.name),
        sections(pia, reading.context),
        introduction=(_what(pia, reading.context),),
        sources=(GDPR_35, FORMAT),
    )


def imported(pia: Pia, context: Context) -> Sheet:
    """Return the sheet of an assessment read from a file: its answers, and the questions left open."""
    say = context.say
    answered = pia.answers()
    missing = tuple(
        Missing(
            say(N_("question %(number)s, %(question)s"), number=reference, question=say(name)),
            say(N_("the CNIL's PIA software")),
        )
        for reference, name in questions.ALL.items()
        if not answered.get(reference)
    )
    return Sheet(
        title=pia.name or say(N_("Impact assessment")),
        language=context.language,
        issuer=context.office,
        introduction=(_what(pia, context),),
        sections=tuple(sections(pia, context)),
        words=words(context),
        missing=missing,
        sources=(Source(say(FORMAT.title), FORMAT.status),),
    )


def sections(pia: Pia, context: Context) -> Iterator[Section]:
    """Yield context, principles, measures, risks, opinions, evaluations, comments, and what was set aside."""
    say, answered = context.say, pia.answers()
    for name, group in questions.CONTEXT.values():
        lines: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
            (say(questions.QUESTIONS[one]), (answered[one].text,)) for one in group if answered.get(one)
        )
        if lines:
            yield Section(say(name), lines=lines)
    if measures := pia.measures():
        yield Section(
            say(N_("Existing or planned measures")),
            lines=tuple((title, (text,) if text else ()) for title, text in measures.items()),
        )
    for name, group in questions.RISKS.values():
        lines = tuple(
            (say(questions.RISK_QUESTIONS[one]), _of_risk(answered[one], context))
            for one in group
            if answered.get(one)
        )
        if lines:
            yield Section(say(name), lines=lines)
    opinions = tuple(
        (say(label), (text,)) for label, key in _OPINIONS.items() if (text := text_of(pia.header.get(key)))
    )
    if opinions:
        yield Section(say(N_("Opinions and validation")), lines=opinions)
    yield from _evaluations(pia, context)
    if comments := pia.comments():
        yield Section(say(N_("Comments")), paragraphs=comments)
    if aside := set_aside(pia):
        rows = tuple((one.place, one.found, say(one.reason)) for one in aside[:_MOST_ASIDE])
        if len(aside) > len(rows):
            rows += (("…", "", say(N_("and %(count)s more"), count=len(aside) - len(rows))),)
        columns = (say(N_("where")), say(N_("what")), say(N_("why")))
        yield Section(
            say(N_("Set aside: kept in the file, without a place in the assessment")),
            tables=(Table(columns, rows),),
        )


#: A file made to be long has no page without end: so many are listed, the others counted.
_MOST_ASIDE = 500
_OPINIONS = {
    N_("Author of the assessment"): "author_name",
    N_("Evaluator"): "evaluator_name",
    N_("Validator"): "validator_name",
    N_("Name of the DPO"): "dpos_names",
    N_("Opinion of the DPO"): "dpo_opinion",
    N_("Persons concerned who were asked"): "people_names",
    N_("Opinion of the persons concerned"): "concerned_people_opinion",
    N_("Why the assessment was refused"): "rejection_reason",
    N_("Adjustments made"): "applied_adjustments",
}


def _what(pia: Pia, context: Context) -> str:
    status = context.say(questions.STATUS[pia.status]) if pia.status is not None else ""
    if not status:
        return context.say(N_("Impact assessment (GDPR 35)"))
    return context.say(N_("Impact assessment (GDPR 35), %(status)s"), status=status)


def _of_risk(answer: Answer, context: Context) -> tuple[str, ...]:
    gauge = (context.say(questions.GAUGE[answer.gauge]),) if answer.gauge else ()
    return (*gauge, *answer.items, *((answer.text,) if answer.text else ()))


def _evaluations(pia: Pia, context: Context) -> Iterator[Section]:
    say, known = context.say, pia.references()
    rows = tuple(
        (
            say(known[one.reference]),
            say(questions.EVALUATION.get(one.status, "")) if one.status is not None else "",
            one.comment,
            one.action_plan,
        )
        for one in pia.evaluations()
    )
    if rows:
        columns = (say(N_("what")), say(N_("evaluation")), say(N_("comment")), say(N_("action plan")))
        yield Section(say(N_("Evaluations and action plan")), tables=(Table(columns, rows),))
