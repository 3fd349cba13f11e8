"""The list of one's support files, and the page of a file that both sides see."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bacasable.compliance import clock
from bacasable.people.permissions import allow
from bacasable.programme.support import queries, readings, rules, wording
from bacasable.programme.support.models import Side, SupportFile
from bacasable.programme.support.views.frame import page, person

PER_PAGE = 50
#: Events on the file's page; the page of the history shows all.
LAST_EVENTS = 12


@allow("support.list")
@require_GET
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The support files that the person takes part in, on either side."""
    user = person(request)
    files = Paginator(queries.of_person(user), PER_PAGE).get_page(request.GET.get("page"))
    listed = list(files.object_list)
    waits = readings.waiting(listed)
    rows = [_row(file, waits[file.pk][queries.side_of(file, user)]) for file in listed]
    columns = [
        {"key": "reference", "label": _("Reference"), "nowrap": True},
        {"key": "title", "label": _("Project")},
        {"key": "track", "label": _("Track")},
        {"key": "state", "label": _("State")},
        {"key": "phase", "label": _("Phase")},
        {"key": "end", "label": _("End"), "nowrap": True},
        {"key": "waits", "label": _("Waits for you"), "numeric": True},
    ]
    context = {"rows": rows, "columns": columns, "page": files}
    return render(request, "programme/support/list.html", context)


def _row(file: SupportFile, waits: Sequence[readings.Waiting]) -> dict[str, Any]:
    return {
        "reference": file.dossier.reference,
        "title": file.dossier.title,
        "track": file.get_track_display(),
        "state": {"badge": file.get_state_display(), "colour": wording.COLOURS[file.state]},
        "phase": wording.phase(file.phase),
        "end": wording.day(file.ends_on) or "–",
        "waits": sum(one.count for one in waits),
        "href": reverse("support:file", args=[file.dossier.reference]),
    }


@allow("support.read", by_object=True)
@require_GET
@never_cache
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The page that both sides see: where the support stands, what waits for whom, what happened last."""
    file = queries.readable(reference, request.user)
    side = queries.side_of(file, request.user)
    other = Side.PROJECT if side == Side.OFFICE else Side.OFFICE
    waits = readings.waiting([file])[file.pk]
    changes = list(file.changes.all())
    last = changes[-1] if changes else None
    return page(
        request,
        file,
        "file",
        facts=_facts(file, changes),
        mine=[_task(file, one) for one in waits[side]],
        theirs=[_task(file, one) for one in waits[other]],
        phases=phases(file),
        events=[_event(file, one) for one in readings.events(file, LAST_EVENTS, changes)],
        team=queries.team_of(file),
        last_reason=last.reason if last is not None and last.kind in ("suspend", "exit") else "",
        shield=queries.shows_shield(file),
    )


@allow("support.read", by_object=True)
@require_GET
@never_cache
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that happened in the file, the last first."""
    file = queries.readable(reference, request.user)
    events = Paginator(readings.events(file), PER_PAGE).get_page(request.GET.get("page"))
    items = [_event(file, one) for one in events.object_list]
    return page(request, file, "history", items=items, events=events)


def _facts(file: SupportFile, changes: list[Any]) -> list[dict[str, Any]]:
    today = clock.now().astimezone(file.dossier.call.zone).date()
    rows: list[dict[str, Any]] = [
        {"key": _("Track"), "value": file.get_track_display()},
        {"key": _("Phase"), "value": wording.phase(file.phase)},
        {"key": _("Starts"), "value": wording.day(file.starts_on) or _("once both sides have signed")},
    ]
    if file.ends_on is not None:
        rows.append({"key": _("Ends"), "value": _end(file, today)})
    suspended = queries.suspended_days(file, changes, today)
    if suspended:
        days = ngettext("%(count)s day", "%(count)s days", suspended) % {"count": suspended}
        rows.append({"key": _("Suspended"), "value": days})
    rows.append({"key": _("Agreement"), "value": _agreement(file)})
    rows.append({"key": _("Team of the office"), "value": _team(file)})
    people = [str(membership.user) for membership in file.dossier.memberships.all()]
    rows.append({"key": _("Team of the project"), "value": ", ".join(people)})
    return rows


def _end(file: SupportFile, today: Any) -> str:
    end = queries.expected_end(file) or today
    if rules.is_over(file.state):
        ended = file.ended_at.astimezone(file.dossier.call.zone).date() if file.ended_at else end
        return _("ended on %(day)s") % {"day": wording.day(ended)}
    left = (end - today).days
    if file.state == SupportFile.State.SUSPENDED:
        return _("%(day)s if it is resumed today") % {"day": wording.day(end)}
    if left < 0:
        return _("%(day)s, passed") % {"day": wording.day(end)}
    return ngettext("%(day)s, %(count)s day left", "%(day)s, %(count)s days left", left) % {
        "day": wording.day(end),
        "count": left,
    }


def _agreement(file: SupportFile) -> str:
    agreement = getattr(file, "agreement", None)
    if agreement is None:
        return _("not written yet")
    if agreement.signed_filed_at or (agreement.office_signed_at and agreement.project_signed_at):
        return _("signed by both sides")
    if agreement.office_signed_at:
        return _("signed by the office, waits for the project")
    if agreement.project_signed_at:
        return _("signed by the project, waits for the office")
    return _("written, waits for signatures")


def _team(file: SupportFile) -> SafeString | str:
    members = queries.team_of(file)
    if not members:
        return _("not composed yet")
    lines = SafeString("")
    for index, member in enumerate(members):
        words = wording.skill(member.skill)
        if member.is_lead:
            words = _("%(skill)s, leads the team") % {"skill": words}
        lines += format_html("{}<bdi>{}</bdi> ({})", SafeString("<br>") if index else "", member.user, words)
    return lines


def _task(file: SupportFile, one: readings.Waiting) -> dict[str, Any]:
    args = [file.dossier.reference, one.target] if one.target else [file.dossier.reference]
    return {"text": wording.waiting(one.key, one.count), "href": reverse(one.page, args=args)}


def phases(file: SupportFile) -> list[dict[str, str]]:
    """Return the phases of the track in order, each done, current or to come, for a timeline."""
    track = rules.TRACKS[file.track].phases
    here = track.index(file.phase)
    started = file.state != SupportFile.State.OPENED
    marks = []
    for index, key in enumerate(track):
        state = "done" if index < here or file.state == SupportFile.State.COMPLETED else "future"
        if index == here and started and not rules.is_over(file.state):
            state = "current"
        marks.append({"when": str(index + 1), "title": wording.phase(key), "text": "", "state": state})
    return marks


def _event(file: SupportFile, one: readings.Event) -> dict[str, Any]:
    href = reverse(one.page, args=[file.dossier.reference, *([one.target] if one.target else [])])
    words = wording.event(one.key, one.facts, file)
    return {
        "when": wording.moment(one.at, file),
        "title": format_html('<a class="govuk-link" href="{}">{}</a>', href, words),
        "text": str(one.who) if one.who is not None else "",
        "state": "done",
    }
