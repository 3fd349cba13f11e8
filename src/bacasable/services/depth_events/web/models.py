"""Stations and sensors, what they told, what people did of it, who films the same places, who asked what.

Nothing here is a frame, and no column is the number of a person: an incident has one drawn at random. Times
are instants; places are metres of the station.
"""

import uuid

from django.db import models

from bacasable.compliance import clock
from bacasable.compliance.service import N_

MODES = (("statistics", N_("statistics")), ("intervention", N_("intervention")))
KINDS = (
    ("fall", N_("fall")),
    ("intrusion", N_("intrusion")),
    ("track_intrusion", N_("intrusion on the track")),
    ("wrong_way", N_("wrong way")),
    ("density", N_("density")),
    ("crowd_movement", N_("crowd movement")),
    ("abandoned_object", N_("abandoned object")),
)
VERBS = (
    ("seen", N_("seen")),
    ("acknowledged", N_("acknowledged")),
    ("escalated", N_("escalated")),
    ("outcome", N_("outcome said")),
    ("note", N_("note")),
)
OUTCOMES = (("true", N_("true alert")), ("false", N_("false alert")), ("unknown", N_("not known")))
MEASURES = (
    ("occupancy", N_("people at once")),
    ("count_in", N_("people who came in")),
    ("count_out", N_("people who went out")),
    ("density", N_("people a square metre")),
    ("dwell", N_("seconds of stay")),
    ("running", N_("share of people who run")),
)
OBJECTION_KINDS = (
    ("object", N_("object to be measured here, and take the way without a sensor")),
    ("erase", N_("have erased what was kept of this place and time")),
    ("access", N_("know what was kept of this place and time")),
)
REQUEST_STATES = (
    ("received", N_("to be answered")),
    ("granted", N_("granted")),
    ("refused", N_("refused")),
)


class Station(models.Model):
    """A place with sensors. ``longitude`` and ``latitude`` are those of the corner that metres start from.

    ``avoidance`` are the ways that keep clear of sensors: ``key``, ``title``, ``words``, ``points`` (metres),
    ``avoids`` (keys of sensors). ``panel_generated_on`` is emptied when what the panel says changes.
    """

    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    width_m = models.FloatField(default=40)
    depth_m = models.FloatField(default=20)
    is_simulated = models.BooleanField(default=False)
    is_online = models.BooleanField(null=True, blank=True)
    avoidance = models.JSONField(default=list, blank=True)
    objection_set_aside_by = models.CharField(max_length=300, blank=True)
    objection_means = models.CharField(max_length=600, blank=True)
    panel_generated_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return f"station {self.key}"


class Sensor(models.Model):
    """A sensor, what is left of its frames (``setting``), and how it fares."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="sensors")
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    x_m = models.FloatField(default=0)
    y_m = models.FloatField(default=0)
    height_m = models.FloatField(default=3)
    area = models.JSONField(default=list, blank=True)
    mode = models.CharField(max_length=12, choices=MODES, default="statistics")
    setting = models.CharField(max_length=40, default="40x30@0.9")
    events = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=12, blank=True)
    state_reason = models.CharField(max_length=200, blank=True)
    state_since = models.DateTimeField(null=True, blank=True)
    occupancy = models.PositiveIntegerField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(name="depth_events_sensor_once", fields=("station", "key")),)

    def __str__(self) -> str:
        return f"sensor {self.key}"


class Zone(models.Model):
    """A zone or a line that a sensor watches: ``corners`` in metres of the station."""

    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="zones")
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    corners = models.JSONField(default=list)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(name="depth_events_zone_once", fields=("sensor", "key")),)

    def __str__(self) -> str:
        return f"zone {self.key}"


class Incident(models.Model):
    """Something that lasts (intervention): ``incident_key`` is the edge's, drawn at random."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="incidents")
    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="incidents")
    incident_key = models.CharField(max_length=40)
    zone = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    severity = models.PositiveSmallIntegerField()
    confidence = models.FloatField()
    x_m = models.FloatField()
    y_m = models.FloatField()
    facts = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=clock.now)
    escalated_at = models.DateTimeField(null=True, blank=True)
    is_simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.UniqueConstraint(name="depth_events_incident_once", fields=("station", "incident_key")),
        )
        indexes = (models.Index(fields=("station", "-started_at"), name="depth_events_incident_when"),)

    def __str__(self) -> str:
        return f"incident {self.public_id}"

    @property
    def is_taken(self) -> bool:
        """Whether an operator took it."""
        return any(one.verb == "acknowledged" for one in self.acts.all())

    @property
    def outcome(self) -> str:
        """What it turned out to be, by the last word said; empty while nobody said."""
        return next((one.outcome for one in reversed(self.acts.all()) if one.outcome), "")


class IncidentAct(models.Model):
    """What an operator did of an incident, or the clock (``by`` None)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="acts")
    verb = models.CharField(max_length=12, choices=VERBS)
    outcome = models.CharField(max_length=8, choices=OUTCOMES, blank=True)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"act {self.public_id}"


class Statistic(models.Model):
    """An aggregate (statistics): ``value`` None where too few people were there."""

    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="statistics")
    zone = models.CharField(max_length=40, blank=True)
    measure = models.CharField(max_length=10, choices=MEASURES)
    value = models.FloatField(null=True, blank=True)
    is_suppressed = models.BooleanField(default=False)
    minimum = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()

    class Meta:
        ordering = ("-from_at", "pk")
        constraints = (
            models.UniqueConstraint(
                name="depth_events_statistic_once", fields=("sensor", "zone", "measure", "from_at")
            ),
        )
        indexes = (models.Index(fields=("-to_at",), name="depth_events_statistic_when"),)

    def __str__(self) -> str:
        return f"statistic {self.pk}"


class Handover(models.Model):
    """What one shift leaves to the next."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="handovers")
    by = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=1000, blank=True)
    taken_by = models.UUIDField(null=True, blank=True, db_index=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"handover {self.public_id}"


class Interruption(models.Model):
    """A time during which a sensor, or the station (``sensor`` None), watched nothing."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="interruptions")
    sensor = models.ForeignKey(
        Sensor, on_delete=models.CASCADE, related_name="interruptions", null=True, blank=True
    )
    kind = models.CharField(max_length=12)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-from_at", "-pk")

    def __str__(self) -> str:
        return f"interruption {self.pk}"


class CalibrationLook(models.Model):
    """Somebody looked at what is left of a sensor's frames, for some seconds: who, why, until when."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="looks")
    by = models.UUIDField(db_index=True)
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()

    class Meta:
        ordering = ("-asked_at", "-pk")

    def __str__(self) -> str:
        return f"look {self.public_id}"


class CctvOverlap(models.Model):
    """A zone that cameras film too: ``zone`` empty: all that the sensor sees; ``until_on`` is counted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="overlaps")
    zone = models.CharField(max_length=40, blank=True)
    filmed_by = models.CharField(max_length=200)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    words = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.UUIDField(null=True, blank=True, db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ("-from_on", "-pk")

    def __str__(self) -> str:
        return f"overlap {self.public_id}"


class ObjectionRequest(models.Model):
    """What somebody asked by place and time, without saying who they are, and the answer."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=8, unique=True)
    sensor = models.ForeignKey(Sensor, on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=6, choices=OBJECTION_KINDS)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    made_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=REQUEST_STATES, default="received")
    answer = models.CharField(max_length=2000, blank=True)
    erased = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"request {self.public_id}"
