"""Questions, notes and files at a counter, with fictional personal data planted in them.

Every number has the right key, every name and address is put together at random: nobody is meant. Sentences
are of a counter's life, and written apart from the texts that redaction learns from or is judged on.
"""

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.replacement.surrogates.fiction import fiction

_SEPARATORS = re.compile(r"[\W_]+")
#: Signs of a value that must not be found in a row: four of a year would turn up by chance.
_PIECE = 7


@dataclass(frozen=True)
class Planted:
    """A value and its type, as it stands in the text."""

    type: str
    value: str

    def stands_in(self, normal: str, beside: str = "") -> bool:
        """Say whether the value, or a long piece of it, stands in a text put by :func:`normal_form`.

        A piece that ``beside``, in the same form, has too says nothing: *lallement* of an address shares
        seven letters with *renouvellement*.
        """
        sought = normal_form(self.value)
        if self.type == "PERSON":
            words = [word for word in re.split(r"[ \-]", self.value) if len(word) >= 4]
            return sought in normal or any(f" {_folded(word)} " in normal for word in words[-1:])
        compact = sought.replace(" ", "")
        whole = normal.replace(" ", "")
        if self.type == "ADDRESS":
            return sought in normal
        pieces = [compact[at : at + _PIECE] for at in range(max(1, len(compact) - _PIECE + 1))]
        others = beside.replace(" ", "")
        return any(piece in whole and piece not in others for piece in pieces)


def normal_form(text: str) -> str:
    """Return ``text`` folded, every separator one space, with a space at both ends."""
    return f" {_SEPARATORS.sub(' ', _folded(text)).strip()} "


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


@dataclass(frozen=True)
class Text:
    """A text with what was planted in it."""

    text: str
    planted: tuple[Planted, ...]

    @property
    def beside(self) -> str:
        """The text without what was planted, put by :func:`normal_form`."""
        rest = self.text
        for value in self.planted:
            rest = rest.replace(value.value, "|")
        return normal_form(rest)


def _digits(dice: random.Random, count: int, first: str = "0123456789") -> str:
    return dice.choice(first) + "".join(dice.choice("0123456789") for _ in range(count - 1))


def _person(dice: random.Random) -> str:
    known = fiction()
    first = dice.choice(known.first_names[dice.choice("MF")])
    last = dice.choice(known.surnames)
    return f"{first.title()} {last.upper() if dice.random() < 0.4 else last.title()}"


def _nir(dice: random.Random) -> str:
    year, month = dice.randrange(40, 100), dice.randrange(1, 13)
    body = f"{dice.choice('12')}{year:02}{month:02}{dice.randrange(1, 96):02}"
    body = f"{body[:5]}21" if body[5:7] == "20" else body
    body += f"{dice.randrange(1, 400):03}{dice.randrange(1, 999):03}"
    key = f"{checks.nir_key(body):02}"
    if dice.random() < 0.5:
        return body + key
    return " ".join((body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:13], key))


def _spi(dice: random.Random) -> str:
    body = dice.choice("0123") + _digits(dice, 9)
    whole = f"{body}{checks.spi_key(body):03}"
    return whole if dice.random() < 0.5 else " ".join(re.findall(r"..?.?", whole))


def _phone(dice: random.Random) -> str:
    whole = "0" + dice.choice("1234567") + _digits(dice, 8)
    form = dice.randrange(3)
    if form == 0:
        return " ".join(re.findall("..", whole))
    return ".".join(re.findall("..", whole)) if form == 1 else f"+33{whole[1:]}"


def _email(dice: random.Random) -> str:
    name = _folded(_person(dice)).replace(" ", dice.choice("._")).replace("'", "")
    return f"{name}{dice.randrange(10, 99)}@{dice.choice(('orange.fr', 'free.fr', 'laposte.net'))}"


def _iban(dice: random.Random) -> str:
    bank, branch, account = _digits(dice, 5), _digits(dice, 5), _digits(dice, 11)
    bban = f"{bank}{branch}{account}{checks.bban_key(bank, branch, account):02}"
    key = 98 - int(f"{bban}152700") % 97
    whole = f"FR{key:02}{bban}"
    return whole if dice.random() < 0.3 else " ".join(re.findall(r".{1,4}", whole))


def _card(dice: random.Random) -> str:
    first = dice.choice(("4", "51", "52"))
    body = first + _digits(dice, 15 - len(first))
    whole = body + checks.luhn_digit(body)
    return " ".join(re.findall("....", whole))


def _siret(dice: random.Random) -> str:
    siren = _digits(dice, 8, "3456789")
    siren += checks.luhn_digit(siren)
    body = siren + f"{dice.randrange(1, 60):04}"
    return body + checks.luhn_digit(body)


def _plate(dice: random.Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTVWXYZ"
    pair = [dice.choice(letters) + dice.choice(letters) for _ in range(2)]
    return f"{pair[0]}-{dice.randrange(100, 999)}-{pair[1]}"


def _caf(dice: random.Random) -> str:
    return _digits(dice, 7, "123456789")


def _ft(dice: random.Random) -> str:
    return _digits(dice, 7, "123456789") + dice.choice("ABCDEFGHJKLMNPRSTVWXYZ")


def _passport(dice: random.Random) -> str:
    return f"{dice.randrange(10, 25)}{dice.choice('ABCDEFHKL')}{dice.choice('ABCDEFHKL')}{_digits(dice, 5)}"


def _birth(dice: random.Random) -> str:
    return f"{dice.randrange(1, 29):02}/{dice.randrange(1, 13):02}/{dice.randrange(1935, 2008)}"


def _address(dice: random.Random) -> str:
    street = dice.choice(("rue", "avenue", "impasse", "chemin"))
    of = dice.choice(("des Peupliers", "Jean Moulin", "de la Fontaine", "du Moulin", "Victor Hugo"))
    town = dice.choice(fiction().peopled)
    return f"{dice.randrange(1, 180)} {street} {of}, {town.postcode} {town.name}"


def _siren(dice: random.Random) -> str:
    return _siret(dice)[:9]


def _vat(dice: random.Random) -> str:
    siren = _siren(dice)
    return f"FR{checks.vat_key(siren):02}{siren}"


def _handle(dice: random.Random) -> str:
    return f"@{_folded(dice.choice(fiction().surnames)).replace(' ', '_')}{dice.randrange(10, 99)}"


def _url(dice: random.Random) -> str:
    return f"https://www.facebook.com/{_folded(_person(dice)).replace(' ', '.')}.{dice.randrange(10, 99)}"


def _ip(dice: random.Random) -> str:
    return f"82.{dice.randrange(60, 250)}.{dice.randrange(256)}.{dice.randrange(1, 255)}"


def _mac(dice: random.Random) -> str:
    return ":".join(f"{dice.randrange(256):02x}" for _ in range(6))


def _ine(dice: random.Random) -> str:
    return _digits(dice, 9) + dice.choice("ABCDEFGHJK") + dice.choice("ABCDEFGHJK")


def _id_card(dice: random.Random) -> str:
    return _digits(dice, 12, "123456789")


def _residence_permit(dice: random.Random) -> str:
    return _digits(dice, 10, "1236789")


def _driving_licence(dice: random.Random) -> str:
    return f"{dice.randrange(10, 24)}{dice.choice('ABCDEFGH')}{dice.choice('ABCDEFGH')}{_digits(dice, 5)}"


#: For each type: how a value is drawn, and sentences of a question, a note or a file that hold it.
_PLANTS: dict[str, tuple[Callable[[random.Random], str], tuple[str, ...]]] = {
    "PERSON": (
        _person,
        (
            "J'ai devant moi M. {}, {}",
            "Mme {} est venue ce matin : {}",
            "Question pour {}, présent à l'accueil : {}",
            "Bonjour, un usager, monsieur {}, voudrait savoir : {}",
            "Nom et prénom : {}. {}",
        ),
    ),
    "NIR": (
        _nir,
        ("Son numéro de sécurité sociale est {}. {}", "NIR : {}. {}", "Assuré sous le n° {}, {}"),
    ),
    "SPI": (_spi, ("Son numéro fiscal est {}. {}", "N° fiscal {} ; {}", "Numéro SPI {}. {}")),
    "PHONE": (
        _phone,
        ("On peut rappeler l'usager au {}. {}", "Tél. {} - {}", "Joignable au {} après 17 h. {}"),
    ),
    "EMAIL": (_email, ("Réponse à envoyer à {}. {}", "Adresse mail : {}. {}", "Il écrit depuis {} : {}")),
    "IBAN": (_iban, ("Le RIB porte l'IBAN {}. {}", "IBAN : {}. {}")),
    "CARD": (_card, ("Il a payé avec la carte bancaire {}. {}", "Numéro de carte : {}. {}")),
    "SIRET": (_siret, ("Son entreprise a le SIRET {}. {}", "SIRET {} - {}")),
    "PLATE": (_plate, ("Le véhicule immatriculé {} est à son nom. {}", "Immatriculation : {}. {}")),
    "CAF": (_caf, ("Numéro d'allocataire CAF : {}. {}", "Allocataire CAF n° {}. {}")),
    "FT": (
        _ft,
        ("Identifiant France Travail : {}. {}", "Inscrite à France Travail sous l'identifiant {}. {}"),
    ),
    "SIREN": (_siren, ("Sa société, SIREN {}, est à jour. {}", "N° SIREN : {}. {}")),
    "VAT": (_vat, ("Numéro de TVA intracommunautaire : {}. {}",)),
    "HANDLE": (_handle, ("Son compte Instagram est {}. {}", "Il nous écrit sur Twitter : {}. {}")),
    "URL": (_url, ("Sa page : {} - {}", "On le trouve sur {} ; {}")),
    "IP": (_ip, ("Connexion depuis l'adresse IP {}. {}", "Adresse IP : {}. {}")),
    "MAC": (_mac, ("Adresse MAC de sa box : {}. {}",)),
    "INE": (_ine, ("Son identifiant national étudiant (INE) est {}. {}", "INE : {}. {}")),
    "ID_CARD": (_id_card, ("Carte nationale d'identité n° {}. {}", "Numéro de CNI : {}. {}")),
    "RESIDENCE_PERMIT": (
        _residence_permit,
        ("Titre de séjour n° {}. {}", "Numéro étranger : {}. {}"),
    ),
    "DRIVING_LICENCE": (_driving_licence, ("Permis de conduire n° {}. {}", "N° de permis : {}. {}")),
    "PASSPORT": (_passport, ("Son passeport n° {} expire bientôt. {}", "Numéro de passeport : {}. {}")),
    "DOB": (_birth, ("L'usager est né le {}. {}", "Date de naissance : {}. {}")),
    "ADDRESS": (_address, ("Elle habite {}. {}", "Domicile : {}. {}", "Il demeure {} depuis un an. {}")),
}
#: Planted more often than the others: what agents type most.
_OFTEN = ("PERSON", "PERSON", "PERSON", "PHONE", "NIR", "EMAIL", "DOB", "ADDRESS")
_QUESTIONS = (
    "quelles démarches faire pour renouveler une carte d'identité perdue ?",
    "combien coûte un passeport pour un majeur ?",
    "comment déclarer un changement d'adresse pour la carte grise ?",
    "quels justificatifs fournir pour une demande de logement social ?",
    "à quelle aide a-t-on droit après un licenciement économique ?",
    "comment obtenir un acte de naissance quand on est né à l'étranger ?",
    "peut-on inscrire un enfant à la cantine en cours d'année ?",
    "quelles sont les conditions de la prime d'activité ?",
)


def types() -> tuple[str, ...]:
    """Return the types that are planted."""
    return tuple(_PLANTS)


def planted(n: int, seed: int) -> list[Text]:
    """Return texts that hold ``n`` values in all: one to three in each, of different types."""
    dice = random.Random(seed)  # noqa: S311 (a sample that can be drawn again)
    made: list[Text] = []
    left = n
    while left:
        count = min(left, dice.choice((1, 1, 2, 3)))
        kinds = dice.sample(sorted({dice.choice((*_OFTEN, *_PLANTS)) for _ in range(8)}), 1)
        while len(kinds) < count:
            kind = dice.choice((*_OFTEN, *_PLANTS))
            if kind not in kinds:
                kinds.append(kind)
        text = dice.choice(_QUESTIONS)
        held = []
        for kind in kinds:
            draw, sentences = _PLANTS[kind]
            value = draw(dice)
            sentence = dice.choice(sentences)
            after = text if sentence.split("{}")[1].strip() in ("", ",", ":", "-", ";") else _capital(text)
            text = sentence.format(value, after)
            held.append(Planted(kind, value))
        made.append(Text(text, tuple(held)))
        left -= count
    return made


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
