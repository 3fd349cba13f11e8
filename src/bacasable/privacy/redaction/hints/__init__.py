"""Hints of special categories of data (GDPR, articles 9 and 10), from a list of words kept in
``lexicon.toml``.

A hint says that a passage may tell something about somebody's health, beliefs, record... It says nothing of
whom,
nor whether it is true: its confidence is low on purpose.
"""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import Registry

#: No list of words proves anything.
CONFIDENCE = 0.3

#: Endings that "*" stands for: gender and number.
_ENDINGS = ("", "s", "e", "es", "x")

#: Words are looked up by as many at once: bounds memory on a long text.
_PIECE = 200_000


def _plain_byte(code: int) -> int:
    """Return the byte that a character of Latin-1 is compared as: its lower-case base letter, a digit, a
    space."""
    base = unicodedata.normalize("NFD", chr(code))[0].lower()
    return ord(base) if base.isascii() and base.isalnum() else ord(" ")


#: One byte a character, so that places in the bytes are places in the text.
_TABLE = bytes(map(_plain_byte, range(256)))
_SPACE = ord(" ")


def hints(text: str, registry: Registry) -> list[Span]:
    """Return the words that hint at a special category, sorted, not overlapping; the longest at each place.

    Confidence is 0.3. Types that the registry does not hold or does not enable are not looked for.
    """
    places: list[int] | None = None
    if not text.isascii() and (cleaned := _without_accents_apart(text)) is not None:
        text, places = cleaned
    kept = _found(text, registry) if kernel.built is None else _found_compiled(text, registry)
    if places is not None:
        kept = [span._replace(start=places[span.start], end=places[span.end - 1] + 1) for span in kept]
    return kept


def _found(text: str, registry: Registry) -> list[Span]:
    """Return the hints of a text without combining accents."""
    lexicon = _lexicon()
    known = lexicon.keys()
    plain = text.encode("latin-1", "replace").translate(_TABLE)
    found: list[Span] = []
    for start, piece in _pieces(plain):
        words = piece.split()
        if known.isdisjoint(words):
            continue
        for word in known & set(words):
            for key, pattern in lexicon[word]:
                kind = registry.get(key)
                if kind is None or not kind.enabled:
                    continue
                for match in _compiled(pattern).finditer(piece):
                    # Not in the pattern: it would lose the fast search of its first letters.
                    if not match.start() or piece[match.start() - 1] == _SPACE:
                        found.append(Span(start + match.start(), start + match.end(), key, CONFIDENCE))
    found.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _found_compiled(text: str, registry: Registry) -> list[Span]:
    """Do what :func:`_found` does, in C."""
    keys, compiled = _kernel_lexicon()
    enabled = _enabled(registry)
    return [Span(start, end, keys[key], CONFIDENCE) for start, end, key in compiled.find(text, enabled)]


@functools.lru_cache(maxsize=8)
def _enabled(registry: Registry) -> bytes:
    """Return which types of hints are looked for: a byte for each."""
    return bytes(kind is not None and kind.enabled for kind in map(registry.get, _kernel_lexicon()[0]))


@functools.cache
def _kernel_lexicon() -> tuple[list[str], Any]:
    """Return the types of hints, and the lexicon for the kernel."""
    keys: list[str] = []
    entries = []
    for key, forms in _entries():
        if key not in keys:
            keys.append(key)
        first, *rest = forms
        entries.append((first, b"".join(b" " + word for word in rest), keys.index(key)))
    firsts = dict.fromkeys(first for first, _, _ in entries)
    return keys, kernel.built.Hints(_TABLE, b"\n".join(firsts), entries)


@functools.cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    """Return a pattern of the lexicon, compiled when first needed: there are more than ``re`` keeps."""
    return re.compile(pattern)


def _without_accents_apart(text: str) -> tuple[str, list[int]] | None:
    """Return the text without combining accents, and where each character was; ``None`` where there is
    none."""
    for accent in "\u0300\u0301\u0302\u0308\u0327":
        if accent in text:
            break
    else:
        return None
    places = [place for place, sign in enumerate(text) if not "\u0300" <= sign <= "\u036f"]
    return "".join([text[place] for place in places]), places


def _pieces(plain: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    while len(plain) - start > _PIECE:
        end = plain.rfind(b" ", start, start + _PIECE) + 1 or start + _PIECE
        yield start, plain[start:end]
        start = end
    yield start, plain[start:]


def _entries() -> Iterator[tuple[str, list[bytes]]]:
    """Yield the words of each form of each entry, with its type."""
    source = resources.files(__package__).joinpath("lexicon.toml")
    for key, table in tomllib.loads(source.read_text(encoding="utf-8")).items():
        for entry in table["words"]:
            words = entry.rstrip("*").encode("latin-1").translate(_TABLE).split()
            if not words:
                raise Refused(f"hints/lexicon.toml: {key}: an entry has no letter")
            for ending in _ENDINGS if entry.endswith("*") else ("",):
                yield key, [*words[:-1], words[-1] + ending.encode()]


@functools.lru_cache(maxsize=1)
def _lexicon() -> Mapping[bytes, list[tuple[str, bytes]]]:
    """Return, by the word that triggers them (the longest of each entry), the type and the pattern of
    entries."""
    lexicon: dict[bytes, list[tuple[str, bytes]]] = {}
    for key, forms in _entries():
        pattern = rb" {1,3}".join(forms) + rb"(?![a-z0-9])"
        lexicon.setdefault(max(forms, key=len), []).append((key, pattern))
    return lexicon
