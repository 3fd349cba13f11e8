"""Nothing survives in a rephrased text that was not said from the trace: numbers, codes, addresses, titles.

Each sentence is held against what was said: every word of it must stand there, be of the same stem, or be
one of the plain words of ``plain.toml`` (to be, to have, and, because...). A title, a town or a certification
that the trace does not have is made of other words, and is struck. A sentence may say no less: one that says
"not" where nothing said so, or the reverse, is struck too.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:fr|com|org|net|eu|io)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:[  .,/:-]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:\d+)?|[^\W_]*\d[^\W_]*")
_STEM = 5


@dataclass(frozen=True)
class Checked:
    """``text`` holds the sentences that survived; ``struck`` the others, each with why (a stable code)."""

    text: str
    struck: tuple[tuple[str, str], ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was struck."""
        return bool(self.text) and not self.struck


def survives(text: str, said: Sequence[str]) -> Checked:
    """Return what of ``text`` may be shown: ``said`` are the sentences rendered from the trace, as read.

    Codes of what is struck: ``address``, ``number``, ``word``, ``denial``.
    """
    known = _Known(said)
    kept, struck = [], []
    for sentence in filter(None, (one.strip() for one in _SENTENCE.split(text))):
        why = known.fault(sentence)
        if why:
            struck.append((sentence, why))
        else:
            kept.append(sentence)
    return Checked(" ".join(kept), tuple(struck))


class _Known:
    """The numbers and words that were said, and by which sentences."""

    def __init__(self, said: Sequence[str]) -> None:
        self._lines = [(_words(line), denies(line)) for line in said]
        self._numbers = {_plain_number(one) for line in said for one in _NUMBER.findall(line)}
        self._words = {word for words, _ in self._lines for word in words}

    def fault(self, sentence: str) -> str:
        if _ADDRESS.search(sentence):
            return "address"
        if any(_plain_number(one) not in self._numbers for one in _NUMBER.findall(sentence)):
            return "number"
        words, plain = _words(sentence), _plain_words()
        if any(word not in self._words and word not in plain for word in words):
            return "word"
        # the line that it says again: the one that it shares most of its own words with
        own = words - plain
        nearest = max(self._lines, key=lambda line: len(own & line[0]), default=None)
        if own and nearest and denies(sentence) != nearest[1]:
            return "denial"
        return ""


@cache
def _lists() -> dict[str, list[str]]:
    read: dict[str, list[str]] = tomllib.loads(files(__package__).joinpath("plain.toml").read_text("utf-8"))
    return read


@cache
def _plain_words() -> frozenset[str]:
    return frozenset(word for text in _lists()["words"] for word in _words(text))


@cache
def _denials() -> frozenset[str]:
    return frozenset(_fold(word) for text in _lists()["denials"] for word in text.split())


def denies(sentence: str) -> bool:
    """Return whether a sentence says "not" or the reverse of much (*peu*, *difficile*, *loin*)."""
    return not _denials().isdisjoint(word.group() for word in _WORD.finditer(_fold(sentence)))


def _words(text: str) -> frozenset[str]:
    """Return the words of a text, folded; longer ones by their stem, codes and numbers whole."""
    return frozenset(_stems(match.group() for match in _WORD.finditer(_fold(text))))


def _stems(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        if word.isdigit():
            continue
        yield word if any(sign.isdigit() for sign in word) or len(word) <= _STEM else word[:_STEM]


def _plain_number(written: str) -> str:
    return re.sub(r"[  ]", "", written).replace(",", ".")


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
