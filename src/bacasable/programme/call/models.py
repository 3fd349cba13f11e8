"""A call for projects and what is published around it."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.programme.call import rules


class Call(models.Model):
    """A call for projects. Its states and their transitions are in ``rules.TRANSITIONS``.

    Instants are stored in UTC; ``time_zone`` is the zone in which the calendar is stated to people.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")
        DECIDED = "decided", _("decided")
        ARCHIVED = "archived", _("archived")

    class Regime(models.TextChoices):
        ACCOMPANIMENT = "accompaniment", _("accompaniment")
        AI_ACT_57 = "ai_act_57", _("AI Act sandbox (article 57)")

    #: what ``grace_minutes`` can hold at most
    LONGEST_GRACE = timedelta(minutes=32767)

    slug = models.SlugField(_("identifier in addresses"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    theme = models.CharField(_("theme"), max_length=200)
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    summary = models.TextField(_("summary"), max_length=1000)
    text = models.TextField(_("text"), max_length=40000)
    language = models.CharField(_("language of the text"), max_length=5, default="fr")
    regime = models.CharField(_("regime"), max_length=20, choices=Regime, default=Regime.ACCOMPANIMENT)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    jurisdiction = models.CharField(_("jurisdiction"), max_length=10, default="fr")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Paris")
    grace_minutes = models.PositiveSmallIntegerField(_("grace, in minutes"), default=0)
    places_planned = models.PositiveSmallIntegerField(_("places planned"), null=True, blank=True)
    contact_address = models.EmailField(_("address that receives applications"), blank=True)
    contact_is_live = models.BooleanField(_("the mailbox answers at this address"), default=True)
    eligibility = models.JSONField(_("eligibility rules"), default=list, blank=True)
    criteria_are_published = models.BooleanField(_("criteria are published"), default=True)
    criteria_frozen_at = models.DateTimeField(_("criteria frozen"), null=True, blank=True)
    is_historical = models.BooleanField(_("historical edition"), default=False)
    is_fictional = models.BooleanField(_("fictional"), default=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)

    class Meta:
        ordering = ["-opens_at"]

    def __str__(self) -> str:
        return self.title

    def roles_of(self, user: object) -> set[str]:
        return set()

    @property
    def deadline(self) -> datetime:
        """The last instant at which a deposit is accepted: the closing plus the stated grace."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def calendar(self, at: datetime | None = None) -> str:
        """Return the state of the calendar at ``at`` (now by default): see ``rules.calendar_state``."""
        grace = timedelta(minutes=self.grace_minutes)
        return rules.calendar_state(self.opens_at, self.closes_at, grace, at or clock.now())

    def takes_questions(self, at: datetime | None = None) -> bool:
        """Say whether candidates may still ask: from the publication until the closing time."""
        return self.state == self.State.PUBLISHED and (at or clock.now()) <= self.closes_at

    @property
    def is_indexed(self) -> bool:
        """Search engines may show it: neither a past edition told by us, nor a fictional call."""
        return not (self.is_historical or self.is_fictional)

    def accepts_deposits(self, at: datetime | None = None) -> bool:
        """Say whether a dossier may be submitted at ``at`` (now by default), by the server's clock."""
        at = at or clock.now()
        return self.state == self.State.PUBLISHED and self.calendar(at) in rules.ACCEPTING


class CallExtension(models.Model):
    """A deadline moved later, with its reason: the log that the public page shows."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="extensions")
    previous_closes_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reason = models.TextField(max_length=1000)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.closes_at:%Y-%m-%d %H:%M}"


class Criterion(models.Model):
    """One line of the weighted grid, scored 1 to 5; frozen when the call opens.

    ``source`` names where the criterion was published; ``weight_is_ours`` says that its weight was not.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(_("criterion"), max_length=200)
    description = models.TextField(_("what is looked at"), max_length=1000, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    source = models.CharField(_("source"), max_length=300, blank=True)
    weight_is_ours = models.BooleanField(_("the weight is ours"), default=False)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["call", "label"], name="programme_criterion_once")]

    def __str__(self) -> str:
        return self.label


class Phase(models.Model):
    """A phase of the support that the call announces."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="phases")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("phase"), max_length=200)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    duration_months = models.PositiveSmallIntegerField(_("duration in months"), null=True, blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """A candidate's question, answered to all; nothing says who asked."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.TextField(_("question"), max_length=2000)
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at"]

    def __str__(self) -> str:
        return f"question {self.public_id}"


class Mark(models.TextChoices):
    """How a fact is known: read in a primary text, or told by a secondary source."""

    PRIMARY = "P", _("primary source")
    SECONDARY = "S", _("secondary source")


class Fact(models.Model):
    """A dated public fact about an edition, with its source; secondary ones are shown as such."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="facts")
    order = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(max_length=2000)
    on = models.DateField(null=True, blank=True)
    mark = models.CharField(max_length=1, choices=Mark)
    source_name = models.CharField(max_length=200)
    source_url = models.URLField(blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.text[:60]


class SelectedProject(models.Model):
    """A project that the decision kept: laureate or advised. An unknown one is shown as not communicated."""

    class Track(models.TextChoices):
        LAUREATE = "laureate", _("laureate")
        ADVISED = "advised", _("advised")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="projects")
    slug = models.SlugField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    track = models.CharField(_("track"), max_length=10, choices=Track)
    name = models.CharField(_("project"), max_length=200, blank=True)
    body = models.CharField(_("led by"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), max_length=1000, blank=True)
    service = models.CharField(_("service of the catalogue after it"), max_length=40, blank=True)
    note = models.TextField(_("what else is known, or not"), max_length=1000, blank=True)
    mark = models.CharField(max_length=1, choices=Mark, default=Mark.PRIMARY)
    source_name = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["call", "slug"], name="programme_project_once")]

    def __str__(self) -> str:
        return self.name or "not communicated"


class LinkRequest(models.Model):
    """One answer sent to who wants to apply, to count answers: keyed digests, no address, kept for a day.

    ``network_digest`` is there when the request came by the web form: the two ways have budgets of their own,
    so that filling one never closes the other.
    """

    sender_digest = models.CharField(max_length=64)
    message_digest = models.CharField(max_length=64, blank=True)
    network_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["sender_digest", "at"], name="programme_link_request"),
            models.Index(fields=["at"], name="programme_link_request_at"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"
