"""When an agent called a household about a leak."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the instant of the call."""

    dependencies = [("water_use", "0001_initial")]

    operations = [
        migrations.AddField(model_name="incident", name="called_at", field=models.DateTimeField(null=True)),
    ]
