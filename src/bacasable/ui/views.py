"""The pages of no room: components, accessibility, legal notice, personal data; and the two switches."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from bacasable.compliance import clock
from bacasable.ui import context, rgaa, showcase
from bacasable.ui.declaration import declarations

_YEAR = 365 * 24 * 3600


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a page as public. People's ``allow`` does the same, but stands above this storey."""
    view.permission = "site.public"  # type: ignore[attr-defined]
    view.permission_by_object = False  # type: ignore[attr-defined]
    return view


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Go back to the page that the switch was on, never to another site."""
    there = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(there)
    return HttpResponseRedirect(there if safe and parts.path.startswith("/") else "/")


def _contact() -> str:
    return settings.BACASABLE.contact_address or settings.BACASABLE.mail_from


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name, value, max_age=_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


# The two switches change nothing but the look of one browser, so they do without a token: a visitor who only
# reads is given no cookie.
@public
@csrf_exempt
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language chosen, in a cookie."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in {code for code, _name in settings.LANGUAGES}:
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@public
@csrf_exempt
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember whether pages are light or dark, or follow the reader's system."""
    response = _back(request)
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        _remember(response, context.THEME_COOKIE, chosen)
    elif chosen == "auto":
        response.delete_cookie(context.THEME_COOKIE, samesite="Lax")
    return response


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was tested of the RGAA and what was not, how to complain, and to whom."""
    return render(request, "ui/pages/accessibility.html", {"grid": rgaa.grid(), "contact": _contact()})


@public
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Publisher, director, host, cookies, licence: what the settings say, and which say nothing yet."""
    context = {"instance": settings.BACASABLE, "contact": _contact(), "version": version("bacasable")}
    return render(request, "ui/pages/legal.html", context)


@public
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """The attestation of security approval, as the settings give it; whether it is in force today."""
    told = settings.BACASABLE
    first, last = told.security_approved_on, told.security_approved_until
    state = "none"
    if told.security_authority and first and last:
        today = timezone.localdate(clock.now())
        state = "future" if today < first else "over" if today > last else "in_force"
    context = {"instance": told, "state": state, "contact": _contact()}
    return render(request, "ui/pages/security.html", context)


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The information of GDPR article 13, from the declarations of the services of this installation."""
    return render(request, "ui/pages/privacy.html", {"declarations": declarations()})


@public
def components(request: HttpRequest) -> HttpResponse:
    """Each component with its code: the reference of who writes templates."""
    extra: dict[str, Any] = showcase.examples(request)
    return render(request, "ui/pages/components.html", extra)
