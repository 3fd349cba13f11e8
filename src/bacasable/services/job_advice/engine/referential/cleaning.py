"""Control characters that archives hold in the middle of their words: read as what they stood for.

Seen in the official ones: lines broken inside a title; letters of cp1252 in UTF-8 ("gros \\x9cuvre");
in capitals, the second byte of a letter of UTF-8, after that letter ("V\\xca\\x8aTEMENT") or in its place
("SYST\\x88ME").
"""

import re

import polars as pl

_CONTROL = r"[\x00-\x1f\x7f-\x9f]"
_SECOND_BYTE = re.compile("(.?)([\x80-\x9f])(?=(.?))", re.DOTALL)
_OTHER = re.compile(r"[\s\x00-\x1f\x7f]+")
#: From the second byte of a letter of UTF-8 whose first is C3 to the letter.
_TO_LETTER = 0x40
#: What cp1252 puts there and French words have; its other letters stand for those of UTF-8.
_CP1252 = "œŒ’Ÿ"


def cleaned(values: pl.Series) -> pl.Series:
    """Return texts without control characters; those that have none are untouched."""
    dirty = values.str.contains(_CONTROL).fill_null(value=False)
    if not dirty.any():
        return values
    made = [_cleaned(text) if is_dirty else text for text, is_dirty in zip(values, dirty, strict=True)]
    return pl.Series(values.name, made, dtype=pl.String)


def _cleaned(text: str) -> str:
    text = _SECOND_BYTE.sub(_letter, text).replace("’'", "'")
    return _OTHER.sub(" ", text).strip()


def _letter(found: re.Match[str]) -> str:
    before, byte, after = found.groups()
    letter = chr(ord(byte) + _TO_LETTER)
    if before == letter:
        return before
    try:
        meant = byte.encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        meant = " "
    if meant in _CP1252:
        return before + meant
    in_a_word = before.isalpha() and after.isalpha()
    return before + (letter if in_a_word else " ")
