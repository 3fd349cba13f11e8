"""What happens to a recommendation: proposed, closed on evidence, sent back to be measured again."""

from collections.abc import Mapping

from django.db import transaction

from bacasable.compliance import clock
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations import rules
from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.recommendations.queries import NotFulfilled, control_of, fulfilled

By = User | str | None


def _move(recommendation: Recommendation, verb: str) -> None:
    """Walk the table of transitions.

    Raises:
        NotFulfilled: the state does not allow the verb.
    """
    state = rules.TRANSITIONS[recommendation.state].get(verb)
    if state is None:
        raise NotFulfilled("state")
    recommendation.state = state


@transaction.atomic
def close(*, contract: Contract, evidence: StoredEvidence, by: By) -> Recommendation:
    """Fulfil one contract by evidence; the recommendation closes when all its contracts are fulfilled.

    Raises:
        NotFulfilled: the evidence is not fresh, passing and about this contract; nothing changes.
    """
    recommendation = Recommendation.objects.select_for_update().get(pk=contract.recommendation_id)
    if "close" not in rules.TRANSITIONS[recommendation.state]:
        raise NotFulfilled("state")
    contract = recommendation.contracts.select_related("recommendation").get(pk=contract.pk)
    fulfilled(contract, evidence)
    contract.closed_by = evidence
    contract.save(update_fields=["closed_by"])
    if not recommendation.contracts.filter(closed_by__isnull=True).exists():
        _move(recommendation, "close")
        recommendation.closed_at = clock.now()
        recommendation.save(update_fields=["state", "closed_at"])
        journal.record(
            "recommendation.closed",
            by=by,
            subject=f"recommendation:{recommendation.key}",
            evidence=evidence.public_id,
        )
    return recommendation


@transaction.atomic
def remeasure(*, contract: Contract, reason: str, by: By) -> Recommendation:
    """Send a closed recommendation back to be measured; ``reason`` is a key of REASONS or MISMATCHES.

    Raises:
        NotFulfilled: it is not closed.
    """
    recommendation = Recommendation.objects.select_for_update().get(pk=contract.recommendation_id)
    _move(recommendation, "remeasure")
    recommendation.closed_at = None
    recommendation.save(update_fields=["state", "closed_at"])
    recommendation.contracts.filter(pk=contract.pk).update(closed_by=None)
    journal.record(
        "recommendation.sent_back",
        by=by,
        subject=f"recommendation:{recommendation.key}",
        control=contract.control,
        reason=reason,
    )
    return recommendation


@transaction.atomic
def consider(*, evidence: StoredEvidence, by: By) -> None:
    """Let evidence that came in close what it fulfils, or send back what it contradicts."""
    contracts = Contract.objects.select_related("recommendation", "closed_by").filter(
        recommendation__service=evidence.service, control=evidence.control
    )
    for contract in contracts.order_by("pk"):
        state = contract.recommendation.state
        try:
            if "close" in rules.TRANSITIONS[state]:
                close(contract=contract, evidence=evidence, by=by)
            elif contract.closed_by and evidence.measured_at > contract.closed_by.measured_at:
                fulfilled(contract, evidence)
                Contract.objects.filter(pk=contract.pk).update(closed_by=evidence)
        except NotFulfilled as refused:
            if state == Recommendation.State.CLOSED and refused.reason == "verdict":
                remeasure(contract=contract, reason=refused.reason, by=by)


@transaction.atomic
def send_back_stale(*, by: By = "system") -> int:
    """Send back each closed recommendation whose evidence no longer holds; return how many.

    Too old, resting on something that changed, signed by a key revoked since: the reason is journalled.
    """
    sent = 0
    contracts = Contract.objects.select_related("recommendation", "closed_by").filter(
        recommendation__state=Recommendation.State.CLOSED, closed_by__isnull=False
    )
    for contract in contracts.order_by("pk"):
        if contract.closed_by is None:
            continue
        try:
            fulfilled(contract, contract.closed_by)
        except NotFulfilled as refused:
            try:
                remeasure(contract=contract, reason=refused.reason, by=by)
            except NotFulfilled:  # another contract of the same recommendation sent it back just before
                Contract.objects.filter(pk=contract.pk).update(closed_by=None)
            else:
                sent += 1
    return sent


def _follow(recommendation: Recommendation, control: str, promise: Mapping[str, object], by: By) -> None:
    """Bring a contract on ourselves to what its control promises now; what closed it no longer does."""
    for contract in recommendation.contracts.filter(control=control).exclude(**promise):
        Contract.objects.filter(pk=contract.pk).update(**promise)
        if recommendation.state == Recommendation.State.CLOSED:
            remeasure(contract=contract, reason="threshold", by=by)


@transaction.atomic
def ensure_own_recommendations(*, by: By = "system") -> list[Recommendation]:
    """Create the platform's recommendations on itself where they are not yet; return the new ones.

    Each contract takes direction, threshold and age from the control that it names.
    """
    made = []
    for own in rules.OWN:
        control = control_of("platform", own.control)
        if control is None:
            raise LookupError(
                f"recommendation '{own.key}' names control '{own.control}', which the platform has not; "
                "correct it in recommendations/rules.py"
            )
        recommendation, is_new = Recommendation.objects.get_or_create(
            key=own.key,
            defaults={
                "service": "platform",
                "title": own.title,
                "text": own.text,
                "legal_basis": own.legal_basis,
            },
        )
        promise = {
            "direction": control.direction,
            "threshold": control.threshold,
            "maximum_age_days": control.maximum_age.days,
        }
        if not is_new:
            _follow(recommendation, control.key, promise, by)
            continue
        Contract.objects.create(recommendation=recommendation, control=control.key, **promise)
        journal.record("recommendation.proposed", by=by, subject=f"recommendation:{own.key}")
        made.append(recommendation)
    return made
