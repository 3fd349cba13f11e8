"""The way in: what the service is, a paper code, a proven identity, linking one to the other, leaving."""

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.oidc import ProviderUnusable
from bacasable.people.permissions import allow, may
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.processing import PROCESSING
from bacasable.services.water_use.web import franceconnect, looking, running, shown, visiting
from bacasable.services.water_use.web.actions import access
from bacasable.services.water_use.web.forms import CodeForm
from bacasable.ui.saying import spoken

_LOG = logging.getLogger("bacasable.water_use")


@allow("water_use.read")
@require_http_methods(["GET", "POST"])
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """What the service is and never does; a code to type, or an identity to prove."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            contract = access.enter_code(typed=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", spoken(refused.said))
        else:
            visiting.opened(request, contract)
            return redirect("water_use:by_code")
    context = {
        "form": form,
        "refused": [_(reason) for reason in PROCESSING.refused_uses.values()],
        "homes": visiting.homes_of(request),
        "identity": visiting.identity_of(request),
        "provider": running.settings().franceconnect_name if franceconnect.is_configured() else "",
        "utility": running.utility_name(),
        "may_follow": may(request.user, "water_use.leaks"),
        "may_manage": may(request.user, "water_use.manage"),
        "may_protect": may(request.user, "water_use.protection"),
    }
    return render(request, "water_use/start.html", context, status=422 if form.errors else 200)


@allow("water_use.own_home")
@require_safe
@never_cache
def by_code(request: HttpRequest) -> HttpResponse:
    """The home that a code opened: the state of leaks, totals, the last reading; nothing finer."""
    contract = visiting.by_code(request)
    if contract is None:
        messages.info(request, _("Type the code of your letter: what it opened is closed again."))
        return redirect("water_use:start")
    try:
        totals = looking.totals(contract)
    except Refused as refused:
        return closed(request, refused)
    context = {
        **shown.months_table(totals.months, totals.volumes),
        "leaks": [shown.leak(one) for one in looking.leaks(contract)],
        "last": looking.last_reading(contract),
        "grain": contract.grain,
        "identity": visiting.identity_of(request),
        "provider": running.settings().franceconnect_name if franceconnect.is_configured() else "",
    }
    return render(request, "water_use/by_code.html", context)


@allow("water_use.own_home")
@require_POST
def link(request: HttpRequest) -> HttpResponse:
    """Link the home that a code opened to the identity that was proven."""
    contract, identity = visiting.by_code(request), visiting.identity_of(request)
    if contract is None or identity is None:
        messages.info(request, _("Type the code of your letter and prove who you are: both are needed."))
        return redirect("water_use:start")
    try:
        access.link(contract=contract, identity=identity, names=visiting.names_of(request))
    except Refused as refused:
        messages.error(request, spoken(refused.said))
        return redirect("water_use:by_code")
    messages.success(request, _("This home is now opened by your identity, until you move out."))
    return redirect("water_use:home", contract.public_id)


@allow("water_use.own_home")
@require_safe
@never_cache
def prove(request: HttpRequest) -> HttpResponseBase:
    """Send the person to the identity provider: by a link, since forms may lead nowhere else than here."""
    if not franceconnect.is_configured():
        messages.error(
            request, _("No identity provider is set up here. The water service can tell you more.")
        )
        return redirect("water_use:start")
    try:
        return redirect(franceconnect.address_of(request))
    except ProviderUnusable as error:
        return _unusable(request, error)


@allow("water_use.own_home")
@require_safe
@never_cache
def franceconnect_callback(request: HttpRequest) -> HttpResponseBase:
    """Receive the identity provider's answer: know who it is, or say why not."""
    try:
        found = franceconnect.proven(request)
    except franceconnect.NotProven as refused:
        _LOG.warning("an identity was not proven (%s)", refused)
        messages.error(request, _("Your identity was not proven. Start again from this page."))
        return redirect("water_use:start")
    except ProviderUnusable as error:
        return _unusable(request, error)
    contract = visiting.by_code(request)
    identity = access.sign_in(issuer=found.issuer, subject=found.subject)
    visiting.begin(request, identity.public_id, visiting.digests_of(found.names), found.id_token)
    return redirect("water_use:by_code" if contract else "water_use:start")


@allow("water_use.own_home")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close what the code and the identity opened here, and lead to where the provider closes it too."""
    farewell = franceconnect.goodbye(visiting.end(request))
    messages.success(request, _("You left. Close the browser if others use this machine."))
    if not farewell:
        return redirect("water_use:start")
    context = {"farewell": farewell, "provider": running.settings().franceconnect_name}
    return render(request, "water_use/left.html", context)


def closed(request: HttpRequest, refused: Refused | ValueError) -> HttpResponse:
    """Say why no home is shown now: the gate holds, or readings cannot be joined to a home any more."""
    said = getattr(refused, "said", None)
    context = {"why": spoken(said) if said is not None else str(refused)}
    return render(request, "water_use/closed.html", context, status=503)


def _unusable(request: HttpRequest, error: ProviderUnusable) -> HttpResponse:
    _LOG.error("the identity provider cannot be used: %s", error)
    messages.error(request, _("The identity provider does not answer. Try again in some minutes."))
    return redirect("water_use:start")
