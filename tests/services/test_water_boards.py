"""The utility's boards: who may open what, and what agents do about leaks, once and at decent hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from bacasable.compliance import clock
from bacasable.people.models import JournalEntry
from bacasable.services.water_use.web.models import CaseAccess, Contract, Incident, Letter
from tests.factories.people import sign_in, staff
from tests.services.water_homes import NAME, NOW, home, proven, water

__all__ = ["water"]
pytestmark = pytest.mark.usefixtures("water")
ROOT = "/services/water-use/"
REASON = "Le foyer demande pourquoi son alerte dure."


def leak(contract: Contract, **fields: Any) -> Incident:
    told = {
        "start": NOW - timedelta(days=5), "last_seen": NOW, "litres_per_hour": 12.0, "confidence": 0.9,
    }  # fmt: skip
    return Incident.objects.create(contract=contract, **(told | fields))


def volume(contract: Contract, litres: int = 30_000) -> Incident:
    return leak(
        contract, kind="volume", litres_per_hour=None, confidence=None, litres=litres, average_litres=10_000,
        first_day=date(2026, 10, 1), last_day=date(2026, 10, 31),
    )  # fmt: skip


def agent(client: Client) -> Client:
    return sign_in(client, staff("water_agent"))


@pytest.mark.parametrize("page", ["desk/", "districts/", "desk/imports/", "desk/evaluation/", "protection/"])
def test_a_household_opens_no_board(client: Client, page: str) -> None:
    proven(client, home())
    assert client.get(ROOT + page).status_code in (302, 403)
    sign_in(client, staff())
    assert client.get(ROOT + page).status_code == 403


def test_each_role_opens_its_own_boards(client: Client) -> None:
    contract = home()
    found = leak(contract)
    opened = {
        "water_agent": {"desk/", "districts/", f"desk/leaks/{found.public_id}/"},
        "water_manager": {"desk/", "districts/", "desk/imports/", "desk/evaluation/"},
        "dpo": {"protection/"},
    }
    for role, pages in opened.items():
        sign_in(client, staff(role))
        for page in sorted(pages):
            assert client.get(ROOT + page).status_code == 200, (role, page)
        for page in {"desk/imports/", "desk/evaluation/", "protection/"} - pages:
            assert client.get(ROOT + page).status_code == 403, (role, page)


def test_staff_see_no_home_and_no_name_in_the_queue(client: Client) -> None:
    contract = home()
    leak(contract)
    for role in ("water_agent", "water_manager", "dpo"):
        sign_in(client, staff(role))
        for room in ("", "days/", "home.json"):
            assert client.get(f"{ROOT}homes/{contract.public_id}/{room}").status_code == 404
    sign_in(client, staff("water_manager"))
    queue = client.get(ROOT + "desk/").content.decode()
    assert "Centre" in queue
    assert NAME not in queue


def test_a_curve_is_opened_inside_a_case_alone(client: Client) -> None:
    contract = home()
    found = leak(contract)
    open_it = f"{ROOT}desk/leaks/{found.public_id}/case/"
    sign_in(client, staff("water_manager"))
    assert client.post(open_it, {"reason": REASON}).status_code == 403
    agent(client)
    assert "bac-chart" not in client.get(f"{ROOT}desk/leaks/{found.public_id}/").content.decode()
    assert client.post(open_it, {"reason": "fuite"}).status_code == 422
    answer = client.post(open_it, {"reason": REASON})
    (case,) = CaseAccess.objects.all()
    assert case.until - case.opened_at == timedelta(hours=24)
    assert answer["Location"].endswith(f"desk/cases/{case.public_id}/")
    assert "bac-chart" in client.get(answer["Location"]).content.decode()
    # another agent's case does not exist, and this one ends by itself
    other = agent(Client())
    assert other.get(answer["Location"]).status_code == 404
    clock.set_source(lambda: NOW + timedelta(hours=24))
    assert client.get(answer["Location"]).status_code == 404
    clock.set_source(lambda: NOW)
    # the household reads that it was done, and why
    household = Client()
    proven(household, contract)
    assert REASON in household.get(f"{ROOT}homes/{contract.public_id}/rights/").content.decode()


def test_a_warning_is_made_once_and_noted_as_sent(client: Client) -> None:
    found = leak(home())
    agent(client)
    follow = f"{ROOT}desk/leaks/{found.public_id}/follow/"
    for _ in range(2):
        client.post(follow, {"act": "warn"})
    (letter,) = Letter.objects.all()
    assert (letter.kind, letter.sent_at) == ("warning", None)
    assert client.get(f"{ROOT}desk/letters/{letter.public_id}.pdf").content.startswith(b"%PDF")
    client.post(f"{ROOT}desk/letters/{letter.public_id}/sent/")
    found.refresh_from_db()
    assert found.warned_at == NOW


def test_a_notice_waits_for_an_agent_and_its_month_begins_once(client: Client) -> None:
    found = volume(home())
    agent(client)
    page = client.get(f"{ROOT}desk/leaks/{found.public_id}/").content.decode()
    assert "L.2224-12-4" in page
    follow = f"{ROOT}desk/leaks/{found.public_id}/follow/"
    client.post(follow, {"act": "attested"})
    found.refresh_from_db()
    assert (found.notified_at, found.attested_at) == (None, None)
    client.post(follow, {"act": "notify"})
    clock.set_source(lambda: NOW + timedelta(days=3))
    client.post(follow, {"act": "notify"})
    found.refresh_from_db()
    assert (found.notified_at, found.attestation_due) == (NOW, date(2026, 12, 20))
    assert Letter.objects.filter(kind="notice").count() == 1
    client.post(follow, {"act": "attested"})
    found.refresh_from_db()
    assert found.attested_at is not None


def test_who_reads_whose_leak_it_is_is_in_the_journal(client: Client) -> None:
    contract = home()
    found = leak(contract)
    agent(client)
    client.get(ROOT + "desk/")
    read = JournalEntry.objects.filter(action="water_use.incident_read")
    assert not read.exists()  # the queue names nobody
    client.get(f"{ROOT}desk/leaks/{found.public_id}/")
    assert [entry.subject for entry in read] == [f"contract:{contract.public_id}"]
    client.post(f"{ROOT}desk/leaks/{found.public_id}/follow/", {"act": "warn"})
    client.get(f"{ROOT}desk/letters/{Letter.objects.get().public_id}.pdf")
    assert read.all().count() == 2


def test_twice_the_average_itself_is_no_notice(client: Client) -> None:
    found = volume(home(), litres=20_000)
    agent(client)
    client.post(f"{ROOT}desk/leaks/{found.public_id}/follow/", {"act": "notify"})
    found.refresh_from_db()
    assert (found.notified_at, Letter.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    ("at", "may"),
    [
        (datetime(2026, 11, 20, 8, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 20, 7, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 20, 18, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 10, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 11, 10, 0, tzinfo=UTC), False),
    ],
)
def test_households_are_called_at_decent_hours(client: Client, at: datetime, may: bool) -> None:
    found = leak(home())
    agent(client)
    clock.set_source(lambda: at)
    client.post(f"{ROOT}desk/leaks/{found.public_id}/follow/", {"act": "called"})
    found.refresh_from_db()
    assert (found.called_at is not None) is may


def test_a_code_letter_is_given_once_and_kept_nowhere(client: Client) -> None:
    contract = home()
    agent(client)
    answer = client.post(ROOT + "desk/codes/", {"number": "ct 0001"})
    assert answer.content.startswith(b"%PDF")
    assert (contract.codes.count(), Letter.objects.count()) == (1, 0)
    assert client.post(ROOT + "desk/codes/", {"number": "CT-9999"}).status_code == 302


def test_a_leak_of_erased_names_is_nobodys_any_more(client: Client) -> None:
    found = leak(home())
    Contract.objects.update(number_digest="erased-1", sealed=b"", data_key=b"")
    agent(client)
    assert client.get(f"{ROOT}desk/leaks/{found.public_id}/").status_code == 404
    assert str(found.public_id) not in client.get(ROOT + "desk/").content.decode()


def test_what_a_household_said_closes_it(client: Client) -> None:
    found = leak(home())
    agent(client)
    assert (
        client.post(f"{ROOT}desk/leaks/{found.public_id}/close/", {"explained_as": "looking"}).status_code
        == 422
    )
    client.post(f"{ROOT}desk/leaks/{found.public_id}/close/", {"explained_as": "repaired"})
    found.refresh_from_db()
    assert found.state == "explained"
