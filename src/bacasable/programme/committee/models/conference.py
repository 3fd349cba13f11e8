"""The public conference of an edition, and who registered."""

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.programme.call.models import Call


class Conference(models.Model):
    """A public event: programme, place, registration, then the address of the replay."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="conference")
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=300)
    programme = models.TextField(_("programme"), max_length=8000, blank=True)
    accessibility = models.TextField(_("accessibility of the event"), max_length=2000, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    replay_url = models.URLField(_("address of the replay"), blank=True)
    replay_note = models.TextField(_("about the replay"), max_length=1000, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title

    def takes_registrations(self, at: datetime | None = None) -> bool:
        """Say whether somebody may still register, seats aside."""
        at = at or clock.now()
        return bool(self.published_at and self.registration_closes_at and at <= self.registration_closes_at)


class Registration(models.Model):
    """A person who will come; forgotten after the event, as its retention says."""

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="registrations")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=200)
    needs = models.CharField(_("needs for access"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=5, default="fr")
    at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["conference", "email"], name="programme_registered_once")
        ]

    def __str__(self) -> str:
        return f"registration {self.public_id}"
