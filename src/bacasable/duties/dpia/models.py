"""What was recorded of impact assessments: one row for each validation, the last of a service counts."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.people.fields import VaultNameField


class DpiaRecord(models.Model):
    """One validation of a service's assessment, of the declaration as it was then; replaced by the next one.

    ``data_key`` and ``file`` are those of the assessment's file in the vault, where one was attached.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.CharField(_("service"), max_length=60)
    declaration_sha256 = models.CharField(max_length=64)
    risk_sha256 = models.CharField(max_length=64)
    validated_on = models.DateField(_("validated on"))
    validated_by = models.CharField(_("validated by"), max_length=200)
    reason = models.TextField(_("what the validation rests on"), max_length=2000)
    reference = models.CharField(_("reference of the assessment"), max_length=200, blank=True)
    data_key = models.BinaryField(null=True)
    file = VaultNameField(blank=True)
    file_name = models.CharField(_("file of the assessment"), max_length=120, blank=True)
    review_on = models.DateField(_("next review by"))
    recorded_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    revocation_reason = models.TextField(_("why it is revoked"), max_length=2000, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["service"], condition=models.Q(replaced_at=None), name="one_dpia_record_counts"
            )
        ]

    def __str__(self) -> str:
        return f"dpia {self.service} {self.validated_on:%Y-%m-%d}"
