"""The daily sweep removes what an interrupted deposit left, and nothing that a row names."""

import os
import time

import pytest

from bacasable.people import instance
from bacasable.people.fields import VaultNameField
from bacasable.portal import cleaning
from bacasable.programme.dossiers import files
from bacasable.programme.models import Attachment, Upload, Version
from tests.factories import dossiers as factory
from tests.factories.files import pdf

pytestmark = pytest.mark.django_db


def age(vault):
    for path in vault.root.glob("??/*"):
        os.utime(path, (time.time() - 2 * 86_400,) * 2)


def test_orphans_go_after_a_day_and_deposits_stay():
    vault = instance.vault()
    dossier = factory.complete()
    kept = files.add(dossier=dossier, name="a.pdf", content=pdf(), by=factory.author_of(dossier))
    version = factory.submit(dossier)
    orphan = vault.write(bytes(dossier.data_key), b"never committed").name
    cleaning.clear_remnants()
    assert vault.exists(orphan)
    age(vault)
    cleaning.clear_remnants()
    assert not vault.exists(orphan)
    assert vault.exists(kept.blob)
    assert vault.exists(version.receipt)


@pytest.mark.parametrize("model, column", [(Attachment, "blob"), (Upload, "blob"), (Version, "receipt")])
def test_what_points_to_the_vault_is_known_to_the_sweep(model, column):
    assert isinstance(model._meta.get_field(column), VaultNameField)
