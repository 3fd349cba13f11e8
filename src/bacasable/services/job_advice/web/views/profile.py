"""The parts of a profile, told by the person and typed beside them: jobs, skills, diplomas, plain forms."""

import uuid
from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.profiles import Diploma, Held, Profile
from bacasable.services.job_advice.web import labels, looking, sealed, shown
from bacasable.services.job_advice.web.actions import files
from bacasable.services.job_advice.web.forms import (
    PART_FORMS,
    CandidateForm,
    ChosenForm,
    DiplomaForm,
    TitleForm,
    WordsForm,
)
from bacasable.services.job_advice.web.models import File
from bacasable.services.job_advice.web.views.files import of_request
from bacasable.ui.saying import spoken

#: Jobs, skills and diplomas that a profile holds, at most: beyond, none is looked at any more.
MOST = {"held": 20, "targets": 10, "skills": 200, "diplomas": 10}


@allow("job_advice.advise")
@require_http_methods(["GET", "POST"])
@never_cache
def part(request: HttpRequest, public_id: uuid.UUID, name: str) -> HttpResponse:
    """One part of a profile."""
    file = of_request(request, public_id)
    if file.state != "open" or name not in labels.PARTS:
        raise Http404
    try:
        if name in ("held", "targets"):
            return _titles(request, file, name)
        if name == "skills":
            return _skills(request, file)
        if name == "diplomas":
            return _diplomas(request, file)
        return _form(request, file, name)
    except Refused as refused:
        messages.error(request, spoken(refused.said))
        return redirect("job_advice:file", public_id)


def _form(request: HttpRequest, file: File, name: str) -> HttpResponse:
    """A part that is a plain form."""
    profile = sealed.profile_of(file)
    form = PART_FORMS[name](request.POST if request.method == "POST" else None, profile=profile)
    if form.is_valid():
        _write(request, file, form.told(), name)
        return redirect("job_advice:file", file.public_id)
    return _page(request, file, name, {"form": form})


def _titles(request: HttpRequest, file: File, name: str) -> HttpResponse:
    """Jobs held or wanted: words first, then one of five occupations, or none of them."""
    profile = sealed.profile_of(file)
    posted, step = request.POST, request.POST.get("step")
    if step == "remove":
        return _without(request, file, profile, name, posted.get("value", ""))
    if step == "choose":
        title = posted.get("title", "")[:120]
        found = looking.candidates(title)
        chosen = CandidateForm(posted, candidates=found.pairs, held=name == "held")
        if not chosen.is_valid():
            return _page(request, file, name, {"candidates": chosen, "found": found, "title": title})
        code = chosen.cleaned_data["code"]
        if code:
            _write(request, file, _with_job(profile, name, chosen.cleaned_data), name)
        else:
            messages.info(request, _("Nothing was added. Say the job in other words, or go on without it."))
        return redirect("job_advice:part", file.public_id, name)
    form = TitleForm(posted if step == "search" else None)
    if form.is_valid():
        title = form.cleaned_data["title"]
        found = looking.candidates(title)
        chosen = CandidateForm(initial={"title": title}, candidates=found.pairs, held=name == "held")
        return _page(request, file, name, {"candidates": chosen, "found": found, "title": title})
    return _page(request, file, name, {"form": form, "listed": _listed(profile, name)})


def _skills(request: HttpRequest, file: File) -> HttpResponse:
    """Skills: looked up by words, or asked one by one from the jobs held; none is supposed."""
    profile = sealed.profile_of(file)
    posted, step = request.POST, request.POST.get("step")
    if step == "remove":
        return _without(request, file, profile, "skills", posted.get("value", ""))
    if step == "choose":
        numbers = [int(value) for value in posted.getlist("chosen") if value.isdecimal()]
        known = frozenset(looking.skills_of(numbers))
        if known:
            _write(request, file, replace(profile, skills=profile.skills | known), "skills")
        return redirect("job_advice:part", file.public_id, "skills")
    form = WordsForm(posted if step == "search" else None)
    context: dict[str, Any] = {"form": form, "listed": _listed(profile, "skills")}
    if form.is_valid():
        found = looking.find_skills(form.cleaned_data["words"])
        context["nothing"] = not found
        found = [one for one in found if one[0] not in profile.skills]
    else:
        found = looking.usual_skills(profile)
        context["usual"] = True
    if found:
        context["chosen"] = ChosenForm(found=[(str(number), label) for number, label in found])
    return _page(request, file, "skills", context)


def _diplomas(request: HttpRequest, file: File) -> HttpResponse:
    """Diplomas: a level, or a certification of the register, or both; an unknown one keeps its level."""
    profile = sealed.profile_of(file)
    posted, step = request.POST, request.POST.get("step")
    if step == "remove":
        return _without(request, file, profile, "diplomas", posted.get("value", ""))
    if step == "choose":
        key, level = posted.get("certification", ""), posted.get("level", "")
        if key and not looking.is_certification(key):
            raise Http404
        one = Diploma(int(level) if level in map(str, labels.LEVELS) else None, key or None)
        if one != Diploma():
            _write(request, file, replace(profile, diplomas=(*profile.diplomas, one)), "diplomas")
        return redirect("job_advice:part", file.public_id, "diplomas")
    form = DiplomaForm(posted if step == "search" else None)
    if form.is_valid():
        level, title = form.cleaned_data["level"], form.cleaned_data["title"]
        if not title:
            one = Diploma(level)
            _write(request, file, replace(profile, diplomas=(*profile.diplomas, one)), "diplomas")
            return redirect("job_advice:part", file.public_id, "diplomas")
        found = looking.find_certifications(title)
        return _page(request, file, "diplomas", {"certifications": found, "level": level, "title": title})
    return _page(request, file, "diplomas", {"form": form, "listed": _listed(profile, "diplomas")})


def _with_job(profile: Profile, name: str, given: dict[str, Any]) -> Profile:
    code = given["code"]
    if name == "targets":
        return replace(profile, targets=tuple(dict.fromkeys((*profile.targets, code))))
    job = Held(code, given.get("months") or 0, given.get("ended_months_ago") or 0)
    return replace(profile, held=(*(one for one in profile.held if one.occupation != code), job))


def _without(request: HttpRequest, file: File, profile: Profile, name: str, value: str) -> HttpResponse:
    """Take away one of what is listed, told by its place."""
    place = int(value) if value.isdecimal() else -1
    told: list[Any] = list(looking.skills_of(profile.skills) if name == "skills" else getattr(profile, name))
    if not 0 <= place < len(told):
        raise Http404
    del told[place]
    kept: Any = frozenset(told) if name == "skills" else tuple(told)
    _write(request, file, replace(profile, **{name: kept}), name)
    return redirect("job_advice:part", file.public_id, name)


def _listed(profile: Profile, name: str) -> list[tuple[int, str]]:
    """Return what is listed in a part: its place and its words."""
    if name == "skills":
        return list(enumerate(looking.skills_of(profile.skills).values()))
    if name == "held":
        return list(enumerate(shown.held(one) for one in profile.held))
    if name == "targets":
        return list(enumerate(looking.occupation(code) for code in profile.targets))
    return list(enumerate(shown.diploma(one.level, one.certification) for one in profile.diplomas))


def _write(request: HttpRequest, file: File, profile: Profile, name: str) -> None:
    most = MOST.get(name)
    if most is not None and len(getattr(profile, name)) > most:
        messages.error(request, _("There are %(count)d already: take one away first.") % {"count": most})
        return
    files.write_profile(file=file, profile=profile, part=name, by=cast(User, request.user))
    messages.success(request, _("It is written."))


def _page(request: HttpRequest, file: File, name: str, context: dict[str, Any]) -> HttpResponse:
    form = context.get("form") or context.get("candidates")
    is_wrong = form is not None and form.is_bound and bool(form.errors)
    context = {
        "form": None,
        "candidates": None,
        "file": file,
        "part": name,
        "title_of_part": _(labels.PARTS[name]),
        **shown.base(),
        **context,
    }
    template = _TEMPLATES.get(name, "job_advice/part_form.html")
    return render(request, template, context, status=422 if is_wrong else 200)


_TEMPLATES = {
    "held": "job_advice/part_titles.html",
    "targets": "job_advice/part_titles.html",
    "skills": "job_advice/part_skills.html",
    "diplomas": "job_advice/part_diplomas.html",
}
