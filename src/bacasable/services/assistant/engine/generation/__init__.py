"""Wording an answer with a model: prompts, claims tied to the words of a source, and their verification."""

from bacasable.services.assistant.engine.generation.checks import CHECKS, Checks
from bacasable.services.assistant.engine.generation.claims import Claim, claims
from bacasable.services.assistant.engine.generation.instructions import injections, seen, speaks_to_machines
from bacasable.services.assistant.engine.generation.prompts import Prompt, prompt, prompts
from bacasable.services.assistant.engine.generation.support import carried, located
from bacasable.services.assistant.engine.generation.wording import Model, Withheld, Worded, sources, worded

__all__ = [
    "CHECKS",
    "Checks",
    "Claim",
    "Model",
    "Prompt",
    "Withheld",
    "Worded",
    "carried",
    "claims",
    "injections",
    "located",
    "prompt",
    "prompts",
    "seen",
    "sources",
    "speaks_to_machines",
    "worded",
]
