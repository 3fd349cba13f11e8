"""A backup is examined file by file: each one that a row names is read with the data key of its dossier."""

import pytest
from django.apps import apps

from bacasable.people.fields import VaultNameField
from bacasable.people.models import JournalEntry
from bacasable.portal import soundness
from bacasable.portal.refusal import Refused
from bacasable.programme.support.actions import file_signed_agreement
from tests.factories import files, support
from tests.factories.site import Site

pytestmark = pytest.mark.django_db

NAMING = [
    pytest.param(model, column.name, id=f"{model.__name__}.{column.name}")
    for model in apps.get_models()
    for column in model._meta.concrete_fields
    if isinstance(column, VaultNameField) and model._meta.label not in soundness.UNFINISHED
]


@pytest.fixture
def site() -> Site:
    site = Site().furnish()
    made = support.opened()
    file_signed_agreement(file=made.file, name="signed.pdf", content=files.pdf(), by=made.officer)
    return site


@pytest.mark.parametrize(("model", "column"), NAMING)
def test_every_model_that_names_files_leads_to_their_key(model, column):
    """A new model whose files no key opens from here fails: no examination of a backup would read them."""
    assert soundness.way_to_key(model).endswith("data_key")


def test_a_model_without_a_way_to_a_key_is_refused():
    with pytest.raises(LookupError, match="JournalEntry"):
        soundness.way_to_key(JournalEntry)


def test_each_file_that_a_row_names_is_read(site):
    from bacasable.people import instance

    assert soundness.examine()
    vault, read = instance.vault(), set()
    for model, column, _digest, way in soundness.stored_files():
        for row in model.objects.exclude(**{column: ""}).order_by("pk")[:1]:
            name = getattr(row, column)
            key = bytes(model.objects.values_list(way, flat=True).get(pk=row.pk))
            assert b"".join(vault.read(key, name))
            path = vault.root / name[:2] / f"{name}.sealed"
            raw = path.read_bytes()
            path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
            with pytest.raises(Refused):
                soundness.examine()
            path.write_bytes(raw)
            read.add(f"{model.__name__}.{column}")
    assert read == {param.id for param in NAMING}
    assert soundness.examine()
