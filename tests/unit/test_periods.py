"""Months and days as the law counts them: never early, never late by a day, whatever the calendar does."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bacasable.compliance import clock
from bacasable.compliance.declaration import Period, Retention
from bacasable.compliance.holdings import Due
from bacasable.compliance.rights import Clock
from bacasable.portal.config import Configuration

PARIS = ZoneInfo("Europe/Paris")
INSTANTS = st.datetimes(datetime(2019, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
PERIODS = st.builds(Period, st.integers(0, 130), st.integers(0, 40))


def here(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=PARIS, fold=fold)


@pytest.mark.parametrize(
    ("start", "months", "days", "due"),
    [
        (here(2027, 1, 31, 9), 1, 0, here(2027, 2, 28, 9)),
        (here(2028, 1, 31, 9), 1, 0, here(2028, 2, 29, 9)),
        (here(2028, 2, 29, 9), 12, 0, here(2029, 2, 28, 9)),
        (here(2028, 2, 29, 9), 48, 0, here(2032, 2, 29, 9)),
        # an hour of the clock is lost, or won, on the way
        (here(2026, 3, 1, 9), 1, 0, here(2026, 4, 1, 9)),
        (here(2026, 10, 1, 9), 1, 0, here(2026, 11, 1, 9)),
        (here(2026, 10, 20, 9), 0, 7, here(2026, 10, 27, 9)),
        # an hour that does not exist is the one after it
        (here(2026, 2, 28, 2, 30), 0, 29, here(2026, 3, 29, 3, 30)),
        # the evening in Paris is another day than in UTC
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), 1, 0, here(2026, 3, 1, 0, 30)),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), 1, 0, here(2026, 8, 1, 0, 30)),
    ],
)
def test_the_calendar_is_that_of_the_controller(start, months, days, due):
    assert Period(months, days).after(start) == due


def test_two_stages_clip_the_end_of_a_month_once():
    kept = Retention("k", "k", "the act", Period(months=1), Period(months=1))
    assert kept.due_at(here(2027, 1, 31, 9)) == here(2027, 3, 31, 9)
    assert Clock(here(2026, 12, 31, 9), waited_days=2, extended=True).due == here(2027, 4, 2, 9)


@given(INSTANTS, st.integers(1, 60), st.integers(1, 60), st.integers(0, 30))
@settings(max_examples=60)
def test_what_is_due_is_never_early_nor_late_by_a_day(start, current, archive, days):
    kept = Retention("k", "k", "the act", Period(months=current, days=days), Period(months=archive))
    local, due = start.astimezone(PARIS), kept.due_at(start).astimezone(PARIS)
    first = date(local.year, local.month, 1)
    # so many months on, at most one before: what a clipped end of month may lose, and no more
    months = (first.year * 12 + first.month - 1) + current + archive
    month = date(months // 12, months % 12 + 1, 1)
    length = (date(month.year + month.month // 12, month.month % 12 + 1, 1) - month).days
    assert due.date() == month + timedelta(days=min(local.day, length) - 1 + days)
    assert abs((due.replace(tzinfo=None) - local.replace(tzinfo=None)).seconds) in {0, 3600}


@given(PERIODS, INSTANTS, st.timedeltas(timedelta(days=-4), timedelta(days=4)))
@example(Period(1), here(2026, 2, 28, 12), timedelta(hours=13))
@example(Period(0, 29), here(2026, 3, 29, 3, 30), timedelta(hours=-1))
@example(Period(0, 7), here(2026, 10, 25, 2, 30, fold=1), timedelta(days=7))
@settings(max_examples=80)
def test_spans_hold_the_starts_that_are_over_and_no_other(period, now, later):
    start = now - timedelta(days=period.months * 30.44 + period.days) + later
    spans = period.over_at(now)
    held = any((first is None or first <= start) and start < end for first, end in spans)
    assert held == (period.after(start) <= now)
    edges = {edge for span in spans for edge in span if edge}
    for edge in edges | {edge - timedelta(microseconds=1) for edge in edges}:
        held = any((first is None or first <= edge) and edge < end for first, end in spans)
        assert held == (period.after(edge) <= now)


@given(PERIODS, INSTANTS, st.integers(-4, 4))
@settings(max_examples=60)
def test_a_bound_of_candidates_and_a_bound_of_days_agree_with_what_is_due(period, now, later):
    due = Due(Retention("k", "k", "the day", period), "", (), now)
    day = (now - timedelta(days=period.months * 30.44 + period.days)).astimezone(PARIS).date()
    day += timedelta(days=later)
    assert due.is_due(day) == (day <= period.last_day_over_at(now))
    started = datetime.combine(day, now.timetz())
    assert not due.is_due(started) or started <= due.latest


def test_another_zone_counts_its_own_days():
    clock.set_zone("Indian/Reunion")
    try:
        # already the 1st there: a month later is the 1st, not the 28th
        assert Period(1).after(datetime(2026, 1, 31, 20, 30, tzinfo=UTC)) == datetime(
            2026, 2, 28, 20, 30, tzinfo=UTC
        )
    finally:
        clock.set_zone(clock.ZONE)


def test_a_zone_that_does_not_exist_is_refused_where_settings_are_read(monkeypatch):
    monkeypatch.setenv("BACASABLE_TIME_ZONE", "Europe/Pairs")
    with pytest.raises(ValueError, match="'Europe/Pairs' is no time zone: write one as"):
        Configuration()
