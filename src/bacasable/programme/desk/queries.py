"""What the desk reads: the work queue, the lawful exceptions, the parts that a person takes in files."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from bacasable.people.models import User
from bacasable.people.permissions import may
from bacasable.programme.committee.models import Delegation, PanelMember
from bacasable.programme.desk.models import LawfulException
from bacasable.programme.dossiers import rules
from bacasable.programme.dossiers.answers import missing
from bacasable.programme.dossiers.models import Dossier, Membership, MissingPartsRequest, Version
from bacasable.programme.dossiers.queries import readable_by_the_office, steps_of
from bacasable.programme.support.models import TeamMember

ORDERS = {
    "received": "-submitted_at",
    "oldest": "submitted_at",
    "reference": "reference",
    "completeness": "current_version__completeness",
}


@dataclass(frozen=True)
class Filters:
    """What the officer asked to see; unknown values are ignored, never an error."""

    call: str = ""
    eligibility: str = ""
    waiting: bool = False
    words: str = ""
    order: str = "received"

    @classmethod
    def read(cls, query: Any) -> "Filters":
        """Read the filters of a query string (a mapping of strings)."""
        order = query.get("order", "received")
        return cls(
            call=query.get("call", "")[:80],
            eligibility=query.get("eligibility", "")[:20],
            waiting=query.get("waiting") == "1",
            words=query.get("words", "").replace("\x00", "")[:100].strip(),
            order=order if order in ORDERS else "received",
        )


def arrivals(filters: Filters = Filters()) -> "QuerySet[Dossier]":
    """Return the dossiers that the office may read, with their current version.

    A draft that was never submitted is not the office's, nor is a dossier withdrawn: they do not appear. Each
    dossier carries ``is_awaited``: a request for missing parts is unanswered. Answers are not loaded: a list
    does not show them, and exports ask for them with ``.defer(None)``.
    """
    awaited = MissingPartsRequest.objects.filter(dossier=OuterRef("pk"), answered_at=None)
    dossiers = (
        readable_by_the_office()
        .select_related("call", "current_version")
        .defer("answers", "data_key", "current_version__answers", "current_version__manifest")
        .annotate(is_awaited=Exists(awaited))
        .order_by(ORDERS[filters.order], "pk")
    )
    if filters.call:
        dossiers = dossiers.filter(call__slug=filters.call)
    if filters.eligibility:
        dossiers = dossiers.filter(current_version__eligibility=filters.eligibility)
    if filters.waiting:
        dossiers = dossiers.filter(is_awaited=True)
    if filters.words:
        dossiers = dossiers.filter(Q(reference__icontains=filters.words) | Q(title__icontains=filters.words))
    return dossiers


class Arrival(NamedTuple):
    """What a line of the queue shows of a dossier received."""

    reference: str
    title: str
    state: str
    received_at: datetime
    version: int
    completeness: int
    eligibility: str
    is_awaited: bool


def lines_of(dossiers: "QuerySet[Dossier]") -> list[Arrival]:
    """Read dossiers of :func:`arrivals` for a list: a page of them needs no records, and loads none."""
    rows = dossiers.values_list(
        *("reference", "title", "state", "current_version__submitted_at", "current_version__number"),
        *("current_version__completeness", "current_version__eligibility", "is_awaited"),
    )
    return [Arrival(*values) for values in rows]


def received_version(dossier: Dossier) -> Version:
    """Return the version that the office holds.

    Raises:
        Version.DoesNotExist: nothing of this dossier was submitted.
    """
    if dossier.current_version is None:
        raise Version.DoesNotExist(f"{dossier.reference} has no submitted version")
    return dossier.current_version


def parts_to_ask(dossier: Dossier) -> list[tuple[str, str]]:
    """Return what the office may ask for, ``(key, label)``: what the current version lacks comes first."""
    version = received_version(dossier)
    steps = steps_of(dossier.call)
    parts = {rules.FILES: _("Files")} | {
        f"{step.key}.{question.key}": f"{_(step.title)} – {_(question.label)}"
        for step in steps
        for question in step.questions
    }
    lacking = [
        rules.FILES if part.kind == "file" else part.key
        for part in missing(version.answers, version.manifest, steps)
    ]
    return list(({key: parts[key] for key in lacking} | parts).items())


def exceptions_with_dossier() -> "QuerySet[LawfulException]":
    """Return every exception given, the last first, with what its line shows."""
    return LawfulException.objects.select_related("dossier__call", "inspector").defer(
        "dossier__answers", "dossier__data_key"
    )


def exceptions_in_force(user: User, at: datetime) -> "QuerySet[LawfulException]":
    """Return what is open to this inspector at that instant: dossiers that the office itself may read."""
    return exceptions_with_dossier().filter(
        inspector=user,
        revoked_at=None,
        given_at__lte=at,
        ends_at__gt=at,
        dossier__in=readable_by_the_office(),
    )


def inspected_exception(public_id: uuid.UUID, user: Any) -> LawfulException | None:
    """Return the exception that opens a dossier to ``user`` now, or nothing.

    One look-up whatever the answer: what never existed, is over, or is another's costs the same.
    """
    exception = (
        LawfulException.objects.select_related("dossier__call", "dossier__current_version", "inspector")
        .filter(public_id=public_id)
        .first()
    )
    if exception is None or not may(user, "inspection.read", exception):
        return None
    dossier = exception.dossier
    stands = dossier.state == Dossier.State.SUBMITTED and dossier.current_version is not None
    return exception if stands else None


def inspectors() -> "QuerySet[User]":
    """Return the accounts to which a dossier can be opened."""
    return User.objects.filter(is_active=True, grants__role="inspector").order_by("name", "email")


def parts_taken(user: User) -> list[str]:
    """Return what a person takes part in and an inspector may not, by reference; four queries."""
    written = Membership.objects.filter(user=user).exclude(dossier__state=Dossier.State.WITHDRAWN)
    taken = list(written.values_list("dossier__reference", flat=True))
    seats = PanelMember.objects.filter(user=user, left_at=None)
    for slug in seats.values_list("selection__call__slug", flat=True):
        taken.append(_("the panel of %(call)s") % {"call": slug})
    teams = TeamMember.objects.filter(user=user, left_at=None)
    for reference in teams.values_list("file__dossier__reference", flat=True):
        taken.append(_("the support of %(reference)s") % {"reference": reference})
    if Delegation.objects.filter(to=user, revoked_at=None).exists():
        taken.append(_("a delegation of signature"))
    return taken
