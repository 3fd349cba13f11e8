"""What waits for the office: officers, editors, administrators. One query for each kind of line."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.people.models import OutgoingMail, User
from bacasable.programme.call.models import Call, Question
from bacasable.programme.committee.models import Deliberation, Examination, Letter, Selection
from bacasable.programme.desk.waiting.lines import MOST, Line, address
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.evidence.models import Challenge, ProjectKey
from bacasable.programme.recommendations.models import (
    Recommendation,
    RecommendationVersion,
    ReviewedDocument,
)
from bacasable.programme.support.models import Agreement, SupportFile
from bacasable.programme.support.rules import LIVE
from bacasable.programme.synthesis.models import Reply, Synthesis

#: Recommendations whose day may pass.
OPEN = ("proposed", "accepted", "in_progress", "shown", "reopened", "to_remeasure")


def for_officer(user: User, now: datetime) -> Iterator[Line]:
    """Yield what an officer has to judge, confirm, send or notice late; counts where there may be many."""
    yield from _selections(now)
    yield from _letters()
    yield from _questions()
    yield from _support(now)
    yield from _wordings(user)
    yield from _results(now)


def _wordings(user: User) -> Iterator[Line]:
    """Yield the wordings of recommendations that somebody else wrote and nobody read over."""
    unread = (
        RecommendationVersion.objects.filter(reviewed_at=None, recommendation__file__state__in=LIVE)
        .exclude(author=user)
        .exclude(recommendation__state__in=["not_followed", "no_longer_relevant", "replaced"])
        .values_list("recommendation__key", "recommendation__file__dossier__reference")
    )
    for key, reference in unread[:MOST]:
        page = address("recommendations:detail", key)
        yield Line(_("Read over a recommendation"), reference, page)


def _questions() -> Iterator[Line]:
    unanswered = (
        Question.objects.filter(answered_at=None, published_at=None)
        .order_by()
        .values_list("call__slug", "call__title")
        .annotate(Count("pk"))
    )
    for slug, title, count in unanswered[:MOST]:
        what = ngettext("Answer %(count)s question", "Answer %(count)s questions", count) % {"count": count}
        yield Line(what, title, address("call:manage_questions", slug))


def _selections(now: datetime) -> Iterator[Line]:
    submitted = Dossier.objects.filter(call=OuterRef("pk"), state=Dossier.State.SUBMITTED)
    closed = Call.objects.filter(
        Exists(submitted),
        state__in=[Call.State.PUBLISHED, Call.State.CLOSED],
        closes_at__lt=now,
        selection=None,
    )
    for slug, title in closed.values_list("slug", "title")[:MOST]:
        page = address("committee:selection", slug)
        yield Line(_("Open the selection: the call is closed"), title, page)
    received = (
        Examination.objects.filter(selection=OuterRef("pk"), state=Examination.State.RECEIVED)
        .order_by()
        .values("selection")
        .annotate(count=Count("pk"))
        .values("count")
    )
    selections = (
        Selection.objects.exclude(state=Selection.State.PUBLISHED)
        .select_related("call")
        .annotate(
            received=Subquery(received),
            held=Exists(Deliberation.objects.filter(selection=OuterRef("pk"))),
        )
        .only("state", "scores_due_at", "call__slug", "call__title", "call__time_zone")
        .order_by("pk")
    )
    for selection in selections[:MOST]:
        call, due_at = selection.call, selection.scores_due_at
        if selection.received:
            what = ngettext(
                "Check whether %(count)s dossier is admissible",
                "Check whether %(count)s dossiers are admissible",
                selection.received,
            ) % {"count": selection.received}
            yield Line(what, call.title, address("committee:admissibility", call.slug))
        elif selection.state == Selection.State.PREPARING:
            page = address("committee:selection", call.slug)
            yield Line(_("Prepare the scoring: the panel, its dossiers, the due date"), call.title, page)
        if selection.state == Selection.State.DELIBERATING and not selection.held:
            page = address("committee:selection", call.slug)
            yield Line(_("Shortlist, hear the candidates, record the deliberation"), call.title, page)
        if selection.state == Selection.State.SCORING and due_at and due_at < now:
            page = address("committee:scores", call.slug)
            yield Line(_("Close the scoring: its time is over"), call.title, page, due_at, call.zone, True)
        if selection.state == Selection.State.DECIDED:
            page = address("committee:publish", call.slug)
            yield Line(_("Publish the laureates and the advised projects"), call.title, page)


def _letters() -> Iterator[Line]:
    unsent = (
        Letter.objects.filter(sent_at=None)
        .order_by()
        .values_list("outcome__decision__selection__call__slug", "outcome__decision__selection__call__title")
        .annotate(Count("pk"))
    )
    for slug, title, count in unsent[:MOST]:
        what = ngettext("Send %(count)s letter", "Send %(count)s letters", count) % {"count": count}
        yield Line(what, title, address("committee:letters", slug))


def _support(now: datetime) -> Iterator[Line]:
    unsigned = Agreement.objects.filter(office_signed_at=None, signed_blob="", file__state__in=LIVE)
    for reference in unsigned.values_list("file__dossier__reference", flat=True)[:MOST]:
        page = address("support:agreement", reference)
        yield Line(_("Sign the support agreement for the office"), reference, page)
    over = SupportFile.objects.filter(state="active", ends_on__lt=now.date())
    for reference, ends_on in over.values_list("dossier__reference", "ends_on")[:MOST]:
        page = address("support:changes", reference)
        what = _("Extend or end the support: its time is over")
        yield Line(what, reference, page, ends_on, None, True)
    keys = ProjectKey.objects.filter(confirmed_at=None, revoked_at=None)
    for reference in keys.values_list("file__dossier__reference", flat=True)[:MOST]:
        yield Line(_("Confirm the key of the project"), reference, address("evidence:of_file", reference))


def _results(now: datetime) -> Iterator[Line]:
    failures = Recommendation.objects.filter(failure__isnull=False, state__in=["closed", "to_remeasure"])
    if count := failures.count():
        what = ngettext(
            "Judge %(count)s failed measurement", "Judge %(count)s failed measurements", count
        ) % {"count": count}
        yield Line(what, _("Recommendations"), address("recommendations:failures"))
    documents = ReviewedDocument.objects.filter(verdict=ReviewedDocument.Verdict.WAITING)
    named = documents.values_list(
        "contract__recommendation__key", "contract__recommendation__file__dossier__reference"
    )
    for key, reference in named[:MOST]:
        page = address("recommendations:detail", key)
        yield Line(_("Review the document handed in"), reference or key, page)
    late = Recommendation.objects.filter(due_on__lt=now.date(), state__in=OPEN, file__isnull=False)
    for key, due_on, reference in late.values_list("key", "due_on", "file__dossier__reference")[:MOST]:
        page = address("recommendations:detail", key)
        yield Line(_("See to a late recommendation"), reference, page, due_on, None, True)
    silent = Challenge.objects.filter(
        due_at__lt=now, withdrawn_at=None, evidence__isnull=True, file__isnull=False
    ).select_related("file__dossier__call")
    shown = ("due_at", "file__dossier__reference", "file__dossier__call__time_zone")
    for challenge in silent.only(*shown)[:MOST]:
        dossier = challenge.file.dossier  # type: ignore[union-attr]
        page = address("evidence:of_file", dossier.reference)
        what = _("No measurement came in time: ask again or withdraw")
        yield Line(what, dossier.reference, page, challenge.due_at, dossier.call.zone, True)


def for_editor(user: User, now: datetime) -> Iterator[Line]:
    """Yield the syntheses to begin, to go on with, to publish, and the replies that wait for a response."""
    to_begin = SupportFile.objects.filter(Q(phase="synthesis") | Q(state="completed"), synthesis__isnull=True)
    for reference in to_begin.values_list("dossier__reference", flat=True)[:MOST]:
        yield Line(_("Compose the synthesis"), reference, address("synthesis:manage_list"))
    in_hand = Synthesis.objects.exclude(state=Synthesis.State.PUBLISHED).select_related("call")
    for synthesis in in_hand[:MOST]:
        page = address("synthesis:compose", synthesis.public_id)
        if synthesis.state == Synthesis.State.COMPOSING:
            yield Line(_("Go on with the synthesis"), synthesis.title, page)
        elif synthesis.reply_due_at and synthesis.reply_due_at < now:
            zone = synthesis.call.zone
            what = _("The time of the reply is over: publish, or take back")
            yield Line(what, synthesis.title, page, synthesis.reply_due_at, zone, True)
    answerable = [Synthesis.State.WITH_PROJECT, Synthesis.State.PUBLISHED]  # late replies too
    replies = Reply.objects.filter(responded_at=None, synthesis__state__in=answerable)
    for reply in replies.select_related("synthesis")[:MOST]:
        page = address("synthesis:compose", reply.synthesis.public_id)
        yield Line(_("Say what became of the reply"), reply.synthesis.title, page)


def for_administrator(user: User, now: datetime) -> Iterator[Line]:
    """Yield the mails that failed for good; one query, no content."""
    if count := OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).count():
        what = ngettext("See to %(count)s mail that failed", "See to %(count)s mails that failed", count) % {
            "count": count
        }
        yield Line(what, _("Mails"), address("people:mails"))
