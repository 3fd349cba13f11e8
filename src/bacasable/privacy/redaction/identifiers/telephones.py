"""Telephone numbers: French ones by their form, foreign ones, after + or 00, by their country's plan.

French numbering plan: ARCEP decision 2022-1583 (ten digits, 0 then 1 to 9; country codes 33, and overseas
262, 508, 590, 594, 596, 681, 687, 689).
"""

import re

from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.identifiers.numbering import IN_USE, POSSIBLE, standing
from bacasable.privacy.redaction.spans import Span

_SIGN = r"[ .\-/_\r\n\u00a0\u2007\u2009\u202f\u2010-\u2015\u00b7]"
_NATIONAL = re.compile(rf"[0Oo]{_SIGN}?[1-9Il|](?:{_SIGN}{{0,2}}[0-9OoIl|]){{8}}(?![0-9])")
_INTERNATIONAL = re.compile(
    rf"(?:33|262|590|594|596|508|681|687|689)\)?{_SIGN}{{0,2}}(?:\([0O]\){_SIGN}{{0,2}})?(?:[0O]{_SIGN}?)?"
    rf"[1-9l](?:{_SIGN}{{0,2}}[0-9OoIl]){{5,8}}(?![0-9])"
)
_FOREIGN = re.compile(rf"[1-9](?:{_SIGN}{{0,2}}\(?[0-9]\)?){{6,14}}(?![0-9])")
#: One more group of digits.
_LIST = re.compile(r"[ .\-/\u00a0\u202f]([0-9]{1,4})(?![0-9])")
_DATE = re.compile(r"[0-3]\d([./\- ])[01]\d\1(?:19|20)\d\d(?!\d)")
_GROUPS = re.compile(r"[0-9OoIl|]+")
#: How people group ten digits.
_USUAL = frozenset(
    tuple(map(int, sizes.split()))
    for sizes in (
        *("10", "2 2 2 2 2", "4 2 2 2", "4 3 3", "1 3 2 2 2", "1 3 3 3", "3 3 2 2", "2 8", "1 9", "2 4 4"),
        *(
            "3 3 4",
            "6 4",
            "5 5",
            "4 6",
            "2 2 2 4",
            "2 2 3 3",
            "2 3 3 2",
            "3 7",
            "2 4 2 2",
            "1 1 2 2 2 2",
            "1 1 1 1 1 1 1 1 1 1",
        ),
    )
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def telephone(
    text: str, start: int, word: str, end: int, contexts: Announcements, strict: bool, listed: bool
) -> Span | None:
    """Return the telephone number whose first digit is at ``start``, with its + or 00, or ``None``.

    ``listed``: groups of digits like its own stand right before, so that only a word makes this one a
    telephone.
    """
    plus = _prefix(text, start)
    if plus is not None:
        return _abroad(text, plus, start)
    if word.startswith("00"):
        skipped = start + 2
        while skipped < end and not text[skipped].isdecimal():
            skipped += 1
        announced = contexts.nearest(start)
        other = announced is not None and announced.words < 3 and announced.key in _ZEROS
        if other and not text.startswith("33", skipped):
            return None
        return _abroad(text, start, skipped)
    if word[0] != "0":
        return None
    match = _NATIONAL.match(text, start)
    if match is None or (text[start + 2] in "./- " and _DATE.match(text, start)):
        return None
    if _CODE_GOES_ON.match(text, match.end()):
        return None
    groups = _GROUPS.findall(match[0])
    sizes = tuple(map(len, groups))
    usual = sizes in _USUAL and not (4 in sizes and any(map(_YEAR.fullmatch, groups)))
    if strict:
        return (
            Span(*match.span(), "PHONE", 0.9)
            if usual and not listed and match[0].isascii() and not _letters(groups)
            else None
        )
    if not listed and len(groups) > 1 and (more := _LIST.match(text, match.end())):
        listed = len(more[1]) == len(groups[-1]) and not _NATIONAL.match(text, more.start(1))
    if len(groups) > 3 and usual and not listed:
        return Span(*match.span(), "PHONE", 0.97)
    announced = contexts.nearest(start)
    if announced is not None and announced.key == "PHONE" and announced.words < 8:
        return Span(*match.span(), "PHONE", 0.98)
    if not usual or listed or (len(groups) == 1 and groups[0][1] in "12345" and groups[0][2] == "0"):
        return None  # no area has such numbers
    used = len(groups) == 1 and _USED.search(text, max(0, start - _USED_REACH), start) is not None
    if announced is not None and announced.words < 4:
        if not announced.key and announced.words < 2:
            return None
        if announced.key in _OTHERS and not used and (announced.words < 2 or not _mobile(groups)):
            return None
        return Span(*match.span(), "PHONE", 0.6)
    if len(groups) == 1 and not used and not _mobile(groups):
        for named in contexts.far(start, match.end()):
            if named.key in _OTHERS and named.key != "INE":
                return None
            if named.key == "PHONE":
                break
    return Span(*match.span(), "PHONE", 0.85)


#: Ten digits that are no telephone, then a word, before this one: what is announced was that number.
_USED = re.compile(
    r"(?<![^\W_])(?:[1-9][0-9]|0[0-9]03|0[1-5]0)[0-9]{6,8}(?<=[0-9]{10})(?![^\W_])[^\n]*?[^\W\d_]{3}[^\n]*\Z"
)
_USED_REACH = 100


#: A letter right after the digits: a code, not a telephone.
_CODE_GOES_ON = re.compile(r"[A-Z](?![^\W\d_])")
#: Types whose numbers may have ten digits and begin with 0.
_OTHERS = frozenset(("RESIDENCE_PERMIT", "INE", "PATIENT", "HEALTH_INSURER", "FILE_NUMBER"))


#: Types whose numbers may begin with 00.
_ZEROS = _OTHERS | {"SPI", "CAF", "FT", "IBAN", "SIRET", "TAX_NOTICE", "ID_CARD", "DRIVING_LICENCE"}


def _mobile(groups: list[str]) -> bool:
    """Tell whether ten digits without blanks begin as those of a mobile telephone."""
    return groups[0].startswith(("06", "07"))


def _letters(groups: list[str]) -> bool:
    return not all(map(str.isdecimal, groups))


def _prefix(text: str, start: int) -> int | None:
    """Return where the + before the digits stands, or ``None``."""
    before = start - 1
    while before >= 0 and start - before < 4 and text[before] in " (\u00a0":
        before -= 1
    if before < 0 or text[before] != "+":
        return None
    return before - (before > 0 and text[before - 1] == "(" and ")" in text[start : start + 5])


def _abroad(text: str, start: int, digits: int) -> Span | None:
    """Return the number in international form, French or foreign."""
    if match := _INTERNATIONAL.match(text, digits):
        size = sum(map(len, _GROUPS.findall(match[0].replace("(0)", "").replace("(O)", ""))))
        code = 2 if match[0].startswith("33") else 3
        if code + 9 <= size <= code + 10 or (code == 3 and size == 9):
            return Span(start, match.end(), "PHONE", 0.98)
    match = _FOREIGN.match(text, digits)
    if match is None:
        return None
    zero = "(0)" in match[0]
    value = "".join(sign for sign in match[0].replace("(0)", "") if sign.isdecimal())
    kept = _standing_alone(match[0], value, zero)
    if kept:
        return Span(start, _end(text, digits, kept, zero), "PHONE", 0.95)
    if len(value) > 6 and standing(value) == POSSIBLE and "+" in text[start : start + 2]:
        end = match.end() - (match[0][-1] == ")" and "(" not in match[0])
        return Span(start, end, "PHONE", 0.7)
    return None


def _standing_alone(surface: str, value: str, zero: bool) -> int:
    """Return how many digits are a number in use: all, or those before groups that are of something else."""
    if standing(value) == IN_USE:
        return len(value)
    if zero:
        return 0
    size = len(value)
    for group in reversed(_GROUPS.findall(surface)[2:]):
        size -= len(group)
        if size < 8:
            break
        if standing(value[:size]) == IN_USE:
            return size
    return 0


def _end(text: str, start: int, digits: int, zero: bool) -> int:
    """Return where the given number of digits ends; a (0) does not count."""
    digits += zero
    while digits:
        digits -= text[start].isdecimal()
        start += 1
    return start + (start < len(text) and text[start] == ")" and "(" in text[start - 6 : start])
