"""The demonstration's office: an interview to its plan, a contestation to its answer, measures, an audit."""

from pathlib import Path

import pytest
from django.test import Client

from bacasable.compliance import clock
from bacasable.compliance.dpia import standing
from bacasable.duties.dpia.models import DpiaRecord
from bacasable.duties.dpia.queries import RECORDED_DPIAS
from bacasable.people import instance
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import demo, measuring, models, running
from bacasable.services.job_advice.web.actions import audits, contesting, deciding
from tests.factories.people import sign_in, staff
from tests.services.jobs_rooms import ROOT, assessed

__all__ = ["assessed"]
pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.usefixtures("assessed")
def test_the_office_shows_a_contestation_answered_by_another_agent_and_a_month_of_a_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(demo, "data_are_fictional", lambda: True)
    monkeypatch.setattr(running, "folder", lambda: tmp_path)
    monkeypatch.setattr(running.settings(), "audit_people", 200)
    adviser, other, head = staff("job_adviser"), staff("job_adviser"), staff("job_head")
    players = {demo.ADVISER: adviser, demo.OTHER: other, demo.HEAD: head}
    demo.make_office.func({key: str(user.public_id) for key, user in players.items()})
    file = models.File.objects.get(adviser=adviser.public_id)
    assert deciding.plan_of(file)
    word = models.Word.objects.get(kind="contestation")
    assert word.answered_by == other.public_id and word.outcome == "corrected"
    assert contesting.board(staffed(other)).count() == 1
    today = clock.now().astimezone(clock.zone()).date()
    found, read = measuring.of_month(measuring.months(today)[0], today)
    assert found.interviews > 20 and found.decoys is not None and read.way == "decides"
    boards = {head: "indicators/", staff("dpo"): "audits/"}
    for who, path in boards.items():
        page = sign_in(Client(), who).get(f"{ROOT}{path}")
        assert (page.status_code == 200 and "[" in page.content.decode()) or "–" in page.content.decode()
    (audit,) = audits.results()
    assert audit["people"] == 200 and audit["is_synthetic"]
    audits.nightly()  # nothing changed: none is made
    assert len(audits.results()) == 1
    demo.make_office.func({})  # a second start makes nothing
    assert instance.configuration().home


def staffed(user):  # type: ignore[no-untyped-def]
    user.session_is_verified = True
    return user


def test_the_office_has_its_assessment_recorded_before_its_first_file() -> None:
    now = clock.now()
    people = {key: staffed(staff(key)) for key in ("dpo", "officer", "editor", "administrator")}
    events = sorted(demo.history(people, now), key=lambda event: event[0])
    acts = [act.func.__name__ for _, act in events]
    assert acts.index("_assess") < acts.index("_ask")
    events[acts.index("_assess")][1]()
    found = standing(PROCESSING, RECORDED_DPIAS.last(PROCESSING.service), now)
    assert found.status == "validated" and found.allows_production
    assert "fictive" in DpiaRecord.objects.get(service=PROCESSING.service).reason


def test_no_office_is_made_where_people_are_real() -> None:
    with pytest.raises(Refused):
        demo.make_office.func({})


def test_indicators_of_few_advisers_are_told_to_nobody(client: Client) -> None:
    sign_in(client, staff("job_head"))
    page = client.get(f"{ROOT}indicators/").content.decode()
    assert "govuk-table" not in page and "bac-notice--warning" in page
    assert Client().get(f"{ROOT}audits/").status_code in (302, 403)
