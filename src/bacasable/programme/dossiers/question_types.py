"""What a question, a step and an expected file are; no Django here."""

from dataclasses import dataclass
from typing import Literal

from bacasable.compliance.service import N_

Kind = Literal["text", "long", "choice", "multi", "yes_no", "number", "email"]

#: Values of a question of kind ``yes_no``, with their labels.
YES_NO = (("yes", N_("Yes")), ("no", N_("No")))


@dataclass(frozen=True)
class Question:
    """One question: what is stored for it is

    text, long, email: a string; choice, yes_no: the key of the choice; multi: a list of keys in the order of
    the choices; number: an integer of 0 or more.

    ``required_when`` names other answers: ``(step, question, keys)``. The question is required, beside
    ``required``, when that answer is one of those keys.
    """

    key: str
    label: str
    kind: Kind
    hint: str = ""
    required: bool = False
    max_length: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    required_when: tuple[str, str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Step:
    """A group of questions that one page asks."""

    key: str
    title: str
    intro: str
    questions: tuple[Question, ...]

    def question(self, key: str) -> Question:
        """Return the question named ``key``; KeyError when the step has none."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(f"step '{self.key}' has no question '{key}'")


@dataclass(frozen=True)
class ExpectedFile:
    """An answer that announces a file: one attachment at least is then expected."""

    step: str
    question: str
    value: str
    label: str
