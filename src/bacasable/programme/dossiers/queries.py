"""Read dossiers: whose they are, what the office may read of them, what they lack."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from bacasable.compliance import clock
from bacasable.people.models import OneTimeLink, User
from bacasable.people.permissions import is_walled, lent_roles, may, require
from bacasable.programme.call import eligibility
from bacasable.programme.call.models import Call
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import rules
from bacasable.programme.dossiers.models import Attachment, Dossier, Membership, MissingPartsRequest, Version
from bacasable.programme.dossiers.question_types import Step
from bacasable.programme.dossiers.questions import steps_for


def steps_of(call: Call) -> tuple[Step, ...]:
    """Return the steps that the dossiers of ``call`` have."""
    try:
        return steps_for(eligibility.parse(call.eligibility) if call.eligibility else ())
    except eligibility.Refused:  # a call with wrong rules asks our own questions instead of failing
        return steps_for(())


def verdict(call: Call, answers: dict[str, Any]) -> str:
    """Return what the call's eligibility rules say of ``answers``: a value of ``Version.Eligibility``."""
    try:
        if not call.eligibility:
            return Version.Eligibility.NO_RULES
        return eligibility.assess(call.eligibility, answers.get("eligibility", {})).verdict
    except eligibility.Refused:
        return Version.Eligibility.NO_RULES


def of_person(user: User) -> QuerySet[Dossier]:
    """Return the dossiers that ``user`` writes, the last changed first; none behind the inspection wall."""
    if is_walled(user):
        return Dossier.objects.none()
    return Dossier.objects.filter(memberships__user=user).select_related("call", "current_version")


def readable_by_the_office() -> QuerySet[Dossier]:
    """Return the dossiers whose submitted version the office may read: never a draft, nor once withdrawn."""
    return Dossier.objects.filter(state=Dossier.State.SUBMITTED, current_version__isnull=False)


def own(reference: str, user: Any, permission: str) -> Dossier:
    """Return the dossier of this reference for one who holds ``permission`` towards it as its author.

    Raises:
        Http404: there is none, or it is not this person's: the two look the same.
        PermissionDenied: the person writes the dossier but may not do this.
    """
    dossier = (
        Dossier.objects.select_related("call", "current_version")
        .prefetch_related(Prefetch("memberships", Membership.objects.select_related("user")))
        .filter(reference=reference)
        .first()
    )
    if dossier is None or not lent_roles(user, dossier):
        raise Http404
    require(user, permission, dossier)
    return dossier


def readable_version(reference: str, user: Any, number: int | None = None) -> Version:
    """Return a submitted version (the current one by default) for its authors or for the office.

    The office reads any version of a dossier that stands, and nothing of a draft or a withdrawn dossier.

    Raises:
        Http404: there is none, or this person may not read it: the two look the same.
    """
    versions = Version.objects.select_related("dossier__call", "dossier__current_version", "submitted_by")
    version = (
        versions.filter(dossier__reference=reference)
        .filter(Q(number=number) if number is not None else Q())
        .order_by("-number")
        .first()
    )
    if version is None or not may(user, "dossier.read", version.dossier):
        raise Http404
    is_member = bool(lent_roles(user, version.dossier))
    if not is_member and version.dossier.state != Dossier.State.SUBMITTED:
        raise Http404
    return version


def attachments_of(dossier: Dossier) -> list[Attachment]:
    """Return the files kept with the draft, in the order in which they were added."""
    return list(dossier.attachments.filter(removed_at=None))


def missing_of(
    dossier: Dossier, attachments: Sequence[Attachment] | None = None
) -> list[reading.MissingPart]:
    """Return what the draft still lacks."""
    kept = attachments_of(dossier) if attachments is None else attachments
    return reading.missing(dossier.answers, kept, steps_of(dossier.call))


def open_requests(dossier: Dossier, at: datetime | None = None) -> list[MissingPartsRequest]:
    """Return the requests for missing parts that may still be answered, the oldest first."""
    return list(dossier.missing_parts.filter(answered_at=None, due_at__gte=at or clock.now()))


def window_of(dossier: Dossier, at: datetime | None = None) -> rules.Window | None:
    """Return until when, and in which parts, the dossier may change; None when it may not."""
    at = at or clock.now()
    if dossier.state == Dossier.State.WITHDRAWN:
        return None
    asked = []
    if dossier.current_version_id:
        asked = [(request.due_at, request.parts) for request in open_requests(dossier, at)]
    return rules.window(
        accepts_deposits=dossier.call.accepts_deposits(at),
        deadline=dossier.call.deadline,
        asked=asked,
        at=at,
    )


def manifest_of(attachments: Sequence[Attachment]) -> list[dict[str, Any]]:
    """Return the files as a version lists them: ``[{name, media_type, size, sha256, blob}]``."""
    return [
        {
            "name": kept.name,
            "media_type": kept.media_type,
            "size": kept.size,
            "sha256": kept.sha256,
            "blob": kept.blob,
        }
        for kept in attachments
    ]


def content_to_submit(
    dossier: Dossier, window: rules.Window, attachments: Sequence[Attachment]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the answers and the manifest that a submission in ``window`` would hold.

    When only some parts were asked for, the rest is that of the current version, whatever the draft became.
    """
    manifest = manifest_of(attachments)
    if window.parts is None:
        return dossier.answers, manifest
    version = dossier.current_version
    assert version is not None  # noqa: S101 (a request for parts needs a submitted version)
    merged = {step: dict(values) for step, values in version.answers.items()}
    for part in window.parts - {rules.FILES}:
        step, _, question = part.partition(".")
        if question in dossier.answers.get(step, {}):
            merged.setdefault(step, {})[question] = dossier.answers[step][question]
    return merged, manifest if window.allows(rules.FILES) else version.manifest


def has_unsubmitted_changes(
    dossier: Dossier, window: rules.Window | None, attachments: Sequence[Attachment]
) -> bool:
    """Say whether submitting now would make a version that differs from the current one."""
    if dossier.current_version is None or window is None:
        return False
    return reading.digest(*content_to_submit(dossier, window, attachments)) != dossier.current_version.digest


def invitations(dossier: Dossier) -> QuerySet[OneTimeLink]:
    """Return the invitations to write the dossier that nobody has accepted and that still open."""
    return OneTimeLink.objects.filter(
        purpose=OneTimeLink.Purpose.JOIN,
        target=dossier.reference,
        spent_at=None,
        expires_at__gt=clock.now(),
    ).order_by("created_at")
