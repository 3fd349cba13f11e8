"""Each control about people sees its protection switched off; sizes are small here."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="needs the extra 'jobs'")

from bacasable.compliance.control import Probe, clearly_breaks, run
from bacasable.services.job_advice.controls import CONTROLS, Subject, people
from bacasable.services.job_advice.engine.audits import flips
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.engine.trials import curricula
from bacasable.services.job_advice.engine.trials.advisers import costlier
from bacasable.services.job_advice.processing import PROCESSING

KEYS = {control.key: control for control in people.CONTROLS}
SEED = 20_261_123


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("PEOPLE", 350),
        ("SERVICES", 24),
        ("DRAWS", 60),
        ("PAGES", 4),
        ("TWINS", 90),
        ("CVS", 12),
    ):
        monkeypatch.setattr(people, name, value)


@pytest.mark.parametrize("key", KEYS)
def test_the_protection_switched_off_is_seen_and_on_is_better(key: str, tmp_path: Path) -> None:
    control = KEYS[key]
    made = run(control, Probe(PROCESSING, tmp_path, engine=Subject()), SEED)
    assert clearly_breaks(control.direction, control.threshold, made.sabotage), made.sabotage
    assert not made.measurement.counterexamples
    kept = made.measurement.value - control.threshold
    assert kept >= 0 if control.direction == "at_least" else kept <= 0, made.measurement
    assert control in CONTROLS and len(made.measurement.sample_sha256) == 64


def test_deviation_says_that_its_advisers_are_simulated_and_fails_on_one_bad_page(tmp_path: Path) -> None:
    subject = Subject()
    pages = []

    def page(advice: object) -> object:
        pages.append(subject.page(advice))
        return costlier(pages[-1]) if len(pages) == 2 else pages[-1]

    probe = Probe(PROCESSING, tmp_path, engine=replace(subject, page=page))
    made = people.CONTROLS[0].measure(probe, SEED)
    assert people.CONTROLS[0].key == "deviation_possible_and_used"
    assert (made.details["advisers"], made.value) == ("simulated", 0.0)
    assert "at once" in str(made.details["deviation_costs"])


def test_advice_that_changes_by_itself_is_a_counterexample(tmp_path: Path) -> None:
    subject, times = Subject(), []

    def unsteady(tables: object, profile: object) -> object:
        times.append(1)
        advice = subject.advise(tables, profile)
        return replace(advice, notes=(("drawn", {"times": len(times)}),))

    probe = Probe(PROCESSING, tmp_path, engine=replace(subject, advise=unsteady))
    made = KEYS["flips_change_nothing"].measure(probe, SEED)
    assert "two opinions" in made.counterexamples[0]


def test_cvs_of_twins_differ_in_who_they_are_and_not_in_what_they_did() -> None:
    (man, woman), *_others = curricula.twins([("Vendeur", "Vendeuse")], 3, SEED)
    assert "Vendeur" in man and "Vendeuse" in woman and man.splitlines()[0] != woman.splitlines()[0]
    assert man.splitlines()[6:] == woman.splitlines()[6:] != []
    assert flips.read_otherwise(lambda text: Profile(), [(man, woman)]) == 0


def test_a_profile_has_no_field_for_what_is_protected() -> None:
    assert flips.protected_fields() == ()
