"""The register of personal data breaches (GDPR art. 33(5)), and what was notified of each."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.duties.breaches.rules import Risk, State


class Breach(models.Model):
    """One breach: facts, effects, measures, what people judged of the risk. No name of a person in it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("what happened, in a line"), max_length=200)
    state = models.CharField(_("state"), max_length=12, default=State.RECORDED.value)
    nature = models.JSONField(default=list)
    facts = models.TextField(_("facts"), max_length=8000)
    services = models.JSONField(default=list)
    aware_at = models.DateTimeField(_("known since"))
    began_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    categories = models.TextField(_("categories of data"), max_length=2000, blank=True)
    persons = models.TextField(_("categories of persons"), max_length=2000, blank=True)
    persons_count = models.PositiveIntegerField(_("number of persons"), null=True, blank=True)
    records_count = models.PositiveIntegerField(_("number of records"), null=True, blank=True)
    consequences = models.TextField(_("likely consequences"), max_length=4000, blank=True)
    measures = models.TextField(_("measures taken or proposed"), max_length=4000, blank=True)
    risk = models.CharField(_("risk"), max_length=8, default=Risk.UNKNOWN.value)
    risk_reasons = models.TextField(max_length=4000, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    delay_reasons = models.TextField(max_length=2000, blank=True)
    no_notice_reasons = models.TextField(max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-aware_at"]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How the breach is called in notices and in the journal."""
        return f"VIO-{self.aware_at:%Y}-{self.public_id.hex[:8].upper()}"


class Notification(models.Model):
    """One notice sent, whole or one phase of it (art. 33(4)): to the authority, or to the persons."""

    class To(models.TextChoices):
        AUTHORITY = "authority", _("supervisory authority")
        PERSONS = "persons", _("persons concerned")

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="notifications")
    to = models.CharField(max_length=10, choices=To)
    sent_at = models.DateTimeField()
    is_complete = models.BooleanField(default=True)
    reference = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["sent_at"]

    def __str__(self) -> str:
        return f"{self.to} {self.sent_at:%Y-%m-%d}"
