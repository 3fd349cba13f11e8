"""What a question is searched by: stems with weights, spelling mended, acronyms and their meanings added."""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from bacasable.services.assistant.engine.retrieval.acronyms import Acronyms, mined
from bacasable.services.assistant.engine.retrieval.french import stems, words
from bacasable.services.assistant.engine.sheets import Passage, Sheet

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval.embedder import Embedder, Vectors

Terms = dict[str, float]

#: How much a word of the title counts beside one of the text.
TITLE_WEIGHT = 2.0
#: How much a word counts that the question does not say: what an acronym means, a mended word, another name.
_MEANT = 0.5
_MENDED = 0.8
_NAMED = 0.2
#: The most stems and characters of a question that are looked up; a pasted letter is longer.
_MOST_STEMS = 48
_MOST_SIGNS = 1500
#: The most characters of a passage. Shorter ones were not found better once words and titles count too.
LONGEST = 900
#: How much of its summary or text stands for the title of a sheet that has none.
_UNTITLED = 200
#: How much of its text, beside its summary, is searched as the title of such a sheet.
_OPENING = 300
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def everything(sheet: Sheet, passage: Passage) -> str:
    """Return what the words of a passage are: its headings and its text."""
    return "\n".join((*passage.path, sheet.text[passage.start : passage.end]))


def has_title(sheet: Sheet) -> bool:
    """Say whether the title says anything: one that is empty, signs alone or the sheet's id does not."""
    return sheet.title.strip() != sheet.id and any(sign.isalnum() for sign in sheet.title)


def headline(sheet: Sheet) -> str:
    """Return what is searched as a title's words: the title, or how a sheet without one begins."""
    if has_title(sheet):
        return sheet.title
    begun = sheet.text[:_OPENING]
    return begun if sheet.summary[:_OPENING] in begun else f"{sheet.summary}\n{begun}"


def titled(sheet: Sheet) -> str:
    """Return what is embedded of a sheet's title: a question as questions are, its own acronyms spelt out."""
    meanings = Acronyms((short, phrase, sure, 1) for short, phrase, sure in mined(sheet))
    title = sheet.title.strip() if has_title(sheet) else (sheet.summary or sheet.text)[:_UNTITLED]
    return spelt_out(title, meanings).lower()


def spelt_out(text: str, acronyms: Acronyms) -> str:
    """Return ``text`` with its acronyms put as what they mean."""
    for acronym, phrases in acronyms.meanings(text):
        text = re.sub(rf"(?i)\b{re.escape(acronym)}\b", phrases[-1], text)
    return text


def embedded(sheet: Sheet, passage: Passage) -> str:
    """Return what is embedded for a passage: the title, the innermost heading, the text."""
    title = sheet.title if has_title(sheet) else ""
    return "\n".join((title, *passage.path[-1:], sheet.text[passage.start : passage.end]))


def vectors_of(
    sheet: Sheet, passages: Sequence[Passage], embedder: "Embedder", known: "Vectors | None" = None
) -> "Vectors":
    """Return the vectors of a sheet: its title as a question, then one per passage.

    ``known`` are the first of them, computed before.
    """
    import numpy as np

    done = embedder.queries([titled(sheet)]) if known is None else known
    texts = [embedded(sheet, passage) for passage in passages[len(done) - 1 :]]
    return np.concatenate((done, embedder.passages(texts)))


@dataclass(frozen=True)
class Question:
    """A question as it is searched. ``frequency`` says in how many sheets a stem stands."""

    text: str
    acronyms: Acronyms
    frequency: Callable[[str], int]

    @cached_property
    def mended(self) -> str:
        """The question with words that no sheet has replaced by one at one slip of the hand, if there is."""
        said = self.text[:_MOST_SIGNS]
        for word in dict.fromkeys(words(said)):
            if len(word) > 3 and word.isalpha() and (right := self._right(word)):
                said = re.sub(rf"(?i)\b{_loosely(word)}\b", right, said)
        return said

    def _right(self, word: str) -> str:
        stemmed = stems(word)
        if not stemmed or self.frequency(stemmed[0]):
            return ""
        best, often = "", 0
        for candidate in dict.fromkeys(_one_slip(word)):
            found = stems(candidate)
            if len(found) == 1 and (count := self.frequency(found[0])) > often:
                best, often = candidate, count
        return best

    @cached_property
    def terms(self) -> Terms:
        """The stems to look up and how much each counts."""
        said = stems(self.text[:_MOST_SIGNS])
        found = dict.fromkeys(said, 1.0)
        right = stems(self.mended)
        for stem in right:
            found.setdefault(stem, _MENDED)
        for _, phrases in self.acronyms.meanings(self.mended):
            for stem in stems(" ".join(phrases)):
                found.setdefault(stem, _MEANT)
        for acronym in self.acronyms.spelt(right):
            for stem in stems(acronym):
                found.setdefault(stem, _MEANT)
        for stem in other_names(right):
            found.setdefault(stem, _NAMED)
        if len(found) > _MOST_STEMS:  # of a long text, the words that few sheets have
            rare = sorted(found, key=lambda stem: (self.frequency(stem) or 1 << 30, stem))
            found = {stem: found[stem] for stem in rare[:_MOST_STEMS]}
        return found

    @cached_property
    def wording(self) -> str:
        """What is embedded: small letters, acronyms put as what they mean, as in :func:`titled`."""
        return spelt_out(self.mended, self.acronyms).lower()


@cache
def _everyday() -> list[list[tuple[str, ...]]]:
    packed = files("bacasable.services.assistant.engine.retrieval").joinpath("everyday.toml")
    return [
        [tuple(stems(name)) for name in group] for group in tomllib.loads(packed.read_text("utf-8"))["groups"]
    ]


def other_names(question: Sequence[str]) -> list[str]:
    """Return the stems of other names of what a question names (``everyday.toml``)."""
    line = f" {' '.join(question)} "
    found: dict[str, None] = {}
    for group in _everyday():
        said = [name for name in group if f" {' '.join(name)} " in line]
        for name in group if said else ():
            found.update(dict.fromkeys(name))
    return [stem for stem in found if stem not in question]


_ACCENTED = {"a": "aàâä", "c": "cç", "e": "eéèêë", "i": "iîï", "o": "oôö", "u": "uùûü", "y": "yÿ"}


def _loosely(word: str) -> str:
    """Return a pattern of a folded word as it may be written, with its accents."""
    return "".join(f"[{_ACCENTED[sign]}]" if sign in _ACCENTED else sign for sign in word)


def _one_slip(word: str) -> Iterator[str]:
    """Yield the words at one letter more, less, other, or two swapped."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            if after:
                yield before + letter + after[1:]
            yield before + letter + after
