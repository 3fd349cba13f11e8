"""Programming interfaces under the "who may do what" table: each operation carries a mark, as a page does."""

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.operation import PathView

from bacasable.people.permissions import allow


def marked_urls(api: NinjaAPI, others: Mapping[str, str]) -> tuple[list[URLPattern], str, str]:
    """Return the addresses of ``api``, each view marked with the permission of its operations.

    The middleware refuses a view without a mark, and the framework makes the views itself. ``others`` are
    the permissions of what the framework adds (``openapi-json``, ``api-root``), by name.

    Raises:
        TypeError: an operation carries no mark; the message names it.
    """
    patterns, application, namespace = api.urls
    marks: dict[str, str] = dict(others)
    for bound in api._get_bound_routers():
        for path_view in bound.path_operations.values():
            for operation in path_view.operations:
                name = getattr(operation, "url_name", "") or api.get_operation_url_name(
                    operation, router=bound.template
                )
                marks[name] = _permission_of(path_view)
    views = [pattern for pattern in patterns if isinstance(pattern, URLPattern)]
    for pattern in views:
        view: Any = pattern.callback
        allow(marks[str(pattern.name)])(view)
    return views, application, namespace


def _permission_of(path_view: PathView) -> str:
    """Return the one permission of a path; its operations share one view, hence one mark."""
    marks = {getattr(operation.view_func, "permission", "") for operation in path_view.operations}
    names = ", ".join(operation.view_func.__name__ for operation in path_view.operations)
    if len(marks) != 1 or "" in marks:
        raise TypeError(
            f"{names}: the operations of one path need one @allow(...) mark, the same; found {sorted(marks)}"
        )
    return marks.pop()
