"""What waits for who writes a dossier: its parts, the audition, the letter, then the support."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from bacasable.people.models import User
from bacasable.programme.committee.models import AuditionSlot, Letter
from bacasable.programme.desk.waiting.lines import MOST, Line, address
from bacasable.programme.dossiers.models import Dossier, Membership, MissingPartsRequest
from bacasable.programme.dossiers.queries import of_person
from bacasable.programme.evidence.models import Challenge
from bacasable.programme.evidence.readings import control_title
from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.support.models import (
    Agreement,
    Guidance,
    Meeting,
    Milestone,
    Side,
    SupportFile,
    SupportQuestion,
)
from bacasable.programme.support.rules import LIVE
from bacasable.programme.synthesis.models import Synthesis

#: What a line tells of a dossier and of its call.
_SHOWN = (
    *("reference", "state", "current_version__number"),
    *(f"call__{name}" for name in ("slug", "title", "state", "opens_at", "closes_at", "grace_minutes")),
    *(f"call__{name}" for name in ("time_zone", "is_historical")),
)


def lines(user: User, now: datetime) -> Iterator[Line]:
    """Yield the lines: one query where there is no dossier, one more for each kind where there are some."""
    written = {dossier.pk: dossier for dossier in of_person(user).only(*_SHOWN)[:MOST]}
    if not written:
        return
    yield from _drafts(written, now)
    if any(dossier.current_version_id for dossier in written.values()):
        yield from chain(_parts(written, now), _auditions(written, now), _letters(written))
        files = SupportFile.objects.filter(dossier__in=written).only("dossier", "state")
        supported = {file.pk: file for file in files}
        for file in supported.values():
            file.dossier = written[file.dossier_id]
        if supported:
            yield from chain(_support(user, supported, now), _results(supported, now))


def _line(what: str, dossier: Dossier, page: str, until: Any = None, is_late: bool = False) -> Line:
    return Line(what, dossier.reference, page, until, dossier.call.zone, is_late)


def _drafts(written: dict[int, Dossier], now: datetime) -> Iterator[Line]:
    for dossier in written.values():
        if dossier.state == Dossier.State.DRAFT and dossier.call.accepts_deposits(now):
            page = address("dossiers:overview", dossier.reference)
            yield _line(_("Finish and submit your dossier"), dossier, page, dossier.call.deadline)


def _parts(written: dict[int, Dossier], now: datetime) -> Iterator[Line]:
    asked = MissingPartsRequest.objects.filter(dossier__in=written, answered_at=None, due_at__gte=now)
    for request in asked.exclude(dossier__state=Dossier.State.WITHDRAWN):
        dossier = written[request.dossier_id]
        page = address("dossiers:overview", dossier.reference)
        yield _line(_("Send the missing parts that the office asked for"), dossier, page, request.due_at)


def _auditions(written: dict[int, Dossier], now: datetime) -> Iterator[Line]:
    slots = AuditionSlot.objects.filter(
        examination__dossier__in=written, confirmed_at=None, starts_at__gt=now
    ).select_related("examination")
    for slot in slots:
        dossier = written[slot.examination.dossier_id]  # type: ignore[union-attr]
        page = address("committee:audition", dossier.reference)
        yield _line(_("Confirm the time at which the committee hears you"), dossier, page, slot.starts_at)


def _letters(written: dict[int, Dossier]) -> Iterator[Line]:
    unread = Letter.objects.filter(
        outcome__examination__dossier__in=written, sent_at__isnull=False, read_at=None
    ).select_related("outcome__examination")
    for letter in unread:
        dossier = written[letter.outcome.examination.dossier_id]
        yield _line(_("Read the decision"), dossier, address("committee:own_letter", dossier.reference))


def _support(user: User, supported: dict[int, SupportFile], now: datetime) -> Iterator[Line]:
    live = [pk for pk, file in supported.items() if file.state in LIVE]
    authored = set(
        Membership.objects.filter(
            user=user,
            role=Membership.Role.AUTHOR,
            dossier__in=[supported[pk].dossier_id for pk in live],
        ).values_list("dossier_id", flat=True)
    )
    unsigned = Agreement.objects.filter(
        file__in=live, file__dossier__in=authored, project_signed_at=None, signed_blob=""
    )
    for pk in unsigned.values_list("file", flat=True):
        dossier = supported[pk].dossier
        yield _line(_("Sign the support agreement"), dossier, address("support:agreement", dossier.reference))
    questions = SupportQuestion.objects.filter(file__in=live, asked_from=Side.OFFICE, answered_at=None)
    for question in questions.only("number", "file")[:MOST]:
        dossier = supported[question.file_id].dossier
        what = _("Answer question %(number)s of the office") % {"number": question.number}
        yield _line(what, dossier, address("support:questions", dossier.reference))
    given = Guidance.objects.filter(
        file__in=live, followed=Guidance.Followed.UNKNOWN, replaced_by__isnull=True
    ).only("number", "file")
    for guidance in given[:MOST]:
        dossier = supported[guidance.file_id].dossier
        what = _("Say whether you followed guidance %(number)s") % {"number": guidance.number}
        yield _line(what, dossier, address("support:follow", dossier.reference, guidance.number))
    minutes = Meeting.objects.filter(file__in=live, minutes_at__isnull=False, approved_at=None)
    for meeting in minutes.only("public_id", "file")[:MOST]:
        dossier = supported[meeting.file_id].dossier
        page = address("support:meeting", dossier.reference, meeting.public_id)
        yield _line(_("Read the minutes of a meeting and say whether they are right"), dossier, page)
    milestones = Milestone.objects.filter(file__in=live, side=Side.PROJECT, done_on=None, dropped_because="")
    for milestone in milestones.only("title", "due_on", "file")[:MOST]:
        dossier = supported[milestone.file_id].dossier
        today = now.astimezone(dossier.call.zone).date()
        yield _line(
            _("Reach the milestone: %(title)s") % {"title": milestone.title},
            dossier,
            address("support:roadmap", dossier.reference),
            milestone.due_on,
            milestone.due_on < today,
        )


def _results(supported: dict[int, SupportFile], now: datetime) -> Iterator[Line]:
    proposed = Recommendation.objects.filter(file__in=supported, state=Recommendation.State.PROPOSED).only(
        "key", "title", "file_id", "due_on", "state"
    )
    for recommendation in proposed[:MOST]:
        dossier = supported[recommendation.file_id].dossier  # type: ignore[index]
        what = _("Answer the recommendation: %(title)s") % {"title": recommendation.title}
        page = address("recommendations:detail", recommendation.key)
        yield _line(what, dossier, page, recommendation.due_on)
    challenges = Challenge.objects.filter(
        file__in=supported, withdrawn_at=None, evidence__isnull=True, due_at__gte=now
    )
    for challenge in challenges[:MOST]:
        dossier = supported[challenge.file_id].dossier  # type: ignore[index]
        what = _("Send the measurement asked for: %(control)s") % {
            "control": control_title(challenge.service, challenge.control, challenge.file_id)
        }
        yield _line(what, dossier, address("evidence:of_file", dossier.reference), challenge.due_at)
    replies = Synthesis.objects.filter(
        file__in=supported, state=Synthesis.State.WITH_PROJECT, reply_due_at__gte=now
    ).only("file_id", "reply_due_at")
    for synthesis in replies:
        dossier = supported[synthesis.file_id].dossier  # type: ignore[index]
        page = address("synthesis:reply", dossier.reference)
        yield _line(_("Reply to the synthesis before it is published"), dossier, page, synthesis.reply_due_at)
