"""A support file: what the office and a project do together, on one page that both see."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bacasable.compliance import clock
from bacasable.people.fields import VaultNameField
from bacasable.people.permissions import roles_of
from bacasable.programme.call.models import SelectedProject
from bacasable.programme.dossiers.models import Dossier


class Side(models.TextChoices):
    """Who speaks."""

    OFFICE = "office", _("the office")
    PROJECT = "project", _("the project")


class SupportFile(models.Model):
    """The support of one project, opened by the decision. States are in ``rules.TRANSITIONS``.

    Its address uses the dossier's reference. ``key`` and the files of documents: the dossier's own data key.
    """

    class State(models.TextChoices):
        OPENED = "opened", _("opened")
        ACTIVE = "active", _("under way")
        SUSPENDED = "suspended", _("suspended")
        COMPLETED = "completed", _("completed")
        EXITED = "exited", _("ended early")

    class Track(models.TextChoices):
        ENHANCED = "enhanced", _("enhanced support")
        ADVISED = "advised", _("advice")

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="support")
    project = models.OneToOneField(
        SelectedProject, on_delete=models.PROTECT, null=True, blank=True, related_name="support"
    )
    track = models.CharField(_("track"), max_length=10, choices=Track)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPENED)
    phase = models.CharField(_("phase"), max_length=16)
    opened_at = models.DateTimeField(default=clock.now)
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return f"support of {self.dossier_id}"

    def roles_of(self, user: Any) -> set[str]:
        """Return the dossier's roles, and ``team_member`` for who is in the team with a strong session."""
        roles = self.dossier.roles_of(user)
        if roles:
            return roles  # who writes the dossier does not advise it
        pk = getattr(user, "pk", None)
        in_team = any(m.user_id == pk and m.left_at is None for m in self.team.all())
        if in_team and {"expert", "officer"} & roles_of(user):
            roles.add("team_member")
        return roles

    def speaks_for_itself(self, user: Any) -> bool:
        """Say whether ``user`` writes the dossier: then they are the project, whatever the office granted."""
        return bool(self.dossier.roles_of(user))


class TeamMember(models.Model):
    """A person of the office's team. ``skill`` is a key of ``committee.rules.SKILLS``."""

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="team")
    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="supports")
    skill = models.CharField(_("for"), max_length=12)
    is_lead = models.BooleanField(_("leads the team"), default=False)
    joined_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["joined_at"]
        constraints = [models.UniqueConstraint(fields=["file", "user"], name="programme_team_member_once")]

    def __str__(self) -> str:
        return f"team member {self.pk}"


class Agreement(models.Model):
    """The support agreement: one text, signed by both sides on the platform, or a PDF signed elsewhere.

    ``sha256`` is that of the text both sides signed; names and capacities are kept as they were then.
    """

    file = models.OneToOneField(SupportFile, on_delete=models.PROTECT, related_name="agreement")
    text = models.TextField(_("text"), max_length=20000)
    sha256 = models.CharField(max_length=64)
    written_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    office_signed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    office_name = models.CharField(_("name"), max_length=200, blank=True)
    office_capacity = models.CharField(_("capacity"), max_length=200, blank=True)
    office_signed_at = models.DateTimeField(null=True, blank=True)
    project_signed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    project_name = models.CharField(_("name"), max_length=200, blank=True)
    project_capacity = models.CharField(_("capacity"), max_length=200, blank=True)
    project_signed_at = models.DateTimeField(null=True, blank=True)
    signed_blob = VaultNameField(blank=True)
    signed_size = models.PositiveBigIntegerField(null=True, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    signed_filed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_filed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"agreement of {self.file_id}"


class SupportQuestion(models.Model):
    """A line of the register of questions: asked by one side, answered by the other, all kept."""

    class Kind(models.TextChoices):
        LEGAL = "legal", _("legal")
        TECHNICAL = "technical", _("technical")

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    asked_from = models.CharField(max_length=8, choices=Side)
    body = models.TextField(_("question"), max_length=4000)
    asked_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.TextField(_("answer"), max_length=8000, blank=True)
    answered_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="programme_support_question_once")
        ]

    def __str__(self) -> str:
        return f"question {self.number} of {self.file_id}"


class Meeting(models.Model):
    """A meeting: announced, held, minuted; the project says whether the minutes are right."""

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="meetings")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    held_at = models.DateTimeField(_("date and time"))
    place = models.CharField(_("place or address of the video call"), max_length=200, blank=True)
    agenda = models.TextField(_("agenda"), max_length=4000, blank=True)
    present = models.TextField(_("present"), max_length=2000, blank=True)
    minutes = models.TextField(_("minutes"), max_length=20000, blank=True)
    minutes_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["held_at"]

    def __str__(self) -> str:
        return f"meeting {self.public_id}"


class MinutesRemark(models.Model):
    """What the project says is wrong or missing in the minutes of a meeting; kept when they are rewritten."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="remarks")
    text = models.TextField(_("remarks"), max_length=4000)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"remark {self.pk}"


class Guidance(models.Model):
    """A line of the ledger of guidance: who said what, when, on which facts; followed or not, and why.

    Lines are never changed: a correction is a new line that names the one it replaces.
    """

    class Followed(models.TextChoices):
        UNKNOWN = "unknown", _("not said yet")
        YES = "yes", _("followed")
        PARTLY = "partly", _("followed in part")
        NO = "no", pgettext_lazy("guidance", "not followed")

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="guidance")
    number = models.PositiveIntegerField()
    text = models.TextField(_("guidance"), max_length=8000)
    facts = models.TextField(_("facts relied on"), max_length=4000)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    question = models.ForeignKey(
        SupportQuestion, on_delete=models.PROTECT, null=True, blank=True, related_name="guidance"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="guidance"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    said_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=clock.now)
    followed = models.CharField(_("followed"), max_length=8, choices=Followed, default=Followed.UNKNOWN)
    followed_why = models.TextField(_("why"), max_length=4000, blank=True)
    followed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    followed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="programme_guidance_once")]

    def __str__(self) -> str:
        return f"guidance {self.number} of {self.file_id}"


class FollowStatement(models.Model):
    """What the project once said of a guidance; ``Guidance.followed`` is the last of them."""

    guidance = models.ForeignKey(Guidance, on_delete=models.PROTECT, related_name="statements")
    followed = models.CharField(_("followed"), max_length=8, choices=Guidance.Followed)
    why = models.TextField(_("why"), max_length=4000, blank=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"statement {self.pk}"


class Milestone(models.Model):
    """A step of the roadmap."""

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="milestones")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("milestone"), max_length=200)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    side = models.CharField(_("who acts"), max_length=8, choices=Side, default=Side.PROJECT)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    dropped_because = models.CharField(_("dropped because"), max_length=500, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title


class SupportDocument(models.Model):
    """A file that one side shares with the other, encrypted like those of the dossier.

    Once removed its content is erased; the record (name, digest, who and when) stays.
    """

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="documents")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    blob = VaultNameField(unique=True)
    side = models.CharField(max_length=8, choices=Side)
    added_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return f"document {self.public_id}"


class SupportChange(models.Model):
    """An extension, a suspension, a resumption, a change of phase or an end, with its reasons.

    ``asked_on``: the day on which the project asked for an extension.
    """

    class Kind(models.TextChoices):
        ADVANCE = "advance", _("change of phase")
        EXTEND = "extend", _("extension")
        SUSPEND = "suspend", _("suspension")
        RESUME = "resume", _("resumption")
        COMPLETE = "complete", _("completion")
        EXIT = "exit", _("early exit")

    file = models.ForeignKey(SupportFile, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    side = models.CharField(max_length=8, choices=Side)
    reason = models.TextField(_("reasons"), max_length=4000)
    previous_ends_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    phase = models.CharField(max_length=16, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.file_id}"
