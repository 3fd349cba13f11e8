"""Numbers under the words that people write for them: short heads of columns, logs, misspellings, English."""

import pytest

from bacasable.privacy.redaction import find
from bacasable.privacy.redaction.types import registry
from tests.factories.identifier_layouts import unmarked

#: Values to find stand between brackets with their type; no other identifier is there.
TEXTS = [
    "date,client,cb,total\n2024-03-02,Durand,[[CARD:5132877893287921]],45.00",
    "N° CB;Exp;Nom\n[[CARD:5132-9383-4701-7460]];04/27;Durand",
    "facturé carte [[CARD:4970 4538 4019 1612]]",
    "card_number=[[CARD:4111100772837833]]&exp=0427",
    "carte lue : [[CARD:4 1 1 1 2 6 6 1 6 6 3 0 4 9 4 4]]",
    "TPE 0021 carte [[CARD:4970326991023745]] aut 123456",
    "carte de paiement (recto) [[CARD:4970 9546 1113 9301]]",
    "NIR,Date\n[[NIR:257101305513182]],2024-03-12",
    "NIR\tDate\n[[NIR:283031305518894]]\t2024-03-12",
    "sec soc [[NIR:149042A004256]]",
    "n°SS[[NIR:130129935296393]]",
    "No SS : [[NIR:1 9 7 0 7 1 3 0 5 5 6 1 9 6 2]]",
    "n° d'immatriculation [[NIR:1630175056112]]",
    "SPI [[SPI:0843646974282]]. Il vit seul.",
    "num fisc [[SPI:1014673002238]]",
    "numéro fiscal de référence : [[SPI:0075400917319]]",
    "Nom;NF;Ville\nDurand;[[SPI:36 90 911 114 023]];Lyon",
    "tax id: [[SPI:04 91 703 179 079]]",
    "aux impots mon numero c [[SPI:37 35 643 633 113]]",
    "num. fiscal [[SPI:19.53.227.501.015]]",
    "n° all. [[CAF:4217743]]",
    "n° dossier CAF [[CAF:6687597]]",
    "Nom,num_allocataire,Ville\nDurand,[[CAF:5104904]],Lyon",
    "matricule_caf=[[CAF:9549026]]",
    '"numeroAllocataire": "[[CAF:7304320]]"',
    "[[CAF:1718513]] caf",
    "benefits number [[CAF:3742078Z]]",
    "Caf[[CAF:0234588]]",
    "n° FT : [[FT:89263166]]",
    "PE [[FT:2773068V]]",
    "identifiant_ft=[[FT:8575311G]]",
    "[[FT:3614854Z]] france travail",
    "jobseeker number [[FT:0581075T]]",
    "polemploi [[FT:6470316B]]",
    "INE [[INE:285272887 RV]]",
    "student id [[INE:13788482]]",
    "n° étud [[INE:88844693]]",
    "[[SIREN:528 849 730]] R.C.S. Lyon",
    "n°SIREN[[SIREN:881809602]]",
    "whatsapp [[PHONE:33686891712]]",
    "Papeete tél [[PHONE:40 50 60 70]]",
    "[[PHONE:061234 5678]] tel",
    "immat,modele\n[[PLATE:CT470PN]],clio",
    "[[PLATE:4510HR69]] véhicule volé",
    "caravane [[PLATE:el445rs]]",
    "passportNumber: [[PASSPORT:971791894]]",
    "n° de psseport [[PASSPORT:38PA66892]]",
    "C.N.I [[ID_CARD:180481838389]]",
    "carte nat [[ID_CARD:190330525953]]",
    "APS [[RESIDENCE_PERMIT:7312321461]]",
    "Nom;N° étranger;Ville\nDurand;[[RESIDENCE_PERMIT:9682360139]];Lyon",
    "PC [[DRIVING_LICENCE:960647185831]]",
    "perm. [[DRIVING_LICENCE:71AB89897]]",
    "numero fical [[SPI:02 71 156 768 246]]",
    "Caf : dossier [[CAF:6395003]]",
    "ALLOCATAIRE : [[CAF:2675563 D]]\nADRESSE : 12 rue",
    "PE n°[[FT:3895441F]]",
    "Kbis : [[SIREN:825 856 264]]",
    "[[PHONE:001 202 555 0143]]",
    "n° d'immatriculation : [[PLATE:GF 073 LK]]",
    "passeport étranger n° [[PASSPORT:731690191]]",
    "payé par carte, ticket [[CARD:4111111111111111]]",
    "garé derrière la 206 [[PLATE:796-CPQ-14]]",
    "sa plaque je crois : [[PLATE:ra-286-vy]]",
    "avis posté par le compte « [[HANDLE:solene_marchetti]] »",
    "pseudo | date | état\n#48911 | [[HANDLE:rokiadiabate3]] | en ligne",
    "attestation de demande d'asile n° [[RESIDENCE_PERMIT:7476803601]]",
]

#: No identifier is there, whatever the words around.
WITHOUT = [
    "brevet A-38158763 de plongée",
    "Inès 1969-03-07",
    "facture 4111111111111112 du 3 mars",
    "1234567 allocataires en France",
    "12345678 étudiants",
    "le budget est de 1234567,45 euros",
    "12345678 kWh",
    "réf. 12345678 à rappeler",
    "bon de commande 123456789012",
    "ci-joint le dossier 123456789",
    "lot 12345678",
    "marché 2024-123456",
    "appel du 12 03 20 24 au matin",
    "appel 40 pages 50 60 70",
    "code postal 75011 12345678",
    "compteur 12345678901",
    "PDL 12345678901234",
    "EAN 3760123456789",
    "ISBN 9782070360024",
    "NF EN ISO 9001",
    "pc portable 4512",
    "RSA 635,71 €",
    "APL 287,50 €",
    "n° de client 12345678",
    "livraison 1234567A",
    "article L1234567",
    "A380 12345678",
    "visa du chef 12/03/2024",
    "étranger 1234",
    "la perm du 12 03 2024 de 14 à 17",
    "par carte le 12/03/2024 à 10:22",
]


def _numbers(text: str) -> set[tuple[str, str]]:
    types = registry()
    found = ((text[span.start : span.end], span.type) for span in find(text))
    return {(value, kind) for value, kind in found if types[kind].family in ("number", "contact")}


@pytest.mark.parametrize("marked", TEXTS)
def test_numbers_are_found_under_the_words_that_people_write(marked: str) -> None:
    text, spans = unmarked(marked)
    assert _numbers(text) == {(text[a:b], kind) for a, b, kind in spans}


@pytest.mark.parametrize("text", WITHOUT)
def test_numbers_of_other_things_are_left(text: str) -> None:
    assert not _numbers(text)


def test_a_number_and_the_word_after_it_are_no_account() -> None:
    # read on, its key is right by chance
    text = "TVA intracommunautaire : FR46718189434. SIRET 69597520100358"
    assert [(span.type, text[span.start : span.end]) for span in find(text)] == [
        ("VAT", "FR46718189434"),
        ("SIRET", "69597520100358"),
    ]
