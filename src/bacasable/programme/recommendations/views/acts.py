"""What people do on the page of a recommendation: one address, the verb in the form."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bacasable.compliance.service import N_
from bacasable.people.permissions import allow
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.recommendations import actions, queries, rules, wording
from bacasable.programme.recommendations.forms import ActForm
from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.recommendations.views.page import others_of, page_of

DONE = {
    "review": N_("The wording is read over."),
    "propose": N_("The recommendation is proposed to the project."),
    "accept": N_("The recommendation is accepted."),
    "start": N_("The office is told that the work has begun."),
    "show": N_("The office is told that it is done."),
    "doubt": N_("The project is asked for more."),
    "reopen": N_("The recommendation is open again; both sides are told."),
    "set_aside": N_("The failure is set aside; both sides are told."),
    "replace": N_("The recommendation is replaced."),
    "decline": N_("The recommendation is ended as not followed."),
    "drop": N_("The recommendation is ended as no longer relevant."),
    "message": N_("The message is sent."),
}


@allow("recommendation.of_project", by_object=True)
@require_POST
@never_cache
def act(request: HttpRequest, key: str) -> HttpResponse:
    """Do a verb, write a message or ask for a measurement; refused, the page keeps what was typed."""
    recommendation = queries.held(key, request.user, "recommendation.of_project")
    verb = request.POST.get("verb", "")
    if verb == "ask":
        return _ask(request, recommendation)
    if verb not in DONE:
        messages.error(request, _("Choose what to do on this page."))
        return redirect("recommendations:detail", key=key)
    others = others_of(recommendation) if verb == "replace" else ()
    form = ActForm(request.POST, verb=verb, others=others)
    if form.is_valid():
        try:
            _do(verb, recommendation, form.cleaned_data, request.user)
        except Refused as refused:
            form.add_error("reasons" if "reasons" in form.fields else None, wording.refusal(refused))
        else:
            messages.success(request, _(DONE[verb]))
            return redirect("recommendations:detail", key=key)
    if not form.visible_fields():
        for error in form.non_field_errors():
            messages.error(request, str(error))
    recommendation = queries.held(key, request.user, "recommendation.of_project")
    return page_of(request, recommendation, sees=True, refused=form, status=422)


def _do(verb: str, recommendation: Recommendation, data: dict[str, Any], by: Any) -> None:
    revision, reasons = data["revision"], data.get("reasons", "")
    match verb:
        case "review":
            actions.review(recommendation=recommendation, revision=revision, by=by)
        case "message":
            actions.exchange(recommendation=recommendation, text=reasons, by=by)
        case "set_aside":
            actions.set_failure_aside(recommendation=recommendation, reasons=reasons, by=by)
        case "replace":
            actions.replace(
                recommendation=recommendation,
                replacement=data["replacement"],
                reasons=reasons,
                revision=revision,
                by=by,
            )
        case _:
            if verb not in rules.WHO:
                raise PermissionDenied(verb)
            actions.act(recommendation=recommendation, verb=verb, reasons=reasons, revision=revision, by=by)


def _ask(request: HttpRequest, recommendation: Recommendation) -> HttpResponse:
    user: Any = request.user
    try:
        named = uuid.UUID(request.POST.get("contract", ""))
    except ValueError:
        raise Http404 from None
    contract = (
        recommendation.contracts.select_related("recommendation")
        .filter(public_id=named, kind=Contract.Kind.CONTROL)
        .first()
    )
    if contract is None or recommendation.file is None:
        raise Http404
    try:
        actions.ask_measurement(contract=contract, by=user)
    except Refused as refused:
        messages.error(request, wording.refusal(refused))
    else:
        messages.success(request, _("The measurement is asked for; the project is told."))
    return redirect("recommendations:detail", key=recommendation.key)
