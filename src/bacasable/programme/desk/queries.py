"""The officer's work queue: what was submitted, how complete it is, what was asked and is awaited."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from bacasable.programme.dossiers import rules
from bacasable.programme.dossiers.answers import missing
from bacasable.programme.dossiers.models import Dossier, MissingPartsRequest, Version
from bacasable.programme.dossiers.queries import readable_by_the_office, steps_of

ORDERS = {
    "received": "-submitted_at",
    "oldest": "submitted_at",
    "reference": "reference",
    "completeness": "current_version__completeness",
}


@dataclass(frozen=True)
class Filters:
    """What the officer asked to see; unknown values are ignored, never an error."""

    call: str = ""
    eligibility: str = ""
    waiting: bool = False
    words: str = ""
    order: str = "received"

    @classmethod
    def read(cls, query: Any) -> "Filters":
        """Read the filters of a query string (a mapping of strings)."""
        order = query.get("order", "received")
        return cls(
            call=query.get("call", "")[:80],
            eligibility=query.get("eligibility", "")[:20],
            waiting=query.get("waiting") == "1",
            words=query.get("words", "").replace("\x00", "")[:100].strip(),
            order=order if order in ORDERS else "received",
        )


def arrivals(filters: Filters = Filters()) -> "QuerySet[Dossier]":
    """Return the dossiers that the office may read, with their current version.

    A draft that was never submitted is not the office's, nor is a dossier withdrawn: they do not appear. Each
    dossier carries ``is_awaited``: a request for missing parts is unanswered. Answers are not loaded: a list
    does not show them, and exports ask for them with ``.defer(None)``.
    """
    awaited = MissingPartsRequest.objects.filter(dossier=OuterRef("pk"), answered_at=None)
    dossiers = (
        readable_by_the_office()
        .select_related("call", "current_version")
        .defer("answers", "data_key", "current_version__answers", "current_version__manifest")
        .annotate(is_awaited=Exists(awaited))
        .order_by(ORDERS[filters.order], "pk")
    )
    if filters.call:
        dossiers = dossiers.filter(call__slug=filters.call)
    if filters.eligibility:
        dossiers = dossiers.filter(current_version__eligibility=filters.eligibility)
    if filters.waiting:
        dossiers = dossiers.filter(is_awaited=True)
    if filters.words:
        dossiers = dossiers.filter(Q(reference__icontains=filters.words) | Q(title__icontains=filters.words))
    return dossiers


def received_version(dossier: Dossier) -> Version:
    """Return the version that the office holds.

    Raises:
        Version.DoesNotExist: nothing of this dossier was submitted.
    """
    if dossier.current_version is None:
        raise Version.DoesNotExist(f"{dossier.reference} has no submitted version")
    return dossier.current_version


def parts_to_ask(dossier: Dossier) -> list[tuple[str, str]]:
    """Return what the office may ask for, ``(key, label)``: what the current version lacks comes first."""
    version = received_version(dossier)
    steps = steps_of(dossier.call)
    parts = {rules.FILES: _("Files")} | {
        f"{step.key}.{question.key}": f"{_(step.title)} – {_(question.label)}"
        for step in steps
        for question in step.questions
    }
    lacking = [
        rules.FILES if part.kind == "file" else part.key
        for part in missing(version.answers, version.manifest, steps)
    ]
    return list(({key: parts[key] for key in lacking} | parts).items())
