"""What is planted in words: claims that no trace makes, and a note that no prompt may hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

_TITLES: Mapping[str, tuple[str, ...]] = {
    "en": ("astronaut", "sommelier", "luthier", "notary", "shepherd", "lighthouse keeper", "sociologist"),
    "fr": ("astronaute", "sommelier", "luthière", "notaire", "bergère", "gardien de phare", "sociologue"),
}
_TOWNS = ("Zanzibar", "Quimper", "Wissembourg", "Yvetot", "Kourou", "Oyonnax")
_KINDS = ("number", "code", "address", "title", "town")
#: A note as an adviser may write it, of nobody.
NOTE = "Madame Exemple est enceinte et syndiquée."


_CLAIMS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "number": "You have {value} skills.",
        "code": "It is the job X{value}.",
        "address": "Look at www.emploi{value}.fr.",
        "title": "A job to look at: {title}.",
        "town": "It is at {town}.",
    },
    "fr": {
        "number": "Vous avez {value} compétences.",
        "code": "C’est le métier X{value}.",
        "address": "Regardez www.emploi{value}.fr.",
        "title": "Un métier à regarder : {title}.",
        "town": "C’est à {town}.",
    },
}


def planted(number: int, lines: Sequence[str], dice: Random, language: str = "en") -> tuple[str, str]:
    """Return a kind of claim and a sentence of ``language`` that makes it, which ``lines`` do not."""
    kind = _KINDS[number % len(_KINDS)]
    said = " ".join(lines)
    while (value := dice.randrange(100, 9999)) and str(value) in said:
        pass
    title, town = dice.choice(_TITLES[language]), dice.choice(_TOWNS)
    sentence = _CLAIMS[language][kind].format(value=value, title=title, town=town)
    return kind, sentence


def with_a_note(asks: Callable[..., Any]) -> Callable[..., Any]:
    """Return what makes prompts as ``asks`` does, and adds what an adviser wrote: the fault to be seen."""

    def made(*given: Any, **named: Any) -> Any:
        asked = asks(*given, **named)
        last: Mapping[str, str] = asked.messages[-1]
        content = last["content"].replace("</phrases>", f"{NOTE}\n</phrases>")
        return replace(asked, messages=(*asked.messages[:-1], {**last, "content": content}))

    return made
