"""A household's own home: what each page opens, to whom, and what it never shows."""


import pytest
from django.test import Client
from django.urls import reverse

from bacasable.services.water_use.web.models import Contract
from tests.services.water_homes import home, proven, water

__all__ = ["water"]
pytestmark = pytest.mark.usefixtures("water")

PAGES = ("home", "days", "leaks", "comparison", "advice", "rights", "readings_csv", "home_json")


def page(client: Client, name: str, contract: Contract, *rest: object, **query: str):
    return client.get(reverse(f"water_use:{name}", args=[contract.public_id, *rest]), query)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("grain", ["hourly", "daily", "index"])
def test_each_page_opens_to_a_proven_identity_whatever_the_meter_tells(client, name, grain):
    contract = home(grain=grain)
    assert page(client, name, contract).status_code == 404
    proven(client, contract)
    answer = page(client, name, contract, **({} if name != "days" else {"month": "2026-10"}))
    assert answer.status_code == (302 if (name, grain) == ("days", "index") else 200)
    other = Client()
    proven(other, name="Paul Autre")
    assert page(other, name, contract).status_code == 404
