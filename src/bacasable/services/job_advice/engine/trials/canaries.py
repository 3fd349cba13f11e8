"""Fictional personal data planted in CVs and notes of nobody, and whether what goes out holds some of it.

A line of each type of the redaction engine holds a value between braces; each trial puts another one of the
same form in its place (same keys, another name, another town), drawn from the seed. Dates alone are not
planted: how long a job lasted is read from them.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bacasable.privacy.attacks.canaries import folded
from bacasable.privacy.redaction.replacement.surrogates import Surrogates
from bacasable.privacy.redaction.spans import Span
from bacasable.services.job_advice.engine.trials import sensitive

#: What is planted: the lines of each type, its value between braces. The values are nobody's.
LINES: dict[str, tuple[str, ...]] = {
    "PERSON": (
        "{Jeanne Lallement}",
        "Nom : {Karim BENALI}",
        "Référence : M. {Paul Vasseur}, 10 ans avec lui",
    ),
    "ADDRESS": ("{12 rue des Peupliers, 44000 Nantes}", "Adresse : {8 impasse du Moulin, 35000 Rennes}"),
    "LOCATION": ("Lieu de naissance : {Quimper}", "Domiciliée à {Saint-Nazaire}"),
    "NIR": ("N° de sécurité sociale : {2 69 05 49 588 157 80}", "NIR : {269054958815780}"),
    "SPI": ("Numéro fiscal : {30 23 217 600 053}",),
    "TAX_NOTICE": ("Référence de l'avis d'impôt : {22 44 1234567 89}",),
    "SIREN": ("Entreprise individuelle, SIREN {732 829 320}",),
    "SIRET": ("Micro-entreprise, SIRET {732 829 320 00074}",),
    "VAT": ("N° de TVA intracommunautaire : {FR44732829320}",),
    "IBAN": ("IBAN : {FR76 3000 6000 0112 3456 7890 189}",),
    "CARD": ("Carte bancaire {4970 1012 3456 7890}",),
    "PHONE": ("Tél. {06 12 34 56 78}", "Portable : {07.98.76.54.32}", "{+33 6 12 34 56 78}"),
    "EMAIL": ("{jeanne.lallement@laposte.net}", "Courriel : {k.benali85@free.fr}"),
    "HANDLE": ("Instagram : {@jlallement44}", "Twitter : {@karim_benali}"),
    "IP": ("Adresse IP : {82.64.12.200}",),
    "MAC": ("Adresse MAC : {3c:22:fb:4a:9e:10}",),
    "URL": ("Profil : {https://www.linkedin.com/in/jeanne-lallement-44}",),
    "PLATE": ("Véhicule immatriculé {AB-123-CD}",),
    "CAF": ("Allocataire CAF n° {4512367}",),
    "FT": ("Identifiant France Travail : {4512367K}",),
    "INE": ("INE : {120512367HB}",),
    "PASSPORT": ("Passeport n° {15CK45123}",),
    "ID_CARD": ("Carte nationale d'identité n° {451236789012}",),
    "RESIDENCE_PERMIT": ("Titre de séjour n° {7512367890}",),
    "DRIVING_LICENCE": ("Permis de conduire n° {15AB45123}",),
    "HEALTH_INSURER": ("Mutuelle, n° d'adhérent : {45123678}",),
    "HEALTH_PROFESSIONAL": ("N° RPPS : {10004512367}",),
    "PATIENT": ("IPP de l'hôpital : {8004512367}",),
    "FILE_NUMBER": ("Dossier n° {2023-004512}",),
    "DOB": ("Née le {12/05/1985}", "Date de naissance : {3 mars 1990}"),
}
#: What is planted of private life is of this kind.
PRIVATE = "PRIVATE_LIFE"
#: CVs in which it is planted: what stands in them is nobody's, and is read of each.
BASES: tuple[str, ...] = (
    "Expérience professionnelle\n2018 - 2022 : Cuisinier\n2014 - 2018 : Plongeur\n\nFormation\n2013 : CAP",
    "Expériences\n2015 - 2023 : Vendeuse en prêt-à-porter\n\nFormation\n2014 : Bac professionnel",
    "Parcours\n2019 - 2024 : Aide-soignante\n\nFormation\n2018 : Diplôme\n\nCompétences\nHygiène",
    "Expérience\n2010 - 2020 : Maçon\n2008 - 2010 : Manœuvre\n\nFormation\n2008 : CAP maçon\n\nPermis B",
    "Expérience\n2016 - 2021 : Comptable\n\nFormation\n2015 : BTS comptabilité\n\nInformatique\nTableur",
    "Emplois\n2012 - 2022 : Conducteur de bus\n\nFormation\n2011 : Titre professionnel de conducteur",
)
#: Signs of a value that must not be found in a row: four of a year would turn up by chance.
_PIECE = 7
#: Letters of a surname that is looked for alone; a shorter one is a piece of other words.
_NAME = 5
_HELD = re.compile(r"\{(.+)\}")


@dataclass(frozen=True)
class Planted:
    """A value of a type, as it stands in the text."""

    type: str
    value: str

    def stands_in(self, text: str, beside: str) -> bool:
        """Say whether the value, or seven signs of it, are in ``text`` and not in ``beside``, both folded."""
        sought = folded(self.value)
        if self.type == "PERSON":
            surname = folded(self.value.rpartition(" ")[2])
            sought = surname if len(surname) >= _NAME else sought
        size = len(sought) if self.type in ("PERSON", PRIVATE) else _PIECE
        pieces = {sought[at : at + size] for at in range(max(1, len(sought) - size + 1))}
        return any(piece in text and piece not in beside for piece in pieces)


@dataclass(frozen=True)
class Text:
    """A CV or a note, what was planted in it, and the same without (``beside``)."""

    text: str
    planted: tuple[Planted, ...]
    beside: str


def curricula(n: int, seed: int) -> list[Text]:
    """Return CVs that hold ``n`` values in all, one to four each, at the top and between the lines."""
    dice, made, left = Random(seed), list[Text](), n  # noqa: S311 (a sample that can be drawn again)
    while left:
        base = BASES[len(made) % len(BASES)]
        kinds = dice.sample([*LINES, PRIVATE], min(left, dice.choice((1, 2, 3, 4))))
        lines, planted = base.splitlines(), []
        for place, kind in enumerate(kinds):
            line, value = _line(kind, f"{seed} cv {len(made)}", dice)
            lines.insert(0 if place % 2 == 0 else dice.randrange(len(lines) + 1), line)
            planted.append(Planted(kind, value))
        made.append(Text("\n".join(lines), tuple(planted), base))
        left -= len(kinds)
    return made


def notes(n: int, seed: int) -> list[Text]:
    """Return notes of an interview that hold one value each."""
    dice, made = Random(seed), list[Text]()  # noqa: S311 (as above)
    for number in range(n):
        kind = [*LINES, PRIVATE][number % (len(LINES) + 1)]
        line, value = _line(kind, f"{seed} note {number}", dice)
        made.append(Text(f"{_NOTE} {line}.", (Planted(kind, value),), _NOTE))
    return made


_NOTE = "Cherche un poste de jour, mobile à vingt kilomètres. À revoir dans quinze jours."


def _line(kind: str, key: str, dice: Random) -> tuple[str, str]:
    """Return a line that holds a value of ``kind``, and the value."""
    if kind == PRIVATE:
        _, phrase, secret = sensitive.PHRASES[dice.randrange(len(sensitive.PHRASES))]
        return phrase.capitalize(), secret
    pattern = dice.choice(LINES[kind])
    held = _HELD.search(pattern)
    assert held is not None  # noqa: S101 - each line above has one
    text = pattern.replace("{", "").replace("}", "")
    span = Span(held.start(), held.end() - 2, kind, 1.0)
    made = Surrogates(hashlib.sha256(f"{key} {kind}".encode()).digest())
    made.document()
    made.meet(text, [span])
    value = made.of(text, span)
    return f"{text[: span.start]}{value}{text[span.end :]}", value


def passed(text: Text, outlets: Sequence[str], beside: str) -> list[str]:
    """Return the types of what was planted in ``text`` and stands in an outlet, and not in ``beside``."""
    whole, others = "\ue000".join(folded(one) for one in outlets), folded(f"{text.beside} {beside}")
    return [one.type for one in text.planted if one.stands_in(whole, others)]
