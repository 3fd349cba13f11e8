"""Files of an adviser: opened, told part by part, closed; nobody else's to see; the tool may be refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from bacasable.compliance import clock
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import linkage, sealed
from bacasable.services.job_advice.web.actions import files, interviews
from bacasable.services.job_advice.web.models import AccessLink, File, Person
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import NAME, NUMBER, ROOT, adviser, opened, referential, told

pytestmark = pytest.mark.django_db(databases="__all__")


def test_nobody_is_named_in_the_database_and_a_number_finds_the_person_again() -> None:
    by = adviser()
    made = opened(by)
    row = Person.objects.values().get()
    assert not any(word in str(value) for value in row.values() for word in (*NAME.split(), NUMBER))
    assert sealed.identity_of(made.person) == sealed.Identity(NAME, NUMBER)
    with pytest.raises(Refused, match="open file"):
        opened(by, number=" 123 4567k ")
    files.close_file(file=made, by=by)
    again = opened(by, number="1234567k")
    assert again.person == made.person and again.person.reference == made.person.reference


def test_only_the_adviser_of_a_file_writes_in_it() -> None:
    made, other = opened(adviser()), adviser()
    with pytest.raises(PermissionDenied):
        files.write_profile(file=made, profile=Profile(licence_b=True), part="mobility", by=other)
    with pytest.raises(PermissionDenied):
        files.open_file(identity=sealed.Identity("X"), by=verified(staff("job_head")))


def test_limits_are_dated_and_gone_when_they_are_taken_back() -> None:
    by = adviser()
    made = opened(by, Profile(limits=frozenset({"no_height"})))
    made.refresh_from_db()
    assert made.limits and made.limits_said_at
    files.write_profile(file=made, profile=Profile(), part="limits", by=by)
    made.refresh_from_db()
    assert made.limits is None and made.limits_said_at is None


def test_a_closed_file_is_written_no_more_and_its_codes_open_nothing() -> None:
    by = adviser()
    made = opened(by)
    files.make_link(file=made, kind="paper", by=by)
    held = interviews.open_interview(file=made, by=by)
    files.close_file(file=made, by=by)
    held.refresh_from_db()
    assert held.closed_at and AccessLink.objects.get().ended_at
    with pytest.raises(Refused, match="closed"):
        files.write_profile(file=made, profile=Profile(), part="held", by=by)
    with pytest.raises(Refused, match="closed"):
        interviews.open_interview(file=made, by=by)


def test_a_code_is_kept_as_a_digest_and_a_new_one_ends_the_one_before() -> None:
    by = adviser()
    made = opened(by)
    first = files.make_link(file=made, kind="paper", by=by)
    second = files.make_link(file=made, kind="paper", by=by)
    assert len(second.replace("-", "")) == 16 and first != second
    ended, kept = AccessLink.objects.order_by("made_at")
    assert ended.ended_at and kept.ended_at is None
    assert kept.digest == linkage.code_digest(second.replace("-", ""))
    assert second.replace("-", "")[6:] not in str(AccessLink.objects.values())
    assert kept.expires_at - clock.now() > timedelta(days=29)


def test_a_person_who_refuses_the_tool_has_the_same_interview_without_suggestions() -> None:
    by = adviser()
    made = opened(by)
    files.refuse_tool(file=made, by=by)
    held = interviews.open_interview(file=made, by=by)
    assert held.mode == "without_tool"
    with pytest.raises(Refused, match="no suggestion"):
        interviews.suggest(interview=held, by=by)
    files.accept_tool(file=made, by=by)
    interviews.close_interview(interview=held, by=by)
    assert interviews.open_interview(file=made, by=by).mode == "with_tool"


def test_files_of_others_do_not_exist_and_only_advisers_have_a_desk(client: Client) -> None:
    made = opened(adviser())
    sign_in(client, staff("job_adviser"))
    assert client.get(f"{ROOT}files/").status_code == 200
    assert client.get(f"{ROOT}files/{made.public_id}/").status_code == 404
    assert client.post(f"{ROOT}files/{made.public_id}/close/").status_code == 404
    head = sign_in(Client(), staff("job_head"))
    assert head.get(f"{ROOT}files/").status_code == 403


def test_a_profile_is_told_on_pages_title_by_title_skill_by_skill(client: Client) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    client.post(f"{ROOT}files/", {"name": NAME, "number": ""})
    made = File.objects.get()
    at = f"{ROOT}files/{made.public_id}/told/"
    title = referential().titles["masculine"].to_list()[0]
    page = client.post(f"{at}held/", {"step": "search", "title": title})
    code = referential().titles["code"].to_list()[0]
    assert page.status_code == 200 and f'value="{code}"' in page.content.decode()
    assert "checked" not in page.content.decode()
    unsaid = client.post(f"{at}held/", {"step": "choose", "title": title, "months": "40"})
    assert unsaid.status_code == 422
    chosen = {"step": "choose", "title": title, "code": code, "months": "40", "ended_months_ago": "3"}
    assert client.post(f"{at}held/", chosen).status_code == 302
    number = str(referential().skills["ogr"].to_list()[0])
    client.post(f"{at}skills/", {"step": "choose", "chosen": [number, "999999999"]})
    client.post(f"{at}diplomas/", {"step": "search", "level": "5", "title": ""})
    wrong = client.post(f"{at}mobility/", {"department": "96"})
    assert wrong.status_code == 422
    client.post(f"{at}mobility/", {"department": "2a", "mobility_km": "15", "licence_b": "yes"})
    client.post(f"{at}search/", {"difficulties": ["no_answers"], "months_searching": "6"})
    made.refresh_from_db()
    profile = sealed.profile_of(made)
    assert profile.held[0].occupation == code and profile.held[0].months == 40
    assert profile.skills == {int(number)} and profile.diplomas[0].level == 5
    assert (profile.department, profile.mobility_km, profile.licence_b) == ("2A", 15, True)
    assert profile.months_searching == 6 and profile.moves_house is None
    client.post(f"{at}held/", {"step": "remove", "value": "0"})
    made.refresh_from_db()
    assert sealed.profile_of(made).held == ()
    page = client.get(f"{ROOT}files/{made.public_id}/").content.decode()
    assert NAME in page and ("synthétiques" in page or "Synthetic" in page)


def test_a_title_that_is_no_job_says_so_and_nothing_is_lost(client: Client) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    made = opened(verified(by), told())
    at = f"{ROOT}files/{made.public_id}/told/held/"
    page = client.post(at, {"step": "search", "title": "zzqx wrtv"})
    assert page.status_code == 200 and "bac-notice--warning" in page.content.decode()
    client.post(at, {"step": "choose", "title": "zzqx wrtv", "code": "none"})
    made.refresh_from_db()
    assert len(sealed.profile_of(made).held) == 1
