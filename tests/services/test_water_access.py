"""Who opens a home: codes that are guessed, names that differ, a move, a session that ends."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.web.actions import access
from bacasable.services.water_use.web.models import Contract, Incident, PaperCode
from tests.services.water_homes import NOW, OPENED, home, proven, water

__all__ = ["water"]
pytestmark = pytest.mark.usefixtures("water")


def enter(client: Client, code: str) -> Any:
    return client.post(reverse("water_use:start"), {"code": code})


def test_a_code_opens_the_state_of_leaks_and_totals_and_no_day(client):
    contract = home()
    Incident.objects.create(
        contract=contract,
        start=NOW - timedelta(days=4),
        last_seen=NOW,
        litres_per_hour=12.4,
        confidence=0.97,
    )
    code = access.make_code(contract=contract, by="system")
    assert enter(client, code.lower().replace("-", " "))["Location"] == reverse("water_use:by_code")
    shown = client.get(reverse("water_use:by_code")).content.decode()
    assert "4 650" in shown.replace("\u202f", " ").replace("\xa0", " ")  # October: 31 days of 150 litres
    assert "97" in shown and "19 novembre 2026" in shown
    assert "Quemener" not in shown and "CT-0001" not in shown
    for name in ("home", "days", "rights", "readings_csv"):
        assert client.get(reverse(f"water_use:{name}", args=[contract.public_id])).status_code == 404
    assert JournalEntry.objects.filter(action="water_use.code_entered", actor="public").count() == 1
    client.post(reverse("water_use:leave"))
    assert client.get(reverse("water_use:by_code")).status_code == 302


def test_a_code_that_is_guessed_rests_then_ends_and_says_nothing_of_the_contract(client):
    code = access.make_code(contract=home(), by="system")
    wrong = code[:-4] + ("2222" if code[-4:] != "2222" else "3333")
    answers = {enter(client, each).status_code for each in ["", "nonsense", "ABCD-EFGH-JKMN-PQRS", wrong]}
    assert answers == {422}
    for _ in range(access.ATTEMPTS - 1):
        enter(client, wrong)
    assert "quart d" in enter(client, code).content.decode()  # the right one rests too
    for hours in (1, 2, 3):
        platform_clock.set_source(lambda hours=hours: NOW + timedelta(hours=hours))
        for _ in range(access.ATTEMPTS):
            enter(client, wrong)
    platform_clock.set_source(lambda: NOW + timedelta(hours=5))
    with pytest.raises(Refused, match="is over"):
        access.enter_code(typed=code)
    kept = PaperCode.objects.get()
    assert code.replace("-", "")[6:] not in str(vars(kept))


def test_a_new_code_ends_the_one_before_and_each_expires():
    contract = home()
    first = access.make_code(contract=contract, by="system")
    second = access.make_code(contract=contract, by="system")
    with pytest.raises(Refused, match="is over"):
        access.enter_code(typed=first)
    assert access.enter_code(typed=second) == contract
    platform_clock.set_source(lambda: NOW + timedelta(days=91))
    with pytest.raises(Refused, match="is over"):
        access.enter_code(typed=second)


@pytest.mark.parametrize(
    ("name", "opens"),
    [
        ("QUÉMENER Elise", True),
        ("Elise Marie Quemener", True),
        ("Paul Quemener", False),
        ("Élise Durand", False),
        ("", False),
    ],
)
def test_a_home_is_linked_to_who_bears_the_name_of_the_contract(client, name, opens):
    contract = home()
    enter(client, access.make_code(contract=contract, by="system"))
    proven(client, name=name)
    answer = client.post(reverse("water_use:link"))
    of_home = reverse("water_use:home", args=[contract.public_id])
    assert (answer["Location"] == of_home) is opens
    assert client.get(of_home).status_code == (200 if opens else 404)


def test_access_ends_on_the_day_after_the_move(client):
    contract = home()
    code = access.make_code(contract=contract, by="system")
    proven(client, contract)
    access.close_contract(contract=contract, on=NOW.date(), by="system")
    assert client.get(reverse("water_use:home", args=[contract.public_id])).status_code == 404
    with pytest.raises(Refused):
        access.enter_code(typed=code)
    assert not contract.consents.filter(withdrawn_at=None).exists()


def test_who_lived_there_before_keeps_their_days_to_themselves(client):
    contract = home(grain="daily")  # the meter has readings of forty days before this contract
    proven(client, contract)
    told = client.get(reverse("water_use:readings_csv", args=[contract.public_id])).content.decode()
    lines = told.splitlines()
    assert lines[0] == "day,litres,estimated"
    assert lines[1] == f"{OPENED},150,no"
    assert lines[-1].startswith("2026-11-19")
    assert "2026-11-05,,no" in lines


def test_a_meter_has_one_contract_that_runs_and_a_number_one_contract():
    contract = home()
    with pytest.raises(Refused, match="contract that runs"):
        home(number="CT-0002")
    access.close_contract(contract=contract, on=date(2026, 11, 1), by="system")
    with pytest.raises(Refused, match="has this number"):
        home(number="ct 0001", serial="B-1")
    assert Contract.objects.count() == 1


def test_an_identity_is_forgotten_after_half_an_hour_without_a_page(client):
    contract = home()
    proven(client, contract)
    session = client.session
    session["water_use.identity"] |= {"seen": session["water_use.identity"]["seen"] - 31 * 60}
    session.save()
    assert client.get(reverse("water_use:home", args=[contract.public_id])).status_code == 404
