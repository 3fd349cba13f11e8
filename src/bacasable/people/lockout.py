"""Lockout after repeated failures, for each account from each address, and little kept about it.

django-axes counts. It is told a keyed digest instead of the name that was typed, and nothing of the
browser, the path or the form: what is stored is that digest, the network address, a number and an instant.
"""

from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth.signals import user_login_failed
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

FAILURES = 5
COOL_OFF = timedelta(minutes=15)


class Handler(AxesDatabaseHandler):
    """Count failures without noting the browser."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        if request is not None:
            request.axes_user_agent = request.axes_path_info = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **kwargs)


@receiver(pre_save, sender=AccessAttempt)
def keep_no_form(instance: AccessAttempt, **_: Any) -> None:
    instance.get_data = instance.post_data = ""


def pseudonym(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Return what stands for an account in the table of failures: a digest keyed by the site's secret."""
    typed = (credentials or {}).get("username") or (credentials or {}).get("email")
    if not isinstance(typed, str):
        return None
    return salted_hmac("bacasable.people.lockout", typed.strip().lower()).hexdigest()[:32]


def address(request: HttpRequest) -> str | None:
    """Return the network address; the server already resolved the reverse proxies that it trusts."""
    return request.META.get("REMOTE_ADDR") or None


def no_name(*_: Any, **__: Any) -> str:
    """Stand for a client in the library's own log lines."""
    return "a client"


def names_nobody(request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
    """Leave out sign-ins that type no name here: an OpenID Connect provider counts its own failures."""
    return pseudonym(request, credentials) is None


def is_locked(request: HttpRequest, email: str) -> bool:
    """Say whether this account is locked from this address; the response then becomes the lockout page."""
    if AxesProxyHandler.is_allowed(request, {"username": email}):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    return True


def count_failure(request: HttpRequest, email: str) -> None:
    """Count a wrong code like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": email}, request=request)


def response(request: HttpRequest, *_: Any) -> HttpResponse:
    """Return the page of a locked sign-in: 429, when to try again, whom to ask."""
    minutes = int(COOL_OFF.total_seconds() // 60)
    page = render(request, "people/locked.html", {"minutes": minutes}, status=429)
    page["Retry-After"] = str(minutes * 60)
    page["Cache-Control"] = "no-store"
    return page
