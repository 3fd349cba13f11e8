"""What is found in a text: where, of which type, how surely."""

from typing import NamedTuple


class Span(NamedTuple):
    """A piece of personal data: ``text[start:end]`` (code points), its type, and a confidence from 0 to 1.

    ``type`` is a key of the registry (:mod:`bacasable.privacy.redaction.types`): PERSON, NIR, IBAN...
    """

    start: int
    end: int
    type: str
    confidence: float
