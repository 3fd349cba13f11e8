"""What becomes public: with a synthesis, as the press reported it, or of this installation on itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from bacasable.compliance import clock
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.call.models import Mark, SelectedProject
from bacasable.programme.evidence import actions as evidence_actions
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations import queries, rules
from bacasable.programme.recommendations.actions.measuring import remeasure
from bacasable.programme.recommendations.actions.steps import By, subject
from bacasable.programme.recommendations.actions.writing import add_contract, add_version, tidy_matters
from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.recommendations.queries import control_of

Origin, State = Recommendation.Origin, Recommendation.State


@transaction.atomic
def publish(*, recommendations: Iterable[Recommendation], at: datetime | None = None, by: By) -> int:
    """Make recommendations public, with the evidence about their contracts, failed runs included.

    Drafts are left out; what is public already keeps its date. Returns how many became public.
    """
    at = at or clock.now()
    named = [recommendation.pk for recommendation in recommendations]
    found = list(
        Recommendation.objects.select_for_update()
        .filter(pk__in=named, public_since=None)
        .exclude(state__in=rules.UNREAD)
        .order_by("pk")
    )
    about = Q(pk__in=[])
    for contract in Contract.objects.select_related("recommendation").filter(recommendation__in=found):
        about |= queries.about([contract])
    Recommendation.objects.filter(pk__in=[one.pk for one in found]).update(public_since=at)
    evidence_actions.publish_evidence(
        evidence=StoredEvidence.objects.filter(about), at=at, by="system" if by is None else by
    )
    for recommendation in found:
        journal.record("recommendation.published", by=by, subject=subject(recommendation))
    return len(found)


@transaction.atomic
def tell(
    *,
    project: SelectedProject,
    key: str,
    title: str,
    text: str,
    mark: str = Mark.SECONDARY,
    source_name: str,
    source_url: str,
    matters: Iterable[str] = (),
    by: By,
) -> Recommendation:
    """Tell of a recommendation that others published: public at once, with its source and no state of ours.

    Told again under the same ``key``, it is brought up to date.
    """
    recommendation, is_new = Recommendation.objects.update_or_create(
        key=key,
        defaults={
            "origin": Origin.REPORTED,
            "project": project,
            "title": title,
            "text": text,
            "mark": mark,
            "source_name": source_name,
            "source_url": source_url,
            "matters": tidy_matters(matters),
        },
        create_defaults={
            "origin": Origin.REPORTED,
            "project": project,
            "title": title,
            "text": text,
            "mark": mark,
            "source_name": source_name,
            "source_url": source_url,
            "matters": tidy_matters(matters),
            "public_since": clock.now(),
        },
    )
    if is_new:
        journal.record("recommendation.told", by=by, subject=subject(recommendation))
    return recommendation


@transaction.atomic
def write_after(
    *,
    reported: Recommendation | None = None,
    key: str,
    title: str,
    text: str,
    service: str,
    contracts: Iterable[Mapping[str, Any]],
    facts: str = "",
    legal_basis: str = "",
    matters: Iterable[str] | None = None,
    by: By,
) -> Recommendation:
    """Write this office's own recommendation to a service of this installation, after a published one if any.

    Public at once. It names no project: it says nothing of the body whose recommendation it follows. Without
    ``reported`` its page says that none could be read. ``matters``: those of ``reported`` by default.
    ``contracts``: mappings with the arguments of :func:`add_contract`; one on a service that is not installed
    here gives everything itself and waits. Written again under the same ``key``, the one that is there is
    returned as it is.
    """
    existing = Recommendation.objects.filter(key=key).first()
    if existing is not None:
        return existing
    recommendation = Recommendation.objects.create(
        key=key,
        origin=Origin.AFTER,
        after=reported,
        service=service,
        title=title,
        text=text,
        facts=facts,
        legal_basis=legal_basis,
        matters=tidy_matters(reported.matters if matters is None and reported else matters or ()),
        public_since=clock.now(),
    )
    if isinstance(by, User):
        add_version(recommendation, by)
    for contract in contracts:
        add_contract(recommendation=recommendation, by="system", **contract)
    journal.record("recommendation.proposed", by=by, subject=subject(recommendation))
    return recommendation


def _follow(recommendation: Recommendation, control: str, promise: Mapping[str, object], by: By) -> None:
    """Bring a contract on ourselves to what its control promises now; what closed it no longer does."""
    for contract in recommendation.contracts.filter(control=control).exclude(**promise):
        Contract.objects.filter(pk=contract.pk).update(**promise)
        if recommendation.state == State.CLOSED:
            remeasure(contract=contract, reason="promise", by=by)


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
                "origin": Origin.OWN,
                "service": "platform",
                "title": own.title,
                "text": own.text,
                "legal_basis": own.legal_basis,
                "matters": list(own.matters),
                "public_since": clock.now(),
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
        journal.record("recommendation.proposed", by=by, subject=subject(recommendation))
        made.append(recommendation)
    return made
