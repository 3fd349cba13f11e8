"""The public pages: search, synthesis, versions, what an erratum changed, PDF, JSON, CSV."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bacasable.people.permissions import allow
from bacasable.programme.evidence.keys import current_key
from bacasable.programme.synthesis import exports, queries, rules, wording
from bacasable.programme.synthesis.differences import changes as differences
from bacasable.programme.synthesis.forms import SearchForm
from bacasable.programme.synthesis.models import Publication
from bacasable.programme.synthesis.queries import Filters
from bacasable.programme.synthesis.views.shown import shown

PER_PAGE = 20


def unindexed(response: HttpResponse, publication: Publication) -> HttpResponse:
    """Keep search engines away from what is invented, or told of a past edition."""
    if not _is_indexed(publication):
        response["X-Robots-Tag"] = "noindex"
    return response


def _is_indexed(publication: Publication) -> bool:
    return publication.synthesis.call.is_indexed and not publication.card.get("is_fictional")


@allow("synthesis.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What was published, and what is reported of past editions, found by words and four facets."""
    filters = Filters.read(request.GET)
    found = queries.search(filters)
    page = Paginator(found.entries, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": SearchForm(filters, found),
        "filters": filters,
        "page": page,
        "query": query.urlencode(),
        "columns": [(name, _(meaning)) for name, meaning in exports.COLUMNS.items()],
        "licence": {"name": rules.LICENCE_NAME, "url": rules.LICENCE_URL},
        "has_reported": any(entry.kind == "reported" for entry in page.object_list),
    }
    return render(request, "programme/synthesis/list.html", context)


@allow("synthesis.read")
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same results as a table, under the open licence."""
    found = queries.search(Filters.read(request.GET))
    return HttpResponse(
        exports.table(found.entries, settings.BACASABLE.public_url.rstrip("/")),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="publications.csv"',
            "Link": f'<{rules.LICENCE_URL}>; rel="license"',
        },
    )


def _of(slug: str, number: int | None) -> tuple[list[Publication], Publication]:
    """Return all versions and the one asked for, the current one by default."""
    versions = queries.versions(slug)
    if number is None:
        return versions, versions[-1]
    for version in versions:
        if version.number == number:
            return versions, version
    raise Http404


def _frame(versions: list[Publication], publication: Publication) -> dict[str, Any]:
    """Return what every page of a synthesis shows around its content."""
    return {
        "synthesis": publication.synthesis,
        "call": publication.synthesis.call,
        "publication": publication,
        "current": versions[-1],
        "versions": versions,
        "is_indexed": _is_indexed(publication),
    }


@allow("synthesis.read")
@require_safe
def detail(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """A synthesis as it is published now, or one of its versions."""
    versions, publication = _of(slug, number)
    context = _frame(versions, publication) | shown(publication.content)
    context["has_key"] = current_key() is not None
    return unindexed(render(request, "programme/synthesis/detail.html", context), publication)


@allow("synthesis.read")
@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version, as it was read then; it says whether a newer one stands."""
    return detail(request, slug, number)


@allow("synthesis.read")
@require_safe
def pdf(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The tagged PDF of the current version, or of one."""
    _versions, publication = _of(slug, number)
    response = HttpResponse(
        bytes(publication.pdf),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{slug}-v{publication.number}.pdf"'},
    )
    return unindexed(response, publication)


@allow("synthesis.read")
@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The current version as data, with its digest."""
    _versions, publication = _of(slug, None)
    data = {
        "version": publication.number,
        "at": publication.at.isoformat(),
        "reason": publication.reason,
        "sha256": publication.sha256,
        "content": publication.content,
    }
    return unindexed(JsonResponse(data, json_dumps_params={"ensure_ascii": False}), publication)


@allow("synthesis.read")
@require_safe
def changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What the erratum that made version ``number`` changed, word by word."""
    versions, publication = _of(slug, number)
    if number < 2:
        raise Http404
    before = next(one for one in versions if one.number == number - 1)
    context = _frame(versions, publication)
    context["before"] = before
    context["language"] = publication.content["language"]
    context["changes"] = [
        {"part": wording.part(change.key), "heading": change.heading, "pieces": change.pieces}
        for change in differences(before.content, publication.content)
    ]
    return unindexed(render(request, "programme/synthesis/changes.html", context), publication)
