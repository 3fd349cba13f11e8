"""The register of breaches: its clock, the judgement of the risk, both notices, closing and opening again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bacasable.compliance import clock
from bacasable.duties.breaches import actions
from bacasable.duties.breaches.models import Breach
from bacasable.duties.breaches.queries import time_left
from bacasable.duties.breaches.rules import Risk, State
from bacasable.people.models import JournalEntry
from bacasable.privacy.messages import Refused
from tests.factories.people import sign_in, staff, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def dpo():
    return verified(staff("dpo"))


def recorded(dpo, hours=1, **facts):
    aware_at = clock.now() - timedelta(hours=hours)
    given = {"title": "A list sent to the wrong body", "facts": "An attachment.", "aware_at": aware_at}
    return actions.record(by=dpo, **given | facts)


def told(breach, dpo, to="authority", hours=0, **more):
    at = breach.aware_at + timedelta(hours=hours)
    actions.notify(**{"breach": breach, "to": to, "sent_at": at, "is_complete": True, "by": dpo} | more)


def in_boxes(name, at):
    return {f"{name}_{part}": getattr(at, part) for part in ("day", "month", "year", "hour", "minute")}


def test_a_breach_is_entered_assessed_notified_in_phases_and_closed_by_its_pages(client):
    sign_in(client, staff("dpo"))
    at = clock.now() - timedelta(days=2)
    form = {"title": "A lost key", "nature": ["confidentiality"], "facts": "<b>Lost</b> on a train."}
    form |= {"services": ["platform"], "persons_count": "12"} | in_boxes("aware_at", at)
    assert client.post(reverse("breaches:record"), form | {"persons_count": "-1"}).status_code == 422
    assert client.post(reverse("breaches:record"), form).status_code == 302
    breach = Breach.objects.get()

    def act(verb, **given):
        fields = {f"{verb}-{name}": value for name, value in given.items()}
        return client.post(reverse("breaches:act", args=[breach.public_id, verb]), fields).status_code

    assert act("close") == 422
    assert act("assess", risk="high", reasons="Health data.") == 302
    assert act("close") == 422, "nobody was told yet"
    first = in_boxes("sent_at", clock.now() - timedelta(days=1))
    assert act("notify", to="authority", **first) == 302
    assert act("close") == 422, "a first phase is not the whole notice"
    for page in ("authority", "persons"):
        notice = client.get(reverse("breaches:notice", args=[breach.public_id, page]))
        assert notice.status_code == 200
        assert "<b>Lost" not in notice.content.decode()
    assert client.get(reverse("breaches:notice", args=[breach.public_id, "press"])).status_code == 404
    assert act("notify", to="authority", is_complete="on", **first) == 302
    assert act("notify", to="persons", is_complete="on", **first) == 302
    assert act("close") == 302
    assert act("assess", risk="high", reasons="x") == 422, "a closed record is opened again first"
    assert act("reopen") == 302
    assert act("erase") == 404
    assert client.get(reverse("breaches:list")).status_code == 200
    revise = reverse("breaches:revise", args=[breach.public_id])
    assert client.get(revise).status_code == 200
    assert client.post(revise, form | {"revision": "0"}).status_code == 422, "it was changed meanwhile"
    facts = JournalEntry.objects.filter(action__startswith="breaches.").values_list("facts", flat=True)
    assert "train" not in str(list(facts))


def test_the_clock_runs_from_awareness_and_stops_with_the_first_notice(dpo):
    breach = recorded(dpo, hours=70)
    now = clock.now()
    assert timedelta(hours=1) < time_left(breach, now) <= timedelta(hours=2)
    assert time_left(breach, now + timedelta(hours=3)) < timedelta(0)
    told(breach, dpo, hours=1, is_complete=False)
    assert time_left(breach, now + timedelta(hours=100)) is None


def test_no_likely_risk_needs_no_notice(dpo):
    breach = recorded(dpo)
    actions.assess(breach=breach, risk="unlikely", reasons="Encrypted.", by=dpo)
    actions.close(breach=breach, by=dpo)
    breach.refresh_from_db()
    assert State(breach.state) is State.CLOSED


def test_a_late_notice_says_why(dpo):
    breach = recorded(dpo, hours=100)
    with pytest.raises(Refused):
        told(breach, dpo, hours=90)
    told(breach, dpo, hours=90, delay_reasons="Found on a Friday evening.")


def test_a_high_risk_is_told_to_the_persons_or_a_reason_is_given(dpo):
    breach = recorded(dpo)
    actions.assess(breach=breach, risk="high", reasons="x", by=dpo)
    told(breach, dpo)
    with pytest.raises(Refused):
        actions.close(breach=breach, by=dpo)
    actions.assess(breach=breach, risk="high", reasons="x", no_notice_reasons="Nobody can read them.", by=dpo)
    actions.close(breach=breach, by=dpo)


@pytest.mark.parametrize("hours", [-1, 2])
def test_a_notice_is_neither_before_the_breach_is_known_nor_in_the_future(dpo, hours):
    with pytest.raises(Refused):
        told(recorded(dpo), dpo, hours=hours)


def test_a_breach_cannot_be_known_since_the_future_nor_end_before_it_began(dpo):
    with pytest.raises(Refused):
        recorded(dpo, hours=-1)
    today = clock.now().date()
    with pytest.raises(Refused):
        recorded(dpo, began_on=today, ended_on=today - timedelta(days=1))


def test_who_may_not_handle_breaches_enters_none():
    with pytest.raises(PermissionDenied):
        recorded(verified(staff("officer")))
    assert not Breach.objects.exists()


def test_reopening_asks_for_a_new_judgement(dpo):
    breach = recorded(dpo)
    actions.assess(breach=breach, risk="unlikely", reasons="Encrypted.", by=dpo)
    actions.close(breach=breach, by=dpo)
    actions.reopen(breach=breach, by=dpo)
    breach.refresh_from_db()
    assert Risk(breach.risk) is Risk.UNKNOWN
    with pytest.raises(Refused):
        actions.close(breach=breach, by=dpo)
