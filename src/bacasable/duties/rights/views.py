"""The public pages of rights: exercise one, confirm it, follow it, take what was given."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance.rights import State
from bacasable.duties.rights import actions, intake
from bacasable.duties.rights.forms import AskForm
from bacasable.duties.rights.letters import remedies, say
from bacasable.duties.rights.models import RightsRequest
from bacasable.duties.rights.queries import by_token, declarations, link_is_enough, may_download
from bacasable.people import instance
from bacasable.people.arrival import network_of
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused

COLOURS = {
    State.RECEIVED: "yellow",
    State.IDENTITY: "orange",
    State.IN_PROGRESS: "blue",
    State.ANSWERED: "green",
    State.REFUSED: "red",
    State.WITHDRAWN: "grey",
}


@allow("rights.ask")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take a request; the page after it is the same whoever asks. ``?service=&right=`` fill the form."""
    chosen = {name: request.GET[name] for name in ("service", "right") if name in request.GET}
    form = AskForm(request.POST or None, initial=chosen)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                intake.ask(
                    **form.cleaned_data,
                    language=get_language() or "fr",
                    network=network_of(request.META.get("REMOTE_ADDR", "")),
                )
            except intake.TooMany as refused:
                form.add_error(None, _(str(refused)))
                status = 429
            except Refused as refused:
                form.add_error(None, _(str(refused)))
            else:
                return redirect("rights:sent")
    context = {"form": form, "by_mail": instance.configuration().rights_address}
    return render(request, "duties/rights/ask.html", context, status=status)


@allow("rights.ask")
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, whoever asked."""
    return render(request, "duties/rights/sent.html")


@allow("rights.ask")
@require_safe
@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """One's own request: where it stands, what was asked, what was answered. Opening it changes nothing."""
    asked = by_token(token)
    if not link_is_enough(asked, request.user):
        return render(request, "duties/rights/sign_in.html", status=403)
    declared = declarations().get(asked.service)
    context = {
        "asked": asked,
        "token": token,
        "service": _(declared.title) if declared else asked.service,
        "right": _(asked.asked.label),
        "state": _(asked.where.label),
        "colour": COLOURS[asked.where],
        "is_guess": asked.to_qualify,
        "to_confirm": asked.where is State.RECEIVED,
        "is_open": asked.closed_at is None,
        "is_refused": asked.where is State.REFUSED,
        "remedies": remedies(),
        "may_download": may_download(asked),
    }
    return render(request, "duties/rights/follow.html", context)


@allow("rights.ask")
@require_POST
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm that the request is one's own."""
    actions.confirm(asked=_own(request, token))
    messages.success(request, _("Your request is confirmed. This page says where it stands."))
    return redirect("rights:follow", token=token)


@allow("rights.ask")
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Drop one's own request."""
    try:
        actions.withdraw(asked=_own(request, token))
    except Refused as refused:
        messages.error(request, _(str(refused)))
    else:
        messages.success(request, _("Your request is withdrawn. Nothing more is done about it."))
    return redirect("rights:follow", token=token)


@allow("rights.ask")
@require_POST
@never_cache
def archive(request: HttpRequest, token: str) -> HttpResponse:
    """Give what an answered access or portability gives, read now."""
    asked = _own(request, token)

    try:
        content = actions.files(asked=asked, say=say)
    except Refused as refused:
        messages.error(request, _(str(refused)))
        return redirect("rights:follow", token=token)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{asked.reference}.zip"'
    return response


def _own(request: HttpRequest, token: str) -> RightsRequest:
    """Return the request of a link that is enough for who holds it; else it is as if it did not exist."""
    asked = by_token(token)
    if not link_is_enough(asked, request.user):
        raise Http404
    return asked
