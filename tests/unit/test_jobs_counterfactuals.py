"""What is said to change an opinion does so when it is run again, and touches one actionable field."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="the extra 'jobs' is not installed")

from bacasable.compliance.control import Probe
from bacasable.services.job_advice.controls import CONTROLS, Subject
from bacasable.services.job_advice.controls import changes as control
from bacasable.services.job_advice.engine.counselling import advise
from bacasable.services.job_advice.engine.counterfactuals import changes
from bacasable.services.job_advice.engine.profiles import Held, Profile
from bacasable.services.job_advice.engine.referential import Referential
from bacasable.services.job_advice.processing import PROCESSING

CONTROL = next(one for one in CONTROLS if one.key == "counterfactuals_hold")


def test_claims_hold_when_run_again_and_guesses_do_not(monkeypatch):
    monkeypatch.setattr(control, "PEOPLE", 10)
    probe = Probe(PROCESSING, Path("/nowhere"), engine=Subject())
    measured = CONTROL.measure(probe, 5)
    assert measured.value == 0 and measured.n > 50
    with CONTROL.sabotage(probe) as guessing:
        assert CONTROL.measure(guessing, 5).value > 0.5


def test_a_suggestion_that_the_tables_of_today_do_not_make_has_no_changes():
    tables = Referential.synthetic(day=date(2026, 1, 15))
    profile = Profile(held=(Held("X0601", 36),), department="44", mobility_km=10)
    suggestion = advise(tables, profile).suggestions[0]
    assert changes(tables, profile, replace(suggestion, key="X9999"), advise) == []
