"""A household proves who it is at a provider that runs as its own process; nothing but digests is kept."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bacasable.services.water_use.web import running
from bacasable.services.water_use.web.actions import access
from bacasable.services.water_use.web.models import Identity
from tests.integration.test_openid_connect import Provider, process
from tests.services.water_homes import home, water

__all__ = ["process", "water"]
pytestmark = pytest.mark.usefixtures("water")
CALLBACK = "http://testserver/services/water-use/prove/callback/"


@pytest.fixture
def provider(process: str, monkeypatch: pytest.MonkeyPatch) -> Provider:
    registered = requests.post(
        f"{process}/oauth2/clients",
        json={
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "client_secret_post",
            "scope": "openid profile",
        },
        timeout=5,
    ).json()
    asked = running.settings().model_copy(
        update={
            "franceconnect_issuer": process,
            "franceconnect_scope": "openid profile",
            "franceconnect_client_id": registered["client_id"],
            "franceconnect_client_secret": type(running.settings().franceconnect_client_secret)(
                registered["client_secret"]
            ),
        }
    )
    monkeypatch.setattr(running, "settings", lambda: asked)
    site = settings.BACASABLE.model_copy(update={"public_url": "http://testserver"})
    monkeypatch.setattr(settings, "BACASABLE", site)
    return Provider(process)


def begin(client: Client) -> str:
    return client.get(reverse("water_use:prove"))["Location"]


def come_back(client: Client, address: str):
    assert address.startswith(CALLBACK)
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def test_a_household_proves_who_it_is_links_its_home_and_leaves_no_name(client, provider):
    provider.declare("77", given_name="Élise", family_name="QUEMENER", acr="eidas1")
    contract = home()
    client.post(reverse("water_use:start"), {"code": access.make_code(contract=contract, by="system")})
    address = begin(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["acr_values"] == ["eidas1"]
    assert "email" not in asked["scope"][0]
    answer = come_back(client, provider.go(address, "77"))
    assert answer["Location"] == reverse("water_use:by_code")
    of_home = reverse("water_use:home", args=[contract.public_id])
    assert client.post(reverse("water_use:link"))["Location"] == of_home
    assert client.get(of_home).status_code == 200
    kept = str(vars(Identity.objects.get())) + str(dict(client.session))
    assert "lise" not in kept.lower().replace("'_state'", "") and "quemener" not in kept.lower()
    again = Client()
    come_back(again, provider.go(begin(again), "77"))  # known again, without the code
    assert again.get(of_home).status_code == 200
    left = client.post(reverse("water_use:leave")).content.decode()
    assert f"{provider.issuer}/oauth2/end_session" in left  # where the provider forgets too
    assert client.get(of_home).status_code == 404


@pytest.mark.parametrize("what", ["denied", "state", "level"])
def test_what_the_provider_does_not_prove_opens_nothing(client, provider, what):
    provider.declare("78", family_name="QUEMENER", acr="" if what == "level" else "eidas1")
    back = provider.go(begin(client), None if what == "denied" else "78")
    if what == "state":
        back = back.replace("state=", "state=x")
    assert come_back(client, back)["Location"] == reverse("water_use:start")
    assert "water_use.identity" not in client.session
    assert not Identity.objects.exists()


def test_without_a_provider_nobody_is_sent_away(client):
    assert begin(client) == reverse("water_use:start")
