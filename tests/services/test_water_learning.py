"""What a month teaches: sources kept or dropped, what homes alike use, a mean day within its budget."""

import json
import uuid
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from bacasable.services.water_use.engine.comparison import profiles
from bacasable.services.water_use.processing import TRAIN
from bacasable.services.water_use.web import running, sealed
from bacasable.services.water_use.web.actions import household, learning
from bacasable.services.water_use.web.models import Contract, Release, Run
from tests.factories.people import sign_in, staff
from tests.services import water_homes
from tests.services.water_homes import home, water

__all__ = ["water"]
pytestmark = pytest.mark.usefixtures("water")
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def homes(monkeypatch: pytest.MonkeyPatch) -> list[Contract]:
    """Thirty-six homes of one, two or three people; profiles of thirty are allowed here."""
    monkeypatch.setattr(profiles, "LEAST_HOMES", 30)
    monkeypatch.setattr(water_homes, "_days", lambda *_given, **_named: None)  # all at once below
    made = [home(f"CT-{n:04d}", f"S{n:05d}", members=1 + n % 3, garden=None) for n in range(36)]
    days = [date(2026, 9, 1) + timedelta(days=at) for at in range(61)]
    rows: dict[str, list[Any]] = {
        "meter": [sealed.meter_of(contract) for contract in made for _day in days],
        "day": days * len(made),
    }
    size = len(rows["day"])
    for hour in range(24):
        rows[f"h{hour:02d}"] = [2 * (1 + n % 3) + n % 5 for n in range(len(made)) for _day in days]
    running.readings().put(pa.table(rows | {"district": ["Centre"] * size, "kind": ["hourly"] * size}))
    return made


def test_what_is_expected_is_learned_without_who_objected_and_shown_without_a_home(
    homes: list[Contract], client: Client
) -> None:
    household.object_to(contract=homes[0], purpose=TRAIN.key, by=uuid.uuid4())
    learning.monthly()
    learning.monthly()
    (made,) = Run.objects.filter(kind=learning.KIND)
    assert (made.state, made.figures["period"]) == ("done", "2026-10")
    assert made.figures["problems"] == []
    assert made.figures["ledger"]["homes"] == 35
    assert {one["members"]: one["homes"] for one in made.figures["expected"]} == {1: 11, 2: 12, 3: 12}
    assert all(one["low"] <= one["litres"] <= one["high"] for one in made.figures["expected"])
    told = json.dumps(made.figures)
    assert not any(sealed.meter_of(contract) in told for contract in homes)
    # by default no mean day is published, and nothing is spent
    assert not Release.objects.exists()
    sign_in(client, staff("dpo"))
    page = client.get("/services/water-use/protection/").content.decode()
    assert "Sources" in page and "mean-day" not in page


def test_a_mean_day_is_charged_once_a_month_and_never_beyond_the_year(
    homes: list[Contract], client: Client
) -> None:
    for _ in range(2):
        learning.learn_month(month=OCTOBER, epsilon=Fraction(2))
    (row,) = Release.objects.filter(kind="profile")
    told = json.loads(row.content)
    assert (told["day"], told["homes"], len(told["litres"]), told["epsilon"]) == ("2026-10-27", 36, 24, "2")
    refused = learning.learn_month(month=date(2026, 9, 1), epsilon=Fraction(2))
    assert Release.objects.count() == 1
    assert refused.figures["problems"]
    sign_in(client, staff("dpo"))
    page = client.get("/services/water-use/protection/").content.decode()
    assert "mean-day" in page and "hours of 2026" in page


def test_too_few_homes_teach_nothing_and_publish_nothing() -> None:
    home()
    made = learning.learn_month(month=OCTOBER, epsilon=Fraction(1, 4))
    assert (made.state, len(made.figures["problems"]), "ledger" in made.figures) == ("done", 2, False)
    assert not (running.folder() / "ledger").exists()
