"""Who goes on: the shortlist, the dossiers set aside, and the times at which candidates are heard."""

from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.committee import audition_mail, rules
from bacasable.programme.committee.actions.locking import (
    authorise,
    locked_examination,
    locked_selection,
    reference_of,
    refuse_own,
    subject_of,
)
from bacasable.programme.committee.models import AuditionSlot, Examination, Selection
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused

MINUTES = (10, 240)
MOST_SLOTS = 100


@transaction.atomic
def shortlist(*, examination: Examination, by: User | str) -> Examination:
    """Put a dossier on the shortlist; ``Refused`` where its state or the selection's does not allow."""
    return _move(examination, "shortlist", "committee.shortlisted", by)


@transaction.atomic
def set_aside(*, examination: Examination, by: User | str) -> Examination:
    """Set a dossier aside; a slot that it had is free again and the candidate is told."""
    return _move(examination, "set_aside", "committee.set_aside", by)


@transaction.atomic
def unlist(*, examination: Examination, by: User | str) -> Examination:
    """Take a dossier off the shortlist, or back from those set aside; a slot that it had is free again."""
    return _move(examination, "unlist", "committee.unlisted", by)


@transaction.atomic
def add_slot(
    *, selection: Selection, starts_at: datetime, minutes: int, place: str, by: User | str
) -> AuditionSlot:
    """Add a time at which a candidate can be heard.

    Raises:
        Refused: it is past (``past``), its length is out of 10 to 240 minutes (``length``), it has no place
            (``place``), it overlaps another slot (``overlap``), there are too many (``too_many``) or the
            selection is not between scoring and decision (``state``).
    """
    taken = _selecting(selection, by)
    shortest, longest = MINUTES
    if starts_at <= clock.now():
        raise Refused("past", N_("Choose a time in the future."))
    if not shortest <= minutes <= longest:
        raise Refused(
            "length",
            N_("An audition lasts from %(shortest)s to %(longest)s minutes."),
            shortest=shortest,
            longest=longest,
        )
    if not place.strip() or len(place) > 200:
        raise Refused("place", N_("Say where the committee meets, or the address of the video call."))
    known = list(taken.slots.all())
    if len(known) >= MOST_SLOTS:
        raise Refused(
            "too_many", N_("There are %(limit)s slots already. Remove one first."), limit=MOST_SLOTS
        )
    ends_at = starts_at.timestamp() + minutes * 60
    for other in known:
        begins = other.starts_at.timestamp()
        if starts_at.timestamp() < begins + other.minutes * 60 and begins < ends_at:
            raise Refused(
                "overlap", N_("The committee hears somebody else at %(other)s."), other=other.starts_at
            )
    slot = AuditionSlot.objects.create(
        selection=taken, starts_at=starts_at, minutes=minutes, place=place.strip()
    )
    journal.record("committee.slot_added", by=by, subject=subject_of(taken), slot=slot.pk)
    return slot


@transaction.atomic
def remove_slot(*, slot: AuditionSlot, by: User | str) -> None:
    """Remove a slot; a candidate who had it is told that the audition is cancelled."""
    selection = _selecting(slot.selection, by)
    taken = AuditionSlot.objects.select_for_update().filter(pk=slot.pk, selection=selection).first()
    if taken is None:
        return
    _free(taken)
    number = taken.pk
    taken.delete()
    journal.record("committee.slot_removed", by=by, subject=subject_of(selection), slot=number)


@transaction.atomic
def give_slot(*, slot: AuditionSlot, examination: Examination, by: User | str) -> AuditionSlot:
    """Give a free slot to a shortlisted dossier, in place of the one that it had; its authors are mailed.

    Raises:
        Refused: the slot is taken (``taken``) or past (``past``), or the dossier is not shortlisted
            (``not_shortlisted``).
    """
    selection = _selecting(slot.selection, by)
    dossier = locked_examination(examination)
    # In the order of their keys: two officers who exchange slots do not wait for each other.
    rows = AuditionSlot.objects.select_for_update().filter(selection=selection).order_by("pk")
    found = {row.pk: row for row in rows}
    taken = found[slot.pk]
    if taken.examination_id == dossier.pk:
        return taken
    if taken.examination_id is not None:
        raise Refused("taken", N_("This slot was given to another dossier. Reload the page and choose one."))
    if taken.starts_at <= clock.now():
        raise Refused("past", N_("Choose a time in the future."))
    if dossier.state != Examination.State.SHORTLISTED:
        raise Refused("not_shortlisted", N_("Only shortlisted dossiers are heard. Shortlist it first."))
    for row in found.values():
        if row.examination_id == dossier.pk:
            row.examination, row.confirmed_at = None, None
            row.save(update_fields=["examination", "confirmed_at"])
    taken.examination, taken.confirmed_at = dossier, None
    taken.save(update_fields=["examination", "confirmed_at"])
    audition_mail.given(taken)
    journal.record("committee.slot_given", by=by, subject=reference_of(dossier), slot=taken.pk)
    return taken


@transaction.atomic
def confirm_slot(
    *, dossier: Dossier, slot: AuditionSlot, by: User, received_at: datetime | None = None
) -> AuditionSlot:
    """Note that the candidate comes at the time that their page showed; twice is once.

    Raises:
        Refused: the slot is no longer theirs (``moved``), or it has begun (``past``).
    """
    require(by, "committee.attend", dossier)
    at = received_at or clock.now()
    taken = AuditionSlot.objects.select_for_update().filter(pk=slot.pk).first()
    if taken is None or taken.examination is None or taken.examination.dossier_id != dossier.pk:
        raise Refused(
            "moved", N_("The office changed this time meanwhile. Reload the page to see the new one.")
        )
    if taken.confirmed_at is not None:
        return taken
    if at > taken.starts_at:
        raise Refused("past", N_("The audition has begun: it can no longer be confirmed here."))
    taken.confirmed_at = at
    taken.save(update_fields=["confirmed_at"])
    journal.record("committee.slot_confirmed", by=by, subject=f"dossier:{dossier.reference}", slot=taken.pk)
    return taken


def _selecting(selection: Selection, by: User | str) -> Selection:
    """Return the selection, locked, between the opening of the scoring and the decision."""
    authorise(by, "committee.manage")
    taken = locked_selection(selection, working=False)
    if taken.state not in (Selection.State.SCORING, Selection.State.DELIBERATING):
        raise Refused("state", N_("Dossiers are chosen and heard between the scoring and the decision."))
    return taken


def _move(examination: Examination, verb: str, recorded_as: str, by: User | str) -> Examination:
    _selecting(examination.selection, by)
    taken = locked_examination(examination)
    refuse_own(taken, by)
    taken.state = rules.next_state(rules.EXAMINATION, taken.state, verb)
    taken.save(update_fields=["state"])
    slot = AuditionSlot.objects.select_for_update().filter(examination=taken).first()
    if slot is not None and taken.state != Examination.State.SHORTLISTED:
        _free(slot)
    journal.record(recorded_as, by=by, subject=reference_of(taken))
    return taken


def _free(slot: AuditionSlot) -> None:
    if slot.examination is not None:
        if slot.starts_at > clock.now():
            audition_mail.cancelled(slot)
        slot.examination, slot.confirmed_at = None, None
        slot.save(update_fields=["examination", "confirmed_at"])
