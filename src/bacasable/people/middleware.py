"""Deny by default: a view that names no permission is refused, and so is who does not hold it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from bacasable.compliance.service import PUBLIC
from bacasable.people.permissions import require, table


class DenyByDefault:
    """Check the mark that :func:`bacasable.people.permissions.allow` leaves on each view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        marked = getattr(view, "view_class", view)
        permission = getattr(view, "permission", None) or getattr(marked, "permission", None)
        if permission is None:
            raise PermissionDenied(f"{view.__module__}: no permission is declared for this page")
        if PUBLIC in table()[permission].roles:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not getattr(view, "permission_by_object", getattr(marked, "permission_by_object", False)):
            require(request.user, permission)
        return None
