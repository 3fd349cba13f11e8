"""What people do to a call: one function for each act, its journal entry in the same transaction."""

from bacasable.programme.call.actions.editions import (
    FIELDS,
    Conflict,
    archive,
    close,
    close_due,
    create,
    decide,
    draft_problems,
    extend,
    publication_problems,
    publish,
    update,
)
from bacasable.programme.call.actions.questions import QUESTIONS_PER_HOUR, answer, ask, dismiss

__all__ = [
    "FIELDS",
    "QUESTIONS_PER_HOUR",
    "Conflict",
    "answer",
    "archive",
    "ask",
    "close",
    "close_due",
    "create",
    "decide",
    "dismiss",
    "draft_problems",
    "extend",
    "publication_problems",
    "publish",
    "update",
]
