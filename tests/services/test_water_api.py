"""The interface of water use describes itself, under the addresses at which it answers."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ROOT = "/services/water-use/api/"


def test_the_description_names_the_addresses_at_which_it_answers(client: Client) -> None:
    described = client.get(f"{ROOT}openapi.json")
    assert described.status_code == 200
    paths = described.json()["paths"]
    assert paths and all(path.startswith(ROOT) for path in paths)
    assert client.get(f"{ROOT}districts/forecast").status_code != 404 and f"{ROOT}districts/forecast" in paths
