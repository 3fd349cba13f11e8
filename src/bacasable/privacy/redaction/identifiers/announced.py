"""What words before a value, or a heading, announce."""

from typing import NamedTuple, Protocol

#: The type that words announce which name no type: "identifiant", "matricule".
ANY = "*"


class Announced(NamedTuple):
    """The type that a word announces (empty: something else than an identifier), and how many words
    before."""

    key: str
    words: int


class Announces(Protocol):
    """Words that announce types."""

    def announced(self, text: str, place: int) -> list[Announced]:
        """Return what the words before a place announce, the nearest first."""

    def afar(self, text: str, place: int, lowest: int, step: int) -> list[Announced]:
        """Return the types announced before a place and before others up to ``lowest``, each once."""
