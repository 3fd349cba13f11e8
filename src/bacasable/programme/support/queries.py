"""Read support files: who may, which side a person is on, what waits for whom."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import is_walled, lent_roles, may, roles_of, walled_accounts
from bacasable.programme.call.jurisdictions import jurisdiction
from bacasable.programme.dossiers.models import Dossier, Membership
from bacasable.programme.support import rules
from bacasable.programme.support.models import (
    Agreement,
    FollowStatement,
    Guidance,
    Side,
    SupportChange,
    SupportFile,
    SupportQuestion,
    TeamMember,
)

#: What the pages of a file show of it and of what stands around; anything else is fetched where it is used.
_READ = (
    *("track", "state", "phase", "opened_at", "starts_on", "ends_on", "ended_at", "revision"),
    *(f"dossier__{name}" for name in ("reference", "title", "state", "current_version", "call")),
    *(f"dossier__call__{name}" for name in ("slug", "title", "language", "regime", "state")),
    *(f"dossier__call__{name}" for name in ("jurisdiction", "time_zone")),
    *("project__slug", "synthesis__public_id", "synthesis__reply_due_at", "synthesis__file"),
    *("agreement__file", "agreement__written_at", "agreement__written_by"),
    *(f"agreement__{side}_signed_{at}" for side in ("office", "project") for at in ("at", "by")),
    *("agreement__signed_filed_at", "agreement__signed_filed_by"),
)
_MEMBER = ("dossier", "role", "joined_at", "user__name", "user__email")
_TEAM = ("file", "skill", "is_lead", "joined_at", "left_at", "user__name", "user__email")


def readable(reference: str, user: Any, permission: str = "support.read") -> SupportFile:
    """Return the support file of a dossier for one who holds ``permission`` towards it.

    Raises:
        Http404: there is none, or this person may not: the two look the same.
    """
    file = (
        SupportFile.objects.select_related("dossier__call", "project", "agreement", "synthesis")
        .prefetch_related(
            Prefetch("dossier__memberships", Membership.objects.select_related("user").only(*_MEMBER)),
            Prefetch("team", TeamMember.objects.select_related("user").only(*_TEAM)),
        )
        .only(*_READ)
        .filter(dossier__reference=reference)
        .first()
    )
    if file is None or not may(user, permission, file):
        raise Http404
    if lent_roles(user, file):
        user._takes_part_in_support = True  # what the menu would ask again: has_files
    return file


def side_of(file: SupportFile, user: Any) -> str:
    """Return the side that ``user`` speaks for: the project's for its authors, else the office's."""
    return Side.PROJECT if lent_roles(user, file.dossier) else Side.OFFICE


def of_person(user: Any) -> QuerySet[SupportFile]:
    """Return the files that ``user`` takes part in: as an author, in the team; all for the office.

    Those that end first come first. Nothing behind the inspection wall.
    """
    return (
        _taken_part_in(user)
        .select_related("dossier__call", "project")
        .prefetch_related("dossier__memberships", "team__user")
        .order_by(F("ends_on").asc(nulls_first=True), "-opened_at", "pk")
    )


def has_files(user: Any) -> bool:
    """Say whether ``user`` takes part in a support file: one query, two for an expert, for a menu.

    As :func:`of_person` finds them, by shorter questions: every page of a signed-in person asks.
    """
    if is_walled(user):
        return False
    if getattr(user, "_takes_part_in_support", False):
        return True
    held = roles_of(user)
    if {"officer", "president"} & held:
        return SupportFile.objects.exists()
    if Membership.objects.filter(user=user.pk, dossier__support__isnull=False).exists():
        return True
    return "expert" in held and TeamMember.objects.filter(user=user.pk, left_at=None).exists()


def _taken_part_in(user: Any) -> QuerySet[SupportFile]:
    if is_walled(user):
        return SupportFile.objects.none()
    held = roles_of(user)
    if {"officer", "president"} & held:
        return SupportFile.objects.all()
    own = Q(Exists(Membership.objects.filter(dossier=OuterRef("dossier"), user=user.pk)))
    if "expert" in held:
        own |= Q(Exists(TeamMember.objects.filter(file=OuterRef("pk"), user=user.pk, left_at=None)))
    return SupportFile.objects.filter(own)


def people_of(file: SupportFile, side: str) -> list[User]:
    """Return who is told what concerns ``side``: the authors, or the team; all officers while it is empty.

    Nobody behind the inspection wall is told anything.
    """
    people = User.objects.filter(is_active=True).exclude(pk__in=walled_accounts()).order_by("pk")
    if side == Side.PROJECT:
        return list(people.filter(memberships__dossier=file.dossier_id))
    team = list(people.filter(supports__file=file, supports__left_at=None))
    return team or list(people.filter(grants__role="officer").distinct())


def team_of(file: SupportFile) -> list[TeamMember]:
    """Return the present team, who leads it first."""
    present = [m for m in file.team.all() if m.left_at is None]
    return sorted(present, key=lambda m: (not m.is_lead, m.joined_at, m.pk))


def candidates_for(file: SupportFile) -> QuerySet[User]:
    """Return who may join the team: experts and officers who neither write this dossier nor are in it."""
    return (
        User.objects.filter(is_active=True, grants__role__in=["expert", "officer"])
        .exclude(memberships__dossier=file.dossier_id)
        .exclude(Exists(TeamMember.objects.filter(file=file, user=OuterRef("pk"), left_at=None)))
        .exclude(pk__in=walled_accounts())
        .distinct()
        .order_by("name", "email")
    )


def agreement_of(file: SupportFile) -> Any:
    """Return the agreement as it is now, or None while nobody has written one."""
    return Agreement.objects.filter(file=file).first()


def proposed_agreement(file: SupportFile) -> str:
    """Return the text that the jurisdiction of the call proposes for the agreement."""
    call = file.dossier.call
    return jurisdiction(call.jurisdiction).clause("agreement", call.language)


def language_of(file: SupportFile) -> str:
    """Return the language in which the jurisdiction's clauses are given for this call."""
    call = file.dossier.call
    languages = jurisdiction(call.jurisdiction).languages
    return call.language if call.language in languages else languages[0]


def shows_shield(file: SupportFile) -> bool:
    """Say whether guidance followed in good faith shields from fines: only under the AI Act's regime."""
    return file.dossier.call.regime == rules.AI_ACT


def suspended_days(file: SupportFile, changes: Iterable[SupportChange], today: date) -> int:
    """Return how many days the support was suspended in all, the present suspension included."""
    zone = file.dossier.call.zone
    total, since = 0, None
    for change in changes:
        on = change.at.astimezone(zone).date()
        if change.kind == SupportChange.Kind.SUSPEND:
            since = on
        elif since is not None and change.kind in (SupportChange.Kind.RESUME, SupportChange.Kind.EXIT):
            total, since = total + (on - since).days, None
    return total + ((today - since).days if since is not None else 0)


def suspended_since(file: SupportFile) -> date | None:
    """Return the day of the present suspension, or None."""
    if file.state != SupportFile.State.SUSPENDED:
        return None
    last = file.changes.filter(kind=SupportChange.Kind.SUSPEND).order_by("-at", "-pk").first()
    return last.at.astimezone(file.dossier.call.zone).date() if last else None


def expected_end(file: SupportFile) -> date | None:
    """Return the end, pushed by the days of the present suspension as it would be if resumed today."""
    since = suspended_since(file)
    if since is None or file.ends_on is None:
        return file.ends_on
    today = clock.now().astimezone(file.dossier.call.zone).date()
    return file.ends_on + timedelta(days=(today - since).days)


def questions_of(file: SupportFile) -> QuerySet[SupportQuestion]:
    """Return the register of questions, in order."""
    return file.questions.select_related("asked_by", "answered_by").prefetch_related("guidance")


#: What a line of the ledger shows of itself and of what it names.
_LINE = (
    *("file", "number", "text", "facts", "legal_basis", "said_at"),
    *("followed", "followed_why", "followed_at"),
    *(f"{person}__{name}" for person in ("said_by", "followed_by") for name in ("name", "email")),
    *("question__number", "question__file", "meeting__public_id", "meeting__held_at", "meeting__file"),
    *("replaces__number", "replaced_by__number", "replaced_by__replaces"),
)


def ledger_of(file: SupportFile) -> QuerySet[Guidance]:
    """Return the ledger of guidance, in order, with all that a line shows."""
    statements = FollowStatement.objects.select_related("by").only(
        *("guidance", "followed", "why", "at", "by__name", "by__email")
    )
    return (
        file.guidance.select_related(
            "said_by", "followed_by", "question", "meeting", "replaces", "replaced_by"
        )
        .prefetch_related(Prefetch("statements", statements))
        .only(*_LINE)
    )


def file_of(dossier: Dossier) -> SupportFile | None:
    """Return the support file of a dossier, or None."""
    return SupportFile.objects.filter(dossier=dossier).first()
