"""The demo's own pages: role switch, clock, outbox."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bacasable.compliance import clock
from bacasable.demo import clock as demo_clock
from bacasable.demo import outbox
from bacasable.demo.accounts import player
from bacasable.demo.forms import ClockForm
from bacasable.people import sessions
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.programme.call.models import Call


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else "desk:home")


@require_POST
@allow("site.public")
def switch_role(request: HttpRequest) -> HttpResponse:
    """Become one of the demo's people, or nobody."""
    role = request.POST.get("role", "")
    if role == "public":
        logout(request)
        return redirect("desk:home")
    person = player(role)
    if person is None:
        raise Http404(role)
    sessions.begin(request, get_object_or_404(User, email=person.email), sessions.DEMO)
    messages.success(request, _("You now play: %(role)s.") % {"role": _(person.label)})
    return redirect("dossiers:list" if not person.grants else "desk:home")


@require_http_methods(["GET", "POST"])
@allow("site.public")
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the demo's clock by a step, to an instant, or back to real time."""
    form = ClockForm(initial={"at": localtime(clock.now())})
    if request.method == "POST":
        step = request.POST.get("step")
        if step == "reset":
            demo_clock.set_offset(timedelta(0))
        elif step in {"hour", "day", "week"}:
            delta = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}[step]
            demo_clock.set_offset(demo_clock.offset() + delta)
        elif step in {"before", "after"}:
            call = _open_call()
            if call is None:
                raise Http404("no call with a deadline ahead")
            moved = timedelta(minutes=-5) if step == "before" else timedelta(minutes=1)
            demo_clock.move_to(call.deadline + moved)
        else:
            form = ClockForm(request.POST)
            if not form.is_valid():
                return render(request, "demo/clock.html", {"form": form, "call": _open_call()}, status=422)
            demo_clock.move_to(form.cleaned_data["at"])
        messages.success(request, _("The demonstration's clock was moved."))
        return redirect("demo:clock")
    return render(request, "demo/clock.html", {"form": form, "call": _open_call()})


def _open_call() -> Call | None:
    return Call.objects.filter(state=Call.State.PUBLISHED).order_by("closes_at").first()


@require_GET
@allow("site.public")
def read_outbox(request: HttpRequest, key: str = "") -> HttpResponse:
    """List the mails that the demo would have sent, or show one."""
    shown = outbox.letter(key) if key else None
    if key and shown is None:
        raise Http404("no such mail")
    return render(request, "demo/outbox.html", {"letters": outbox.letters(), "shown": shown})
