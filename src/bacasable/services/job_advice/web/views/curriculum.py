"""A CV read on the spot, with the person: what was read is confirmed line by line; the file is not kept.

Nothing is ticked beforehand: a line that nobody confirms is not written.
"""

import uuid
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction.types import registry
from bacasable.services.job_advice.engine.profiles import Diploma, Held, Profile
from bacasable.services.job_advice.web import labels, looking, running, sealed, shown
from bacasable.services.job_advice.web.actions import files
from bacasable.services.job_advice.web.forms import CandidateForm, ChosenForm
from bacasable.services.job_advice.web.views.confirming import or_said_at
from bacasable.services.job_advice.web.views.files import of_request
from bacasable.ui.saying import spoken

#: Jobs of one CV that are shown, the first ones.
MOST_JOBS = 12
#: Figures of a number of skills or months, at most.
_LONGEST_NUMBER = 12


class CvForm(forms.Form):
    """A file to read with the person."""

    file = forms.FileField(
        label=gettext_lazy("CV of the person"),
        help_text=gettext_lazy("PDF, Word, OpenDocument or text. It is read now and kept nowhere."),
    )


@allow("job_advice.advise")
@require_http_methods(["GET", "POST"])
@never_cache
@or_said_at("job_advice:file")
def curriculum(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Read a CV, show what was read and what was cut, write what is confirmed."""
    from bacasable.services.job_advice.engine.curriculum import read_cv

    file = of_request(request, public_id)
    if file.state != "open":
        raise Http404
    if request.POST.get("step") == "confirm":
        told = _confirmed(request, sealed.profile_of(file))
        files.write_profile(file=file, profile=told, part="cv", by=cast(User, request.user))
        messages.success(request, _("What was confirmed is written. The CV is not kept."))
        return redirect("job_advice:file", public_id)
    form = CvForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context: dict[str, Any] = {"file": file, "form": form, **shown.base()}
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            read = read_cv(given, given.name, running.referential(), today=clock.now().date())
        except Refused as refused:
            form.add_error("file", spoken(refused.said))
        else:
            return render(request, "job_advice/curriculum_read.html", context | _shown(read))
    return render(request, "job_advice/curriculum.html", context, status=422 if form.errors else 200)


def _shown(read: Any) -> dict[str, Any]:
    """Return what was read, as fields of which none is filled in but how long a job was held."""
    jobs = [
        {
            "words": job.words,
            "form": CandidateForm(
                prefix=f"job-{place}",
                initial={"months": job.months, "ended_months_ago": job.ended_months_ago},
                candidates=[(code, f"{label} ({code})") for code, label, _chance in job.candidates],
                held=True,
            ),
        }
        for place, job in enumerate(read.jobs[:MOST_JOBS])
    ]
    diplomas = [
        (str(one.level), f"{one.words}: {_(labels.LEVELS[one.level])}") for one in read.diplomas if one.level
    ]
    return {
        "jobs": jobs,
        "skills": ChosenForm(found=[(str(one.number), one.label) for one in read.skills]),
        "diplomas": list(enumerate(diplomas)),
        "licence": read.licence_b,
        "is_empty": not (jobs or read.skills or diplomas or read.licence_b),
        "cut": [{"key": _cut_label(kind), "value": count} for kind, count in read.cut],
    }


def _cut_label(kind: str) -> str:
    """Return what a type of what was cut is called."""
    from bacasable.services.job_advice.engine.curriculum.cutting import LABELS

    types = registry()
    if kind in LABELS:
        return _(LABELS[kind]).capitalize()
    if kind in types:
        return _(types[kind].label).partition(":")[2].strip() or _(types[kind].label)
    return _(kind).capitalize()  # the filter of notes says why in words


def _confirmed(request: HttpRequest, profile: Profile) -> Profile:
    """Return the profile with the lines that were confirmed; values that no table knows are left out."""
    posted, referential = request.POST, running.referential()
    held = {one.occupation: one for one in profile.held}
    for place in range(MOST_JOBS):
        code = posted.get(f"job-{place}-code", "")
        if referential.has(code):
            months, ended = (
                min(720, int(value)) if _is_number(value := posted.get(f"job-{place}-{name}", "")) else 0
                for name in ("months", "ended_months_ago")
            )
            held[code] = Held(code, months, ended)
    numbers = [int(value) for value in posted.getlist("chosen") if _is_number(value)]
    levels = [int(value) for value in posted.getlist("level") if value in map(str, labels.LEVELS)]
    return replace(
        profile,
        held=tuple(held.values()),
        skills=profile.skills | frozenset(looking.skills_of(numbers)),
        diplomas=tuple(dict.fromkeys((*profile.diplomas, *(Diploma(level) for level in levels)))),
        licence_b=True if posted.get("licence") == "yes" else profile.licence_b,
    )


def _is_number(value: str) -> bool:
    """Return whether a text is a whole number that a field of a page could have sent."""
    return value.isdecimal() and len(value) <= _LONGEST_NUMBER
