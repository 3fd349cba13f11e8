"""Meetings: announced, minuted, approved or remarked on."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bacasable.compliance import clock
from bacasable.people.permissions import allow, require
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import actions, queries, wording
from bacasable.programme.support.forms import DropForm, MeetingForm, MinutesForm, RemarkForm
from bacasable.programme.support.models import Meeting, SupportFile
from bacasable.programme.support.views.frame import acted, frame, page, person


@allow("support.read", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def meetings(request: HttpRequest, reference: str) -> HttpResponse:
    """The meetings, the next ones first, and for the office the form to announce one."""
    file = queries.readable(reference, request.user)
    form = MeetingForm(request.POST if request.method == "POST" else None, zone=file.dossier.call.zone)
    if request.method == "POST":
        require(request.user, "support.guide", file)
        if form.is_valid() and acted(
            form, file, actions.call_meeting, file=file, by=person(request), **form.cleaned_data
        ):
            messages.success(request, _("The meeting is announced. The project was told."))
            return redirect("support:meetings", reference=reference)
    rows = [_row(file, meeting) for meeting in file.meetings.order_by("-held_at")]
    columns = [
        {"key": "held", "label": _("Date and time"), "nowrap": True},
        {"key": "place", "label": _("Place")},
        {"key": "state", "label": _("State")},
    ]
    status = 422 if form.is_bound and form.errors else 200
    return page(request, file, "meetings", status=status, form=form, rows=rows, columns=columns)


def _row(file: SupportFile, meeting: Meeting) -> dict[str, Any]:
    text, colour = state_of(meeting, clock.now())
    return {
        "held": wording.moment(meeting.held_at, file),
        "place": meeting.place or "–",
        "state": {"badge": text, "colour": colour},
        "href": reverse("support:meeting", args=[file.dossier.reference, meeting.public_id]),
    }


def state_of(meeting: Meeting, now: datetime) -> tuple[str, str]:
    """Return where a meeting stands, in words, and the colour of its badge."""
    if meeting.cancelled_at:
        return _("cancelled"), "grey"
    if meeting.approved_at:
        return _("minutes approved"), "green"
    if meeting.minutes_at:
        return _("minutes to approve"), "yellow"
    if meeting.held_at <= now:
        return _("minutes to write"), "yellow"
    return _("announced"), "blue"


@allow("support.read", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def meeting(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """One meeting: agenda, minutes, remarks, and what the reader may do.

    A POST says which in ``act``: ``minutes``, ``cancel``, ``approve`` or ``remark``.
    """
    file = queries.readable(reference, request.user)
    found = (
        file.meetings.select_related("called_by", "approved_by")
        .prefetch_related("remarks__by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    act = request.POST.get("act", "") if request.method == "POST" else ""
    data = request.POST if request.method == "POST" else None
    minutes = MinutesForm(
        data if act == "minutes" else None,
        initial={"present": found.present, "minutes": found.minutes},
        prefix="minutes",
    )
    remark = RemarkForm(data if act == "remark" else None, prefix="remark")
    cancel = DropForm(data if act == "cancel" else None, prefix="cancel")
    if request.method == "POST":
        require(request.user, "support.write", file)
        by = person(request)
        done = False
        if act == "approve":
            done = _approve(request, file, found)
        elif act == "minutes" and minutes.is_valid():
            done = acted(minutes, file, actions.minute, meeting=found, by=by, **minutes.cleaned_data)
        elif act == "remark" and remark.is_valid():
            done = acted(remark, file, actions.remark, meeting=found, by=by, **remark.cleaned_data)
        elif act == "cancel" and cancel.is_valid():
            done = acted(cancel, file, actions.cancel_meeting, meeting=found, by=by, **cancel.cleaned_data)
        if done:
            messages.success(request, _("Noted. The other side was told."))
        if done or act not in {"minutes", "remark", "cancel"}:
            return redirect("support:meeting", reference=reference, public_id=public_id)
    forms = [minutes, remark, cancel]
    text, colour = state_of(found, clock.now())
    context = frame(request, file)
    return page(
        request,
        file,
        "meeting",
        heading=_("Meeting of %(at)s") % {"at": wording.moment(found.held_at, file)},
        status=422 if any(form.is_bound and form.errors for form in forms) else 200,
        forms=forms,
        minutes_form=minutes,
        remark_form=remark,
        cancel_form=cancel,
        meeting=found,
        held=wording.moment(found.held_at, file),
        minutes_at=wording.moment(found.minutes_at, file),
        approved_at=wording.moment(found.approved_at, file),
        seen=found.minutes_at.isoformat() if found.minutes_at else "",
        meeting_state=text,
        meeting_colour=colour,
        remarks=[
            {"text": one.text, "by": str(one.by), "at": wording.moment(one.at, file)}
            for one in found.remarks.all()
        ],
        can_minute=context["may_guide"] and _is_open(found) and found.held_at <= clock.now(),
        can_cancel=context["may_guide"] and _is_open(found) and found.minutes_at is None,
        can_approve=context["may_follow"] and _is_open(found) and found.minutes_at is not None,
    )


def _is_open(meeting: Meeting) -> bool:
    return meeting.cancelled_at is None and meeting.approved_at is None


def _approve(request: HttpRequest, file: SupportFile, found: Meeting) -> bool:
    try:
        seen = parse_datetime(request.POST.get("seen", "")[:40])
    except ValueError:  # no such day
        seen = None
    if seen is None:  # what was read is not said: as if it had changed since
        seen = datetime.min.replace(tzinfo=UTC)
    try:
        actions.approve_minutes(meeting=found, by=person(request), seen=seen)
    except Refused as refused:
        messages.error(request, wording.refusal(refused, file))
        return False
    return True
