"""The demonstration's town: homes that can be played, and real homes beside them where their data are."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bacasable.people.models import User
from bacasable.services.water_use.web import demo, looking, measured_homes, running
from bacasable.services.water_use.web.models import Contract, Incident, Release
from tests.services.water_homes import NOW, home, water

__all__ = ["water"]
PLAYERS = {"candidate": "Alix Montreuil", "co_author": "Jade Ferrand", "expert_law": "Solène Kervella"}


@pytest.mark.usefixtures("water")
def test_a_town_is_drawn_once_and_lived_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "data_are_fictional", lambda: True)
    monkeypatch.setattr(measured_homes, "folder", lambda: None)
    few = running.settings().model_copy(update={"demo_homes": 120})
    monkeypatch.setattr(running, "settings", lambda: few)
    people = {
        role: User.objects.create_user(f"{role}@x.example", None, name=name) for role, name in PLAYERS.items()
    }
    players = {role: str(person.public_id) for role, person in people.items()}
    demo.make_town.call(players)
    demo.make_town.call(players)
    assert Contract.objects.count() == 120
    lived = {row.grain: row for row in Contract.objects.exclude(accesses=None)}
    assert set(lived) == {"hourly", "daily", "index"}
    assert looking.last_reading(lived["hourly"]) == NOW.date() - timedelta(days=1)
    assert len(looking.volumes(lived["index"])) == 2
    assert Release.objects.count() == 3


@pytest.mark.usefixtures("water")
def test_real_homes_end_yesterday_and_are_compared_with_nobody() -> None:
    source = Path(os.environ.get("BACASABLE_DATA", "")) / "water_use"
    if measured_homes.folder() is None:
        pytest.skip("the DAIAD files are not under BACASABLE_DATA")
    synthetic = home()
    last = NOW.date() - timedelta(days=1)
    homes = measured_homes.settle(source, last)
    real = Contract.objects.exclude(pk=synthetic.pk)
    assert real.count() == homes > 80
    assert all(row.objections.filter(purpose="compare").exists() for row in real)
    read = [day for row in real[:20] if (day := looking.last_reading(row))]
    assert max(read) <= last
    assert max(read) > last - timedelta(days=8)
    assert not Incident.objects.exists()
