"""What changed between two published versions, word by word; no Django here."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

#: Above this many words on one side, a text that changed is shown whole, before and after: comparing takes
#: time that grows with the product of the two lengths.
MOST_WORDS = 3000

_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True)
class Piece:
    """A run of text that stayed, was added or was removed."""

    kind: Literal["same", "added", "removed"]
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """Return ``after`` as pieces, with what ``before`` had and lost; joined, both can be read back."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS and before != after:
        return [Piece("removed", before), Piece("added", after)]
    pieces = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(Piece("same", "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece("removed", "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece("added", "".join(new[new_from:new_to])))
    return pieces


@dataclass(frozen=True)
class Change:
    """A part of a publication that changed: ``key`` names the part, ``heading`` is a person's own words."""

    key: str
    heading: str
    pieces: list[Piece]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Return what differs between two frozen contents, part by part, in the order of the newer one."""
    found = []
    for (key, heading), old, new in _pairs(_parts(before), _parts(after)):
        if old != new:
            found.append(Change(key, heading, compare(old, new)))
    return found


Parts = dict[str, tuple[str, str, str]]


def _parts(content: dict[str, Any]) -> Parts:
    """Return ``{identity: (key, heading, text)}``: everything that an erratum may change."""
    parts: Parts = {
        "title": ("title", "", content["title"]),
        "summary": ("summary", "", content["summary"]),
        "theme": ("theme", "", content["theme"]),
        "sector": ("sector", "", content["sector"]),
        "keywords": ("keywords", "", ", ".join(content["keywords"])),
    }
    for passage in content["passages"]:
        text = f"{passage['heading']}\n\n{passage['body']}"
        parts[f"passage {passage['id']}"] = ("passage", passage["heading"], text)
        for reply in passage["replies"]:
            parts[f"reply {reply['id']}"] = ("reply", passage["heading"], _reply(reply))
    for reply in content["replies"]:
        parts[f"reply {reply['id']}"] = ("reply", "", _reply(reply))
    for name, text in (content["foresight"] or {}).items():
        parts[f"foresight {name}"] = (f"foresight_{name}", "", text)
    return parts


def _reply(reply: dict[str, Any]) -> str:
    return "\n\n".join(filter(None, (reply["text"], reply["response"])))


def _pairs(before: Parts, after: Parts) -> list[tuple[tuple[str, str], str, str]]:
    pairs = [
        ((key, heading), before[identity][2] if identity in before else "", text)
        for identity, (key, heading, text) in after.items()
    ]
    gone = [
        ((key, heading), text, "")
        for identity, (key, heading, text) in before.items()
        if identity not in after
    ]
    return pairs + gone
