"""Numbers, dates, amounts and articles of a sentence, in one form whatever their spelling.

*1 500,00 €* and *1500 euros* are the same amount, *1er mars 2024* and *01/03/2024* the same day, *deux mois*
and *2 mois* the same delay, *article L. 311-3-1* and *L311-3-1* the same article.
"""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple


class Quantity(NamedTuple):
    """``kind``: number, date, time, article or address. ``value`` is canonical; ``unit`` may be empty."""

    kind: str
    value: str
    unit: str = ""


_MONTHS = {
    month: number
    for number, months in enumerate(
        (
            *("janvier janv", "fevrier fevr", "mars", "avril avr", "mai", "juin", "juillet juil", "aout"),
            *("septembre sept", "octobre oct", "novembre nov", "decembre dec"),
        ),
        1,
    )
    for month in months.split()
}
_SMALL = {
    word: number
    for number, word in enumerate(
        (
            *("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze"),
            *("douze", "treize", "quatorze", "quinze", "seize"),
        )
    )
} | {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "une": 1}
_UNITS = {
    spelling: unit
    for unit, spellings in {
        "€": "€ euro euros eur",
        "%": "% pour-cent pourcent",
        "jour": "jour jours j",
        "semaine": "semaine semaines",
        "mois": "mois",
        "an": "an ans annee annees",
        "heure": "heure heures h",
        "minute": "minute minutes min mn",
        "km": "km kilometre kilometres",
        "m": "m metre metres",
        "m2": "m2 m²",
        "kg": "kg kilo kilos kilogramme kilogrammes",
        "g": "g gramme grammes",
        "litre": "litre litres l",
        "fois": "fois",
        "enfant": "enfant enfants",
        "personne": "personne personnes",
        "trimestre": "trimestre trimestres",
        "point": "point points",
    }.items()
    for spelling in spellings.split()
}
_SPACE = r"[ \u00a0\u202f]"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_WORD = (
    r"(?:zero|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|"
    r"vingts?|trente|quarante|cinquante|soixante|cents?|mille)"
)
_FOUND = re.compile(
    rf"""
      (?P<address> (?:https?://|www\.)[^\s<>"»)]+ | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
        | \b[\w-]+(?:\.[\w-]+)*\.(?:gouv\.fr|fr|com|org|net|eu|info|io)\b )
    | \b(?P<article> (?:(?:articles?|art\.?){_SPACE}*(?:n[°o]{_SPACE}*)?
            (?:[lrda]{_SPACE}?(?:o{_SPACE})?\.?\*?{_SPACE}?)?
        | [lrd]\.?\*?{_SPACE}?(?=\d+-\d)) \d+(?:-\d+)*)
    | \b(?P<hour>\d{{1,2}}){_SPACE}?h(?:eures?)?{_SPACE}?(?P<minute>\d{{2}})\b
    | \b(?P<day>\d{{1,2}})(?:er)?{_SPACE}+(?P<month>{"|".join(_MONTHS)})\.?(?:{_SPACE}+(?P<year>\d{{4}}))?\b
    | (?<![\d/])(?P<day2>\d{{1,2}})/(?P<month2>\d{{1,2}})/(?P<year2>\d{{4}}|\d{{2}})(?![\d/])
    | \b(?P<month3>{"|".join(_MONTHS)}){_SPACE}+(?P<year3>\d{{4}})\b
    | (?<!\w)(?P<number>\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+(?!\d)(?:,\d+)? | \d+(?:[,.]\d+)?)
        (?:(?:er|ere|e|eme|nd|nde)\b)? (?:[ \u00a0\u202f-]*(?P<unit>{_UNIT})(?![\w²]))?
    | \b(?P<words>{_WORD}(?:(?:{_SPACE}|-)(?:et(?:{_SPACE}|-))?{_WORD})*)\b
        (?:{_SPACE}*(?P<unit2>{_UNIT})(?!\w))?
    """,
    re.VERBOSE,
)


def quantities(text: str) -> set[Quantity]:
    """Return the numbers, dates, articles and addresses of ``text``; *un* and *une* only before a unit."""
    found: set[Quantity] = set()
    for match in _FOUND.finditer(_plain(text)):
        if match["address"]:
            bare = re.sub(r"^https?://(?:www\.)?|^www\.", "", match["address"])
            found.add(Quantity("address", bare.rstrip("/.,;:")))
        elif match["article"]:
            found.add(Quantity("article", _article(match["article"])))
        elif match["hour"]:
            found.add(Quantity("time", f"{int(match['hour'])}:{match['minute']}"))
        elif match["day"] or match["day2"]:
            month = _MONTHS[match["month"]] if match["month"] else int(match["month2"])
            year = match["year"] or match["year2"] or ""
            written = (
                f"{'20' if len(year) == 2 else ''}{year}-{month:02}-{int(match['day'] or match['day2']):02}"
            )
            found.add(Quantity("date", written))
        elif match["month3"]:
            found.add(Quantity("date", f"{match['year3']}-{_MONTHS[match['month3']]:02}"))
        elif match["number"]:
            found.add(Quantity("number", _number(match["number"]), _UNITS.get(match["unit"] or "", "")))
        elif match["unit2"] or match["words"] not in {"un", "une"}:
            found.add(Quantity("number", str(_said(match["words"])), _UNITS.get(match["unit2"] or "", "")))
    return found


def without_quantities(text: str) -> str:
    """Return the words of ``text`` (folded) without its numbers, units, dates, articles and addresses."""
    return _FOUND.sub(" ", _plain(text))


def stands_in(quantity: Quantity, held: set[Quantity]) -> bool:
    """Whether ``held`` (of the words that are cited) says ``quantity``.

    A number has its unit, or none (a row of a table whose header says euros). A date may say more than is
    asked: the day where the sentence gives the month.
    """
    if quantity in held:
        return True
    if quantity.kind == "number" and quantity.unit:
        return Quantity("number", quantity.value) in held
    if quantity.kind == "number":
        return any(
            (other.kind == "number" and other.value == quantity.value)
            or (other.kind == "date" and other.value.startswith(quantity.value + "-"))
            for other in held
        )
    if quantity.kind == "date":
        return any(other.kind == "date" and _says(other.value, quantity.value) for other in held)
    return False


def _says(full: str, part: str) -> bool:
    return full.startswith(part) if part[:1].isdigit() else full.endswith(part)


def _article(written: str) -> str:
    bare = re.sub(r"^(?:articles?|art\.?)", "", written)
    return re.sub(r"[^a-z0-9-]|n(?=[°o])|(?<=n)o", "", bare).removeprefix("n").upper()


def _number(written: str) -> str:
    parts = re.fullmatch(r"(\d{1,3}(?:[ \u00a0\u202f.]\d{3})+)(?:,(\d+))?", written)
    digits = f"{re.sub(r'[^0-9]', '', parts[1])}.{parts[2] or 0}" if parts else written.replace(",", ".")
    return format(Decimal(digits).normalize(), "f")


def _said(words: str) -> int:
    """Return the number that French words say, below 10,000."""
    total = group = 0
    for word in re.split(r"[ \u00a0\u202f-]+", words):
        if word == "mille":
            total, group = total + max(group, 1) * 1000, 0
        elif word.startswith("cent"):
            group = max(group, 1) * 100
        elif word.startswith("vingt") and group % 100 == 4:
            group += 76
        elif word != "et":
            group += _SMALL.get(word, 0)
    return total + group


def _plain(text: str) -> str:
    """Return the text in lower case without accents; € and ² stay."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower()
