"""Write a recommendation, its versions and its contracts; another person reads each wording over."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import translation

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers.normal_form import normalised
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.recommendations import letters, queries, readings, rules, wording
from bacasable.programme.recommendations.actions.steps import (
    By,
    check_revision,
    locked,
    note,
    require_one,
    subject,
    touched,
)
from bacasable.programme.recommendations.models import Contract, Recommendation, RecommendationVersion
from bacasable.programme.support.models import SupportFile

State = Recommendation.State
WORDING = ("title", "text", "facts", "legal_basis")


def tidy_matters(matters: Iterable[str]) -> list[str]:
    """Return matters without blanks, repeats or excess, each at most 60 characters."""
    named = (" ".join(normalised(matter).split())[:60] for matter in matters)
    return list(dict.fromkeys(matter for matter in named if matter))[: rules.MAXIMUM_MATTERS]


@transaction.atomic
def write(
    *,
    file: SupportFile,
    title: str,
    text: str,
    facts: str,
    legal_basis: str,
    matters: Iterable[str],
    due_on: date | None,
    service: str,
    by: User,
) -> Recommendation:
    """Write a draft for a project: its first version, which another person has to read over.

    Its key is the dossier's reference and a number.

    Raises:
        PermissionDenied: ``by`` does not write recommendations to this project.
        Refused: the support has ended (code ``ended``) or is suspended (``suspended``).
    """
    taken = SupportFile.objects.select_for_update().get(pk=file.pk)
    require(by, "recommendation.write", taken)
    if taken.state in {SupportFile.State.COMPLETED, SupportFile.State.EXITED}:
        raise Refused("ended", N_("The support of this project has ended: nothing new is recommended to it."))
    refuse_suspended(taken)
    number = taken.recommendations.count() + 1
    recommendation = Recommendation.objects.create(
        key=f"{taken.dossier.reference}-R{number}",
        origin=Recommendation.Origin.PROJECT,
        state=State.DRAFT,
        file=taken,
        project=taken.project,
        service=service,
        matters=tidy_matters(matters),
        due_on=due_on,
        title=title,
        text=text,
        facts=facts,
        legal_basis=legal_basis,
    )
    add_version(recommendation, by)
    journal.record(
        "recommendation.written", by=by, subject=subject(recommendation), dossier=taken.dossier.reference
    )
    return recommendation


def refuse_suspended(file: SupportFile) -> None:
    """Keep anything new from being recommended while the support is suspended; measurement goes on.

    Raises:
        Refused: code ``suspended``.
    """
    if file.state == SupportFile.State.SUSPENDED:
        raise Refused(
            "suspended",
            N_("The support is suspended: nothing new is recommended until the office resumes it."),
        )


def add_version(
    recommendation: Recommendation, by: User, *, number: int = 1, **wording: Any
) -> RecommendationVersion:
    """Store a wording as a version: that of the recommendation, or ``wording``."""
    current = {name: getattr(recommendation, name) for name in WORDING}
    return RecommendationVersion.objects.create(
        recommendation=recommendation, number=number, author=by, **(current | wording)
    )


def last_version(recommendation: Recommendation) -> RecommendationVersion | None:
    """Return the newest wording, read over or not."""
    return recommendation.versions.order_by("-number").first()


@transaction.atomic
def revise(
    *,
    recommendation: Recommendation,
    title: str,
    text: str,
    facts: str,
    legal_basis: str,
    matters: Iterable[str],
    due_on: date | None,
    service: str,
    change: str = "",
    revision: int | None = None,
    by: User,
) -> Recommendation:
    """Change a recommendation. A draft is written over; what the project has read takes a new version.

    The new version takes effect, and is told to the project, once another person has read it over
    (:func:`review`); until then the former one stands. The due date and the matters change at once: the
    exchange tells both sides what they were and what they are.

    Raises:
        PermissionDenied: ``by`` does not write recommendations to this project.
        Refused: the state (``state``), a page read before another's change (``stale``), or a change that is
            not said (``change``).
    """
    taken = locked(recommendation)
    require(by, "recommendation.write", taken)
    taken.state = rules.next_state(taken.state, "revise")
    _refuse_public(taken)
    check_revision(taken, revision)
    words = {"title": title, "text": text, "facts": facts, "legal_basis": legal_basis}
    last = last_version(taken)
    is_draft = taken.state == State.DRAFT
    if not is_draft and not change.strip():
        raise Refused("change", N_("Say in a few words what changes and why: the project reads it."))
    if last is not None and (is_draft or last.reviewed_at is None):
        RecommendationVersion.objects.filter(pk=last.pk).update(
            **words,
            change=change.strip()[:500],
            author=by,
            written_at=clock.now(),
            reviewer=None,
            reviewed_at=None,
        )
    else:
        add_version(taken, by, number=last.number + 1 if last else 1, change=change.strip()[:500], **words)
    before = taken.due_on, taken.matters
    fields = ["matters", "due_on"]
    taken.matters, taken.due_on = tidy_matters(matters), due_on
    if is_draft:
        for name, value in words.items():
            setattr(taken, name, value)
        taken.service = service
        fields += [*WORDING, "service"]
    touched(taken, *fields)
    if not is_draft and (taken.due_on, taken.matters) != before:
        note(taken, by, verb="due", text=_what_changed(taken, *before))
        letters.tell(taken, "due", without=by)
    journal.record("recommendation.revised", by=by, subject=subject(taken), revision=taken.revision)
    return taken


def _what_changed(recommendation: Recommendation, due_on: date | None, matters: list[str]) -> str:
    """Return the former and the new due date and matters, in the language of the call."""
    with translation.override(wording.language(recommendation) or None):
        return "\n".join(
            [
                *wording.change_of_due_date(due_on, recommendation.due_on),
                *wording.change_of_matters(matters, recommendation.matters),
            ]
        )


@transaction.atomic
def review(*, recommendation: Recommendation, revision: int | None = None, by: User) -> Recommendation:
    """Say that one read the newest wording over and stands by it; not one's own.

    A draft may then be proposed; a new version of what the project has read takes effect and is told.

    Raises:
        PermissionDenied: ``by`` does not review recommendations.
        Refused: one's own wording (``own``), nothing to review (``reviewed``), a stale page (``stale``).
    """
    taken = locked(recommendation)
    require(by, "recommendation.judge", taken)
    check_revision(taken, revision)
    rules.next_state(taken.state, "revise")
    _refuse_public(taken)
    version = last_version(taken)
    if version is None or version.reviewed_at is not None:
        raise Refused("reviewed", N_("This wording has been read over already."))
    if version.author_id == by.pk:
        raise Refused("own", N_("You wrote this: another officer has to read it over."))
    version.reviewer, version.reviewed_at = by, clock.now()
    version.save(update_fields=["reviewer", "reviewed_at"])
    for name in WORDING:
        setattr(taken, name, getattr(version, name))
    touched(taken, *WORDING)
    if taken.state != State.DRAFT:
        note(taken, by, verb="revise", text=version.change)
        letters.tell(taken, "revised")
    journal.record("recommendation.reviewed", by=by, subject=subject(taken), version=version.number)
    return taken


@transaction.atomic
def add_contract(
    *,
    recommendation: Recommendation,
    kind: str = Contract.Kind.CONTROL,
    service: str = "",
    control: str = "",
    direction: str = "",
    threshold: float | None = None,
    maximum_age_days: int | None = None,
    document: str = "",
    by: By,
) -> Contract:
    """Add what has to be shown: a control within a threshold, or a document that people review.

    Direction, threshold and age that are not given are those of the control, where it is installed here.

    Raises:
        PermissionDenied: ``by`` writes no contract on it: writers while it is a draft, an officer later.
        Refused: the state, what is missing (``control``, ``document``), too many (``too_many``).
    """
    taken = locked(recommendation)
    _require_contracts(taken, by)
    if taken.contracts.count() >= rules.MAXIMUM_CONTRACTS:
        raise Refused(
            "too_many",
            N_("A recommendation has at most %(limit)s contracts. Write another one."),
            limit=rules.MAXIMUM_CONTRACTS,
        )
    made = Contract(recommendation=taken, kind=kind, maximum_age_days=maximum_age_days or 0)
    if kind == Contract.Kind.DOCUMENT:
        if not document.strip() or not maximum_age_days:
            raise Refused("document", N_("Say which document is expected, and for how many days it holds."))
        made.document = document.strip()[:300]
    else:
        _measured(made, service or taken.service, control, direction, threshold, maximum_age_days)
    made.save()
    if taken.state not in rules.UNREAD:
        note(taken, by, verb="contract")
        letters.tell(taken, "contracts")
    touched(taken)
    journal.record(
        "recommendation.contract_added",
        by=by,
        subject=subject(taken),
        contract=str(made.public_id),
        control=made.control,
    )
    return made


def _measured(
    made: Contract,
    service: str,
    control: str,
    direction: str,
    threshold: float | None,
    maximum_age_days: int | None,
) -> None:
    """Fill in a contract on a control, from the catalogue where the control is installed."""
    installed = queries.control_of(service, control)
    if installed is not None:
        direction = direction or installed.direction
        threshold = installed.threshold if threshold is None else threshold
        maximum_age_days = maximum_age_days or installed.maximum_age.days
    is_named = rules.NAME.fullmatch(service) and rules.NAME.fullmatch(control)
    if (
        not is_named
        or direction not in Contract.Direction.values
        or not maximum_age_days
        or threshold is None
    ):
        raise Refused(
            "control", N_("Name the service and its control, the direction, the threshold and the days.")
        )
    if installed is not None and direction != installed.direction:
        raise Refused(
            "direction",
            N_("This control promises the other direction: no run of it could ever fulfil the contract."),
        )
    made.service, made.control, made.direction = service, control, direction
    made.threshold, made.maximum_age_days = threshold, maximum_age_days


def _require_contracts(recommendation: Recommendation, by: By) -> None:
    is_draft = recommendation.state in rules.UNREAD
    require_one(by, ("recommendation.write" if is_draft else "recommendation.judge",), recommendation)
    rules.next_state(recommendation.state, "revise")
    if by != "system":
        _refuse_public(recommendation)


def _refuse_public(recommendation: Recommendation) -> None:
    """Keep the words that the public reads: they were published with a right of reply."""
    if recommendation.public_since is not None:
        raise Refused(
            "public",
            N_(
                "This recommendation is published: its words and contracts stay. Write another one that "
                "replaces it, or have the synthesis corrected by an erratum."
            ),
        )


@transaction.atomic
def remove_contract(*, contract: Contract, by: User) -> Recommendation:
    """Take a contract off; the last one of what the project has read stays, and so does one with documents.

    The exchange keeps its promise in words. Nothing closes by it: a recommendation closes when something is
    measured or reviewed, never because what failed was taken off.

    Raises:
        PermissionDenied: as :func:`add_contract`.
        Refused: the state, ``last`` or ``documents``.
    """
    taken = locked(contract.recommendation)
    _require_contracts(taken, by)
    if taken.state not in rules.UNREAD and taken.contracts.count() == 1:
        raise Refused("last", N_("A recommendation without contract could never close. Add another first."))
    if contract.documents.exists():
        raise Refused("documents", N_("Documents were handed in for this contract: it stays."))
    name = str(contract.public_id)
    with translation.override(wording.language(taken) or None):
        removed = readings.removed(taken.contracts.get(pk=contract.pk))
    taken.contracts.filter(pk=contract.pk).delete()
    touched(taken)
    if taken.state not in rules.UNREAD:
        note(taken, by, verb="contract", text=removed)
        letters.tell(taken, "contracts")
    journal.record("recommendation.contract_removed", by=by, subject=subject(taken), contract=name)
    return taken
