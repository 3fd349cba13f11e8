"""What an import found, and what it could not use: nothing is dropped without a word."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bacasable.compliance.service import N_
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.question_types import Step

#: Longest place that is repeated to the person, in characters.
_PLACE = 120


@dataclass(frozen=True)
class Read:
    """An answer that was read: for ``question`` of ``step``, found at ``place`` of the document."""

    step: str
    question: str
    place: str


@dataclass(frozen=True)
class Unread:
    """A part that was not taken: where it stands in the document, and why (a message id with ``values``)."""

    place: str
    reason: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class ImportReport:
    """``values`` as ``{step: {question: value}}``, clean and ready to save; ``read``; ``unread``."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    read: list[Read] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def skip(self, place: str, reason: str, **values: Any) -> None:
        """Note a part of the document that goes nowhere, once."""
        unread = Unread(_short(place), reason, values)
        if unread not in self.unread:
            self.unread.append(unread)

    def take(self, steps: Sequence[Step], step_key: str, question: str, value: Any, place: str) -> None:
        """Keep ``value`` for a question when it is a valid answer, else note why not; empty is no answer."""
        step = next(step for step in steps if step.key == step_key)
        values, problems = reading.clean(step, {question: value})
        if question in problems:
            problem = problems[question]
            self.skip(place, problem.message, limit=problem.limit, length=problem.length)
        elif reading.is_answered(values.get(question)):
            if question in self.values.get(step_key, {}):
                self.skip(place, N_("This question was answered twice in the document: the first was kept."))
                return
            self.values.setdefault(step_key, {})[question] = values[question]
            self.read.append(Read(step_key, question, _short(place)))


def _short(place: str) -> str:
    place = " ".join(place.split())
    return place if len(place) <= _PLACE else place[: _PLACE - 1] + "…"
