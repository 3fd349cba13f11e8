"""The controls on words hold, and fail where the protection is taken away."""

from pathlib import Path

import pytest

from bacasable.compliance.control import Control, Probe
from bacasable.services.job_advice.controls.subject import Subject
from bacasable.services.job_advice.controls.words import CONTROLS
from bacasable.services.job_advice.processing import PROCESSING


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_it_holds_and_its_sabotage_is_seen(control: Control, tmp_path: Path) -> None:
    probe = Probe(PROCESSING, tmp_path, engine=Subject())
    held = control.measure(probe, 1)
    assert (held.value, held.counterexamples) == (0.0, ())
    assert held.interval.high < 0.01
    with control.sabotage(probe) as broken:
        assert control.measure(broken, 1).value > 0.5
