"""A lawful exception to the inspection firewall: reasoned, journalled, for one dossier and a time."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.people.permissions import granted_roles
from bacasable.programme.dossiers.models import Dossier


class LawfulException(models.Model):
    """What lets an inspector read one dossier: a ground of the law, reasons, an end.

    Given by the president.
    """

    class Ground(models.TextChoices):
        COMPLAINT = "complaint", _("a complaint was received")
        BREACH = "breach", _("a personal data breach was notified or found")
        ARTICLE_40 = "article_40", _("article 40 of the code of criminal procedure")

    lends_behind_the_wall = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="lawful_exceptions")
    inspector = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="lawful_exceptions")
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    reasons = models.TextField(_("reasons"), max_length=4000)
    given_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return f"exception {self.public_id}"

    def is_in_force(self, at: datetime | None = None) -> bool:
        """Say whether it opens the dossier at that instant."""
        return self.revoked_at is None and self.given_at <= (at or clock.now()) < self.ends_at

    def roles_of(self, user: Any) -> set[str]:
        """Return ``{"excepted_inspector"}`` for the inspector named, while it is in force."""
        mine = self.inspector_id == getattr(user, "pk", None) and self.is_in_force()
        strong = getattr(user, "session_is_verified", False)
        return {"excepted_inspector"} if mine and strong and "inspector" in granted_roles(user) else set()
