"""What waits for the data protection officer, room by room; the most urgent first."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.exports import register as format
from bacasable.duties.breaches.queries import open_breaches, time_left
from bacasable.duties.breaches.rules import State as BreachState
from bacasable.duties.dpia.queries import stands
from bacasable.duties.dpia.sheet import badge
from bacasable.duties.keeping import actions as keeping
from bacasable.duties.keeping.models import PurgeRun
from bacasable.duties.register.queries import SOON, context, entries, measurements, promises
from bacasable.duties.register.sheet import COLOURS, verdict
from bacasable.duties.rights.queries import open_requests

#: How long before its date a request is told as pressing.
PRESSING = timedelta(days=7)
Rows = list[dict[str, Any]]


def requests() -> Rows:
    """Return the requests that wait for an answer, the first due first."""
    now = clock.now()
    titles = {key: _(processing_of(service).title) for key, service in catalogue().items()}
    return [
        {
            "reference": asked.reference,
            "href": reverse("rights:detail", args=[asked.public_id]),
            "right": _(asked.asked.label),
            "service": titles.get(asked.service, asked.service),
            "due": date_format(localtime(asked.clock.due), "DATE_FORMAT"),
            "state": _pressing(asked.clock.due, now) or _(asked.where.label),
        }
        for asked in sorted(open_requests(), key=lambda asked: asked.clock.due)
    ]


def breaches() -> Rows:
    """Return the breaches being dealt with, with what is left of the 72 hours."""
    now = clock.now()
    return [
        {
            "title": breach.title,
            "href": reverse("breaches:detail", args=[breach.public_id]),
            "clock": _hours(time_left(breach, now)),
            "state": _(BreachState(breach.state).label),
        }
        for breach in open_breaches()
    ]


def retention() -> Rows:
    """Return what is past its retention, what waits for a visa, and a purge that stopped half way."""
    outcome = keeping.look()
    waiting = sum(len(line.kept) for line in outcome.lines)
    last = PurgeRun.objects.first()
    lines = [
        (
            outcome.count,
            ngettext(
                "%(count)s piece of data to destroy", "%(count)s pieces of data to destroy", outcome.count
            ),
        ),
        (
            waiting,
            ngettext(
                "%(count)s kept past its retention, with the reason",
                "%(count)s kept past their retention, with the reason",
                waiting,
            ),
        ),
        (sum(1 for line in outcome.lines if line.stopped), _("%(count)s stores that fail")),
        (1 if last and not last.is_whole else 0, _("the last purge stopped half way")),
    ]
    return [
        {"what": text % {"count": count}, "href": reverse("keeping:due")} for count, text in lines if count
    ]


def promised() -> Rows:
    """Return the promises that need somebody: not kept, void, never measured, too old, changed or soon so."""
    now, rows = clock.now(), []
    for entry in entries():
        for one in promises(entry):
            soon = one.state == "kept" and one.ends_at is not None and one.ends_at - now <= SOON
            if one.state == "kept" and not soon:
                continue
            until = date_format(localtime(one.ends_at), "DATE_FORMAT") if one.ends_at else ""
            rows.append(
                {
                    "promise": _(one.control.title),
                    "href": reverse("register:about", args=[entry.slug]),
                    "service": _(entry.declared.title),
                    "until": until,
                    "state": {
                        "badge": _("to be measured again soon") if soon else verdict(one),
                        "colour": "yellow" if soon else COLOURS[one.state],
                    },
                    "remedy": f"bacasable check {entry.service.key} --control {one.control.key}",
                }
            )
        for name in measurements(entry.declared)[1]:
            rows.append(
                {
                    "promise": name,
                    "service": _(entry.declared.title),
                    "state": {"badge": _("not believed"), "colour": "red"},
                    "remedy": f"bacasable check {entry.service.key}",
                }
            )
    return rows


def declarations() -> Rows:
    """Return, by service, what its entry of the register could not fill and where its assessment stands."""
    rows = []
    for entry in entries():
        declared = entry.declared
        missing = format.render(declared, context(declared)).missing
        rows.append(
            {
                "service": _(declared.title),
                "href": reverse("register:exports", args=[entry.slug]),
                "missing": {
                    "text": len(missing),
                    "href": reverse("register:export", args=[entry.slug, format.EXPORT.key]),
                },
                "assessment": badge(declared, stands(declared)),
                "act": {"text": _("Impact assessment"), "href": reverse("dpia:page", args=[entry.slug])},
            }
        )
    return rows


def _pressing(due: datetime, now: datetime) -> dict[str, str] | None:
    if now > due:
        return {"badge": _("late"), "colour": "red"}
    return {"badge": _("pressing"), "colour": "orange"} if due - now <= PRESSING else None


def _hours(left: timedelta | None) -> str | dict[str, str]:
    """Return what is left of the clock in words."""
    if left is None:
        return _("the clock has stopped")
    hours = int(abs(left).total_seconds() // 3600)
    if left < timedelta(0):
        late = ngettext("late by %(count)s hour", "late by %(count)s hours", hours) % {"count": hours}
        return {"badge": late, "colour": "red"}
    text = ngettext("%(count)s hour left", "%(count)s hours left", hours) % {"count": hours}
    return {"badge": text, "colour": "orange"}
