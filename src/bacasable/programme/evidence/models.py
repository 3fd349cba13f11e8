"""Keys of projects, challenges, and evidence as it was received: the signed envelope, byte for byte."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import challenge as asking
from bacasable.compliance import clock
from bacasable.programme.support.models import SupportFile


class ProjectKey(models.Model):
    """The Ed25519 key that a project's instance signs with; believed once an officer confirmed it.

    ``token_digest`` is the SHA-256 of the token by which that instance speaks to our API. ``pem`` is public.
    """

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="keys")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key_id = models.CharField(max_length=64, unique=True)
    pem = models.TextField(max_length=1000)
    label = models.CharField(_("name of the instance"), max_length=100)
    token_digest = models.CharField(max_length=64, unique=True)
    enrolled_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(_("reason"), max_length=500, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["enrolled_at"]

    def __str__(self) -> str:
        return f"key {self.key_id[:16]}"

    @property
    def state(self) -> str:
        """Return its state in ``rules.KEY_TRANSITIONS``."""
        if self.revoked_at is not None:
            return "revoked"
        return "confirmed" if self.confirmed_at is not None else "enrolled"


class Challenge(models.Model):
    """A measurement asked for: evidence must be bound to its nonce and use its seed, before the deadline.

    ``file`` is empty for what the office asks of its own installation. ``withdrawn_at``: asked no more.
    """

    file = models.ForeignKey(
        SupportFile, on_delete=models.PROTECT, null=True, blank=True, related_name="challenges"
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.CharField(max_length=40)
    control = models.CharField(max_length=80)
    seed = models.PositiveBigIntegerField()
    nonce = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(_("until"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"challenge {self.public_id}"

    @property
    def asked(self) -> asking.Challenge:
        """Return the challenge as evidence is bound to it."""
        return asking.Challenge(
            public_id=str(self.public_id),
            service=self.service,
            control=self.control,
            seed=self.seed,
            nonce=self.nonce,
            issued_at=self.issued_at,
            due_at=self.due_at,
        )

    def is_answered(self) -> bool:
        """Say whether a run that passed answers it; a replay by the authority answers for nobody."""
        replayed, passed = StoredEvidence.Label.REPLAYED, StoredEvidence.Verdict.PASSED
        return any(e.verdict == passed and e.label != replayed for e in self.evidence.all())

    def state(self) -> str:
        """Return its state in ``rules.CHALLENGE_TRANSITIONS``; prefetch ``evidence`` where many are asked."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.is_answered():
            return "answered"
        return "lapsed" if clock.now() > self.due_at else "open"


class StoredEvidence(models.Model):
    """A DSSE envelope kept byte for byte, with the columns that pages sort and filter by.

    ``file`` is empty for evidence about this installation. ``label`` is ours, from who signed. Evidence
    about a project is for its two sides until ``public_since``.
    """

    class Verdict(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")
        VOID = "void", _("void")

    class Label(models.TextChoices):
        OWN = "own", _("measured by this installation")
        PROJECT = "project", _("measured by the project")
        REPLAYED = "replayed", _("replayed by the authority")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(
        SupportFile, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    challenge = models.ForeignKey(
        Challenge, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    label = models.CharField(max_length=10, choices=Label, default=Label.OWN)
    service = models.CharField(max_length=40)
    control = models.CharField(max_length=80)
    verdict = models.CharField(max_length=8, choices=Verdict)
    value = models.FloatField(null=True, blank=True)
    trials = models.PositiveIntegerField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    threshold = models.FloatField(null=True, blank=True)
    chance = models.FloatField(null=True, blank=True)
    envelope = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=64)
    measured_at = models.DateTimeField()
    received_at = models.DateTimeField(default=clock.now)
    public_since = models.DateTimeField(null=True, blank=True)

    #: Set by ``actions.receive`` on what had not come before.
    is_new = False

    class Meta:
        ordering = ["-measured_at"]

    def __str__(self) -> str:
        return f"{self.service}.{self.control} {self.verdict}"


class RefusedEvidence(models.Model):
    """Evidence that came and was refused: counted, with its reason and digest, without its content."""

    file = models.ForeignKey(
        SupportFile, on_delete=models.PROTECT, null=True, blank=True, related_name="refused_evidence"
    )
    challenge = models.ForeignKey(
        Challenge, on_delete=models.PROTECT, null=True, blank=True, related_name="refused"
    )
    reason = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"refused {self.reason}"


class ReportedDependencies(models.Model):
    """What a project's instance says that its control rests on now (digests by name), the last word only."""

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="dependencies")
    service = models.CharField(max_length=40)
    control = models.CharField(max_length=80)
    digests = models.JSONField(default=dict)
    key_id = models.CharField(max_length=64)
    reported_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "service", "control"], name="programme_dependencies_once")
        ]

    def __str__(self) -> str:
        return f"dependencies of {self.service}.{self.control}"
