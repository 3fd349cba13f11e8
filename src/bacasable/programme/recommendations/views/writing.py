"""The recommendations of a support file: the list, writing, revising, contracts, failures."""

import uuid
from typing import Any

from django.contrib import messages
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.people.permissions import allow, may, require
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import readings as evidence_readings
from bacasable.programme.recommendations import actions, queries, readings, rules, wording
from bacasable.programme.recommendations.forms import ContractForm, RecommendationForm
from bacasable.programme.recommendations.models import Recommendation


@allow("recommendation.of_project", by_object=True)
@require_GET
@never_cache
def of_file(request: HttpRequest, reference: str) -> HttpResponse:
    """Every recommendation to a project, with its state and due date; drafts to who writes them."""
    file = queries.file_of(reference, request.user, "recommendation.of_project")
    writes = may(request.user, "recommendation.write", file)
    done = {"closed", *rules.ENDINGS.values()}
    rows = []
    for item in queries.of_file(file, drafts=writes):
        contracts = list(item.contracts.all())
        held = sum(1 for one in contracts if one.closed_by_id or one.closed_by_document_id)
        due = date_format(item.due_on, "SHORT_DATE_FORMAT") if item.due_on else ""
        rows.append(
            {
                "title": wording.text(item, "title"),
                "href": reverse("recommendations:detail", args=[item.key]),
                "state": wording.state(item),
                "due": {"badge": _("%(date)s, late") % {"date": due}, "colour": "orange"}
                if readings.is_late(item, done)
                else due,
                "contracts": _("%(held)s of %(all)s fulfilled") % {"held": held, "all": len(contracts)},
                "reference": item.key,
            }
        )
    context = {
        "file": file,
        "dossier": file.dossier,
        "writes": writes and file.state not in {"completed", "exited"},
        "columns": [
            {"key": "title", "label": _("Recommendation")},
            {"key": "reference", "label": _("Reference"), "nowrap": True},
            {"key": "state", "label": _("State")},
            {"key": "due", "label": _("Due")},
            {"key": "contracts", "label": _("Contracts")},
        ],
        "rows": rows,
    }
    return render(request, "programme/recommendations/of_file.html", context)


@allow("recommendation.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a recommendation, earlier published ones on similar matters beside it."""
    file = queries.file_of(reference, request.user, "recommendation.write")
    user: Any = request.user
    initial = {"service": file.project.service if file.project else ""}
    form = RecommendationForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        try:
            written = actions.write(file=file, by=user, **form.wording())
        except Refused as refused:
            form.add_error(None, wording.refusal(refused))
        else:
            messages.success(request, _("The draft is saved. Now say by what it will be shown."))
            return redirect("recommendations:contracts", key=written.key)
    return _writing_page(request, form, {"file": file, "dossier": file.dossier})


@allow("recommendation.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def revise(request: HttpRequest, key: str) -> HttpResponse:
    """Write a draft over, or a new version of what the project has read."""
    recommendation = queries.held(key, request.user, "recommendation.write")
    if recommendation.file is None:
        raise Http404
    user: Any = request.user
    last = recommendation.versions.order_by("-number").first()
    initial: dict[str, Any] = {}
    if last is not None and last.reviewed_at is None:
        initial = {name: getattr(last, name) for name, _label in readings.WORDING} | {"change": last.change}
    form = RecommendationForm(
        request.POST if request.method == "POST" else None, recommendation=recommendation, initial=initial
    )
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        said = form.wording()
        said["service"] = said["service"] or recommendation.service
        try:
            actions.revise(
                recommendation=recommendation,
                change=form.cleaned_data.get("change", ""),
                revision=form.cleaned_data["revision"],
                by=user,
                **said,
            )
        except Refused as refused:
            form.add_error(None, wording.refusal(refused))
        else:
            messages.success(request, _("Saved. Another officer has to read it over."))
            return redirect("recommendations:detail", key=key)
    context = {
        "file": recommendation.file,
        "dossier": recommendation.file.dossier,
        "recommendation": recommendation,
        "is_read": recommendation.state not in rules.UNREAD,
    }
    return _writing_page(request, form, context)


def _writing_page(request: HttpRequest, form: RecommendationForm, context: dict[str, Any]) -> HttpResponse:
    """Draw the writing page with what is similar to what is typed, or to what is stored."""
    looking = request.method == "POST" and "look" in request.POST
    if looking:
        form.is_valid()  # for the matters; what is missing yet is no error while one looks around
        typed = {"title": form["title"].value() or "", "text": form["text"].value() or ""}
        matters = form.said_matters()
        form._errors = ErrorDict()  # type: ignore[attr-defined]
    else:
        typed = {"title": form["title"].value() or "", "text": form["text"].value() or ""}
        named = form["matters"].value() or []
        matters = [*named, *str(form["other_matters"].value() or "").split(",")]
    stored = context.get("recommendation")
    found: list[queries.Similar] = []
    if looking or form.is_bound or stored:
        found = queries.similar(
            title=typed["title"],
            text=typed["text"],
            matters=matters,
            without=stored.pk if stored else None,
        )
    context |= {
        "form": form,
        "looked": looking or bool(stored) or form.is_bound,
        "similar": [_similar(one) for one in found],
    }
    status = 422 if form.is_bound and form.errors and not looking else 200
    return render(request, "programme/recommendations/write.html", context, status=status)


def _similar(one: queries.Similar) -> dict[str, Any]:
    recommendation = one.recommendation
    return {
        "title": wording.text(recommendation, "title"),
        "href": reverse("recommendations:detail", args=[recommendation.key]),
        "state": wording.state(recommendation),
        "shared": ", ".join(wording.matters(one.shared)),
        "contracts": [
            _("%(what)s: %(promise)s")
            % {"what": readings.subject_of(contract), "promise": readings.promise_of(contract)}
            for contract in one.contracts
        ],
    }


@allow("recommendation.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def contracts(request: HttpRequest, key: str) -> HttpResponse:
    """Add and remove what has to be shown."""
    recommendation = queries.held(key, request.user, "recommendation.write")
    if recommendation.file is None:
        raise Http404
    user: Any = request.user
    removing = request.method == "POST" and "remove" in request.POST
    form = ContractForm(
        request.POST if request.method == "POST" and not removing else None,
        initial={"kind": "control", "service": recommendation.service},
    )
    if removing:
        return _remove(request, recommendation)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_contract(recommendation=recommendation, by=user, **form.terms())
        except Refused as refused:
            form.add_error(None, wording.refusal(refused))
        else:
            messages.success(request, _("The contract is added."))
            return redirect("recommendations:contracts", key=key)
    may_change = "revise" in rules.TRANSITIONS[recommendation.state] and may(
        request.user,
        "recommendation.write" if recommendation.state in rules.UNREAD else "recommendation.judge",
        recommendation,
    )
    found = recommendation.contracts.select_related("recommendation", "closed_by", "closed_by_document")
    context = {
        "recommendation": recommendation,
        "form": form,
        "may_change": may_change,
        "contracts": [
            readings.contract_row(contract, sees=True) | {"public_id": contract.public_id}
            for contract in found.order_by("pk")
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "programme/recommendations/contracts.html", context, status=status)


def _remove(request: HttpRequest, recommendation: Recommendation) -> HttpResponse:
    user: Any = request.user
    try:
        named = uuid.UUID(request.POST.get("remove", ""))
    except ValueError:
        raise Http404 from None
    contract = recommendation.contracts.select_related("recommendation").filter(public_id=named).first()
    if contract is not None:  # else removed already, by a double click
        try:
            actions.remove_contract(contract=contract, by=user)
        except Refused as refused:
            messages.error(request, wording.refusal(refused))
        else:
            messages.success(request, _("The contract is removed."))
    return redirect("recommendations:contracts", key=recommendation.key)


@allow("recommendation.judge")
@require_GET
@never_cache
def failures(request: HttpRequest) -> HttpResponse:
    """The failed measurements that wait for a person: reopen with reasons, or not with reasons."""
    require(request.user, "recommendation.judge")
    rows = []
    for item in queries.failures():
        failed = item.failure
        assert failed is not None  # noqa: S101 (the query asks for it)
        rows.append(
            {
                "title": wording.text(item, "title"),
                "href": reverse("recommendations:detail", args=[item.key]),
                "file": item.file.dossier.reference if item.file else _("this installation"),
                "control": evidence_readings.control_title(failed.service, failed.control, item.file_id),
                "measured": {
                    "text": date_format(localtime(failed.measured_at), "SHORT_DATETIME_FORMAT"),
                    "href": reverse("evidence:detail", args=[failed.public_id]),
                },
                "value": evidence_readings.percent(failed.value) if failed.value is not None else "",
                "state": wording.state(item),
            }
        )
    context = {
        "columns": [
            {"key": "title", "label": _("Recommendation")},
            {"key": "file", "label": _("Project")},
            {"key": "control", "label": _("Control")},
            {"key": "measured", "label": _("Failed on")},
            {"key": "value", "label": _("Value"), "numeric": True},
            {"key": "state", "label": _("State")},
        ],
        "rows": rows,
    }
    return render(request, "programme/recommendations/failures.html", context)
