"""What is known of a written form: first name, surname, commune, country, ordinary word; each in buckets
of counts.

The table is built by ``training/redaction/lexicon.py`` from open data (sources and licences: NOTICE) and read
once, when first asked for. A key is a folded form: lower case, without accents, typographic apostrophes made
straight; a value packs the buckets of :class:`Buckets`.
"""

import unicodedata
import zlib
from array import array
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from bacasable.privacy.redaction import kernel

MAGIC = b"BSLX1\n"
NO_COMMUNE = frozenset((0, 5, 6, 7))

#: Words in small letters that belong to surnames and to names of places.
PARTICLES = frozenset(
    (
        *("de", "du", "des", "d", "la", "le", "les", "l", "van", "von", "der", "den", "ben", "bin", "ibn"),
        *("el", "al", "da", "do", "dos", "das", "di", "del", "della"),
    )
)
_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'"}
)


class Buckets(NamedTuple):
    """Buckets of a form.

    ``first`` and ``last``: 0 unknown, then 1 to 4 by how many bear it as a first name or as a surname;
    ``place``: 0 none, 1 to 4 a commune by population, 5 a country, 6 a department or region, 7 a foreign
    city;
    ``word``: 0 none, 1 seen in texts but in no dictionary, 2 to 5 a word of the dictionary by frequency;
    ``opens``: 1 when it can be the first word of a place written in several words.
    """

    first: int
    last: int
    place: int
    word: int
    opens: int


def pack(buckets: Buckets) -> int:
    """Return the buckets as one integer of 13 bits."""
    first, last, place, word, opens = buckets
    return first | last << 3 | place << 6 | word << 9 | opens << 12


def unpack(value: int) -> Buckets:
    """Return the buckets that ``pack`` made one integer."""
    return Buckets(value & 7, value >> 3 & 7, value >> 6 & 7, value >> 9 & 7, value >> 12 & 1)


def fold(word: str) -> str:
    """Return ``word`` as the table writes it: lower case, no accents, straight apostrophes."""
    word = word.lower()
    if word.isascii():
        return word
    word = unicodedata.normalize("NFD", word.translate(_LIGATURES))
    return "".join(letter for letter in word if not unicodedata.combining(letter))


class Table(NamedTuple):
    """The table as it is kept: different packed buckets, which of them each form has, forms by line."""

    codes: "array[int]"
    of_forms: "array[int]"
    forms: bytes


def table() -> Table:
    """Return the table, read from its file."""
    raw = zlib.decompress(files(__name__).joinpath("forms.bin").read_bytes())
    if not raw.startswith(MAGIC):
        raise ValueError(
            "forms.bin is not a table of forms of this version: run training/redaction/lexicon.py"
        )
    start = len(MAGIC)
    classes, count = array("I", raw[start : start + 8])
    start += 8
    codes = array("H", raw[start : start + 2 * classes])
    start += 2 * classes
    of_forms = array("H", raw[start : start + 2 * count])
    start += 2 * count
    return Table(codes, of_forms, raw[start:])


@cache
def forms() -> dict[str, int]:
    """Return the table: folded form to packed buckets."""
    codes, of_forms, joined = table()
    return dict(
        zip(joined.decode("ascii").split("\n"), map(codes.tolist().__getitem__, of_forms), strict=True)
    )


@cache
def compiled() -> Any:
    """Return the table in C, whose ``code(form)`` is ``forms().get(form, 0)``; ``None`` where no kernel was
    built."""
    if kernel.built is None:
        return None
    codes, of_forms, joined = table()
    return kernel.built.Forms(joined, codes, of_forms)


@cache
def _code_of() -> Callable[[str], int]:
    table = compiled()
    return table.code if table is not None else lambda form: forms().get(form, 0)


def code(form: str) -> int:
    """Return the packed buckets of a folded form, 0 for one that the table does not have."""
    return _code_of()(form)


@cache
def communes() -> frozenset[str]:
    """Return the folded names of the communes of France, hyphens as written, with and without their
    article."""
    return frozenset(form for form, code in forms().items() if (code >> 6 & 7) not in NO_COMMUNE)


def is_commune(name: str) -> bool:
    """Say whether ``name`` (any case, accents or not, hyphens or spaces) is a commune of France."""
    return (code(fold(name).replace(" ", "-")) >> 6 & 7) not in NO_COMMUNE
