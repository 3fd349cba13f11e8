"""Calendar dates in French text, and among them dates of birth.

Numeric (03/05/2021, 3.5.21, 2021-05-03), in words (1er mars 1985, 3 janv. 2020, le 3 mai), of any case. A
year
alone is no date, nor a month with its year; the day of a law ("décret n° 2009-404 du 15 avril 2009") is part
of
its name, not of somebody's life.
"""

import re

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.context import fold
from bacasable.privacy.redaction.identifiers.signs import BETWEEN, GAP, DateSigns, date_signs
from bacasable.privacy.redaction.spans import Span

_NUMERIC = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][/.,])"
    rf"(?:(?P<d>[0-3]?[0-9])(?P<s>{GAP}?[/.\-\u2010-\u2013]{GAP}?|{GAP})(?P<m>[01]?[0-9])(?P=s)(?P<y>[12][0-9]{{3}}|[0-9]{{2}})"
    rf"|(?P<iy>[12][0-9]{{3}})(?P<is>[\-/.])(?P<im>[01][0-9])(?P=is)(?P<id>[0-3][0-9]))"
    rf"(?![0-9OIl])(?![/.,][0-9])(?!-[0-9]+(?![0-9/.]))"
)

#: Letters read for digits: "l2/O3/1985".
_MISREAD = re.compile(r"(?<!\w)[0-9OoIl]{2}([/.])[0-9OoIl]{2}\1[12Il][0-9OoIl]{3}")
_LOOKALIKES = str.maketrans("OoIl", "0011")

_MONTHS = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars", "mar"),
    ("avril", "avr"),
    ("mai",),
    ("juin", "jun"),
    ("juillet", "juil", "jul"),
    ("aout",),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WRITTEN = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][/.,])(?P<d>[0-3Il]?[0-9O])(?:{GAP}?(?:[eE][rR]|ᵉʳ))?(?:{BETWEEN}|(?=[^\W\d_]))"
    rf"(?P<m>[jJfFmMaAsSoOnNdD](?:[^\W\d_][\u0300-\u0302]?){{2,8}})(?P<p>\.?)(?![^\W\d_])"
    rf"(?:(?:{BETWEEN})?(?P<y>[12Il][0-9OoIl]{{3}}|'?[0-9]{{2}})(?![0-9])"
    rf"(?!{GAP}?[hH:€%][0-9]?|[,.][0-9]))?"
)
#: Words before a date that say it is one of birth.
_BORN = re.compile(
    r"\bnee?s?\b(?:\(e\)|\.e\.?|-e\b)?|\bn\(e\)e?|naissance\b|\bddn\b|\bd\.d\.n\.?|\bnaiss?\b\.?|\bborn\b|\bdob\b"
)
#: One of these is in any text where _BORN finds something: a cheaper question.
_BORN_SIGNS = (
    " ne",
    "\nne",
    "(ne",
    "-ne",
    "\tne",
    ",ne",
    ":ne",
    ";ne",
    "|ne",
    "nais",
    "ddn",
    "d.d.n",
    "born",
    "dob",
    " n(e",
)
_LEADERS = " .:_\t|-"
#: After a date of birth, another child and a date in brackets: "(né le 1/2/2010) et Zoé (".
_ANOTHER = re.compile(
    r"\)?\s?(?:,|;|et|and|ainsi que)?\s?(?:et )?[^\W\d_][\w\-]{1,20}(?: [^\W\d_][\w\-]{1,20})?,? \("
)
#: Between "born" and its date: a place, a colon; not another event of the life.
_NOT_BORN = re.compile(
    r"[.;!?](?:\s|\Z)(?!\()|\b(?:marie|mariee|entre|entree|decede|decedee|inscrit|inscrite|demeurant|domicilie|depuis|arrive|arrivee|embauche|"
    r"admis|admise|hospitalise|hospitalisee|vu|vue|titulaire|divorce|veuf|veuve|pacse|recu|signe|convoque|represente|refus|decision|expire|valable|delivre|terme|prevue?)\b|\d{4}"
)
_AFTER_BORN = re.compile(r"\s?(?:\((?:naissance|dob|ddn|date de naissance)\)|: ?naissance)", re.IGNORECASE)

#: A law and its number: its date is its name.
_LAW = re.compile(
    r"\b(?:lois?|decrets?(?:-lois?)?|ordonnances?|reglements?|directives?|circulaires?|instructions?"
    r"|recommandations?|deliberation)"
    r"(?: (?:organique|constitutionnelle|ministerielle|interministerielle|europeenne|modifiee?))*"
    r"(?: ?\([a-z]{1,3}\))?(?: ?(?:n[o. ]{0,3})?\d[\d./\-a-z]{1,24})?(?: modifiee?)?,? (?:du|en date du) ?\Z"
)
_LAW_SIGNS = (
    "loi",
    "decret",
    "ordonnan",
    "reglement",
    "directive",
    "circulaire",
    "instruction",
    "recommand",
    "deliber",
)
#: A street or a square that bears the name of a day.
_STREET = re.compile(
    r"\b(?:rue|r\.|places?|pl\.?|avenue|av\.?|boulevard|bd|bld|bvd|impasse|allees?|square|quai|cours|esplanade|pont"
    r"|chemin|passage|rond-point|cite|residence|ecole|college|lycee|stade|gymnase|salle|parc|faubourg|route"
    r"|villa|station) du\s?\Z"
)
_NUMBERED_ONLY = re.compile(r"^(?:ordonnances?|instructions?|deliberation|recommandations?)")


def dates(text: str) -> list[Span]:
    """Return dates (DATE) and dates of birth (DOB), in order, not overlapping; only days of the calendar."""
    signs = date_signs(text)
    found = [*_numeric(text, signs), *_written(text, signs)]
    found.sort()
    kept: list[Span] = []
    for span in found:
        if kept and span.start < kept[-1].end:
            continue
        kept.append(_kind(text, span, kept[-1] if kept else _NOTHING))
    return [span for span in kept if span.type]


def _numeric(text: str, signs: DateSigns) -> list[Span]:
    found: list[Span] = []
    place = 0
    for start in signs.numeric:
        if start < place:
            continue
        place = start + 1
        if start and "0" <= text[start - 1] <= "9":
            start -= 1
            while start and place - start < 4 and "0" <= text[start - 1] <= "9":
                start -= 1
        match = _NUMERIC.match(text, start)
        if match is None:
            continue
        day, _, month, year, iso_year, _, iso_month, iso_day = match.groups()
        if iso_year:
            year, month, day, sure = iso_year, iso_month, iso_day, 0.95
        else:
            sure = _sureness(text, match)
        if sure and _exists(int(year), int(month), int(day)):
            found.append(Span(*match.span(), "DATE", sure))
            place = match.end()
    for rest in signs.misread:
        match = _MISREAD.match(text, max(0, rest - 2))
        digits = match[0].translate(_LOOKALIKES) if match else ""
        if match and digits != match[0] and _exists(int(digits[6:]), int(digits[3:5]), int(digits[:2])):
            found.append(Span(match.start(), match.end(), "DATE", 0.8))
    return found


def _exists(year: int, month: int, day: int) -> bool:
    """Tell whether a day exists, the year written with two digits or four, day and month in any order."""
    year += 2000 if year < 100 else 0
    return 1800 <= year <= 2150 and (checks.day(year, month, day) or checks.day(year, day, month))


def _sureness(text: str, match: re.Match[str]) -> float:
    """Return how surely numbers are a date: slashes and four digits of year say it, spaces need two digits
    each."""
    sign, day, month, year = match["s"].strip(), match["d"], match["m"], match["y"]
    if len(year) == 4:
        if not sign:
            return 0.7 if len(day) == len(month) == 2 and 1900 <= int(year) <= 2099 else 0.0
        return 0.97
    if len(day) < 2 or len(month) < 2:
        return 0.8 if sign == "/" else 0.0
    if sign == "/":
        return 0.9
    if sign in ".-":
        before = text[max(0, match.start() - 14) : match.start()].lower()
        return (
            0.7
            if sign and before.rstrip(" :(").endswith(("le", "du", "au", "date", "né", "née", "dès"))
            else 0.55
            if sign == "."
            else 0.0
        )
    return 0.0


def _written(text: str, signs: DateSigns) -> list[Span]:
    found: list[Span] = []
    last = 0
    for start in signs.written:
        if start < last:
            continue
        if start and text[start - 1] in "0123456789Il":
            start -= 1
        match = _WRITTEN.match(text, start)
        if match is None:
            continue
        month = _NUMBERS.get(fold(match["m"]))
        number = int(match["d"].translate(_LOOKALIKES))
        if month is None or not 1 <= number <= 31:
            continue
        year = match["y"]
        if year is None:
            if len(match["m"]) < 4 and not match["p"] and match["m"].lower() not in ("mai",):
                continue
            end = match.end("p") if match["p"] and not _ends_sentence(text, match) else match.end("m")
            if checks.day(2000, month, number):
                found.append(Span(match.start(), end, "DATE", 0.8))
            last = end
            continue
        full = int(year.lstrip("'").translate(_LOOKALIKES))
        full += 0 if full >= 100 else 2000
        if checks.day(full, month, number) or (month, number) == (2, 29):
            found.append(Span(*match.span(), "DATE", 0.97))
            last = match.end()
    return found


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    """Tell whether the dot after a month ends the sentence: whole names take none."""
    return len(match["m"]) > 4 and match["m"].lower() not in ("janv", "juil", "sept", "févr", "fevr")


_NOTHING = Span(0, 0, "", 0.0)


def _kind(text: str, span: Span, last: Span) -> Span:
    """Return a date as DOB where the words before say so, with an empty type inside the name of a law or
    street."""
    before = " " + fold(text[max(last.end, span.start - 84) : span.start])
    for sign in _BORN_SIGNS:
        if sign in before:
            matches = list(_BORN.finditer(before))
            break
    else:
        matches = []
    if matches:
        between = before[matches[-1].end() :].lstrip(_LEADERS)
        if len(between) <= 64 and between.count("\n") <= 1 and not _NOT_BORN.search(between):
            return span._replace(type="DOB", confidence=max(span.confidence, 0.9))
    if last.type == "DOB" and span.start - last.end < 50 and _ANOTHER.fullmatch(text, last.end, span.start):
        return span._replace(type="DOB", confidence=0.7)
    if text.startswith((" (", "(", " :"), span.end) and _AFTER_BORN.match(text, span.end):
        return span._replace(type="DOB", confidence=0.8)
    if before.endswith(("du ", "du\n")) and (_names_law(before) or _STREET.search(before[-24:])):
        return span._replace(type="")
    return span


def _names_law(before: str) -> bool:
    """Tell whether what stands before a date is a law, whose name the date ends."""
    if not any(word in before for word in _LAW_SIGNS):
        return False
    law = _LAW.search(before)
    return law is not None and (not _NUMBERED_ONLY.match(law[0]) or any(map(str.isdigit, law[0])))
