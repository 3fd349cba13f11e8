"""The headings of the application template, in each language, and how to recognise them in a document.

The template writes them and the import reads them back. A person's word processor may have numbered them,
changed their case or dropped their accents.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.normal_form import normalised
from bacasable.programme.dossiers.question_types import Question, Step

#: Boxes before the choices of a question; what a word processor or a person puts in them to tick one.
EMPTY_BOX, TICKED_BOX = "☐", "☒"
_TICKED = re.compile(r"\s*(?:[☒☑✓✔✅✗✘🗹🗷]|\[\s*[xX✓]\s*\])\s*")
_EMPTY = re.compile(r"\s*(?:[☐□▢]|\[\s*\])\s*")
_NUMBERING = re.compile(
    r"\s*(?:§\s*)?(?:(?:\d{1,2}|[ivx]{1,5}|[a-z])[.)\u00b0]\s*)+(?:[-–—:]\s*)?", re.IGNORECASE
)

#: Sentences of the template that are not answers.
HOW_TO = N_(
    "Write under each heading and keep the headings: they tell where each answer goes when you import this "
    "document into your dossier."
)
TICK_ONE = N_("Replace the box of your answer with ☒.")
TICK_SEVERAL = N_("Replace the box of each of your answers with ☒.")


def plain(text: str) -> str:
    """Return ``text`` for comparison: no case, accents, numbering, punctuation or repeated spaces."""
    text = _NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) else text
    return _bare(text)


def _bare(text: str) -> str:
    decomposed = normalised(text, "NFKD").casefold()
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())


@dataclass
class Headings:
    """What the headings of a document mean: ``steps`` by plain title, ``questions`` by (step, plain label).

    ``said`` holds the plain texts of the template that are not answers (introductions, hints).
    """

    steps: dict[str, str] = field(default_factory=dict)
    questions: dict[tuple[str, str], str] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    choices: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def find(self, text: str, step: str | None) -> tuple[str | None, str | None]:
        """Return what a heading announces: ``(step, question)``, ``(step, None)``, or ``(None, None)``.

        A label is looked for in the current ``step`` first, then in the only step that has it.
        """
        for candidate in dict.fromkeys((plain(text), _bare(text))):
            if step is not None and (step, candidate) in self.questions:
                return step, self.questions[step, candidate]
            if candidate in self.steps:
                return self.steps[candidate], None
            owners = [owner for owner, label in self.questions if label == candidate]
            if len(owners) == 1:
                return owners[0], self.questions[owners[0], candidate]
        return None, None


def known(steps: Sequence[Step]) -> Headings:
    """Return the headings of ``steps`` in every language of the site."""
    headings = Headings()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            headings.said |= {_bare(_(text)) for text in (HOW_TO, TICK_ONE, TICK_SEVERAL)}
            for step in steps:
                headings.steps[plain(_(step.title))] = step.key
                if step.intro:  # the translation of nothing is the catalogue's own header
                    headings.said.add(_bare(_(step.intro)))
                for question in step.questions:
                    headings.questions[step.key, plain(_(question.label))] = question.key
                    if question.hint:
                        headings.said.add(_bare(_(question.hint)))
                    of_question = headings.choices.setdefault((step.key, question.key), {})
                    of_question |= {_bare(_(label)): key for key, label in question.choices}
    headings.said.discard("")
    return headings


def is_said(headings: Headings, text: str) -> bool:
    """Say whether a paragraph is one that the template wrote itself."""
    return _bare(text) in headings.said


def ticked(question: Question, lines: Sequence[str], choices: dict[str, str]) -> tuple[list[str], list[str]]:
    """Read the answer to a question with choices: the keys that are ticked, and the lines not understood.

    Without any ticked box, a line that is a label counts as chosen.
    """
    chosen, named, strange = [], [], []
    for line in lines:
        if not line.strip():
            continue
        is_ticked = _TICKED.match(line)
        is_empty = _EMPTY.match(line)
        mark = is_ticked or is_empty
        key = choices.get(_bare(line[mark.end() :] if mark else line))
        if key is None:
            strange.append(line)
        elif is_ticked:
            chosen.append(key)
        elif not is_empty:
            named.append(key)
    kept = chosen or named
    return [key for key, _label in question.choices if key in kept], strange
