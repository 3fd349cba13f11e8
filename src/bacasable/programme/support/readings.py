"""What waits for each side of a support file, and what happened in it: for its page, a list, a desk."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.db.models.functions import Coalesce

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.programme.support.models import (
    Agreement,
    FollowStatement,
    Guidance,
    Meeting,
    Milestone,
    MinutesRemark,
    Side,
    SupportChange,
    SupportDocument,
    SupportFile,
    SupportQuestion,
)

State = SupportFile.State
Facts = tuple[tuple[str, object], ...]
OFFICE, PROJECT = Side.OFFICE, Side.PROJECT


@dataclass(frozen=True)
class Waiting:
    """Something that a side has to do: a key of ``wording.WAITING``, how many, the page, where on it.

    ``target``: the further part of the address, for a thing that has a page of its own.
    """

    key: str
    count: int
    page: str
    target: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happened: a key of ``wording.EVENTS``, the page, and who did it on which side.

    ``who`` is a user or None; ``facts`` are numbers, labels and dates for the words.
    """

    at: datetime
    key: str
    page: str
    who: Any = None
    target: str = ""
    facts: Facts = ()


def waiting(files: Sequence[SupportFile]) -> dict[int, dict[str, list[Waiting]]]:
    """Return what waits for each side of each file, by its primary key, in a fixed number of queries.

    The files need their ``dossier__call`` and ``team`` loaded.
    """
    live = [file for file in files if file.state in (State.OPENED, State.ACTIVE)]
    found: dict[int, dict[str, list[Waiting]]] = {file.pk: {OFFICE: [], PROJECT: []} for file in files}
    for file in files:
        if file.state == State.SUSPENDED:
            found[file.pk][OFFICE].append(Waiting("resume", 1, "support:changes"))
    if not live:
        return found
    now = clock.now()
    today = {file.pk: now.astimezone(file.dossier.call.zone).date() for file in live}
    for file in live:
        if not any(member.left_at is None for member in file.team.all()):
            found[file.pk][OFFICE].append(Waiting("team", 1, "support:team"))
        if file.ends_on and file.ends_on < today[file.pk]:
            found[file.pk][OFFICE].append(Waiting("over", 1, "support:changes"))
    _agreements(live, found)
    asked = SupportQuestion.objects.filter(file__in=live, answered_at=None).order_by()
    for pk, side, count in asked.values_list("file", "asked_from").annotate(Count("pk")):
        answering = OFFICE if side == PROJECT else PROJECT
        found[pk][answering].append(Waiting("answer", count, "support:questions"))
    said = Guidance.objects.filter(
        file__in=live, followed=Guidance.Followed.UNKNOWN, replaced_by__isnull=True
    ).order_by()
    for pk, count in said.values_list("file").annotate(Count("pk")):
        found[pk][PROJECT].append(Waiting("follow", count, "support:guidance"))
    late: dict[tuple[int, str], int] = defaultdict(int)
    pending = Milestone.objects.filter(file__in=live, done_on=None, dropped_because="")
    for pk, side, due_on in pending.values_list("file", "side", "due_on"):
        late[pk, side] += due_on < today[pk]
    for (pk, side), count in late.items():
        if count:
            found[pk][side].append(Waiting("milestone", count, "support:roadmap"))
    _meetings(live, found, now)
    return found


def _agreements(live: Sequence[SupportFile], found: dict[int, dict[str, list[Waiting]]]) -> None:
    unsigned = [file.pk for file in live if file.state == State.OPENED]
    if not unsigned:
        return
    signed = Agreement.objects.filter(file__in=unsigned).values_list(
        "file", "office_signed_at", "project_signed_at"
    )
    written = {pk: {OFFICE: office, PROJECT: project} for pk, office, project in signed}
    for pk in unsigned:
        agreement = written.get(pk)
        if agreement is None:
            found[pk][OFFICE].append(Waiting("write_agreement", 1, "support:agreement"))
            continue
        for side in (OFFICE, PROJECT):
            if agreement[side] is None:
                found[pk][side].append(Waiting("sign", 1, "support:agreement"))


def _meetings(live: Sequence[SupportFile], found: dict[int, dict[str, list[Waiting]]], now: datetime) -> None:
    held = (
        Meeting.objects.filter(file__in=live, held_at__lte=now, cancelled_at=None, approved_at=None)
        .order_by()
        .annotate(remarked_at=Max("remarks__at"))
        .values_list("file", "public_id", "minutes_at", "remarked_at")
    )
    counts: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for pk, public_id, minutes_at, remarked_at in held:
        target = str(public_id)
        if minutes_at is None:
            counts[pk, OFFICE, "minutes"].append(target)
        elif remarked_at and remarked_at > minutes_at:
            counts[pk, OFFICE, "remarks"].append(target)
        else:
            counts[pk, PROJECT, "approve"].append(target)
    for (pk, side, key), targets in counts.items():
        one = targets[0] if len(targets) == 1 else ""
        page = "support:meeting" if one else "support:meetings"
        found[pk][side].append(Waiting(key, len(targets), page, one))


def events(file: SupportFile, limit: int = 0, changes: Iterable[SupportChange] | None = None) -> list[Event]:
    """Return what happened in a file, the last first, at most ``limit`` (all by default).

    One query for each kind of thing, whatever their number, and one for the names; ``changes`` are those of
    the file where the caller has them.
    """

    def last(rows: Any, *dates: str) -> Any:
        """The rows by their last date, the first of ``dates`` that they have; one of them always is."""
        latest = Coalesce(*dates).desc() if len(dates) > 1 else f"-{dates[0]}"
        rows = rows.order_by(latest, "-pk")
        return rows[:limit] if limit else rows

    made = [Event(file.opened_at, "opened", "support:file")]
    made += _of_agreement(getattr(file, "agreement", None))
    for member in file.team.all():
        skill = (("skill", member.skill),)
        made.append(Event(member.joined_at, "joined", "support:team", member.user_id, facts=skill))
        if member.left_at:
            made.append(Event(member.left_at, "left", "support:team", member.user_id))
    made += _of_register(file, last)
    made += _of_meetings(file, last)
    documents = SupportDocument.objects.filter(file=file).values_list(*_HANDS)
    for added_at, added_by, removed_at, removed_by in last(documents, "removed_at", "added_at"):
        made.append(Event(added_at, "document", "support:documents", added_by))
        if removed_at:
            made.append(Event(removed_at, "document_removed", "support:documents", removed_by))
    if changes is None:
        changes = file.changes.only("kind", "phase", "ends_on", "by", "at")
    for change in changes:
        facts = (("phase", change.phase), ("ends_on", change.ends_on))
        made.append(Event(change.at, change.kind, "support:changes", change.by_id, facts=facts))
    made.sort(key=lambda event: event.at, reverse=True)
    return _named(made[:limit] if limit else made)


def _named(made: Sequence[Event]) -> list[Event]:
    """Return the events with the persons that their ``who`` names by primary key; one query."""
    people = User.objects.only("name", "email").in_bulk({event.who for event in made if event.who})
    return [replace(event, who=people.get(event.who)) if event.who else event for event in made]


_HANDS = ("added_at", "added_by", "removed_at", "removed_by")


def _of_agreement(agreement: Agreement | None) -> Iterable[Event]:
    if agreement is None:
        return
    page = "support:agreement"
    yield Event(agreement.written_at, "agreement_written", page, agreement.written_by_id)
    if agreement.office_signed_at:
        yield Event(agreement.office_signed_at, "agreement_office", page, agreement.office_signed_by_id)
    if agreement.project_signed_at:
        yield Event(agreement.project_signed_at, "agreement_project", page, agreement.project_signed_by_id)
    if agreement.signed_filed_at:
        yield Event(agreement.signed_filed_at, "agreement_filed", page, agreement.signed_filed_by_id)


def _of_register(file: SupportFile, last: Any) -> Iterable[Event]:
    questions = file.questions.values_list("number", "asked_at", "asked_by", "answered_at", "answered_by")
    for number, asked_at, asked_by, answered_at, answered_by in last(questions, "answered_at", "asked_at"):
        facts: Facts = (("number", number),)
        yield Event(asked_at, "asked", "support:questions", asked_by, facts=facts)
        if answered_at:
            yield Event(answered_at, "answered", "support:questions", answered_by, facts=facts)
    guidance = file.guidance.values_list("number", "said_at", "said_by", "replaces__number")
    for number, said_at, said_by, replaced in last(guidance, "said_at"):
        facts, key = (("number", number),), "guided"
        if replaced is not None:
            facts, key = (*facts, ("replaced", replaced)), "corrected"
        yield Event(said_at, key, "support:guidance", said_by, facts=facts)
    statements = FollowStatement.objects.filter(guidance__file=file)
    for number, followed, by, at in last(
        statements.values_list("guidance__number", "followed", "by", "at"), "at"
    ):
        facts = (("number", number), ("followed", str(Guidance.Followed(followed).label)))
        yield Event(at, "followed", "support:guidance", by, facts=facts)


def _of_meetings(file: SupportFile, last: Any) -> Iterable[Event]:
    page = "support:meeting"
    meetings = file.meetings.only(
        *("public_id", "held_at", "called_at", "called_by", "file"),
        *("cancelled_at", "minutes_at", "approved_at", "approved_by"),
    )
    for meeting in last(meetings, *_HELD):
        target = str(meeting.public_id)
        held = (("held_at", meeting.held_at),)
        yield Event(meeting.called_at, "meeting", page, meeting.called_by_id, target, held)
        if meeting.cancelled_at:
            yield Event(meeting.cancelled_at, "meeting_cancelled", page, None, target, held)
        if meeting.minutes_at:
            yield Event(meeting.minutes_at, "minutes", page, None, target, held)
        if meeting.approved_at:
            yield Event(meeting.approved_at, "minutes_approved", page, meeting.approved_by_id, target, held)
    remarks = MinutesRemark.objects.filter(meeting__file=file)
    for at, by, public_id, held_at in last(
        remarks.values_list("at", "by", "meeting__public_id", "meeting__held_at"), "at"
    ):
        yield Event(at, "minutes_remarked", page, by, str(public_id), (("held_at", held_at),))


_HELD = ("cancelled_at", "approved_at", "minutes_at", "called_at")
