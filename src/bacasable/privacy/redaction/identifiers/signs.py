"""Where identifiers and dates may be: the patterns that a text is searched with, before anything is read.

The kernel in C finds what these patterns find, all in one pass; where it was not built, each is searched in
turn.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers.runs import RUN

#: Signs between the numbers of a date, with blanks.
GAP = r"[ \u00a0\u202f\u2009\t]"
#: Between the parts of a date in words.
BETWEEN = rf"{GAP}{{1,3}}|{GAP}?[-\n]{GAP}?|\r\n"
#: Between the groups of a plate.
DASH = r"[ \-\u2010-\u2015\u00a0.·]{0,3}"

#: A letter that touches a digit: where a code of letters and digits is looked at.
_LETTER_DIGIT = re.compile(r"[A-Z][0-9]")
_DIGIT_LETTER = re.compile(r"[0-9][A-Za-z]")
#: Not three digits after a digit, for a plate has three.
_PLATE = re.compile(rf"[0-9](?:(?<![0-9][0-9])[0-9]{{2}}{DASH}|[0-9OIl]{{0,2}}-)[A-Za-z]{{2}}(?![A-Za-z0-9])")
_OLD_PLATE = re.compile(r"[0-9][ \-\u00a0]?[A-Za-z]{2,3}[ \-\u00a0]?(?:[0-9]{2}|2[ABab])")
_HARDWARE = re.compile(r"[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-]|\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}")
_VERSION6 = re.compile(r":(?::|[0-9A-Fa-f]{1,4}:)")
_VERSION4 = re.compile(r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]")
_SPELLED_OUT = (" at ", "robas", "at)", "at]", "(a)", "[a]", "ROBAS", "AT)")
#: An @ spelled out; read only in a text that holds one of those above.
SPOKEN_AT = r"(?:[ ]?[\[({<][ ]?(?:at|arobase|arobas|chez|a)[ ]?[\])}>][ ]?|[ ](?:at|arobase|arobas)[ ])"
_SPOKEN = re.compile(rf"(?<=[\w.+\-])(?={SPOKEN_AT})", re.IGNORECASE)
_WEB = ("://", "www.", "WWW.")
#: A full stop inside of a word, as in a web address without "www".
_DOTTED = re.compile(r"(?<=[A-Za-z0-9])\.(?=[A-Za-z]{2})")

#: The last digit of a day, where the rest may be a month in words (no group) or in numbers (group 1). What
#: follows the digit is asked first: most digits are followed by a digit.
_DATE = re.compile(
    rf"[0-9O](?=[ \u00a0\u202f\u2009\t/.\-\u2010-\u2013\n\reEᵉjJfFmMaAsSoOnNdD])(?:"
    rf"(?=(?:[eE][rR]|{GAP}(?:er|ER)|ᵉʳ)?+{GAP}{{0,3}}+(?:[-\n]{GAP}?+|\r\n)?+(?:[jJ][aAuU]|[fFsSdD][eEéÉ]|[mM][aA]|[aA][oOvV]|[oO][cC]|[nN][oO])"
    rf"[nNlLiIvVrRuUpPtTcC\u0080-\uffff])"
    rf"|(?<=[0-9])(?={GAP}?[/.\-\u2010-\u2013]{GAP}?[0-9]{{1,2}}{GAP}?[/.\-\u2010-\u2013]{GAP}?[0-9]{{2}}"
    rf"|{GAP}[0-9]{{1,2}}{GAP}[12][0-9]{{3}}(?![0-9]))())"
)
_MISREAD = re.compile(r"[/.][0-9OoIl]{2}[/.][12Il][0-9OoIl]{3}(?!\w)")


class Signs(NamedTuple):
    """Where to look for identifiers: bounds of runs of digits, starts of the other signs, and whether there
    is an @, a web address."""

    runs: Iterable[tuple[int, int]]
    letter_digit: Iterable[int]
    digit_letter: Iterable[int]
    plates: Iterable[int]
    old_plates: Iterable[int]
    hardware: Iterable[int]
    version6: Iterable[int]
    version4: Iterable[int]
    spoken: Iterable[int]
    dotted: Iterable[int]
    at: bool
    web: bool


class DateSigns(NamedTuple):
    """Where to look for dates, from the last digit of a day or year: in numbers, in words; and misread."""

    numeric: Iterable[int]
    written: Iterable[int]
    misread: Iterable[int]


def identifier_signs(text: str) -> Signs:
    """Return where identifiers may be."""
    if kernel.built is not None:
        return Signs(*kernel.built.identifier_signs(text))
    return searched(text)


def searched(text: str) -> Signs:
    """Return what :func:`identifier_signs` does, by a search for each pattern."""
    colons = text.count(":")
    return Signs(
        (run.span() for run in RUN.finditer(text)),
        _starts(_LETTER_DIGIT, text),
        _starts(_DIGIT_LETTER, text),
        _starts(_PLATE, text),
        _starts(_OLD_PLATE, text),
        _starts(_HARDWARE, text),
        _starts(_VERSION6, text) if colons >= 2 else (),
        _starts(_VERSION4, text),
        _starts(_SPOKEN, text) if any(sign in text for sign in _SPELLED_OUT) else (),
        _starts(_DOTTED, text),
        "@" in text,
        any(sign in text for sign in _WEB),
    )


def date_signs(text: str) -> DateSigns:
    """Return where dates may be; the kernel looks for itself (dates.c)."""
    numeric: list[int] = []
    written: list[int] = []
    for sign in _DATE.finditer(text):
        (numeric if sign.lastindex else written).append(sign.start())
    return DateSigns(numeric, written, _starts(_MISREAD, text))


def _starts(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    for match in pattern.finditer(text):
        yield match.start()
