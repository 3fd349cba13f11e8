"""Admissibility: the dossiers received, what the call's rules say of each, what the officer decides."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bacasable.people.permissions import allow
from bacasable.programme.call import eligibility
from bacasable.programme.call.models import Call
from bacasable.programme.committee import actions, wording
from bacasable.programme.committee.forms.panel import CheckForm, FilterForm, ReasonsForm
from bacasable.programme.committee.models import Examination
from bacasable.programme.committee.queries import panel as queries
from bacasable.programme.committee.views.panel import FORM, named, person, selection_of, tell
from bacasable.programme.dossiers import wording as dossier_wording
from bacasable.programme.dossiers.models import Version
from bacasable.programme.dossiers.queries import open_requests
from bacasable.programme.dossiers.refusals import Refused

PER_PAGE = 50


def _eligibility_badge(version: Version | None) -> dict[str, str]:
    text, colour = {
        "eligible": (_("rules met"), "green"),
        "to_discuss": (_("to discuss"), "yellow"),
        "not_eligible": (_("rules not met"), "red"),
    }.get(version.eligibility if version else "", (_("not assessed"), "grey"))
    return {"badge": text, "text": text, "colour": colour}


@require_http_methods(FORM)
@allow("committee.manage")
def admissibility(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, with filters; its button admits at once those whose rules are met."""
    found = selection_of(slug)
    if request.method == "POST":
        try:
            count = actions.admit_all(selection=found, by=person(request))
        except Refused as refused:
            tell(request, refused, found.call)
        else:
            text = ngettext("%(count)s dossier admitted.", "%(count)s dossiers admitted.", count)
            messages.success(request, text % {"count": count})
        return redirect("committee:admissibility", slug=slug)
    form = FilterForm(request.GET or None)
    shown = queries.listed(found)
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["words"]
        wanted = Q(dossier__reference__icontains=words) | Q(dossier__title__icontains=words) if words else Q()
        for name, field in (("state", "state"), ("eligibility", "dossier__current_version__eligibility")):
            if form.cleaned_data[name]:
                wanted &= Q(**{field: form.cleaned_data[name]})
        shown = shown.filter(wanted)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "call": found.call,
        "selection": found,
        "form": form,
        "page": page,
        "columns": [
            {"key": "reference", "label": _("Reference"), "nowrap": True},
            {"key": "title", "label": _("Project")},
            {"key": "completeness", "label": _("Completeness"), "numeric": True},
            {"key": "eligibility", "label": _("Eligibility")},
            {"key": "state", "label": _("State")},
        ],
        "rows": [_row(examination, slug) for examination in page.object_list],
        "ready": queries.admissible_in_bulk(found).count(),
        "still_open": found.call.accepts_deposits(),
    }
    return render(request, "programme/committee/admissibility.html", context)


def _row(examination: Examination, slug: str) -> dict[str, Any]:
    version = examination.dossier.current_version
    return {
        "href": reverse("committee:check", args=[slug, examination.dossier.reference]),
        "reference": examination.dossier.reference,
        "title": examination.dossier.title,
        "completeness": f"{version.completeness} %" if version else "",
        "eligibility": _eligibility_badge(version),
        "state": wording.examination_badge(examination),
    }


@require_http_methods(FORM)
@allow("committee.manage")
def check(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One dossier: decide, consider again, or let the experts read a newer version."""
    found = selection_of(slug)
    examination = named(reference, found)
    received = examination.state == Examination.State.RECEIVED
    data = request.POST if request.method == "POST" else None
    form: CheckForm | ReasonsForm
    if received:
        form = CheckForm(data, initial={"sector": examination.sector})
    else:
        form = ReasonsForm(data if data and "renew" not in data else None)
    if data is not None:
        if not received and "renew" in data:
            return _renew(request, examination, slug)
        if form.is_valid():
            try:
                _decide(examination, form, request)
            except Refused as refused:
                form.add_error(None, dossier_wording.refusal(refused, found.call))
            else:
                messages.success(request, _("Stored."))
                return redirect("committee:check", slug=slug, reference=reference)
    context = {
        "call": found.call,
        "selection": found,
        "examination": examination,
        "dossier": examination.dossier,
        "badge": wording.examination_badge(examination),
        "form": form,
        "received": received,
        "may_reconsider": examination.state in (Examination.State.ADMISSIBLE, Examination.State.INADMISSIBLE),
        "newer": examination.state == Examination.State.ADMISSIBLE
        and examination.version_id != examination.dossier.current_version_id,
        "awaited": open_requests(examination.dossier),
        "still_open": found.call.accepts_deposits(),
        **_facts(examination, found.call),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "programme/committee/check.html", context, status=status)


def _renew(request: HttpRequest, examination: Examination, slug: str) -> HttpResponse:
    try:
        actions.renew(examination=examination, by=person(request))
    except Refused as refused:
        tell(request, refused, examination.selection.call)
    else:
        messages.success(request, _("Experts will read the newer version."))
    return redirect("committee:check", slug=slug, reference=examination.dossier.reference)


def _decide(examination: Examination, form: CheckForm | ReasonsForm, request: HttpRequest) -> None:
    said, by = form.cleaned_data, person(request)
    if isinstance(form, ReasonsForm):
        actions.reconsider(examination=examination, reasons=said["reasons"], by=by)
    elif said["verdict"] == "reject":
        actions.reject(examination=examination, reasons=said["reasons"], by=by)
    else:
        actions.admit(examination=examination, sector=said["sector"], reasons=said["reasons"], by=by)


def _facts(examination: Examination, call: Call) -> dict[str, Any]:
    """Return what the page states: the version, who checked, and what each rule of the call says."""
    version: Version = examination.dossier.current_version  # type: ignore[assignment]
    facts = [
        {"key": _("Project"), "value": examination.dossier.title},
        {"key": _("Body"), "value": version.answers.get("organisation", {}).get("name", "")},
        {"key": _("Version"), "value": version.number},
        {"key": _("Completeness"), "value": f"{version.completeness} %"},
    ]
    if examination.checked_at:
        facts += [
            {
                "key": _("Checked"),
                "value": date_format(localtime(examination.checked_at, call.zone), "DATETIME_FORMAT"),
            },
            {"key": _("By"), "value": str(examination.checked_by or _("the platform"))},
            {"key": _("Sector"), "value": wording.sector(examination.sector) or _("Not said")},
            {"key": _("Reasons"), "value": examination.reasons or _("None given")},
        ]
    return {
        "facts": facts,
        "eligibility": _eligibility_badge(version),
        "findings": _findings(call, version.answers.get("eligibility", {})),
        "finding_columns": [
            {"key": "question", "label": _("Rule")},
            {"key": "answer", "label": _("Answer")},
            {"key": "outcome", "label": _("Says")},
        ],
    }


def _findings(call: Call, answers: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        assessment = eligibility.assess(call.eligibility, answers) if call.eligibility else None
    except eligibility.Refused:
        return []
    outcomes = {
        "met": (_("met"), "green"),
        "refused": (_("not met"), "red"),
        "discuss": (_("to discuss"), "yellow"),
        "unknown": (_("not answered"), "grey"),
    }
    rows = []
    for finding in assessment.findings if assessment else ():
        text, colour = outcomes[finding.outcome]
        labels = dict(finding.rule.choices)
        if finding.rule.kind == "yes_no":
            labels |= {"yes": _("Yes"), "no": _("No")}
        answer = answers.get(finding.rule.key)
        rows.append(
            {
                "question": finding.rule.question,
                "answer": labels.get(answer, "") if isinstance(answer, str) else "",
                "outcome": {"badge": text, "colour": colour},
            }
        )
    return rows
