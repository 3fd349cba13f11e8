"""Registration plates of vehicles: of both French systems, and of garages."""

import re

from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.identifiers.signs import DASH, Signs
from bacasable.privacy.redaction.spans import Span

#: SIV plates: no I, O, U; order of 9 February 2009, annexe.
_SIV = re.compile(
    rf"([A-HJ-NP-TV-Z]{{2}})(?<![A-Za-z0-9]..)(?<![A-Za-z0-9][\-_]..)({DASH})([0-9OIl]{{3}})({DASH})([A-HJ-NP-TV-Z]{{2}})"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
#: Garages' plates: W-123-AB.
_GARAGE = re.compile(r"(?<![A-Za-z0-9\-])W([ \-])[0-9]{3}\1[A-HJ-NP-TV-Z]{2}(?![A-Za-z0-9\-])")
#: FNI plates (before 2009): up to four digits, two or three letters, department.
_FNI = re.compile(
    r"(?<![A-Za-z0-9])(?<![0-9][.,\-])[0-9]{1,4}([ \-\u00a0]?)[A-HJ-NP-TV-Z]{2,3}\1"
    r"(?:2[AB]|97[1-8]|0[1-9]|[1-8]\d|9[0-5])(?![A-Za-z0-9])",
    re.IGNORECASE,
)

#: Only dashes part a plate from a number before it: "la 206 796-CPQ-14".
_AFTER_DIGIT = re.compile(r"[0-9] \Z")


def plates(text: str, signs: Signs, contexts: Announcements, strict: bool) -> list[Span]:
    """Return registration plates: since 2009 (AA-123-AA, proven by dashes) and before (1234 AB 56, in
    context)."""
    found: list[Span] = []
    for start in signs.plates:
        # At most seven characters before the last digit, and twelve from there on, are a plate's.
        plate = _SIV.search(text, max(0, start - 7), start + 14)
        if plate and plate.start() < start and (span := _siv(text, plate, contexts, strict)):
            found.append(span)
        elif garage := _GARAGE.search(text, max(0, start - 4), start + 6):
            found.append(Span(*garage.span(), "PLATE", 0.85))
    if strict:
        return found
    for start in signs.old_plates:
        match = _around(_FNI, text, start + 1, 4)
        if match is None or (
            match[1] != "-" and _AFTER_DIGIT.search(text, max(0, match.start() - 2), match.start())
        ):
            continue
        if _announces_plate(match.start(), contexts):
            found.append(Span(*match.span(), "PLATE", 0.85))
        elif _old_plate_alone(text, match) or any(
            announced.key == "PLATE" for announced in contexts.far(*match.span())
        ):
            # With dashes hardly anything else: surer than a number that its first digits begin.
            found.append(Span(*match.span(), "PLATE", 0.92 if match[1] == "-" else 0.6))
    return found


#: Short words in capitals between two numbers that are no plate: units, streets, post boxes.
_BETWEEN_NUMBERS = frozenset(
    (
        *(
            "AU",
            "DU",
            "LE",
            "LA",
            "ET",
            "EN",
            "DE",
            "UN",
            "CM",
            "MM",
            "KM",
            "KG",
            "CV",
            "HP",
            "HT",
            "BP",
            "CS",
        ),
        *("ZA", "RN", "RD", "AV", "BD", "RUE", "TTC", "EUR", "PTS", "ART", "REF", "TSA", "NET", "AN", "ANS"),
        *(
            "MN",
            "MG",
            "ML",
            "CL",
            "DL",
            "HA",
            "JRS",
            "LES",
            "DES",
            "PAR",
            "SUR",
            "DB",
            "HZ",
            "KW",
            "KV",
            "MB",
        ),
        *("GB", "RER", "PL", "CH", "GR", "PX", "MS", "PT", "PP", "HL", "KJ", "TH", "FF"),
    )
)
_VOWELS = frozenset("AEIOUY")
_NOT_PLATE_BEFORE = re.compile(
    r"\b(?:tgv|ter|train|vol|bus|ligne|salle|mod[èe]le|r[ée]f\.?|r[ée]f[ée]rence|lot|art\.?|article|code|bureau|loi"
    r"|dossier|facture|norme|iso|en|d[ée]cret|arr[êe]t[ée])[ \u00a0]?(?:n°|no|:)?[ \u00a0]?\Z",
    re.IGNORECASE,
)


def _old_plate_alone(text: str, match: re.Match[str]) -> bool:
    """Tell whether what looks like an old plate is one without a word for it: parted, in capitals."""
    surface = match[0]
    sign = match[1]
    if _NOT_PLATE_BEFORE.search(text, max(0, match.start() - 16), match.start()):
        return False
    if not sign or text[match.end() : match.end() + 1] in ("'", "’"):
        return False
    number, letters, _ = surface.upper().split(sign)
    if not surface.isupper() and (not surface.islower() or _VOWELS & set(letters)):
        return False
    after = text[match.end() : match.end() + 2]
    return (
        len(number) > 2
        and letters not in _BETWEEN_NUMBERS
        and not (after[:1] in " \u00a0.,-/" and after[1:].isdecimal())
    )


def _around(pattern: re.Pattern[str], text: str, place: int, before: int) -> re.Match[str] | None:
    for start in range(max(0, place - before), place):
        if match := pattern.match(text, start):
            return match
    return None


def _siv(text: str, match: re.Match[str], contexts: Announcements, strict: bool) -> Span | None:
    first, second = match[2].strip(), match[4].strip()
    letters = match[1] + match[5]
    if letters.isupper() and first and first == second and match[3].isdecimal() and match[3] != "000":
        return Span(*match.span(), "PLATE", 0.97)
    if strict:
        return None
    if _announces_plate(match.start(), contexts):
        return Span(*match.span(), "PLATE", 0.9)
    alike = letters.isupper() and match[2] == match[4] and (match[3].isdecimal() or first)
    if letters.islower() and first == second and match[3].isdecimal() and match[2] == match[4]:
        if first or (set(letters) - _HEXADECIMAL if not match[2] else _no_words(match)):
            return Span(*match.span(), "PLATE", 0.6)
        return None
    return Span(*match.span(), "PLATE", 0.6) if alike else None


#: Letters that a number of a machine may have too.
_HEXADECIMAL = frozenset("abcdef")
#: Small words of two letters that stand before or after three digits: no plate is made of them.
_SMALL_WORDS = re.compile(
    r"av|bd|c[bdfhlmps]|d[delms]|e[dnst]|g[ber]|h[astz]|je|k[bgjmvw]|l[ae]|m[abegls]|n[bem]|p[bcgjlmpx]|s[acegv]"
    r"|t[abehm]|v[des]|za"
)


def _no_words(match: re.Match[str]) -> bool:
    return not _SMALL_WORDS.fullmatch(match[1]) and not _SMALL_WORDS.fullmatch(match[5])


def _announces_plate(start: int, contexts: Announcements) -> bool:
    for announced in contexts.before(start):
        if announced.key == "PLATE":
            return announced.words < 10
        if announced.words > 10:
            return False
    return False
