"""Private life is seen in a note and cut from a CV; ordinary words of jobs are not."""

from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the extra 'jobs' is not installed")

from bacasable.compliance.control import Probe
from bacasable.services.job_advice.controls import CONTROLS, Subject
from bacasable.services.job_advice.engine import notes
from bacasable.services.job_advice.processing import PROCESSING

CONTROL = next(one for one in CONTROLS if one.key == "sensitive_words_stopped")


def test_what_is_planted_is_stopped_and_passes_where_the_filter_is_off():
    probe = Probe(PROCESSING, Path("/nowhere"), engine=Subject())
    measured = CONTROL.measure(probe, 3)
    assert measured.interval.high < CONTROL.threshold and measured.n == 600
    with CONTROL.sabotage(probe) as unfiltered:
        assert CONTROL.measure(unfiltered, 3).value > 0.9


@pytest.mark.parametrize(
    "note",
    [
        "Cherche un poste de nuit, mobile à vingt kilomètres, permis B.",
        "Projet de conducteur de travaux ; une formation de six mois convient.",
        "A répondu à huit annonces, deux entretiens, une promesse.",
        "Diagnostic de situation fait ; peine à trouver, anglais B2, traitement de texte.",
    ],
)
def test_ordinary_notes_are_not_stopped(note):
    assert notes.seen(note) == ([], [])


def test_numbers_of_a_person_are_stopped_for_good():
    blocked, _ = notes.seen("numéro de sécurité sociale 2 69 05 49 588 157 80")
    assert blocked


@pytest.mark.parametrize(
    ("note", "word"),
    [
        ("Suivi au CMP le mardi", "Suivi au CMP"),
        ("eleve seule ses 2 filles", "eleve seule"),
        ("mi temps therapeutique jusqu'en juin", "mi temps therapeutique"),
        ("porte le voile", "porte le voile"),
        ("né au Mali, récépissé de la préfecture", "récépissé"),
        ("sous écrou l'an dernier", "sous écrou"),
    ],
)
def test_roundabout_words_are_shown_again_whether_accents_are_typed_or_not(note, word):
    blocked, alerts = notes.seen(note)
    assert not blocked
    assert word in [words for words, _why in alerts]


def test_a_word_that_two_lists_know_is_shown_once():
    _, alerts = notes.seen("souffre d'une dépression")
    assert len(alerts) == 1
