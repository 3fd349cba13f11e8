"""A file of the CNIL's PIA software, read and written so that nothing of it is lost.

The front end writes ``{pia, answers, measures, evaluations, comments}``; the back end writes one flat object
with the same arrays inside. The tree that was read is kept whole: a file that nobody edited is written back
byte for byte, and an edit changes the answer or measure edited and nothing else. What has no place in the
assessment (unknown questions, evaluations of nothing, keys we do not know) is listed in
:mod:`~bacasable.compliance.exports.pia.set_aside` and stays in the file. HTML stays as it was written, too;
people are shown its text (``plain_text``).
"""

import copy
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bacasable.compliance.exports.pia import questions
from bacasable.compliance.exports.pia.plain_text import from_html
from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused

LARGEST_BYTES = 5 * 1024 * 1024
DEEPEST = 60

ARRAYS = ("answers", "measures", "evaluations", "comments")


@dataclass(frozen=True)
class Answer:
    """An answer as people read it: text (of HTML), items of a list, step of a gauge (0 to 4)."""

    text: str = ""
    items: tuple[str, ...] = ()
    gauge: int | None = None

    def __bool__(self) -> bool:
        return bool(self.text or self.items or self.gauge)


@dataclass(frozen=True)
class Evaluation:
    """What the evaluator said of an item, a question, a measure or a risk."""

    reference: str
    status: int | None
    comment: str
    action_plan: str


@dataclass(frozen=True)
class Pia:
    """An impact assessment: ``tree`` is the JSON value as read; ``original`` its bytes while unedited."""

    tree: Any
    original: bytes = b""

    @property
    def is_flat(self) -> bool:
        """Whether the arrays stand beside the assessment's own keys, as the back end writes them."""
        return not isinstance(self.parts.get("pia"), dict)

    @property
    def parts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.tree[0] if isinstance(self.tree, list) else self.tree
        return found

    @property
    def header(self) -> dict[str, Any]:
        """Return the assessment's own keys (name, status, opinions...)."""
        found: dict[str, Any] = self.parts if self.is_flat else self.parts["pia"]
        return found

    @property
    def name(self) -> str:
        return text_of(self.header.get("name"))

    @property
    def status(self) -> int | None:
        found = self.header.get("status")
        return found if isinstance(found, int) and found in questions.STATUS else None

    def entries(self, array: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the objects of one array with their place in it."""
        found = self.parts.get(array)
        for index, entry in enumerate(found if isinstance(found, list) else ()):
            if isinstance(entry, dict):
                yield index, entry

    def answers(self) -> dict[int, Answer]:
        """Return what was answered to each question that we know; the first of two answers."""
        return self._answers

    @cached_property
    def _answers(self) -> dict[int, Answer]:
        found: dict[int, Answer] = {}
        for _, entry in self.entries("answers"):
            reference = number_of(entry.get("reference_to"))
            if reference in questions.ALL and reference not in found:
                found[reference] = answer_of(entry.get("data"))
        return found

    def measures(self) -> dict[str, str]:
        """Return the text of each measure by its title."""
        return {
            text_of(entry.get("title")): text_of(entry.get("content"))
            for _, entry in self.entries("measures")
            if text_of(entry.get("title"))
        }

    def evaluations(self) -> tuple[Evaluation, ...]:
        """Return the evaluations whose reference is known."""
        known = self.references()
        return tuple(
            Evaluation(
                str(entry.get("reference_to")),
                entry.get("status") if isinstance(entry.get("status"), int) else None,
                text_of(entry.get("evaluation_comment")),
                text_of(entry.get("action_plan_comment")),
            )
            for _, entry in self.entries("evaluations")
            if str(entry.get("reference_to")) in known
        )

    def comments(self) -> tuple[str, ...]:
        return tuple(text_of(entry.get("description")) for _, entry in self.entries("comments"))

    def references(self) -> dict[str, str]:
        """Return what an evaluation may refer to: reference -> a marked name, or a measure's title."""
        known = {item: name for item, (name, _) in (questions.CONTEXT | questions.RISKS).items()}
        for item, (_, group) in questions.CONTEXT.items():
            known |= {f"{item}.{one}": questions.QUESTIONS[one] for one in group}
        for _, entry in self.entries("measures"):
            if number_of(entry.get("id")) and text_of(entry.get("title")):
                known[f"3.1.{entry['id']}"] = text_of(entry.get("title"))
        return known

    def with_answer(self, reference: int, html: str, at: datetime) -> "Pia":
        """Return the assessment with one answer's text changed or added; nothing else changes.

        Raises:
            KeyError: the software has no such question in text.
        """
        if reference not in questions.QUESTIONS:
            raise KeyError(reference)
        tree = copy.deepcopy(self.tree)
        edited = Pia(tree)
        for _, entry in edited.entries("answers"):
            if number_of(entry.get("reference_to")) == reference:
                entry["data"] = _with_text(entry.get("data"), html)
                entry["updated_at"] = instant(at)
                return edited
        edited._array("answers").append(
            edited._entry("answers", at) | answer_entry(reference, html)  # the keys of both are apart
        )
        return edited

    def with_measure(self, title: str, html: str, at: datetime) -> "Pia":
        """Return the assessment with one more measure."""
        edited = Pia(copy.deepcopy(self.tree))
        edited._array("measures").append(
            edited._entry("measures", at)
            | {"title": title, "content": html, "placeholder": "measures.default_placeholder"}
        )
        return edited

    def _array(self, name: str) -> list[Any]:
        if not isinstance(self.parts.get(name), list):
            self.parts[name] = []
        found: list[Any] = self.parts[name]
        return found

    def _entry(self, array: str, at: datetime) -> dict[str, Any]:
        ids = [number_of(entry.get("id")) for _, entry in self.entries(array)]
        return {
            "pia_id": self.header.get("id"),
            "created_at": instant(at),
            "id": max(ids, default=0) + 1,
        }

    def write(self) -> bytes:
        """Return the file: the bytes that were read where nothing was edited, else JSON of the same tree."""
        return self.original or written(self.tree)


def read(content: bytes) -> Pia:
    """Return the assessment in a file of either shape.

    Raises:
        Refused: too large or too deep, not JSON in UTF-8, a key twice in one object, or no assessment.
    """
    if len(content) > LARGEST_BYTES:
        raise Refused(
            N_("This export is larger than {limit} MB: it is not one of an impact assessment alone."),
            limit=LARGEST_BYTES // (1024 * 1024),
        )
    try:
        tree = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
        _check_depth(tree)
    except (ValueError, RecursionError):
        raise Refused(
            N_("This file is not JSON that can be read to its end. Export the assessment again.")
        ) from None
    found = tree[0] if isinstance(tree, list) and len(tree) == 1 else tree
    is_one = isinstance(found, dict) and isinstance(found.get("answers"), list)
    if is_one and (isinstance(found.get("pia"), dict) or "name" in found):
        return Pia(tree, content)
    raise Refused(
        N_(
            "This JSON is not an impact assessment of the CNIL's PIA software: it has no assessment with its "
            "answers. In that software, open the assessment and choose Export, then JSON."
        )
    )


def written(tree: Any) -> bytes:
    """Return a tree as the software writes it: JSON in UTF-8, indented, keys in their order."""
    try:
        return f"{json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False)}\n".encode()
    except UnicodeEncodeError:  # half of a pair of surrogates, which only an escape can write
        return f"{json.dumps(tree, indent=2, allow_nan=False)}\n".encode()


def answer_entry(reference: int, html: str) -> dict[str, Any]:
    """Return what an answer in text holds besides its identifiers and dates."""
    return {"reference_to": reference, "data": {"text": html, "gauge": None, "list": []}}


def instant(at: datetime) -> str:
    """Return an instant as the software writes it: UTC, milliseconds, ``Z``."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text_of(value: Any) -> str:
    """Return the text of what an editor wrote; numbers as they are, anything else empty."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return from_html(value) if isinstance(value, str) else ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused(
            N_("An object of this file holds a key twice, so that it says two things. Export it again.")
        )
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number out of range")
    return value


def _check_depth(value: Any, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            _check_depth(one, depth + 1)


def number_of(value: Any) -> int:
    """Return a reference as a number; 0 where it is none. Some versions write it as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    return 0


def data_of(data: Any) -> Any:
    """Return the object of an answer; some versions of the back end keep it as a text of JSON."""
    if isinstance(data, str):
        try:
            found = json.loads(data, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return {"text": data}
        return found if isinstance(found, dict) else {"text": data}
    return data


def answer_of(data: Any) -> Answer:
    found = data_of(data)
    if not isinstance(found, dict):
        return Answer()
    items, gauge = found.get("list"), found.get("gauge")
    return Answer(
        text=text_of(found.get("text")),
        items=tuple(text_of(one) for one in items if text_of(one)) if isinstance(items, list) else (),
        gauge=gauge if isinstance(gauge, int) and gauge in questions.GAUGE else None,
    )


def _with_text(data: Any, html: str) -> Any:
    found = data_of(data)
    edited = {**found, "text": html} if isinstance(found, dict) else {"text": html, "gauge": None, "list": []}
    return json.dumps(edited, ensure_ascii=False) if isinstance(data, str) else edited
