"""What a controller recorded of the impact assessments of its services."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import bacasable.compliance.clock
import bacasable.people.fields


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0002_mails_of_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DpiaRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("service", models.CharField(max_length=60, verbose_name="service")),
                ("declaration_sha256", models.CharField(max_length=64)),
                ("risk_sha256", models.CharField(max_length=64)),
                ("validated_on", models.DateField(verbose_name="validated on")),
                ("validated_by", models.CharField(max_length=200, verbose_name="validated by")),
                ("reason", models.TextField(max_length=2000, verbose_name="what the validation rests on")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=200, verbose_name="reference of the assessment"),
                ),
                ("data_key", models.BinaryField(null=True)),
                ("file", bacasable.people.fields.VaultNameField(blank=True, max_length=64)),
                (
                    "file_name",
                    models.CharField(blank=True, max_length=120, verbose_name="file of the assessment"),
                ),
                ("review_on", models.DateField(verbose_name="next review by")),
                ("recorded_at", models.DateTimeField(default=bacasable.compliance.clock.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "revocation_reason",
                    models.TextField(blank=True, max_length=2000, verbose_name="why it is revoked"),
                ),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-recorded_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)),
                        fields=("service",),
                        name="one_dpia_record_counts",
                    )
                ],
            },
        ),
    ]
