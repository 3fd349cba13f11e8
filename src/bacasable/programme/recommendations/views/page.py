"""The page of one recommendation: the public part, and what its two sides see and do."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.people.permissions import may
from bacasable.programme.evidence import readings as evidence_readings
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations import queries, readings, rules, wording
from bacasable.programme.recommendations.forms import ActForm
from bacasable.programme.recommendations.models import Contract, Recommendation, ReviewedDocument

#: verb -> its button, in the order of the page; the first that is offered is the primary one
BUTTONS = {
    "review": N_("I read it over and stand by it"),
    "propose": N_("Propose it to the project"),
    "accept": N_("Accept the recommendation"),
    "show": N_("Say that it is done"),
    "start": N_("Say that the work has begun"),
    "doubt": N_("Ask for more"),
    "reopen": N_("Reopen, with reasons"),
    "set_aside": N_("Do not reopen, with reasons"),
    "replace": N_("Replace by another one"),
    "decline": N_("End it as not followed"),
    "drop": N_("End it as no longer relevant"),
}
ENDINGS = frozenset({"decline", "drop", "replace"})
#: What is done to a recommendation without project: there is no other side to propose it to.
ALONE = frozenset({"reopen", "drop"})


def page_of(
    request: HttpRequest,
    recommendation: Recommendation,
    *,
    sees: bool,
    refused: ActForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page; ``refused`` is a form to show again with what was typed."""
    contracts = list(
        Contract.objects.select_related("recommendation", "closed_by", "closed_by_document")
        .filter(recommendation=recommendation)
        .order_by("pk")
    )
    for contract in contracts:
        contract.recommendation = recommendation
    context = _said(recommendation, contracts, sees=sees)
    if sees:
        context |= _between_sides(request.user, recommendation, contracts, refused)
    elif recommendation.file_id is None:
        context["versions"] = readings.versions(list(recommendation.versions.all()), names=False)
    response = render(request, "programme/recommendations/detail.html", context, status=status)
    if not context["is_indexed"]:
        response["X-Robots-Tag"] = "noindex"
    if sees:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _is_indexed(recommendation: Recommendation) -> bool:
    """Say whether search engines may show it: not what is told of a past edition, nor what is invented."""
    told = (Recommendation.Origin.REPORTED, Recommendation.Origin.AFTER)
    project, file = recommendation.project, recommendation.file
    call = project.call if project else file.dossier.call if file else None
    return recommendation.origin not in told and (call is None or call.is_indexed)


def _said(recommendation: Recommendation, contracts: list[Contract], *, sees: bool) -> dict[str, Any]:
    """Return what anybody reads of a public recommendation."""
    stored = StoredEvidence.objects.filter(queries.about(contracts))
    if not sees and recommendation.file_id is not None:
        stored = stored.filter(public_since__isnull=False)
    history = readings.History(stored, contracts)
    is_reported = recommendation.origin == Recommendation.Origin.REPORTED
    after = recommendation.written_after.filter(pk__in=queries.public()) if is_reported else ()
    project = recommendation.project
    shows_all = sees or recommendation.file_id is None
    return {
        "recommendation": recommendation,
        "sees": sees,
        "form": None,
        "is_reported": is_reported,
        "is_indexed": _is_indexed(recommendation),
        "is_after": recommendation.origin == Recommendation.Origin.AFTER,
        "title": wording.text(recommendation, "title"),
        "text": wording.text(recommendation, "text"),
        # What a project told in its support stays between the two sides, as do the reasons of an end.
        "facts": wording.text(recommendation, "facts") if shows_all else "",
        "state": wording.state(recommendation),
        "service_title": evidence_readings.service_title(recommendation.service)
        if recommendation.service
        else "",
        "call": project.call if project else None,
        "summary": _summary(recommendation, shows_all),
        "contract_columns": readings.contract_columns(),
        "contract_rows": [readings.contract_row(contract, sees=sees) for contract in contracts],
        "charts": history.charts(),
        "columns": evidence_readings.columns(),
        "rows": history.rows(),
        "counts": history.counts,
        "written_after": [
            {
                "text": wording.text(other, "title"),
                "href": reverse("recommendations:detail", args=[other.key]),
                **wording.state(other),
            }
            for other in after
        ],
        "after": {
            "text": wording.text(recommendation.after, "title"),
            "href": reverse("recommendations:detail", args=[recommendation.after.key]),
        }
        if recommendation.after
        else None,
    }


def _summary(recommendation: Recommendation, shows_all: bool) -> list[dict[str, Any]]:
    rows = [
        (_("Legal basis"), wording.text(recommendation, "legal_basis")),
        (_("Matters"), ", ".join(wording.matters(recommendation.matters))),
        (_("Due"), date_format(recommendation.due_on) if recommendation.due_on else ""),
        (_("Reasons of the end"), recommendation.ending_reason if shows_all else ""),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _between_sides(
    user: Any, recommendation: Recommendation, contracts: list[Contract], refused: ActForm | None
) -> dict[str, Any]:
    """Return what the two sides see and do, each what the table gives it."""
    versions = list(recommendation.versions.select_related("author", "reviewer"))
    last = versions[-1] if versions else None
    writes = may(user, "recommendation.write", recommendation)
    responds = may(user, "recommendation.respond", recommendation)
    pending = last if last and last.reviewed_at is None else None
    changes = recommendation.file_id is not None and "revise" in rules.TRANSITIONS[recommendation.state]
    revises = writes and changes
    shown = versions if writes else [version for version in versions if version.reviewed_at]
    documents = (
        ReviewedDocument.objects.filter(contract__recommendation=recommendation)
        .select_related("handed_in_by")
        .order_by("-handed_in_at")
    )
    verbs = list(_verbs(user, recommendation, pending is not None and pending.author_id != user.pk))
    is_open = "close" in rules.TRANSITIONS[recommendation.state] or recommendation.state == "closed"
    return {
        "file": recommendation.file,
        "writes": writes,
        "pending": pending if revises else None,
        "revises": revises,
        "versions": readings.versions(shown, names=True),
        "exchange": readings.exchange(recommendation.exchanges.select_related("by"), wording.reason),
        "document_columns": readings.document_columns(),
        "document_rows": [
            readings.document_row(document, recommendation.key, may_review=writes) for document in documents
        ]
        if recommendation.file
        else [],
        "expects_documents": [
            {"text": contract.document, "public_id": contract.public_id}
            for contract in contracts
            if contract.kind == Contract.Kind.DOCUMENT and is_open and (writes or responds)
        ],
        "asks": [
            {"text": readings.subject_of(contract), "public_id": contract.public_id}
            for contract in contracts
            if contract.kind == Contract.Kind.CONTROL
            and recommendation.file
            and is_open
            and may(user, "evidence.challenge", recommendation.file)
        ],
        "acts": _acts(recommendation, [verb for verb in verbs if verb not in ENDINGS], refused),
        "endings": _acts(recommendation, [verb for verb in verbs if verb in ENDINGS], refused),
        "message": _form("message", recommendation, refused) if writes or responds else None,
        "failure": recommendation.failure if may(user, "recommendation.judge", recommendation) else None,
        "form": refused,
    }


def _verbs(user: Any, recommendation: Recommendation, is_reviewable: bool) -> Iterable[str]:
    """Yield the verbs that the state allows and this person may do, in the order of the buttons."""
    allowed = rules.TRANSITIONS[recommendation.state]
    judges = may(user, "recommendation.judge", recommendation)
    for verb in BUTTONS:
        if verb == "review":
            if is_reviewable and judges and "revise" in allowed:
                yield verb
        elif verb == "set_aside":
            if judges and recommendation.failure_id:
                yield verb
        elif verb not in allowed or not (recommendation.file_id or verb in ALONE):
            continue
        elif any(may(user, held, recommendation) for held in rules.WHO[verb]):
            yield verb


def others_of(recommendation: Recommendation) -> list[Recommendation]:
    """Return the recommendations of the same project that could replace this one."""
    if recommendation.file is None:
        return []
    standing = [state for state, verbs in rules.TRANSITIONS.items() if verbs and state not in rules.UNREAD]
    return list(recommendation.file.recommendations.exclude(pk=recommendation.pk).filter(state__in=standing))


def _form(verb: str, recommendation: Recommendation, refused: ActForm | None) -> ActForm:
    if refused is not None and refused.data.get("verb") == verb:
        return refused
    others = others_of(recommendation) if verb == "replace" else ()
    return ActForm(verb=verb, others=others, revision=recommendation.revision)


def _acts(recommendation: Recommendation, verbs: list[str], refused: ActForm | None) -> list[dict[str, Any]]:
    made = []
    for index, verb in enumerate(verbs):
        form = _form(verb, recommendation, refused)
        if verb == "replace" and not form.fields["replacement"].queryset.exists():  # type: ignore[attr-defined]
            continue
        kind = "warning" if verb in ENDINGS else "secondary" if index else "primary"
        made.append(
            {
                "verb": verb,
                "text": _(BUTTONS[verb]),
                "form": form,
                "kind": kind,
                "folded": bool(form.visible_fields()),
                "open": form is refused,
            }
        )
    return made
