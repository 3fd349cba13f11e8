"""What is done about a breach: recorded, revised, its risk judged, notices noted, closed, opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.duties.breaches.models import Breach, Notification
from bacasable.duties.breaches.rules import TRANSITIONS, Risk, State, due_at, missing_to_close
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused

#: What a form writes of a breach.
FACTS = (
    *("title", "nature", "facts", "services", "aware_at", "began_on", "ended_on", "categories", "persons"),
    *("persons_count", "records_count", "consequences", "measures"),
)


@transaction.atomic
def record(*, by: User, **facts: Any) -> Breach:
    """Enter a breach in the register; its clock runs from ``aware_at``.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: it would be known since the future, or end before it began.
    """
    require(by, "breaches.handle")
    _check(facts)
    breach = Breach.objects.create(**{name: facts[name] for name in FACTS if name in facts}, recorded_by=by)
    _journal("breaches.recorded", breach, by)
    return breach


@transaction.atomic
def revise(*, breach: Breach, revision: int, by: User, **facts: Any) -> None:
    """Correct or complete the record, as facts become known.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: it is closed, somebody changed it meanwhile, or the dates cannot be.
    """
    require(by, "breaches.handle")
    _check(facts)
    breach = _locked(breach)
    if State(breach.state) is State.CLOSED:
        raise Refused(N_("This record is closed. Open it again to complete it."))
    if breach.revision != revision:
        raise Refused(N_("Somebody changed this record meanwhile. Open it again and compare."))
    for name in FACTS:
        if name in facts:
            setattr(breach, name, facts[name])
    breach.revision += 1
    breach.save()
    _journal("breaches.revised", breach, by, revision=breach.revision)


@transaction.atomic
def assess(*, breach: Breach, risk: str, reasons: str, by: User, no_notice_reasons: str = "") -> None:
    """Record what people judged of the risk; what must be notified follows from it.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: there is no reason, or the record is closed.
    """
    require(by, "breaches.handle")
    breach = _locked(breach)
    judged = Risk(risk)
    if judged is Risk.UNKNOWN or not reasons.strip():
        raise Refused(N_("Say which risk it is, and why."))
    breach.state = _step(breach, State.ASSESSED)
    breach.risk, breach.risk_reasons, breach.assessed_at = judged.value, reasons, clock.now()
    breach.no_notice_reasons = no_notice_reasons
    breach.revision += 1
    breach.save()
    _journal("breaches.assessed", breach, by, risk=breach.risk)


@transaction.atomic
def notify(
    *,
    breach: Breach,
    to: str,
    sent_at: datetime,
    is_complete: bool,
    by: User,
    reference: str = "",
    delay_reasons: str = "",
) -> Notification:
    """Note that a notice, or one phase of it, was sent.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: it is dated in the future or before the breach was known, comes after the 72 hours without
            reasons, or the record is closed.
    """
    require(by, "breaches.handle")
    breach = _locked(breach)
    if State(breach.state) is State.CLOSED:
        raise Refused(N_("This record is closed. Open it again to complete it."))
    if sent_at > clock.now() or sent_at < breach.aware_at:
        raise Refused(N_("A notice is sent after the breach is known, and not in the future."))
    first = not breach.notifications.filter(to=Notification.To.AUTHORITY).exists()
    late = to == Notification.To.AUTHORITY and first and sent_at > due_at(breach.aware_at)
    if late and not (delay_reasons or breach.delay_reasons).strip():
        raise Refused(N_("More than 72 hours went by: give the reasons of the delay (art. 33(1))."))
    if delay_reasons.strip():
        breach.delay_reasons = delay_reasons
        breach.save(update_fields=["delay_reasons"])
    sent = Notification.objects.create(
        breach=breach,
        to=Notification.To(to),
        sent_at=sent_at,
        is_complete=is_complete,
        reference=reference,
        by=by,
    )
    _journal("breaches.notified", breach, by, to=to, is_complete=is_complete, late=late)
    return sent


@transaction.atomic
def close(*, breach: Breach, by: User) -> None:
    """Close the record.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: the risk is not judged, or a notice that follows from it is missing.
    """
    require(by, "breaches.handle")
    breach = _locked(breach)
    told = set(breach.notifications.filter(is_complete=True).values_list("to", flat=True))
    missing = missing_to_close(
        Risk(breach.risk),
        authority_told=Notification.To.AUTHORITY in told,
        persons_told=Notification.To.PERSONS in told,
        no_notice_reasons=breach.no_notice_reasons,
    )
    if missing:
        raise Refused(missing)
    breach.state, breach.closed_at = _step(breach, State.CLOSED), clock.now()
    breach.save()
    _journal("breaches.closed", breach, by)


@transaction.atomic
def reopen(*, breach: Breach, by: User) -> None:
    """Open a closed record again: a new fact came up, and the risk is judged anew.

    Raises:
        PermissionDenied, Refused: ``by`` may not, or it is not closed.
    """
    require(by, "breaches.handle")
    breach = _locked(breach)
    breach.state = _step(breach, State.RECORDED)
    breach.closed_at, breach.risk = None, Risk.UNKNOWN.value
    breach.revision += 1
    breach.save()
    _journal("breaches.reopened", breach, by)


def _check(facts: Mapping[str, Any]) -> None:
    if (aware := facts.get("aware_at")) is not None and aware > clock.now():
        raise Refused(N_("A breach cannot be known since the future."))
    began, ended = facts.get("began_on"), facts.get("ended_on")
    if began and ended and ended < began:
        raise Refused(N_("The breach cannot end before it began."))


def _locked(breach: Breach) -> Breach:
    return Breach.objects.select_for_update().get(pk=breach.pk)


def _step(breach: Breach, to: State) -> str:
    if to not in TRANSITIONS[State(breach.state)]:
        raise Refused(N_("The record is not at this step any more. Open its page again."))
    return to.value


def _journal(action: str, breach: Breach, by: User, **facts: Any) -> None:
    journal.record(action, by=by, subject=f"breach:{breach.reference}", **facts)
