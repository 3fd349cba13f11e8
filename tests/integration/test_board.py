"""The board of the data protection officer: what waits, from every room; nobody else sees it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from bacasable.compliance import checking, clock, signing
from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.rights import Right
from bacasable.duties.board import queries
from bacasable.duties.breaches.models import Breach
from bacasable.duties.register.queries import entry_of, promises
from bacasable.duties.rights.models import RightsRequest
from tests.factories.people import sign_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(monkeypatch, tmp_path):
    """An installation in which nothing was measured yet."""
    told = settings.BACASABLE.model_copy(update={"home": tmp_path})
    monkeypatch.setattr(settings, "BACASABLE", told)
    return tmp_path


def test_only_the_officer_of_data_protection_sees_the_board(client, home):
    sign_in(client, staff("officer"))
    assert client.get(reverse("board:board")).status_code == 403
    client.logout()
    sign_in(client, staff("dpo"))
    page = client.get(reverse("board:board"))
    assert page.status_code == 200
    assert page.context["requests"] == page.context["breaches"] == []


def test_what_is_late_comes_first_and_says_so(home):
    now = clock.now()
    for days in (1, 40):
        RightsRequest.objects.create(
            service="platform",
            right=Right.ACCESS.value,
            body="What do you know?",
            email="x@example.org",
            received_at=now - timedelta(days=days),
        )
    late, recent = queries.requests()
    assert late["state"]["colour"] == "red"
    assert isinstance(recent["state"], str)
    Breach.objects.create(title="A lost key", facts="...", aware_at=now - timedelta(hours=80))
    (breach,) = queries.breaches()
    assert breach["clock"]["colour"] == "red"


def test_a_promise_that_is_measured_leaves_the_board_until_it_is_old(home, monkeypatch):
    entry = entry_of("platform")
    before = len(queries.promised())
    assert before == len(promises(entry)) > 0
    control = promises(entry)[0].control
    signing.ensure_key(home / "keys")
    run = _passed(control)
    envelope = checking.sign(run, signing.load_signer(home / "keys"))
    (home / "evidence").mkdir()
    path = home / "evidence" / f"platform-{control.key}-1.json"
    path.write_bytes(envelope)
    assert len(queries.promised()) == before - 1
    later = clock.now() + control.maximum_age + timedelta(days=1)
    monkeypatch.setattr("bacasable.compliance.clock.now", lambda: later)
    assert promises(entry)[0].state == "old"
    path.write_bytes(envelope[:-1])
    assert any(row["state"]["colour"] == "red" for row in queries.promised())


def _passed(control):
    """A run that keeps its promise, invented: nothing is measured here."""
    from bacasable.compliance.control import Measurement, Run
    from bacasable.privacy.intervals import Interval

    def measured(value):
        return Measurement(value, 1000, Interval(value, value, 0.95, "exact"), 0.0, 1, "nobody", "0" * 64)

    good, bad = (0.0, 1.0) if control.direction == "at_most" else (1.0, 0.0)
    now = clock.now()
    declared = catalogue()["platform"].load("processing")
    return Run(
        service="platform",
        control=control.key,
        title=control.title,
        unit=control.unit,
        direction=control.direction,
        threshold=control.threshold,
        measured_at=now,
        finished_at=now,
        measurement=measured(good),
        sabotage=measured(bad),
        verdict="passed",
        declaration_sha256=declared.digest(),
        depends_on={},
        software="test",
    )
