"""From a document's headings and paragraphs to answers, whatever the format that they came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bacasable.compliance.service import N_
from bacasable.programme.dossiers import headings as known_headings
from bacasable.programme.dossiers.importers.report import ImportReport
from bacasable.programme.dossiers.question_types import Step
from bacasable.programme.dossiers.refusals import Refused

#: level of a paragraph in the style of the title of the whole document
TITLE = -1


@dataclass(frozen=True)
class Block:
    """A paragraph: ``level`` is 1 or more for a heading, 0 for text; ``text`` may hold line ends and tabs."""

    level: int
    text: str


@dataclass
class _Section:
    place: str
    step: str | None
    question: str | None
    lines: list[str]


def read(blocks: Iterable[Block], steps: Sequence[Step]) -> ImportReport:
    """Return the answers that stand under the headings of our template.

    Raises:
        Refused: none of our headings is in the document (code ``headings``).
    """
    headings = known_headings.known(steps)
    sections = [_Section("", None, None, [])]
    step: str | None = None
    found = False
    for block in blocks:
        if block.level == TITLE and not found:
            continue
        if block.level > 0:
            announced, question = headings.find(block.text, step)
            if announced is not None:
                step, found = announced, True
                sections.append(_Section(block.text, announced, question, []))
                continue
            if block.level <= 2 and block.text.strip():
                sections.append(_Section(block.text, None, None, []))
                continue
        sections[-1].lines += block.text.split("\n")
    if not found:
        raise Refused(
            "headings",
            N_(
                "None of the headings of the application template is in this document. Write in the template "
                "of this call, and keep its headings in the style “Heading”."
            ),
        )
    report = ImportReport()
    for section in sections:
        _take(section, steps, headings, report)
    return report


def _take(
    section: _Section, steps: Sequence[Step], headings: known_headings.Headings, report: ImportReport
) -> None:
    lines = list(section.lines)
    if section.step is None or section.question is None:
        if any(line.strip() and not known_headings.is_said(headings, line) for line in lines):
            reason = (
                N_("This text stands before the first question of its part.")
                if section.step is not None
                else N_("This heading is not one of the template.")
                if section.place
                else N_("This text stands before the first heading.")
            )
            report.skip(section.place or _first(lines), reason)
        return
    step = next(step for step in steps if step.key == section.step)
    question = step.question(section.question)
    while lines and (not lines[0].strip() or known_headings.is_said(headings, lines[0])):
        lines.pop(0)
    if not question.choices:
        report.take(steps, step.key, question.key, "\n".join(lines), section.place)
        return
    keys, strange = known_headings.ticked(question, lines, headings.choices[step.key, question.key])
    for line in strange:
        if not known_headings.is_said(headings, line):
            report.skip(f"{section.place}: {line}", N_("This is not one of the answers of the list."))
    if question.kind == "multi":
        report.take(steps, step.key, question.key, keys, section.place)
    elif len(keys) == 1:
        report.take(steps, step.key, question.key, keys[0], section.place)
    elif keys:
        report.skip(section.place, N_("Several answers are ticked and one is asked for."))


def _first(lines: Sequence[str]) -> str:
    return next((line for line in lines if line.strip()), "")
