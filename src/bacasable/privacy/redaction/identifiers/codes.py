"""Identifiers of letters and digits: accounts, VAT, plates, papers. Found where a letter touches a digit."""

import re
from collections.abc import Mapping

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.announced import ANY
from bacasable.privacy.redaction.identifiers.compiled import compiled, in_kernel
from bacasable.privacy.redaction.identifiers.context import Announcements, Reading
from bacasable.privacy.redaction.identifiers.signs import Signs
from bacasable.privacy.redaction.spans import Span

_SIGN = r"[ .\-_/\t\u00a0\u2007\u2009\u202f\r\n]"

_LOOKALIKES = str.maketrans("OoIl", "0011")

_TOKEN = re.compile(r"[A-Za-z0-9]{1,40}")
_ALNUM = b"0Aa"

_IBAN = re.compile(
    rf"([A-Za-z]){_SIGN}{{0,3}}([A-Za-z])(?:{_SIGN}{{0,3}}[0-9OoIl]){{2}}(?:{_SIGN}{{0,3}}[A-Za-z0-9]){{11,32}}"
)
_RIB = re.compile(
    rf"(?<![A-Za-z0-9])[0-9]{{5}}{_SIGN}{{0,3}}[0-9]{{5}}{_SIGN}{{0,3}}[0-9A-Za-z]{{11}}{_SIGN}{{0,3}}[0-9]{{2}}(?![0-9])"
)
_NOT_ALNUM = re.compile(r"[^A-Za-z0-9]+")
_VAT = re.compile(
    rf"FR{_SIGN}?[0-9A-HJ-NP-Z]{{2}}{_SIGN}?[0-9]{{3}}{_SIGN}?[0-9]{{3}}{_SIGN}?[0-9]{{3}}(?![0-9])",
    re.IGNORECASE,
)

#: Codes of letters and digits that only their context tells: form of the compact value, by type.
_FORMS: dict[str, re.Pattern[str]] = {
    "IBAN": re.compile(r"(?=(?:[A-Z]*\d){5})[A-Z0-9]{11}"),
    "PASSPORT": re.compile(
        r"\d\d[A-Z]{2}\d{5}|[A-Z]{1,3}\d{6,8}|\d{2}[A-Z]{1,2}\d{5,6}|[A-Z]\d{2}[A-Z]{2}\d{4}"
        r"|(?=[A-Z]*\d[A-Z]*\d)[A-Z][A-Z0-9]{8}"
    ),
    "ID_CARD": re.compile(r"(?=[A-Z0-9]*\d)[A-Z0-9]{9}|\d{4}[A-Z0-9]\d{7}|[A-Z]{2}\d{7}|\d[A-Z0-9]{11}"),
    "RESIDENCE_PERMIT": re.compile(
        r"[A-Z]{1,3}\d{6,10}[A-Z]?|\d{9,10}[A-Z]?|(?=[A-Z]*\d)[A-Z0-9]{9}|\d{2}[A-Z]{2}\d{5,7}"
    ),
    "DRIVING_LICENCE": re.compile(r"\d{2}[A-Z]{2}\d{5}|\d{2}[A-Z0-9]{2}\d{8}|[A-Z]{2}\d{6,7}|\d{12}"),
    "INE": re.compile(r"\d{9}[A-Z]{2}|\d{10}[A-Z]|\d[A-Z0-9]{9}[A-Z0-9]|\d{4}[A-Z0-9]\d{5}[A-Z]"),
    "CAF": re.compile(r"\d{7}[A-Z]"),
    "FT": re.compile(r"\d{7}[A-Z]|\d{10}[A-Z]"),
    "HEALTH_INSURER": re.compile(r"[A-Z]{1,3}\d{5,11}[A-Z]?|\d{5,11}[A-Z]{1,2}"),
    "PATIENT": re.compile(r"[A-Z]{1,3}\d{5,11}|\d{5,11}[A-Z]"),
    "TAX_NOTICE": re.compile(r"\d{2}[A-Z0-9]{9,11}|\d{2}[A-Z]\d{7,10}"),
    "FILE_NUMBER": re.compile(r"[A-Z0-9]{5,20}"),
    "MAC": re.compile(r"[0-9A-F]{12}"),
}


#: Types that a heading or a word far off may name, and forms that hardly anything else has.
_FAR = ("PASSPORT", "ID_CARD", "RESIDENCE_PERMIT", "DRIVING_LICENCE", "INE", "CAF", "FT")
_FAR_FORM = re.compile("|".join(_FORMS[key].pattern for key in _FAR))
_SURE = re.compile(r"\d\d[A-Z]{2}\d{5}|\d{9}[A-Z]{2}|\d{10}[A-Z]")
_WORD_AND_NUMBER = re.compile(r"[A-Z]{4,}\d+")
#: Student numbers, a form that hardly anything else has; only these types are believed from afar instead.
_STUDENT = re.compile(r"\d{9}[A-Z]{2}|\d{10}[A-Z]")
_LIKE_STUDENT = ("INE", "FT")


def lettered_codes(
    text: str,
    signs: Signs,
    reading: Reading,
    contexts: Announcements,
    strict: bool,
    known: Mapping[int, Span],
) -> list[Span]:
    """Return IBANs, VAT numbers, plates and papers, in order of what starts them; spans may repeat
    others'.

    ``known``: accounts and VAT numbers found already, by where they start.
    """
    if not strict and in_kernel(contexts):

        def read(start: int, end: int) -> Span | None:
            token = _TOKEN.match(text, start, end)
            return _code(text, token, contexts, strict) if token else None

        accounts = {start: span for start, span in known.items() if span[2] in ("IBAN", "VAT")}
        return list(compiled().codes(contexts, signs.letter_digit, signs.digit_letter, accounts, read))
    found: list[Span] = []
    for places in (signs.letter_digit, signs.digit_letter):
        seen = -1
        for place in places:
            if place < seen:
                continue
            start, shape = place, reading.shape
            while start and place - start < 40 and shape[start - 1] in _ALNUM:
                start -= 1
            span = known.get(start)
            if span is not None and span[2] in ("IBAN", "VAT"):
                found.append(span)
                seen = span[1]
                continue
            token = _TOKEN.match(text, start)
            if token is None:
                continue
            seen = token.end()
            if span := _code(text, token, contexts, strict):
                found.append(span)
                seen = max(seen, span.end)
    return found


def _code(text: str, token: re.Match[str], contexts: Announcements, strict: bool) -> Span | None:
    """Return what a word of letters and digits is, alone or with what follows it."""
    start, end = token.span()
    word = token[0]
    if word[:2].isalpha():
        if len(word) > 2 and word[2].isdecimal() and (span := iban(text, start, contexts, strict)):
            return span
        if number := vat(text, start, contexts, strict):
            return number
    if len(word) in (11, 23) and (account := _account(text, start)):
        return Span(*account.span(), "IBAN", 0.98)
    if not 5 <= len(word) <= 20 or strict:
        return None
    value = word.upper()
    if text.startswith(" (", end) and (bracketed := _bracketed(start, end, value, contexts)):
        return bracketed
    student = len(word) == 11 and _STUDENT.fullmatch(value) is not None
    for announced in contexts.before(start):
        if not announced.key or announced.words > 8:
            break
        if student and announced.words > 2 and announced.key not in _LIKE_STUDENT:
            continue
        form = _FORMS.get(announced.key)
        if announced.key in ("CAF", "FT"):
            value = word[:7].translate(_LOOKALIKES) + word[7:].upper()
        if form and form.fullmatch(value):
            return Span(start, end, announced.key, 0.9 if announced.words <= 4 else 0.75)
    if student and (not (nearest := contexts.nearest(start)) or nearest.key or nearest.words):
        return Span(start, end, _student_or_seeker(start, end, value, contexts), 0.9)
    return _named_afar(text, start, end, word, contexts)


#: Types that a label in brackets right after a value may name, before a word some words before it.
_PAPERS = ("PASSPORT", "ID_CARD", "RESIDENCE_PERMIT", "DRIVING_LICENCE")


def _bracketed(start: int, end: int, value: str, contexts: Announcements) -> Span | None:
    """Return the paper that a label in brackets after a value names: ``21FH45678 (passeport)``."""
    nearest = contexts.nearest(start)
    if nearest is None or nearest.words < 2:
        return None
    for announced in contexts.beside(start, end):
        if announced.key in _PAPERS and _FORMS[announced.key].fullmatch(value):
            return Span(start, end, announced.key, 0.9)
    return None


def _student_or_seeker(start: int, end: int, value: str, contexts: Announcements) -> str:
    """Return the type of a student number's form: job-seekers' may be alike where their agency is named."""
    if value[9].isdecimal():
        for announced in contexts.far(start, end, True):
            if announced.key in _LIKE_STUDENT:
                return announced.key
    return "INE"


#: Passports and driving licences whose parts stand apart: "21 FH 45678", "AO 1234567".
_APART = re.compile(  # its first character before what stands before it: searched as fast as a character is
    r"[A-Z0-9](?<![A-Za-z0-9].)(?:(?<=[0-9])[0-9][ .\-\u00a0]?[A-Z]{2}[ .\-\u00a0]?"
    r"(?:[0-9]{5}|[0-9]{2} [0-9]{3}|[0-9]{3} [0-9]{2})"
    r"|(?<=[A-Z])[A-Z]?[ .\-\u00a0][0-9]{6,8})(?![A-Za-z0-9])"
)
APART_SIGNS = ("sseport", "SSEPORT", "assport", "ASSPORT", "ermis", "ERMIS", "voyage", "VOYAGE", "ravel doc")


def papers_apart(text: str, contexts: Announcements) -> list[Span]:
    """Return numbers of passports and driving licences written in parts, where words announce them."""
    if not any(sign in text for sign in APART_SIGNS):
        return []
    found = []
    for match in _APART.finditer(text):
        if match[0].isalnum():
            continue
        for announced in (*contexts.before(match.start()), *contexts.far(*match.span())):
            if not announced.key or announced.words > 8:
                break
            if announced.key == "PASSPORT" or (
                announced.key == "DRIVING_LICENCE" and match[0][0].isdecimal()
            ):
                found.append(Span(*match.span(), announced.key, 0.9))
                break
    return found


def _named_afar(text: str, start: int, end: int, word: str, contexts: Announcements) -> Span | None:
    """Return a paper or number whose type a heading or the paragraph names."""
    value = word.upper()
    if not _FAR_FORM.fullmatch(value) or _WORD_AND_NUMBER.fullmatch(value):
        return None
    sure = _SURE.fullmatch(value) is not None
    if not sure and value != word:
        return None
    for announced in contexts.far(start, end, sure):
        if not announced.key:
            return None
        if announced.key in _FAR and _FORMS[announced.key].fullmatch(value):
            return Span(start, end, announced.key, 0.7)
    if any(announced.key == ANY and announced.words < 5 for announced in contexts.before(start)):
        return Span(start, end, "FT", 0.6) if _FORMS["FT"].fullmatch(value) else None
    return None


def _account(text: str, start: int) -> re.Match[str] | None:
    """Return the French account (RIB) whose account number, or whole, is the word at ``start``."""
    for place in range(max(0, start - 18), start + 1):
        match = _RIB.match(text, place) if "0" <= text[place] <= "9" else None
        if match and checks.bban(_NOT_ALNUM.sub("", match[0]).upper()):
            return match
    return None


#: A word by itself: groups of an account have four signs.
_A_WORD = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{5,}(?![0-9A-Za-z])")


def iban(text: str, start: int, contexts: Announcements, strict: bool) -> Span | None:
    """Return the IBAN that starts at ``start``: proven by its key, or announced with the length of its
    country."""
    match = _IBAN.match(text, start)
    if match is None:
        return None
    country = (match[1] + match[2]).upper()
    length = checks.IBAN_LENGTHS.get(country)
    if length is None:
        return None
    as_written = _compact(match[0])
    glued = start > 0 and text[start - 1].isalnum()
    if glued or (not as_written[:2].isupper() and country != "FR"):
        strict = True  # the letters of a word ("de", "st"): only a key tells
    value = as_written.upper()
    if len(value) < length:
        return _close(text, match, value, length, contexts, strict)
    end = match.end() if len(value) == length else start + _place(match[0], length)
    as_written, value = as_written[:length], value[:length]
    if not as_written[2:].isdecimal() and (glued or not _one_case(as_written)):
        return None  # words, not the letters of an account
    if not as_written[4:].isdecimal() and _A_WORD.search(text, start + 4, end):
        return None  # a number, then a word: one key in 97 is right by chance
    whole = not text[end : end + 1].isalnum()
    if checks.iban(value) or (country == "FR" and checks.iban(_digits(value))):
        return Span(start, end, "IBAN", 0.99 if whole else 0.9)
    if strict:
        return None
    announced = contexts.nearest(start)
    if whole and announced is not None and announced.key == "IBAN":
        return Span(start, end, "IBAN", 0.85)
    return Span(start, end, "IBAN", 0.7) if whole and country == "FR" and value[4:14].isdecimal() else None


def _compact(written: str) -> str:
    """Return the letters and digits of a value, ASCII."""
    value = written.replace(" ", "")
    return value if value.isascii() and value.isalnum() else _NOT_ALNUM.sub("", value)


def _one_case(value: str) -> bool:
    """Tell whether letters are all capitals, or all small in a French number; l and o may be digits."""
    rest = value.replace("l", "1").replace("o", "0")
    return rest.isupper() or (value[:2] == "fr" and value.islower())


def _close(
    text: str, match: re.Match[str], value: str, length: int, contexts: Announcements, strict: bool
) -> Span | None:
    """Return an announced IBAN of which up to three characters were lost."""
    if strict or length - len(value) > 3 or not value[4:].isdecimal():
        return None
    announced = contexts.nearest(match.start())
    if announced is None or announced.key != "IBAN":
        return None
    return Span(match.start(), match.end(), "IBAN", 0.7)


def _digits(value: str) -> str:
    """Read letters as the digits that they look like, after the country."""
    return value[:2] + value[2:].translate(str.maketrans("OILSB", "01158"))


def _place(surface: str, count: int) -> int:
    """Return where ``count`` letters and digits end."""
    return [place for place, sign in enumerate(surface) if sign.isalnum()][count - 1] + 1


def vat(text: str, start: int, contexts: Announcements, strict: bool) -> Span | None:
    """Return the French VAT number that starts at ``start``: proven by its key, or announced."""
    match = _VAT.match(text, start)
    if match is None:
        return None
    if checks.vat(_NOT_ALNUM.sub("", match[0]).upper()):
        return Span(*match.span(), "VAT", 0.97)
    announced = None if strict else contexts.nearest(match.start())
    return Span(*match.span(), "VAT", 0.8) if announced is not None and announced.key == "VAT" else None
