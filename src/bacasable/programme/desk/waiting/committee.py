"""What waits for experts of a panel, and for who decides."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.people.models import User
from bacasable.people.permissions import may
from bacasable.programme.committee.models import (
    Assessment,
    ConflictDeclaration,
    Delegation,
    Deliberation,
    Examination,
    PanelMember,
    Selection,
)
from bacasable.programme.desk.waiting.lines import MOST, Line, address

#: Selections in which a panel still has something to say.
AT_WORK = (Selection.State.PREPARING, Selection.State.SCORING)


def for_expert(user: User, now: datetime) -> Iterator[Line]:
    """Yield undertakings to sign, links to declare, dossiers to score; three queries, references only."""
    seats = list(
        PanelMember.objects.filter(user=user, left_at=None, selection__state__in=AT_WORK)
        .select_related("selection__call")
        .order_by("pk")
    )
    if not seats:
        return
    for seat in seats:
        if seat.undertaking_signed_at is None:
            call = seat.selection.call
            page = address("committee:undertaking", call.slug)
            yield Line(_("Sign the undertaking of confidentiality"), call.title, page)
    yield from _undeclared([seat for seat in seats if seat.undertaking_signed_at])
    yield from _to_score(user, now)


def _undeclared(seats: list[PanelMember]) -> Iterator[Line]:
    declared = ConflictDeclaration.objects.filter(
        examination=OuterRef("pk"), member__in=[seat.pk for seat in seats]
    )
    counts = dict(
        Examination.objects.filter(
            selection__in=[seat.selection_id for seat in seats], state=Examination.State.ADMISSIBLE
        )
        .exclude(Exists(declared))
        .order_by()
        .values_list("selection_id")
        .annotate(Count("pk"))
    )
    for seat in seats:
        if count := counts.get(seat.selection_id):
            call = seat.selection.call
            what = ngettext(
                "Say whether a link ties you to %(count)s candidate",
                "Say whether a link ties you to %(count)s candidates",
                count,
            ) % {"count": count}
            yield Line(what, call.title, address("committee:conflicts", call.slug))


def _to_score(user: User, now: datetime) -> Iterator[Line]:
    last_word = (
        ConflictDeclaration.objects.filter(
            member=OuterRef("assignment__member"), examination=OuterRef("assignment__examination")
        )
        .order_by("-declared_at", "-pk")
        .values("has_conflict")[:1]
    )
    drafts = (
        Assessment.objects.filter(
            state=Assessment.State.DRAFT,
            assignment__ended_at=None,
            assignment__member__user=user,
            assignment__member__left_at=None,
            assignment__member__undertaking_signed_at__isnull=False,
            assignment__examination__selection__state=Selection.State.SCORING,
        )
        .annotate(in_conflict=Subquery(last_word))
        .filter(in_conflict=False)
        .select_related("assignment__examination__dossier", "assignment__examination__selection__call")
        .defer("assignment__examination__dossier__answers", "assignment__examination__dossier__data_key")
    )
    for assessment in drafts[:MOST]:
        examination = assessment.assignment.examination
        selection = examination.selection
        due_at = selection.scores_due_at
        yield Line(
            _("Read and score the dossier"),
            examination.dossier.reference,
            address("committee:assess", assessment.public_id),
            due_at,
            selection.call.zone,
            bool(due_at and due_at < now),
        )


def for_signatory(user: User, now: datetime) -> Iterator[Line]:
    """Yield the selections that the president, or who holds the signature, may decide now."""
    deliberating = Selection.objects.filter(
        Exists(Deliberation.objects.filter(selection=OuterRef("pk"))), state=Selection.State.DELIBERATING
    )
    if not may(user, "committee.decide"):
        if not getattr(user, "session_is_verified", False):
            return
        held = Delegation.objects.filter(
            Q(call=OuterRef("call")) | Q(call=None),
            to=user,
            revoked_at=None,
            starts_at__lte=now,
            ends_at__gte=now,
        )
        deliberating = deliberating.filter(Exists(held))
    for slug, title in deliberating.values_list("call__slug", "call__title")[:MOST]:
        yield Line(_("Decide on the dossiers"), title, address("committee:decide", slug))
