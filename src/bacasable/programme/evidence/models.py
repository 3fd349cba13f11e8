"""Evidence as it was received: the signed envelope, byte for byte, and what was read in it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock


class StoredEvidence(models.Model):
    """A DSSE envelope kept byte for byte, with the columns that pages sort and filter by."""

    class Verdict(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")
        VOID = "void", _("void")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.CharField(max_length=40)
    control = models.CharField(max_length=80)
    verdict = models.CharField(max_length=8, choices=Verdict)
    value = models.FloatField(null=True, blank=True)
    trials = models.PositiveIntegerField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    envelope = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=64)
    measured_at = models.DateTimeField()
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-measured_at"]

    def __str__(self) -> str:
        return f"{self.service}.{self.control} {self.verdict}"
