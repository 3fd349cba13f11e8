"""Persons and files, interviews, opinions and what was done of them, plans, contestations, access, training.

Words are in sealed columns (:mod:`.sealed`): one data key a person for who they are, one a file for all that
is said in it, both wrapped by the key of the installation. Acts are only added: the database refuses to
change or delete one outside of retention (:mod:`.append_only`). Decoys have no column here but in training,
whose files are nobody's.
"""

import uuid

from django.db import models
from django.db.models import Q

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.fields import VaultNameField

FILE_STATES = (("open", N_("open")), ("closed", N_("closed")))
MODES = (
    ("with_tool", N_("with suggestions")),
    ("without_tool", N_("without suggestions: the person refused them")),
)
KINDS = (
    ("occupation", N_("occupation")),
    ("skill", N_("skill to gain")),
    ("soft_skill", N_("soft skill")),
    ("training", N_("training")),
    ("event", N_("event")),
    ("own", N_("own advice")),
)
VERBS = (
    ("retained", N_("retained")),
    ("modified", N_("modified")),
    ("refused", N_("refused")),
    ("deferred", N_("deferred")),
    ("own_advice", N_("own advice")),
    ("none_of_these", N_("none of these")),
)
WORD_KINDS = (
    ("comment", N_("comment")),
    ("correction", N_("correction")),
    ("contestation", N_("contestation")),
    ("ask_human", N_("request for another human")),
)
OUTCOMES = (
    ("upheld", N_("the opinion stands, and why")),
    ("changed", N_("the opinion is changed")),
    ("withdrawn", N_("the opinion is withdrawn")),
    ("corrected", N_("the file is corrected")),
    ("met", N_("a person answered")),
)
LINK_KINDS = (("link", N_("one-time link")), ("paper", N_("paper code")))
PROMPT_OUTCOMES = (
    ("asked", N_("asked")),
    ("kept", N_("the answer says nothing that is not in the reasons")),
    ("dropped", N_("the answer said something else: the product’s own words stand")),
    ("failed", N_("no answer: the product’s own words stand")),
)
IMPORT_KINDS = (
    ("referential", N_("official tables")),
    ("sessions", N_("training sessions")),
    ("events", N_("events")),
)
STATES = (
    ("waiting", N_("waiting")),
    ("running", N_("running")),
    ("done", N_("done")),
    ("failed", N_("failed")),
)


class Person(models.Model):
    """Somebody who looks for work: who they are is in ``sealed``; ``reference`` is what papers call them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    number_digest = models.CharField(max_length=64, unique=True, null=True)
    data_key = models.BinaryField()
    sealed = models.BinaryField()
    refused_tool_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"person {self.public_id}"


class File(models.Model):
    """A person's file with their ``adviser`` (an account): the profile in ``sealed``, limits apart."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="files")
    adviser = models.UUIDField(db_index=True)
    data_key = models.BinaryField()
    sealed = models.BinaryField()
    limits = models.BinaryField(null=True)
    limits_said_at = models.DateTimeField(null=True)
    department = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=6, choices=FILE_STATES, default="open", db_index=True)
    opened_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-last_at",)
        constraints = (
            models.UniqueConstraint(
                name="job_advice_one_open_file", fields=("person",), condition=Q(state="open")
            ),
        )

    def __str__(self) -> str:
        return f"file {self.public_id}"


class Interview(models.Model):
    """An interview: ``sealed`` holds the adviser's own view, given at ``viewed_at``, and the note."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="interviews")
    adviser = models.UUIDField(db_index=True)
    mode = models.CharField(max_length=12, choices=MODES, default="with_tool")
    sealed = models.BinaryField(null=True)
    opened_at = models.DateTimeField(default=clock.now)
    viewed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return f"interview {self.public_id}"


class Advice(models.Model):
    """An opinion as it was shown: the whole trace and the profile that it was worked out from, sealed.

    ``versions`` is the digest of the tables, weights and declaration that it rests on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="advices")
    sealed = models.BinaryField()
    versions = models.CharField(max_length=64)
    is_synthetic = models.BooleanField()
    made_at = models.DateTimeField(default=clock.now)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"opinion {self.public_id}"


class Item(models.Model):
    """One suggestion of an opinion, at ``position`` on the page (from 1), of ``rank`` in the engine's."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    advice = models.ForeignKey(Advice, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=KINDS)
    key = models.CharField(max_length=80)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(name="job_advice_item_once", fields=("advice", "position")),)

    def __str__(self) -> str:
        return f"suggestion {self.public_id}"


class Act(models.Model):
    """What an adviser did of a suggestion, or of an interview without one: only ever added.

    ``sealed`` holds the reason and the words before and after; ``is_changed`` says whether they differ;
    ``reading_ms`` counts from the showing, or the act before it, and is forgotten after some days.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="acts")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="acts")
    verb = models.CharField(max_length=13, choices=VERBS)
    sealed = models.BinaryField(null=True)
    is_changed = models.BooleanField(default=False)
    reading_ms = models.PositiveBigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now, db_index=True)
    adviser = models.UUIDField(null=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                name="job_advice_act_of_item",
                condition=Q(verb__in=("own_advice", "none_of_these"), item=None)
                | (Q(verb__in=("retained", "modified", "refused", "deferred")) & ~Q(item=None)),
            ),
        )

    def __str__(self) -> str:
        return f"act {self.public_id}"


class PlanStep(models.Model):
    """A step of the plan, put there by an act; ``removed_at``: taken out, and still known."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="steps")
    act = models.ForeignKey(Act, on_delete=models.CASCADE, null=True, related_name="steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=KINDS)
    sealed = models.BinaryField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return f"step {self.public_id}"


class Word(models.Model):
    """What the person says of an opinion or of their file, and the answer of another agent, due some day.

    ``routed_to`` is an account, never that of the adviser of the file where it contests or asks for a human.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="words")
    item = models.ForeignKey(Item, on_delete=models.SET_NULL, null=True, related_name="words")
    kind = models.CharField(max_length=12, choices=WORD_KINDS)
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, db_index=True)
    routed_to = models.UUIDField(null=True, db_index=True)
    answer = models.BinaryField(null=True)
    outcome = models.CharField(max_length=9, choices=OUTCOMES, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"word {self.public_id}"


class AccessLink(models.Model):
    """A one-time link or a paper code: ``reference`` finds the row, ``digest`` is kept of the rest."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=5, choices=LINK_KINDS)
    reference = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"link {self.public_id}"


class Prompt(models.Model):
    """A request to a model, as sent: ``template`` and ``version`` of the whitelist, its words sealed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="prompts")
    item = models.ForeignKey(Item, on_delete=models.SET_NULL, null=True, related_name="prompts")
    template = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    sealed = models.BinaryField()
    host = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=7, choices=PROMPT_OUTCOMES, default="asked")
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField(null=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"prompt {self.public_id}"


class Training(models.Model):
    """A training session on files that do not exist; ``adviser`` is forgotten after some days.

    ``profiles`` are those of synthetic people. At the end: ``shown`` suggestions, ``decoys`` among them,
    ``found`` (decoys not followed) and ``doubted`` (good ones refused).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    adviser = models.UUIDField(null=True, db_index=True)
    seed = models.PositiveBigIntegerField()
    profiles = models.JSONField(default=list)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    shown = models.PositiveSmallIntegerField(default=0)
    decoys = models.PositiveSmallIntegerField(default=0)
    found = models.PositiveSmallIntegerField(default=0)
    doubted = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"training {self.public_id}"


class TrainingItem(models.Model):
    """A suggestion on the synthetic ``file`` (its number in the session): true or decoy, and its fate."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="items")
    file = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=KINDS)
    key = models.CharField(max_length=80)
    label = models.CharField(max_length=300)
    reasons = models.JSONField(default=list)
    is_decoy = models.BooleanField(default=False)
    verb = models.CharField(max_length=13, choices=VERBS, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("file", "position")
        constraints = (
            models.UniqueConstraint(
                name="job_advice_training_item_once", fields=("training", "file", "position")
            ),
        )

    def __str__(self) -> str:
        return f"suggestion {self.position} of training {self.training_id}"


class Import(models.Model):
    """One import of tables: the archive waits sealed, and is gone when the import ends; ``report`` stays."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=11, choices=IMPORT_KINDS)
    file_name = models.CharField(max_length=120, blank=True)
    data_key = models.BinaryField(null=True)
    file = VaultNameField(blank=True)
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=100)
    report = models.JSONField(default=dict)
    by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"import of tables {self.public_id}"


class RetentionDoor(models.Model):
    """While a row is there, in a transaction, acts may be blanked and deleted: retention alone makes it."""

    opened_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"door {self.pk}"
