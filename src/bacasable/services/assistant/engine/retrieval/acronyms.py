"""Acronyms: mined from texts that spell them out ("fichier central des chèques (FCC)"), and official ones.

A question says "FCC" where the sheet says "fichier central des chèques", or the other way round.
"""

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from bacasable.services.assistant.engine.retrieval.french import stems
from bacasable.services.assistant.engine.sheets import Sheet

_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿœŒ]+")
_AFTER = re.compile(r"\(\s*([A-Z][A-Za-z]{1,9})\s*\)")
_BEFORE = re.compile(r"\b([A-Z]{2,9})\s*\(([^()]{6,90})\)")
_STOPS = re.compile(r"[.;:!?()\n«»]")
_SMALL = frozenset("a au aux d de des du en et l la le les un une sur pour par dans".split())  # noqa: SIM905
#: How often a phrase whose initials do not spell the acronym must stand before it to be believed.
_REPEATED = 2


@lru_cache(maxsize=1 << 14)
def folded(text: str) -> str:
    """Return ``text`` without accents and case; said often of the same words, so remembered."""
    plain = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "oe"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()


def plain_words(text: str) -> str:
    """Return the words of ``text``, folded, one space between them."""
    return " ".join(folded(word) for word in _WORD.findall(text))


def mined(sheet: Sheet) -> Iterator[tuple[str, str, bool]]:
    """Yield ``(acronym, phrase, sure)`` of a sheet, the acronym in capitals and the phrase folded.

    ``sure`` where the initials of the phrase spell the acronym, or the source itself says what it means.
    """
    for short, long in sheet.acronyms:
        if long and len(short) > 1:
            yield short.upper(), plain_words(long), True
    for text in (sheet.title, sheet.text):
        for found in _AFTER.finditer(text):
            acronym = found[1]
            if sum(map(str.isupper, acronym)) < 2 and len(acronym) > 5:
                continue
            before = _STOPS.split(text[max(0, found.start() - 140) : found.start()])[-1]
            said = [folded(word) for word in _WORD.findall(before)]
            if phrase := _spelt(acronym, said):
                yield acronym.upper(), phrase, True
            elif acronym.isupper() and (phrase := _starting(acronym, said)):
                yield acronym, phrase, False
        for found in _BEFORE.finditer(text):
            said = [folded(word) for word in _WORD.findall(found[2])]
            if (phrase := _spelt(found[1], said)) and phrase == " ".join(said):
                yield found[1], phrase, True


def _spelt(acronym: str, said: list[str]) -> str:
    """Return the shortest end of ``said`` whose initials spell ``acronym``, small words aside."""
    letters = folded(acronym)
    for count in range(2, min(len(said), 10) + 1):
        phrase = said[-count:]
        if phrase[0] not in _SMALL and _spells(letters, phrase):
            return " ".join(phrase)
    return ""


def _spells(letters: str, phrase: list[str]) -> bool:
    if not letters:
        return all(word in _SMALL for word in phrase)
    if not phrase:
        return False
    first, rest = phrase[0], phrase[1:]
    if first[0] == letters[0] and _spells(letters[1:], rest):
        return True
    if len(first) > 3 and first[:2] == letters[:2] and _spells(letters[2:], rest):
        return True
    return first in _SMALL and _spells(letters, rest)


def _starting(acronym: str, said: list[str]) -> str:
    """Return the shortest end that starts as the acronym does and has a full word for each of its letters."""
    least = min(len(acronym), 3)
    full = 0
    for at in range(len(said) - 1, max(-1, len(said) - 9), -1):
        full += said[at] not in _SMALL
        if full >= least and said[at] not in _SMALL and said[at][0] == acronym[0].lower():
            return " ".join(said[at:])
    return ""


class Acronyms:
    """What acronyms mean in a set of sheets, the most frequent meanings first (two at most)."""

    def __init__(self, found: Iterable[tuple[str, str, bool, int]]) -> None:
        """Take ``(acronym, phrase, sure, how often)``; the official meanings are added."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        loose: dict[str, Counter[str]] = defaultdict(Counter)
        for acronym, phrase, sure, times in found:
            (counts if sure else loose)[acronym][phrase] += times
        for acronym in loose.keys() - counts.keys():
            often = {phrase: times for phrase, times in loose[acronym].items() if times >= _REPEATED}
            counts[acronym].update(often)
        meanings = {
            acronym: [phrase for phrase, _ in said.most_common(2)] for acronym, said in counts.items()
        }
        for acronym, phrases in official().items():
            known = meanings.setdefault(acronym, [])
            known.extend(phrase for phrase in phrases if phrase not in known)
        self._meanings = meanings
        self._spelt: dict[str, list[str]] = defaultdict(list)
        for acronym, known in meanings.items():
            for phrase in known:
                if len(stemmed := stems(phrase)) > 1:
                    self._spelt[f" {' '.join(stemmed)} "].append(acronym)

    def words(self) -> frozenset[str]:
        """Return the acronyms."""
        return frozenset(self._meanings)

    def meanings(self, question: str) -> list[tuple[str, list[str]]]:
        """Return the acronyms written in ``question`` and what each means.

        Written means in capitals, or in any case where the word is an acronym of three letters or more and
        the question has no capitals to tell them by.
        """
        loud = any(sign.isupper() for sign in question[1:])
        found = {}
        for word in _WORD.findall(question):
            known = self._meanings.get(word.upper())
            if known and (word.isupper() or (len(word) > 2 and not loud and word not in _SMALL)):
                found[word.upper()] = known
        return list(found.items())

    def spelt(self, question: list[str]) -> list[str]:
        """Return the acronyms whose meaning stands, stem by stem, in the stems of a question."""
        line = f" {' '.join(question)} "
        found = {acronym for phrase, said in self._spelt.items() if phrase in line for acronym in said}
        return sorted(found)


@cache
def official() -> Mapping[str, list[str]]:
    """Return the names that administrations use whether or not a text spells them out (``official.toml``)."""
    packed = files("bacasable.services.assistant.engine.retrieval").joinpath("official.toml")
    listed = tomllib.loads(packed.read_text("utf-8"))["acronyms"]
    return {acronym: [plain_words(phrase) for phrase in phrases] for acronym, phrases in listed.items()}
