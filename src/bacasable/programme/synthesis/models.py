"""A synthesis: its passages, the project's reply, what was published and how it was corrected."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.support.models import SupportFile


class Synthesis(models.Model):
    """The synthesis of one support. States and transitions are in ``rules.TRANSITIONS``.

    ``file`` is empty for an edition that was not run here. ``project_agreed_at``: under the regime
    ``ai_act_57`` publication needs the agreement of both sides (art. 57(8)).
    """

    class State(models.TextChoices):
        COMPOSING = "composing", _("being composed")
        WITH_PROJECT = "with_project", _("with the project, for its reply")
        PUBLISHED = "published", _("published")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="syntheses")
    file = models.OneToOneField(
        SupportFile, on_delete=models.PROTECT, null=True, blank=True, related_name="synthesis"
    )
    project = models.OneToOneField(
        SelectedProject, on_delete=models.PROTECT, null=True, blank=True, related_name="synthesis"
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("identifier in addresses"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), max_length=1000, blank=True)
    language = models.CharField(_("language"), max_length=5, default="fr")
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    sector = models.CharField(_("sector"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.COMPOSING)
    reply_due_at = models.DateTimeField(_("reply until"), null=True, blank=True)
    project_agreed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_fictional = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    def roles_of(self, user: Any) -> set[str]:
        """Return the roles that the support file lends."""
        return self.file.roles_of(user) if self.file else set()

    def speaks_for_itself(self, user: Any) -> bool:
        """Say whether ``user`` writes the dossier: then they are the project, whatever the office granted."""
        return self.file is not None and self.file.speaks_for_itself(user)


class Passage(models.Model):
    """A passage: public, restricted to both sides, or a business secret.

    ``source`` says what it was made from.
    """

    class Confidentiality(models.TextChoices):
        PUBLIC = "public", _("public")
        RESTRICTED = "restricted", _("restricted")
        SECRET = "secret", _("business secret")

    synthesis = models.ForeignKey(Synthesis, on_delete=models.CASCADE, related_name="passages")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.PositiveSmallIntegerField(default=0)
    heading = models.CharField(_("heading"), max_length=200)
    body = models.TextField(_("text"), max_length=8000, blank=True)
    confidentiality = models.CharField(
        _("who may read"), max_length=12, choices=Confidentiality, default=Confidentiality.RESTRICTED
    )
    why = models.CharField(_("why it is not public"), max_length=500, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.heading


class Reply(models.Model):
    """What the project replies, on a passage or on the whole; it may ask that it be published.

    ``asks_secret``: the project says that the passage is a business secret. ``is_late``: it came after the
    deadline or the publication; kept and shown to the editor, never published by itself.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    synthesis = models.ForeignKey(Synthesis, on_delete=models.CASCADE, related_name="replies")
    passage = models.ForeignKey(
        Passage, on_delete=models.SET_NULL, null=True, blank=True, related_name="replies"
    )
    text = models.TextField(_("reply"), max_length=4000)
    is_public = models.BooleanField(_("publish it with the synthesis"), default=False)
    asks_secret = models.BooleanField(_("this passage is a business secret"), default=False)
    is_late = models.BooleanField(_("came too late"), default=False)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    response = models.TextField(_("what the office made of it"), max_length=2000, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"reply {self.pk}"


class ForesightCard(models.Model):
    """What a project tells of the years to come."""

    synthesis = models.OneToOneField(Synthesis, on_delete=models.CASCADE, related_name="foresight")
    signal = models.TextField(_("signal seen today"), max_length=1000)
    change = models.TextField(_("change that it announces"), max_length=1000)
    horizon = models.TextField(_("what it may be in ten years"), max_length=1000)
    driving_force = models.CharField(_("driving force"), max_length=300)

    def __str__(self) -> str:
        return f"foresight of {self.synthesis_id}"


class Publication(models.Model):
    """What the public reads, frozen: ``content`` (JSON), its digest, and the tagged PDF made of it.

    The first is number 1; each erratum makes the next, and ``superseded_at`` is then set on the one before.
    ``card`` is what lists show and filter by, ``words`` what the search looks in (both of public text only).
    """

    synthesis = models.ForeignKey(Synthesis, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    card = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    pdf = models.BinaryField(default=bytes)
    reason = models.CharField(_("why it was corrected"), max_length=500, blank=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    superseded_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["synthesis", "number"], name="programme_publication_once")
        ]

    def __str__(self) -> str:
        return f"publication {self.number} of {self.synthesis_id}"
