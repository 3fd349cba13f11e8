"""What is said of an opinion: rendered from its trace, checked against it, and rephrased only from it."""

from bacasable.services.job_advice.engine.wording.checking import Checked, survives
from bacasable.services.job_advice.engine.wording.rendering import (
    READERS,
    Reader,
    Sentence,
    diagnosis,
    notes,
    sentences,
)
from bacasable.services.job_advice.engine.wording.rephrasing import Prompt, Rephrased, prompt, rephrase
from bacasable.services.job_advice.engine.wording.speaking import LANGUAGES, speaker

__all__ = [
    "LANGUAGES",
    "READERS",
    "Checked",
    "Prompt",
    "Reader",
    "Rephrased",
    "Sentence",
    "diagnosis",
    "notes",
    "prompt",
    "rephrase",
    "sentences",
    "speaker",
    "survives",
]
