"""What waits for each side of a support file, and what happened in it: for its page, a list, a desk."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max
from django.db.models.functions import Coalesce

from bacasable.compliance import clock
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
    TeamMember,
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
    written = {agreement.file_id: agreement for agreement in Agreement.objects.filter(file__in=unsigned)}
    for pk in unsigned:
        agreement = written.get(pk)
        if agreement is None:
            found[pk][OFFICE].append(Waiting("write_agreement", 1, "support:agreement"))
            continue
        for side in (OFFICE, PROJECT):
            if getattr(agreement, f"{side}_signed_at") is None:
                found[pk][side].append(Waiting("sign", 1, "support:agreement"))


def _meetings(live: Sequence[SupportFile], found: dict[int, dict[str, list[Waiting]]], now: datetime) -> None:
    held = (
        Meeting.objects.filter(file__in=live, held_at__lte=now, cancelled_at=None, approved_at=None)
        .order_by()
        .annotate(remarked_at=Max("remarks__at"))
    )
    counts: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for meeting in held:
        target = str(meeting.public_id)
        if meeting.minutes_at is None:
            counts[meeting.file_id, OFFICE, "minutes"].append(target)
        elif meeting.remarked_at and meeting.remarked_at > meeting.minutes_at:
            counts[meeting.file_id, OFFICE, "remarks"].append(target)
        else:
            counts[meeting.file_id, PROJECT, "approve"].append(target)
    for (pk, side, key), targets in counts.items():
        one = targets[0] if len(targets) == 1 else ""
        page = "support:meeting" if one else "support:meetings"
        found[pk][side].append(Waiting(key, len(targets), page, one))


def events(file: SupportFile, limit: int = 0) -> list[Event]:
    """Return what happened in a file, the last first, at most ``limit`` (all by default).

    One query for each kind of thing, whatever their number.
    """

    def last(rows: Any, *dates: str) -> Any:
        """The rows by their last date, the first of ``dates`` that they have; one of them always is."""
        latest = Coalesce(*dates) if len(dates) > 1 else F(dates[0])
        rows = rows.order_by(latest.desc(), "-pk")
        return rows[:limit] if limit else rows

    made = [Event(file.opened_at, "opened", "support:file")]
    made += _of_agreement(Agreement.objects.filter(file=file).select_related(*_SIGNERS).first())
    for member in TeamMember.objects.filter(file=file).select_related("user"):
        skill = (("skill", member.skill),)
        made.append(Event(member.joined_at, "joined", "support:team", member.user, facts=skill))
        if member.left_at:
            made.append(Event(member.left_at, "left", "support:team", member.user))
    for question in last(file.questions.select_related("asked_by", "answered_by"), "answered_at", "asked_at"):
        facts: Facts = (("number", question.number),)
        made.append(Event(question.asked_at, "asked", "support:questions", question.asked_by, facts=facts))
        if question.answered_at:
            who = question.answered_by
            made.append(Event(question.answered_at, "answered", "support:questions", who, facts=facts))
    for line in last(file.guidance.select_related("said_by", "replaces"), "said_at"):
        facts = (("number", line.number),)
        key = "guided"
        if line.replaces is not None:
            key, facts = "corrected", (*facts, ("replaced", line.replaces.number))
        made.append(Event(line.said_at, key, "support:guidance", line.said_by, facts=facts))
    statements = FollowStatement.objects.filter(guidance__file=file).select_related("by", "guidance")
    for statement in last(statements, "at"):
        facts = (("number", statement.guidance.number), ("followed", statement.get_followed_display()))
        made.append(Event(statement.at, "followed", "support:guidance", statement.by, facts=facts))
    made += _of_meetings(file, last)
    for document in last(
        SupportDocument.objects.filter(file=file).select_related(*_HANDS), "removed_at", "added_at"
    ):
        made.append(Event(document.added_at, "document", "support:documents", document.added_by))
        if document.removed_at:
            made.append(
                Event(document.removed_at, "document_removed", "support:documents", document.removed_by)
            )
    for change in last(SupportChange.objects.filter(file=file).select_related("by"), "at"):
        facts = (("phase", change.phase), ("ends_on", change.ends_on))
        made.append(Event(change.at, change.kind, "support:changes", change.by, facts=facts))
    made.sort(key=lambda event: event.at, reverse=True)
    return made[:limit] if limit else made


_SIGNERS = ("written_by", "office_signed_by", "project_signed_by", "signed_filed_by")
_HANDS = ("added_by", "removed_by")


def _of_agreement(agreement: Agreement | None) -> Iterable[Event]:
    if agreement is None:
        return
    page = "support:agreement"
    yield Event(agreement.written_at, "agreement_written", page, agreement.written_by)
    if agreement.office_signed_at:
        yield Event(agreement.office_signed_at, "agreement_office", page, agreement.office_signed_by)
    if agreement.project_signed_at:
        yield Event(agreement.project_signed_at, "agreement_project", page, agreement.project_signed_by)
    if agreement.signed_filed_at:
        yield Event(agreement.signed_filed_at, "agreement_filed", page, agreement.signed_filed_by)


def _of_meetings(file: SupportFile, last: Any) -> Iterable[Event]:
    for meeting in last(file.meetings.select_related("called_by", "approved_by"), *_HELD):
        target, page = str(meeting.public_id), "support:meeting"
        held = (("held_at", meeting.held_at),)
        yield Event(meeting.called_at, "meeting", page, meeting.called_by, target, held)
        if meeting.cancelled_at:
            yield Event(meeting.cancelled_at, "meeting_cancelled", page, None, target, held)
        if meeting.minutes_at:
            yield Event(meeting.minutes_at, "minutes", page, None, target, held)
        if meeting.approved_at:
            yield Event(meeting.approved_at, "minutes_approved", page, meeting.approved_by, target, held)
    for remark in last(MinutesRemark.objects.filter(meeting__file=file).select_related(*_REMARK), "at"):
        yield Event(
            remark.at,
            "minutes_remarked",
            "support:meeting",
            remark.by,
            str(remark.meeting.public_id),
            (("held_at", remark.meeting.held_at),),
        )


_REMARK = ("by", "meeting")
_HELD = ("cancelled_at", "approved_at", "minutes_at", "called_at")
