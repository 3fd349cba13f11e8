"""One form for the many writings of one value, so that text, tables and logs agree on its pseudonym.

What is folded is stated per kind, since it also merges: the order of a person's names is dropped, so 'Thomas
Martin' and 'Martin Thomas' are one. A value that does not have the shape of its kind is folded as plain text.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable

from bacasable.privacy.messages import Refused

_CIVILITY_WORDS = (
    "m mr mrs ms mm mme mmes mlle mlles monsieur messieurs madame mesdames mademoiselle mademoiselles me mes "
    "maitre maitres dr drs docteur docteure pr professeur professeure sir lady miss"
)
_CIVILITIES = frozenset(_CIVILITY_WORDS.split())
#: Letters that no decomposition separates into a base and an accent.
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff\u2060"),
    }
)
_NOT_WORD = re.compile(r"[\W_]+")
_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]+")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_TRUNK = re.compile(r"\(\s*0\s*\)")
#: Plan of numbers of overseas France: first digits of the national number, by country code (ARCEP).
_OVERSEAS = ("262", "590", "594", "596")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d)")
_COMPACT_DATE = re.compile(r"\d{8}")
_WORDED_DATE = re.compile(
    r"(?<!\d)(\d{1,2})(?:\s*er|st|nd|rd|th)?[\s.\-]*([a-z]{3,9})\.?[\s,.\-]*(\d{4}|\d{2})(?!\d)"
)
_AMERICAN_DATE = re.compile(r"([a-z]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,\s*(\d{4})(?!\d)")
#: Two-digit years below this one are of the 2000s: fixed, or a pseudonym would change with the calendar.
_PIVOT = 30
_STREET_WORDS = (
    "av:avenue ave:avenue bd:boulevard bld:boulevard blvd:boulevard r:rue pl:place rte:route ch:chemin "
    "che:chemin chem:chemin imp:impasse all:allee sq:square fg:faubourg fbg:faubourg qu:quai crs:cours "
    "res:residence bat:batiment apt:appartement appt:appartement st:saint ste:sainte"
)
_STREETS = dict(pair.split(":") for pair in _STREET_WORDS.split())


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents, ligatures, marks of width or invisible signs."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold().translate(_LETTERS))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def canonical(value: str, kind: str) -> str:
    """Return the one form of ``value`` as a ``kind`` (a key of the registry of types: PERSON, NIR, PHONE...).

    - PERSON: civilities, case, accents, hyphens and the order of names dropped
      ('Mme Alice LAROCHE' -> 'alice laroche').
    - NIR: the 13 first characters, without key or separators; PHONE: the national form of a French number
      ('+33 6 12...' -> '0612...'), digits after '+' of a foreign one; IBAN, VAT, plates and document numbers:
      letters and digits in capitals; SIREN, SIRET, SPI, CARD, CAF: digits; dates: ISO 8601, two-digit years
      below 30 in the 2000s; E-mail, handle, URL: lower case; IP: compressed; MAC: hexadecimal digits.
    - ADDRESS, LOCATION: words without case, accents or punctuation, usual abbreviations of streets spelt out.
    - any other kind: words without case or accents.

    Raises:
        Refused: nothing remains of the value (empty, punctuation only).
    """
    form = _FORMS.get(kind, _words)(value)
    if not form:
        raise Refused(f"a {kind} without any letter or digit has no pseudonym: leave it out")
    return form


def _words(value: str) -> str:
    # signs of other scripts are words too (\W is Unicode); what has no word at all is kept as written
    return " ".join(_NOT_WORD.sub(" ", fold(value)).split()) or value.strip()


def _person(value: str) -> str:
    words = _NOT_WORD.sub(" ", fold(value)).split()
    names = [word for word in words if word not in _CIVILITIES]
    return " ".join(sorted(names or words)) or value.strip()


def _capitals(value: str) -> str:
    return _NOT_ALNUM.sub("", unicodedata.normalize("NFKC", value)).upper() or _words(value)


def _digits(value: str) -> str:
    return _NOT_DIGIT.sub("", unicodedata.normalize("NFKC", value)) or _words(value)


def _nir(value: str) -> str:
    return _capitals(value)[:13]


def _phone(value: str) -> str:
    text = _TRUNK.sub("", unicodedata.normalize("NFKC", value)).strip()
    digits = _NOT_DIGIT.sub("", text)
    if not digits:
        return _words(value)
    abroad = "+" in text.partition(digits[0])[0]
    if not abroad and digits.startswith("00"):
        abroad, digits = True, digits[2:]
    if abroad:
        for code in ("33", *_OVERSEAS):
            national = digits[len(code) :].removeprefix("0")
            if digits.startswith(code) and len(national) == 9:
                return "0" + national
        return "+" + digits
    if len(digits) == 9 and digits[0] != "0":  # a spreadsheet took the zero away
        return "0" + digits
    if len(digits) == 11 and digits.startswith("33"):
        return "0" + digits[2:]
    return digits


def _date(value: str) -> str:
    text = " ".join(fold(value).split())
    if found := _ISO_DATE.search(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _NUMERIC_DATE.search(text):
        day, month, year = int(found[1]), int(found[2]), _year(found[3])
    elif (found := _WORDED_DATE.search(text)) and found[2] in _MONTHS:
        day, month, year = int(found[1]), _MONTHS[found[2]], _year(found[3])
    elif (found := _AMERICAN_DATE.search(text)) and found[1] in _MONTHS:
        day, month, year = int(found[2]), _MONTHS[found[1]], int(found[3])
    elif _COMPACT_DATE.fullmatch(text):
        day, month, year = int(text[:2]), int(text[2:4]), int(text[4:])
        if month > 12 or year < 1850:  # 19850312
            year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    else:
        return _words(value)
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else _words(value)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < _PIVOT else 1900)


def _lower(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).casefold().split())


def _email(value: str) -> str:
    return _lower(value).removeprefix("mailto:").strip("<>")


def _handle(value: str) -> str:
    return _lower(value).lstrip("@") or _words(value)


def _url(value: str) -> str:
    return _lower(value).removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _ip(value: str) -> str:
    try:
        return ipaddress.ip_address(value.strip().strip("[]")).compressed
    except ValueError:
        return _lower(value)


def _address(value: str) -> str:
    words = _NOT_WORD.sub(" ", fold(value)).split()
    return " ".join(_STREETS.get(word, word) for word in words if word != "cedex") or value.strip()


_FORMS: dict[str, Callable[[str], str]] = {
    "PERSON": _person,
    "NIR": _nir,
    "PHONE": _phone,
    "EMAIL": _email,
    "HANDLE": _handle,
    "URL": _url,
    "IP": _ip,
    "ADDRESS": _address,
    "LOCATION": _address,
    **dict.fromkeys(("DATE", "DOB"), _date),
    **dict.fromkeys(("SIREN", "SIRET", "SPI", "CARD", "CAF"), _digits),
    **dict.fromkeys(
        (
            *("IBAN", "VAT", "MAC", "PLATE", "FT", "INE", "PASSPORT", "ID_CARD"),
            *("RESIDENCE_PERMIT", "DRIVING_LICENCE"),
        ),
        _capitals,
    ),
}
