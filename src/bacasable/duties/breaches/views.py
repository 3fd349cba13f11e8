"""The register of breaches: list, one record with its clock and steps, both notices to print."""

import uuid
from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.duties import steps
from bacasable.duties.breaches import actions
from bacasable.duties.breaches.forms import VERBS, BreachForm
from bacasable.duties.breaches.models import Breach, Notification
from bacasable.duties.breaches.queries import open_breaches, time_left
from bacasable.duties.breaches.rules import NATURES, TRANSITIONS, Risk, State, due_at
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused

_LEADS = {"assess": State.ASSESSED, "close": State.CLOSED, "reopen": State.RECORDED}


#: The drafts of both notices, by whom they are for.
NOTICES = {
    "authority": "duties/breaches/notice_authority.html",
    "persons": "duties/breaches/notice_persons.html",
}


@allow("breaches.handle")
@require_safe
@never_cache
def breaches(request: HttpRequest) -> HttpResponse:
    """The breaches being dealt with and their clock; then those that are closed."""
    now = clock.now()
    context = {
        "open": [_row(breach, now) for breach in open_breaches()],
        "closed": [_row(breach, now) for breach in Breach.objects.filter(state=State.CLOSED.value)],
        "columns": [
            {"key": "title", "label": _("Breach")},
            {"key": "aware", "label": _("Known since")},
            {"key": "clock", "label": _("Notice to the authority")},
            {"key": "state", "label": _("State")},
        ],
    }
    return render(request, "duties/breaches/breaches.html", context)


@allow("breaches.handle")
@require_http_methods(["GET", "POST"])
@never_cache
def record(request: HttpRequest) -> HttpResponse:
    """Enter a breach."""
    form = BreachForm(request.POST or None, initial={"aware_at": clock.now()})
    if request.method == "POST" and form.is_valid():
        try:
            breach = actions.record(by=cast(User, request.user), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, _(str(refused)))
        else:
            return redirect("breaches:detail", public_id=breach.public_id)
    status = 422 if form.errors else 200
    return render(request, "duties/breaches/form.html", {"form": form}, status=status)


@allow("breaches.handle")
@require_http_methods(["GET", "POST"])
@never_cache
def revise(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Correct or complete a record; what was typed stays where it is refused."""
    breach = get_object_or_404(Breach, public_id=public_id)
    initial = {name: getattr(breach, name) for name in (*actions.FACTS, "revision")}
    form = BreachForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"revision": form.cleaned_data["revision"] or 0}
        try:
            actions.revise(breach=breach, by=cast(User, request.user), **given)
        except Refused as refused:
            form.add_error(None, _(str(refused)))
        else:
            return redirect("breaches:detail", public_id=public_id)
    context = {"form": form, "breach": breach}
    return render(request, "duties/breaches/form.html", context, status=422 if form.errors else 200)


@allow("breaches.handle")
@require_safe
@never_cache
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One record: facts, clock, risk, notices sent, steps."""
    return _detail(request, get_object_or_404(Breach, public_id=public_id))


@allow("breaches.handle")
@require_POST
@never_cache
def act(request: HttpRequest, public_id: uuid.UUID, verb: str) -> HttpResponse:
    """Do one of the steps."""
    breach = get_object_or_404(Breach, public_id=public_id)
    bound = steps.act(request, verb, VERBS, actions, breach=breach)
    if bound:
        return _detail(request, breach, bound, status=422)
    return redirect("breaches:detail", public_id=public_id)


@allow("breaches.handle")
@require_safe
@never_cache
def notice(request: HttpRequest, public_id: uuid.UUID, to: str) -> HttpResponse:
    """A notice drafted from the record, to print or to copy: to the authority, or to the persons."""
    if to not in Notification.To.values:
        raise Http404
    breach = get_object_or_404(Breach, public_id=public_id)
    dpo = next(
        (
            declared.controller.dpo
            for key, service in catalogue().items()
            if (declared := processing_of(service)).controller.dpo
            and (not breach.services or key in breach.services)
        ),
        None,
    )
    context = {
        "breach": breach,
        "natures": [_(NATURES[key]) for key in breach.nature if key in NATURES],
        "services": _titles(breach),
        "risk": _(Risk(breach.risk).label),
        "due": due_at(breach.aware_at),
        "phase": breach.notifications.filter(to=to).count() + 1,
        "contact": ", ".join(_(part) for part in (dpo.name, dpo.contact) if part) if dpo else "",
    }
    return render(request, NOTICES[to], context)


def _row(breach: Breach, now: datetime) -> dict[str, Any]:
    return {
        "title": f"{breach.reference} · {breach.title}",
        "href": reverse("breaches:detail", args=[breach.public_id]),
        "aware": date_format(timezone.localtime(breach.aware_at), "DATETIME_FORMAT"),
        "clock": _clock(breach, now),
        "state": _(State(breach.state).label),
    }


def _clock(breach: Breach, now: datetime) -> Any:
    """Return the time left in words; a badge once it is over."""
    left = time_left(breach, now)
    if left is None:
        return _("sent, or not needed")
    hours = int(left.total_seconds() // 3600)
    if hours < 0:
        return {"badge": _("the 72 hours are over"), "colour": "red"}
    return ngettext("%(count)s hour left", "%(count)s hours left", hours) % {"count": hours}


def _titles(breach: Breach) -> list[str]:
    known = catalogue()
    return [_(processing_of(known[key]).title) if key in known else key for key in breach.services]


def _detail(
    request: HttpRequest, breach: Breach, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    state = State(breach.state)
    verbs = [
        verb
        for verb in VERBS
        if (state is not State.CLOSED if verb == "notify" else _LEADS[verb] in TRANSITIONS[state])
    ]
    titles = {
        "assess": _("Assess the risk"),
        "notify": _("Note a notice that was sent"),
        "close": _("Close the record"),
        "reopen": _("Open the record again"),
    }
    context = {
        "breach": breach,
        "is_open": state is not State.CLOSED,
        "state": _(state.label),
        "risk": _(Risk(breach.risk).label),
        "clock": _clock(breach, now),
        "due": due_at(breach.aware_at),
        "natures": [_(NATURES[key]) for key in breach.nature if key in NATURES],
        "services": _titles(breach),
        "sent": breach.notifications.all(),
        "tells_persons": Risk(breach.risk).notifies_persons,
        **steps.shown(VERBS, titles, verbs, bound or {}),
    }
    return render(request, "duties/breaches/detail.html", context, status=status)
