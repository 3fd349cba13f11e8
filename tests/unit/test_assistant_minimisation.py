"""What is hidden of what an agent types, how it comes back, and what is said about it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.minimisation import Corrections, Hidden, Shield

NOTE = "Mme Fatou Diallo, née le 3 mai 1984, allocataire CAF 1234567, tél. 06 12 34 56 78, a perdu sa carte."


def undone(hidden: Hidden) -> str:
    parts, end = [], 0
    for piece in hidden.found:
        assert hidden.text[piece.at : piece.at + len(piece.placeholder)] == piece.placeholder
        parts += [hidden.text[end : piece.at], hidden.original[piece.start : piece.end]]
        end = piece.at + len(piece.placeholder)
    return "".join([*parts, hidden.text[end:]])


def test_one_value_has_one_placeholder_in_all_texts_of_a_conversation() -> None:
    shield = Shield()
    hidden = shield.hide(NOTE)
    assert hidden.text == (
        "Mme [PERSONNE_1], née le [NAISSANCE_1], allocataire CAF [CAF_1], tél. [TELEPHONE_1], "
        "a perdu sa carte."
    )
    again = shield.hide("Rappeler FATOU DIALLO au 0612345678, dossier 1234567.")
    assert again.text == "Rappeler [PERSONNE_1] au [TELEPHONE_1], dossier [CAF_1]."
    later = Shield(kept=shield.kept)
    assert later.hide("M. Nguyen remplace Fatou Diallo.").text == "M. [PERSONNE_2] remplace [PERSONNE_1]."
    assert later.restore("Bonjour Mme [PERSONNE_1], [PERSONNE_9]") == "Bonjour Mme Fatou Diallo, [PERSONNE_9]"


def test_a_name_found_once_is_hidden_where_only_a_piece_of_it_stands() -> None:
    hidden = Shield().hide(
        "Mme Fatou Diallo vient demain. Il faut que diallo signe. M. Petit a un petit logement."
    )
    assert "iallo" not in hidden.text
    assert "un petit logement" in hidden.text


def test_the_agent_hides_more_or_less() -> None:
    text = "La maison de Mme Diallo, celle au portail rouge, en France."
    assert "portail rouge" in Shield().hide(text).text
    hidden = Shield().hide(text, Corrections(hidden=frozenset({"portail ROUGE"})))
    assert "au [MASQUE_1]" in hidden.text
    shown = Shield().hide(text, Corrections(shown=frozenset({"Diallo"})))
    assert "Mme Diallo" in shown.text


def test_a_search_elsewhere_reads_nothing_that_was_found() -> None:
    hidden = Shield().hide("Mme Diallo habite Lyon : quelles aides pour FICOBA avant le 3 mars 2027 ?")
    assert "Lyon" in hidden.searchable
    assert "3 mars 2027" in hidden.searchable
    for word in ("Diallo", "Lyon", "2027", "["):
        assert word not in hidden.sendable
    assert "Diallo" not in hidden.searchable


def test_acronyms_of_the_sheets_are_nobody() -> None:
    known = Shield(known={"FICOBA", "STIC"})
    assert known.hide("Peut-on consulter FICOBA ou le STIC ?").found == ()
    assert known.hide("Bonjour, Mme STIC demande son acte de naissance.").text.startswith("Bonjour, Mme [")


@pytest.mark.parametrize(
    ("text", "alerts"),
    [
        ("Mme Diallo a un cancer.", {"HEALTH"}),
        ("Mon père est musulman et syndiqué.", {"BELIEF", "UNION"}),
        ("Quelles démarches en cas d'arrêt maladie ?", set()),
        ("Qui peut traiter des données biométriques ?", set()),
    ],
)
def test_hints_alert_where_somebody_is_told_about(text: str, alerts: set[str]) -> None:
    assert {span.type for span in Shield().hide(text).alerts} == alerts


def test_what_the_agent_types_as_a_placeholder_stays_a_word() -> None:
    shield = Shield()
    hidden = shield.hide("[PERSONNE_1] et Mme Diallo")
    assert hidden.text == "[PERSONNE_1] et Mme [PERSONNE_2]"
    assert shield.restore(hidden.text) == "[PERSONNE_1] et Mme Diallo"


def test_damaged_memory_is_refused() -> None:
    with pytest.raises(Refused, match="damaged"):
        Shield(kept={"Diallo": "x"})


WORDS = st.sampled_from(
    ["Mme Fatou Diallo", "06 12 34 56 78", "carte", "12 rue des Lilas 69003 Lyon", "1234567", "[", "\n"]
)


@settings(max_examples=40)
@given(st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=8).map(" ".join))
def test_any_text_comes_back_whole(text: str) -> None:
    hidden = Shield().hide(text)
    assert undone(hidden) == text
