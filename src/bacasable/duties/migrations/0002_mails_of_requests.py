import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="requestcount",
            name="message_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="attachments",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="is_cut",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="to_qualify",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="requestcount",
            name="network_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.CreateModel(
            name="ReceivedMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sender", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("attachments", models.PositiveIntegerField(default=0)),
                ("is_cut", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField(verbose_name="received")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("answer", "it names a request of the same person"),
                            (
                                "elsewhere",
                                "it came to another address, and its subject is about personal data",
                            ),
                            ("automatic", "it came from a list or a machine, and got no receipt"),
                        ],
                        max_length=10,
                        verbose_name="why it waits",
                    ),
                ),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="duties.rightsrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["received_at"],
            },
        ),
    ]
