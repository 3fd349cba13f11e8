"""Rooms, bookings, who wants no suggestions. People are public identifiers of accounts, without a key."""

import uuid

from django.db import models
from django.db.models import F, Q

from bacasable.compliance import clock
from bacasable.compliance.service import N_

EQUIPMENT = (
    ("screen", N_("screen")),
    ("camera", N_("camera for calls")),
    ("board", N_("board")),
    ("loop", N_("hearing loop")),
)


class Room(models.Model):
    """A room that may be booked while it is open."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True)
    seats = models.PositiveSmallIntegerField()
    equipment = models.JSONField(default=list)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"room {self.public_id}"


class Booking(models.Model):
    """A room taken from ``starts_at`` to ``ends_at``."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.UUIDField(db_index=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="bookings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    seats = models.PositiveSmallIntegerField()
    equipment = models.JSONField(default=list)
    subject = models.CharField(max_length=120, blank=True)
    booked_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("starts_at",)
        constraints = (
            models.CheckConstraint(name="room_ends_after", condition=Q(ends_at__gt=F("starts_at"))),
        )

    def __str__(self) -> str:
        return f"booking {self.public_id}"


class SuggestionChoice(models.Model):
    """Whether a person wants suggestions; who never chose has them."""

    person = models.UUIDField(unique=True)
    wants = models.BooleanField()
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"choice {self.pk}"
