"""A one-time link is spent once, by its button, by the person who received it."""

import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from bacasable.people import links, sessions
from bacasable.people.models import JournalEntry, OneTimeLink, User
from tests.factories.people import UserFactory, sign_in, staff

ADDRESS = "someone@example.org"


def path_of(link: str) -> str:
    return urlsplit(link).path


def issue(purpose: str = "sign_in", **kwargs: object) -> str:
    return path_of(links.issue(email=kwargs.pop("email", ADDRESS), purpose=purpose, **kwargs))


@pytest.mark.django_db
def test_opening_a_link_neither_spends_it_nor_tells_whose_it_is(client):
    path = issue()
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert ADDRESS not in page.content.decode()
    assert client.head(path).status_code == 200
    assert OneTimeLink.objects.get().spent_at is None
    assert not User.objects.filter(email=ADDRESS).exists()
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.django_db
def test_the_button_makes_the_account_signs_in_and_goes_to_the_dossiers(client):
    client.get("/sign-in/")
    before = client.session.session_key
    answer = client.post(issue(email=" Someone@Example.org "))
    assert answer.status_code == 302
    assert answer["Location"] == "/dossiers/"
    user = User.objects.get(email=ADDRESS)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != before
    assert client.session["people.signed_in_by"] == sessions.LINK
    assert not user.has_usable_password()
    assert JournalEntry.objects.filter(action="people.link_spent").count() == 1


@pytest.mark.django_db
def test_a_link_to_apply_goes_to_the_call_that_it_names(client):
    assert client.post(issue("apply", target="some-call"))["Location"] == "/calls/some-call/apply/start/"


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_a_sign_in_link_never_leads_to_another_site(client, target):
    assert client.post(issue(target=target))["Location"] == "/dossiers/"


@pytest.mark.django_db
def test_a_sign_in_link_leads_back_to_the_page_asked_for(client):
    assert client.post(issue(target="/account/"))["Location"] == "/account/"


@pytest.mark.django_db
def test_a_spent_link_is_gone(client):
    path = issue()
    client.post(path)
    other = Client()
    assert other.post(path).status_code == 410
    assert other.get(path).status_code == 410
    assert "_auth_user_id" not in other.session


@pytest.mark.django_db
def test_an_expired_link_is_gone_by_the_platforms_clock(client, clock):
    path = issue(lifetime=timedelta(hours=2))
    clock.forward(hours=2)
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_altered_link_opens_nothing(client):
    path = issue()
    token = path.split("/")[2]
    identifier, secret, signature = token.split(".")
    altered = [
        token[:-1],
        f"{identifier}.{secret}",
        f"{identifier}.{secret[::-1]}.{signature}",
        f"{secret}.{identifier}.{signature}",
        "x",
        "%00",
        "..",
        "é" * 40,
        token + ".",
        "a" * 4000,
    ]
    for wrong in altered:
        for answer in (client.get(f"/link/{wrong}/"), client.post(f"/link/{wrong}/")):
            assert answer.status_code == 404, wrong
            assert "no-store" in answer["Cache-Control"]
    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_the_database_alone_opens_no_link():
    token = issue().split("/")[2]
    stored = OneTimeLink.objects.get()
    assert stored.secret_digest not in token
    assert token.split(".")[1] not in stored.secret_digest


@pytest.mark.django_db
def test_no_log_line_holds_a_token(client, caplog):
    path = issue()
    token = path.split("/")[2]
    client.post(path)
    client.get(path)
    client.post(path)
    client.get(path[:-2] + "/")
    assert token.split(".")[1] not in caplog.text


@pytest.mark.django_db
def test_what_spending_refuses_leaves_the_link_whole(client, monkeypatch):
    def fail(request, link, user):
        raise RuntimeError("the room could not do it")

    path = issue("join", target="dossier")
    monkeypatch.setitem(links._on_spent, "join", fail)
    client.raise_request_exception = False
    assert client.post(path).status_code == 500
    assert OneTimeLink.objects.get().spent_at is None
    assert not User.objects.filter(email=ADDRESS).exists()


@pytest.mark.django_db
def test_a_deactivated_person_gets_in_by_no_link(client):
    UserFactory(email=ADDRESS, is_active=False)
    assert client.post(issue()).status_code == 403
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", ["sign_in", "apply", "join"])
def test_a_link_never_signs_staff_in(client, purpose):
    officer = staff("officer", email=ADDRESS)
    path = issue(purpose, target="x")
    answer = client.post(path)
    assert answer["Location"].startswith("/sign-in/staff/")
    assert "_auth_user_id" not in client.session
    assert OneTimeLink.objects.get().spent_at is None
    sign_in(client, officer, sessions.LINK)
    assert client.post(path)["Location"].startswith("/sign-in/staff/")


@pytest.mark.django_db
def test_staff_signed_in_with_a_second_factor_may_use_their_link_and_keep_their_session(client):
    sign_in(client, staff("officer", email=ADDRESS))
    assert client.post(issue())["Location"] == "/dossiers/"
    assert client.session["people.signed_in_by"] == sessions.TOTP


@pytest.mark.django_db
def test_a_link_replaces_the_session_of_somebody_else(client):
    sign_in(client, staff("administrator"))
    client.post(issue())
    assert client.session["_auth_user_id"] == str(User.objects.get(email=ADDRESS).pk)
    assert client.session["people.signed_in_by"] == sessions.LINK
    assert client.get("/staff/").status_code == 403


@pytest.mark.django_db
def test_the_button_refuses_a_request_forged_by_another_site():
    strict = Client(enforce_csrf_checks=True)
    path = issue()
    assert strict.post(path).status_code == 403
    assert OneTimeLink.objects.get().spent_at is None


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_clicks_spend_a_link_once():
    path = issue()
    statuses: list[int] = []
    gate = threading.Barrier(6)

    def click() -> None:
        browser = Client()
        gate.wait()
        try:
            statuses.append(browser.post(path).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 410, 410, 410, 410, 410]
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_one_purpose_has_one_handler():
    with pytest.raises(ValueError, match="already handled"):
        links.register("apply", lambda request, link, user: "/")
