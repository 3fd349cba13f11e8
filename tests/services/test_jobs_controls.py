"""What controls measure of the running service: the adviser's page as drawn, and what a night purges."""

import pytest

from bacasable.compliance.control import clearly_breaks, run
from bacasable.services.job_advice.controls import CONTROLS, keeping, people
from bacasable.services.job_advice.engine.indicators.pages import read_page
from bacasable.services.job_advice.web import probe as probes
from bacasable.services.job_advice.web.forms import DecisionForm

KEYS = {control.key: control for control in CONTROLS}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in ((people, "SERVICES", 16), (people, "PAGES", 3), (keeping, "PAST", 12)):
        monkeypatch.setattr(module, name, value)


def test_on_the_page_as_it_is_drawn_to_deviate_costs_what_it_costs_to_follow() -> None:
    found = probes.probe()
    made = KEYS["deviation_possible_and_used"].measure(found, 3)
    assert (made.details["deviation_costs"], made.details["pages"]) == ("the same as to follow", 3)
    assert made.value > 0.8


def test_a_verb_chosen_beforehand_on_the_page_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DecisionForm.base_fields["verb"], "initial", "retained")
    made = KEYS["deviation_possible_and_used"].measure(probes.probe(), 3)
    assert (made.value, made.details["deviation_costs"]) == (
        0,
        "suggestion 1: deferred takes 2 clicks, to follow takes 1",
    )


def test_what_is_past_its_time_is_gone_from_the_tables_after_a_purge() -> None:
    made = run(KEYS["retention_kept"], probes.probe(), 3)
    assert (made.measurement.value, made.measurement.n) == (0, 36)
    assert not made.measurement.counterexamples
    assert clearly_breaks("at_most", KEYS["retention_kept"].threshold, made.sabotage)


def test_a_page_without_forms_offers_nothing() -> None:
    assert read_page("<p>closed</p>").faults() == (
        "own_advice is not offered",
        "none_of_these is not offered",
    )
