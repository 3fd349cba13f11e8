"""The public pages of calls: list, call, eligibility self-check, questions, application, selected project."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from bacasable.compliance import clock
from bacasable.people.arrival import network_of
from bacasable.people.permissions import allow, may
from bacasable.programme.call import actions, eligibility, intake
from bacasable.programme.call.calendar import calendar_words
from bacasable.programme.call.forms import ApplyForm, EligibilityForm, QuestionForm, add_problems
from bacasable.programme.call.models import Call, Question, SelectedProject
from bacasable.programme.call.refusals import Refused
from bacasable.programme.call.sheet import detail_context, published_calls, rules_of, state_badge

QUESTIONS_PER_PAGE = 50
#: questions that one browser asks in an hour; the cap of the call (actions) holds whatever a browser forgets
QUESTIONS_PER_BROWSER = 5


def unindexed(response: HttpResponse, call: Call) -> HttpResponse:
    """Keep search engines away from what is told of a past edition, or invented."""
    if not call.is_indexed:
        response["X-Robots-Tag"] = "noindex"
    return response


def _with_badges(calls: list[Call]) -> list[dict[str, Any]]:
    return [{"call": call, "badge": state_badge(call), "calendar": calendar_words(call)} for call in calls]


@require_safe
@allow("call.read")
def call_list(request: HttpRequest) -> HttpResponse:
    """Calls that can be applied to first, then those under examination, then the decided editions."""
    now = clock.now()
    calls = list(published_calls())
    live = [call for call in calls if call.state == Call.State.PUBLISHED and now <= call.deadline]
    past = [call for call in calls if call not in live]
    groups = [
        (_("Open or opening soon"), sorted(live, key=lambda call: call.closes_at)),
        (_("Under examination"), [c for c in past if c.state in (Call.State.PUBLISHED, Call.State.CLOSED)]),
        (_("Decided"), [c for c in past if c.state == Call.State.DECIDED]),
        (_("Archived"), [c for c in past if c.state == Call.State.ARCHIVED]),
    ]
    context = {
        "groups": [(title, _with_badges(listed)) for title, listed in groups if listed],
        "can_manage": may(request.user, "call.manage"),
    }
    return render(request, "programme/call/list.html", context)


@require_safe
@allow("call.read")
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(published_calls(), slug=slug)
    context = detail_context(call) | {"can_manage": may(request.user, "call.manage")}
    return unindexed(render(request, "programme/call/detail.html", context), call)


@csrf_exempt  # it changes nothing, and without a token it sets no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@allow("call.read")
def check_eligibility(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what the call's rules ask, and say what each makes of the answers. Nothing is stored."""
    call = get_object_or_404(published_calls(), slug=slug)
    rules = rules_of(call)
    form = EligibilityForm(request.POST if request.method == "POST" else None, rules=rules)
    context: dict[str, Any] = {"call": call, "form": form, "has_rules": bool(rules)}
    if form.is_bound and form.is_valid():
        assessment = eligibility.evaluate(rules, form.cleaned_data)
        colours = {"met": "green", "refused": "red", "discuss": "yellow", "unknown": "grey"}
        words = {
            "met": _("met"),
            "refused": _("not met"),
            "discuss": _("to be discussed"),
            "unknown": _("not known"),
        }
        context |= {
            "verdict": assessment.verdict,
            "findings": [
                {"finding": f, "colour": colours[f.outcome], "word": words[f.outcome]}
                for f in assessment.findings
            ],
        }
    return unindexed(render(request, "programme/call/eligibility.html", context), call)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("call.apply")
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Take an e-mail address and send a link to it. The page after it is the same whoever asks."""
    call = get_object_or_404(published_calls(), slug=slug)
    is_open = call.accepts_deposits()
    form = ApplyForm(request.POST or None)
    if request.method == "POST" and is_open and form.is_valid():
        network = network_of(request.META.get("REMOTE_ADDR", ""))
        intake.request_link(call, form.cleaned_data["email"], network=network)
        return redirect("call:apply_sent", slug=call.slug)
    context = {"call": call, "form": form, "is_open": is_open, "calendar": calendar_words(call)}
    status = 409 if request.method == "POST" and not is_open else 200
    return unindexed(render(request, "programme/call/apply.html", context, status=status), call)


@require_safe
@allow("call.apply")
def apply_sent(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(published_calls(), slug=slug)
    return unindexed(render(request, "programme/call/apply_sent.html", {"call": call}), call)


@require_safe
@allow("call.read")
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions answered to all, the latest answer first."""
    call = get_object_or_404(published_calls(), slug=slug)
    answered = call.questions.filter(published_at__isnull=False).order_by("-published_at", "-pk")
    page = Paginator(answered, QUESTIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"call": call, "page": page, "takes_questions": call.takes_questions()}
    return unindexed(render(request, "programme/call/questions.html", context), call)


@require_safe
@allow("call.read")
def question(request: HttpRequest, slug: str, public_id: str) -> HttpResponseRedirect:
    """The permanent address of an answer, on whatever page of the list it stands today."""
    found = get_object_or_404(
        Question.objects.select_related("call").exclude(call__state=Call.State.DRAFT),
        call__slug=slug,
        public_id=public_id,
        published_at__isnull=False,
    )
    later = found.call.questions.filter(published_at__gt=found.published_at).count()
    number = later // QUESTIONS_PER_PAGE + 1
    address = reverse("call:questions", args=[slug])
    return HttpResponseRedirect(f"{address}?page={number}#question-{found.public_id}")


@require_http_methods(["GET", "HEAD", "POST"])
@allow("call.ask")
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a question without identity. A browser is told to slow down; what it typed stays on the page."""
    call = get_object_or_404(published_calls(), slug=slug)
    form = QuestionForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        now = clock.now().timestamp()
        asked = [at for at in request.session.get("questions_asked", []) if at > now - 3600]
        if len(asked) >= QUESTIONS_PER_BROWSER:
            form.add_error(
                None, _("You asked several questions just now. Keep your text and try in an hour.")
            )
            status = 429
        else:
            try:
                actions.ask(call=call, body=form.cleaned_data["body"])
            except Refused as refusal:
                add_problems(form, refusal.problems)
                status = 409
            else:
                request.session["questions_asked"] = [*asked, now]
                messages.success(
                    request, _("Your question is with the office. The answer is published to all.")
                )
                return redirect("call:questions", slug=call.slug)
    context = {"call": call, "form": form, "takes_questions": call.takes_questions()}
    return unindexed(render(request, "programme/call/ask.html", context, status=status), call)


@require_safe
@allow("call.read")
def project(request: HttpRequest, slug: str, project: str) -> HttpResponse:
    """The permanent page of a selected project."""
    found = get_object_or_404(
        SelectedProject.objects.select_related("call").exclude(call__state=Call.State.DRAFT),
        call__slug=slug,
        slug=project,
    )
    context = {"call": found.call, "project": found}
    return unindexed(render(request, "programme/call/project.html", context), found.call)


@require_GET
@allow("call.read")
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the same call in the API."""
    get_object_or_404(published_calls(), slug=slug)
    return redirect("api:call", slug=slug)
