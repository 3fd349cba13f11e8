"""Staff sign in by OpenID Connect: the whole code flow against a provider that runs as its own process."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bacasable.people import oidc, permissions, sessions
from bacasable.people.models import JournalEntry, User
from tests.factories.people import UserFactory, sign_in, staff

pytestmark = pytest.mark.django_db
CALLBACK = "http://testserver/sign-in/provider/callback/"


@dataclass
class Provider:
    """A real provider on loopback, and what a person does at it."""

    issuer: str

    def declare(self, subject: str, **claims: object) -> None:
        """Make or change a person at the provider."""
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()

    def go(self, address: str, subject: str | None) -> str:
        """Sign in as ``subject`` (or refuse) on the provider's page; return where it sends the browser."""
        form = {"sub": subject} if subject else {"action": "deny"}
        answer = requests.post(address, data=form, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def process() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    issuer = f"http://localhost:{port}"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "localhost"]
    options = ["--require-registration", "--require-nonce"]
    provider = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                requests.get(f"{issuer}/.well-known/openid-configuration", timeout=1).raise_for_status()
                break
            except requests.RequestException:
                assert provider.poll() is None, "the provider stopped"
                time.sleep(0.1)
        yield issuer
    finally:
        provider.terminate()
        provider.wait(10)


@pytest.fixture
def provider(process: str, monkeypatch: pytest.MonkeyPatch) -> Provider:
    registered = requests.post(
        f"{process}/oauth2/clients",
        json={
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "client_secret_post",
            "scope": "openid email",
        },
        timeout=5,
    ).json()
    configure(monkeypatch, oidc_issuer=process, oidc_client_id=registered["client_id"])
    monkeypatch.setattr(settings, "OIDC_RP_CLIENT_ID", registered["client_id"])
    monkeypatch.setattr(settings, "OIDC_RP_CLIENT_SECRET", registered["client_secret"])
    return Provider(process)


def configure(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    monkeypatch.setattr(settings, "BACASABLE", settings.BACASABLE.model_copy(update=changes))


def begin(client: Client, **query: str) -> str:
    answer = client.get(reverse("people:oidc_start"), query)
    assert answer.status_code == 302
    return answer["Location"]


def come_back(client: Client, address: str):
    assert address.startswith(CALLBACK)
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def officer_at(provider: Provider, **claims: object) -> User:
    user = staff("officer", email="officer@example.org")
    provider.declare(
        "42", **{"email": "Officer@example.org", "email_verified": True, "amr": ["pwd", "mfa"]} | claims
    )
    return user


def test_an_officer_signs_in_and_holds_the_role(client, provider):
    user = officer_at(provider)
    client.get("/sign-in/staff/")
    address = begin(client, next="/account/")
    asked = parse_qs(urlsplit(address).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"] and asked["state"]
    key = client.session.session_key
    answer = come_back(client, provider.go(address, "42"))
    assert answer["Location"] == "/account/"
    assert client.session.session_key != key
    assert client.session["people.signed_in_by"] == sessions.OIDC
    page = client.get("/account/")
    assert page.wsgi_request.user.pk == user.pk
    assert "officer" in permissions.roles_of(page.wsgi_request.user)
    assert JournalEntry.objects.filter(action="people.signed_in", facts__how="oidc").count() == 1
    assert "oidc_access_token" not in client.session
    assert "oidc_id_token" not in client.session


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"amr": ["pwd"]},
        {"amr": []},
        {"email": "nobody@example.org"},
        {"email": "candidate@example.org"},
        {"email": "left@example.org"},
        {"email": ""},
    ],
    ids=str,
)
def test_who_is_not_proved_or_not_staff_is_refused_and_never_made(client, provider, claims):
    officer_at(provider, **claims)
    UserFactory(email="candidate@example.org")
    staff("officer", email="left@example.org", is_active=False)
    before = User.objects.count()
    answer = come_back(client, provider.go(begin(client), "42"))
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == before


def test_the_accepted_acr_is_configured_and_asked_for(client, provider, monkeypatch):
    configure(monkeypatch, oidc_accepted_acr=["eidas2"], oidc_accepted_amr=[])
    officer_at(provider, acr="eidas1")
    address = begin(client)
    assert parse_qs(urlsplit(address).query)["acr_values"] == ["eidas2"]
    assert come_back(client, provider.go(address, "42")).status_code == 403
    provider.declare("42", email="officer@example.org", email_verified=True, acr="eidas2")
    assert come_back(client, provider.go(begin(client), "42")).status_code == 302


def test_a_provider_that_vouches_for_addresses_needs_no_claim(client, provider, monkeypatch):
    officer_at(provider)
    provider.declare("42", email="officer@example.org", amr=["mfa"])
    assert come_back(client, provider.go(begin(client), "42")).status_code == 403
    configure(monkeypatch, oidc_addresses_are_verified=True)
    assert come_back(client, provider.go(begin(client), "42")).status_code == 302


def test_a_refusal_at_the_provider_signs_nobody_in(client, provider):
    officer_at(provider)
    assert come_back(client, provider.go(begin(client), None)).status_code == 403


def test_an_answer_works_once_and_in_its_own_browser_only(client, provider):
    officer_at(provider)
    address = provider.go(begin(client), "42")
    thief = Client()
    begin(thief)
    assert come_back(thief, address).status_code == 403
    assert come_back(client, address).status_code == 302
    client.post(reverse("people:sign_out"))
    assert come_back(client, address).status_code == 403


@pytest.mark.parametrize(
    "query", [{}, {"code": "x"}, {"state": "x"}, {"code": "x", "state": "y"}, {"error": "access_denied"}]
)
def test_an_invented_answer_is_refused(client, provider, query):
    assert client.get(f"{reverse('people:oidc_callback')}?{urlencode(query)}").status_code == 403


def test_a_token_made_for_another_client_is_refused(client, provider, monkeypatch):
    officer_at(provider)
    address = provider.go(begin(client), "42")
    configure(monkeypatch, oidc_client_id="another-client")
    assert come_back(client, address).status_code == 403


def test_another_issuer_is_refused(client, provider, monkeypatch):
    officer_at(provider)
    address = provider.go(begin(client), "42")
    described = oidc.discover()
    monkeypatch.setattr(oidc, "discover", lambda: described)
    configure(monkeypatch, oidc_issuer="http://localhost:1/other")
    assert come_back(client, address).status_code == 403


def test_a_silent_provider_gets_a_clear_page(client, provider, monkeypatch):
    configure(monkeypatch, oidc_issuer="http://localhost:9")
    assert client.get(reverse("people:oidc_start")).status_code == 503


def test_without_a_provider_there_is_no_such_page(client):
    assert client.get(reverse("people:oidc_start")).status_code == 404
    assert client.get(reverse("people:oidc_callback")).status_code == 404
    assert "sign-in/provider" not in client.get(reverse("people:staff_sign_in")).content.decode()


def test_no_page_of_another_site_follows_the_sign_in(client, provider):
    officer_at(provider)
    answer = come_back(client, provider.go(begin(client, next="https://evil.example/"), "42"))
    assert answer["Location"] == reverse(settings.LOGIN_REDIRECT_URL)


def test_proving_again_makes_the_provider_ask_and_refuses_an_old_proof(client, provider):
    user = staff("administrator", email="admin@example.org")
    claims = {"email": "admin@example.org", "email_verified": True, "amr": ["mfa"]}
    provider.declare("7", **claims, auth_time=int(time.time()) - 3600)
    sign_in(client, user, sessions.OIDC)
    session = client.session
    session["people.proved_at"] = time.time() - 3600
    session.save()
    asked = client.get(reverse("people:staff_new"))
    page = client.get(asked["Location"])
    query = parse_qs(urlsplit(page.context["provider_href"]).query)
    address = begin(client, **{name: values[0] for name, values in query.items()})
    wanted = parse_qs(urlsplit(address).query)
    assert (wanted["prompt"], wanted["max_age"]) == (["login"], ["0"])
    assert come_back(client, provider.go(address, "7")).status_code == 403
    assert client.get(reverse("people:staff_new")).status_code == 302
    provider.declare("7", **claims, auth_time=int(time.time()))
    address = begin(client, **{name: values[0] for name, values in query.items()})
    assert come_back(client, provider.go(address, "7"))["Location"] == reverse("people:staff_new")
    assert client.get(reverse("people:staff_new")).status_code == 200
