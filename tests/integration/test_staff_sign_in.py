"""Staff sign in with a password and a code; nobody learns who has an account; failures lock."""

import base64
import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bacasable.people import actions, permissions, second_factor, sessions
from bacasable.people.models import JournalEntry, OutgoingMail, User
from tests.factories.people import UserFactory, sign_in, staff

PASSWORD = "correct-horse-battery"
pytestmark = pytest.mark.django_db


def code_of(user: User, *, confirmed: bool = True) -> str:
    device = TOTPDevice.objects.get(user=user, confirmed=confirmed)
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):06d}"


def set_up(user: User) -> list[str]:
    second_factor.prepare(user)
    codes = actions.enrol(user=user, password=PASSWORD, code=code_of(user, confirmed=False))
    assert codes
    # the code that set the account up was spent; forget it so that a test may use it at once
    TOTPDevice.objects.filter(user=user).update(last_t=-1)
    user.refresh_from_db()
    return codes


@pytest.fixture
def officer() -> User:
    user = staff("officer", email="officer@example.org")
    set_up(user)
    return user


def give_password(client: Client, email: str, password: str = PASSWORD, **extra: str):
    return client.post(reverse("people:staff_sign_in"), {"email": email, "password": password, **extra})


def test_password_then_code_sign_an_officer_in_under_a_new_key(client, officer):
    client.get(reverse("people:staff_sign_in"))
    client.session["planted"] = 1
    answer = give_password(client, "Officer@Example.org", next="/account/")
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session
    key = client.session.session_key
    answer = client.post(answer["Location"], {"code": code_of(officer)})
    assert answer["Location"] == "/account/"
    assert client.session.session_key != key
    assert client.session["people.signed_in_by"] == sessions.TOTP
    page = client.get("/account/")
    assert permissions.roles_of(page.wsgi_request.user) == {"public", "member", "officer"}
    assert JournalEntry.objects.filter(action="people.signed_in", facts__how="totp").exists()


def test_a_code_works_once(client, officer):
    code = code_of(officer)
    for expected in (302, 200):
        browser = Client()
        step = give_password(browser, officer.email)["Location"]
        assert browser.post(step, {"code": code}).status_code == expected


def test_a_recovery_code_replaces_the_telephone_once(client):
    user = staff("officer")
    codes = set_up(user)
    assert not StaticToken.objects.filter(token__in=[code.replace("-", "") for code in codes]).exists()
    for expected in (302, 200):
        browser = Client()
        step = give_password(browser, user.email)["Location"]
        assert browser.post(step, {"code": codes[0].upper()}).status_code == expected
    assert second_factor.recovery_codes_left(user) == len(codes) - 1


def test_the_code_page_without_a_password_leads_back(client, officer):
    answer = client.post(reverse("people:staff_code"), {"code": code_of(officer)})
    assert urlsplit(answer["Location"]).path == reverse("people:staff_sign_in")
    assert "_auth_user_id" not in client.session


def test_the_code_must_follow_within_five_minutes(client, officer):
    step = give_password(client, officer.email)["Location"]
    with time_machine.travel(time.time() + 301):
        answer = client.post(step, {"code": code_of(officer)})
    assert urlsplit(answer["Location"]).path == reverse("people:staff_sign_in")


def test_a_password_alone_gives_no_granted_role(client, officer):
    sign_in(client, officer, sessions.LINK)
    page = client.get("/account/")
    assert permissions.roles_of(page.wsgi_request.user) == {"public", "member"}
    assert permissions.roles_of(User.objects.get(pk=officer.pk)) == {"public", "member"}


def test_answers_do_not_tell_who_has_an_account(client, officer):
    UserFactory(email="candidate@example.org")
    staff("officer", email="left@example.org", is_active=False)
    pages = set()
    for email in ("officer@example.org", "candidate@example.org", "left@example.org", "nobody@example.org"):
        answer = give_password(Client(), email, "wrong")
        assert answer.status_code == 200
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        pages.add(page.replace(email, "-"))
    assert len(pages) == 1


def test_asking_for_a_link_answers_alike_and_mails_only_who_may_use_one(client, officer):
    UserFactory(email="candidate@example.org")
    answers = {
        (answer.status_code, answer["Location"])
        for email in ("candidate@example.org", "nobody@example.org", officer.email)
        for answer in [client.post("/sign-in/", {"email": email})]
    }
    assert answers == {(302, reverse("people:sign_in_sent"))}
    assert set(OutgoingMail.objects.values_list("to", flat=True)) == {"candidate@example.org", officer.email}
    for _ in range(10):
        client.post("/sign-in/", {"email": "candidate@example.org"})
    assert OutgoingMail.objects.filter(to="candidate@example.org").count() == actions.LINKS_PER_HOUR


def test_five_failures_lock_the_account_from_that_address_only(client, officer):
    for _ in range(4):
        assert give_password(client, officer.email, "wrong").status_code == 200
    locked = give_password(client, officer.email, "wrong")
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 0
    assert give_password(client, officer.email).status_code == 429
    assert give_password(Client(REMOTE_ADDR="192.0.2.9"), officer.email).status_code == 302
    with time_machine.travel(time.time() + 16 * 60):
        assert give_password(client, officer.email).status_code == 302


def test_wrong_codes_lock_like_wrong_passwords(client, officer):
    step = give_password(client, officer.email)["Location"]
    statuses = [client.post(step, {"code": "000000"}).status_code for _ in range(5)]
    assert statuses[-1] == 429
    assert give_password(client, officer.email).status_code == 429


def test_an_unknown_address_locks_alike(client):
    statuses = [give_password(client, "nobody@example.org", "wrong").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_what_is_kept_of_a_failure_names_neither_person_nor_browser(client, officer):
    client.post(
        reverse("people:staff_sign_in") + "?next=/account/",
        {"email": officer.email, "password": "wrong-secret"},
        HTTP_USER_AGENT="Browser of somebody",
    )
    give_password(client, officer.email, "wrong-secret")
    attempt = AccessAttempt.objects.get()
    assert attempt.failures_since_start == 2
    kept = [str(getattr(attempt, field.name)) for field in AccessAttempt._meta.fields]
    assert not [value for value in kept if "officer" in value or "secret" in value or "Browser" in value]
    assert (attempt.get_data, attempt.post_data, attempt.user_agent, attempt.path_info) == ("", "", "", "")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_sign_in_leads_to_another_site(client, officer, elsewhere):
    page = client.get(reverse("people:staff_sign_in"), {"next": elsewhere})
    assert elsewhere not in page.content.decode()
    answer = give_password(client, officer.email, next=elsewhere)
    assert parse_qs(urlsplit(answer["Location"]).query) == {}
    answer = client.post(answer["Location"], {"code": code_of(officer), "next": elsewhere})
    assert answer["Location"] == reverse(settings.LOGIN_REDIRECT_URL)


def test_signing_out_takes_a_post(client, officer):
    sign_in(client, officer)
    assert client.get(reverse("people:sign_out")).status_code == 405
    assert client.get("/account/").status_code == 200
    client.post(reverse("people:sign_out"))
    assert client.get("/account/").status_code == 302


def test_a_staff_session_ends_after_half_an_hour_idle_and_twelve_hours_in_all(client, officer):
    start = time.time()
    with time_machine.travel(start) as traveller:
        sign_in(client, officer)
        traveller.shift(29 * 60)
        assert client.get("/account/").status_code == 200
        traveller.shift(31 * 60)
        answer = client.get("/account/?x=1")
        assert answer.status_code == 302
        assert parse_qs(urlsplit(answer["Location"]).query)["next"] == ["/account/?x=1"]
        sign_in(client, officer)
        for _ in range(25):
            traveller.shift(29 * 60)
            last = client.get("/account/").status_code
        assert last == 302


def test_a_candidate_stays_eight_hours_idle(client):
    start = time.time()
    with time_machine.travel(start) as traveller:
        sign_in(client, UserFactory())
        traveller.shift(7.9 * 3600)
        assert client.get("/account/").status_code == 200
        traveller.shift(8.1 * 3600)
        assert client.get("/account/").status_code == 302


def test_moving_the_platforms_clock_signs_nobody_out(client, clock):
    sign_in(client, UserFactory())
    clock.forward(days=30)
    assert client.get("/account/").status_code == 200


def test_a_form_sent_after_the_session_leads_back_to_its_page(client):
    answer = client.post("/account/", {"name": "x"}, HTTP_REFERER="http://testserver/account/?tab=2")
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == ["/account/?tab=2"]
    answer = client.post("/account/", {"name": "x"}, HTTP_REFERER="https://evil.example/account/")
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == ["/account/"]


def test_deactivating_or_changing_roles_ends_open_sessions(client, officer):
    by = staff("administrator")
    sign_in(client, officer)
    actions.grant_role(user=officer, role="administrator", by=by)
    assert client.get("/account/").status_code == 302
    officer.refresh_from_db()
    sign_in(client, officer)
    actions.deactivate(user=officer, by=by)
    assert client.get("/account/").status_code == 302


def test_one_can_end_ones_other_sessions_and_keep_this_one(client, officer):
    other = sign_in(Client(), officer)
    sign_in(client, officer)
    client.post(reverse("people:sign_out_everywhere"))
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_the_square_is_a_picture_that_holds_no_external_address():
    device = second_factor.prepare(staff("officer"))
    header, _, data = second_factor.square(device).partition(",")
    assert header == "data:image/svg+xml;base64"
    assert b"<svg" in base64.b64decode(data)
    assert "issuer=" in second_factor.address(device)


def test_the_demo_way_in_is_closed_elsewhere(rf, officer):
    with pytest.raises(ValueError, match="demo"):
        sessions.begin(rf.get("/"), officer, sessions.DEMO)


def test_old_attempts_and_sessions_are_forgotten(client, clock, officer):
    give_password(client, officer.email, "wrong")
    clock.forward(days=40)
    with time_machine.travel(time.time() + 40 * 24 * 3600):
        assert actions.forget_sign_ins() == {"attempts": 1, "sessions": 0}
