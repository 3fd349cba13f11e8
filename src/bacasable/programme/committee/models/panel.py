"""Who examines what: the selection of a call, its panel, conflicts of interest, assignments."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bacasable.compliance import clock
from bacasable.people.permissions import granted_roles, roles_of
from bacasable.programme.call.models import Call
from bacasable.programme.dossiers.models import Dossier


class Selection(models.Model):
    """The committee's work on one call. States and transitions are in ``rules.SELECTION``.

    ``revision`` grows at each change, so that a page read before another person's change is told.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("preparing")
        SCORING = "scoring", _("scoring")
        DELIBERATING = "deliberating", _("deliberating")
        DECIDED = "decided", _("decided")
        PUBLISHED = "published", _("published")

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="selection")
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.PREPARING)
    scores_due_at = models.DateTimeField(_("scores due"), null=True, blank=True)
    experts_per_dossier = models.PositiveSmallIntegerField(_("experts for each dossier"), default=2)
    revision = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"selection of {self.call_id}"

    def roles_of(self, user: Any) -> set[str]:
        """Return ``{"delegate"}`` for who holds the president's signature on this call now.

        Who lost every role of the staff signs nothing more, whenever the delegation ends.
        """
        if not (getattr(user, "session_is_verified", False) and granted_roles(user)):
            return set()
        now = clock.now()
        held = any(
            delegation.to_id == getattr(user, "pk", None) and delegation.is_in_force(self.call_id, now)
            for delegation in Delegation.objects.filter(to_id=getattr(user, "pk", None), revoked_at=None)
        )
        return {"delegate"} if held else set()


class Delegation(models.Model):
    """The president's signature given to somebody, for one call or for all, between two instants."""

    given_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="delegations")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    capacity = models.CharField(_("capacity, as letters show it"), max_length=200)
    act_reference = models.CharField(_("act of delegation"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    given_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return f"delegation {self.pk}"

    def is_in_force(self, call_id: int | None, at: Any) -> bool:
        """Say whether it covers the call at that instant."""
        covers = self.call_id is None or self.call_id == call_id
        return covers and self.revoked_at is None and self.starts_at <= at <= self.ends_at


class ExpertProfile(models.Model):
    """What an expert knows and how much they take.

    ``skills`` are keys of ``rules.SKILLS``, ``sectors`` of ``rules.SECTORS``; ``capacity`` counts dossiers of
    one selection.
    """

    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="expert_profile")
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    skills = models.JSONField(_("skills"), default=list)
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(_("dossiers at most"), default=8)

    def __str__(self) -> str:
        return f"profile {self.pk}"


class PanelMember(models.Model):
    """An expert of a selection: reads names once the undertaking is signed, dossiers once assigned."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="panels")
    invited_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    undertaking = models.TextField(_("undertaking, as it was signed"), max_length=4000, blank=True)
    undertaking_signed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["invited_at"]
        constraints = [
            models.UniqueConstraint(fields=["selection", "user"], name="programme_panel_member_once")
        ]

    def __str__(self) -> str:
        return f"member {self.pk}"


class Examination(models.Model):
    """What the committee makes of one dossier. States and transitions are in ``rules.EXAMINATION``.

    ``version`` is the submitted version that was found admissible: every expert reads that one. ``sector`` is
    a key of ``rules.SECTORS``, given by the officer, since candidates are not asked for it.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        ADMISSIBLE = "admissible", _("admissible")
        INADMISSIBLE = "inadmissible", _("inadmissible")
        SHORTLISTED = "shortlisted", _("shortlisted")
        SET_ASIDE = "set_aside", _("set aside")
        DECIDED = "decided", _("decided")

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="examination")
    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="examinations")
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.RECEIVED, db_index=True)
    version = models.ForeignKey(
        "programme.Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sector = models.CharField(_("sector"), max_length=20, blank=True)
    reasons = models.TextField(_("reasons"), max_length=4000, blank=True)
    checked_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"examination of {self.dossier_id}"


class ConflictDeclaration(models.Model):
    """What an expert says of their links with one dossier, on names alone, before any access.

    The last one holds. A conflict declared after scoring recuses the expert.
    """

    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="declarations")
    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="declarations")
    has_conflict = models.BooleanField()
    nature = models.TextField(_("nature of the link"), max_length=1000, blank=True)
    declared_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["declared_at", "pk"]

    def __str__(self) -> str:
        return f"declaration {self.pk}"


class Assignment(models.Model):
    """A dossier given to an expert to assess, for one skill. Ended when the expert is recused or replaced."""

    examination = models.ForeignKey(Examination, on_delete=models.PROTECT, related_name="assignments")
    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="assignments")
    skill = models.CharField(_("for"), max_length=12)
    assigned_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["assigned_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["examination", "member"], name="programme_assignment_once")
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"

    def roles_of(self, user: Any) -> set[str]:
        """Return ``{"assessor"}`` for the expert, once the undertaking is signed and no conflict stands.

        The expert role itself must be granted and the session strong: an assignment alone opens nothing, and
        it opens nothing to who writes the dossier, invited to it since, nor once the dossier is decided.
        """
        member = self.member
        if self.ended_at or member.user_id != getattr(user, "pk", None) or "expert" not in roles_of(user):
            return set()
        if member.undertaking_signed_at is None or member.left_at is not None:
            return set()
        if self.examination.state == Examination.State.DECIDED or self.examination.dossier.roles_of(user):
            return set()
        said = [
            declaration
            for declaration in self.examination.declarations.all()
            if declaration.member_id == member.pk
        ]
        return {"assessor"} if said and not said[-1].has_conflict else set()
