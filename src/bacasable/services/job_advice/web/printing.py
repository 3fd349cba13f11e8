"""The plan on paper: a tagged PDF (PDF/UA-1) for the person, with what it rests on and what they may do."""

from datetime import date
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.compliance.deployment import data_are_fictional
from bacasable.exchange import documents
from bacasable.people import instance
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import looking, running, sealed
from bacasable.services.job_advice.web.actions.deciding import plan_of
from bacasable.services.job_advice.web.models import KINDS, File, PlanStep

_TEMPLATE = Path(__file__).with_name("plan.typ")


def steps(file: File) -> list[dict[str, Any]]:
    """Return the steps of the plan in words, in their order."""
    kinds = dict(KINDS)
    made = []
    for one in plan_of(file):
        told = sealed.words_of(file, one)
        made.append(
            {
                "step": one,
                "text": told["text"],
                "reason": told.get("reason", ""),
                "kind": _(kinds[one.kind]),
                "dates": _dates(one),
            }
        )
    return made


def plan_pdf(file: File, *, code: str = "", address: str = "") -> bytes:
    """Return the plan of a file as a PDF; with ``code``, how the person opens their own page.

    Raises:
        NotRendered: the template does not compile.
    """
    return documents.render(_TEMPLATE, _data(file, code, address), made_at=clock.now())


def notes(file: File) -> list[str]:
    """Return what a plan says of itself, on paper and on screen."""
    said = []
    if data_are_fictional():
        said.append(_("Fictional demonstration: no real person."))
    if running.referential().is_synthetic:
        said.append(_("Synthetic tables: occupations, trainings and figures are made up."))
    return said


def sections(file: File) -> list[dict[str, Any]]:
    """Return what stands under the steps: how the plan was made, what the person may do, the tables."""
    refused = file.person.refused_tool_at is not None
    how = (
        _("No software was used: you did not want it. Nothing changes for your benefits.")
        if refused
        else _(PROCESSING.ai_act.notice_to_persons)
    )
    may = (
        _("You may ask what was used, correct it, say what you think, and contest an advice."),
        _("Another agent than your adviser answers, within %(days)d days.")
        % {"days": running.settings().contest_days},
        _("You may ask for a human at any time, and take your limits at work back."),
    )
    made = [{"title": _("How this plan was made"), "lines": [how]}]
    made.append({"title": _("What you may do"), "lines": list(may)})
    if not refused:
        made.append(
            {
                "title": _("Tables that were used"),
                "lines": [
                    _("%(name)s, version %(version)s, data of %(date)s")
                    % {"name": name, "version": version, "date": day}
                    for name, version, day in looking.sources()
                ],
            }
        )
    return made


def _data(file: File, code: str, address: str) -> dict[str, Any]:
    asked = running.settings()
    return {
        "language": get_language() or "fr",
        "title": _("My plan"),
        "issuer": running.office_name(),
        "contact": asked.office_contact,
        "references": [
            [_("Name"), sealed.identity_of(file.person).name],
            [_("Reference"), file.person.reference],
            [_("Date"), _day(clock.now().astimezone(clock.zone()).date())],
        ],
        "notes": notes(file),
        "steps_title": _("Steps that we decided together"),
        "no_step": _("No step is decided yet."),
        "steps": [
            {
                "text": one["text"],
                "lines": [line for line in (one["kind"], one["dates"], one["reason"]) if line],
            }
            for one in steps(file)
        ],
        "sections": sections(file),
        "code": code,
        "code_title": _("Your own page"),
        "code_text": _("Type this code at %(address)s. It opens your page for %(days)d days.")
        % {
            "address": address or instance.configuration().url + reverse("job_advice:start"),
            "days": asked.link_days,
        },
        "foot": _("Reference %(reference)s. Nothing on this paper serves control or sanction.")
        % {"reference": file.person.reference},
    }


def _dates(step: PlanStep) -> str:
    if step.starts_on and step.ends_on:
        return _("from %(first)s to %(last)s") % {"first": _day(step.starts_on), "last": _day(step.ends_on)}
    if step.starts_on:
        return _("from %(first)s") % {"first": _day(step.starts_on)}
    return _("until %(last)s") % {"last": _day(step.ends_on)} if step.ends_on else ""


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
