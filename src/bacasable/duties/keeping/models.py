"""Visas of the archives, and the receipts of purges."""

import uuid
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock


class Visa(models.Model):
    """The archives' approval of a destruction (Code du patrimoine, L.212-2), for one retention and a time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.CharField(_("service"), max_length=60)
    retention = models.CharField(_("what may be destroyed"), max_length=60)
    retention_sha256 = models.CharField(max_length=64)
    reference = models.CharField(_("reference of the visa"), max_length=120)
    given_on = models.DateField(_("given on"))
    ends_on = models.DateField(_("may be used until"))
    recorded_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"visa {self.reference}"

    def is_in_force(self, day: date) -> bool:
        """Say whether a purge of that day may rely on it."""
        return self.withdrawn_at is None and self.given_on <= day <= self.ends_on


class PurgeRun(models.Model):
    """The receipt of one purge: counts and reasons by store, no personal data."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    lines = models.JSONField(default=list)
    count = models.PositiveBigIntegerField(default=0)
    is_whole = models.BooleanField(default=True)
    receipt = models.CharField(max_length=64)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"purge {self.public_id}"
