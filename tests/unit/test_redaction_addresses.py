"""Postal addresses as one span, with the bounds that a reader would give."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bacasable.privacy.redaction.addresses import addresses

#: Each text with its addresses between brackets.
WRITTEN = [
    "Je réside au [12 bis, rue du Général-Leclerc, 92130 Issy-les-Moulineaux] depuis mars.",
    "M. Jean Dupont\n[Résidence Les Pins, Bât. B, appt 12\n45 avenue de la Marne\n33700 MERIGNAC]\nLe 3 mai",
    "[3 RUE DES LILAS\nBP 234\n29300 QUIMPERLE CEDEX]\nTEL 02 98 00 00 00",
    "Adresse : [7, allée des Tilleuls 69003 Lyon]\r\nTél : 04 78 00 00 00",
    "domicilié [lieu-dit Kerbihan, 29300 Arzano], a déclaré",
    "né le 12 mai 1980, [3 rue du Puits, 88000 Épinal]",
    "habitant [24 place de la Bourse] à Bordeaux, sans emploi",
    "[1 rue du 11 novembre 1918, 59000 Lille]",
    "[8 av. Foch, 75 016 Paris]",
    "[10 bd Voltaire\nF-75011 Paris]",
    "[CS 12345\n75008 PARIS CEDEX 08]",
    "[5 Place Bellecour\n69002 LYON 2EME]",
    "j'habite [3 impasse des acacias 31000 toulouse] avec ma fille",
    "[ZI de la Vallée, rue Ampère, 38000 Grenoble]",
    "[Le Bourg\n24290 Montignac]",
    "[12 le Bourg, 24290 Montignac]",
    "Nous déménageons du [3 rue Lafayette, 75009 Paris] au [14 rue Oberkampf, 75011 Paris].",
    "[Rue de la Loi 16, 1000 Bruxelles]",
    "[12, rue de la Gare, L-1611 Luxembourg]",
    "[Bahnhofstrasse 12, 8001 Zürich]",
    "[1 rue de Rivoli\n75004 Paris\nFRANCE]",
    "[12, rue des\nLilas, 75020\nParis]",
    "[99 rue de l’Hôtel-de-Ville, 69002 Lyon]",
    "chez M. Durand, [9 rue Basse, 34000 Montpellier]",
    "[22, rue de l'Abbé-Grégoire, esc. C, 3e étage, 75006 Paris]",
    "Elle habite [12 rue de la gare] depuis 2019.",
    "Il a été vu [rue de la République] vers 18 heures.",
    "[6 Grande Rue\n70000 VESOUL]",
    "[12 alle\u0301e des Tilleuls, 69003 Lyon]",
    "[31\nter, chemin du  Moulin\tVert, 30920\nDax]",
    "[111 bis al1ée des Peupliers 63920 Beaune] et [68 ter impasse des mimosas 31l00 dole]",
    "[177, rue du Ge\u0301ne\u0301ral-de-Gaulle\n34920 Dragu-\nignan]",
    "demeurant [Ferme de la Croix Blanche 22920 Pleubian]",
    "[10 rue Ch. de Gaulle, 69800 Saint-Priest]",
    "un emoji 🙂 puis [2 rue Pasteur, 59000 Lille] 🙂",
]

#: Words of addresses that are none.
NOT_WRITTEN = [
    "La place de l'enfant dans la famille est centrale.",
    "Il a suivi des cours de français et pris la route vers 18 h avec 12 500 euros.",
    "La population est de 75000 habitants.",
    "La voie de recours est ouverte ; la porte de l'immeuble est fermée.",
    "en cours d'instruction, dossier 34000 du 12 mai 2020",
    "J'ai traversé la rue. Madame Dupont aussi.",
    "Un cours Magistral de droit, la résidence Les Tilleuls",
    "Le 14 juillet 2019, rue barrée.",
    "La mise en place des Archives a pris 12 mois.",
    "AV OD 10/10",
    "mot 44000 mme",
]


@pytest.mark.parametrize("written", WRITTEN)
def test_an_address_is_one_span_with_its_exact_bounds(written: str) -> None:
    text, expected = _unmarked(written)
    assert [text[span.start : span.end] for span in addresses(text)] == expected


@pytest.mark.parametrize("text", NOT_WRITTEN)
def test_words_of_addresses_alone_are_none(text: str) -> None:
    assert addresses(text) == []


def test_a_fuller_address_is_surer() -> None:
    texts = ["rue Pasteur", "59000 Lille", "2 rue Pasteur", "2 rue Pasteur, 59000 Lille"]
    confidences = [addresses(text)[0].confidence for text in texts]
    assert confidences == sorted(confidences)
    assert len(set(confidences)) == len(confidences)


_FRAGMENTS = st.sampled_from(
    [
        "12",
        " bis",
        " rue",
        " RUE",
        " des Lilas",
        " de la",
        " Pasteur",
        ",",
        "\n",
        " ",
        "75011",
        " 69 003",
        " Paris",
        " Lyon",
        " CEDEX 08",
        " BP",
        " F-",
        "-",
        "(",
        ")",
        " place",
        " à",
        " Saint",
        "'",
        "’",
        ".",
        " chez",
        " 8 mai",
        " 1945",
        " Bât. B",
        " appt",
        "é",
        "e\u0301",
        "\u00a0",
        "🙂",
        "\ud800",
        "\x00",
        "ﬁ",
        " strasse",
        " Le Bourg",
    ]
)


@given(st.lists(_FRAGMENTS, max_size=40).map("".join))
@example("rue " * 12)
@example("12 " * 30 + "rue")
def test_spans_of_any_text_lie_inside_it_sorted_and_apart(text: str) -> None:
    end = 0
    for span in addresses(text):
        assert end <= span.start < span.end <= len(text)
        assert span.type == "ADDRESS"
        assert text[span.start : span.end] == text[span.start : span.end].strip(" \n")
        end = span.end


@given(
    st.integers(1, 9998),
    st.sampled_from(["", " bis", " ter", "B"]),
    st.sampled_from(["rue", "avenue", "boulevard", "impasse", "allée", "chemin", "quai", "place"]),
    st.sampled_from(
        ["de la République", "Pasteur", "du 8 mai 1945", "Jean-Jaurès", "de l'Église", "des Lilas"]
    ),
    st.sampled_from([", ", " ", "\n", " - "]),
    st.integers(1001, 98_799),
    st.sampled_from(["Paris", "L'Isle-sur-la-Sorgue", "SAINT ETIENNE", "Le Havre", "Trifouilly-les-Oies"]),
)
def test_what_is_written_by_the_rules_is_found_whole(
    number: int, repeat: str, kind: str, name: str, between: str, code: int, town: str
) -> None:
    address = f"{number}{repeat} {kind} {name}{between}{code:05} {town}"
    text = f"Je demeure au {address}. Merci."
    assert [text[span.start : span.end] for span in addresses(text)] == [address]


def _unmarked(written: str) -> tuple[str, list[str]]:
    return written.replace("[", "").replace("]", ""), re.findall(r"\[([^\]]*)\]", written)
