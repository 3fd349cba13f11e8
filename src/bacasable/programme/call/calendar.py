"""The calendar of a call in words: each instant with its time zone named."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.programme.call import rules
from bacasable.programme.call.models import Call


def instant_words(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the reader's language and the call's zone: date, time, zone, offset from UTC."""
    local = at.astimezone(zone)
    offset = f"{local:%z}"
    return _("%(date)s at %(time)s (%(zone)s, UTC%(offset)s)") % {
        "date": date_format(local, "DATE_FORMAT"),
        "time": date_format(local, "TIME_FORMAT"),
        "zone": zone.key,
        "offset": f"{offset[:3]}:{offset[3:]}",
    }


def stated(call: Call, at: datetime) -> str:
    """Return an instant of the calendar in words: the day alone for a past edition, its hours unknown."""
    if call.is_historical:
        return date_format(at.astimezone(call.zone), "DATE_FORMAT")
    return instant_words(at, call.zone)


def calendar_words(call: Call, at: datetime | None = None) -> str:
    """Return the sentence that says where the calendar of ``call`` stands at ``at`` (now by default)."""
    state = call.calendar(at or clock.now())
    if call.state not in (Call.State.DRAFT, Call.State.PUBLISHED):
        state = rules.CLOSED
    return _(rules.CALENDAR_WORDS[state]) % {
        "opens": stated(call, call.opens_at),
        "closes": stated(call, call.closes_at),
        "deadline": stated(call, call.deadline),
    }
