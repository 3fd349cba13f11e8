"""A candidate's dossier: its draft, its authors, its encrypted attachments, its submitted versions."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.people.fields import VaultNameField
from bacasable.programme.call.models import Call


class Dossier(models.Model):
    """An application to a call. States and transitions are in ``rules.TRANSITIONS``.

    ``answers`` is the draft: ``{step key: {question key: value}}``. ``revision`` grows at each save, so that
    a second tab with an older page is told instead of overwriting. ``data_key`` is the key that encrypts this
    dossier's files, itself wrapped by the instance's key. ``title`` is the draft's until the first
    submission, then that of the submitted version: the office reads it in lists and never sees a draft.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="dossiers")
    reference = models.CharField(_("reference"), max_length=32, unique=True)
    title = models.CharField(_("title of the project"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT, db_index=True)
    answers = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    data_key = models.BinaryField()
    current_version = models.ForeignKey(
        "programme.Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True, db_index=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason"), max_length=2000, blank=True)
    is_fictional = models.BooleanField(default=False)

    class Meta:
        ordering = ["-changed_at"]
        indexes = [
            # The office's queue: newest first, counted without reading the answers.
            models.Index(
                fields=["state", "-submitted_at", "id", "current_version"], name="programme_dossier_received"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def roles_of(self, user: object) -> set[str]:
        """Return ``{"candidate"}``, ``{"co_author"}`` or nothing: what this dossier makes of ``user``."""
        return {
            {"author": "candidate", "co_author": "co_author"}[membership.role]
            for membership in self.memberships.all()
            if membership.user_id == getattr(user, "pk", None)
        }


class ReferenceCounter(models.Model):
    """The last number given to a dossier of a year; locked while the next one is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Membership(models.Model):
    """A person who writes a dossier: its author, or a co-author whom the author invited."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("author")
        CO_AUTHOR = "co_author", _("co-author")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    joined_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "user"], name="programme_member_once")]

    def __str__(self) -> str:
        return f"{self.role} of {self.dossier_id}"


class Attachment(models.Model):
    """A file of a dossier. ``blob`` names the encrypted file in the vault; ``sha256`` that of its content."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="attachments")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    blob = VaultNameField(unique=True)
    added_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return f"attachment {self.public_id}"


class Upload(models.Model):
    """A file on its way, sent in pieces (tus 1.0); becomes an attachment when the last byte is stored."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="uploads")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    blob = VaultNameField(unique=True)
    by = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"upload {self.public_id}"


class Version(models.Model):
    """What was submitted at one instant. Never changed: a resubmission makes the next number.

    ``manifest`` lists the attachments: ``[{name, media_type, size, sha256, blob}]``. ``digest`` is the
    SHA-256 of the canonical JSON of answers and manifest. ``receipt`` names the encrypted PDF of the
    acknowledgement. ``revision`` is the draft's when it was submitted: the same one twice is one submission.
    ``completeness`` (percent) and ``eligibility`` (a verdict of the call's rules, or
    ``no_rules``) are what the queue shows, computed once.
    """

    class Eligibility(models.TextChoices):
        ELIGIBLE = "eligible", _("eligible")
        TO_DISCUSS = "to_discuss", _("to discuss")
        NOT_ELIGIBLE = "not_eligible", _("not eligible")
        NO_RULES = "no_rules", _("no rules")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=0)
    answers = models.JSONField()
    manifest = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    receipt = VaultNameField(blank=True)
    completeness = models.PositiveSmallIntegerField(_("completeness"), default=100)
    eligibility = models.CharField(
        _("eligibility"), max_length=12, choices=Eligibility, default=Eligibility.NO_RULES, db_index=True
    )
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="programme_version_once")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.dossier_id}"


class MissingPartsRequest(models.Model):
    """The office asks for what a dossier lacks, with a deadline (CRPA L.114-5).

    ``parts`` are keys: ``step.question`` for an answer, ``files`` for attachments.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="missing_parts")
    parts = models.JSONField(default=list)
    message = models.TextField(max_length=4000, blank=True)
    due_at = models.DateTimeField()
    sent_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sent_at"]

    def __str__(self) -> str:
        return f"request {self.pk} on {self.dossier_id}"
