"""Planted values do not pass the cut; without it they do; a file of words is part of what results rest on."""

from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the extra 'jobs' is not installed")

from bacasable.compliance.control import Probe, dependencies
from bacasable.services.job_advice.controls import CONTROLS, Subject, leaks
from bacasable.services.job_advice.engine.curriculum import cut
from bacasable.services.job_advice.engine.trials import canaries
from bacasable.services.job_advice.processing import PROCESSING

CANARIES = next(one for one in CONTROLS if one.key == "canaries_reaching_the_model")


def test_where_cutting_is_off_what_was_planted_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(leaks, "IN_CVS", 200)
    probe = Probe(PROCESSING, tmp_path, engine=Subject())
    held = CANARIES.measure(probe, 11)
    assert (held.value, held.n, held.details["in_notes"]) == (0, 200, 0)
    with CANARIES.sabotage(probe) as uncut:
        assert CANARIES.measure(uncut, 11).value > 0.9


@pytest.mark.parametrize("kind", sorted(canaries.LINES))
def test_each_type_is_drawn_anew_and_the_cut_takes_it_out(kind):
    texts = [one for one in canaries.curricula(900, 12) for held in one.planted if held.type == kind]
    values = {held.value for one in texts for held in one.planted if held.type == kind}
    assert len(values) > 4
    for one in texts[:3]:
        assert kind not in canaries.passed(one, [cut(one.text)[0]], "")
        assert kind in canaries.passed(one, [one.text], "")


def test_addresses_of_pages_and_numbers_of_files_go_and_what_was_done_stays():
    text = "2018 - 2022 : Cuisinier\nVoir www.jo.fr/moi\nDossier n° 2023-004512\nDossiers de paie : 12"
    kept, _ = cut(text)
    assert "jo.fr" not in kept and "004512" not in kept
    assert "2018 - 2022 : Cuisinier" in kept and "Dossiers de paie : 12" in kept


def test_a_change_of_the_words_of_private_life_makes_evidence_due_again(monkeypatch):
    probe = Probe(PROCESSING, Path("/nowhere"), engine=Subject())
    for key in ("sensitive_words_stopped", "canaries_reaching_the_model"):
        control = next(one for one in CONTROLS if one.key == key)
        before = dependencies(control.depends_on, probe)
        assert "release:private_life.toml" in before
        monkeypatch.setitem(control.depends_on.releases, "private_life.toml", "another file")
        assert dependencies(control.depends_on, probe) != before
