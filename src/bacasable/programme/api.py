"""The API: calls and what is published around them for everybody; federation for enrolled instances.

JSON described by OpenAPI.

Each operation carries ``@allow`` as a page does.
"""

from datetime import date, datetime
from enum import StrEnum
from importlib.metadata import version
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from ninja import NinjaAPI, Path, Query, Router, Schema
from pydantic import Field

from bacasable.compliance import clock
from bacasable.people.operations import marked_urls
from bacasable.people.permissions import allow
from bacasable.programme.call import eligibility
from bacasable.programme.call.models import Call
from bacasable.programme.call.refusals import Refused
from bacasable.programme.evidence import api as evidence

PUBLIC_PERMISSION = "call.read"


class CallState(StrEnum):
    PUBLISHED = "published"
    CLOSED = "closed"
    DECIDED = "decided"
    ARCHIVED = "archived"


class CalendarState(StrEnum):
    UPCOMING = "upcoming"
    OPEN = "open"
    GRACE = "grace"
    CLOSED = "closed"


class Error(Schema):
    """What was refused, in words."""

    detail: Any


class Summary(Schema):
    slug: str
    title: str
    theme: str
    summary: str
    language: str
    regime: str = Field(
        description="`accompaniment` lifts no legal constraint; `ai_act_57` is a regulatory sandbox."
    )
    state: CallState
    calendar: CalendarState = Field(description="By the server's clock, whatever `state` says.")
    opens_at: datetime
    closes_at: datetime
    deadline: datetime = Field(description="Last instant at which a deposit is accepted: closing plus grace.")
    jurisdiction: str = Field(description="Key of the jurisdiction whose law applies.")
    time_zone: str = Field(description="IANA name of the zone in which the calendar is stated to people.")
    is_historical: bool = Field(
        description="A past edition told from public sources; not run on this portal."
    )
    is_fictional: bool
    url: str
    page: str


class Criterion(Schema):
    label: str
    description: str
    weight: int
    source: str = Field(description="Where the criterion was published; empty for the office's own.")
    weight_is_ours: bool = Field(description="The source publishes no weight: this one is the office's.")


class Phase(Schema):
    title: str
    description: str
    duration_months: int | None


class Extension(Schema):
    at: datetime
    previous_closes_at: datetime
    closes_at: datetime
    reason: str


class Answered(Schema):
    question: str
    answer: str
    published_at: datetime


class Fact(Schema):
    text: str
    on: date | None
    mark: str = Field(description="`P`: read in a primary text; `S`: told by a secondary source.")
    source_name: str
    source_url: str


class Project(Schema):
    slug: str
    track: str
    name: str | None = Field(description="Null where it was not communicated.")
    body: str | None
    summary: str
    note: str = Field(description="What else is known of it, or is not.")
    mark: str
    source_name: str
    source_url: str
    reimplemented_as: str | None = Field(
        description="Service of this catalogue that is an independent reimplementation; it says nothing "
        "about the conformity of the body named."
    )
    page: str


class Rule(Schema):
    key: str
    question: str
    help: str
    values: list[str]
    accept: dict[str, Any] | None
    otherwise: str
    why: str
    remedy: str
    mark: str


class Detail(Summary):
    keywords: list[str]
    text: str = Field(description="A subset of CommonMark, without HTML.")
    grace_minutes: int
    places_planned: int | None
    contact_address: str | None = Field(description="Null where no mailbox answers.")
    criteria: list[Criterion] | None = Field(description="Null where they are not communicated.")
    phases: list[Phase]
    eligibility: list[Rule]
    extensions: list[Extension]
    questions: list[Answered]
    facts: list[Fact]
    projects: list[Project]


class CallPage(Schema):
    count: int
    items: list[Summary]


calls = Router(tags=["calls"])


def _public() -> QuerySet[Call]:
    return Call.objects.exclude(state=Call.State.DRAFT)


def _summary(request: HttpRequest, call: Call) -> dict[str, Any]:
    plain = ("slug", "title", "theme", "summary", "language", "regime", "state", "opens_at", "closes_at")
    return {name: getattr(call, name) for name in plain} | {
        "calendar": call.calendar(clock.now()) if call.state == Call.State.PUBLISHED else "closed",
        "deadline": call.deadline,
        "jurisdiction": call.jurisdiction,
        "time_zone": call.time_zone,
        "is_historical": call.is_historical,
        "is_fictional": call.is_fictional,
        "url": request.build_absolute_uri(reverse("api:call", args=[call.slug])),
        "page": request.build_absolute_uri(reverse("call:detail", args=[call.slug])),
    }


def _rules(call: Call) -> list[dict[str, Any]]:
    try:
        parsed = eligibility.parse(call.eligibility)
    except Refused:
        return []
    names = ("key", "question", "help", "values", "accept", "otherwise", "why", "remedy", "mark")
    return [{name: getattr(rule, name) for name in names} for rule in parsed]


def _project(request: HttpRequest, call: Call, project: Any) -> dict[str, Any]:
    return {
        "slug": project.slug,
        "track": project.track,
        "name": project.name or None,
        "body": project.body or None,
        "summary": project.summary,
        "note": project.note,
        "mark": project.mark,
        "source_name": project.source_name,
        "source_url": project.source_url,
        "reimplemented_as": project.service or None,
        "page": request.build_absolute_uri(reverse("call:project", args=[call.slug, project.slug])),
    }


@calls.get("", response={200: CallPage, 422: Error}, url_name="calls", summary="List the calls")
@allow(PUBLIC_PERMISSION)
def list_calls(
    request: HttpRequest,
    state: CallState | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> dict[str, Any]:
    """Every call but drafts, the latest opening first."""
    found = _public().filter(state=state.value) if state else _public()
    items = found.order_by("-opens_at", "pk")[offset : offset + limit]
    return {"count": found.count(), "items": [_summary(request, call) for call in items]}


@calls.get(
    "/{slug}", response={200: Detail, 404: Error, 422: Error}, url_name="call", summary="Read one call"
)
@allow(PUBLIC_PERMISSION)
def read_call(
    request: HttpRequest, slug: Annotated[str, Path(max_length=80, pattern=r"^[-a-zA-Z0-9_]+$")]
) -> dict[str, Any]:
    """A call with its criteria, phases, rules, extensions, answers, facts and selected projects."""
    call = get_object_or_404(
        _public().prefetch_related("criteria", "phases", "extensions", "facts", "projects"), slug=slug
    )
    published = call.questions.filter(published_at__isnull=False).order_by("published_at")
    return _summary(request, call) | {
        "keywords": call.keywords,
        "text": call.text,
        "grace_minutes": call.grace_minutes,
        "places_planned": call.places_planned,
        "contact_address": call.contact_address if call.contact_is_live and call.contact_address else None,
        "criteria": [
            {
                "label": c.label,
                "description": c.description,
                "weight": c.weight,
                "source": c.source,
                "weight_is_ours": c.weight_is_ours,
            }
            for c in call.criteria.all()
        ]
        if call.criteria_are_published
        else None,
        "phases": list(call.phases.all()),
        "eligibility": _rules(call),
        "extensions": list(call.extensions.all()),
        "questions": [
            {"question": q.body, "answer": q.answer, "published_at": q.published_at} for q in published
        ],
        "facts": list(call.facts.all()),
        "projects": [_project(request, call, project) for project in call.projects.all()],
    }


API = NinjaAPI(
    title="Bac à sable",
    version=version("bacasable"),
    description="What this office publishes. Dates are ISO 8601 in UTC.",
    docs_url=None,  # the framework's page loads its scripts from elsewhere
    urls_namespace="api",
)
API.add_router("/calls", calls)
evidence.register(API)


def urls(api: NinjaAPI = API) -> tuple[list[URLPattern], str, str]:
    """Return the API's addresses, each view marked with the permission of its operations."""
    # The description and its entry say nothing that the public pages do not.
    return marked_urls(api, {"openapi-json": "site.public", "api-root": "site.public"})
