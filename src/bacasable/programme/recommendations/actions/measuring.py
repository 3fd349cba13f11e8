"""Evidence and documents close a recommendation; what they rest on, age and failures send it back."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from bacasable.compliance import clock
from bacasable.people import journal
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import actions as evidence_actions
from bacasable.programme.evidence.models import Challenge, ProjectKey, StoredEvidence
from bacasable.programme.recommendations import letters, queries, rules
from bacasable.programme.recommendations.actions.steps import (
    By,
    locked,
    move,
    note,
    require_one,
    subject,
    touched,
)
from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.recommendations.queries import NotFulfilled, fulfilled, lapsed
from bacasable.programme.support.models import SupportFile

State = Recommendation.State
#: What fresh evidence says when the promise is broken, and not merely unproven.
FAILURES = frozenset({"verdict"})


def _contracts(recommendation: Recommendation) -> QuerySet[Contract]:
    return recommendation.contracts.select_related(
        "recommendation", "closed_by", "closed_by_document"
    ).order_by("pk")


@transaction.atomic
def close(*, contract: Contract, evidence: StoredEvidence, by: By) -> Recommendation:
    """Fulfil one contract by evidence; the recommendation closes when all its contracts are fulfilled.

    Raises:
        NotFulfilled: the evidence is not fresh, passing and about this contract; nothing changes.
    """
    recommendation = locked(contract.recommendation)
    if "close" not in rules.TRANSITIONS[recommendation.state]:
        raise NotFulfilled("state")
    contract = _contracts(recommendation).get(pk=contract.pk)
    fulfilled(contract, evidence)
    reopened = queries.reopened_at(recommendation)
    if reopened is not None and evidence.measured_at <= reopened:
        raise NotFulfilled("before")
    contract.closed_by = evidence
    contract.save(update_fields=["closed_by"])
    settle(recommendation, by=by)
    return recommendation


def settle(recommendation: Recommendation, *, by: By) -> bool:
    """Close a locked recommendation if every contract is fulfilled now; return whether it did.

    Each contract is judged again: what fulfilled one of them months ago may have expired while the others
    waited.
    """
    contracts = list(_contracts(recommendation))
    if not contracts or "close" not in rules.TRANSITIONS[recommendation.state]:
        return False
    world = queries.World()
    open_still = [contract for contract in contracts if lapsed(contract, world)]
    _empty(open_still)
    if open_still:
        return False
    recommendation.closed_at = clock.now()
    move(recommendation, "close", "closed_at")
    note(recommendation, by, verb="close")
    letters.tell(recommendation, "closed")
    closing = contracts[0].closed_by
    journal.record(
        "recommendation.closed",
        by=by,
        subject=subject(recommendation),
        **({"evidence": str(closing.public_id)} if closing else {}),
    )
    return True


def _empty(contracts: Sequence[Contract]) -> None:
    """Take away what no longer fulfils these contracts."""
    found = [contract.pk for contract in contracts]
    Contract.objects.filter(pk__in=found).update(closed_by=None, closed_by_document=None)


@transaction.atomic
def remeasure(*, contract: Contract, reason: str, by: By) -> Recommendation:
    """Send a closed recommendation back to be measured; ``reason`` is a key of REASONS or MISMATCHES.

    The run is asked for again and both sides are told.

    Raises:
        NotFulfilled: it is not closed.
    """
    recommendation = locked(contract.recommendation)
    _send_back(recommendation, [(contract, reason)], by)
    return recommendation


def _send_back(recommendation: Recommendation, found: Sequence[tuple[Contract, str]], by: By) -> None:
    if "remeasure" not in rules.TRANSITIONS[recommendation.state]:
        raise NotFulfilled("state")
    recommendation.closed_at = None
    move(recommendation, "remeasure", "closed_at")
    _empty([contract for contract, _reason in found])
    reasons = list(dict.fromkeys(reason for _contract, reason in found))
    for reason in reasons:
        note(recommendation, "system", verb="remeasure", reason=reason)
    for contract, _reason in found:
        if _is_asked_of_a_project(contract, recommendation):
            # one that the project already has too many of is asked by a person, from the page
            with contextlib.suppress(Refused):
                _ask(contract, recommendation, None, "system")
    letters.tell(recommendation, "sent_back", reasons=reasons)
    for contract, reason in found:
        journal.record(
            "recommendation.sent_back",
            by=by,
            subject=subject(recommendation),
            control=contract.control,
            reason=reason,
        )


def _is_asked_of_a_project(contract: Contract, recommendation: Recommendation) -> bool:
    file = recommendation.file
    is_measured = contract.kind == Contract.Kind.CONTROL and file is not None
    return is_measured and file is not None and file.state != SupportFile.State.EXITED


def _ask(contract: Contract, recommendation: Recommendation, due_at: datetime | None, by: By) -> Challenge:
    """Return the challenge that stands for the contract, or a new one."""
    now = clock.now()
    asked = contract.challenges.filter(withdrawn_at=None, due_at__gt=now).prefetch_related("evidence")
    standing = next((challenge for challenge in asked if not challenge.is_answered()), None)
    if standing is not None and due_at is None:
        return standing
    challenge = evidence_actions.challenge(
        file=recommendation.file,
        service=contract.service or recommendation.service,
        control=contract.control,
        due_at=due_at or now + timedelta(days=rules.DAYS_TO_MEASURE),
        by="system" if by is None else by,
    )
    contract.challenges.add(challenge)
    return challenge


@transaction.atomic
def ask_measurement(*, contract: Contract, due_at: datetime | None = None, by: By) -> Challenge:
    """Ask the project for a run of the contract's control: a challenge, bound to its nonce and seed.

    Without ``due_at`` it is due in 30 days, and one that stands already is returned. The room of evidence
    writes to the project.

    Raises:
        PermissionDenied: ``by`` does not ask projects for measurements.
        Refused: as :func:`bacasable.programme.evidence.actions.challenge`.
    """
    recommendation = locked(contract.recommendation)
    require_one(by, ("evidence.challenge",), recommendation)
    challenge = _ask(contract, recommendation, due_at, by)
    journal.record(
        "recommendation.measurement_asked",
        by=by,
        subject=subject(recommendation),
        challenge=str(challenge.public_id),
    )
    return challenge


@transaction.atomic
def consider(*, evidence: StoredEvidence, by: By) -> None:
    """Let evidence that came in close what it fulfils, or send back what it contradicts.

    A fresh failure on what is closed or was sent back is put before a person (``failure``).
    """
    named = Q(service=evidence.service) | Q(service="", recommendation__service=evidence.service)
    contracts = Contract.objects.select_related("recommendation", "closed_by").filter(
        named,
        kind=Contract.Kind.CONTROL,
        control=evidence.control,
        recommendation__file_id=evidence.file_id,
    )
    _lock_all(contracts)
    for contract in contracts.order_by("pk"):
        _consider(contract, evidence, by)


def _lock_all(contracts: QuerySet[Contract]) -> None:
    """Lock the recommendations of ``contracts``, in order and before anything is journalled.

    The journal's head is locked by the first act: a recommendation that is locked after it could wait for
    someone who waits for the head.
    """
    named = contracts.order_by().values("recommendation_id")
    list(Recommendation.objects.select_for_update().filter(pk__in=named).order_by("pk"))


def _consider(contract: Contract, evidence: StoredEvidence, by: By) -> None:
    contract = _contracts(contract.recommendation).get(pk=contract.pk)
    recommendation = contract.recommendation
    is_closed = recommendation.state == State.CLOSED
    try:
        if "close" in rules.TRANSITIONS[recommendation.state]:
            close(contract=contract, evidence=evidence, by=by)
        elif is_closed and contract.closed_by and evidence.measured_at > contract.closed_by.measured_at:
            fulfilled(contract, evidence)
            Contract.objects.filter(pk=contract.pk).update(closed_by=evidence)
    except NotFulfilled as refused:
        if refused.reason not in FAILURES or not (is_closed or recommendation.state == State.TO_REMEASURE):
            return
        if is_closed:
            remeasure(contract=contract, reason=refused.reason, by=by)
        _put_before_a_person(recommendation, evidence, by)


def _put_before_a_person(recommendation: Recommendation, evidence: StoredEvidence, by: By) -> None:
    taken = locked(recommendation)
    taken.failure = evidence
    touched(taken, "failure")
    letters.to_officers(taken, "failed")
    journal.record("recommendation.failed", by=by, subject=subject(taken), evidence=str(evidence.public_id))


def send_back_stale(*, by: By = "system") -> int:
    """Send back each closed recommendation of which something no longer holds; return how many.

    Too old, expired, resting on something that changed, signed by a key revoked since: the reason is
    journalled. Each is verified once and sent back in a transaction of its own; the keys and what controls
    rest on are read once for all.
    """
    return check_again(Contract.objects.all(), by=by)


def check_again(contracts: QuerySet[Contract], *, by: By) -> int:
    """Judge again what fulfils ``contracts`` of closed recommendations; return how many were sent back."""
    closed = (
        contracts.filter(recommendation__state=State.CLOSED)
        .select_related("recommendation", "closed_by", "closed_by_document")
        .order_by("recommendation_id", "pk")
    )
    world = queries.World()
    found: dict[int, list[tuple[Contract, str]]] = {}
    for contract in closed.iterator(chunk_size=100):
        if reason := lapsed(contract, world):
            found.setdefault(contract.recommendation_id, []).append((contract, reason))
    return sum(_sent_back(told, by) for told in found.values())


@transaction.atomic
def _sent_back(found: Sequence[tuple[Contract, str]], by: By) -> bool:
    """Send one recommendation back, unless fresher evidence came in since it was judged."""
    recommendation = locked(found[0][0].recommendation)
    if recommendation.state != State.CLOSED:
        return False
    stored = _contracts(recommendation).in_bulk([contract.pk for contract, _reason in found])
    still = [(contract, reason) for contract in stored.values() if (reason := lapsed(contract))]
    if not still:
        return False
    _send_back(recommendation, still, by)
    return True


@transaction.atomic
def dependencies_changed(*, file: SupportFile, service: str, control: str, by: By) -> int:
    """Judge again what rests on what a project's instance reported to have changed; count what went back."""
    named = Q(service=service) | Q(service="", recommendation__service=service)
    contracts = Contract.objects.filter(named, control=control, recommendation__file=file)
    _lock_all(contracts)
    return check_again(contracts, by=by)


@transaction.atomic
def key_revoked(*, key: ProjectKey, by: By) -> int:
    """Send back what the revoked key had closed; count it."""
    contracts = Contract.objects.filter(closed_by__key_id=key.key_id)
    _lock_all(contracts)
    return check_again(contracts, by=by)
