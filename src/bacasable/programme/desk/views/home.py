"""The home page: the open call, the edition decided last with its projects, the last publications."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bacasable.compliance import clock
from bacasable.people.permissions import allow
from bacasable.programme.call.calendar import calendar_words
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.call.sheet import state_badge
from bacasable.programme.synthesis.models import Synthesis

SHOWN = 3


@require_safe
@allow("desk.home")
def home(request: HttpRequest) -> HttpResponse:
    """Four queries at most, whatever the number of calls."""
    now = clock.now()
    published = Call.objects.filter(state=Call.State.PUBLISHED, closes_at__gt=now - Call.LONGEST_GRACE)
    live = [call for call in published.order_by("closes_at") if now <= call.deadline][:SHOWN]
    edition = (
        Call.objects.filter(state__in=[Call.State.DECIDED, Call.State.ARCHIVED])
        .prefetch_related("projects")
        .order_by("-decided_at")
        .first()
    )
    projects = list(edition.projects.all()) if edition else []
    published_last = Synthesis.objects.filter(state=Synthesis.State.PUBLISHED).order_by("-published_at")
    context = {
        "publications": published_last.only("slug", "title", "language", "published_at")[:SHOWN],
        "live": [
            {
                "call": call,
                "badge": state_badge(call),
                "calendar": calendar_words(call),
                "can_apply": call.accepts_deposits(now),
            }
            for call in live
        ],
        "edition": edition,
        "edition_badge": state_badge(edition) if edition else None,
        "laureates": [p for p in projects if p.track == SelectedProject.Track.LAUREATE],
        "advised": [p for p in projects if p.track == SelectedProject.Track.ADVISED],
    }
    return render(request, "programme/desk/home/home.html", context)
