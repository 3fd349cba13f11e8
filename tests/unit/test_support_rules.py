"""The rules of a support as data: tables that hold together, calendar months, extensions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.programme.committee import rules as committee
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import rules

DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))


def test_every_state_can_be_reached_and_every_end_is_one():
    reached, waiting = set(), ["opened"]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [after for after in rules.TRANSITIONS[state].values() if after not in reached]
    assert reached == set(rules.TRANSITIONS)
    assert {state for state in reached if rules.is_over(state)} == {"completed", "exited"}


def test_every_outcome_opens_a_track_that_exists_with_named_phases():
    assert set(committee.TRACKS.values()) == set(rules.TRACKS)
    assert {phase for track in rules.TRACKS.values() for phase in track.phases} == set(rules.PHASES)


@given(st.sampled_from(sorted(rules.TRANSITIONS)), st.text(max_size=12))
def test_a_verb_that_the_table_does_not_hold_is_refused(state, verb):
    if verb not in rules.TRANSITIONS[state]:
        with pytest.raises(Refused) as caught:
            rules.next_state(state, verb)
        assert caught.value.code == "state"


@pytest.mark.parametrize("track", sorted(rules.TRACKS))
def test_phases_are_walked_once_in_order(track):
    phases = rules.TRACKS[track].phases
    walked = [phases[0]]
    while walked[-1] != phases[-1]:
        with pytest.raises(Refused):
            rules.require_last_phase(track, walked[-1])
        walked.append(rules.next_phase(track, walked[-1]))
    assert tuple(walked) == phases
    rules.require_last_phase(track, walked[-1])
    with pytest.raises(Refused):
        rules.next_phase(track, walked[-1])


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
    ],
)
def test_months_are_those_of_the_calendar(start, months, end):
    assert rules.months_later(start, months) == end


@given(DAYS, st.integers(0, 60))
def test_months_later_falls_in_the_right_month_on_the_same_day_or_its_last(day, months):
    end = rules.months_later(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(DAYS, st.integers(-50, 500), st.integers(0, 200), st.sampled_from(["accompaniment", "ai_act_57"]))
def test_a_new_end_is_later_near_and_asked_in_time(previous, more, before, regime):
    asked, asked_on = previous + timedelta(days=more), previous - timedelta(days=before)
    in_time = regime == "accompaniment" or before >= 30
    allowed = more > 0 and asked <= rules.months_later(previous, 12) and in_time
    try:
        assert rules.new_end(regime, previous, asked, asked_on) == asked
    except Refused:
        assert not allowed
    else:
        assert allowed
