"""The gate where people are real: it waits for the impact assessment, as declared and as recorded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bacasable.compliance.dpia import GRACE, RecordedDpia
from bacasable.compliance.gate import Gate, NotYet
from bacasable.compliance.processing import Dpia, Measure
from tests.factories.water_use import PROCESSING, TABLE

DUE = replace(PROCESSING, dpia=Dpia(criteria=("large_scale", "sensitive_data"), status="in_progress"))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Say what this installation is: by the environment, and in its home where that is given."""

    def install(told: str, written: str = "") -> None:
        monkeypatch.setenv("BACASABLE_HOME", str(tmp_path))
        monkeypatch.delenv("BACASABLE_DEPLOYMENT", raising=False)
        if told:
            monkeypatch.setenv("BACASABLE_DEPLOYMENT", told)
        (tmp_path / "bacasable.env").write_text(f"BACASABLE_DEPLOYMENT={written}\n" if written else "")

    return install


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("authority", ""),
        ("service", "service"),
        ("", ""),
        ("", "service"),
        # what the code that runs there may say of itself
        ("demo", "service"),
        ("demo", "authority"),
        ("Demo", ""),
    ],
)
def test_where_people_are_real_an_assessment_that_is_due_is_awaited(
    installed: Callable[..., None], told: str, written: str
) -> None:
    asked: dict[str, Any] = {"purpose": "detect_leak", "data_set": TABLE, "fields": ("litres",)}
    installed(told, written)
    with pytest.raises(NotYet, match=r"'in_progress' \(GDPR art\. 35\).*status='validated'"):
        Gate(DUE).admit(**asked)
    with pytest.raises(TypeError):
        Gate(DUE, in_production=False)  # type: ignore[call-arg]
    Gate(replace(DUE, dpia=replace(DUE.dpia, status="validated"))).admit(**asked)


class Records:
    """What a controller recorded, as an installation would keep it."""

    def __init__(self) -> None:
        self.recorded: RecordedDpia | None = None

    def last(self, service: str) -> RecordedDpia | None:
        return self.recorded


def test_what_the_controller_recorded_prevails_for_what_was_assessed(
    installed: Callable[..., None], clock: Any
) -> None:
    installed("service")
    asked: dict[str, Any] = {"purpose": "detect_leak", "data_set": TABLE, "fields": ("litres",)}
    clock.at = clock.at.replace(hour=12)  # the same day here and in UTC, in summer and in winter
    records, today = Records(), clock.at.date()
    gate = Gate(DUE, dpias=records)
    with pytest.raises(NotYet, match="bacasable dpia record water_use"):
        gate.admit(**asked)
    records.recorded = RecordedDpia(
        declaration_sha256=DUE.digest(),
        risk_sha256=DUE.risk_digest(),
        validated_on=today,
        validated_by="The director",
        review_on=today + timedelta(days=100),
    )
    admission = gate.admit(**asked)
    assert list(admission.rows([{"litres": 3}])) == [{"litres": 3}]
    renamed = replace(DUE, title="Another title", data=tuple(replace(d, label="other") for d in DUE.data))
    Gate(renamed, dpias=records).admit(**asked)
    for changed in (
        replace(DUE, data=(replace(DUE.data[0], source="elsewhere"), *DUE.data[1:])),
        replace(DUE, security=(*DUE.security, Measure("more", "more"))),
        replace(DUE, controller=replace(DUE.controller, name="another city")),
    ):
        with pytest.raises(NotYet, match=r"'to_review' .*has changed since"):
            Gate(changed, dpias=records).admit(**asked)
    clock.forward(days=100 + GRACE.days)
    gate.admit(**asked)
    clock.forward(days=1)
    with pytest.raises(NotYet, match="day of its review is past"):
        gate.admit(**asked)
    clock.forward(days=-60)
    records.recorded = replace(records.recorded, revoked_on=today)
    with pytest.raises(NotYet, match="'revoked'"):
        admission.rows([{"litres": 3}])


@pytest.mark.parametrize("written", ["", "demo"])
def test_a_demo_waits_for_no_assessment(installed: Callable[..., None], written: str) -> None:
    installed("demo", written)
    Gate(DUE).admit(purpose="detect_leak", data_set=TABLE, fields=("litres",))
