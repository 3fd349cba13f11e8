"""A few made-up sheets that answer the planted questions, so that each question reaches the model."""

from datetime import date

from bacasable.services.assistant.engine.sheets import Block, Sheet

COLLECTION = "trial"
#: Two groups that may each read one collection, for the trial of leaks between groups.
GROUPS = ("group:trial-one", "group:trial-two")

_SHEETS = (
    (
        "Carte d'identité : perte et renouvellement",
        "En cas de perte, la carte d'identité se renouvelle en mairie avec une photo de moins de 6 mois. "
        "Les démarches demandent un justificatif de domicile. Le timbre fiscal coûte 25 euros.",
    ),
    (
        "Passeport d'un majeur : coût",
        "Le passeport d'un majeur coûte 86 euros. La demande se fait dans toute mairie équipée.",
    ),
    (
        "Carte grise : changement d'adresse",
        "Le changement d'adresse se déclare dans le mois sur le site officiel. Une étiquette est envoyée.",
    ),
    (
        "Logement social : justificatifs de la demande",
        "La demande de logement social exige une pièce d'identité et l'avis d'imposition de l'avant-dernière "
        "année. Le numéro unique est donné sous 1 mois.",
    ),
    (
        "Licenciement économique : aides",
        "Après un licenciement économique, le contrat de sécurisation professionnelle donne droit à une "
        "allocation pendant 12 mois. Le délai de réflexion est de 21 jours.",
    ),
    (
        "Acte de naissance : personne née à l'étranger",
        "L'acte de naissance d'un Français né à l'étranger se demande au service central d'état civil de "
        "Nantes. L'acte est gratuit.",
    ),
    (
        "Cantine scolaire : inscription en cours d'année",
        "Un enfant peut être inscrit à la cantine en cours d'année auprès de la mairie. Le tarif dépend du "
        "quotient familial.",
    ),
    (
        "Prime d'activité : conditions",
        "La prime d'activité est versée à partir de 18 ans. La déclaration de ressources se fait tous les 3 "
        "mois.",
    ),
)


def sheets(collection: str = COLLECTION) -> list[Sheet]:
    """Return the sheets, one block for each sentence."""
    made = []
    for number, (title, text) in enumerate(_SHEETS):
        blocks, at = [], 0
        for sentence in text.split(". "):
            end = min(len(text), at + len(sentence) + 1)
            blocks.append(Block(at, end))
            at = end + 1
        made.append(
            Sheet(
                id=f"T{number}",
                collection=collection,
                title=title,
                text=text,
                blocks=tuple(blocks),
                dated=date(2026, 1, 1),
                url=f"https://sheets.example/T{number}",
            )
        )
    return made
