"""What pages show of a file: the parts of its profile in words, and with which tables opinions are made."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.services.job_advice.engine.profiles import Held, Profile
from bacasable.services.job_advice.web import labels, looking, running
from bacasable.services.job_advice.web.models import File


def base() -> dict[str, Any]:
    """Return whether the tables are the synthetic ones, and each table with its version and date."""
    return {
        "is_synthetic": running.referential().is_synthetic,
        "sources": [
            {"name": name, "version": version, "date": day} for name, version, day in looking.sources()
        ],
    }


def parts(file: File, profile: Profile) -> list[dict[str, str]]:
    """Return the parts of a profile, each with what was said and the page that changes it."""
    return [
        {
            **row,
            "action_href": reverse("job_advice:part", args=(file.public_id, part)),
            "action_text": _("Change"),
        }
        for part, row in zip(labels.PARTS, told(profile), strict=True)
    ]


def told(profile: Profile) -> list[dict[str, str]]:
    """Return the parts of a profile in words."""
    said = {
        "held": _lines(held(one) for one in profile.held),
        "targets": _lines(looking.occupation(code) for code in profile.targets),
        "skills": _lines(looking.skills_of(profile.skills).values()),
        "diplomas": _lines(diploma(one.level, one.certification) for one in profile.diplomas),
        "mobility": _lines(_mobility(profile)),
        "hours": _lines(_hours(profile)),
        "limits": _lines(_words(labels.LIMITS, profile.limits)),
        "search": _lines(_search(profile)),
        "interests": _lines(_words(labels.INTERESTS, profile.interests)),
    }
    return [{"key": _(label), "value": said[part] or _("Not said")} for part, label in labels.PARTS.items()]


def held(one: Held) -> str:
    """Return a job held in words."""
    label = looking.occupation(one.occupation)
    if not one.months:
        return label
    months = ngettext("%(count)d month", "%(count)d months", one.months) % {"count": one.months}
    return _("%(job)s (%(months)s)") % {"job": label, "months": months}


def diploma(level: int | None, certification: str | None) -> str:
    """Return a diploma in words."""
    words = _(labels.LEVELS[level]) if level else _("level not known")
    if certification:
        return _("%(title)s, %(level)s") % {"title": looking.certification(certification), "level": words}
    return words


def _mobility(profile: Profile) -> Iterable[str]:
    if profile.department:
        yield _("department %(code)s") % {"code": profile.department}
    if profile.mobility_km is not None:
        yield _("%(count)d km at most") % {"count": profile.mobility_km}
    if profile.moves_house is not None:
        yield _("would move house") if profile.moves_house else _("would not move house")
    if profile.licence_b is not None:
        yield _("has a driving licence") if profile.licence_b else _("has no driving licence")


def _hours(profile: Profile) -> Iterable[str]:
    if profile.weekly_hours is not None:
        hours = profile.weekly_hours
        said = ngettext("%(count)d hour a week at most", "%(count)d hours a week at most", hours)
        yield said % {"count": hours}
    if profile.refused_hours:
        yield _("does not work %(when)s") % {"when": ", ".join(_words(labels.HOURS, profile.refused_hours))}
    if profile.training_months is not None:
        months = profile.training_months
        said = ngettext("%(count)d month of training at most", "%(count)d months of training at most", months)
        yield said % {"count": months}


def _search(profile: Profile) -> Iterable[str]:
    yield from _words(labels.DIFFICULTIES, profile.difficulties)
    if profile.months_searching is not None:
        months = profile.months_searching
        said = ngettext("looking for %(count)d month", "looking for %(count)d months", months)
        yield said % {"count": months}
    if profile.applications_a_month is not None:
        sent = profile.applications_a_month
        said = ngettext("%(count)d application a month", "%(count)d applications a month", sent)
        yield said % {"count": sent}
    if profile.interviews is not None:
        said = ngettext("%(count)d interview", "%(count)d interviews", profile.interviews)
        yield said % {"count": profile.interviews}


def _words(known: Any, keys: Iterable[str]) -> list[str]:
    """Return what keys are called, in the order of the list."""
    asked = set(keys)
    return [_(label) for key, label in known.items() if key in asked]


def _lines(told: Iterable[str]) -> str:
    return "\u202f; ".join(told)


def questions(profile: Profile) -> list[str]:
    """Return what is still to be asked, as questions to the person; each may stay without an answer."""
    asked = {
        "held": _("Which jobs have you held, and for how long?"),
        "targets": _("Which job would you like to do?"),
        "skills": _("What are you good at, at work or elsewhere?"),
        "diplomas": _("Which diplomas or training have you completed?"),
        "mobility_km": _("How far from home can you go each day, and how?"),
        "weekly_hours": _("How many hours a week do you want to work, and at which times?"),
        "difficulties": _("What is hardest in your search?"),
    }
    return [words for name, words in asked.items() if getattr(profile, name) in ((), frozenset(), None)]
