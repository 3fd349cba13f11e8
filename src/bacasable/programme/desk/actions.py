"""What is done at the desk, journalled: exports, and the lawful exceptions to the inspection firewall."""

from datetime import datetime
from typing import Any

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import granted_roles, require
from bacasable.programme.desk import letters
from bacasable.programme.desk.models import LawfulException
from bacasable.programme.desk.rules import LONGEST_EXCEPTION
from bacasable.programme.dossiers.models import Attachment, Dossier
from bacasable.programme.dossiers.queries import readable_by_the_office
from bacasable.programme.dossiers.refusals import Refused


@transaction.atomic
def record_export(*, kind: str, count: int, by: Any) -> None:
    """Write in the journal that ``count`` dossiers left as ``kind`` (``xlsx`` or ``zip``)."""
    journal.record("desk.exported", by=by, subject="desk", kind=kind, count=count)


@transaction.atomic
def open_to_inspector(
    *, dossier: Dossier, inspector: User, ground: str, reasons: str, ends_at: datetime, by: User
) -> LawfulException:
    """Let ``inspector`` read the submitted version of one dossier until ``ends_at``, and tell them.

    The authors are not told: an inquiry may ask for secrecy; the journal keeps who opened, why and what was
    read.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: nothing is submitted (``state``), the person is no inspector (``inspector``), no ground or no
            reasons (``ground``, ``reasons``), a time that is over or too long (``ends_at``), or the
            dossier is open to this inspector already (``already``).
    """
    require(by, "inspection.except")
    now = clock.now()
    standing = readable_by_the_office().select_for_update(of=("self",)).filter(pk=dossier.pk).first()
    if standing is None:
        raise Refused("state", N_("The office holds no submitted version of this dossier: nothing to open."))
    if not inspector.is_active or "inspector" not in granted_roles(inspector):
        raise Refused("inspector", N_("This account is no inspector's. Choose an inspector of the list."))
    if ground not in LawfulException.Ground.values:
        raise Refused("ground", N_("Choose the ground of the law."))
    if not reasons.strip():
        raise Refused("reasons", N_("Give the reasons: they stay with the exception."))
    if not now < ends_at <= now + LONGEST_EXCEPTION:
        raise Refused(
            "ends_at",
            N_("An exception lasts %(days)s days at most. Choose an end after today, within that time."),
            days=LONGEST_EXCEPTION.days,
        )
    standing_ones = LawfulException.objects.filter(
        dossier=standing, inspector=inspector, revoked_at=None, ends_at__gt=now
    )
    if standing_ones.exists():
        raise Refused("already", N_("The dossier is open to this inspector already. Close that one first."))
    exception = LawfulException.objects.create(
        dossier=standing,
        inspector=inspector,
        ground=ground,
        reasons=reasons.strip()[:4000],
        given_by=by,
        given_at=now,
        ends_at=ends_at,
    )
    letters.opened(exception)
    journal.record(
        "inspection.opened",
        by=by,
        subject=f"dossier:{standing.reference}",
        exception=str(exception.public_id),
        inspector=f"user:{inspector.public_id}",
        ground=ground,
        ends_at=ends_at.isoformat(),
    )
    return exception


@transaction.atomic
def close_to_inspector(*, exception: LawfulException, by: User) -> None:
    """Close an exception before its end; one that is over stays as it is.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    require(by, "inspection.except")
    now = clock.now()
    closed = LawfulException.objects.filter(pk=exception.pk, revoked_at=None, ends_at__gt=now)
    if closed.update(revoked_at=now):
        journal.record(
            "inspection.closed",
            by=by,
            subject=f"dossier:{exception.dossier.reference}",
            exception=str(exception.public_id),
        )


@transaction.atomic
def inspect(*, exception: LawfulException, by: User, file: Attachment | None = None) -> None:
    """Write in the journal that the inspector reads the dossier, or takes one of its files.

    Raises:
        PermissionDenied: the exception does not, or no longer, let ``by`` read.
    """
    require(by, "inspection.read", exception)
    facts = {"exception": str(exception.public_id)} | ({"file": str(file.public_id)} if file else {})
    journal.record(
        "inspection.file_read" if file else "inspection.read",
        by=by,
        subject=f"dossier:{exception.dossier.reference}",
        **facts,
    )
