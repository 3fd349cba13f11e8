# ruff: noqa: E501
"""Addresses of the network and of the web, e-mail, account names: in journals, files and sentences."""

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.redaction import find
from bacasable.privacy.redaction.identifiers import contacts, keywords
from bacasable.privacy.redaction.identifiers.contacts import escaped_emails
from bacasable.privacy.redaction.identifiers.network_addresses import bare_hardware
from bacasable.privacy.redaction.identifiers.spelled_dates import spelled_dates
from tests.factories.identifier_layouts import unmarked

KINDS = {"IP", "MAC", "URL", "EMAIL", "HANDLE"}

#: Values to find stand between brackets with their type; no other contact is there.
TEXTS = [
    # An address of version 6 before a hardware address, or after one of version 4.
    "ip=[[IP:2a01:e0a:1b2:3c40:8d5e:22ff:fe10:9ab1]] user=b mac=[[MAC:b8-27-eb-9a-0f-11]]",
    "[[IP:2a01:cb19:8a3d:5200:1c2d:3e4f:5a6b:7c8d]];[[MAC:00-1B-44-11-3A-B7]]",
    "connexions .......... [[IP:58.25.241.243]] le 03/03/2024 ; [[IP:2a01:cb19:7bd7:25c2:cf6:70d3:e1f4:7319]] le 4 mai",
    "depuis [[IP:72.127.246.198]] et [[IP:2001:db8:4bd0::ba9b]], appareil [[MAC:19:BF:F8:51:49:60]]",
    "IPv6:[[IP:2a01:cb00:11ff:2200:abcd:ef01:2345:6789]]",
    '{"client_ip":"[[IP:2a01:cb08::42]]","port":443}',
    '{"ip": "[[IP:::ffff:192.0.2.44]]"}',
    "l'IP [[IP:78.193.12.4]]:51234 est bloquée",
    "X-Forwarded-For: [[IP:203.0.113.9]], [[IP:198.51.100.23]]",
    "peer: [[IP:2a02:8428:1a2b:3c00:b1c2:d3e4:f506:1728]]#53",
    "Adresse IPv6 [[IP:2001:db8::7]]/64 attribuée",
    "carte réseau [[MAC:B827EB123456]]",
    "l'appareil d'adresse MAC [[MAC:f45544064153]].",
    "adresse physique : [[MAC:A4 5E 60 C2 11 9F]]",
    '"mac":"[[MAC:a45e60c2119f]]"',
    "mail : [[EMAIL:jeandupont75 at gmail dot com]]",
    "email=[[EMAIL:paul.dubois%40free.fr]]",
    "écrire à [[EMAIL:jean.dupont @orange.fr]] merci",
    "mon mail c'est [[EMAIL:lucie.roy@hotmail,fr]]",
    "merci [[HANDLE:@orange.fr]]",
    "son pseudo sur le forum est [[HANDLE:loulou_62]]",
    "identifiant Discord : [[HANDLE:tom#4412]]",
    "login : [[HANDLE:jdupont75]]",
    "FORUM D'ENTRAIDE\n[[HANDLE:team_costes]] le 25/08/2014 à 22:10\nSalut",
    "Conductrice : Maéva ([[HANDLE:la_maeva_83]] sur l'application, 4,8 étoiles)",
    "relevés de l'application, compte [[HANDLE:parisa1987]]",
    "nom d'utilisateur : [[HANDLE:mdurand12]]",
    '"username": "[[HANDLE:mdurand12]]"',
    "[[URL:https://www.location-exemple.fr/hote/asa-50191]].",
    "[[URL:https://www.location-exemple.fr/logement/chez-lucie-44]]",
    "[[URL:http://voahangy-hoareausinna.blog.example/2024/05/]]",
    "[[URL:https://valentinpanassie.example/contact.html]]",
    "[[URL:https://www.facebook.example/iris.coignec.802]]",
    "[[URL:https://orcid.org/0000-0002-1825-0097]]",
    "[[URL:https://exemple.fr/suivi?ref=12&n_allocataire=AB12]]",
    "[[URL:https://meet.exemple.fr/dr-lefevre]]",
    "[[URL:https://annuaire.example/medecins/4512]]",
]

#: What looks like one and is none.
NOTHING = [
    "version d'agent 4.11.0.2 installée",
    "utilisateur : root, login: admin",
    "Identifiant de connexion : aucun",
    "L'adresse MAC est demandée au guichet 123456 au plus tard.",
    "voir https://www.caf.fr/allocataires/mes-services-en-ligne",
    "https://assistance.free.fr/articles/1 et https://docs.python.org/3/library/re.html",
    "https://annuaire.example/medecins/lyon",
    "https://www.francetravail.fr/candidat/",
    "https://location-exemple.fr/hotel/lyon-69",
    "Il est 12:30:45 et tout va bien.",
]


@pytest.mark.parametrize("marked", TEXTS)
def test_what_is_marked_is_found(marked: str) -> None:
    text, spans = unmarked(marked)
    found = {(text[a:b], kind) for a, b, kind, _ in find(text) if kind in KINDS}
    assert found == {(text[a:b], kind) for a, b, kind in spans}


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_like_a_contact_is_left(text: str) -> None:
    assert not [(text[a:b], kind) for a, b, kind, _ in find(text) if kind in KINDS]


@pytest.mark.parametrize(
    "text",
    ["birth_date: 1980-05-03", "a vu le jour le 12 juin 1991 à Nantes", "Anniversaire : 12 juin 1991"],
)
def test_words_of_other_hands_tell_a_birth(text: str) -> None:
    assert "DOB" in {span.type for span in find(text)}


#: Pieces that recognisers which start at a word look for, whole and broken.
PIECES = (
    *(
        "pseudo : lea_93",
        "insta=",
        "ſnap: a.b9 ",
        "login est jd_1",
        "d’utilisateur : jd_12",
        "facebook lea.93 ",
    ),
    *("mac b827eb123456 ", "wi-fi : ", "carte réseau ", "A4 5E 60 C2 11 9F", "%40b.fr", "paul", "écarte "),
    *(
        "le douze mars",
        " mil neuf cent ",
        "soixante",
        "deux\u00a0mille vingt",
        "vingt et un août 2020",
        "TROIS FÉVRIER",
    ),
    *(" ", "\n", "_", "-", "\u202f", "İ"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_what_starts_at_a_word_is_looked_for_where_the_word_stands(text: str) -> None:
    held = keywords.held(text)
    with patch.object(contacts, "places", lambda text, _group: range(len(text))):
        accounts = contacts.named_accounts(text)
    assert contacts.named_accounts(text) == accounts
    for group, found in (
        (keywords.ACCOUNTS, accounts),
        (keywords.HARDWARE, bare_hardware(text)),
        (keywords.ESCAPED, escaped_emails(text)),
        (keywords.SPELLED, spelled_dates(text)),
    ):
        assert held & group or not found
