import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import dossiers as made
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return made.draft()


@pytest.fixture
def author(client: Client, dossier):
    return sign_in(client, made.author_of(dossier))


def test_overview(author, dossier):
    page = author.get(reverse("dossiers:overview", args=[dossier.reference]))
    assert page.status_code == 200
