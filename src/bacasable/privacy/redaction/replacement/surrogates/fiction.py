"""Names and places to draw from, read once when first needed (sources: training/redaction/fiction.py)."""

import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bacasable.privacy.redaction.lexicon import fold

_MAGIC = b"BSFI1\n"

#: Countries by their INSEE code of birth (COG, after 99 in a NIR).
COUNTRIES: Mapping[str, str] = {
    "109": "Allemagne",
    "110": "Autriche",
    "127": "Italie",
    "131": "Belgique",
    "122": "Pologne",
    "134": "Espagne",
    "139": "Portugal",
    "132": "Royaume-Uni",
    "140": "Suisse",
    "126": "Grèce",
    "114": "Roumanie",
    "208": "Turquie",
    "205": "Liban",
    "216": "Chine",
    "223": "Inde",
    "217": "Japon",
    "350": "Maroc",
    "351": "Tunisie",
    "352": "Algérie",
    "341": "Sénégal",
    "326": "Côte d'Ivoire",
    "322": "Cameroun",
    "335": "Mali",
    "324": "Congo",
    "333": "Madagascar",
    "301": "Égypte",
    "404": "États-Unis",
    "401": "Canada",
    "416": "Brésil",
    "419": "Colombie",
    "410": "Haïti",
}

#: A city of each, by the same code.
CITIES: Mapping[str, str] = {
    "109": "Hambourg",
    "110": "Salzbourg",
    "127": "Turin",
    "131": "Namur",
    "122": "Cracovie",
    "134": "Valence",
    "139": "Porto",
    "132": "Bristol",
    "140": "Lausanne",
    "126": "Patras",
    "114": "Cluj",
    "208": "Izmir",
    "205": "Tripoli",
    "216": "Nankin",
    "223": "Pune",
    "217": "Nagoya",
    "350": "Tanger",
    "351": "Sousse",
    "352": "Oran",
    "341": "Thiès",
    "326": "Bouaké",
    "322": "Douala",
    "335": "Ségou",
    "324": "Pointe-Noire",
    "333": "Toamasina",
    "301": "Alexandrie",
    "404": "Boston",
    "401": "Halifax",
    "416": "Recife",
    "419": "Cali",
    "410": "Jacmel",
}

REGIONS = (
    *(
        "Bretagne",
        "Normandie",
        "Occitanie",
        "Picardie",
        "Bourgogne",
        "Auvergne",
        "Limousin",
        "Lorraine",
        "Savoie",
    ),
    *(
        "Vendée",
        "Gironde",
        "Dordogne",
        "Ardèche",
        "Sarthe",
        "Mayenne",
        "Corrèze",
        "Drôme",
        "Isère",
        "Moselle",
    ),
)

STREETS = (
    *("des Lilas", "des Tilleuls", "du Moulin", "de la Fontaine", "des Écoles", "du Lavoir", "des Acacias"),
    *("de la Prairie", "des Vergers", "du Château", "de la Gare", "des Peupliers", "du Stade", "des Jardins"),
    *("de l'Étang", "des Marronniers", "du Pressoir", "de la Forge", "des Cerisiers", "du Ruisseau"),
    *("des Noyers", "de la Source", "des Mimosas", "du Verger", "des Vignes", "de la Mairie", "des Chênes"),
    *("du Four", "de la Colline", "des Roses", "du Pont", "des Platanes", "de la Poste", "des Bleuets"),
)


class Commune(NamedTuple):
    """A commune or municipal district: INSEE code, one postal code, name."""

    code: str
    postcode: str
    name: str


class Fiction(NamedTuple):
    """``sexes``: M, F or E (either) by folded first name; ``first_names`` by sex; places by code."""

    sexes: Mapping[str, str]
    first_names: Mapping[str, Sequence[str]]
    surnames: Sequence[str]
    peopled: Sequence[Commune]
    by_code: Mapping[str, Commune]
    by_name: Mapping[str, Commune]


@cache
def fiction() -> Fiction:
    """Return the table."""
    raw = zlib.decompress(
        files("bacasable.privacy.redaction.replacement").joinpath("fiction.bin").read_bytes()
    )
    if not raw.startswith(_MAGIC):
        raise ValueError("fiction.bin is not a table of this version: run training/redaction/fiction.py")
    sexes, men, women, either, surnames, *towns = raw[len(_MAGIC) :].decode().split("\n\n")
    peopled, others = ([Commune(*line.split(",")) for line in part.split("\n")] for part in towns)
    return Fiction(
        dict(line.split(",") for line in sexes.split("\n")),
        {"M": men.split("\n"), "F": women.split("\n"), "E": either.split("\n")},
        surnames.split("\n"),
        peopled,
        {town.code: town for part in (peopled, others) for town in part},
        {place_key(town.name): town for part in (others, peopled) for town in part},
    )


def place_key(name: str) -> str:
    """Return the form under which a place is looked up: folded, single spaces, 'saint' written out."""
    words = fold(name).replace("'", " ").replace("-", " ").replace("/", " ").split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word.strip("."), word) for word in words)
