"""What a file of the CNIL's PIA software holds without a place in the assessment: listed, kept there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bacasable.compliance.exports.pia import questions
from bacasable.compliance.exports.pia.document import ARRAYS, Pia, answer_of, data_of, number_of, text_of
from bacasable.compliance.exports.pia.plain_text import holds_active_content
from bacasable.compliance.service import N_

#: Longest piece of a value that is repeated, in characters.
_SHOWN = 80
#: Keys of the assessment itself in the files of both shapes that were read.
_HEADER = frozenset(
    [
        "applied_adjustments",
        "author_name",
        "category",
        "concerned_people_opinion",
        "concerned_people_searched_content",
        "concerned_people_searched_opinion",
        "concerned_people_status",
        "created_at",
        "dbVersion",
        "dpo_opinion",
        "dpo_status",
        "dpos_names",
        "evaluator_name",
        "id",
        "is_archive",
        "is_example",
        "lock_version",
        "name",
        "numberOfQuestions",
        "objectStore",
        "people_names",
        "progress",
        "rejection_reason",
        "serverUrl",
        "status",
        "structure_data",
        "structure_id",
        "structure_name",
        "structure_sector_name",
        "tableName",
        "updated_at",
        "validator_name",
    ]
)


@dataclass(frozen=True)
class SetAside:
    """What stays in the file without a place in the assessment: where, what, why (a marked message)."""

    place: str
    found: str
    reason: str


def set_aside(pia: Pia) -> tuple[SetAside, ...]:
    """Return what stays in the file without a place in the assessment, each with the reason."""
    return tuple(_found(pia, pia.parts, pia.references()))


def _found(pia: Pia, parts: dict[str, Any], references: dict[str, str]) -> Iterator[SetAside]:
    for name in (*parts, *(pia.header if not pia.is_flat else ())):
        if name not in _HEADER and name not in (*ARRAYS, "pia"):
            yield _aside(name, "", N_("We do not know this key."))
    for array in ARRAYS:
        found = parts.get(array)
        if found is not None and not isinstance(found, list):
            yield _aside(array, found, N_("It is not a list."))
        for index, entry in enumerate(found if isinstance(found, list) else ()):
            place = f"{array}[{index}]"
            if not isinstance(entry, dict):
                yield _aside(place, entry, N_("It is not an object."))
    yield from _answers_aside(pia)
    titles = set(pia.measures())
    for index, entry in pia.entries("measures"):
        if not text_of(entry.get("title")):
            yield _aside(f"measures[{index}]", entry.get("title"), N_("This measure has no title."))
    for index, entry in pia.entries("answers"):
        if number_of(entry.get("reference_to")) in questions.MEASURES_OF_RISK:
            for item in answer_of(entry.get("data")).items:
                if item not in titles:
                    yield _aside(f"answers[{index}]", item, N_("No measure has this title."))
    for index, entry in pia.entries("evaluations"):
        yield from _evaluation_aside(f"evaluations[{index}].reference_to", entry, references)
    yield from _active(parts, "")


def _answers_aside(pia: Pia) -> Iterator[SetAside]:
    seen: set[int] = set()
    for index, entry in pia.entries("answers"):
        place, reference = f"answers[{index}].reference_to", number_of(entry.get("reference_to"))
        if entry.get("reference_to") is None and not answer_of(entry.get("data")):
            continue  # it says nothing
        if reference not in questions.ALL:
            yield _aside(place, entry.get("reference_to"), N_("The PIA software has no such question."))
        elif reference in seen:
            yield _aside(place, reference, N_("This question was answered before: the first is read."))
        elif not isinstance(data_of(entry.get("data")), dict):
            yield _aside(f"answers[{index}].data", entry.get("data"), N_("It is not an answer."))
        seen.add(reference)


def _evaluation_aside(place: str, entry: dict[str, Any], references: dict[str, str]) -> Iterator[SetAside]:
    reference = entry.get("reference_to")
    if str(reference) in references:
        return
    if isinstance(reference, str) and "[object Object]" in reference:
        reason = N_("The software lost which measure this evaluates when it wrote the file.")
    elif isinstance(reference, str) and reference.startswith("3.1."):
        reason = N_("It evaluates a measure that is not in the file.")
    else:
        reason = N_("It evaluates nothing that the PIA software asks.")
    yield _aside(place, reference, reason)


def _active(value: Any, place: str) -> Iterator[SetAside]:
    """Yield every text that a browser would run something of; it is shown as text, without it."""
    if isinstance(value, str):
        if holds_active_content(value):
            yield _aside(
                place, "", N_("It holds a script or the like: kept in the file, never shown nor run.")
            )
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _active(one, (f"{place}.{key[:_SHOWN]}" if place else key)[:_SHOWN])
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _active(one, f"{place}[{index}]"[:_SHOWN])


def _aside(place: str, found: Any, reason: str) -> SetAside:
    shown = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in shown).split())
    return SetAside(
        "".join(sign if sign.isprintable() else "\ufffd" for sign in place)[:_SHOWN],
        shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…",
        reason,
    )
