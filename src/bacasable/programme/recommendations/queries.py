"""Which recommendations a person sees, which are similar, and whether evidence fulfils a contract.

Evidence is judged again from its bytes at each question, never from its columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.timezone import get_default_timezone, localdate

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.control import Control, clearly_breaks, dependencies, keeps
from bacasable.compliance.evidence import Evidence, EvidenceRefused, verify
from bacasable.compliance.signing import Keyring
from bacasable.people.permissions import may
from bacasable.programme.evidence import keys
from bacasable.programme.evidence.models import ReportedDependencies, StoredEvidence
from bacasable.programme.evidence.rules import REASONS
from bacasable.programme.recommendations import matching, rules
from bacasable.programme.recommendations.models import Contract, Recommendation, ReviewedDocument
from bacasable.programme.support.models import SupportFile

Origin, State = Recommendation.Origin, Recommendation.State
#: Published recommendations, the newest first, among which similar ones are looked for.
COMPARED = 1000


class NotFulfilled(ValueError):
    """The evidence does not fulfil the contract; ``reason`` is a key of REASONS or MISMATCHES."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(MISMATCHES_AND_REASONS[reason])


MISMATCHES_AND_REASONS = REASONS | rules.MISMATCHES


def control_of(service: str, key: str) -> Control | None:
    """Return the control of a service of this installation's catalogue, or nothing where it is not here."""
    known = catalogue().get(service)
    if known is None or not known.controls:
        return None
    controls: tuple[Control, ...] = tuple(known.load("controls"))
    return next((control for control in controls if control.key == key), None)


def dependencies_now(service: str, key: str) -> dict[str, str] | None:
    """Return the digests of what a control rests on as they are now, or nothing where it runs elsewhere."""
    control = control_of(service, key)
    if control is None or not catalogue()[service].probe:
        return None
    return dependencies(control.depends_on, catalogue()[service].load("probe")())


def service_of(contract: Contract) -> str:
    """Return the service that the contract is about: its own, else its recommendation's."""
    return contract.service or contract.recommendation.service


@dataclass
class World:
    """What evidence is judged against, read once for many contracts: keys, and what controls rest on."""

    _installed: dict[tuple[str, str], dict[str, str] | None] = field(default_factory=dict)
    _reported: dict[int, dict[tuple[str, str], ReportedDependencies]] = field(default_factory=dict)
    _keyrings: dict[tuple[int | None, str], Keyring] = field(default_factory=dict)

    def dependencies(self, contract: Contract, stored: StoredEvidence) -> Mapping[str, str] | None:
        """Return what the contract's control rests on now, as far as it is known.

        Of a project's instance we know only what it reported; a report older than the measurement says
        nothing about it.
        """
        named = service_of(contract), contract.control
        file_id = contract.recommendation.file_id
        if file_id is None:
            if named not in self._installed:
                self._installed[named] = dependencies_now(*named)
            return self._installed[named]
        if file_id not in self._reported:
            reports = ReportedDependencies.objects.filter(file_id=file_id)
            self._reported[file_id] = {(report.service, report.control): report for report in reports}
        report = self._reported[file_id].get(named)
        return report.digests if report and report.reported_at >= stored.measured_at else None

    def keyring(self, stored: StoredEvidence) -> Keyring:
        """Return the keys whose signature is believed under ``stored``."""
        named = stored.file_id, stored.label
        if named not in self._keyrings:
            self._keyrings[named] = keys.keys_for(stored)
        return self._keyrings[named]


def fulfilled(contract: Contract, stored: StoredEvidence, world: World | None = None) -> Evidence:
    """Return the evidence when it fulfils the contract now.

    Fresh, about the contract's project, service and control, signed by an enrolled key, resting on what the
    service is made of now, passed; and its measurement keeps the contract's threshold, which its sabotage
    clearly breaks. The contract's threshold may be stricter than the control's own.

    Raises:
        NotFulfilled: with the reason.
    """
    world = world or World()
    if stored.file_id != contract.recommendation.file_id:
        raise NotFulfilled("file")
    envelope = bytes(stored.envelope)
    if sha256(envelope).hexdigest() != stored.sha256:
        raise NotFulfilled("bytes")
    try:
        found = verify(
            envelope,
            world.keyring(stored),
            now=clock.now(),
            subject=service_of(contract),
            max_age=timedelta(days=contract.maximum_age_days),
            depends_on=world.dependencies(contract, stored),
        )
    except EvidenceRefused as refused:
        raise NotFulfilled(refused.reason) from refused
    run, threshold = found.run, contract.threshold
    if run.control != contract.control:
        raise NotFulfilled("control")
    if run.direction != contract.direction or threshold is None:
        raise NotFulfilled("threshold")
    if run.verdict != "passed" or not keeps(run.direction, threshold, run.measurement):
        raise NotFulfilled("verdict")
    if not clearly_breaks(run.direction, threshold, run.sabotage):
        raise NotFulfilled("blind")
    return found


def today() -> date:
    """Return the date at the office: documents expire at the end of a day there."""
    return localdate(clock.now(), get_default_timezone())


def lapsed(contract: Contract, world: World | None = None) -> str:
    """Return why what stands for the contract no longer holds (a key of MISMATCHES or REASONS), or ""."""
    if contract.kind == Contract.Kind.DOCUMENT:
        document = contract.closed_by_document
        if document is None:
            return "missing"
        if document.verdict != ReviewedDocument.Verdict.ACCEPTED or document.contract_id != contract.pk:
            return "document"
        return "" if document.expires_on and document.expires_on >= today() else "expired"
    if contract.closed_by is None:
        return "missing"
    try:
        fulfilled(contract, contract.closed_by, world)
    except NotFulfilled as refused:
        return refused.reason
    return ""


# Who sees which


def public() -> QuerySet[Recommendation]:
    """The recommendations that anybody reads."""
    return Recommendation.objects.filter(public_since__lte=clock.now()).exclude(state=State.DRAFT)


def readable(key: str, user: Any) -> tuple[Recommendation, bool]:
    """Return a recommendation and whether ``user`` is of one of its two sides; one look-up either way.

    Raises:
        Http404: there is none, or it is not public and this person holds nothing on it: the two look the
            same.
    """
    found = _with_sides().filter(key=key).first()
    if found is None:
        raise Http404
    sees = may(user, "recommendation.of_project", found) and _reached(found, user)
    if not sees and (not found.public_since or found.public_since > clock.now()):
        raise Http404
    return found, sees


def held(key: str, user: Any, permission: str) -> Recommendation:
    """Return a recommendation towards which ``user`` holds ``permission``.

    Raises:
        Http404: there is none, or they do not.
    """
    found = _with_sides().filter(key=key).first()
    if found is None or not may(user, permission, found) or not _reached(found, user):
        raise Http404
    return found


def _with_sides() -> QuerySet[Recommendation]:
    return Recommendation.objects.select_related(
        "file__dossier__call", "project__call", "after", "replaced_by"
    ).prefetch_related("file__dossier__memberships", "file__team")


def _reached(recommendation: Recommendation, user: Any) -> bool:
    """Say whether a draft is for ``user``: the project reads nothing before it is proposed."""
    return recommendation.state not in rules.UNREAD or may(user, "recommendation.write", recommendation)


def file_of(reference: str, user: Any, permission: str) -> SupportFile:
    """Return the support file of a dossier towards which ``user`` holds ``permission``.

    Raises:
        Http404: there is none, or they do not.
    """
    found = (
        SupportFile.objects.select_related("dossier__call", "project")
        .prefetch_related("team", "dossier__memberships")
        .filter(dossier__reference=reference)
        .first()
    )
    if found is None or not may(user, permission, found):
        raise Http404
    return found


def of_file(file: SupportFile, *, drafts: bool) -> QuerySet[Recommendation]:
    """The recommendations made to a project, by due date; with the drafts for those who write them."""
    found = file.recommendations.prefetch_related("contracts").order_by("due_on", "created_at")
    return found if drafts else found.exclude(state__in=rules.UNREAD)


def failures() -> QuerySet[Recommendation]:
    """Those whose latest measurement failed and that wait for a person."""
    return (
        Recommendation.objects.filter(failure__isnull=False)
        .select_related("failure", "file__dossier")
        .order_by("failure__measured_at")
    )


def about(contracts: Iterable[Contract]) -> Q:
    """Return the condition under which stored evidence is about one of ``contracts``."""
    found = Q(pk__in=[])
    for contract in contracts:
        if contract.kind == Contract.Kind.CONTROL:
            found |= Q(
                service=service_of(contract),
                control=contract.control,
                file_id=contract.recommendation.file_id,
            )
    return found


def reopened_at(recommendation: Recommendation) -> datetime | None:
    """Return when a person last reopened it: what was measured before counts no more."""
    last = recommendation.exchanges.filter(verb="reopen").order_by("-at").first()
    return last.at if last else None


# Similar ones


@dataclass(frozen=True)
class Similar:
    """A published recommendation close to one being written, with the controls that it used."""

    recommendation: Recommendation
    contracts: tuple[Contract, ...]
    shared: tuple[str, ...]
    closeness: float


def similar(
    *, title: str, text: str, matters: Iterable[str], without: int | None = None, most: int = 5
) -> list[Similar]:
    """Return the published recommendations closest to these words and matters, the closest first.

    Two queries whatever their number. One reported by the press has no control of its own; those that the
    office wrote after it are found by themselves.
    """
    wanted, said = set(matters), matching.words(title, text)
    found = []
    candidates = public().exclude(pk=without or 0).prefetch_related("contracts").order_by("-created_at")
    for other in candidates[:COMPARED]:
        score = matching.closeness(wanted, said, other.matters, matching.words(other.title, other.text))
        if score >= LEAST_CLOSENESS:
            shared = tuple(matter for matter in other.matters if matter in wanted)
            found.append(Similar(other, tuple(other.contracts.all()), shared, score))
    return sorted(found, key=lambda one: (-one.closeness, one.recommendation.key))[:most]


#: Below this two recommendations share only words that any two do.
LEAST_CLOSENESS = 0.2
