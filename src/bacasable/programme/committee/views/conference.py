"""The public conference: its page, registration and its cancelling, the calendar file, the officer's form."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bacasable.compliance import clock
from bacasable.people.permissions import allow, may
from bacasable.programme.call import prose
from bacasable.programme.call.calendar import instant_words
from bacasable.programme.call.models import Call
from bacasable.programme.call.views import unindexed
from bacasable.programme.committee import actions
from bacasable.programme.committee.forms.conference import ConferenceForm, RegistrationForm
from bacasable.programme.committee.models import Conference
from bacasable.programme.committee.queries import conferences as queries
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.letters import address_of
from bacasable.programme.dossiers.refusals import Refused

#: registrations that one browser sends in an hour; the cap of the conference holds whatever a browser forgets
REGISTRATIONS_PER_BROWSER = 5
PER_PAGE = 100
_ASKED = "conference_registrations"


@require_safe
@allow("conference.read")
def conference(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page: when, where, what, how to come; after the event, the replay."""
    found = queries.public_conference(slug)
    context = _public_context(found) | {"can_manage": may(request.user, "committee.manage")}
    page = render(request, "programme/committee/conference.html", context)
    return unindexed(page, found.call)


def _public_context(found: Conference) -> dict[str, Any]:
    now = clock.now()
    call = found.call
    left = queries.seats_left(found)
    return {
        "conference": found,
        "call": call,
        "starts": instant_words(found.starts_at, call.zone),
        "ends": instant_words(found.ends_at, call.zone),
        "closes": instant_words(found.registration_closes_at, call.zone)
        if found.registration_closes_at
        else "",
        "programme": prose.to_html(found.programme),
        "is_over": now > found.ends_at,
        "takes_registrations": found.takes_registrations(now),
        "seats_left": left,
        "is_full": left == 0,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@allow("conference.read")
@never_cache
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a registration. The answer is the same whether the address was registered or not."""
    found = queries.public_conference(slug)
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        now = clock.now().timestamp()
        asked = [at for at in request.session.get(_ASKED, []) if at > now - 3600]
        if len(asked) >= REGISTRATIONS_PER_BROWSER:
            form.add_error(
                None, _("You registered several people just now. Keep what you typed and try in an hour.")
            )
            status = 429
        else:
            try:
                actions.register(conference=found, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, wording.refusal(refused, found.call))
                status = 429 if refused.code == "many" else 409
            else:
                request.session[_ASKED] = [*asked, now]
                messages.success(
                    request,
                    _("Your registration is noted. A mail confirms it, with the address that cancels it."),
                )
                return redirect("committee:conference", slug=slug)
    context = _public_context(found) | {"form": form}
    page = render(request, "programme/committee/conference_register.html", context, status=status)
    return unindexed(page, found.call)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("conference.read")
@never_cache
def cancel(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Opening the address cancels nothing: the button of the page does."""
    registration = queries.registration_of(slug, token)
    is_done = registration.cancelled_at is not None
    if request.method == "POST":
        actions.cancel_registration(registration=registration)
        is_done = True
    found = registration.conference
    context = {"conference": found, "call": found.call, "is_done": is_done}
    page = render(request, "programme/committee/conference_cancelled.html", context)
    page["Referrer-Policy"] = "no-referrer"
    return unindexed(page, found.call)


@require_safe
@allow("conference.read")
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The event as an iCalendar file."""
    found = queries.public_conference(slug)
    host = urlsplit(settings.BACASABLE.public_url).hostname or "localhost"
    content = queries.calendar_file(
        found, address_of("committee:conference", slug), host, found.published_at or clock.now()
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="conference-{slug}.ics"'
    return unindexed(response, found.call)


@require_http_methods(["GET", "POST"])
@allow("committee.manage")
@never_cache
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the conference of a call, publish it, see who registered."""
    call = get_object_or_404(Call, slug=slug)
    stored = Conference.objects.filter(call=call).first()
    form = ConferenceForm(
        request.POST if request.method == "POST" else None,
        instance=Conference.objects.filter(call=call).first(),
        call=call,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.save_conference(
                call=call,
                fields=form.values(),
                publish="publish" in request.POST,
                by=request.user,  # type: ignore[arg-type]
            )
        except Refused as refused:
            field = {"dates": "ends_at", "seats": "seats"}.get(refused.code)
            form.add_error(field, wording.refusal(refused, call))
        else:
            messages.success(
                request,
                _("The page of the conference is public.") if made.published_at else _("The draft is saved."),
            )
            return redirect("committee:conference_edit", slug=slug)
    context = {
        "call": call,
        "conference": stored,
        "form": form,
        **_registrations(request, stored),
    }
    status = 422 if form.errors else 200
    return render(request, "programme/committee/conference_edit.html", context, status=status)


def _registrations(request: HttpRequest, conference: Conference | None) -> dict[str, Any]:
    if conference is None:
        return {}
    page = Paginator(conference.registrations.filter(cancelled_at=None), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return {
        "page": page,
        "columns": [
            {"key": "name", "label": _("Name")},
            {"key": "email", "label": _("E-mail address")},
            {"key": "needs", "label": _("Needs for access")},
            {"key": "at", "label": _("Registered")},
        ],
        "rows": [
            {
                "name": registration.name,
                "email": registration.email,
                "needs": registration.needs,
                "at": date_format(localtime(registration.at, conference.call.zone), "SHORT_DATETIME_FORMAT"),
            }
            for registration in page.object_list
        ],
    }
