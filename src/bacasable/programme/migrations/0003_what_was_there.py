"""What an installation of one room less already holds: its own recommendations and their evidence are public."""

import uuid
from typing import Any

from django.db import migrations
from django.db.models import F


def fill(apps: Any, schema_editor: Any) -> None:
    """Number the contracts, and say of what was there that it is the installation's own, and public."""
    contracts = apps.get_model("programme", "Contract")
    for contract in contracts.objects.all():
        contract.public_id = uuid.uuid4()
        contract.save(update_fields=["public_id"])
    recommendations = apps.get_model("programme", "Recommendation")
    recommendations.objects.filter(file=None).update(origin="own", public_since=F("created_at"))
    evidence = apps.get_model("programme", "StoredEvidence")
    evidence.objects.filter(file=None).update(label="own", public_since=F("received_at"))


class Migration(migrations.Migration):
    # Apart from the change of the tables: PostgreSQL does not alter a table whose rows it has just written.
    dependencies = [("programme", "0002_rooms_of_an_edition")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
