"""What waits for the members of support teams: the questions of projects, documents, the roadmap."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from bacasable.people.models import User
from bacasable.people.permissions import roles_of
from bacasable.programme.desk.waiting.lines import MOST, Line, address
from bacasable.programme.recommendations.models import ReviewedDocument
from bacasable.programme.support.models import Milestone, Side, SupportFile, SupportQuestion
from bacasable.programme.support.rules import LIVE

SERVING = {"expert", "officer"}


def lines(user: User, now: datetime) -> Iterator[Line]:
    """Yield the lines; one query for who serves in no team, four for who does."""
    if not SERVING & roles_of(user):
        return
    files = {
        file.pk: file
        for file in SupportFile.objects.filter(team__user=user, team__left_at=None, state__in=LIVE)
        .select_related("dossier__call")
        .defer("dossier__answers", "dossier__data_key")
    }
    if not files:
        return
    questions = SupportQuestion.objects.filter(file__in=files, asked_from=Side.PROJECT, answered_at=None)
    for question in questions[:MOST]:
        reference = files[question.file_id].dossier.reference
        what = _("Answer question %(number)s of the project") % {"number": question.number}
        yield Line(what, reference, address("support:questions", reference))
    documents = ReviewedDocument.objects.filter(
        contract__recommendation__file__in=files, verdict=ReviewedDocument.Verdict.WAITING
    ).select_related("contract__recommendation")
    for document in documents[:MOST]:
        recommendation = document.contract.recommendation
        reference = files[recommendation.file_id].dossier.reference  # type: ignore[index]
        page = address("recommendations:detail", recommendation.key)
        yield Line(_("Review the document handed in"), reference, page)
    milestones = Milestone.objects.filter(file__in=files, side=Side.OFFICE, done_on=None, dropped_because="")
    for milestone in milestones[:MOST]:
        dossier = files[milestone.file_id].dossier
        is_late = milestone.due_on < now.astimezone(dossier.call.zone).date()
        page = address("support:roadmap", dossier.reference)
        what = _("Reach the milestone: %(title)s") % {"title": milestone.title}
        yield Line(what, dossier.reference, page, milestone.due_on, None, is_late)
