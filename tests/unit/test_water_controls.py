"""What the water service promises is measured, and each control sees its protection switched off."""

from pathlib import Path

import pytest

from bacasable.compliance.control import Probe, run
from bacasable.services.water_use.controls import CONTROLS, Subject
from bacasable.services.water_use.processing import PROCESSING


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_control_passes_and_its_sabotage_is_seen(control, tmp_path: Path) -> None:
    # a seed at which nothing was chosen
    made = run(control, Probe(PROCESSING, tmp_path, engine=Subject()), seed=20_261_122)
    assert made.verdict == "passed", (made.measurement, made.sabotage)
    assert not any("@" in str(value) for value in made.measurement.details.values())
