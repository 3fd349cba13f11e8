"""What would change an opinion, in the reader's words."""

from typing import cast

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bacasable.services.job_advice.engine import counterfactuals
from bacasable.services.job_advice.engine.counterfactuals import Change
from bacasable.services.job_advice.engine.profiles import Hours, Profile
from bacasable.services.job_advice.engine.trace import Suggestion
from bacasable.services.job_advice.web import labels, running


def said_of(profile: Profile, suggestion: Suggestion) -> list[str]:
    """Return a sentence for each change that would put ``suggestion`` elsewhere, by the tables of today."""
    from bacasable.services.job_advice.engine.counselling import advise

    found = counterfactuals.changes(running.referential(), profile, suggestion, advise)
    return [_sentence(one) for one in found]


def _sentence(change: Change) -> str:
    told = {"change": _words(change), "before": change.before.rank}
    if change.after is None:
        return _("%(change)s: it would no longer be among the suggestions.") % told
    if change.after.rank != change.before.rank:
        told["after"] = change.after.rank
        return _("%(change)s: it would be number %(after)s in place of %(before)s.") % told
    points = number_format(change.after.score - change.before.score, 2)
    return _("%(change)s: it would keep its place, and count %(points)s.") % {**told, "points": points}


def _words(change: Change) -> str:
    value = change.value
    if change.field == "licence_b":
        return _("With a driving licence")
    if change.field == "mobility_km":
        return _("Going up to %(count)d km") % {"count": value}
    if change.field == "moves_house":
        return _("Moving house for a job")
    if change.field == "refused_hours":
        return _("Working %(when)s too") % {"when": _(labels.HOURS[cast(Hours, value)])}
    if change.field == "weekly_hours":
        return _("Up to %(count)d hours a week") % {"count": value}
    if change.field == "training_months":
        return _("Training for up to %(count)d months") % {"count": value}
    return _("With the skill “%(skill)s”") % {"skill": running.skill_labels()[int(value)]}
