"""Lengths of time as the law counts them: whole calendar months, then days, where the controller is.

Everything is counted in one time zone (:func:`bacasable.compliance.clock.zone`): a month is that of the
controller's calendar, and what was received at 09:30 is due at 09:30, whatever daylight saving does between.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bacasable.compliance import clock

#: A span of instants, from the first to before the second; None: since ever.
Span = tuple[datetime | None, datetime]
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A length of time in calendar months and days."""

    months: int = 0
    days: int = 0

    def __add__(self, other: "Period") -> "Period":
        return Period(self.months + other.months, self.days + other.days)

    def after(self, start: datetime) -> datetime:
        """Return the instant one period after ``start``, at the same time of day; in the zone of ``start``.

        Months are added first, once, and the 31st becomes the last day of a short month; then days. A
        ``start`` without a zone is in UTC.
        """
        if start.tzinfo is None:
            start = start.replace(tzinfo=UTC)
        if self.is_empty:
            return start
        local = start.astimezone(clock.zone())
        end = datetime.combine(self.day_after(local.date()), local.time().replace(fold=0), local.tzinfo)
        return end.astimezone(UTC).astimezone(start.tzinfo)

    def day_after(self, day: date) -> date:
        """Return the day one period after ``day``."""
        year, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last)) + timedelta(days=self.days)

    def over_at(self, now: datetime) -> tuple[Span, ...]:
        """Return the instants since which a period is over at ``now``, as spans in order, in UTC.

        ``start`` lies in one of them where ``after(start) <= now``, and in none elsewhere. There is one span,
        and others where several days end on one: the 28th to the 31st of January, a month later.
        """
        today = now.astimezone(clock.zone()).date()
        day = self._first_due(today)
        spans: list[Span] = [(None, _midnight(day))]
        while self.day_after(day) == today:
            for first, end in _hours(day):
                upto = self._bound(first, end, now)
                if upto > first:
                    spans.append((first, upto))
            day += _DAY
        return tuple(_joined(spans))

    def last_day_over_at(self, now: datetime) -> date:
        """Return the last day that is over at ``now``, each counted from its midnight."""
        today = now.astimezone(clock.zone()).date()
        day = self._first_due(today)
        while self.day_after(day) == today:
            day += _DAY
        return day - _DAY

    def _first_due(self, today: date) -> date:
        """Return the first day that is due today or later."""
        day = today - timedelta(days=31 * self.months + self.days + 3)
        while self.day_after(day) < today:
            day += _DAY
        return day

    def _bound(self, first: datetime, end: datetime, now: datetime) -> datetime:
        """Return the end of what is over at ``now`` within one hour, in which instants keep their order."""
        low, high = first, end
        while low < high:
            middle = low + (high - low) // 2
            if self.after(middle) <= now:
                low = middle + _TICK
            else:
                high = middle
        return low

    @property
    def is_empty(self) -> bool:
        return self.months == 0 and self.days == 0


NO_TIME = Period()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.zone()).astimezone(UTC)


def _hours(day: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield the hours of a day, 23 to 25 of them, in UTC: no change of the clock falls inside of one."""
    first, end = _midnight(day), _midnight(day + _DAY)
    while first < end:
        following = min(first + timedelta(hours=1), end)
        yield first, following
        first = following


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Yield the spans with those that touch made one."""
    start, end = spans[0]
    for first, upto in spans[1:]:
        if first == end:
            end = upto
        else:
            yield start, end
            start, end = first, upto
    yield start, end
