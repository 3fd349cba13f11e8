"""Collections and who reads them, conversations, drafts, opinions, keys. People are public identifiers.

The words of a conversation are in sealed columns (:mod:`.sealed`): one data key a conversation, wrapped by
the key of the installation, so that erasing a row is erasing its words, in backups of the database too once
the key of the installation is gone.
"""

import uuid

from django.db import models

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.fields import VaultNameField
from bacasable.privacy.messages import Said
from bacasable.services.assistant.web import saying

OUTCOMES = (
    ("answered", N_("answered")),
    ("asked_back", N_("asked which situation applies")),
    ("no_source", N_("no sheet on this")),
    ("unsure", N_("not sure enough")),
    ("off_topic", N_("outside of what the sheets cover")),
)
REASONS = (
    ("wrong", N_("it is wrong")),
    ("beside", N_("it answers another question")),
    ("incomplete", N_("something is missing")),
    ("outdated", N_("the sheet is out of date")),
    ("should_know", N_("a sheet answers this")),
    ("hidden", N_("something was hidden that should not be, or the reverse")),
)
STATES = (
    ("waiting", N_("waiting")),
    ("running", N_("running")),
    ("done", N_("done")),
    ("failed", N_("failed")),
)
DRAFT_KINDS = (("letter", N_("letter")), ("email", N_("e-mail")), ("sheet", N_("counter sheet")))


class ReaderGroup(models.Model):
    """A group of agents that may read some collections."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return f"group {self.public_id}"


class Membership(models.Model):
    """A person in a group, until ``ended_at``."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.UUIDField(db_index=True)
    group = models.ForeignKey(ReaderGroup, on_delete=models.PROTECT, related_name="members")
    added_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="assistant_member_once",
                fields=("person", "group"),
                condition=models.Q(ended_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"membership {self.public_id}"


class Collection(models.Model):
    """Sheets that are imported together and read by the same groups; ``is_open``: by everybody who asks."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=160)
    publisher = models.CharField(max_length=160, blank=True)
    licence = models.CharField(max_length=160, blank=True)
    maximum_age_days = models.PositiveIntegerField(null=True, blank=True)
    is_open = models.BooleanField(default=False)
    readers = models.ManyToManyField(ReaderGroup, blank=True, related_name="collections")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return f"collection {self.key}"


class Import(models.Model):
    """One import of a file or of the shipped sheets: ``done`` of ``total`` sheets, then what it changed.

    ``file`` is the archive in the vault, gone when the import ends; ``source`` is its kind or the name of a
    shipped snapshot. ``unreadable`` lists what could not be read, to be said in any language: ``name`` of
    the file (empty: the import as a whole), ``said``: why, as :mod:`.saying` writes it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="imports")
    source = models.CharField(max_length=40)
    data_key = models.BinaryField(null=True)
    file = VaultNameField(blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    replaces = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    unreadable = models.JSONField(default=list)
    by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"import {self.public_id}"

    def reasons(self) -> list[tuple[str, Said]]:
        """Return the name of each file that could not be read (empty: the whole) and why."""
        return [(row["name"], saying.read(row["said"])) for row in self.unreadable]


class Conversation(models.Model):
    """Questions of one person, in order; ``last_at`` starts the retention."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.UUIDField(db_index=True)
    data_key = models.BinaryField()
    opened_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        ordering = ("-last_at",)

    def __str__(self) -> str:
        return f"conversation {self.public_id}"


class Turn(models.Model):
    """A question and its answer: words in ``sealed``, what they were in the other columns."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    asked_at = models.DateTimeField(default=clock.now)
    sealed = models.BinaryField()
    outcome = models.CharField(max_length=12, choices=OUTCOMES)
    generated = models.BooleanField(default=False)
    hidden = models.PositiveIntegerField(default=0)
    alerts = models.PositiveIntegerField(default=0)
    quotations = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(name="assistant_turn_order", fields=("conversation", "number")),
        )

    def __str__(self) -> str:
        return f"turn {self.public_id}"


class Draft(models.Model):
    """A reply in the making; it is the agent's once ``validated_at`` is set."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=6, choices=DRAFT_KINDS)
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=clock.now)
    validated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"draft {self.public_id}"


class Feedback(models.Model):
    """What an agent said of an answer, kept apart from who and from the words of the conversation."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outcome = models.CharField(max_length=12, choices=OUTCOMES)
    helped = models.BooleanField()
    reasons = models.JSONField(default=list)
    comment = models.CharField(max_length=600, blank=True)
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-given_at",)

    def __str__(self) -> str:
        return f"opinion {self.public_id}"


class ApiKey(models.Model):
    """A key of the programming interface: its digest, never itself. ``person``'s groups are its access."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.UUIDField(db_index=True)
    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"key {self.public_id}"


class Usage(models.Model):
    """How often a key called one kind of endpoint on one day; ``units`` are passages, vectors or words."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    kind = models.CharField(max_length=24)
    calls = models.PositiveIntegerField(default=0)
    units = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="assistant_usage_once", fields=("key", "day", "kind")),)

    def __str__(self) -> str:
        return f"usage {self.pk}"
