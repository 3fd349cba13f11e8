"""Answering: situations first, then the words of the sheets, those of a model that they carry, or nothing."""

from bacasable.services.assistant.engine.answering.abstention import Abstention, Verdict, of_index
from bacasable.services.assistant.engine.answering.assistant import (
    LONGEST_QUESTION,
    Asked,
    Assistant,
    Event,
    Ready,
    Settings,
    Spoken,
)
from bacasable.services.assistant.engine.answering.situations import UNKNOWN

__all__ = [
    "LONGEST_QUESTION",
    "UNKNOWN",
    "Abstention",
    "Asked",
    "Assistant",
    "Event",
    "Ready",
    "Settings",
    "Spoken",
    "Verdict",
    "of_index",
]
