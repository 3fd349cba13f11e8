"""Contracts and who opens them, what households chose, leaks and letters, releases and runs.

Names, addresses and numbers are in sealed columns (:mod:`.sealed`): one data key a contract, wrapped by
the key of the installation. A number is found again by its keyed digest. Readings are not here: they lie in
Parquet under a pseudonym of the meter (:mod:`.linkage`), and no column of these tables is that pseudonym.
"""

import uuid

from django.db import models
from django.db.models import Q

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.fields import VaultNameField

DWELLINGS = (("flat", N_("flat")), ("house", N_("house")))
GRAINS = (
    ("index", N_("two index readings a year")),
    ("daily", N_("a volume a day")),
    ("hourly", N_("a volume an hour")),
)
SOURCES = (
    ("household", N_("said by the household")),
    ("survey", N_("answered in a survey")),
    ("simulated", N_("simulated")),
)
INCIDENT_KINDS = (
    ("flow", N_("water that never stops running")),
    ("volume", N_("volume above twice the average")),
)
LEAK_STATES = (
    ("open", N_("running")),
    ("stopped", N_("stopped")),
    ("explained", N_("explained by the household")),
    ("unknown", N_("not to be seen any more")),
)
BASES = (
    ("history", N_("the same days of the years before")),
    ("comparable", N_("comparable homes of the area")),
)
EXPLANATIONS = (
    ("repaired", N_("it was a leak, and it is repaired")),
    ("use", N_("it is a use of ours, not a leak")),
    ("looking", N_("we are looking for it")),
)
LETTER_KINDS = (
    ("monthly", N_("monthly letter")),
    ("warning", N_("early warning")),
    ("notice", N_("notice of the law")),
    ("code", N_("letter with a paper code")),
)
STATES = (
    ("waiting", N_("waiting")),
    ("running", N_("running")),
    ("done", N_("done")),
    ("failed", N_("failed")),
)


class Contract(models.Model):
    """A household's water at one meter, from ``opened_on`` to ``closed_on`` (both counted; None: it runs).

    ``sealed`` holds the numbers of contract and meter, the name, the address and what else letters need.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number_digest = models.CharField(max_length=64, unique=True)
    serial_digest = models.CharField(max_length=64, db_index=True)
    data_key = models.BinaryField()
    sealed = models.BinaryField()
    district = models.CharField(max_length=40, db_index=True)
    dwelling = models.CharField(max_length=5, choices=DWELLINGS, blank=True)
    surface_m2 = models.PositiveIntegerField(null=True, blank=True)
    grain = models.CharField(max_length=6, choices=GRAINS, default="index")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                name="water_use_one_open_contract", fields=("serial_digest",), condition=Q(closed_on=None)
            ),
        )

    def __str__(self) -> str:
        return f"contract {self.public_id}"


class Household(models.Model):
    """What a household said of its home; None is "not said", never zero."""

    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="household")
    members = models.PositiveSmallIntegerField(null=True, blank=True)
    garden = models.BooleanField(null=True, blank=True)
    pool = models.BooleanField(null=True, blank=True)
    dishwasher = models.BooleanField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=SOURCES, default="household", blank=True)
    declared_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"household of contract {self.contract_id}"


class Identity(models.Model):
    """Somebody whom an identity provider knows: a keyed digest of its identifier, and nothing else."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"identity {self.public_id}"


class Access(models.Model):
    """An identity that opens a contract, until ``ended_at``. ``identity`` is a public identifier."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="accesses")
    identity = models.UUIDField(db_index=True)
    linked_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="water_use_access_once", fields=("contract", "identity"), condition=Q(ended_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"access {self.pk}"


class PaperCode(models.Model):
    """A code on a letter: ``reference`` finds the row, the rest is a digest; wrong attempts are counted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="codes")
    reference = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code {self.public_id}"


class HourlyConsent(models.Model):
    """A household that asked for its hours, until it says no."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="consents")
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-given_at",)
        constraints = (
            models.UniqueConstraint(
                name="water_use_consent_once", fields=("contract",), condition=Q(withdrawn_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"consent {self.pk}"


class Objection(models.Model):
    """A purpose to which a household objected, until it takes that back."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="objections")
    purpose = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="water_use_objection_once",
                fields=("contract", "purpose"),
                condition=Q(withdrawn_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"objection {self.pk}"


class Incident(models.Model):
    """A leak or an unusual volume at a contract's meter: what was seen, sent, and answered.

    ``kind`` "flow" has ``litres_per_hour`` and ``confidence`` (0 to 1); "volume" has ``litres`` of the period
    ``first_day`` to ``last_day`` beside the ``average_litres`` of the same period before. ``warned_at`` is
    the early warning, without legal effect; ``notified_at`` the notice of the law, from which
    ``attestation_due`` runs; ``called_at`` the call by which an agent told the household.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=6, choices=INCIDENT_KINDS, default="flow")
    start = models.DateTimeField()
    last_seen = models.DateTimeField(db_index=True)
    litres_per_hour = models.FloatField(null=True)
    confidence = models.FloatField(null=True)
    state = models.CharField(max_length=9, choices=LEAK_STATES, default="open", db_index=True)
    litres = models.PositiveIntegerField(null=True)
    average_litres = models.PositiveIntegerField(null=True)
    average_basis = models.CharField(max_length=10, choices=BASES, blank=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    warned_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    attestation_due = models.DateField(null=True)
    attested_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    explained_as = models.CharField(max_length=10, choices=EXPLANATIONS, blank=True)

    class Meta:
        ordering = ("-start",)
        constraints = (
            models.UniqueConstraint(name="water_use_leak_once", fields=("contract", "kind", "start")),
        )

    def __str__(self) -> str:
        return f"leak {self.public_id}"


class Letter(models.Model):
    """A letter: its PDF in the vault; ``sent_at`` and ``sent_by`` (an account) once it has left."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="letters")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, related_name="letters")
    kind = models.CharField(max_length=8, choices=LETTER_KINDS)
    period = models.CharField(max_length=10, blank=True)
    data_key = models.BinaryField()
    file = VaultNameField()
    made_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.UUIDField(null=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"letter {self.public_id}"


class AdviceTaken(models.Model):
    """An action that a household says it did, from ``taken_on``."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="advice_taken")
    action = models.CharField(max_length=40)
    taken_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(name="water_use_advice_once", fields=("contract", "action")),)

    def __str__(self) -> str:
        return f"advice {self.pk}"


class LotDraw(models.Model):
    """The side that a contract drew in an evaluation: it ``receives`` the comparison, or waits for it."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="draws")
    evaluation = models.SlugField(max_length=40)
    receives = models.BooleanField()
    drawn_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="water_use_draw_once", fields=("contract", "evaluation")),
        )

    def __str__(self) -> str:
        return f"draw {self.pk}"


class CaseAccess(models.Model):
    """An agent who may open a home's curve, for a reason, ``until`` an instant."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="cases")
    agent = models.UUIDField(db_index=True)
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return f"case {self.public_id}"


class Release(models.Model):
    """What was published for a period: quantiles or profiles as JSON, with the counts of what was hidden."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, default="quantiles")
    period = models.CharField(max_length=10)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    suppressed = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-period",)
        constraints = (models.UniqueConstraint(name="water_use_release_once", fields=("kind", "period")),)

    def __str__(self) -> str:
        return f"release {self.kind} {self.period}"


class Run(models.Model):
    """A run of the nightly job, of a forecast or of letters: counts, no home."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    figures = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"run {self.public_id}"


class ReadingImport(models.Model):
    """One import of a file of readings: the file waits sealed, and is gone when the import ends.

    ``report`` is the quality report as plain values; ``rejects`` the first lines refused: number and reason.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=120)
    mapping = models.TextField(blank=True)
    data_key = models.BinaryField(null=True)
    file = VaultNameField(blank=True)
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    report = models.JSONField(default=dict)
    rejects = models.JSONField(default=list)
    by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"import of readings {self.public_id}"
