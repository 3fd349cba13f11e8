"""Decide on a call: every dossier at once, by one person who may, with a letter for each.

The letters are drawn before the transaction, so that nobody waits for them under a lock; the guards are then
walked again, and what was drawn is stored only where nothing changed in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.exchange.vault import Blob
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.people.permissions import lent_roles, require
from bacasable.programme.committee import documents, rules, signals
from bacasable.programme.committee.models import Decision, Examination, Letter, Outcome, Selection
from bacasable.programme.committee.queries.decisions import (
    Signatory,
    decision_of,
    examined_version,
    has_minutes,
    scored,
    signatory_for,
    to_decide,
)
from bacasable.programme.dossiers import answers
from bacasable.programme.dossiers.models import Dossier, Membership
from bacasable.programme.dossiers.refusals import Refused

REASONS_LENGTH = 4000
NUMBER_REASON_LENGTH = 2000


class Undecided(Refused):
    """What the outcomes lack: ``problems`` is ``{examination id: code}``.

    Codes: ``kind`` (no outcome, or none that exists), ``reasons`` (none given), ``long`` (too long),
    ``unchecked`` (admissibility not looked at), ``inadmissible`` (only a refusal is possible).
    """

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(
            "undecided",
            N_("The decision lacks something for %(count)s dossiers. Nothing was decided."),
            count=len(problems),
        )
        self.problems = dict(problems)


class AlreadyDecided(Refused):
    """Somebody decided before: ``decision`` says who and when."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(
            "decided",
            N_("This call was decided on %(at)s. What you wrote changed nothing."),
            at=decision.decided_at,
        )
        self.decision = decision


@dataclass(frozen=True)
class _Line:
    """One dossier of the decision, after the guards."""

    examination: Examination
    kind: str
    reasons: str
    is_scored: bool

    def key(self) -> tuple[object, ...]:
        """Return what must not have changed between the drawing of the letter and its storing."""
        version = examined_version(self.examination)
        return (self.examination.pk, self.examination.state, version.pk, self.kind, self.reasons)


@dataclass(frozen=True)
class _Plan:
    lines: tuple[_Line, ...]
    signatory: Signatory
    number_reason: str

    def key(self) -> tuple[object, ...]:
        return (tuple(line.key() for line in self.lines), self.signatory, self.number_reason)


def decide(
    *,
    selection: Selection,
    outcomes: Mapping[int, tuple[str, str]],
    signatory_name: str,
    signatory_capacity: str,
    number_reason: str,
    revision: int,
    by: User,
) -> Decision:
    """Decide on every dossier of ``selection`` that was not withdrawn, and draw the letters.

    Args:
        outcomes: ``{examination id: (kind, reasons)}``, kinds being those of ``rules.OUTCOMES``.
        signatory_name: as letters show it, with ``signatory_capacity``; under a delegation the capacity is
            the one that the act gives, whatever is passed.
        number_reason: why more or fewer laureates than planned; required exactly then.
        revision: of the selection as it was read.

    Raises:
        PermissionDenied: ``by`` is neither the president nor a delegate in force.
        AlreadyDecided: somebody decided before.
        Undecided: a dossier lacks an outcome or its reasons.
        Refused: ``state``, ``stale`` (the selection changed since it was read), ``own`` (``by`` writes one
            of the dossiers), ``no_minutes`` (no deliberation is recorded), ``signatory``, ``number_reason``,
            ``too_long``.
    """
    at = clock.now()
    written = (outcomes, signatory_name, signatory_capacity, number_reason, revision, by)
    read = Selection.objects.select_related("call").get(pk=selection.pk)
    plan = _plan(read, *written)
    vault = instance.vault()
    blobs: dict[int, Blob] = {}
    stored = False
    try:
        for line in plan.lines:
            pdf = documents.letter(read.call, _said(line, plan), plan.signatory, at)
            key = bytes(line.examination.dossier.data_key)
            blobs[line.examination.pk] = vault.write(key, pdf)
        decision = _store(read, plan, blobs, written, at)
        stored = True
    finally:
        if not stored:
            for blob in blobs.values():
                vault.delete(blob.name)
    return decision


def _plan(
    selection: Selection,
    outcomes: Mapping[int, tuple[str, str]],
    signatory_name: str,
    signatory_capacity: str,
    number_reason: str,
    revision: int,
    by: User,
) -> _Plan:
    """Walk every guard; return what would be decided."""
    require(by, "committee.decide", selection)
    if (decision := decision_of(selection)) is not None:
        raise AlreadyDecided(decision)
    rules.next_state(rules.SELECTION, selection.state, "decide")
    if selection.revision != revision:
        raise _stale()
    if not has_minutes(selection):
        raise Refused(
            "no_minutes",
            N_("The committee's deliberation comes before the decision: have its minutes recorded first."),
        )
    lines = _lines(selection, outcomes)
    written = [line.examination.dossier_id for line in lines]
    if Membership.objects.filter(user=by, dossier__in=written).exists():
        raise Refused("own", N_("You write one of these dossiers: somebody else has to decide on this call."))
    laureates = sum(line.kind == Outcome.Kind.LAUREATE for line in lines)
    planned = selection.call.places_planned
    number_reason = answers.tidy(number_reason, lines=True)
    if planned is None or laureates == planned:
        number_reason = ""
    elif not number_reason:
        raise Refused(
            "number_reason",
            N_("%(laureates)s laureates are chosen and %(planned)s were planned: say why in the decision."),
            laureates=laureates,
            planned=planned,
        )
    if len(number_reason) > NUMBER_REASON_LENGTH:
        raise Refused(
            "too_long",
            N_("A text is longer than %(limit)s characters. Shorten it."),
            limit=NUMBER_REASON_LENGTH,
        )
    return _Plan(lines, _signatory(selection, signatory_name, signatory_capacity, by), number_reason)


def _lines(selection: Selection, outcomes: Mapping[int, tuple[str, str]]) -> tuple[_Line, ...]:
    problems: dict[int, str] = {}
    lines = []
    with_scores = scored(selection)
    for examination in to_decide(selection):
        kind, reasons = outcomes.get(examination.pk, ("", ""))
        reasons = answers.tidy(reasons, lines=True)
        if "decide" not in rules.EXAMINATION[examination.state]:
            problems[examination.pk] = "unchecked"
        elif kind not in rules.OUTCOMES:
            problems[examination.pk] = "kind"
        elif examination.state == Examination.State.INADMISSIBLE and kind != Outcome.Kind.REFUSED:
            problems[examination.pk] = "inadmissible"
        elif not reasons:
            problems[examination.pk] = "reasons"
        elif len(reasons) > REASONS_LENGTH:
            problems[examination.pk] = "long"
        lines.append(_Line(examination, kind, reasons, examination.pk in with_scores))
    if problems:
        raise Undecided(problems)
    if not lines:
        raise Refused("empty", N_("There is no dossier to decide on."))
    return tuple(lines)


def _signatory(selection: Selection, name: str, capacity: str, by: User) -> Signatory:
    found = signatory_for(by, selection)
    delegation = found.delegation if found else None
    name = answers.tidy(name, lines=False)
    capacity = delegation.capacity if delegation else answers.tidy(capacity, lines=False)
    if not (name and capacity) or max(len(name), len(capacity)) > 200:
        raise Refused(
            "signatory",
            N_("Letters must show who signs and in what capacity, in at most 200 characters each."),
        )
    return Signatory(name, capacity, delegation)


def _said(line: _Line, plan: _Plan) -> documents.Decided:
    return documents.Decided(
        version=examined_version(line.examination),
        kind=line.kind,
        reasons=line.reasons,
        is_scored=line.is_scored,
        is_admissible=line.examination.state != Examination.State.INADMISSIBLE,
        number_reason=plan.number_reason,
    )


def _stale() -> Refused:
    return Refused(
        "stale",
        N_(
            "Somebody changed this selection while you were writing. Your text is still here: check it "
            "against the present state, then decide."
        ),
    )


@transaction.atomic
def _store(
    read: Selection,
    drawn: _Plan,
    blobs: Mapping[int, Blob],
    written: tuple[Mapping[int, tuple[str, str]], str, str, str, int, User],
    at: datetime,
) -> Decision:
    """Store what was drawn, under the lock, after the guards once more."""
    by = written[-1]
    # In the order of a withdrawal: dossier, then selection.
    decided_on = Examination.objects.filter(selection=read).values("dossier_id")
    list(Dossier.objects.select_for_update().filter(pk__in=decided_on).order_by("pk"))
    # Without joins: PostgreSQL reads again the row that it waited for, not what a join had found beside it.
    selection = Selection.objects.select_for_update().get(pk=read.pk)
    list(Examination.objects.select_for_update().filter(selection=selection).order_by("pk"))
    plan = _plan(selection, *written)
    if plan.key() != drawn.key():
        raise _stale()
    decision = Decision.objects.create(
        selection=selection,
        decided_by=by,
        delegation=plan.signatory.delegation,
        signatory_name=plan.signatory.name,
        signatory_capacity=plan.signatory.capacity,
        number_reason=plan.number_reason,
        decided_at=at,
    )
    letters = []
    for line in plan.lines:
        examination = line.examination
        outcome = Outcome.objects.create(
            decision=decision, examination=examination, kind=line.kind, reasons=line.reasons
        )
        blob = blobs[examination.pk]
        letters.append(
            Letter.objects.create(
                outcome=outcome,
                reference=documents.reference_of(examined_version(examination)),
                blob=blob.name,
                size=blob.size,
                sha256=blob.sha256,
                made_at=at,
            )
        )
        examination.state = rules.next_state(rules.EXAMINATION, examination.state, "decide")
        examination.save(update_fields=["state"])
    selection.state = rules.next_state(rules.SELECTION, selection.state, "decide")
    selection.revision += 1
    selection.save(update_fields=["state", "revision"])
    for letter in letters:
        signals.decided.send(sender=Outcome, outcome=letter.outcome, by=by)
    _record(decision, selection, letters, by)
    return decision


def _record(decision: Decision, selection: Selection, letters: list[Letter], by: User) -> None:
    for letter in letters:
        journal.record(
            "committee.dossier_decided",
            by=by,
            subject=f"dossier:{letter.outcome.examination.dossier.reference}",
            decision=decision.public_id,
            outcome=letter.outcome.kind,
            letter=letter.reference,
            letter_sha256=letter.sha256,
        )
    counts = {kind: sum(letter.outcome.kind == kind for letter in letters) for kind in rules.OUTCOMES}
    journal.record(
        "committee.decided",
        by=by,
        subject=f"decision:{decision.public_id}",
        call=selection.call.slug,
        delegation=decision.delegation_id,
        **counts,
    )


@transaction.atomic
def record_defence(*, outcome: Outcome, by: User) -> None:
    """Write in the journal that the defence file of a dossier's decision was taken.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    require(by, "committee.defend")
    if lent_roles(by, outcome.examination.dossier):  # it names the experts to one whom they scored
        raise PermissionDenied("committee.defend")
    journal.record(
        "committee.defence_taken",
        by=by,
        subject=f"dossier:{outcome.examination.dossier.reference}",
        decision=outcome.decision.public_id,
    )
