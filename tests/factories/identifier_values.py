# ruff: noqa: E501
"""Invented values of each type of identifier, and the words by which forms name them."""

import random
from collections.abc import Callable
from typing import NamedTuple

from bacasable.privacy.redaction.identifiers import checks


def digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(size))


def letters(rng: random.Random, size: int) -> str:
    return "".join(rng.choice("ABCDEFGHJKLMNPQRSTVWXYZ") for _ in range(size))


def _nir(rng: random.Random) -> str:
    sex = rng.choice("112222")
    month = rng.choice([*range(1, 13)])
    place = rng.choice(["75056", "69123", "2A004", "2B033", "99352", "97105", "59350", "13055", "98735"])
    body = f"{sex}{rng.randint(0, 99):02}{month:02}{place}{rng.randint(1, 990):03}"
    key = checks.nir_key(body)
    style = rng.random()
    if style < 0.35:
        key = key % 97 + 1  # a mistake
    last = "" if 0.35 <= style < 0.5 else f"{key:02}"
    parts = (body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:], last)
    sign = rng.choice(["", "", " ", " ", ".", "-", "/", "\u00a0", "one"])
    if sign == "one":
        return " ".join("".join(parts))
    return sign.join(filter(None, parts))


def _grouped(rng: random.Random, value: str, sizes: tuple[int, ...], signs: str) -> str:
    sign = rng.choice([*signs, ""])
    parts, place = [], 0
    for size in sizes:
        parts.append(value[place : place + size])
        place += size
    return sign.join(parts)


def _siren(rng: random.Random) -> str:
    body = rng.choice("34589") + digits(rng, 7)
    return body + checks.luhn_digit(body)


def _siret(rng: random.Random) -> str:
    body = _siren(rng) + f"000{digits(rng, 1)}"
    return _grouped(rng, body + checks.luhn_digit(body), (3, 3, 3, 5), " .\u00a0\u202f")


def _spi(rng: random.Random) -> str:
    body = rng.choice("0123") + digits(rng, 9)
    return _grouped(rng, f"{body}{int(body) % 511:03}", (2, 2, 3, 3, 3), " \u00a0")


def _iban(rng: random.Random) -> str:
    country, size = rng.choice(
        [("FR", 23), ("FR", 23), ("FR", 23), ("DE", 18), ("BE", 12), ("ES", 20), ("PT", 21), ("LU", 16)]
    )
    account = digits(rng, size)
    number = int(account + "".join(str(ord(sign) - 55) for sign in country) + "00")
    value = f"{country}{98 - number % 97:02}{account}"
    return _grouped(rng, value, (4,) * (len(value) // 4) + (len(value) % 4,), " \u00a0").strip()


def _card(rng: random.Random) -> str:
    body = rng.choice(["4970", "5132", "4111", "5555"]) + digits(rng, 11)
    return _grouped(rng, body + checks.luhn_digit(body), (4, 4, 4, 4), " -\u00a0")


def _phone(rng: random.Random) -> str:
    national = rng.choice("67123459") + digits(rng, 8)
    style = rng.randrange(8)
    pairs = [national[place : place + 2] for place in range(1, 9, 2)]
    return [
        "0" + national,
        f"0{national[0]} " + " ".join(pairs),
        f"0{national[0]}." + ".".join(pairs),
        f"+33 {national[0]} " + " ".join(pairs),
        f"+33(0){national[0]}" + "".join(pairs),
        f"0033{national}",
        f"0{national[0]}-" + "-".join(pairs),
        " ".join("0" + national),
    ][style]


def _plate(rng: random.Random) -> str:
    sign = rng.choice(["-", "-", " ", ""])
    if rng.random() < 0.6:
        return f"{letters(rng, 2)}{sign}{rng.randint(1, 999):03}{sign}{letters(rng, 2)}"
    return f"{rng.randint(100, 9999)}{sign}{letters(rng, rng.choice((2, 3)))}{sign}{rng.choice(('75', '69', '2A', '13'))}"


def _ip(rng: random.Random) -> str:
    if rng.random() < 0.35:
        return rng.choice(
            [
                f"2001:db8:{digits(rng, 4)}::{digits(rng, 2)}",
                f"2a01:cb08:8{digits(rng, 2)}a:{digits(rng, 4)}:a4b2:11ff:fe2e:{digits(rng, 4)}",
                "fe80::1ff:fe23:4567:890a",
                "::ffff:192.0.2.7",
                f"2001:0DB8:0000:0000:0000:FF00:0042:{digits(rng, 4)}",
            ]
        )
    return f"{rng.choice((10, 81, 92, 172, 192, 203, 78))}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"


def _mac(rng: random.Random) -> str:
    value = "".join(rng.choice("0123456789abcdef") for _ in range(10)) + "a" + digits(rng, 1)
    pairs = [value[place : place + 2] for place in range(0, 12, 2)]
    written = rng.choice(
        [":".join(pairs), "-".join(pairs), ".".join((value[:4], value[4:8], value[8:])), ":".join(pairs)]
    )
    return written.upper() if rng.random() < 0.5 and "." not in written else written


FIRST = (
    "jean",
    "marie",
    "paul",
    "sophie",
    "karim",
    "lucie",
    "thomas",
    "fatou",
    "hugo",
    "claire",
    "mehdi",
    "ines",
)
LAST = (
    "dupont",
    "lefevre",
    "benali",
    "garnier",
    "moreau",
    "nguyen",
    "traore",
    "fontaine",
    "roussel",
    "girard",
)


def _url(rng: random.Random) -> str:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    return rng.choice(
        [
            f"https://www.{first}-{last}.fr",
            f"https://{first}{last}.example/contact",
            f"www.{last}-{first}.com/cv",
            f"http://{first}-{last}.test",
            f"https://blog.exemple.org/~{first[0]}{last}",
            f"https://annuaire.example/fiche/{first}-{last}",
            f"https://intranet.example.org/agents/{last}.{first}?vue=1",
            f"https://rdv.example.com/suivi?nom={last}&prenom={first}",
            f"{first}-{last}.example",
            f"{first}{last}.fr/photos",
            f"linkedin.com/in/{first}-{last}-{digits(rng, 4)}",
            f"https://www.facebook.com/{first}.{last}.{digits(rng, 2)}",
            f"https://cloud.example.net/s/{first}_{last}/dossier.pdf",
            f"github.com/{first}{last}",
            f"https://{first}.{last}.invalid/page",
        ]
    )


def _handle(rng: random.Random) -> str:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    return rng.choice(
        [
            f"@{first}{last}",
            f"@{first}.{last}",
            f"@{first}_{last}{digits(rng, 2)}",
            f"@{first[0]}{last}",
            f"@{first}{digits(rng, 2)}@mastodon.example",
            f"@{last}-{first}",
        ]
    )


def _email(rng: random.Random) -> str:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    return rng.choice(
        [
            f"{first}.{last}@exemple.fr",
            f"{first[0]}{last}@mairie.example",
            f"{last}_{first}+rsa@sous.domaine.org",
        ]
    )


def _passport(rng: random.Random) -> str:
    return f"{rng.randint(10, 24)}{letters(rng, 2)}{digits(rng, 5)}"


def _permit(rng: random.Random) -> str:
    return rng.choice(
        [digits(rng, 10), "0" + digits(rng, 9), "99" + digits(rng, 8), letters(rng, 3) + digits(rng, 9)]
    )


def _ine(rng: random.Random) -> str:
    return rng.choice(
        [
            digits(rng, 10) + letters(rng, 1),
            digits(rng, 9) + letters(rng, 2),
            "0" + digits(rng, 9) + letters(rng, 1),
        ]
    )


def _caf(rng: random.Random) -> str:
    value = rng.choice("123456789") + digits(rng, 6)
    return rng.choice([value, f"{value}{letters(rng, 1)}", f"{value} {letters(rng, 1)}"])


def _ft(rng: random.Random) -> str:
    return rng.choice([digits(rng, 7) + letters(rng, 1), digits(rng, 8), digits(rng, 10) + letters(rng, 1)])


def _id_card(rng: random.Random) -> str:
    return rng.choice(
        [
            digits(rng, 12),
            f"{digits(rng, 4)}75{digits(rng, 6)}",
            f"{letters(rng, 1)}{digits(rng, 1)}{letters(rng, 3)}{digits(rng, 4)}",
        ]
    )


def _licence(rng: random.Random) -> str:
    return rng.choice([digits(rng, 12), f"{rng.randint(10, 24)}{letters(rng, 2)}{digits(rng, 5)}"])


class Kind(NamedTuple):
    """A type: its values, how forms label it, headings of columns, a noun with its article, the plural."""

    value: Callable[[random.Random], str]
    labels: tuple[str, ...]
    headings: tuple[str, ...]
    noun: str
    plural: str
    bare: bool = False


KINDS: dict[str, Kind] = {
    "NIR": Kind(
        _nir,
        ("N° de sécurité sociale", "NIR", "Numéro de sécu", "N° SS", "NNI"),
        ("NIR", "N° SS", "Sécu", "N° de sécurité sociale", "Matricule sécu"),
        "le numéro de sécurité sociale", "numéros de sécurité sociale", True,
    ),
    "SPI": Kind(_spi, ("Numéro fiscal", "N° fiscal", "SPI"), ("N° fiscal", "SPI"), "le numéro fiscal", "numéros fiscaux", True),
    "SIRET": Kind(_siret, ("SIRET", "N° SIRET"), ("SIRET",), "le SIRET", "SIRET", True),
    "SIREN": Kind(_siren, ("SIREN", "N° SIREN"), ("SIREN", "N° SIREN"), "le numéro SIREN", "numéros SIREN"),
    "IBAN": Kind(_iban, ("IBAN", "RIB", "Compte bancaire"), ("IBAN", "RIB"), "l'IBAN", "IBAN", True),
    "CARD": Kind(_card, ("Carte bancaire", "N° de carte", "CB"), ("Carte bancaire", "N° CB"), "la carte bancaire", "cartes bancaires", True),
    "PHONE": Kind(_phone, ("Tél.", "Téléphone", "Portable", "Mob."), ("Téléphone", "Tél.", "Portable"), "le téléphone", "numéros de téléphone", True),
    "EMAIL": Kind(_email, ("Courriel", "E-mail", "Mél"), ("Courriel", "Mail"), "l'adresse", "courriels", True),
    "HANDLE": Kind(_handle, ("Pseudo", "Compte Instagram", "X"), ("Compte", "Pseudo", "Réseau"), "le compte", "comptes", True),
    "IP": Kind(_ip, ("Adresse IP", "IP"), ("IP", "Adresse IP"), "l'adresse IP", "adresses IP", True),
    "MAC": Kind(_mac, ("Adresse MAC", "MAC"), ("MAC", "Adresse physique"), "l'adresse MAC", "adresses MAC", True),
    "URL": Kind(_url, ("Site", "Page perso", "Lien"), ("Site web", "Page"), "le site", "sites", True),
    "PLATE": Kind(_plate, ("Immatriculation", "Plaque", "Immat."), ("Immatriculation", "Plaque", "Immat"), "le véhicule", "véhicules"),
    "CAF": Kind(
        _caf, ("N° allocataire", "N° CAF", "Numéro d'allocataire", "n° alloc."),
        ("N° allocataire", "CAF", "Allocataire", "N° d'allocataire CAF"), "le numéro d'allocataire", "numéros d'allocataire",
    ),
    "FT": Kind(
        _ft, ("Identifiant France Travail", "N° demandeur d'emploi", "Id. FT", "Identifiant Pôle emploi"),
        ("Identifiant France Travail", "Id. FT", "France Travail"), "l'identifiant France Travail", "identifiants France Travail",
    ),
    "INE": Kind(
        _ine, ("INE", "N° INE", "Identifiant national étudiant", "BEA"), ("INE", "N° INE", "Identifiant national"),
        "le numéro INE", "numéros INE",
    ),
    "PASSPORT": Kind(
        _passport, ("Passeport n°", "N° de passeport", "Passeport"), ("Passeport", "N° passeport", "Numéro de passeport"),
        "le passeport", "passeports",
    ),
    "ID_CARD": Kind(
        _id_card, ("CNI n°", "Carte nationale d'identité", "N° de carte d'identité"), ("CNI", "Carte d'identité", "N° CNI"),
        "la carte d'identité", "cartes d'identité",
    ),
    "RESIDENCE_PERMIT": Kind(
        _permit, ("Titre de séjour n°", "N° étranger", "AGDREF", "Carte de séjour", "N° étr."),
        ("Titre de séjour", "N° étranger", "AGDREF", "N° AGDREF"), "le titre de séjour", "titres de séjour",
    ),
    "DRIVING_LICENCE": Kind(
        _licence, ("Permis de conduire n°", "N° de permis", "NEPH"), ("Permis", "Permis de conduire", "NEPH"),
        "le permis de conduire", "permis de conduire",
    ),
}  # fmt: skip
