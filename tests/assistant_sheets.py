"""Sheets made by hand for tests of the assistant, in an index in memory without vectors."""

from datetime import date

from bacasable.services.assistant.engine.retrieval import Plain
from bacasable.services.assistant.engine.sheets import EVERYBODY, Block, Case, Choice, Sheet


def sheet(
    identifier: str,
    title: str,
    *blocks: str | tuple[str, tuple[str, ...], tuple[Case, ...]],
    collection: str = "sheets",
    choices: tuple[Choice, ...] = (),
    dated: date | None = date(2026, 9, 1),
) -> Sheet:
    """Return a sheet of ``blocks``: texts, or a text with its headings and cases."""
    text = ""
    made = []
    for block in blocks:
        words, path, cases = (block, (), ()) if isinstance(block, str) else block
        text += "\n" if text else ""
        made.append(Block(len(text), len(text) + len(words), path=path, cases=cases))
        text += words
    return Sheet(identifier, collection, title, text, tuple(made), dated=dated, choices=choices)


IN_FRANCE, ABROAD = Case("place", 0), Case("place", 1)

LOST_CARD = sheet(
    "card",
    "Perte de la carte d'identité",
    "La déclaration de perte est faite en mairie, en même temps que la demande de nouvelle carte.",
    ("Le renouvellement est payant : 25 € en timbres fiscaux.", ("Coût",), ()),
    ("Le délai de fabrication est de 3 semaines à compter du dépôt du dossier.", ("Délai",), ()),
)
GREY_CARD = sheet(
    "grey",
    "Changement d'adresse sur la carte grise",
    "Le propriétaire du véhicule déclare sa nouvelle adresse dans un délai de 1 mois.",
    ("L'amende est de 135 € passé ce délai.", ("Sanction",), ()),
)
PASSPORT = sheet(
    "passport",
    "Première demande de passeport",
    (
        "La demande est faite dans une mairie équipée.",
        ("En France", "Où s'adresser"),
        (IN_FRANCE,),
    ),
    ("La demande est faite au consulat.", ("À l'étranger", "Où s'adresser"), (ABROAD,)),
    ("Le passeport est valable 10 ans.", ("Durée de validité",), ()),
    choices=(Choice("place", "Où habitez-vous ?", ("En France", "À l'étranger")),),
)


def index(*sheets: Sheet) -> Plain:
    """Return an index of ``sheets``, the three above by default, that everybody reads."""
    made = Plain()
    made.put(sheets or (LOST_CARD, GREY_CARD, PASSPORT), readers=frozenset({EVERYBODY}))
    return made
