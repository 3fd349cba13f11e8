"""What experts say of a dossier: assessments and their scores; and when candidates are heard."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bacasable.compliance import clock
from bacasable.programme.call.models import Criterion
from bacasable.programme.committee.models.panel import Assignment, Examination, Selection


class Assessment(models.Model):
    """One expert's view of one dossier. States and transitions are in ``rules.ASSESSMENT``.

    ``version`` is the submitted version that was read. A recused expert's assessment is kept and counts no
    more.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", pgettext_lazy("assessment", "submitted")
        RECUSED = "recused", _("recused")

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="assessment")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey("programme.Version", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    comment = models.TextField(_("general comment"), max_length=4000, blank=True)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"assessment {self.public_id}"


class Score(models.Model):
    """A value from 1 to 5 on one criterion, with its comment; empty while the expert has not chosen."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="programme_score_once"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__range=(1, 5)),
                name="programme_score_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.pk}"


class AuditionSlot(models.Model):
    """A time at which the committee hears a candidate; free until a shortlisted dossier takes it."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField(_("starts"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=45)
    place = models.CharField(_("place or address of the video call"), max_length=200)
    examination = models.OneToOneField(
        Examination, on_delete=models.SET_NULL, null=True, blank=True, related_name="slot"
    )
    confirmed_at = models.DateTimeField(_("confirmed by the candidate"), null=True, blank=True)

    class Meta:
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"slot {self.pk}"
