"""Read syntheses: who may see which, and the public search of what was published or reported."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from bacasable.people.permissions import may
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.evidence.readings import control_title
from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.recommendations.rules import MATTERS
from bacasable.programme.support.models import SupportFile
from bacasable.programme.synthesis.content import folded
from bacasable.programme.synthesis.models import Passage, Publication, Synthesis

#: roles that read a synthesis while it is written; the project's side does once it was sent
OFFICE_ROLES = frozenset({"editor", "officer", "president", "team_member"})


def _with_file() -> QuerySet[Synthesis]:
    return Synthesis.objects.select_related("call", "project", "file__dossier__call").prefetch_related(
        "file__dossier__memberships", "file__team"
    )


def managed() -> QuerySet[Synthesis]:
    """Return all syntheses for the editor, with how many replies wait for an answer."""
    waiting = Count("replies", filter=Q(replies__responded_at=None), distinct=True)
    return Synthesis.objects.select_related("call", "file__dossier").annotate(waiting=waiting)


def to_compose() -> list[SupportFile]:
    """Return the supports that have come to their synthesis and have none yet."""
    ready = Q(phase="synthesis") | Q(track="advised") | Q(state__in=["completed", "exited"])
    return list(
        SupportFile.objects.filter(ready, synthesis=None)
        .exclude(state=SupportFile.State.OPENED)
        .select_related("dossier__call", "project")
    )


def written(public_id: UUID, user: Any, permission: str = "synthesis.write") -> Synthesis:
    """Return a synthesis with its passages and replies, for the editor.

    Raises:
        Http404: there is none, or it is not for this person: an editor who writes the dossier is the project.
    """
    replies = Prefetch("replies")
    found = _with_file().prefetch_related("passages", replies).filter(public_id=public_id).first()
    if found is None or not may(user, permission, found):
        raise Http404
    return found


def previewed(public_id: UUID, user: Any) -> Synthesis:
    """Return a synthesis for who may read it before it is published.

    Raises:
        Http404: there is none, or it is not for this person, or not yet: all look the same.
    """
    return written(public_id, user, "synthesis.preview")


def of_project(reference: str, user: Any) -> Synthesis:
    """Return the synthesis of a support for the project's side, once it was sent to it.

    Raises:
        Http404: there is none, it was never sent, or it is not for this person: all look the same.
    """
    found = (
        _with_file()
        .prefetch_related("passages", "replies")
        .filter(file__dossier__reference=reference, reply_due_at__isnull=False)
        .first()
    )
    if found is None or not may(user, "synthesis.reply", found):
        raise Http404
    return found


def passage_of(synthesis: Synthesis, public_id: UUID) -> Passage:
    """Return a passage of a synthesis.

    Raises:
        Http404: it has none of this identifier.
    """
    passage = synthesis.passages.filter(public_id=public_id).first()
    if passage is None:
        raise Http404
    passage.synthesis = synthesis
    return passage


def versions(slug: str) -> list[Publication]:
    """Return the published versions of a synthesis, the first first, without their PDF.

    Raises:
        Http404: nothing is published at this address.
    """
    found = list(
        Publication.objects.filter(synthesis__slug=slug, synthesis__state=Synthesis.State.PUBLISHED)
        .select_related("synthesis__call")
        .defer("pdf", "words")
        .order_by("number")
    )
    if not found:
        raise Http404
    return found


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; unknown values find nothing, never an error."""

    words: str = ""
    theme: str = ""
    keyword: str = ""
    sector: str = ""
    control: str = ""

    @classmethod
    def read(cls, query: Any) -> "Filters":
        """Read the filters of a query string (a mapping of strings)."""
        return cls(**{name: str(query.get(name, "")).replace("\x00", "")[:200].strip() for name in FIELDS})

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in FIELDS)


FIELDS = ("words", "theme", "keyword", "sector", "control")
FACETS = ("theme", "keyword", "sector", "control")


@dataclass(frozen=True)
class Entry:
    """One result: a published synthesis, or a project of which recommendations were reported.

    ``controls``: ``{"service.control": title}``; ``keywords``: ``{value: label}``; ``at``: of the version.
    """

    kind: str
    title: str
    summary: str
    language: str
    call: str
    project: str
    body: str
    theme: str
    sector: str
    keywords: dict[str, str]
    controls: dict[str, str]
    recommendations: int
    evidence: int
    at: datetime
    published_at: str
    version: int
    reason: str
    address: str
    is_fictional: bool
    is_secondary: bool = False
    found_in: str = field(default="", repr=False)

    def values(self, facet: str) -> dict[str, str]:
        """Return what this entry has for a facet: ``{value: label}``."""
        if facet == "control":
            return self.controls
        if facet == "keyword":
            return self.keywords
        value: str = getattr(self, facet)
        return {value: value} if value else {}


@dataclass(frozen=True)
class Choice:
    """A value of a facet, and how many results have it (with the reader's other filters)."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Found:
    """The results, the latest first, and the choices that each facet offers."""

    entries: list[Entry]
    choices: dict[str, list[Choice]]


def search(filters: Filters = Filters()) -> Found:
    """Search what is public, in four queries however much there is.

    Words: each must be somewhere in the public text; case and accents do not count. Facets: equal, likewise.
    """
    wanted = folded(filters.words).split()
    everything = [*_published(wanted), *_reported(wanted)]
    everything.sort(key=lambda entry: entry.at, reverse=True)
    choices = {}
    for facet in FACETS:
        others = [entry for entry in everything if _keeps(entry, filters, except_for=facet)]
        choices[facet] = _choices(entry.values(facet) for entry in others)
    return Found([entry for entry in everything if _keeps(entry, filters)], choices)


def _keeps(entry: Entry, filters: Filters, except_for: str = "") -> bool:
    for facet in FACETS:
        asked = folded(getattr(filters, facet))
        if asked and facet != except_for and asked not in map(folded, entry.values(facet)):
            return False
    return True


def _choices(values: Iterable[dict[str, str]]) -> list[Choice]:
    counts: Counter[str] = Counter()
    labels: dict[str, tuple[str, str]] = {}
    for one in values:
        for value, label in one.items():
            labels.setdefault(folded(value), (value, label))
            counts[folded(value)] += 1
    made = [Choice(*labels[key], count) for key, count in counts.items()]
    return sorted(made, key=lambda choice: folded(choice.label))


def _published(wanted: Sequence[str]) -> list[Entry]:
    publications = Publication.objects.filter(
        superseded_at=None, synthesis__state=Synthesis.State.PUBLISHED
    ).select_related("synthesis")
    for word in wanted:
        publications = publications.filter(words__contains=word)
    columns = publications.only("number", "card", "reason", "at", "synthesis__slug")
    return [
        Entry(
            kind="synthesis",
            title=one.card["title"],
            summary=one.card["summary"],
            language=one.card["language"],
            call=one.card["call"]["title"],
            project=one.card["project"],
            body=one.card["body"],
            theme=one.card["theme"],
            sector=one.card["sector"],
            keywords={word: word for word in one.card["keywords"]},
            controls=one.card["controls"],
            recommendations=one.card["recommendations"],
            evidence=one.card["evidence"],
            at=one.at,
            published_at=one.card["published_at"],
            version=one.number,
            reason=one.reason,
            address=reverse("synthesis:detail", args=[one.synthesis.slug]),
            is_fictional=one.card["is_fictional"],
        )
        for one in columns
    ]


def _reported(wanted: Sequence[str]) -> list[Entry]:
    """Return the projects of past editions of which the press reported recommendations.

    What this office wrote after them is of its own services: it is not told of the bodies named.
    """
    origin = Recommendation.Origin.REPORTED
    told = (
        Recommendation.objects.filter(origin=origin, public_since__isnull=False)
        .prefetch_related("contracts")
        .order_by("created_at", "pk")
    )
    projects = (
        SelectedProject.objects.exclude(call__state=Call.State.DRAFT)
        .filter(
            Q(synthesis=None) | ~Q(synthesis__state=Synthesis.State.PUBLISHED),
            recommendations__origin=origin,
            recommendations__public_since__isnull=False,
        )
        .annotate(told_at=Max("recommendations__public_since"))
        .select_related("call")
        .prefetch_related(Prefetch("recommendations", told, to_attr="told"))
    )
    entries = [_told(project) for project in projects]
    return [entry for entry in entries if all(word in entry.found_in for word in wanted)]


def _told(project: Any) -> Entry:
    call = project.call
    controls = {
        f"{service}.{contract.control}": control_title(service, contract.control)
        for recommendation in project.told
        for contract in recommendation.contracts.all()
        if contract.control
        for service in (contract.service or recommendation.service,)
    }
    keywords = {word: word for word in call.keywords}
    keywords |= {key: _(MATTERS.get(key, key)) for one in project.told for key in one.matters}
    texts = [project.name, project.body, project.summary, call.title, call.theme, *keywords.values()]
    texts += [text for one in project.told for text in (one.title, one.text, one.legal_basis)]
    texts += [text for pair in controls.items() for text in pair]
    return Entry(
        kind="reported",
        title=project.name,
        summary=project.summary,
        language=call.language,
        call=call.title,
        project=project.name,
        body=project.body,
        theme=call.theme,
        sector="",
        keywords=keywords,
        controls=controls,
        recommendations=len(project.told),
        evidence=0,
        at=call.decided_at or project.told_at,
        published_at="",
        version=0,
        reason="",
        address=reverse("call:project", args=[call.slug, project.slug]),
        is_fictional=call.is_fictional,
        is_secondary=any(one.mark == "S" for one in project.told),
        found_in=folded("\n".join(texts)),
    )
