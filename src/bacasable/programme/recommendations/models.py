"""A recommendation and its contracts: each names a control, and closes on its evidence."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bacasable.compliance import clock
from bacasable.people.fields import VaultNameField
from bacasable.programme.call.models import Mark, SelectedProject
from bacasable.programme.evidence.models import Challenge, StoredEvidence
from bacasable.programme.support.models import SupportFile


class Recommendation(models.Model):
    """A recommendation of the office. States and transitions are in ``rules.TRANSITIONS``.

    ``title``, ``text``, ``facts`` and ``legal_basis`` are those of the current version. ``file`` is the
    support
    that it belongs to; ``project`` the public project that it is shown with. Confidential to both sides until
    ``public_since``.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("recommendation", "draft")
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        IN_PROGRESS = "in_progress", _("in progress")
        SHOWN = "shown", _("shown")
        CLOSED = "closed", pgettext_lazy("recommendation", "closed")
        TO_REMEASURE = "to_remeasure", _("to re-measure")
        REOPENED = "reopened", _("reopened")
        NO_LONGER_RELEVANT = "no_longer_relevant", _("no longer relevant")
        REPLACED = "replaced", _("replaced")
        NOT_FOLLOWED = "not_followed", _("not followed")

    class Origin(models.TextChoices):
        OWN = "own", _("of this installation on itself")
        PROJECT = "project", _("to a project")
        REPORTED = "reported", _("reported by the press")
        AFTER = "after", _("of the demonstration office, written after a published one")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=80, unique=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PROJECT)
    file = models.ForeignKey(
        SupportFile, on_delete=models.PROTECT, null=True, blank=True, related_name="recommendations"
    )
    project = models.ForeignKey(
        SelectedProject, on_delete=models.PROTECT, null=True, blank=True, related_name="recommendations"
    )
    after = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="written_after"
    )
    service = models.CharField(_("service"), max_length=40, blank=True)
    matters = models.JSONField(_("matters"), default=list, blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("recommendation"), max_length=4000)
    facts = models.TextField(_("facts relied on"), max_length=4000, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    mark = models.CharField(max_length=1, choices=Mark, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROPOSED)
    ending_reason = models.TextField(_("reasons"), max_length=4000, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    failure = models.ForeignKey(
        StoredEvidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    public_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.title

    def roles_of(self, user: Any) -> set[str]:
        """Return the roles that the support file lends; none where there is no file."""
        return self.file.roles_of(user) if self.file else set()

    def speaks_for_itself(self, user: Any) -> bool:
        """Say whether ``user`` writes the dossier: then they are the project, whatever the office granted."""
        return self.file is not None and self.file.speaks_for_itself(user)


class RecommendationVersion(models.Model):
    """The wording of a recommendation at one time: by whom, read over by whom."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=4000)
    facts = models.TextField(max_length=4000, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    change = models.CharField(_("what changed"), max_length=500, blank=True)
    author = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    reviewer = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "number"], name="programme_recommendation_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.recommendation_id}"


class Contract(models.Model):
    """The executable part: which control, which threshold in which direction, how fresh.

    Of kind ``document``, what only people can judge: a document that is reviewed and expires after
    ``maximum_age_days``.
    """

    class Kind(models.TextChoices):
        CONTROL = "control", _("measured by a control")
        DOCUMENT = "document", _("a document that people review")

    class Direction(models.TextChoices):
        AT_MOST = "at_most", _("at most")
        AT_LEAST = "at_least", _("at least")

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="contracts")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CONTROL)
    service = models.CharField(_("service"), max_length=40, blank=True)
    control = models.CharField(_("control"), max_length=80, blank=True)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, blank=True)
    threshold = models.FloatField(_("threshold"), null=True, blank=True)
    document = models.CharField(_("document expected"), max_length=300, blank=True)
    maximum_age_days = models.PositiveIntegerField(_("holds for (days)"))
    closed_by = models.ForeignKey(
        StoredEvidence, on_delete=models.PROTECT, null=True, blank=True, related_name="closes"
    )
    closed_by_document = models.ForeignKey(
        "programme.ReviewedDocument", on_delete=models.PROTECT, null=True, blank=True, related_name="closes"
    )
    challenges = models.ManyToManyField(Challenge, blank=True, related_name="contracts")

    def __str__(self) -> str:
        return f"{self.control or self.document} {self.direction} {self.threshold}"


class ReviewedDocument(models.Model):
    """A document handed in for a contract, reviewed by a person, until it expires. Encrypted in the vault."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", _("to be reviewed")
        ACCEPTED = "accepted", pgettext_lazy("document", "accepted")
        REFUSED = "refused", pgettext_lazy("document", "refused")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="documents")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    blob = VaultNameField(unique=True)
    handed_in_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(default=clock.now)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.WAITING)
    reasons = models.TextField(_("reasons"), max_length=2000, blank=True)
    reviewed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-handed_in_at"]

    def __str__(self) -> str:
        return f"document {self.public_id}"


class Exchange(models.Model):
    """A line of the exchange with the project; also what changed the recommendation's state, and why."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="exchanges")
    side = models.CharField(max_length=8)
    verb = models.CharField(max_length=20, blank=True)
    reason_key = models.CharField(max_length=20, blank=True)
    text = models.TextField(_("message"), max_length=4000, blank=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"exchange {self.pk}"
