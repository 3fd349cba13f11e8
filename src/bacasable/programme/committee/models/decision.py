"""Deliberation, decision, and what each candidate is told."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.people.fields import VaultNameField
from bacasable.programme.call.models import SelectedProject
from bacasable.programme.committee.models.panel import Delegation, Examination, Selection

__all__ = ["Decision", "Delegation", "Deliberation", "Letter", "Outcome"]


class Deliberation(models.Model):
    """The minutes of a meeting of the committee. ``ranking`` is the ranking as it was shown then (JSON)."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="deliberations")
    held_at = models.DateTimeField(_("held"))
    present = models.TextField(_("present"), max_length=2000)
    minutes = models.TextField(_("minutes"), max_length=20000)
    ranking = models.JSONField(default=dict, blank=True)
    recorded_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["held_at", "pk"]

    def __str__(self) -> str:
        return f"deliberation {self.pk}"


class Decision(models.Model):
    """The decision on a call, taken once by one person who may.

    ``signatory_name`` and ``signatory_capacity`` are as the letters show them (CRPA L.212-1);
    ``number_reason`` says why there are more or fewer laureates than were planned.
    """

    selection = models.OneToOneField(Selection, on_delete=models.PROTECT, related_name="decision")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decided_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    signatory_name = models.CharField(_("name of the signatory"), max_length=200)
    signatory_capacity = models.CharField(_("capacity of the signatory"), max_length=200)
    number_reason = models.TextField(_("why more or fewer than planned"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"decision {self.public_id}"


class Outcome(models.Model):
    """What was decided of one dossier, with its reasons; ``project`` once it is public (never a refusal)."""

    class Kind(models.TextChoices):
        LAUREATE = "laureate", _("laureate")
        ADVISED = "advised", _("advised")
        REFUSED = "refused", _("refused")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="outcomes")
    examination = models.OneToOneField(Examination, on_delete=models.PROTECT, related_name="outcome")
    kind = models.CharField(_("outcome"), max_length=10, choices=Kind)
    reasons = models.TextField(_("reasons"), max_length=4000)
    project = models.OneToOneField(
        SelectedProject, on_delete=models.PROTECT, null=True, blank=True, related_name="outcome"
    )

    class Meta:
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return f"outcome of {self.examination_id}"


class Letter(models.Model):
    """The letter of one outcome: the PDF as generated, then as signed elsewhere. Both encrypted in the vault.

    ``sha256`` is that of the generated PDF; ``signed_holds_generated`` says whether the signed file begins
    with the generated one, as an electronic signature leaves it. ``read_at``: when an author first opened it,
    from which time limits run.
    """

    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, related_name="letter")
    reference = models.CharField(_("reference"), max_length=60, unique=True)
    blob = VaultNameField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    signed_blob = VaultNameField(blank=True)
    signed_size = models.PositiveBigIntegerField(null=True, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    signed_holds_generated = models.BooleanField(default=False)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_filed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"letter {self.reference}"
