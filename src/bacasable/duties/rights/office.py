"""The officer's pages of requests: what is due, one request and its steps, a letter to print."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.compliance.rights import TRANSITIONS, Applicability, Clock, Right, State, applicable
from bacasable.duties import steps
from bacasable.duties.rights import actions, intake
from bacasable.duties.rights.forms import VERBS, HandOverForm, RecordForm
from bacasable.duties.rights.letters import remedies, say
from bacasable.duties.rights.models import ReceivedMail, RightsRequest
from bacasable.duties.rights.queries import declarations, may_hand_over, open_requests, to_sort
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.people.reauthentication import recent_sign_in_required
from bacasable.privacy.messages import Refused

#: Closed requests on the page.
SHOWN = 50
#: To which state each verb leads; None where the state stays.
_LEADS = {
    "qualify": None,
    "ask_identity": State.IDENTITY,
    "prove_identity": State.IN_PROGRESS,
    "extend": None,
    "answer": State.ANSWERED,
    "refuse": State.REFUSED,
}


@allow("rights.handle")
@require_safe
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """The requests that wait, the first due first; then the last ones closed."""
    now = clock.now()
    waiting = sorted(open_requests(), key=lambda asked: asked.clock.due)
    closed = RightsRequest.objects.filter(closed_at__isnull=False).order_by("-closed_at")[:SHOWN]
    context = {
        "to_sort": to_sort().count(),
        "waiting": [_row(asked, late=asked.clock.is_late(now)) for asked in waiting],
        "closed": [_row(asked) for asked in closed],
        "columns": [
            {"key": "reference", "label": _("Request")},
            {"key": "right", "label": _("What is asked")},
            {"key": "service", "label": _("Service")},
            {"key": "due", "label": _("Answer by")},
            {"key": "identity", "label": _("Identity")},
            {"key": "state", "label": _("State")},
        ],
    }
    return render(request, "duties/rights/requests.html", context)


@allow("rights.handle")
@require_http_methods(["GET", "POST"])
@never_cache
def record(request: HttpRequest) -> HttpResponse:
    """Record a request received elsewhere."""
    form = RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = intake.record(
                **form.cleaned_data, language=get_language() or "fr", by=cast(User, request.user)
            )
        except Refused as refused:
            form.add_error(None, _(str(refused)))
        else:
            return redirect("rights:detail", public_id=asked.public_id)
    return render(request, "duties/rights/record.html", {"form": form}, status=422 if form.errors else 200)


@allow("rights.handle")
@require_safe
@never_cache
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One request: what is asked, what applies, the time left, the steps."""
    return _detail(request, get_object_or_404(RightsRequest, public_id=public_id))


@allow("rights.handle")
@require_POST
@never_cache
def act(request: HttpRequest, public_id: uuid.UUID, verb: str) -> HttpResponse:
    """Do one of the steps; what was typed stays on the page where it is refused."""
    asked = get_object_or_404(RightsRequest, public_id=public_id)
    bound = steps.act(request, verb, VERBS, actions, asked=asked)
    if bound:
        return _detail(request, asked, bound, status=422)
    return redirect("rights:detail", public_id=public_id)


@allow("rights.handle")
@require_POST
@recent_sign_in_required()
def erase(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Erase the person everywhere, and look again."""
    asked = get_object_or_404(RightsRequest, public_id=public_id)
    try:
        work = actions.erase(asked=asked, by=cast(User, request.user))
    except Refused as refused:
        messages.error(request, _(str(refused)))
    else:
        if work.is_proved:
            messages.success(request, _("Erased, and looked for again: nothing is left but what is named."))
        else:
            messages.error(
                request, _("The erasure is not complete. The table below says where; do it again.")
            )
    return redirect("rights:detail", public_id=public_id)


@allow("rights.handle")
@require_http_methods(["GET", "POST"])
@recent_sign_in_required()
@never_cache
def hand_over(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make the files of a person without an address, to print or to hand over with a code."""
    asked = get_object_or_404(RightsRequest, public_id=public_id)
    if not may_hand_over(asked):
        raise Http404
    form = HandOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.hand_over(
                asked=asked, code=form.cleaned_data["code"], by=cast(User, request.user), say=say
            )
        except Refused as refused:
            form.add_error(None, _(str(refused)))
        else:
            response = HttpResponse(made, content_type="application/pdf")
            response["Content-Disposition"] = f'attachment; filename="{asked.reference}.pdf"'
            return response
    context = {"asked": asked, "form": form}
    return render(request, "duties/rights/hand_over.html", context, status=422 if form.errors else 200)


@allow("rights.handle")
@require_safe
@never_cache
def letter(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The answer or the refusal as a letter to print, for who gave no e-mail address."""
    asked = get_object_or_404(RightsRequest, public_id=public_id, closed_at__isnull=False)
    context = {
        "asked": asked,
        "right": _(asked.asked.label),
        "is_refused": asked.where is State.REFUSED,
        "remedies": remedies(),
    }
    return render(request, "duties/rights/letter.html", context)


@allow("rights.handle")
@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The mails that may be requests, each with what to do in one click."""
    now = clock.now()
    mails = [(mail, Clock(mail.received_at).due, Clock(mail.received_at).is_late(now)) for mail in to_sort()]
    return render(request, "duties/rights/inbox.html", {"mails": mails})


@allow("rights.handle")
@require_POST
@never_cache
def sort(request: HttpRequest, public_id: uuid.UUID, verb: str) -> HttpResponse:
    """Make a request of a mail, add it to one, or delete it."""
    mail = get_object_or_404(ReceivedMail, public_id=public_id)
    by = cast(User, request.user)
    try:
        if verb == "discard":
            intake.discard(mail=mail, by=by)
            messages.success(request, _("The mail is deleted."))
            return redirect("rights:inbox")
        if verb not in ("file", "join"):
            raise Http404
        asked = (intake.file if verb == "file" else intake.join)(mail=mail, by=by)
    except Refused as refused:
        messages.error(request, _(str(refused)))
        return redirect("rights:inbox")
    return redirect("rights:detail", public_id=asked.public_id)


def _row(asked: RightsRequest, *, late: bool = False) -> dict[str, Any]:
    declared = declarations().get(asked.service)
    return {
        "reference": asked.reference,
        "href": reverse("rights:detail", args=[asked.public_id]),
        "right": _(asked.asked.label),
        "service": _(declared.title) if declared else asked.service,
        "due": date_format(timezone.localtime(asked.clock.due), "DATE_FORMAT"),
        "identity": _("proved") if asked.identity_at else _("not proved"),
        "state": {"badge": _("late"), "colour": "red"} if late else _(asked.where.label),
    }


def _detail(
    request: HttpRequest, asked: RightsRequest, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    declared = declarations().get(asked.service)
    open_verbs = [verb for verb in VERBS if asked.closed_at is None and _is_open(asked, verb, now)]
    guess = {"service": asked.service, "right": asked.right}
    labels = {item.name: _(item.label) for other in declarations().values() for item in other.data}
    context = {
        "asked": asked,
        "service": _(declared.title) if declared else asked.service,
        "right": _(asked.asked.label),
        "article": _(asked.asked.article),
        "state": _(asked.where.label),
        "by_link": asked.identity_seen == actions.BY_LINK,
        "late": asked.closed_at is None and asked.clock.is_late(now),
        "applies": [
            {
                "purpose": _(purpose.label),
                "applies": found.applies,
                "reason": _(found.reason),
                "condition": _(found.condition) if found.condition else "",
            }
            for purpose, found in _applies(asked)
        ],
        "recipients": [_(one.name) for one in declared.recipients] if declared and _told(asked) else [],
        "may_hand_over": may_hand_over(asked),
        "may_erase": asked.closed_at is None
        and not asked.to_qualify
        and asked.where is State.IN_PROGRESS
        and asked.asked in actions.ERASING,
        "work": [
            {
                "store": f"{line['service']} · {line['store']}",
                "count": sum(line["erased"].values()),
                "kept": "; ".join(
                    f"{labels.get(name, name)}: {_(why)}" for name, why in line["kept"].items()
                ),
                "left": ", ".join([*line["left"], *line["mentions"]]),
                "stopped": line["stopped"],
            }
            for line in asked.work.get("lines", ())
        ],
        "work_columns": [
            {"key": "store", "label": _("Store")},
            {"key": "count", "label": _("Pieces of data erased"), "numeric": True},
            {"key": "kept", "label": _("Kept, and why")},
            {"key": "left", "label": _("Still found in")},
            {"key": "stopped", "label": _("What stopped it")},
        ],
        **steps.shown(VERBS, _titles(), open_verbs, bound or {}, guess),
    }
    return render(request, "duties/rights/detail.html", context, status=status)


def _is_open(asked: RightsRequest, verb: str, now: Any) -> bool:
    to = _LEADS[verb]
    if verb == "qualify" or (asked.to_qualify and verb in ("answer", "refuse")):
        return asked.to_qualify and verb == "qualify"
    return asked.clock.may_extend(now) if to is None else to in TRANSITIONS[asked.where]


def _told(asked: RightsRequest) -> bool:
    """Say whether who received the data is told of what was done (art. 19)."""
    return asked.asked in actions.ERASING | {Right.RECTIFICATION, Right.RESTRICTION}


def _titles() -> dict[str, str]:
    return {
        "qualify": _("Say what this mail asks"),
        "ask_identity": _("Ask who it is"),
        "prove_identity": _("Record that the identity is proved"),
        "extend": _("Take two more months"),
        "answer": _("Answer the request"),
        "refuse": _("Refuse the request"),
    }


def _applies(asked: RightsRequest) -> list[tuple[Any, Applicability]]:
    declared = declarations().get(asked.service)
    if declared is None:
        return []
    found = applicable(declared)[Right(asked.right)]
    return [(purpose, found[purpose.key]) for purpose in declared.purposes]
