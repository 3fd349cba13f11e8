"""A text as ASCII bytes, one byte a character, so that patterns are short, quick, and know no accents.

Offsets in the bytes are offsets in the text: every character has exactly one byte, ``?`` if it is none of
those that addresses are written with.
"""

import codecs
import unicodedata

#: Written as a letter that follows another: combining accents, soft hyphens, joiners.
MARK = 0x01

_LETTERS = "".join(chr(code) for code in range(0xC0, 0x100) if code not in (0xD7, 0xF7))
_OTHER_LETTERS = "ŒœŸŠšŽžČčĆćŁłŃńŚśĘęĄąŻżĞğİıŞşŐőŰűŘřĚě"
_SPACES = "\u00a0\u202f\u2009\u2007\u2003"
_DASHES = "\u2010\u2011\u2013\u2014\u2212"
_QUOTES = "\u2019\u2018\u00b4\u02bc\u2032"
_MARKS = "\u0300\u0301\u0302\u0303\u0308\u0327\u030c\u00ad\u200d"
_SIGNS = "°º«»•"
_PLAIN = dict(zip("ŁłŒœÆæØøßÐðÞþı°º«»•", 'LlOoAaOosDdTtioo""-', strict=True))


def _tables() -> tuple[object, bytes]:
    """Return the map from characters to bytes, and the table from these bytes to plain ASCII."""
    known = _LETTERS + _OTHER_LETTERS + _SPACES + _DASHES + _QUOTES + _MARKS + _SIGNS
    characters = "".join(map(chr, range(128))) + known.ljust(128, "\ufffe")
    plain = bytearray(range(128))
    for code in range(32):
        plain[code] = ord("\n") if code in (0x0A, 0x0B, 0x0C) else ord(" ")
    for character in known:
        if character in _SPACES:
            byte = ord(" ")
        elif character in _DASHES:
            byte = ord("-")
        elif character in _QUOTES:
            byte = ord("'")
        elif character in _MARKS:
            byte = MARK
        else:
            byte = ord(_PLAIN.get(character) or unicodedata.normalize("NFD", character)[0])
        plain.append(byte)
    return codecs.charmap_build(characters), bytes(plain.ljust(256, b"?"))


_MAP, _PLAIN_BYTES = _tables()


def cased(text: str) -> bytes:
    """Return ``text`` as ASCII, a byte a character: no accents, plain apostrophes, dashes and spaces."""
    return codecs.charmap_encode(text, "replace", _MAP)[0].translate(_PLAIN_BYTES)  # type: ignore[arg-type]
