"""The person's own page, opened by a code: what was used, what was advised and why, what they may do."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.permissions import allow
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import (
    labels,
    looking,
    printing,
    running,
    said,
    sealed,
    shown,
    visiting,
)
from bacasable.services.job_advice.web.actions import access, contesting, words
from bacasable.services.job_advice.web.forms import PART_FORMS
from bacasable.services.job_advice.web.models import File, Item
from bacasable.services.job_advice.web.person_forms import HumanForm, RemovalForm, WordForm
from bacasable.services.job_advice.web.views.confirming import kept

_View = Callable[..., HttpResponse]


def _with_file(view: Callable[..., HttpResponse]) -> _View:
    """Give the view the file that a code opened; lead to the code where none is open."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        file = visiting.file_of(request)
        if file is None:
            messages.info(request, _("Type the code of your paper: what it opened is closed again."))
            return redirect("job_advice:start")
        return view(request, file, *args, **kwargs)

    return wrapped


@allow("job_advice.read")
@require_safe
@never_cache
@_with_file
def own(request: HttpRequest, file: File) -> HttpResponse:
    """All of it on one page, in plain words; ``?easy`` says it in easy French."""
    return render(request, "job_advice/own.html", _context(request, file))


@allow("job_advice.read")
@require_http_methods(["GET", "POST"])
@never_cache
@_with_file
def correct(request: HttpRequest, file: File, name: str) -> HttpResponse:
    """Correct a part of what was used: it is applied at once, marked, and the adviser reads it."""
    if name not in labels.PARTS:
        raise Http404
    profile = sealed.profile_of(file)
    data = request.POST if request.method == "POST" else None
    told: Callable[[], Profile]
    form: Any
    if name in PART_FORMS:
        plain = PART_FORMS[name](data, profile=profile)
        form, told = plain, plain.told
    else:
        removal = RemovalForm(data, entries=_entries(name, profile))
        form, told = removal, lambda: _without(name, profile, removal.cleaned_data.get("wrong", ()))
    if form.is_valid():
        try:
            after = told()
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            given = {key: form.cleaned_data[key] for key in ("text", "confirmed") if key in form.cleaned_data}
            if kept(form, lambda _given: words.correct(file=file, part=name, profile=after, **given)):
                messages.success(request, _("It is corrected. Your adviser will read it."))
                return redirect("job_advice:own")
    context = {"form": form, "name": name, "title_of_part": _(labels.PARTS[name])}
    return render(request, "job_advice/own_correct.html", context, status=422 if form.errors else 200)


@allow("job_advice.read")
@require_http_methods(["GET", "POST"])
@never_cache
@_with_file
def say(request: HttpRequest, file: File, kind: str, public_id: uuid.UUID | None = None) -> HttpResponse:
    """Comment, contest a suggestion, or ask for a human."""
    item = _item(file, public_id) if public_id else None
    form_class = HumanForm if kind == "ask_human" else WordForm
    form = form_class(request.POST if request.method == "POST" else None)
    acts: dict[str, Callable[[dict[str, Any]], Any]] = {
        "comment": lambda given: words.comment(file=file, item=item, **given),
        "contestation": lambda given: contesting.contest(file=file, item=item, **given),
        "ask_human": lambda given: contesting.ask_human(file=file, **given),
    }
    if form.is_valid() and kept(form, acts[kind]):
        messages.success(request, _thanks(kind))
        return redirect("job_advice:own")
    context = {
        "form": form,
        "kind": kind,
        "about": said.label_of(item) if item else "",
        "days": running.settings().contest_days,
    }
    return render(request, "job_advice/own_say.html", context, status=422 if form.errors else 200)


@allow("job_advice.read")
@require_POST
@_with_file
def tool(request: HttpRequest, file: File) -> HttpResponse:
    """Refuse the tool, or want it after all."""
    if request.POST.get("choice") == "refuse":
        words.refuse_tool(file=file)
        messages.success(
            request,
            _(
                "It is noted: no suggestion from software. The interview, the advice and the plan stay the "
                "same, and nothing changes for your benefits."
            ),
        )
    else:
        words.accept_tool(file=file)
        messages.success(request, _("It is noted: suggestions may be asked for again."))
    return redirect("job_advice:own")


@allow("job_advice.read")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page; for who lost their paper, end its code too."""
    file = visiting.file_of(request)
    if file is not None and request.POST.get("end_codes"):
        access.end(file=file)
    visiting.end(request)
    messages.success(request, _("Your page is closed. Close the browser if others use this machine."))
    return redirect("job_advice:start")


def _context(request: HttpRequest, file: File) -> dict[str, Any]:
    profile = sealed.profile_of(file)
    corrected = said.corrected(file)
    first = file.interviews.order_by("opened_at").first()
    told_on = first.opened_at if first else file.opened_at
    asked = running.settings()
    return {
        "file": file,
        "identity": sealed.identity_of(file.person),
        "easy": "easy" in request.GET,
        "used": [
            {"name": name, "corrected": corrected.get(name, ""), **row}
            for name, row in zip(labels.PARTS, shown.told(profile), strict=True)
        ],
        "told_on": told_on,
        "steps": printing.steps(file),
        "words": [said.word(one) for one in file.words.exclude(kind="correction").select_related("item")],
        "refused": file.person.refused_tool_at is not None,
        "notice": _(PROCESSING.ai_act.notice_to_persons),
        "never": [_(reason) for reason in PROCESSING.refused_uses.values()],
        "days": asked.contest_days,
        "contact": asked.office_contact,
        "office": running.office_name(),
        **shown.base(),
        **said.suggestions(file),
    }


def _item(file: File, public_id: uuid.UUID) -> Item:
    rows = Item.objects.filter(advice__interview__file=file).select_related("advice__interview__file")
    return get_object_or_404(rows, public_id=public_id)


def _thanks(kind: str) -> str:
    if kind == "comment":
        return _("Thank you. Your adviser will read it.")
    return _("It is written. Another agent than your adviser answers within %(days)d days, on this page.") % {
        "days": running.settings().contest_days
    }


def _entries(name: str, profile: Profile) -> list[tuple[str, str]]:
    """Return what a part of a profile holds, one entry each: its key and its words."""
    if name == "held":
        return [(str(at), shown.held(one)) for at, one in enumerate(profile.held)]
    if name == "targets":
        return [(code, looking.occupation(code)) for code in profile.targets]
    if name == "diplomas":
        pairs = enumerate(profile.diplomas)
        return [(str(at), shown.diploma(one.level, one.certification)) for at, one in pairs]
    return [(str(number), label) for number, label in looking.skills_of(profile.skills).items()]


def _without(name: str, profile: Profile, wrong: Any) -> Profile:
    """Return the profile without the entries that are wrong."""
    out = set(wrong)
    if name == "skills":
        return replace(profile, skills=frozenset(one for one in profile.skills if str(one) not in out))
    if name == "targets":
        return replace(profile, targets=tuple(code for code in profile.targets if code not in out))
    if name == "held":
        return replace(profile, held=tuple(one for at, one in enumerate(profile.held) if str(at) not in out))
    left = tuple(one for at, one in enumerate(profile.diplomas) if str(at) not in out)
    return replace(profile, diplomas=left)
