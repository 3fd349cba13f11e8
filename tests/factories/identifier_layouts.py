# ruff: noqa: E501
"""Invented identifiers in many layouts: tables, lists, forms, mails, sentences; values marked with their type.

Nothing here follows the letters that the model of names is trained on, nor the texts of the benchmarks. Half
of the layouts (:func:`halves`) is for looking at, half for scoring only.
"""

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from bacasable.privacy.redaction.identifiers import checks

MARK = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]", re.DOTALL)


class Marked(NamedTuple):
    """A text, and its values: start, end, type."""

    text: str
    spans: list[tuple[int, int, str]]


def unmarked(marked: str) -> Marked:
    """Return a text without the marks ``[[TYPE:value]]``, and where the values stand."""
    text, spans, last = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[last : mark.start()]
        spans.append((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        last = mark.end()
    return Marked(text + marked[last:], spans)


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


class Case:
    """The pieces that a layout puts together: values marked, words of a type, people."""

    def __init__(self, key: str, rng: random.Random) -> None:
        self.key, self.rng, self.kind = key, rng, KINDS[key]

    def value(self) -> str:
        return f"[[{self.key}:{self.kind.value(self.rng)}]]"

    def plain(self) -> str:
        """A value and what it takes in a table: its length without the mark."""
        return self.kind.value(self.rng)

    @property
    def label(self) -> str:
        return self.rng.choice(self.kind.labels)

    @property
    def heading(self) -> str:
        return self.rng.choice(self.kind.headings)

    def name(self) -> str:
        return f"{self.rng.choice(LAST).upper()} {self.rng.choice(FIRST).capitalize()}"

    def town(self) -> str:
        return self.rng.choice(("Lyon", "Brest", "Nîmes", "Pau", "Lille"))

    def rows(self, columns: list[str], sign: str, count: int = 3) -> str:
        kinds = {
            "v": self.value,
            "n": self.name,
            "t": self.town,
            "i": lambda: self.rng.choice(("oui", "non", "à jour", "en attente")),
        }
        return "\n".join(sign.join(kinds[column]() for column in columns) for _ in range(count))

    def aligned(self, columns: list[str], headings: list[str], gap: int, rule: bool, right: bool) -> str:
        kinds = {"v": self.plain, "n": self.name, "t": self.town}
        rows = [[kinds[column]() for column in columns] for _ in range(4)]
        widths = [max(map(len, (headings[n], *(row[n] for row in rows)))) + gap for n in range(len(columns))]
        put = str.rjust if right else str.ljust

        def cell(n: int, value: str) -> str:
            padded = put(value, widths[n])
            return padded.replace(value, f"[[{self.key}:{value}]]") if columns[n] == "v" else padded

        lines = ["".join(put(headings[n], widths[n]) for n in range(len(columns))).rstrip()]
        if rule:
            lines.append("-" * len(lines[0]))
        lines += ["".join(cell(n, row[n]) for n in range(len(columns))).rstrip() for row in rows]
        return "\n".join(lines)


Layout = Callable[[Case], str]

#: Layouts for all types.
LAYOUTS: list[Layout] = [
    lambda c: f"{c.label} : {c.value()}",
    lambda c: f"{c.label}\n{c.value()}",
    lambda c: f"Nom : {c.name()}\n{c.label} :\n\n{c.value()}\n\nVille : {c.town()}",
    lambda c: f"| Nom | {c.heading} | Ville |\n|---|---|---|\n| " + c.rows(list("nvt"), " | ", 3).replace("\n", " |\n| ") + " |",
    lambda c: f"Nom | Ville | {c.heading}\n--- | --- | ---\n" + c.rows(list("ntv"), " | "),
    lambda c: f"+--------+--------+\n| {c.heading} | Nom |\n+--------+--------+\n| " + c.rows(list("vn"), " | ").replace("\n", " |\n| ") + " |\n+--------+--------+",
    lambda c: f"Nom;{c.heading};Ville\n" + c.rows(list("nvt"), ";", 5),
    lambda c: f"{c.heading};Nom;Situation\n" + c.rows(list("vni"), ";", 5),
    lambda c: f'"Nom","{c.heading}","Ville"\n"' + c.rows(list("nvt"), '","').replace("\n", '"\n"') + '"',
    lambda c: f"Nom\tVille\t{c.heading}\n" + c.rows(list("ntv"), "\t", 4),
    lambda c: c.aligned(list("nvt"), ["Nom", c.heading, "Ville"], 3, False, False),
    lambda c: c.aligned(list("ntv"), ["NOM", "VILLE", c.heading.upper()], 4, True, False),
    lambda c: c.aligned(list("vn"), [c.heading, "Titulaire"], 2, True, False),
    lambda c: f"Les {c.kind.plural} suivants sont concernés :\n- {c.value()}\n- {c.value()}\n- {c.value()}\n- {c.value()}",
    lambda c: f"Liste des {c.kind.plural} :\n1. {c.name()} – {c.value()}\n2. {c.name()} – {c.value()}\n3. {c.name()} – {c.value()}",
    lambda c: f"Les {c.kind.plural} en cause : {c.value()}, {c.value()} et {c.value()}.",
    lambda c: f"{c.kind.noun.capitalize()} a été signalé à nos services la semaine passée. Il s'agit du numéro suivant, à vérifier sans tarder : {c.value()}",
    lambda c: f"Objet perdu : {c.kind.noun}. Il portait le numéro {c.value()} et se trouvait dans un sac.",
    lambda c: f"| Champ | Valeur |\n|:--|--:|\n| Nom | {c.name()} |\n| {c.label} | {c.value()} |\n| Ville | {c.town()} |",
    lambda c: f"## {c.kind.plural.capitalize()}\n\n{c.name()} {c.value()}\n{c.name()} {c.value()}\n{c.name()} {c.value()}",
    lambda c: f"{c.label} ..................... {c.value()}",
    lambda c: f"{{\"nom\": \"{c.name()}\", \"{c.heading.lower()}\": \"{c.value()}\"}}",
    lambda c: f"Bonjour,\nje vous transmets {c.kind.noun} de mon fils ({c.value()}).\nMerci",
    lambda c: f"> {c.label} ?\n{c.value()}\n> Ville ?\n{c.town()}",
    lambda c: f"**{c.label}** : `{c.value()}`",
    lambda c: f"{c.name().upper()} - {c.label.upper()} {c.value()} - {c.town().upper()}",
    lambda c: f"Pièces vues au guichet :\n\n  * {c.label} {c.value()}\n  * justificatif de domicile",
    lambda c: f"{c.name()} ; {c.town()} ; {c.label} {c.value()} ; à jour",
    lambda c: f"Question : quel est {c.kind.noun} de {c.name()} ?\nRéponse : {c.value()}",
    lambda c: f"<tr><th>{c.heading}</th><td>{c.value()}</td></tr>",
    lambda c: f"{c.heading}={c.value()}",
    lambda c: f"SMS reçu : slt c {c.name().lower()} voila {c.kind.noun} {c.value()} merci",
    lambda c: f"{c.label} (à rappeler dans toute correspondance) : {c.value()}",
    lambda c: f"Rubrique 4. {c.label}\n   {c.value()}\nRubrique 5. Ville\n   {c.town()}",
    lambda c: f"Après vérification de {c.kind.noun}, l'agent a recopié ce qui suit sur le registre de l'accueil : {c.value()}.",
    lambda c: f"Nom;Prénom;Ville;{c.heading}\n" + "\n".join(f"{c.rng.choice(LAST)};{c.rng.choice(FIRST)};{c.town()};{c.value()}" for _ in range(6)),
    lambda c: f"TABLEAU 2 – {c.kind.plural.upper()}\n{c.name()}   {c.value()}   {c.town()}\n{c.name()}   {c.value()}   {c.town()}",
    lambda c: f"|{c.heading}|Nom|Observations|\n|:-:|---|---|\n|" + c.rows(list("vni"), "|", 4).replace("\n", "|\n|") + "|",
    lambda c: f"{c.label} : « {c.value()} »",
    lambda c: f"Au titre de {c.kind.noun}, on lit {c.value()} ; la photocopie est jointe.",
    lambda c: f"Nom ; {c.heading} ; Ville\n" + c.rows(list("nvt"), " ; ", 3),
    lambda c: f"Fiche\n  Nom.......... : {c.name()}\n  {c.label} : {c.value()}\n  Ville........ : {c.town()}",
    lambda c: f"{c.heading}\n-----------\n{c.value()}\n{c.value()}\n{c.value()}",
    lambda c: f"{c.heading} / Nom / Ville\n{c.value()} / {c.name()} / {c.town()}",
]  # fmt: skip

#: Layouts without a word for the type, for the types that their form tells.
BARE: list[Layout] = [
    lambda c: f"Bonjour,\n{c.value()}\nCordialement",
    lambda c: f"Vu ce matin : {c.value()}.",
    lambda c: f"- {c.value()}\n- {c.value()}",
    lambda c: f"M. {c.name()} ({c.value()}) est venu.",
    lambda c: f"{c.value()}",
    lambda c: f"Noter {c.value()}, à rappeler demain matin.",
    lambda c: f"{c.name()}\n{c.value()}\n{c.town()}",
    lambda c: f"{c.name()};{c.value()};{c.town()}",
    lambda c: f"[12:04] {c.value()} a été relevé par l'agent",
    lambda c: f"Elle m'a laissé ceci : « {c.value()} »",
    lambda c: f"{c.value()} - {c.name()}",
    lambda c: f"merci de vérifier {c.value()} svp",
]


def cases(key: str, half: int | None = None, seed: int = 1, repeats: int = 3) -> list[tuple[int, Marked]]:
    """Return texts of a type, with the number of their layout; ``half``: of even (0) or odd (1) layouts."""
    kind = KINDS[key]
    layouts = LAYOUTS + (BARE if kind.bare else [])
    made = []
    for number, layout in enumerate(layouts):
        if half is not None and number % 2 != half:
            continue
        for repeat in range(repeats):
            rng = random.Random(f"{seed} {key} {number} {repeat}")
            made.append((number, unmarked(layout(Case(key, rng)))))
    return made
