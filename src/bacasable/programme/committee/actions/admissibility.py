"""Say whether a dossier is admissible: an officer decides, the call's rules only help to read."""

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.committee import rules
from bacasable.programme.committee.actions.locking import (
    authorise,
    locked_examination,
    locked_selection,
    reference_of,
    refuse_own,
    subject_of,
)
from bacasable.programme.committee.models import Assessment, Examination, Selection
from bacasable.programme.committee.queries import panel
from bacasable.programme.dossiers.models import Version
from bacasable.programme.dossiers.refusals import Refused


@transaction.atomic
def admit(*, examination: Examination, by: User | str, sector: str = "", reasons: str = "") -> Examination:
    """Find the dossier admissible; the version that it has now is the one that every expert will read.

    Args:
        sector: a key of ``rules.SECTORS``, or nothing.

    Raises:
        PermissionDenied: ``by`` may not manage the committee.
        Refused: ``state``, ``withdrawn``, ``decided``; ``open``: candidates may still change their dossiers;
            ``own``: ``by`` writes this one.
    """
    authorise(by, "committee.manage")
    taken = locked_examination(examination)
    refuse_own(taken, by)
    _admit(taken, by, sector, reasons)
    journal.record(
        "committee.admitted", by=by, subject=reference_of(taken), version=_read_version(taken).number
    )
    return taken


def _admit(taken: Examination, by: User | str, sector: str, reasons: str) -> None:
    _check_closed(taken)
    taken.state = rules.next_state(rules.EXAMINATION, taken.state, "admit")
    taken.version = taken.dossier.current_version
    taken.sector = sector if sector in rules.SECTORS else ""
    _check(taken, by, reasons)


@transaction.atomic
def admit_all(*, selection: Selection, by: User | str) -> int:
    """Admit each dossier received whose current version meets the call's rules; return how many.

    A dossier from which parts are awaited waits too: it may still change.

    Raises:
        Refused: ``decided``; ``open``.
    """
    authorise(by, "committee.manage")
    locked = locked_selection(selection)
    waiting = panel.admissible_in_bulk(locked).select_for_update(of=("self",)).order_by("pk")
    if not isinstance(by, str):  # one's own waits for another officer
        waiting = waiting.exclude(dossier__memberships__user=by)
    admitted = list(waiting)
    for examination in admitted:
        _admit(examination, by, "", "")
    if admitted:
        journal.record("committee.admitted_in_bulk", by=by, subject=subject_of(locked), count=len(admitted))
    return len(admitted)


@transaction.atomic
def reject(*, examination: Examination, reasons: str, by: User | str) -> Examination:
    """Find the dossier inadmissible, for reasons that the candidate will read in the decision.

    Raises:
        Refused: ``reasons``: they are missing; else as :func:`admit`.
    """
    authorise(by, "committee.manage")
    if not reasons.strip():
        raise Refused("reasons", N_("Say why: the candidate has a right to the reasons."))
    taken = locked_examination(examination)
    refuse_own(taken, by)
    _check_closed(taken)
    taken.state = rules.next_state(rules.EXAMINATION, taken.state, "reject")
    taken.version = taken.dossier.current_version
    _check(taken, by, reasons)
    journal.record(
        "committee.rejected", by=by, subject=reference_of(taken), version=_read_version(taken).number
    )
    return taken


@transaction.atomic
def reconsider(*, examination: Examination, reasons: str, by: User | str) -> Examination:
    """Put a dossier back among those to check, with reasons.

    Raises:
        Refused: ``state``, ``withdrawn``, ``decided``; ``reasons``; ``assigned``: experts hold it.
    """
    authorise(by, "committee.manage")
    if not reasons.strip():
        raise Refused("reasons", N_("Say why admissibility is considered again."))
    taken = locked_examination(examination)
    refuse_own(taken, by)
    state = rules.next_state(rules.EXAMINATION, taken.state, "reconsider")
    if taken.assignments.filter(ended_at=None).exists():
        raise Refused(
            "assigned",
            N_("Experts hold this dossier: take it back from them first, on the page of assignments."),
        )
    taken.state = state
    _check(taken, by, reasons)
    journal.record("committee.reconsidered", by=by, subject=reference_of(taken))
    return taken


@transaction.atomic
def renew(*, examination: Examination, by: User | str) -> Examination:
    """Let the experts read a version submitted since the dossier was admitted (missing parts, for example).

    Raises:
        Refused: ``state``, ``withdrawn``, ``decided``, ``open``; ``scored``: somebody scored the version
            that is read now.
    """
    authorise(by, "committee.manage")
    taken = locked_examination(examination)
    refuse_own(taken, by)
    _check_closed(taken)
    taken.state = rules.next_state(rules.EXAMINATION, taken.state, "renew")
    live = Assessment.objects.filter(assignment__examination=taken, assignment__ended_at=None)
    if live.filter(state=Assessment.State.SUBMITTED).exists():
        raise Refused("scored", N_("An expert has scored the version that is read now: it stays the one."))
    taken.version = taken.dossier.current_version
    taken.checked_by, taken.checked_at = _person(by), clock.now()
    taken.save(update_fields=["state", "version", "checked_by", "checked_at"])
    live.filter(state=Assessment.State.DRAFT).update(version=_read_version(taken))
    journal.record(
        "committee.version_renewed", by=by, subject=reference_of(taken), version=_read_version(taken).number
    )
    return taken


def _read_version(taken: Examination) -> Version:
    if taken.version is None:
        raise Version.DoesNotExist(f"examination {taken.pk} has no version")
    return taken.version


def _check_closed(taken: Examination) -> None:
    if taken.dossier.call.accepts_deposits(clock.now()):
        raise Refused(
            "open", N_("The call still accepts deposits: admissibility is decided after its deadline.")
        )


def _check(taken: Examination, by: User | str, reasons: str) -> None:
    taken.reasons = reasons.strip()[:4000]
    taken.checked_by, taken.checked_at = _person(by), clock.now()
    taken.save(update_fields=["state", "version", "sector", "reasons", "checked_by", "checked_at"])


def _person(by: User | str) -> User | None:
    return None if isinstance(by, str) else by
