"""A recommendation and its contracts: each names a control, and closes on its evidence."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bacasable.compliance import clock
from bacasable.programme.evidence.models import StoredEvidence


class Recommendation(models.Model):
    """A recommendation of the office to a service. States and transitions are in ``rules.TRANSITIONS``."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CLOSED = "closed", pgettext_lazy("recommendation", "closed")
        TO_REMEASURE = "to_remeasure", _("to re-measure")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=80, unique=True)
    service = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=4000)
    legal_basis = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.title


class Contract(models.Model):
    """The executable part: which control, which threshold in which direction, how fresh."""

    class Direction(models.TextChoices):
        AT_MOST = "at_most", _("at most")
        AT_LEAST = "at_least", _("at least")

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="contracts")
    control = models.CharField(max_length=80)
    direction = models.CharField(max_length=8, choices=Direction)
    threshold = models.FloatField()
    maximum_age_days = models.PositiveIntegerField()
    closed_by = models.ForeignKey(
        StoredEvidence, on_delete=models.PROTECT, null=True, blank=True, related_name="closes"
    )

    def __str__(self) -> str:
        return f"{self.control} {self.direction} {self.threshold}"
