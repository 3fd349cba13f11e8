"""A line of what waits, and how pages say it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format

from bacasable.programme.dossiers import wording

#: Lines of one kind: beyond, the page of the room itself shows the rest.
MOST = 50


@dataclass(frozen=True)
class Line:
    """``what`` to do, ``of`` which file, ``until`` when (an instant with its ``zone``, or a day), where."""

    what: str
    of: str
    href: str
    until: datetime | date | None = None
    zone: ZoneInfo | None = None
    is_late: bool = False

    def urgency(self) -> tuple[bool, datetime]:
        """Sort what has a deadline by it, before what has none."""
        if self.until is None:
            return (True, datetime.max.replace(tzinfo=UTC))
        if isinstance(self.until, datetime):
            return (False, self.until)
        return (False, datetime.combine(self.until, time(23, 59, 59), tzinfo=UTC))

    def stated(self) -> str:
        """Return the deadline in words, in the zone of the call; nothing where there is none."""
        if self.until is None:
            return ""
        if isinstance(self.until, datetime):
            return wording.instant(self.until, self.zone or ZoneInfo("UTC"))
        return date_format(self.until, "DATE_FORMAT")


def address(name: str, *arguments: object) -> str:
    """Return the address of a page, or nothing in an installation that does not serve its room."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
