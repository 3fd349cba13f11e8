"""A submitted version as those who examine it read it: its answers and its files."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from bacasable.programme.call.models import Call
from bacasable.programme.dossiers.answers import is_answered
from bacasable.programme.dossiers.models import Attachment, Version
from bacasable.programme.dossiers.queries import steps_of
from bacasable.programme.dossiers.question_types import Question


def shown(question: Question, value: Any) -> str:
    """Return an answer as people read it: the label of a choice, nothing where there is none."""
    if not is_answered(value):
        return ""
    labels = {key: _(label) for key, label in question.choices}
    if isinstance(value, list):
        return ", ".join(labels.get(item, str(item)) for item in value)
    return labels.get(value, str(value)) if question.choices else str(value)


def answers_of(version: Version, call: Call) -> list[dict[str, Any]]:
    """Return each step with its questions and answers, as ``{% summary_list %}`` takes them."""
    return [
        {
            "title": _(step.title),
            "rows": [
                {
                    "key": _(question.label),
                    "value": shown(question, version.answers.get(step.key, {}).get(question.key))
                    or _("No answer"),
                }
                for question in step.questions
            ],
        }
        for step in steps_of(call)
    ]


def file_columns() -> list[dict[str, Any]]:
    """Return the columns of the table of files."""
    return [
        {"key": "name", "label": _("File")},
        {"key": "media_type", "label": _("Type")},
        {"key": "size", "label": _("Bytes"), "numeric": True},
        {"key": "sha256", "label": _("Digest (SHA-256)")},
    ]


def files_of(
    version: Version, attachments: Iterable[Attachment], address: Callable[[uuid.UUID], str]
) -> list[dict[str, Any]]:
    """Return the files of a version for ``{% data_table %}``, each with its address."""
    known = {attachment.blob: attachment for attachment in attachments}
    return [
        {**entry, "href": address(known[entry["blob"]].public_id) if entry["blob"] in known else ""}
        for entry in version.manifest
    ]
