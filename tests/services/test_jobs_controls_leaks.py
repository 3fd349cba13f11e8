"""What is typed or handed in of a person goes nowhere else, on the pages themselves; a keeper is found."""

from typing import Any

import pytest

from bacasable.compliance.control import Run, run
from bacasable.people.models import JournalEntry
from bacasable.services.job_advice.controls import CONTROLS, files, leaks
from bacasable.services.job_advice.web import handing, probe
from bacasable.services.job_advice.web.actions import interviews
from bacasable.services.job_advice.web.models import Person, Prompt

KEYS = {control.key: control for control in CONTROLS}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in ((leaks, "IN_CVS", 60), (leaks, "IN_NOTES", 62), (files, "CVS", 16)):
        monkeypatch.setattr(module, name, value)


def measured(key: str) -> Run:
    return run(KEYS[key], probe.probe(), 5)


def test_notes_and_cvs_reach_no_model_no_journal_no_log_and_the_trial_leaves_nothing() -> None:
    entries = JournalEntry.objects.count()
    made = measured("canaries_reaching_the_model")
    assert (made.measurement.value, made.measurement.n) == (0, 122)
    assert made.sabotage.value > 0.9
    assert not Person.objects.exists() and not Prompt.objects.exists()
    assert JournalEntry.objects.count() == entries


def test_a_note_that_the_journal_repeats_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def talkative(action: str, subject: str, by: Any, **facts: object) -> Any:
        noted = {"person": "0102030405"} if action == "note_written" else {}
        return act(action, subject, by, **facts, **noted)

    act = interviews.act
    monkeypatch.setattr(interviews, "act", talkative)
    trial = probe.probe().engine.noted
    assert any("0102030405" in one for one in trial(["Cherche un poste de jour."])[0])


def test_nothing_of_a_cv_is_left_anywhere_and_each_place_where_it_could_be_is_looked_at() -> None:
    made = measured("curricula_not_kept")
    assert (made.verdict, made.measurement.value) in {("passed", 0), ("failed", 0)}  # 16 CVs bound little
    assert made.sabotage.value == 1
    for place in handing.Trial().places():
        assert made.sabotage.details[f"found in {place}"]
    assert not Person.objects.exists()


@pytest.mark.parametrize("place", handing.Trial().places())
def test_a_cv_that_is_kept_at_one_place_is_found_there_and_gone_after(place: str) -> None:
    trial = handing.Trial()
    content = files._file("QXZWVKJPLTBD0007", "txt")
    trial.hand_in("QXZWVKJPLTBD0007.txt", content)
    assert not any(trial.held("QXZWVKJPLTBD").values())
    trial.keep(place, content)
    assert "QXZWVKJPLTBD0007" in trial.held("QXZWVKJPLTBD")[place]
    trial.clear()
    assert not Person.objects.exists()
