"""The way in: what the service is and never does, and the desks of who works with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bacasable.people.permissions import allow, may
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import visiting
from bacasable.services.job_advice.web.actions import access
from bacasable.services.job_advice.web.person_forms import CodeForm
from bacasable.ui.saying import spoken


@allow("job_advice.read")
@require_http_methods(["GET", "POST"])
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Say what the service is and what it never serves; open a person's page by its code; lead others on."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            link = access.enter(typed=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", spoken(refused.said))
        else:
            visiting.opened(request, link)
            return redirect("job_advice:own")
    context = {
        "form": form,
        "is_open": visiting.file_of(request) is not None,
        "refused": [_(reason) for reason in PROCESSING.refused_uses.values()],
        "notice": _(PROCESSING.ai_act.notice_to_persons),
        "may_advise": may(request.user, "job_advice.advise"),
        "may_train": may(request.user, "job_advice.train"),
        "may_import": may(request.user, "job_advice.import"),
        "may_answer": may(request.user, "job_advice.answer"),
        "may_measure": may(request.user, "job_advice.indicators"),
        "may_audit": may(request.user, "job_advice.audits"),
    }
    return render(request, "job_advice/start.html", context, status=422 if form.errors else 200)
