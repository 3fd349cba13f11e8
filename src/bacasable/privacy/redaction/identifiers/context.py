"""Words that announce an identifier, looked for in the few characters before it."""

import codecs
import functools
import unicodedata
from collections.abc import Sequence
from typing import Any

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers.announced import ANY, Announced
from bacasable.privacy.redaction.identifiers.headings import Headings
from bacasable.privacy.redaction.types import Registry

#: Characters read before a candidate: "numéro de sécurité sociale de mon épouse décédée est le" is 57 long.
REACH = 72


def _plain_byte(code: int) -> int:
    """Return the byte that a character of Latin-1 is read as: its lower-case base letter, or itself."""
    base = unicodedata.normalize("NFKD", chr(code))[0].lower()
    return ord(base) if base.isascii() else code if code < 128 else ord(" ")


_TABLE = bytes(map(_plain_byte, range(256)))
_LIGATURES = {ord("’"): "'", ord("œ"): "o", ord("Œ"): "o", ord("‑"): "-", ord("–"): "-", ord("—"): "-"}
_LIGATURES |= dict.fromkeys(range(0x300, 0x370), "")  # accents written apart
#: The same, with a space for all that is no letter or digit.
WORDS_TABLE = bytes(code if chr(code).isalnum() else ord(" ") for code in _TABLE)

#: What a character is, for gates: a digit, a capital, a small letter, or a dash (also what is not Latin-1).
_SHAPES = bytes(
    ord("0")
    if 48 <= code < 58
    else ord("A")
    if 65 <= code < 91
    else ord("a")
    if 97 <= code < 123
    else ord("-")
    if chr(code) in "?\u00a0\u00b7"
    else code
    for code in range(256)
)


def fold(text: str) -> str:
    """Return the text in lower case without accents, ASCII; its length stays but where accents are written
    apart.

    By way of bytes: ten times as fast as a translation of the text.
    """
    plain = text.encode("latin-1", "replace")
    if b"?" in plain:
        plain = text.translate(_LIGATURES).encode("latin-1", "replace")
    return plain.translate(_TABLE).decode("ascii")


def _words(text: str) -> list[bytes]:
    return _plain(text).translate(WORDS_TABLE).split()


def _plain(text: str) -> bytes:
    plain = text.encode("latin-1", "replace")
    if b"?" in plain:
        plain = text.translate(_LIGATURES).encode("latin-1", "replace")
    return plain


def _read_sign(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for signs that are not Latin-1, one byte each; an accent written apart cannot."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    if any("\u0300" <= sign < "\u0370" for sign in signs):
        raise error
    return "".join([_LIGATURES.get(ord(sign), "?") for sign in signs]), error.end


codecs.register_error("bacasable-signs", _read_sign)


def _aligned(text: str) -> bytes | None:
    """Return the text in Latin-1, ligatures read; ``None`` where accents written apart would move the
    places."""
    try:
        return text.encode("latin-1", "bacasable-signs")
    except UnicodeEncodeError:
        return None


class Reading:
    """A text with what the recognisers look up in it, made once: each byte stands for a character."""

    __slots__ = ("_folded", "_plain", "_shape", "_words", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._plain: bytes | None = None
        self._folded: str | None = None
        self._words: bytes | None = None
        self._shape: bytes | None = None

    def folded(self, start: int, end: int) -> str:
        """Return ``fold(text[start:end])``."""
        if self._folded is None:
            plain = _aligned(self.text)
            # Empty: to be folded bit by bit, after all.
            self._folded = "" if plain is None else plain.translate(_TABLE).decode("ascii")
        return self._folded[start:end] if self._folded else fold(self.text[start:end])

    def words(self, start: int, end: int) -> list[bytes]:
        """Return the words of ``text[start:end]``, in lower case without accents."""
        if self._words is None:
            plain = _aligned(self.text)
            self._words = b"" if plain is None else plain.translate(WORDS_TABLE)
        return self._words[start:end].split() if self._words else _words(self.text[start:end])

    @property
    def shape(self) -> bytes:
        """The text with 0 for ASCII digits, A for capitals, a for small letters, - for what dashes may be."""
        if self._shape is None:
            self._shape = self.text.encode("latin-1", "replace").translate(_SHAPES)
        return self._shape


class Contexts:
    """The context words of a registry, ready to be looked for from the end of a text."""

    def __init__(self, registry: Registry) -> None:
        self._exact: dict[bytes, list[tuple[list[bytes], str]]] = {}
        self._stems: dict[bytes, list[tuple[bytes, list[bytes], str]]] = {}
        #: How last words of phrases begin: few enough to be asked about each word of a text.
        self._beginnings: set[bytes] = set()
        #: By word, the phrases that may end at it, the longest first; kept for the words seen.
        self._ends: dict[bytes, tuple[tuple[int, list[bytes], str], ...]] = {}
        #: The least confidence of each type that is looked for.
        self.least = {kind.key: kind.min_confidence for kind in registry.values() if kind.enabled}
        for word in registry.other_numbers:
            self._add(word, "")
        for word in registry.any_numbers:
            self._add(word, ANY)
        for kind in registry.values():
            for word in kind.context:
                self._add(word, kind.key)
        self.compiled = None if kernel.built is None else self._compiled(kernel.built.Contexts)

    def _add(self, phrase: str, key: str) -> None:
        words = _words(phrase)
        if not words:
            return
        *before, last = words
        self._beginnings.add(last[:3])
        if phrase.endswith("*") and len(last) >= 3:
            self._stems.setdefault(last[:3], []).append((last, before, key))
        else:
            self._exact.setdefault(last, []).append((before, key))

    def _compiled(self, contexts: Any) -> Any:
        """Return the same in C: ``find(text, start)`` returns what the words before a place announce."""
        keys = sorted(
            {key for phrases in self._exact.values() for _, key in phrases}
            | {key for phrases in self._stems.values() for _, _, key in phrases}
        )
        exact = [(last, before, key) for last, phrases in self._exact.items() for before, key in phrases]
        stems = [phrase for phrases in self._stems.values() for phrase in phrases]
        exact_phrases, stem_phrases = (
            [
                (b"".join(word + b" " for word in before), len(before), last, keys.index(key))
                for last, before, key in some
            ]
            for some in (exact, stems)
        )
        return contexts(WORDS_TABLE, exact_phrases, stem_phrases, tuple(keys), Announced)

    def find(self, words: Sequence[bytes], first: bool) -> list[Announced]:
        """Return what words announce, the last first; of several phrases that end at a word, the longest.

        ``first``: only the announcement nearest to the end.
        """
        found: list[Announced] = []
        beginnings = self._beginnings
        last = len(words) - 1
        for distance, word in enumerate(reversed(words)):
            if word[:3] not in beginnings:
                continue
            phrases = self._ends.get(word)
            if phrases is None:
                phrases = self._ending(word)
            if not phrases:
                continue
            place = last - distance
            for length, before, key in phrases:
                if not length or (length <= place and words[place - length : place] == before):
                    found.append(_announced(Announced, (key, distance)))
                    if first:
                        return found
                    break
        return found

    def announced(self, text: str, place: int) -> list[Announced]:
        """Return what the :data:`REACH` characters before a place announce, the nearest first."""
        if self.compiled is not None:
            return self.compiled.find(text, place)
        return self.find(_words(text[max(0, place - REACH) : place]), False)

    def afar(self, text: str, place: int, lowest: int, step: int) -> list[Announced]:
        """Return the types announced before a place and before those ``step`` by ``step`` nearer to
        ``lowest``, each once, as if six words before."""
        if self.compiled is not None:
            return self.compiled.afar(text, place, lowest, step)
        found: list[Announced] = []
        seen = set()
        while place > lowest:
            for entry in self.announced(text, place):
                if entry.key and entry.key not in seen:
                    seen.add(entry.key)
                    found.append(entry._replace(words=6))
            place -= step
        return found

    def _ending(self, word: bytes) -> tuple[tuple[int, list[bytes], str], ...]:
        """Return the phrases that may end at a word, the longest first, and remember them."""
        if len(self._ends) >= _REMEMBERED:
            self._ends.clear()
        phrases = [(len(before), before, key) for before, key in self._exact.get(word, ())]
        for stem, before, key in self._stems.get(word[:3], ()):
            if word.startswith(stem):
                phrases.append((len(before), before, key))
        phrases.sort(key=lambda phrase: -phrase[0])
        self._ends[word] = tuple(phrases)
        return self._ends[word]


#: Words of which a registry keeps what they announce: bounds memory.
_REMEMBERED = 20_000
_announced = tuple.__new__


#: What stands before a value that begins a line.
_ITEMS = " \n\t-•*–·"


class Announcements:
    """What words announce before places of one text; the last place asked for is remembered."""

    __slots__ = ("_contexts", "_found", "_nearest", "_reading", "_start", "_words", "headings")

    def __init__(self, contexts: Contexts, reading: Reading) -> None:
        self._contexts = contexts
        self._reading = reading
        self._start = -1
        self._words: list[bytes] = []
        self._nearest: Announced | None = None
        self._found: list[Announced] | None = None
        self.headings = Headings(contexts, reading.text)

    def before(self, start: int) -> Sequence[Announced]:
        """Return what the words before ``start`` announce, the nearest first.

        In a table, the heading of the column is the nearest.
        """
        if self.nearest(start) is None:
            return ()
        if self._found is None:
            self._found = self._contexts.find(self._words, False)
        return self._found

    def nearest(self, start: int) -> Announced | None:
        """Return what the nearest announcing word announces, or ``None``."""
        if start != self._start:
            self._start = start
            headings = self.headings
            named = headings.column(start) if headings.tabular else []
            if not named and (
                self._reading.text[start - 2 : start].strip(_ITEMS) == ""
                or self._reading.text[start - 1] == "\n"
            ):
                named = headings.labelled(start)
            if self._contexts.compiled is not None:
                self._found = self._contexts.compiled.find(self._reading.text, start)
                if named:
                    self._found = [*named, *self._found]
                self._nearest = self._found[0] if self._found else None
                return self._nearest
            self._words = self._reading.words(start - REACH if start > REACH else 0, start)
            if named:
                self._found = [*named, *self._contexts.find(self._words, False)]
                self._nearest = named[0]
                return self._nearest
            found = self._contexts.find(self._words, True)
            self._nearest = found[0] if found else None
            self._found = None
        return self._nearest

    def far(self, start: int, end: int, sure: bool = False) -> Sequence[Announced]:
        """Return what is announced from afar: headings, the paragraph, the words right after the value.

        Where a word right before says that the value is no identifier, only the words right after it.
        """
        nearest = self.nearest(start)
        if nearest is not None and not nearest.key and nearest.words < 3:
            return self.headings.after(end)
        return self.headings.far(start, end, sure)

    def beside(self, start: int, end: int) -> Sequence[Announced]:
        """Return what a heading above or the words right after a value announce."""
        return self.headings.column(start, loose=True) or self.headings.after(end)


def announcements(contexts: Contexts, reading: Reading) -> Announcements:
    """Return what words announce before places of a text, from the kernel where it was built."""
    if contexts.compiled is None:
        return Announcements(contexts, reading)
    made: Announcements = kernel.built.Announcing(contexts.compiled, reading.text)
    return made


@functools.lru_cache(maxsize=8)
def contexts_of(registry: Registry) -> Contexts:
    """Return the context words of a registry."""
    return Contexts(registry)
