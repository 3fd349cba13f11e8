"""Places and addresses: a commune is another commune everywhere, with its own postal code and INSEE code."""

import re

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.replacement.surrogates.draw import Draw
from bacasable.privacy.redaction.replacement.surrogates.fiction import (
    CITIES,
    COUNTRIES,
    REGIONS,
    STREETS,
    Commune,
    fiction,
    place_key,
)
from bacasable.privacy.redaction.replacement.surrogates.names import like, unaccented

_POSTCODE = re.compile(r"(?<!\d)(?:F-)?(\d{2}[ \u00a0]?\d{3})(?!\d)")
_STREET = re.compile(
    r"\b(rue|avenue|av\.?|ave\.?|boulevard|boul\.?|bd\.?|bvd\.?|blvd\.?|place|pl\.?|chemin|ch\.?|che\.?|impasse|imp\.?|allées?|"
    r"allees?|all\.?|quai|cours|route|rte\.?|square|sq\.?|passage|sentier|ruelle|venelle|faubourg|fbg\.?|"
    r"esplanade|promenade|résidence|residence|rés\.?|lotissement|lot\.?|lieu-dit|lieudit|hameau|cité|cite|villa|"
    r"montée|montee|côte|cote|rond-point|clos|domaine|parc|zone|za|zi|bp|b\.p\.|tsa|cs|bât\.?|bat\.?|"
    r"bâtiment|batiment|appt?\.?|appartement|étage|etage|escalier|esc\.?|porte|chez|r\.)(?![^\W_])",
    re.IGNORECASE,
)
#: What is not the name of a street: only its digits change.
_UNNAMED = re.compile(r"bp|b\.p\.|tsa|cs|b[âa]t|app|[ée]tage|esc|porte|chez|z[ai]$|zone", re.IGNORECASE)
_CEDEX = re.compile(
    r"[ -]*cedex.*|[ ,-]*\d{1,2} ?(?:er|[èe]?me|e)\b.*| \d{1,2}\b.*", re.IGNORECASE | re.DOTALL
)
_COUNTRY_CODES = {place_key(name): code for code, name in COUNTRIES.items()}


class Places:
    """Surrogates of places under one key."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def commune(self, name: str) -> Commune:
        """Return the commune that stands for the one of this name, known or not."""
        key = place_key(name)
        for attempt in range(20):
            town = self._draw.of("town", key, attempt).pick(fiction().peopled)
            if place_key(town.name) != key:
                return town
        raise AssertionError("all communes have one name")

    def code(self, code: str) -> str:
        """Return the five characters of the place of birth in a NIR that stand for ``code``."""
        if code.startswith("99"):
            country = COUNTRIES.get(code[2:], code)
            return "99" + _COUNTRY_CODES[place_key(self.country(country))]
        known = fiction().by_code.get(code)
        return self.commune(known.name if known else f"commune {code}").code

    def born(self, value: str, code: str) -> str:
        """Return the surrogate of a place of birth for a NIR of place ``code``: commune, country or city."""
        if not code.startswith("99"):
            new = fiction().by_code[code].name
        else:
            new = (COUNTRIES if _is_country(value) else CITIES)[code[2:]]
        return cased(new, value)

    def country(self, name: str) -> str:
        """Return another country."""
        names = [other for other in COUNTRIES.values() if place_key(other) != place_key(name)]
        return self._draw.of("country", place_key(name)).pick(names)

    def place(self, value: str) -> str:
        """Return another place of the same sort: commune, country, or region and department."""
        if _POSTCODE.search(value):
            return self.address(value)
        bare = value.strip()
        sort = _sort(bare)
        if _is_country(bare):
            new = self.country(bare)
        elif sort == 7:
            others = [name for name in CITIES.values() if place_key(name) != place_key(bare)]
            new = self._draw.of("city", place_key(bare)).pick(others)
        elif sort == 6:
            others = [name for name in REGIONS if place_key(name) != place_key(bare)]
            new = self._draw.of("region", place_key(bare)).pick(others)
        else:
            new = self.commune(_CEDEX.sub("", bare) or bare).name
        return cased(new, value)

    def address(self, value: str) -> str:
        """Return another address: numbers, streets and commune changed, the postal code that of the new
        commune.
        """
        codes = list(_POSTCODE.finditer(value))
        if not codes:
            lines = re.split(r"([,\n]+)", value)
            return "".join(self._line(line) for line in lines)
        code = codes[-1]
        town = value[code.end() :]
        match = re.match(r"[\s,\-–]*", town)
        head = match[0] if match else ""
        name, tail = _cut(town[len(head) :])
        new = self.commune(name or code[1])
        street = "".join(self._line(line) for line in re.split(r"([,\n]+)", value[: code.start()]))
        digits = new.postcode if " " not in code[1] else f"{new.postcode[:2]} {new.postcode[2:]}"
        prefix = code[0][: code.start(1) - code.start()]
        return street + prefix + digits + head + (cased(new.name, name) if name else "") + tail

    def _line(self, line: str) -> str:
        if not any(map(str.isalnum, line)):
            return line
        match = _STREET.search(line)
        if match is None:
            numbers = re.match(r"\W*\d*\s*(?:bis|ter|quater)?[\s,]*", line)
            start = numbers.end() if numbers else 0
            kept, named = line[:start], line[start:]
            return self._digits(kept) + (self._street(named) if any(map(str.isalpha, named)) else named)
        if _UNNAMED.match(match[0]):
            return self._digits(line)
        return self._digits(line[: match.end()]) + self._street(line[match.end() :])

    def _street(self, named: str) -> str:
        head = named[: len(named) - len(named.lstrip())]
        tail = named[len(named.rstrip()) :]
        bare = named.strip()
        if not bare:
            return named
        for attempt in range(20):
            new = self._draw.of("street", place_key(bare), attempt).pick(STREETS)
            if place_key(new) != place_key(bare):
                break
        return head + cased(new, bare) + tail

    def _digits(self, text: str) -> str:
        """Change the numbers: 1 to 199 for a number in a street, as many digits for the others."""

        def other(match: re.Match[str]) -> str:
            low = 10 ** (len(match[0]) - 1)
            old = int(match[0]) - low
            if low == 1:
                return str(1 + (int(match[0]) + self._draw.of("number", match[0]).below(8)) % 9)
            step = 1 + self._draw.of("number", match[0]).below(9 * low - 1)
            return str(low + (old + step) % (9 * low)).zfill(len(match[0]))

        return re.sub(r"\d{1,6}", other, text)


def _sort(name: str) -> int:
    """Return the lexicon's number of a sort of place: 5 country, 6 region, 7 foreign city."""
    return lexicon.unpack(lexicon.code(lexicon.fold(name).replace(" ", "-"))).place


def _is_country(name: str) -> bool:
    return place_key(name) in _COUNTRY_CODES or _sort(name.strip()) == 5


def _cut(town: str) -> tuple[str, str]:
    """Cut 'Lyon CEDEX 03, France' after the name."""
    match = _CEDEX.search(town)
    comma = re.search(r"[,\n(]", town)
    at = min((found.start() for found in (match, comma) if found), default=len(town))
    name = town[:at].rstrip()
    return name, town[len(name) :]


def cased(new: str, original: str) -> str:
    """Return the name of a place in the case of ``original``."""
    letters = [sign for sign in original if sign.isalpha()]
    if len(letters) > 1 and all(sign.isupper() for sign in letters):
        return like(new, "AA")
    if letters and all(sign.islower() for sign in letters):
        return unaccented(new).lower() if original.isascii() else new.lower()
    return new
