"""Read, check and measure the answers of a dossier; no Django here.

Answers are ``{step key: {question key: value}}`` with the values of :class:`questions.Question`.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.normal_form import normalised
from bacasable.programme.dossiers.question_types import Question, Step
from bacasable.programme.dossiers.questions import EXPECTED_FILES, STEPS

Value = str | int | list[str]

#: Largest number accepted: well inside what both databases store exactly in JSON.
LARGEST_NUMBER = 10**12

_EMAIL = re.compile(r"[^@\s<>\"']+@[^@\s<>\"'.]+(\.[^@\s<>\"'.]+)+")
#: Marks that make a text read in another order than it is stored (UAX 9: embeddings, overrides, isolates).
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Control characters other than line feed and tabulation, and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Problem:
    """Why an answer is refused: ``message`` is a message id with ``%(limit)s`` and ``%(length)s`` in it."""

    question: str
    message: str
    limit: int = 0
    length: int = 0


@dataclass(frozen=True)
class MissingPart:
    """What a dossier still lacks: an answer (``step`` and ``question``) or the file that one announces."""

    step: str
    question: str
    label: str
    kind: Literal["answer", "file"]

    @property
    def key(self) -> str:
        """``step.question`` or ``files.step.question``: how a request for missing parts names it."""
        return f"{'files.' if self.kind == 'file' else ''}{self.step}.{self.question}"


def tidy(text: str, *, lines: bool) -> str:
    """Return ``text`` in the one form that is stored.

    NFC; line ends as ``\\n`` (as spaces where ``lines`` is false); control characters (NUL included, which
    PostgreSQL cannot store), lone surrogates and marks that reorder the display dropped; outer space dropped.
    Left-to-right and right-to-left marks stay: scripts need them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ")
    text = _UNPRINTABLE.sub("", _REORDERING.sub("", text))
    return normalised(text).strip()


def clean(step: Step, raw: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, Problem]]:
    """Read what a person sent for ``step``.

    Args:
        raw: by question key, a string, or a sequence of strings for the kind ``multi`` (anything else is
            read as text). Keys that the step does not have are ignored.

    Returns:
        the accepted values of the questions present in ``raw`` (an emptied answer is ``""`` or ``[]``), and
        the refused ones with the reason. A key is in one of the two, never in both.
    """
    values: dict[str, Value] = {}
    problems: dict[str, Problem] = {}
    for question in step.questions:
        if question.key not in raw:
            continue
        outcome = _read(question, raw[question.key])
        if isinstance(outcome, Problem):
            problems[question.key] = outcome
        else:
            values[question.key] = outcome
    return values, problems


def _read(question: Question, given: Any) -> Value | Problem:
    if question.kind == "multi":
        sent = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else []
        asked = {tidy(str(item), lines=False) for item in sent} - {""}
        known = [key for key, _label in question.choices]
        if asked - set(known):
            return Problem(question.key, N_("Choose among the answers of the list"))
        return [key for key in known if key in asked]
    if isinstance(given, list | tuple):
        given = given[-1] if given else ""
    text = tidy("" if given is None else str(given), lines=question.kind == "long")
    if text == "":
        return ""
    match question.kind:
        case "choice" | "yes_no":
            if text not in {key for key, _label in question.choices}:
                return Problem(question.key, N_("Choose among the answers of the list"))
            return text
        case "number":
            return _read_number(question, text)
        case "email" if not _EMAIL.fullmatch(text):
            return Problem(question.key, N_("Write an e-mail address such as name@example.org"))
    if question.max_length and len(text) > question.max_length:
        return Problem(
            question.key,
            N_("Shorten this answer: it has %(length)s characters, at most %(limit)s are accepted"),
            question.max_length,
            len(text),
        )
    return text


def _read_number(question: Question, text: str) -> Value | Problem:
    digits = (
        re.sub(r"[\s.,'\u2019]", "", text)
        if re.fullmatch(r"[0-9]{1,3}([\s.,'\u2019][0-9]{3})+|[0-9]{1,15}", text)
        else ""
    )
    if not digits or not digits.isascii():
        return Problem(question.key, N_("Write a whole number, 0 or more, such as 1500"))
    if int(digits) > LARGEST_NUMBER:
        return Problem(
            question.key, N_("Write a number of %(limit)s at most"), limit=LARGEST_NUMBER, length=len(digits)
        )
    return int(digits)


def is_answered(value: Any) -> bool:
    """Say whether ``value`` holds an answer; 0 is one."""
    return value == 0 or bool(value)


def is_required(question: Question, answers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Say whether ``question`` must be answered, given the other answers."""
    if question.required_when:
        step, key, values = question.required_when
        if answers.get(step, {}).get(key) in values:
            return True
    return question.required


def missing(
    answers: Mapping[str, Mapping[str, Any]], attachments: Sequence[Any], steps: Sequence[Step] = STEPS
) -> list[MissingPart]:
    """Return what the dossier lacks before it can be submitted, in the order of the steps.

    Args:
        attachments: the files kept with the dossier; only whether there are any counts.
    """
    parts = [
        MissingPart(step.key, question.key, question.label, "answer")
        for step in steps
        for question in step.questions
        if is_required(question, answers) and not is_answered(answers.get(step.key, {}).get(question.key))
    ]
    if not attachments:
        parts += [
            MissingPart(expected.step, expected.question, expected.label, "file")
            for expected in EXPECTED_FILES
            if answers.get(expected.step, {}).get(expected.question) == expected.value
        ]
    return parts


def completeness(
    answers: Mapping[str, Mapping[str, Any]], attachments: Sequence[Any], steps: Sequence[Step] = STEPS
) -> int:
    """Return the share of what is required that is there, in whole percent, 0 to 100; 100 only if all is."""
    required = sum(is_required(question, answers) for step in steps for question in step.questions)
    required += sum(
        answers.get(expected.step, {}).get(expected.question) == expected.value for expected in EXPECTED_FILES
    )
    lacking = len(missing(answers, attachments, steps))
    return 100 if lacking == 0 else min(99, 100 * (required - lacking) // required)


def canonical(answers: Any, manifest: Any) -> bytes:
    """Return the canonical JSON of a version: keys sorted, no space, UTF-8 (as RFC 8785 for our types)."""
    return json.dumps(
        {"answers": answers, "manifest": manifest}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def digest(answers: Any, manifest: Any) -> str:
    """Return the SHA-256 of :func:`canonical`, in hexadecimal."""
    return hashlib.sha256(canonical(answers, manifest)).hexdigest()


@dataclass(frozen=True)
class Merge:
    """What became of the answers that a page sent: ``values`` to store, ``conflicts`` to show.

    ``conflicts`` holds the keys whose stored answer changed since the page was shown, to something else than
    what the page sends: both texts are shown, and nothing is overwritten. ``seen`` is the page's next token,
    if it stays open: an answer that it still shows as it was keeps its old fingerprint.
    """

    values: dict[str, Any]
    conflicts: tuple[str, ...]
    seen: str


def token(step: Step, stored: Mapping[str, Any]) -> str:
    """Return what a page carries to say which answers it was filled with: a fingerprint of each."""
    return " ".join(f"{q.key}:{_fingerprint(stored.get(q.key))}" for q in step.questions)


def merge(step: Step, seen: str, stored: Mapping[str, Any], sent: Mapping[str, Any]) -> Merge:
    """Merge the answers ``sent`` by a page into the ``stored`` ones, knowing what the page had ``seen``.

    An answer that the page did not touch never overwrites a newer one; an answer that only the page changed
    is taken; one that both changed is a conflict. Without a readable token every difference with an existing
    answer is one.
    """
    base = dict(pair.split(":", 1) for pair in seen.split() if ":" in pair)
    values, conflicts = dict(stored), []
    for key, value in sent.items():
        now, then, new = _fingerprint(stored.get(key)), base.get(key), _fingerprint(value)
        if new == now:
            base[key] = new
        elif new == then:
            continue
        elif now == then or (then is None and not is_answered(stored.get(key))):
            values[key] = value
            base[key] = new
        else:
            conflicts.append(key)
    known = " ".join(f"{q.key}:{base[q.key]}" for q in step.questions if q.key in base)
    return Merge(values, tuple(conflicts), known)


def _fingerprint(value: Any) -> str:
    if not is_answered(value):
        return "-"
    return hashlib.sha256(json.dumps(value, ensure_ascii=True).encode()).hexdigest()[:16]
