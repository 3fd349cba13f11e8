"""The statutory notice: equivalent periods, earlier occupants, comparable homes, one month, the cap."""

from datetime import date

import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine import notice
from bacasable.services.water_use.engine.meters import Volume


def _year(year: int, litres: int) -> Volume:
    return Volume("m", date(year, 1, 1), date(year, 12, 31), litres)


def _half(litres: int) -> Volume:
    return Volume("m", date(2026, 1, 1), date(2026, 6, 30), litres)


def test_exactly_twice_the_average_is_not_unusual_and_one_litre_more_is() -> None:
    past = [Volume("m", date(year, 1, 1), date(year, 6, 30), 50_000) for year in (2023, 2024, 2025)]
    at, above = notice.examine(_half(100_000), past), notice.examine(_half(100_001), past)
    assert (at.unusual, at.excess_litres) == (False, 0)
    assert (above.unusual, above.excess_litres, above.average.count) == (True, 1, 3)


def test_the_average_is_of_the_same_season_not_of_the_year() -> None:
    halves = [
        Volume("m", date(year, first, 1), date(year, last, 30 if last == 6 else 31), litres)
        for year in (2023, 2024, 2025)
        for first, last, litres in ((1, 6, 40_000), (7, 12, 120_000))
    ]
    assert notice.examine(_half(100_000), halves).average.litres == 40_000


def test_yearly_readings_are_spread_over_their_days_and_leap_years_are_as_long() -> None:
    found = notice.average_of_history(date(2026, 1, 1), date(2026, 6, 30), [_year(2025, 73_000)])
    assert found == notice.Average(200 * 181, "history", 1)
    assert notice.equivalent(date(2024, 2, 29), date(2024, 3, 31), 1) == (
        date(2023, 2, 28),
        date(2023, 3, 31),
    )


def test_years_before_the_third_do_not_count() -> None:
    past = [_year(2022, 900_000), _year(2023, 73_000)]
    found = notice.average_of_history(date(2026, 1, 1), date(2026, 12, 31), past)
    assert found == notice.Average(73_000, "history", 1)
    assert notice.average_of_history(date(2026, 1, 1), date(2026, 12, 31), past[:1]) is None


def test_without_history_comparable_homes_of_the_area_stand_in_and_it_is_said() -> None:
    found = notice.examine(_half(90_000), [], comparable=[40_000] * 11)
    assert (found.unusual, found.average.basis, found.excess_litres) == (True, "comparable", 10_000)
    assert any("comparable" in remark for remark in found.remarks)
    with pytest.raises(Refused, match="fewer than 11"):
        notice.examine(_half(90_000), [], comparable=[40_000] * 10)


def test_an_estimate_is_told_before_any_notice() -> None:
    volume = Volume("m", date(2026, 1, 1), date(2026, 6, 30), 200_000, estimated=True)
    assert any("estimated" in remark for remark in notice.examine(volume, [_year(2025, 73_000)]).remarks)


def test_the_month_of_the_attestation_is_of_the_calendar() -> None:
    assert notice.attestation_due(date(2026, 1, 31)) == date(2026, 2, 28)
    assert notice.attestation_due(date(2026, 11, 22)) == date(2026, 12, 22)


@pytest.mark.parametrize(
    ("told", "attested", "origin", "litres"),
    [
        (date(2026, 7, 3), date(2026, 8, 3), "pipe_after_meter", 27_000),
        (date(2026, 7, 3), date(2026, 8, 4), "pipe_after_meter", 0),
        (date(2026, 7, 3), None, "pipe_after_meter", 0),
        (date(2026, 7, 3), date(2026, 7, 9), "sanitary", 0),
        (date(2026, 7, 3), date(2026, 7, 9), "heating", 0),
        (date(2026, 7, 3), date(2026, 7, 9), "unknown", 0),
        (None, None, "unknown", 27_000),
    ],
)
def test_what_is_not_due(
    told: date | None, attested: date | None, origin: notice.Origin, litres: int
) -> None:
    finding = notice.examine(_half(100_000), [_year(2025, 365 * 36_500 // 181)])
    assert finding.excess_litres == pytest.approx(27_000, abs=5)
    assert notice.cap(finding, told, attested, origin).litres == pytest.approx(litres, abs=5)


def test_volumes_that_overlap_or_end_before_they_begin_are_refused() -> None:
    with pytest.raises(Refused, match="overlap"):
        notice.examine(_half(1), [_year(2025, 1), Volume("m", date(2025, 12, 31), date(2026, 1, 1), 1)])
    with pytest.raises(Refused, match="before it begins"):
        notice.average_of_history(date(2026, 2, 1), date(2026, 1, 1), [])
