"""What is found in a text: where, of which type, how surely."""

from typing import NamedTuple, cast

from bacasable.privacy.redaction import kernel

#: A confidence that nothing has.
_NEVER = 2.0


class Span(NamedTuple):
    """A piece of personal data: ``text[start:end]`` (code points), its type, and a confidence from 0 to 1.

    ``type`` is a key of the registry (:mod:`bacasable.privacy.redaction.types`): PERSON, NIR, IBAN...
    """

    start: int
    end: int
    type: str
    confidence: float


def above(spans: list[Span], least: dict[str, float]) -> list[Span]:
    """Return the spans that are as sure as their type has to be; a type without a least is left out."""
    if kernel.built is not None:
        return cast("list[Span]", kernel.built.above(spans, least))
    return [span for span in spans if span[3] >= least.get(span[2], _NEVER)]
