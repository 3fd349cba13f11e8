"""Letters, digits, blanks and hyphens of unusual kinds, read as the plain ones that they stand for.

Full-width and mathematical letters and digits, Arabic digits, hyphens and minus signs, thin blanks: each is
one sign for one, so places stay. Signs without width (U+200B, a soft hyphen) are left out, with a map of the
places. Most texts hold none of these and pass as they are.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.spans import Span

#: One sign for one: blanks that do not break, hyphens; dashes of a sentence stay.
_PLAIN = {
    **dict.fromkeys("\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", "\u00a0"),
    **dict.fromkeys("\u2010\u2011\u2212\u2043\ufe63\uff0d", "-"),
}
_WIDTHLESS = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
#: At least one of these is where full-width letters hide a number or an address.
_WIDE = "０１２３４５６７８９＠"
_ARABIC = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
_UNUSUAL = re.compile(
    f"[{_WIDTHLESS}{_ARABIC}\uff01-\uff5e\U0001d400-\U0001d7ff\U0001fbf0-\U0001fbf9\u2460-\u24e9]"
)
_RANGES = (_WIDE, _ARABIC)
#: Bytes of a character in a string that holds some beyond U+FFFF, and what a string takes besides.
_ASTRAL = 4


def written(text: str) -> tuple[str, Sequence[int] | None]:
    """Return the text in plain signs, and where each of them stood in it (``None``: where it stands now)."""
    if text.isascii():
        return text, None
    if _is_usual(text) if kernel.built is None else kernel.built.is_usual(text):
        return text, None
    for sign, plain in _PLAIN.items():
        if sign in text:
            text = text.replace(sign, plain)
    if sys.getsizeof(text) < _ASTRAL * len(text) and not any(
        sign in text for signs in (_WIDTHLESS, *_RANGES) for sign in signs
    ):
        return text, None
    return _respelled(text) if _UNUSUAL.search(text) else (text, None)


def _is_usual(text: str) -> bool:
    """Say whether a text holds only the signs of Latin-1 or of Windows, but no soft hyphen."""
    return "\u00ad" not in text and (_fits(text, "latin-1") or _fits(text, "cp1252"))


def _fits(text: str, code: str) -> bool:
    """Say whether a text holds only signs of a code, all of them usual: a quick answer for most texts."""
    try:
        text.encode(code)
    except UnicodeEncodeError:
        return False
    return True


def _respelled(text: str) -> tuple[str, Sequence[int] | None]:
    signs = list(text)
    removed = False
    for match in _UNUSUAL.finditer(text):
        place, sign = match.start(), match[0]
        if sign in _WIDTHLESS:
            removed = True
            signs[place] = ""
        elif (digit := unicodedata.decimal(sign, None)) is not None:
            signs[place] = str(digit)
        elif len(plain := unicodedata.normalize("NFKC", sign)) == 1:
            signs[place] = plain
    if not removed:
        return "".join(signs), None
    return "".join(signs), [place for place, sign in enumerate(signs) if sign]


def moved_back(spans: list[Span], places: Sequence[int]) -> list[Span]:
    """Return spans with their places in the text as it was given."""
    return [span._replace(start=places[span.start], end=places[span.end - 1] + 1) for span in spans]
