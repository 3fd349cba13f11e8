"""Read keys, challenges and evidence: whose they are, and who may read them."""

import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from bacasable.compliance import clock
from bacasable.people.permissions import may, require
from bacasable.programme.evidence.models import Challenge, ProjectKey, RefusedEvidence, StoredEvidence
from bacasable.programme.support.models import SupportFile

READ = "evidence.of_project"
#: Evidence about ourselves, and what was published of projects.
OPEN_TO_ALL = Q(file__isnull=True) | Q(public_since__isnull=False)


def _related(prefix: str, user: Any) -> Q:
    """Return the support files whose dossier ``user`` writes or in whose team they are, at ``prefix``."""
    pk = getattr(user, "pk", None) or 0
    return Q(**{f"{prefix}dossier__memberships__user": pk}) | Q(**{f"{prefix}team__user": pk})


def files() -> QuerySet[SupportFile]:
    """Return the support files with what says who stands in which relation to them."""
    return SupportFile.objects.select_related("dossier__call").prefetch_related(
        "dossier__memberships", "team"
    )


def file_for(reference: str, user: Any, permission: str = READ) -> SupportFile:
    """Return the support file of a dossier's reference, for one who may read its evidence.

    Raises:
        Http404: there is none, or this person may not know of it: the two look the same.
        PermissionDenied: the person reads it but lacks ``permission``.
    """
    found = files().filter(dossier__reference=reference)
    if not may(user, READ):  # for who has nothing to do with it, the look-up itself finds nothing
        found = found.filter(_related("", user)).distinct()
    file = found.first()
    if file is None or not may(user, READ, file):
        raise Http404
    require(user, permission, file)
    return file


def key_of(file: SupportFile, public_id: uuid.UUID) -> ProjectKey:
    """Return a key of this file.

    Raises:
        Http404: it has no such key.
    """
    key = file.keys.filter(public_id=public_id).first()
    if key is None:
        raise Http404
    return key


def challenge_of(file: SupportFile, public_id: uuid.UUID) -> Challenge:
    """Return a challenge of this file.

    Raises:
        Http404: it has no such challenge.
    """
    found = file.challenges.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def open_challenges(file: SupportFile) -> list[Challenge]:
    """Return the challenges of a project that wait for an answer, the first due first."""
    asked = (
        file.challenges.filter(withdrawn_at__isnull=True, due_at__gte=clock.now())
        .prefetch_related("evidence")
        .order_by("due_at", "pk")
    )
    return [challenge for challenge in asked if not challenge.is_answered()]


def may_read(user: Any, stored: StoredEvidence) -> bool:
    """Say whether ``user`` may read this evidence: ours and published ones are everybody's."""
    return stored.file is None or stored.public_since is not None or may(user, READ, stored.file)


def readable(public_id: uuid.UUID, user: Any) -> StoredEvidence:
    """Return one piece of evidence.

    Raises:
        Http404: there is none, or this person may not know of it: the two look the same.
    """
    found = (
        StoredEvidence.objects.select_related("file__dossier", "challenge")
        .prefetch_related("file__dossier__memberships", "file__team")
        .filter(public_id=public_id)
    )
    if not may(user, READ):
        found = found.filter(OPEN_TO_ALL | _related("file__", user)).distinct()
    stored = found.first()
    if stored is None or not may_read(user, stored):
        raise Http404
    return stored


def visible_to(user: Any) -> QuerySet[StoredEvidence]:
    """Return all evidence that ``user`` may read, without the envelopes."""
    stored = StoredEvidence.objects.defer("envelope")
    if may(user, READ):
        return stored
    if not getattr(user, "is_authenticated", False):
        return stored.filter(OPEN_TO_ALL)
    related = files().filter(_related("", user)).distinct()
    mine = [file.pk for file in related if may(user, READ, file)]
    return stored.filter(OPEN_TO_ALL | Q(file__in=mine))


def refused_counts(file: SupportFile) -> Counter[str]:
    """Return how much of what a project sent was refused, by reason."""
    return Counter(file.refused_evidence.values_list("reason", flat=True))


def came_lately(file: SupportFile) -> int:
    """Return how many pieces of evidence came for a project within the hour, kept or refused."""
    since = clock.now() - timedelta(hours=1)
    kept = StoredEvidence.objects.filter(file=file, received_at__gte=since).count()
    refused = RefusedEvidence.objects.filter(file=file, at__gte=since).exclude(reason="revoked_key")
    return kept + refused.count()


def revoked_lately(file: SupportFile) -> int:
    """Return how many attempts with a revoked key of a project were noted within the hour."""
    since = clock.now() - timedelta(hours=1)
    return RefusedEvidence.objects.filter(file=file, at__gte=since, reason="revoked_key").count()
