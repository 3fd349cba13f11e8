"""The synthetic city: as seeded, as the DAIAD homes in its marginals, with a truth that its values follow."""

from datetime import date

import numpy as np
import pytest

pytest.importorskip("numba", reason="the extra 'water' is not installed")

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.city import City, read_folder, simulate, write_folder
from bacasable.services.water_use.engine.storage import Readings

#: Litres a day in the middle of the DAIAD homes of 1 to 5 members.
_DAIAD = {1: 71, 2: 188, 3: 224, 4: 297, 5: 392}


@pytest.fixture(scope="module")
def city() -> City:
    return simulate(1_500, 120, seed=3, first_day=date(2025, 3, 1))


def _days(city: City) -> np.ndarray:
    return city.hourly.reshape(len(city.homes), city.days, 24)


def test_homes_draw_as_those_of_daiad_by_members(city: City) -> None:
    hours = _days(city)
    known = hours >= 0
    litres = np.where(known, hours, 0).sum(axis=2) * 24 / np.maximum(known.sum(axis=2), 1)
    litres = np.where(known.sum(axis=2) >= 20, litres, np.nan)
    of_home = np.nanmedian(litres, axis=1)
    for members, expected in _DAIAD.items():
        found = np.median(of_home[city.true_homes.members == members])
        assert found == pytest.approx(expected, rel=0.2), members


def test_nights_are_quiet_and_mornings_are_not(city: City) -> None:
    hours = _days(city)
    zero = [float((hours[:, :, hour][hours[:, :, hour] >= 0] == 0).mean()) for hour in range(24)]
    assert min(zero[2:5]) > 0.75
    assert max(zero[8:10]) < 0.5


def test_some_harmless_homes_never_rest_for_three_days(city: City) -> None:
    hours = _days(city)
    flowing = np.where(hours >= 0, hours, 1).min(axis=2) > 0
    flowing &= (hours >= 0).sum(axis=2) >= 22
    runs = flowing[:, 2:] & flowing[:, 1:-1] & flowing[:, :-2]
    harmless = np.ones(len(city.homes), dtype=bool)
    harmless[[leak.meter for leak in city.leaks]] = False
    # 8 of 89 DAIAD meters in fourteen months; these are four months.
    assert 0.01 < runs.any(axis=1)[harmless].mean() < 0.10


def test_the_same_seed_gives_the_same_city_and_another_another() -> None:
    one, same, other = (simulate(40, 20, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(one.hourly, same.hourly)
    assert one.leaks == same.leaks
    assert one.homes == same.homes
    assert not np.array_equal(one.hourly, other.hourly)


def test_a_meter_of_ten_litres_shows_the_same_water(city: City) -> None:
    fine, coarse = (
        simulate(60, 30, seed=8, first_day=date(2025, 1, 5), litres_per_pulse=pulse) for pulse in (1, 10)
    )
    shown = coarse.hourly[coarse.hourly >= 0]
    assert set(np.unique(shown[~_filled(coarse)[coarse.hourly >= 0]] % 10)) == {0}
    for row in range(60):
        both = (fine.hourly[row] >= 0) & (coarse.hourly[row] >= 0)
        gaps = int((~both).sum()) + 2
        assert abs(int(fine.hourly[row][both].sum()) - int(coarse.hourly[row][both].sum())) <= 10 * gaps


def _filled(city: City) -> np.ndarray:
    bits = (city.estimated[:, :, None] >> np.arange(24)) & 1
    return bits.reshape(city.hourly.shape).astype(bool)


def test_water_runs_while_a_leak_does_and_not_in_an_empty_home(city: City) -> None:
    pipes = [leak for leak in city.leaks if leak.kind == "pipe" and leak.litres_per_hour > 5]
    assert pipes
    for leak in pipes:
        values = city.hourly[leak.meter, leak.first : leak.last + 1]
        assert (values[values >= 0] > 0).mean() > 0.97
    dry = []
    for absence in city.absences:
        values = city.hourly[absence.meter, absence.first * 24 : (absence.last + 1) * 24]
        dry.append((values[values >= 0] == 0).mean() if (values >= 0).any() else 1.0)
    assert np.median(dry) == 1.0


def test_the_clock_change_leaves_no_value_in_spring() -> None:
    city = simulate(30, 4, seed=2, first_day=date(2025, 3, 28))
    spring = _days(city)[:, 2]
    assert (spring[:, 2] == -1).all()
    assert (spring[:, 3] >= 0).any()


def test_a_city_goes_into_storage_and_comes_back_from_a_folder(tmp_path) -> None:
    city = simulate(25, 40, seed=4, first_day=date(2025, 10, 1))
    written = city.write(Readings(tmp_path / "store"))
    rows = int((_days(city) >= 0).any(axis=2).sum())
    assert (written.rows, written.new) == (rows, rows)
    days = Readings(tmp_path / "store").days().to_pandas()
    assert days["total"].sum() == city.hourly[city.hourly >= 0].sum()
    write_folder(city, tmp_path / "folder")
    kept = read_folder(tmp_path / "folder")
    assert np.array_equal(kept.hourly, city.hourly)
    assert np.array_equal(kept.estimated, city.estimated)
    assert kept.leaks == city.leaks
    assert np.array_equal(kept.members, city.true_homes.members)


def test_what_cannot_be_is_refused(tmp_path) -> None:
    with pytest.raises(Refused, match="homes"):
        simulate(0, 10, seed=1)
    with pytest.raises(Refused, match=r"releves\.csv"):
        read_folder(tmp_path)
