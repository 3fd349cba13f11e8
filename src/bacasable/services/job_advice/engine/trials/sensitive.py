"""Private life planted in notes and CVs of nobody: a phrase, and the word of it that must not pass."""

from random import Random

#: What is planted: (kind, phrase, its telling word). Invented, in the words that advisers and CVs use.
PHRASES: tuple[tuple[str, str, str], ...] = (
    ("health", "elle est en arrêt maladie depuis mars", "arrêt maladie"),
    ("health", "reconnu travailleur handicapé (RQTH)", "RQTH"),
    ("health", "il sort d'une dépression", "dépression"),
    ("health", "diabétique, doit manger à heures fixes", "diabétique"),
    ("health", "suit une chimiothérapie", "chimiothérapie"),
    ("health", "a été hospitalisée deux fois", "hospitalisée"),
    ("health", "dossier MDPH en cours", "MDPH"),
    ("health", "épileptique, ne conduit pas", "épileptique"),
    ("health", "problème d'alcool d'après lui", "alcool"),
    ("health", "sclérose en plaques", "sclérose"),
    ("health", "souffre d'une hernie discale", "hernie discale"),
    ("health", "perçoit l'AAH", "AAH"),
    ("family", "enceinte de six mois", "enceinte"),
    ("family", "divorcée, trois enfants à charge", "divorcée"),
    ("family", "mère isolée", "mère isolée"),
    ("family", "son conjoint travaille de nuit", "conjoint"),
    ("family", "famille monoparentale", "famille monoparentale"),
    ("family", "célibataire", "célibataire"),
    ("belief", "ne travaille pas pendant le ramadan", "ramadan"),
    ("belief", "très engagé dans sa paroisse", "paroisse"),
    ("belief", "musulmane pratiquante", "musulmane"),
    ("belief", "membre des témoins de Jéhovah", "témoins de Jéhovah"),
    ("union", "déléguée syndicale à la CGT", "CGT"),
    ("union", "syndiqué depuis dix ans", "syndiqué"),
    ("origin", "d'origine malienne", "d'origine malienne"),
    ("origin", "réfugié depuis 2019", "réfugié"),
    ("origin", "sans-papiers jusqu'en 2020", "sans-papiers"),
    ("justice", "sortie de prison en mai", "sortie de prison"),
    ("justice", "condamné en 2018", "condamné"),
    ("justice", "casier judiciaire non vierge", "casier judiciaire"),
    ("sex life", "homosexuel, craint l'équipe", "homosexuel"),
    ("political opinion", "militante au parti des cyclistes", "militante au"),
)
_BEFORE = (
    "Entretien du matin. Cherche un poste dans la restauration,",
    "Projet de reconversion vers la logistique ;",
    "A quitté son emploi de vendeuse :",
    "Peu de réponses à ses candidatures,",
    "Bon contact avec les clients,",
)
_AFTER = (
    ". Veut une formation courte.",
    ". Rendez-vous dans quinze jours.",
    " ; CV à refaire.",
    ". Mobile à vingt kilomètres.",
)


def planted(number: int, dice: Random) -> tuple[str, str, str]:
    """Return a kind, a note that holds a plant, and the word of it that must not pass."""
    if number % 6 == 0:
        digits = f"{dice.choice('12')}{dice.randrange(50, 100)}{dice.randrange(1, 13):02d}"
        digits += f"{dice.randrange(1, 96):02d}{dice.randrange(1, 990):03d}{dice.randrange(1, 1000):03d}"
        secret = f"{digits}{97 - int(digits) % 97:02d}"
        kind, phrase = "number of a person", f"numéro de sécurité sociale {secret}"
    else:
        kind, phrase, secret = PHRASES[dice.randrange(len(PHRASES))]
    return kind, f"{dice.choice(_BEFORE)} {phrase}{dice.choice(_AFTER)}", secret.lower()
