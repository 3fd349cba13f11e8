"""What a head of service may read: a service's way of deciding, never an adviser's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.intervals import wilson
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.indicators import OTHERS, POLICY, Act, Indicators, Offer, indicators
from bacasable.services.job_advice.engine.indicators.shares import share

OCTOBER, READ = "2026-10", date(2026, 11, 1)


def acts_of(advisers: int, each: int = 10, kind: str = "", **changed: object) -> list[Act]:
    """Return acts of as many advisers: the first half of each one's suggestions retained."""
    return [
        replace(
            Act(
                "retained" if number < each // 2 else "refused",
                date(2026, 10, 20),
                f"{kind}{adviser}-{number}",
                adviser,
                "north",
                item="one",
                rank=1 + number % 5,
                reading_ms=3000 if number % 2 else 30_000,
                changed=False if number < each // 2 else None,
            ),
            **changed,
        )
        for adviser in range(advisers)
        for number in range(each)
    ]


def seen(acts: list[Act], today: date = READ, month: str = OCTOBER) -> Indicators:
    return indicators(acts, service="north", month=month, today=today)


def test_five_advisers_are_told_and_four_are_not() -> None:
    told = seen(acts_of(5))
    assert (told.retained.successes, told.retained.n, told.fast.value, told.unchanged.value) == (
        25,
        50,
        0.5,
        1,
    )
    with pytest.raises(Refused, match="fewer than 5 advisers"):
        seen(acts_of(4))


def test_a_service_of_one_busy_adviser_is_not_told() -> None:
    busy = [replace(act, adviser=9, interview=f"busy-{act.interview}") for act in acts_of(6)]
    with pytest.raises(Refused, match="more than half"):
        seen(acts_of(5) + busy)


def test_no_result_names_an_adviser() -> None:
    numbered = [replace(act, adviser=act.adviser + 7_770_000) for act in acts_of(6)]
    assert "777000" not in repr(seen(numbered)) and repr(seen(numbered)) == repr(seen(acts_of(6)))


def test_a_month_that_is_not_over_or_is_no_month_is_refused() -> None:
    with pytest.raises(Refused, match="whole months"):
        seen(acts_of(5), today=date(2026, 10, 31))
    with pytest.raises(Refused, match="write 2026-10"):
        seen(acts_of(5), month="October")


def test_reading_times_older_than_thirty_days_are_not_used_even_where_they_were_not_erased() -> None:
    assert seen(acts_of(5), today=date(2026, 11, 19)).fast is None
    assert seen(acts_of(5), today=date(2026, 11, 18)).fast is not None


def test_two_days_never_differ_by_less_than_a_week_of_five_advisers() -> None:
    # one adviser alone worked in the first week: it is told neither with the others nor by subtraction
    alone = acts_of(1, kind="alone", on=date(2026, 10, 12), reading_ms=1)
    for day in range(1, 20):
        today = READ + timedelta(days=day - 1)
        assert seen(acts_of(5) + alone, today).fast == seen(acts_of(5), today).fast


def test_a_small_group_joins_others_until_they_are_enough() -> None:
    acts = [
        replace(act, group={0: "large", 1: "middle"}.get(index % 3, "small") if act.adviser else "large")
        for index, act in enumerate(acts_of(8))
    ]
    acts = [replace(act, group="large") if act.group == "small" and act.adviser > 3 else act for act in acts]
    told = seen(acts)
    assert "small" not in told.by_group
    assert sum(one.n for one in told.by_group.values()) in (told.retained.n, 0)
    left = told.retained.n - sum(one.n for name, one in told.by_group.items() if name != OTHERS)
    others = {act.adviser for act in acts if act.group not in told.by_group}
    assert left == 0 or len(others) >= 5


def test_the_last_act_about_a_suggestion_counts_with_the_time_of_all() -> None:
    first = acts_of(5, 2)
    again = [replace(act, verb="refused", reading_ms=8000) for act in first]
    told = seen([*first, *again])
    assert (told.retained.successes, told.retained.n, told.fast.value) == (0, 10, 0)


def test_decoys_are_counted_apart_from_what_was_advised() -> None:
    decoys = acts_of(5, 4, "training", is_decoy=True, verb="refused")
    told = seen(acts_of(5) + decoys)
    assert (told.decoys.successes, told.decoys.n, told.retained.n) == (20, 20, 50)


def test_acts_of_like_advisers_widen_the_interval() -> None:
    alike = [(adviser, adviser % 2 == 0) for adviser in range(10) for _act in range(20)]
    mixed = [(adviser, act % 2 == 0) for adviser in range(10) for act in range(20)]
    narrow, wide = share(mixed).interval, share(alike).interval
    assert (narrow.low, narrow.high) == (wilson(100, 200).low, wilson(100, 200).high)
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=60))
def test_a_share_lies_in_its_interval(outcomes: list[tuple[int, bool]]) -> None:
    made = share(outcomes)
    assert 0 <= made.interval.low <= made.interval.high <= 1
    assert not outcomes or made.interval.low - 0.5 / len(outcomes) <= made.value


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"at_once": ("accept all",)}, "several suggestions at once"),
        ({"interview": ()}, "own_advice is not offered"),
        ({"item": POLICY.item[:2]}, "refused is not offered"),
        ({"item": (Offer("retained", 1, "optional"), *POLICY.item[1:])}, "takes 2 clicks"),
        ({"item": (*POLICY.item[:2], Offer("refused", 2, "required"), POLICY.item[3])}, "another field"),
        ({"item": (Offer("retained", 2, "optional", preselected=True), *POLICY.item[1:])}, "beforehand"),
    ],
)
def test_a_page_that_makes_it_dearer_to_deviate_is_told(changed: dict[str, object], said: str) -> None:
    assert POLICY.shown(("1", "2")).faults() == ()
    assert any(said in fault for fault in replace(POLICY, **changed).shown(("1", "2")).faults())
