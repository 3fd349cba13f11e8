"""The adversarial slice: the held-out letters, damaged as scanners, forms and people damage text.

Each damage maps every character of a letter to a piece of text, so the offsets of the gold spans follow. The
base is the first variant of every template; each kind of damage is applied to all of them, seeded.

    python benchmarks/redaction_adversary.py > adversarial.jsonl
"""

import json
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.redaction_texts import Text, texts

SEED = 7_919
#: Share of characters that a scanner misreads, among those that it can misread.
MISREAD = 0.04
_CONFUSED = {
    "O": "0",
    "0": "O",
    "o": "0",
    "l": "1",
    "1": "l",
    "I": "l",
    "S": "5",
    "5": "S",
    "B": "8",
    "8": "B",
}
_CONFUSED |= {"m": "rn", "é": "e", "è": "e", "e": "c", "u": "ii", "Z": "2", "G": "6", ".": ",", "'": " "}
_NUMBERS = {"NIR", "SPI", "SIREN", "SIRET", "IBAN", "CARD", "PHONE", "CAF", "FT", "ID_CARD", "VAT"}

Damage = Callable[[Text, random.Random], list[str]]


def scanned(text: Text, chance: random.Random) -> list[str]:
    """O for 0, l for 1, rn for m: what optical character recognition misreads."""
    return [_CONFUSED[c] if c in _CONFUSED and chance.random() < MISREAD else c for c in text.text]


def without_accents(text: Text, chance: random.Random) -> list[str]:
    """Lost accents and cedillas."""
    return [unicodedata.normalize("NFD", c)[0] for c in text.text]


def decomposed(text: Text, chance: random.Random) -> list[str]:
    """Letters and their accents apart (NFD), as some PDF readers and file systems give them."""
    return [unicodedata.normalize("NFD", c) for c in text.text]


def spaced_digits(text: Text, chance: random.Random) -> list[str]:
    """Each digit of an identifier in a box of its own."""
    pieces = list(text.text)
    for span in text.spans:
        if span.label in _NUMBERS:
            inside = [n for n in range(span.start, span.end) if text.text[n].isalnum()]
            for n in range(span.start, span.end):
                pieces[n] = "" if n not in inside else text.text[n] + (" " if n != inside[-1] else "")
    return pieces


def broken_lines(text: Text, chance: random.Random) -> list[str]:
    """A line break in place of one blank inside each span that has one."""
    pieces = list(text.text)
    for span in text.spans:
        blanks = [n for n in range(span.start, span.end) if text.text[n] == " "]
        if blanks:
            pieces[chance.choice(blanks)] = "\n"
    return pieces


def upper(text: Text, chance: random.Random) -> list[str]:
    """All capitals."""
    return [c.upper() for c in text.text]


def lower(text: Text, chance: random.Random) -> list[str]:
    """No capital."""
    return [c.lower() for c in text.text]


def loose_blanks(text: Text, chance: random.Random) -> list[str]:
    """Several blanks, tabs and blanks that do not break, where one blank was."""
    return [
        chance.choice(["  ", "   ", "\t", "\u00a0", "\u202f"]) if c == " " and chance.random() < 0.25 else c
        for c in text.text
    ]


def hyphenated(text: Text, chance: random.Random) -> list[str]:
    """Long words cut at the end of a line."""
    pieces = list(text.text)
    start = 0
    for end in range(len(text.text) + 1):
        if end == len(text.text) or not text.text[end].isalpha():
            if end - start >= 8 and chance.random() < 0.25:
                pieces[start + chance.randint(3, end - start - 4)] += "-\n"
            start = end + 1
    return pieces


DAMAGES: dict[str, Damage] = {
    damage.__name__: damage
    for damage in (
        scanned,
        without_accents,
        decomposed,
        spaced_digits,
        broken_lines,
        upper,
        lower,
        loose_blanks,
        hyphenated,
    )
}


def adversarial(seed: int = SEED) -> Iterator[tuple[str, Text]]:
    """Yield every kind of damage with every damaged letter; the kind `plain` is the letters as they were."""
    base = texts("letters_seventh", variants=1)
    for text in base:
        yield "plain", text
    for kind, damage in DAMAGES.items():
        for text in base:
            yield kind, _damaged(text, kind, damage(text, random.Random(f"{seed}/{kind}/{text.id}")))


def _damaged(text: Text, kind: str, pieces: list[str]) -> Text:
    places = [0]
    for piece in pieces:
        places.append(places[-1] + len(piece))
    spans = tuple(replace(span, start=places[span.start], end=places[span.end]) for span in text.spans)
    return Text(f"{text.id}-{kind}", text.template, "".join(pieces), spans)


if __name__ == "__main__":
    for kind, text in adversarial():
        print(json.dumps({"kind": kind, **asdict(text)}, ensure_ascii=False))
