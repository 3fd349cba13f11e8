# ruff: noqa: E501
"""Identifiers and dates as people say them: other words, roles, dialogues, headings, letters for numbers."""

import random
import subprocess
import sys

import pytest

from bacasable.privacy.redaction import find
from bacasable.privacy.redaction.types import registry
from tests.factories.identifier_layouts import unmarked

FAMILIES = {"number", "contact", "date"}
#: Values to find stand between brackets with their type; no other identifier is there.
TEXTS = [
    # a form that hardly anything else has, or a right key, needs no listed word
    "le numéro demandé par la plateforme serait [[INE:115524591YD]] ?",
    "celui du carnet : [[INE:1784873261d]], merci",
    "contrat d'assurance de la SCI, [[SIREN:732 829 320]], résilié",
    "vous appelez ça la holding ; l'EURL ([[SIREN:732829320]]) est la mienne",
    "Adhérent : 65594 / [[SIRET:732 829 320 00074]]",
    "Facture : n° [[NIR:2750431211194]], tiers payant",
    "Permis [[DRIVING_LICENCE:18XP68205]] en cours\nPièce fournie au guichet 24 : [[PASSPORT:24MQ25885]] (pass.)",
    "rappelez moi après 17h30 [[PHONE:07 90 60 32 96]]",
    "mon 06 [[PHONE:06 12 34 56 78]] si besoin",
    "titre [[RESIDENCE_PERMIT:8503108711]], photo refusée, [[PHONE:0261913497]]",
    "Titre de séjour : [[RESIDENCE_PERMIT:0403800506]] (authentifié)",
    "j'ai relevé celle de la voiture d'en face, [[PLATE:gd 947 gz]], et [[PLATE:hd805vb]]",
    "il gare sa 5 portes, [[PLATE:5837 hx 12]], ici",
    "Travel document: [[PASSPORT:X4RTHMPV4]] seen at the desk",
    "Name;Travel document;Nationality\nOkafor Grace;[[PASSPORT:A01234567]];NGA\nLi Wei;[[PASSPORT:EB1234567]];CHN",
    "Passport no. [[PASSPORT:C4589032]], travel doc checked",
    "son passeport (numéro relevé par l'agent : [[PASSPORT:21 FH 45678]]) est périmé",
    "passeport [[PASSPORT:19 CK 44821]] délivré à Lille",
    "[[PASSPORT:14CV90876]], c'est le passeport je crois",
    "titre de voyage pour réfugié n° [[PASSPORT:T12345678]]",
    "passeport d'emprunt [[PASSPORT:AO1234567]]. Le mari attend.",
    "Il présente un passeport congolais d'emprunt [[PASSPORT:OB 0412345]]. La famille suit.",
    "paseport n° [[PASSPORT:22HA33221]]",
    "ID: [[ID_CARD:L9T6Z2RX8]]",
    "ID doc [[ID_CARD:X4RTBPFW4]]",
    "Nom;ID doc;Ville\nDurand;[[ID_CARD:D2H6862M2]];Lyon",
    "- tu as ta carte didentité ?\n- oui [[ID_CARD:880692310285]]",
    "document d'identité présenté (n° [[ID_CARD:T4KQ72ZN1]])",
    "identity document number [[ID_CARD:190375B12345]]",
    "piece didentite [[ID_CARD:120475C44556]]",
    "Le groupement est composé de : mandataire [[SIREN:552100554]], cotraitant [[SIREN:732829320]].",
    "cotraitant 2 du marché : [[SIREN:404833048]] ; mandataire solidaire : [[SIREN:443061841]]",
    "attributaire du lot 2 : [[SIREN:552100554]]",
    "Le numéro marqué sur l'avis de l'entreprise c'est [[SIREN:732829320]]",
    "mon employeur (n° [[SIREN:443061841]]) ne répond pas",
    "L'association, n° [[SIREN:404833048]], est dissoute.",
    "IDE [[FT:4412358K]]",
    "mon numéro de demandeuse (id. DE : [[FT:7741225A]])",
    "son identifiant DE ([[FT:5512345M]]) expire",
    "[[FT:4412358K]] est mon identifiant Pôle emploi",
    "[[FT:8912345L]], c'est mon numéro France Travail",
    "PDC n° [[DRIVING_LICENCE:120875301234]] cat. B",
    "permi [[DRIVING_LICENCE:14AB56789]]",
    "- Vous avez le numéro de votre permis ?\n- Oui, [[DRIVING_LICENCE:930175310123]].",
    "Driving license: [[DRIVING_LICENCE:19CD12345]]",
    "12/03/2024;[[IP:2001:db8::12]];refus",
    "2024-03-12 10:22:11;[[IP:2001:db8:4:a::9]];200",
    "- 2024-03-12 ; [[IP:2a01:cb19:8f:2200:1c2d:3e4f:5a6b:7c8d]] ; ok",
    "[[IP:2001:db8::1]] a essayé plusieurs fois",
    "vu le 03/05/2024; [[IP:2a01:e0a:1:2::3]]; puis 03/06/2024; [[IP:2001:db8:85a3::8a2e:370:7334]]",
    "poste d'adresse [[IP:2001:db8:1:1::42]].",
    "sur Instagram sous le nom de [[HANDLE:lea.perrin92]] elle publie",
    "compte Insta [[HANDLE:marie.dup]]",
    "sur TikTok, sous le pseudo [[HANDLE:momo_93]],",
    "son compte Snapchat [[HANDLE:karim.b78]] a disparu",
    "elle est sur insta sous [[HANDLE:zoe_lmb]]",
    "connue sur Twitter sous le nom [[HANDLE:sam_k75]]",
    "dossier [[CAF:1234567 K]] de la Cnaf",
    "numéro de dossier à la Cnaf : [[CAF:7654321 B]]",
    "Caisse d'allocations : [[CAF:3344556 C]]",
    "n° [[CAF:2211334 D]] (caisse d'allocations familiales)",
    "étudiante, INE en attente, joignable [[PHONE:0612345678]]",
    "titre de séjour en cours, [[PHONE:0751234567]]",
    "numéro : [[PHONE:0033 6 12 34 56 78]]",
    "mon n° [[PHONE:00 33 6 12 34 56 78]]",
    "mon 06 : [[PHONE:0612345678]]",
    "Tel   Ville\n[[PHONE:+49 30 901820]]   Berlin\n[[PHONE:+39 06 6982 1234]]   Rome",
    "[[PHONE:+44 20 7946 0958]]   12 03 2024",
    "[[PHONE:+212 6 61 23 45 67]] 75011 Paris",
    "la voiture est mal garée. celle de lui c'est [[PLATE:gb123cd]]",
    "sa plaque c [[PLATE:ab 123 cd]]",
    "venu avec une clio [[PLATE:1842 wk 93]]",
    "il est venu en [[PLATE:4512 XD 69]]",
    "Facturer à :\n[[SIRET:732 829 320 00074]]",
    "facturer à [[SIRET:73282932000074]]",
    "Sarl Martin Frères\n[[SIRET:73282932000074]]\n12 rue des Lilas",
    "voir [[URL:https://www.oumou-diabate.example]]",
    "[[URL:https://kowalczyk-zdzislaw.fr/cv]]",
    "[[URL:https://site.example/p/thi-huong-vu]]",
    "[[URL:https://exemple.org/nadege47]]",
    "[[URL:https://photos.example/galerie/solene34]]",
    "[[URL:www.perso.example/~achille]]",
    "[[URL:https://www.instagram.com/lola.mrt]]",
    "[[URL:https://www.strava.com/athletes/4512389]]",
    "[[URL:https://open.spotify.com/user/lolamrt]]",
    "[[URL:https://vinted.fr/member/12345-lola]]",
    "[[URL:https://www.gofundme.com/f/aidez-mamadou-diarra]]",
    "[[URL:abdelkrim-zerrouki.wordpress.com]]",
    "[[URL:https://www.leboncoin.fr/profile/abc-123]]",
    "https://www.service-public.fr/particuliers/vosdroits/F1234",
    "https://www.data.gouv.fr/fr/datasets/base-sirene-des-entreprises/",
    "https://www.lemonde.fr/societe/article/2024/03/12/budget-participatif-a-lyon_123.html",
    "https://www.marmiton.org/recettes/tarte-aux-pommes_123.aspx",
    "https://www.ville-exemple.fr/vie-quotidienne/eau-potable",
    "https://docs.python.org/fr/3/library/unittest-mock.html",
    "Born on: [[DOB:12/03/1980]]",
    "Name;Born on;Town\nOkafor Grace;[[DOB:12/03/1980]];Lyon",
    "| Name | Born on |\n|---|---|\n| Okafor | [[DOB:12/03/1980]] |\n| Li | [[DOB:01/02/1975]] |",
    "Nom        Né(e) le      Ville\nDURAND     [[DOB:12/03/1980]]    Lyon\nPETIT      [[DOB:01/02/1975]]    Pau",
    "Nom : DURAND        Né le : [[DOB:12/03/1980]]",
    "Monsieur                 Madame\nNé le [[DOB:12/03/1980]]         Née le [[DOB:14/05/1982]]",
    "Né le :\n[[DOB:12/03/1980]]      [[DOB:14/05/1982]]",
    "né le ...................................................................................................... [[DOB:12/03/1980]]",
    "Nés le [[DOB:3 mars 1980]] et le [[DOB:5 avril 1982]].",
    "M. et Mme X, nés respectivement le [[DOB:03/03/1980]] et le [[DOB:05/04/1982]]",
    "- Votre date de naissance ?\n- Le [[DOB:12 mars 1960]].",
    "Vous êtes né quand ?\n— [[DOB:12/03/1960]]",
    "AGENT : date de naissance ?\nUSAGER : [[DOB:12/03/1960]]",
    "Dates de naissance :\n- [[DOB:12/03/1980]]\n- [[DOB:14/05/1982]]\n- [[DOB:15/05/1983]]",
    "née le [[DOB:douze mars mil neuf cent soixante-quatre]] à Lyon",
    "Fait le [[DATE:1er janvier deux mille cinq]] à Pau",
    "né le [[DOB:vingt-et-un août mille neuf cent quatre-vingt-dix-sept]]",
    "L'an [[DATE:deux mille vingt-trois, le quatre juin]]",
    "le [[DATE:trente et un décembre deux mille vingt]], à dix heures",
    "né le [[DOB:premier mai mil neuf cent soixante]]",
    "[[[DATE:03/04/2024]] 10:15] Léa : bonjour",
    "appel du [[DATE:03/04/2024]] 10:15 tel",
    "titre de séjour vu le [[DATE:12/03/2024]] 14:22",
    "titre de séjour : [[DATE:2024-03-12]] 14:22",
    "Ticket tel [[DATE:03/04/2024]] 09h",
    "[[DATE:03.04.2024]] 10 15 appel portable",
    "carte d'électeur n° 732829320",
    "attestation n° 732829320",
    "contrat 732829320",
    "dossier 1784873261D",
    "distance de 150 km, puis ab123cd (commit)",
    "commande n° 1 250 px 40",
    "puce 250269604123456 du chien",
    "rôle général n° 2403456",
    "RG 24/03456",
    "numéro invariant 0612345678",
    "n° invariant : 0623456789 de la maison",
]


@pytest.mark.parametrize("marked", TEXTS)
def test_what_is_marked_is_found(marked: str) -> None:
    text, spans = unmarked(marked)
    types = registry()
    found = {(a, b, kind) for a, b, kind, _ in find(text) if types[kind].family in FAMILIES}
    if "[[DATE" not in marked:
        found = {span for span in found if span[2] != "DATE"}
    assert {(text[a:b], kind) for a, b, kind in found} == {(text[a:b], kind) for a, b, kind in spans}


@pytest.mark.parametrize(
    "text", ["lieu\ndit Les Pins 35000 Rennes", "3 rond\npoint de la Paix", "lieu\r\ndit"]
)
def test_a_kind_of_street_may_stand_on_two_lines(text: str) -> None:
    find(text)


def test_nothing_that_breaks_a_text_raises() -> None:
    rng = random.Random(7)
    signs = [
        "\n",
        "\r\n",
        "\t",
        "\u00a0",
        "\u0301",
        "\u200b",
        ".",
        "-",
        ";",
        "|",
        "\x00",
        "İ",
        "ß",
        "²",
        "Ⅷ",
        "+",
    ]
    for _ in range(600):
        text = list(unmarked(rng.choice(TEXTS)).text + " 12 rue des Pins, lieu dit Bel Air 35000 Rennes")
        for _ in range(rng.randint(1, 9)):
            place = rng.randrange(len(text))
            text[place] = rng.choice([*signs, text[place].swapcase(), "\n"])
        end = 0
        for span in find("".join(text)):
            assert end <= span.start < span.end
            end = span.end


def test_telephones_are_told_without_phonenumbers() -> None:
    code = (
        "import sys; from bacasable.privacy.redaction import find; "
        "find('+49 30 901820 +1 000 0000000 +999 1234567 +39 06 698 00 33 6 12 34 56 78'); "
        "assert 'phonenumbers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
