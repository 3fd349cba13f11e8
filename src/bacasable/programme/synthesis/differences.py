"""What changed between two published versions, word by word; no Django here."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

#: Above this many words on one side, a text that changed is shown whole, before and after: comparing takes
#: time that grows with the product of the two lengths.
MOST_WORDS = 3000
#: So is one whose two sides have more pairs of equal words than this: few words repeated many times would
#: otherwise keep the server busy for minutes on a public page.
MOST_PAIRS = 100_000

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
        return _whole(old, new)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    head, tail = new[:start], new[len(new) - end :]
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    pieces = [
        Piece("same", "".join(head)),
        *(_whole(old, new) if _is_long(old, new) else _aligned(old, new)),
        Piece("same", "".join(tail)),
    ]
    return [piece for piece in pieces if piece.text]


def _common(old: list[str], new: list[str]) -> int:
    """Return how many words both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((i for i, (one, other) in pairs if one != other), min(len(old), len(new)))


def _is_long(old: list[str], new: list[str]) -> bool:
    counts = Counter(new)
    return sum(counts[word] for word in old) > MOST_PAIRS


def _whole(old: list[str], new: list[str]) -> list[Piece]:
    return [Piece("removed", "".join(old)), Piece("added", "".join(new))]


def _aligned(old: list[str], new: list[str]) -> list[Piece]:
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
