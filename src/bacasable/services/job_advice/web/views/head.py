"""The head of service: whether people decide, for the service as a whole; no file, no adviser."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bacasable.compliance import clock
from bacasable.compliance.deployment import data_are_fictional
from bacasable.compliance.service import N_
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.indicators import OTHERS, Indicators, Read, Share
from bacasable.services.job_advice.web import measuring, running
from bacasable.services.job_advice.web.actions import contesting
from bacasable.services.job_advice.web.models import Word
from bacasable.ui.saying import spoken

_WAYS = {
    "decides": (N_("The service decides: these measures look like people who judge."), "green"),
    "follows": (N_("The service follows: several signs say that suggestions are taken as they come."), "red"),
    "unclear": (N_("These measures do not tell whether the service decides or follows."), "yellow"),
}
_SIGNS = {
    "retains_nearly_all": N_("nearly all suggestions are retained"),
    "faster_than_read": N_("many are decided faster than they can be read"),
    "texts_unchanged": N_("words are hardly ever changed"),
    "first_taken": N_("the first suggestion is taken for being the first"),
    "decoys_passed": N_("suggestions that are bad on purpose pass, in training"),
}


@allow("job_advice.indicators")
@require_safe
@never_cache
def indicators(request: HttpRequest) -> HttpResponse:
    """The measures of a month that is over, with their intervals, and what they say together."""
    today = clock.now().astimezone(clock.zone()).date()
    months = measuring.months(today)
    asked = request.GET.get("month", "")
    month = asked if asked in months else months[0]
    asked_settings = running.settings()
    context: dict[str, Any] = {
        "month": month,
        "month_said": _month(month),
        "is_fictional": data_are_fictional(),
        "months": [(one, _month(one)) for one in months],
        "settings": [
            {"key": _("The adviser’s own view comes first"), "value": _yes(asked_settings.view_first)},
            {"key": _("Days that reading times are kept"), "value": asked_settings.reading_days},
            {"key": _("Days to answer a contestation"), "value": asked_settings.contest_days},
            {"key": _("Days that a link or code opens a page"), "value": asked_settings.link_days},
        ],
        "waiting": Word.objects.filter(kind__in=contesting.ROUTED, answered_at=None).count(),
        "late": Word.objects.filter(
            kind__in=contesting.ROUTED, answered_at=None, due_at__lt=clock.now()
        ).count(),
    }
    try:
        found, read = measuring.of_month(month, today)
    except Refused as refused:
        context["why"] = spoken(refused.said)
    else:
        context |= _told(found, read)
    return render(request, "job_advice/indicators.html", context)


def _told(found: Indicators, read: Read) -> dict[str, Any]:
    sentence, colour = _WAYS[read.way]
    rows = [
        _share(_("Suggestions retained as proposed"), found.retained),
        _share(_("Interviews that ended with own advice or none of these"), found.own),
        _share(_("Decided in less than %(seconds)d seconds") % {"seconds": found.fast_seconds}, found.fast),
        _share(_("Words kept as proposed, of those kept"), found.unchanged),
        _share(_("Bad suggestions of training that were not followed"), found.decoys),
    ]
    if found.first_rank is not None:
        gap = found.first_rank
        rows.append(
            {
                "what": _("How much more often the first suggestion is retained"),
                "value": _percent(gap.value),
                "interval": f"{_percent(gap.interval.low)} – {_percent(gap.interval.high)}",
                "n": "",
            }
        )
    return {
        "way": _(sentence),
        "colour": colour,
        "signs": [
            {"key": _(_SIGNS[name]).capitalize(), "value": _("not known") if sign is None else _yes(sign)}
            for name, sign in read.signs.items()
        ],
        "interviews": found.interviews,
        "rows": rows,
        "columns": _columns(_("Measure")),
        "group_columns": _columns(_("Department")),
        "groups": [
            _share(_("others") if name == OTHERS else name, each) for name, each in found.by_group.items()
        ],
    }


def _columns(first: str) -> list[dict[str, Any]]:
    return [
        {"key": "what", "label": first},
        {"key": "value", "label": _("Value"), "numeric": True},
        {"key": "interval", "label": _("Interval at 95 %"), "numeric": True},
        {"key": "n", "label": _("Out of"), "numeric": True},
    ]


def _share(what: str, found: Share | None) -> dict[str, Any]:
    if found is None:
        return {"what": what, "value": _("too few advisers"), "interval": "", "n": ""}
    return {
        "what": what,
        "value": _percent(found.value),
        "interval": f"{_percent(found.interval.low)} – {_percent(found.interval.high)}",
        "n": found.n,
    }


def _percent(value: float) -> str:
    return f"{number_format(100 * value, decimal_pos=0)}\u202f%"


def _month(month: str) -> str:
    """Return a month (``2026-10``) in words."""
    return date_format(date.fromisoformat(f"{month}-01"), "F Y")


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")
