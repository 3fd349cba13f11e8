"""What somebody who means harm, or clicks twice, sends to job advice: refused in words, never an error."""

import json

import pytest
from django.test import Client

from bacasable.services.job_advice.web import sealed
from bacasable.services.job_advice.web.actions import access, files, interviews
from bacasable.services.job_advice.web.models import File
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import ROOT, advised, assessed, opened, told

pytestmark = pytest.mark.django_db(databases="__all__")
__all__ = ["assessed"]
HUGE = "9" * 5000


@pytest.fixture
def file(client: Client) -> File:
    by = staff("job_adviser")
    sign_in(client, by)
    return opened(verified(by), told())


def test_numbers_of_thousands_of_figures_in_a_confirmed_cv_are_left_out(client: Client, file: File) -> None:
    at = f"{ROOT}files/{file.public_id}/cv/"
    code = told().held[0].occupation
    sent = {"step": "confirm", "chosen": [HUGE, "-1", "²"], "job-0-code": code, "job-0-months": HUGE}
    assert client.post(at, sent).status_code == 302
    assert client.post(at, {"step": "confirm", "job-0-code": code, "job-0-months": "²"}).status_code == 302
    file.refresh_from_db()
    assert sealed.profile_of(file).held[0].months <= 720


@pytest.mark.parametrize("act", ["tool/", "close/", "link/", "interview/", "plan/plan.pdf"])
def test_an_act_on_a_file_that_another_window_closed_says_so(client: Client, file: File, act: str) -> None:
    at = f"{ROOT}files/{file.public_id}/"
    client.post(at + "close/")
    answer = client.post(at + act, {"choice": "refuse", "kind": "link", "with_code": "1"}, follow=True)
    assert answer.status_code == 200
    if act != "plan/plan.pdf":
        assert "on n’y écrit plus rien" in answer.content.decode()


def test_ending_an_interview_twice_says_that_it_is_over(client: Client, file: File) -> None:
    by = verified(staff("job_adviser"))
    sign_in(client, by)
    held = interviews.open_interview(file=opened(by, told(), number="7654321K"), by=by)
    at = f"{ROOT}interviews/{held.public_id}/end/"
    assert client.post(at).status_code == 302
    assert client.post(at, follow=True).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 20000,
        b'{"profile":' * 5000,
        b"\xff\xfe",
        b"\x00",
        b'{"profile": {"department": "\\ud800"}}',
        b'{"profile": {"\\ud800": 1}}',
        b'{"profile": {"months_searching": NaN}}',
        b'{"profile": {"months_searching": ' + b"9" * 5000 + b"}}",
        b'{"profile": {"skills": [' + b"9" * 400 + b"]}}",
        b'{"profile": {"held": [[[[]]]]}}',
        b'{"profile": {"held": [{"occupation": {}, "months": -1}]}}',
        b'{"profile": {"limits": {"a": []}}}',
        b'{"profile": {}, "purpose": "\\ud800"}',
        b'{"titles": ["\\ud800"]}',
        b'{"titles": ["a\\u0000b"]}',
        b'{"titles": [""], "purpose": "\\u0000"}',
    ],
    ids=range(16),
)
@pytest.mark.parametrize("address", ["titles", "advice"])
def test_a_call_that_no_program_writes_in_good_faith_gets_a_reason(
    client: Client, assessed: None, address: str, body: bytes
) -> None:
    sign_in(client, staff("job_adviser"))
    client.raise_request_exception = False
    answer = client.post(f"{ROOT}api/{address}", body, content_type="application/json")
    assert answer.status_code < 500, answer.content[:300]
    json.loads(answer.content)


def test_a_call_from_another_site_is_refused(assessed: None) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, staff("job_adviser"))
    answer = client.post(f"{ROOT}api/advice", b'{"profile": {}}', content_type="text/plain")
    assert answer.status_code == 403


def test_a_code_that_is_replaced_closes_the_page_that_it_opened(assessed: None) -> None:
    by = verified(staff("job_adviser"))
    mine = opened(by, told(), number="7654321K")
    code = files.make_link(file=mine, kind="paper", by=by)
    finder = Client()
    assert finder.post(ROOT, {"code": code}).status_code == 302
    assert finder.get(f"{ROOT}my/").status_code == 200
    fresh = files.make_link(file=mine, kind="paper", by=by)
    assert finder.get(f"{ROOT}my/").status_code == 302
    owner = Client()
    owner.post(ROOT, {"code": fresh})
    assert owner.get(f"{ROOT}my/").status_code == 200
    access.end(file=mine)
    assert owner.get(f"{ROOT}my/").status_code == 302


def test_markup_in_what_is_typed_is_shown_and_never_run(client: Client, assessed: None) -> None:
    by = verified(staff("job_adviser"))
    sign_in(client, by)
    planted = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    mine = files.open_file(identity=sealed.Identity(planted[:60], "<b>7</b>"), by=by)
    files.write_profile(file=mine, profile=told(), part="held", by=by)
    held, advice = advised(by, mine)
    item = advice.items.first()
    assert item is not None
    client.post(f"{ROOT}interviews/{held.public_id}/note/", {"note-text": planted})
    client.post(
        f"{ROOT}interviews/{held.public_id}/own/",
        {"own-verb": "own_advice", "own-text": planted, "own-reason": planted},
    )
    shown = ["files/", f"files/{mine.public_id}/", f"interviews/{held.public_id}/",
             f"files/{mine.public_id}/plan/", f"files/{mine.public_id}/plan/print/"]  # fmt: skip
    for page in shown:
        text = client.get(ROOT + page).content.decode()
        assert "<script>alert" not in text and "<img src=x" not in text and "<b>7" not in text
    assert client.post(f"{ROOT}files/{mine.public_id}/plan/plan.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "9" * 5000])
def test_a_training_file_of_an_odd_number_is_not_there(client: Client, number: str) -> None:
    by = staff("job_adviser")
    sign_in(client, by)
    begun = client.post(f"{ROOT}training/")
    base = begun["Location"].rsplit("/", 2)[0]
    assert client.get(f"{base}/{number}/").status_code == 404
