"""A household's own home: what each page shows, what it keeps, and what it never does."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bacasable.people.models import JournalEntry
from bacasable.services.water_use.engine.comparison import publish
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.web import looking
from bacasable.services.water_use.web.actions import access
from bacasable.services.water_use.web.models import Contract, Household, Incident, LotDraw, Release, Run
from tests.factories.notices import lacks_notice
from tests.services.water_homes import NOW, home, proven, water

__all__ = ["water"]
pytestmark = pytest.mark.usefixtures("water")

PAGES = ("home", "days", "leaks", "comparison", "advice", "rights", "readings_csv", "home_json")


def at(name: str, contract: Contract, *rest: object) -> str:
    return reverse(f"water_use:{name}", args=[contract.public_id, *rest])


def plain(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\u202f", " ").replace("\xa0", " ").split())


def publish_homes(period: str = "2026-10") -> Release:
    """Publish the quantiles of forty houses of two with a garden, 100 to 295 litres a day."""
    homes = [Declared(f"m{n}", "Centre", "house", members=2, garden=True) for n in range(40)]
    made = publish(homes, {f"m{n}": 100 + 5 * n for n in range(40)}, period=period)
    return Release.objects.create(period=period, content=made.as_json(), digest="d" * 64)


@pytest.mark.parametrize("grain", ["hourly", "daily", "index"])
def test_each_page_opens_to_the_linked_identity_alone_whatever_the_meter_tells(client, grain):
    contract = home(grain=grain)
    stranger = Client()
    proven(stranger, name="Paul Autre")
    assert {client.get(at(name, contract)).status_code for name in PAGES} == {404}
    proven(client, contract)
    opened = {name: client.get(at(name, contract)).status_code for name in PAGES}
    assert opened == dict.fromkeys(PAGES, 200) | ({"days": 302} if grain == "index" else {})
    assert {stranger.get(at(name, contract)).status_code for name in PAGES} == {404}


def test_each_form_says_what_becomes_of_what_is_typed(client):
    contract = home()
    Incident.objects.create(contract=contract, start=NOW, last_seen=NOW, litres_per_hour=3)
    publish_homes()
    start = reverse("water_use:start")
    client.post(start, {"code": access.make_code(contract=contract, by="system")})
    proven(client, contract)
    pages = [at(name, contract) for name in ("leaks", "comparison", "advice", "rights")]
    for path in (start, reverse("water_use:by_code"), *pages):
        shown = client.get(path).content.decode()
        assert "data-collected" in shown and not lacks_notice(shown), path


def test_days_show_the_last_reading_and_the_gap_and_join_no_line_across_it(client):
    contract = home()
    proven(client, contract)
    shown = plain(client.get(at("days", contract), {"month": "2026-11"}))
    assert "19 novembre 2026" in shown
    assert "du 4 novembre 2026 au 6 novembre 2026" in shown
    assert shown.count("<polyline") == 2
    assert plain(client.get(at("days", contract), {"month": "nonsense"})).count("<polyline") == 2
    assert JournalEntry.objects.filter(action="gate.read", facts__purpose="inform_household").exists()


def test_hours_need_a_consent_and_go_with_it(client):
    contract = home()
    proven(client, contract)
    assert client.get(at("hours", contract))["Location"] == at("rights", contract)
    client.post(at("rights_hours", contract), {"ask": "yes"})
    assert "10 L" in plain(client.get(at("hours", contract), {"day": "2026-11-12"}))
    assert "h07" in client.get(at("readings_csv", contract)).content.decode().splitlines()[0]
    client.post(at("rights_hours", contract), {"ask": "no"})
    assert client.get(at("hours", contract)).status_code == 302
    assert "h07" not in client.get(at("readings_csv", contract)).content.decode()


def test_a_home_that_is_read_twice_a_year_sees_its_volumes_and_compares_them(client):
    contract = home(grain="index")
    publish_homes()
    proven(client, contract)
    shown = plain(client.get(at("home", contract)))
    assert "13 800 L" in shown and "150 L" in shown
    assert "30 000" not in shown  # the volume of who lived there before
    assert "150 L" in plain(client.get(at("comparison", contract)))


def test_the_comparison_says_who_is_compared_and_a_posted_answer_is_not_kept(client):
    contract = home(members=None)
    publish_homes()
    proven(client, contract)
    shown = plain(client.get(at("comparison", contract)))
    assert "40 foyers ou plus" in shown and "nombre de personnes" in shown
    given = {"members": "2", "dwelling": "house", "garden": "yes", "pool": "", "dishwasher": ""}
    answered = plain(client.post(at("comparison", contract), given))
    assert "2 personnes" in answered
    assert Household.objects.get(contract=contract).members is None
    client.post(at("describe", contract), given)
    assert looking.declared(Contract.objects.get()).members == 2
    assert client.post(at("comparison", contract), given | {"members": "0"}).status_code == 422


def test_a_home_reads_what_is_expected_of_it_with_its_interval_and_from_what(client):
    contract = home(members=2)
    publish_homes()
    proven(client, contract)
    assert "devrait consommer" not in plain(client.get(at("comparison", contract)))
    learned = {"members": 2, "homes": 812, "litres": 210, "low": 101, "high": 433}
    Run.objects.create(kind="learn", state="done", figures={"period": "2026-10", "expected": [learned]})
    shown = plain(client.get(at("comparison", contract)))
    assert "2 personnes : 210 L par jour. Neuf foyers sur dix consomment entre 101 L et 433 L." in shown
    assert "Le vôtre est entre les deux." in shown
    assert "sur 812 foyers de cette taille en octobre 2026" in shown
    alone = {"members": "1", "dwelling": "house", "garden": "", "pool": "", "dishwasher": ""}
    assert "devrait consommer" not in plain(client.post(at("comparison", contract), alone))


def test_the_release_is_public_and_the_same_for_everybody(client):
    made = publish_homes()
    answer = client.get(reverse("water_use:release", args=["2026-10"]))
    assert json.loads(answer.content) == json.loads(made.content)
    assert client.get(reverse("water_use:release", args=["2020-01"])).status_code == 404


def test_a_home_that_waits_by_lot_may_look_all_the_same(client):
    contract = home()
    publish_homes()
    LotDraw.objects.create(contract=contract, evaluation="autumn", receives=False)
    proven(client, contract)
    assert "bac-chart-svg" not in plain(client.get(at("comparison", contract)))
    assert "bac-chart-svg" in plain(client.get(at("comparison", contract), {"show": "1"}))


def test_a_leak_is_told_with_its_cost_and_how_sure_and_the_household_answers(client):
    contract = home()
    leak = Incident.objects.create(
        contract=contract, start=NOW - timedelta(hours=99), last_seen=NOW, litres_per_hour=10, confidence=0.96
    )
    proven(client, contract)
    shown = plain(client.get(at("leaks", contract)))
    assert "1 000 L" in shown and "4,52" in shown and "96" in shown
    field = f"{leak.public_id}-explained_as"
    assert client.post(at("explain", contract, leak.public_id), {field: "nonsense"}).status_code == 422
    client.post(at("explain", contract, leak.public_id), {field: "use"})
    leak.refresh_from_db()
    assert (leak.state, leak.explained_as) == ("explained", "use") and leak.acknowledged_at
    other = home(number="CT-9", serial="Z9")
    assert client.post(at("explain", other, leak.public_id), {field: "use"}).status_code == 404


def test_advice_that_was_followed_is_noted_and_taken_back(client):
    contract = home()
    proven(client, contract)
    assert "ADEME" in plain(client.get(at("advice", contract)))
    client.post(at("advice", contract), {"action": "aerators"})
    client.post(at("advice", contract), {"action": "no such thing"})
    assert contract.advice_taken.get().action == "aerators"
    assert client.get(at("advice", contract)).status_code == 200
    client.post(at("advice", contract), {"action": "aerators", "undo": "1"})
    assert not contract.advice_taken.exists()


def test_an_objection_holds_until_it_is_taken_back_and_only_to_what_is_open_to_it(client):
    contract = home()
    proven(client, contract)
    for purpose in ("compare", "compare", "notify_excess"):
        client.post(at("rights_objection", contract), {"purpose": purpose})
    assert contract.objections.get(withdrawn_at=None).purpose == "compare"
    client.post(at("rights_objection", contract), {"purpose": "compare", "take_back": "1"})
    assert not contract.objections.filter(withdrawn_at=None).exists()


def test_what_a_household_said_is_erased_at_once_and_its_access_ends_when_it_asks(client):
    contract = home()
    proven(client, contract)
    client.post(at("rights_hours", contract), {"ask": "yes"})
    client.post(at("advice", contract), {"action": "aerators"})
    client.post(at("rights_erase", contract))
    held = json.loads(client.get(at("home_json", contract)).content)
    assert held["home"]["members"] is None and held["actions"] == []
    assert held["hours_asked"][0]["withdrawn_at"]
    assert held["contract"]["name"] == "Mme Élise Quemener" and len(held["volumes"]) > 90
    client.post(at("rights_unlink", contract))
    assert client.get(at("home", contract)).status_code == 404
