"""What is done about retention: purges with their receipts, visas recorded and withdrawn."""

from collections.abc import Container, Mapping
from datetime import date, datetime, timedelta
from typing import cast

import structlog
from django.db import transaction
from django.utils import timezone

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.retention import FAILED, Outcome, stores_of, walk
from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased, Store, Unfinished
from bacasable.duties.keeping.models import PurgeRun, Visa
from bacasable.duties.keeping.queries import visas_in_force
from bacasable.duties.keeping.rules import LONGEST_VISA, digest_of, needing_visa
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused

log = structlog.get_logger("bacasable.keeping")


class _OutOfReach:
    """Stands for the stores of a service that cannot give them: a purge names it and goes on."""

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        raise Unfinished(FAILED, Erased({}, {}))


def stores() -> Mapping[str, Mapping[str, Store]]:
    """Return the stores of every service of this installation, by key and name."""
    found: dict[str, Mapping[str, Store]] = {}
    for key, service in catalogue().items():
        try:
            found[key] = stores_of(service)
        except Exception as error:  # a plugin may raise anything: the others are purged all the same
            log.error("stores out of reach", service=key, exc_info=error)
            found[key] = {"stores": cast(Store, _OutOfReach())}
    return found


def look() -> Outcome:
    """Return what a purge would do now, and do nothing."""
    return walk(stores(), now=clock.now(), visas=visas_in_force(), dry_run=True)


def purge(*, by: User | str = "system") -> PurgeRun:
    """Destroy what is due, store by store, and keep the receipt; the journal holds its digest.

    That a purge began is journalled first: one that a crash cut has no receipt, and is known all the same.

    Each store commits for itself. One that stops half way is named in the receipt, and the next purge goes on
    where it stopped: nothing of what is left was changed.

    Raises:
        PermissionDenied: ``by`` is a person who may not.
    """
    if not isinstance(by, str):
        require(by, "keeping.purge")
    with transaction.atomic():
        journal.record("keeping.purge_started", by=by, subject="installation")
    outcome = walk(stores(), now=clock.now(), visas=visas_in_force())
    for line in outcome.lines:
        if line.stopped:
            log.error("purge stopped", service=line.service, store=line.store)
    with transaction.atomic():
        run = PurgeRun.objects.create(
            at=outcome.at,
            by=None if isinstance(by, str) else by,
            lines=[line.as_plain() for line in outcome.lines],
            count=outcome.count,
            is_whole=outcome.is_whole,
            receipt=outcome.receipt(),
        )
        journal.record(
            "keeping.purged",
            by=by,
            subject=f"purge:{run.public_id}",
            count=run.count,
            is_whole=run.is_whole,
            receipt=run.receipt,
        )
    return run


def purge_daily() -> None:
    """Purge where anything is due, every day; a day with nothing due leaves no receipt."""
    if look().count:
        purge()


@transaction.atomic
def record_visa(
    *, service: str, retention: str, reference: str, given_on: date, ends_on: date, by: User
) -> Visa:
    """Record the archives' visa for the destruction of what one retention ends.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: no such retention needs a visa, or the dates are not those of a visa in force.
    """
    require(by, "keeping.visa")
    if (service, retention) not in needing_visa():
        raise Refused(N_("This retention needs no visa. Choose one of the list."))
    today = timezone.localdate(clock.now())
    if given_on > today or ends_on < today:
        raise Refused(N_("The visa must have been given already, and not be over."))
    if ends_on > given_on + timedelta(days=LONGEST_VISA.days):
        raise Refused(N_("A visa is relied upon for a year at most. Record another one after that."))
    visa = Visa.objects.create(
        service=service,
        retention=retention,
        retention_sha256=digest_of(needing_visa()[service, retention]),
        reference=reference.strip(),
        given_on=given_on,
        ends_on=ends_on,
        recorded_by=by,
    )
    journal.record(
        "keeping.visa_recorded",
        by=by,
        subject=f"visa:{visa.public_id}",
        service=service,
        retention=retention,
        ends_on=ends_on,
    )
    return visa


@transaction.atomic
def withdraw_visa(*, visa: Visa, by: User) -> None:
    """Rely on a visa no more, from now on; a purge already made stays made.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    require(by, "keeping.visa")
    if not Visa.objects.filter(pk=visa.pk, withdrawn_at=None).update(withdrawn_at=clock.now()):
        return
    journal.record("keeping.visa_withdrawn", by=by, subject=f"visa:{visa.public_id}")
