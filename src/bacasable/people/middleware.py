"""Who is signed in and for how long; and deny by default: a view that names no permission is refused."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bacasable.compliance.service import PUBLIC
from bacasable.people import sessions
from bacasable.people.permissions import (
    is_walled,
    needs_stronger_sign_in,
    require,
    roles,
    table,
    walled_roles,
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SessionRules:
    """End a session whose time is over, and say on the user of the request how strongly they signed in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if sessions.is_over(request):
                logout(request)
                messages.info(
                    request, _("You were signed out because your session was over. Sign in to continue.")
                )
            else:
                sessions.mark(request, request.user)
        return self.get_response(request)


class DenyByDefault:
    """Check the mark that :func:`bacasable.people.permissions.allow` leaves on each view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        permission, by_object = mark_of(view)
        if permission is None:
            raise PermissionDenied(
                f"{view.__module__}.{getattr(view, '__qualname__', view)}: no permission is declared for "
                'this page; mark the view with @allow("room.verb")'
            )
        line = table().get(permission)
        if line is None:
            raise PermissionDenied(
                f"{view.__module__}: permission '{permission}' is in no service's table; "
                "add it to the PERMISSIONS of the room's rules.py"
            )
        if PUBLIC in line.roles:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(page_of(request), login_url=_sign_in_for(line.roles))
        if by_object and is_walled(request.user) and not walled_roles() & set(line.roles):
            # Before any look-up: what exists and what does not cost the same and look the same.
            raise Http404
        if not by_object:
            if needs_stronger_sign_in(request.user, permission):
                return redirect_to_login(page_of(request), login_url=reverse("people:staff_sign_in"))
            require(request.user, permission)
        return None


def mark_of(view: Callable[..., Any]) -> tuple[str | None, bool]:
    """Return the permission that a view is marked with, and whether it depends on the object of the URL."""
    for marked in (view, getattr(view, "view_class", None)):
        permission = getattr(marked, "permission", None)
        if isinstance(permission, str):
            return permission, bool(getattr(marked, "permission_by_object", False))
    return None, False


def page_of(request: HttpRequest) -> str:
    """Return the page to come back to after a sign-in: the one asked for or, for a form, the form's page."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return request.path


def _sign_in_for(role_keys: tuple[str, ...]) -> str:
    known = roles()
    only_staff = all(known[key].staff for key in role_keys if key in known)
    return reverse("people:staff_sign_in" if only_staff else "people:sign_in")
