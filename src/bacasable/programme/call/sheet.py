"""What the pages of a call show: where it stands, its text, calendar, criteria, phases, projects."""

from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bacasable.programme.call import eligibility, prose
from bacasable.programme.call.calendar import calendar_words, instant_words, stated
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.call.refusals import Refused

#: answers shown on the page of the call itself
LATEST_ANSWERS = 5


def published_calls() -> QuerySet[Call]:
    """Return the calls that everybody may read: all but drafts."""
    return Call.objects.exclude(state=Call.State.DRAFT)


def state_badge(call: Call) -> dict[str, str]:
    """Return the text and colour of where a call stands: the clock counts before the stored state."""
    if call.state == Call.State.PUBLISHED:
        text, colour = {
            "upcoming": (_("Opens soon"), "yellow"),
            "open": (_("Open"), "green"),
            "grace": (pgettext("state of a call", "Closing"), "orange"),
            "closed": (_("Closed"), "grey"),
        }[call.calendar()]
        return {"text": text, "colour": colour}
    text, colour = {
        Call.State.DRAFT: (_("Draft"), "grey"),
        Call.State.CLOSED: (_("Closed, under examination"), "blue"),
        Call.State.DECIDED: (_("Decided"), "purple"),
    }.get(Call.State(call.state), (_("Archived"), "grey"))
    return {"text": text, "colour": colour}


def prose_html(text: str) -> SafeString:
    return mark_safe(prose.to_html(text))  # noqa: S308 (prose lets no markup through)


def _phases(call: Call) -> list[dict[str, Any]]:
    def when(months: int | None) -> str:
        if not months:
            return _("Duration not stated")
        return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}

    return [
        {"when": when(phase.duration_months), "title": phase.title, "text": phase.description}
        for phase in call.phases.all()
    ]


def detail_context(call: Call) -> dict[str, Any]:
    """Return what the page of a call shows; the number of queries does not depend on the number of rows."""
    zone = call.zone
    criteria = list(call.criteria.all())
    total = sum(criterion.weight for criterion in criteria) or 1
    projects = list(call.projects.all())
    answered = call.questions.filter(published_at__isnull=False)
    return {
        "call": call,
        "badge": state_badge(call),
        "calendar": calendar_words(call),
        "opens": stated(call, call.opens_at),
        "closes": stated(call, call.closes_at),
        "deadline": stated(call, call.deadline),
        "extensions": [
            {
                "id": extension.pk,
                "at": instant_words(extension.at, zone),
                "previous": instant_words(extension.previous_closes_at, zone),
                "closes": instant_words(extension.closes_at, zone),
                "reason": extension.reason,
            }
            for extension in call.extensions.all()
        ],
        "text": prose_html(call.text),
        "phases": _phases(call),
        "criteria": [
            {"criterion": criterion, "share": round(100 * criterion.weight / total)} for criterion in criteria
        ],
        "rules": rules_of(call),
        "answers": answered.order_by("-published_at")[:LATEST_ANSWERS],
        "answers_count": answered.count(),
        "facts": call.facts.all(),
        "laureates": [p for p in projects if p.track == SelectedProject.Track.LAUREATE],
        "advised": [p for p in projects if p.track == SelectedProject.Track.ADVISED],
        "can_apply": call.accepts_deposits(),
        "takes_questions": call.takes_questions(),
    }


def rules_of(call: Call) -> tuple[eligibility.Rule, ...]:
    """Return the rules of a call; none where they cannot be read (publication refuses those)."""
    try:
        return eligibility.parse(call.eligibility)
    except Refused:
        return ()
