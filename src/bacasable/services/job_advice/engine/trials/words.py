"""What is planted in words: claims that no trace makes, and a note that no prompt may hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

_TITLES = ("astronaut", "sommelier", "luthier", "notary", "shepherd", "lighthouse keeper", "sociologist")
_TOWNS = ("Zanzibar", "Quimper", "Wissembourg", "Yvetot", "Kourou", "Oyonnax")
_KINDS = ("number", "code", "address", "title", "town")
#: A note as an adviser may write it, of nobody.
NOTE = "Madame Exemple est enceinte et syndiquée."


def planted(number: int, lines: Sequence[str], dice: Random) -> tuple[str, str]:
    """Return a kind of claim and a sentence that makes it, which ``lines`` do not."""
    kind = _KINDS[number % len(_KINDS)]
    said = " ".join(lines)
    while (value := dice.randrange(100, 9999)) and str(value) in said:
        pass
    sentence = {
        "number": f"You have {value} skills.",
        "code": f"It is the job X{value}.",
        "address": f"Look at www.emploi{value}.fr.",
        "title": f"A job to look at: {dice.choice(_TITLES)}.",
        "town": f"It is at {dice.choice(_TOWNS)}.",
    }[kind]
    return kind, sentence


def with_a_note(asks: Callable[..., Any]) -> Callable[..., Any]:
    """Return what makes prompts as ``asks`` does, and adds what an adviser wrote: the fault to be seen."""

    def made(*given: Any, **named: Any) -> Any:
        asked = asks(*given, **named)
        last: Mapping[str, str] = asked.messages[-1]
        content = last["content"].replace("</phrases>", f"{NOTE}\n</phrases>")
        return replace(asked, messages=(*asked.messages[:-1], {**last, "content": content}))

    return made
