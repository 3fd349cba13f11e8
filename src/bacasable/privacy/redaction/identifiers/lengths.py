"""How long numbers are whose type only words tell, and what follows a number that counts something."""

import re

#: After a number that counts something.
UNIT = re.compile(
    r"(?:,\d|[ \u00a0\u202f]?(?:€|[eE]uros?\b|EUR\b|EUROS\b|[mk]?[mM][23²³]\b|%|[kMG]?Wh?\b|k[mg]\b|ha\b|hab"
    r"|[hH]\d|ans\b|francs?\b|F\b|litres?\b|[Mm]ois\b|jours?\b|heures?\b|personnes?\b|m\b))"
)

#: From so many digits, a comma after a number parts cells, not decimals.
LONG = 13


def counts(text: str, end: int, size: int) -> bool:
    """Tell whether a number of so many digits counts something, from what follows it."""
    return UNIT.match(text, end) is not None and (size < LONG or text[end] != ",")


#: Lengths that a type accepts on the word of its context alone.
ANNOUNCED: dict[str, frozenset[int]] = {
    "NIR": frozenset((13, 14, 15)),
    "SPI": frozenset((13,)),
    "SIRET": frozenset((14,)),
    "SIREN": frozenset((9,)),
    "IBAN": frozenset((11, 21, 23)),
    "CARD": frozenset((14, 15, 16, 19)),
    "PHONE": frozenset((8, 9, 10, 11)),
    "CAF": frozenset((7,)),
    "FT": frozenset((7, 8, 11)),
    "ID_CARD": frozenset((12,)),
    "RESIDENCE_PERMIT": frozenset((9, 10)),
    "DRIVING_LICENCE": frozenset((12,)),
    "HEALTH_INSURER": frozenset(range(6, 13)),
    "HEALTH_PROFESSIONAL": frozenset((9, 11)),
    "PATIENT": frozenset(range(6, 14)),
    "INE": frozenset((8, 9, 10, 11)),
    "PASSPORT": frozenset((9,)),
    "TAX_NOTICE": frozenset((7, 12, 13)),
    "FILE_NUMBER": frozenset(range(5, 16)),
}


#: Types that a heading or a word far off may name.
FAR = frozenset(
    ("NIR", "SPI", "SIREN", "SIRET", "CAF", "FT", "INE", "ID_CARD", "RESIDENCE_PERMIT", "DRIVING_LICENCE")
)
FAR_LENGTHS: frozenset[int] = frozenset().union(*(ANNOUNCED[key] for key in FAR))
