"""A role of a closed account has the date of its end, from which its retention runs."""

from typing import Any

from django.db import migrations, models

from bacasable.compliance import clock


def end_those_of_closed_accounts(apps: Any, schema_editor: Any) -> None:
    """Nothing says when these accounts were closed: their roles are kept from now on."""
    grants = apps.get_model("people", "RoleGrant").objects.using(schema_editor.connection.alias)
    grants.filter(user__is_active=False).update(ended_at=clock.now())


class Migration(migrations.Migration):
    dependencies = [("people", "0002_journal_checkpoint")]

    operations = [
        migrations.AddField(
            model_name="rolegrant",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ended"),
        ),
        migrations.RunPython(end_those_of_closed_accounts, migrations.RunPython.noop),
    ]
