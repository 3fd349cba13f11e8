"""An answer worded by a model from passages that were found, verified sentence by sentence."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bacasable.services.assistant.engine.generation.checks import CHECKS, Checks
from bacasable.services.assistant.engine.generation.claims import claims
from bacasable.services.assistant.engine.generation.instructions import seen
from bacasable.services.assistant.engine.generation.prompts import prompt
from bacasable.services.assistant.engine.sheets import Hit

#: Sentences of an answer, and claims read before the model is no longer listened to.
MOST_SENTENCES, MOST_CLAIMS = 6, 24
#: Tokens that are asked for at most: six sentences with their extracts.
LONGEST = 1_200


class Model(Protocol):
    """What words an answer (``exchange.models.Endpoint`` is one)."""

    def chat(self, messages: Sequence[Mapping[str, str]], *, longest: int = 1024) -> Iterator[str]:
        """Yield the answer as it comes; ``Refused`` where there is none, or it breaks off."""


@dataclass(frozen=True)
class Worded:
    """A sentence that ``hits[source].sheet.text[start:end]`` carries."""

    sentence: str
    source: int
    start: int
    end: int


@dataclass(frozen=True)
class Withheld:
    """A claim that was not kept, and why (see :func:`.support.carried`; ``form``: no claim at all)."""

    why: str


def worded(
    question: str, hits: Sequence[Hit], model: Model, *, situation: str = "", checks: Checks = CHECKS
) -> Iterator[Worded | Withheld]:
    """Ask ``model``, and yield what passes and what does not as the answer comes.

    ``question`` and ``situation`` (options that the agent chose) are sent as given: hide before.

    Raises:
        Refused: from the model, whenever it happens; what was yielded before stands.
    """
    asked = prompt("answer")
    nonce = secrets.token_hex(4)
    messages = asked.messages(
        nonce=nonce,
        most=MOST_SENTENCES,
        sources=sources(hits, nonce, checks),
        question=seen(question),
        situation=f"Situation : {situation}" if situation else "",
    )
    said: set[str] = set()
    for number, claim in enumerate(claims(model.chat(messages, longest=LONGEST))):
        if number >= MOST_CLAIMS or len(said) >= MOST_SENTENCES:
            return
        if claim is None:
            yield Withheld("form")
        elif not claim.sentence and not claim.source:
            return
        elif claim.sentence not in said:
            place = checks.carried(claim, hits, checks.for_machines)
            if isinstance(place, str):
                yield Withheld(place)
            else:
                said.add(claim.sentence)
                yield Worded(claim.sentence, *place)


def sources(hits: Iterable[Hit], nonce: str, checks: Checks = CHECKS) -> str:
    """Return passages as a model reads them, between marks that no document can know.

    Of a passage that speaks to machines only the number is left.
    """
    return "\n".join(
        f'<source-{nonce} n="{number}">\n{_for_people(hit, checks)}\n</source-{nonce}>'
        for number, hit in enumerate(hits, 1)
    )


def _for_people(hit: Hit, checks: Checks) -> str:
    names = " > ".join((hit.sheet.title, *hit.passage.path))
    dated = f" ({hit.sheet.dated:%d/%m/%Y})" if hit.sheet.dated else ""
    text = f"{names}{dated}\n{hit.text}"
    return "" if checks.for_machines(text) else seen(text)
