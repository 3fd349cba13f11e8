"""The leak detector: what it finds, what it leaves alone, one incident for each leak, costs, quiet hours."""

import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

pytest.importorskip("numba", reason="the extra 'water' is not installed")

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine import leaks
from bacasable.services.water_use.engine.evaluation import evaluate
from bacasable.services.water_use.engine.evaluation.leaks import by_members, judge_city
from bacasable.services.water_use.engine.meters import Leak

_FIRST = date(2026, 3, 2)
_DAYS = 21


def _home(seed: int = 1) -> np.ndarray:
    """Return three weeks of a home that sleeps at night: shape (hours,)."""
    rng = np.random.default_rng(seed)
    hours = np.arange(_DAYS * 24) % 24
    drawn = rng.random(len(hours)) < np.where((hours > 6) & (hours < 23), 0.6, 0.04)
    return drawn * rng.gamma(1.2, 18, len(hours))


def _counted(flow: np.ndarray, pulse: int = 1) -> np.ndarray:
    index = np.floor(np.cumsum(flow) / pulse) * pulse
    return np.diff(index, prepend=0).astype(np.int32)[None, :]


def _detect(hourly: np.ndarray, estimated: np.ndarray | None = None) -> list[Leak]:
    bits = np.zeros((len(hourly), hourly.shape[1] // 24), dtype=np.int32) if estimated is None else estimated
    return leaks.detect(hourly, bits, [f"m{row}" for row in range(len(hourly))], _FIRST)


@pytest.mark.parametrize("litres", [2.6, 7.0, 40.0, 250.0])
def test_a_flow_that_never_stops_is_found_with_its_start_and_size(litres: float) -> None:
    flow = _home()
    flow[7 * 24 + 15 :] += litres
    (found,) = _detect(_counted(flow))
    assert found.state == "open"
    assert abs(found.start - datetime(2026, 3, 9, 15)) <= timedelta(hours=12)
    assert found.litres_per_hour == pytest.approx(litres, rel=0.15, abs=0.6)
    assert 0.8 < found.confidence < 1


def test_a_home_that_sleeps_an_empty_one_and_a_softener_are_left_alone() -> None:
    softener = _home(2)
    softener[2::72] += 110
    assert _detect(np.concatenate([_counted(_home()), _counted(0 * _home()), _counted(softener)])) == []


def test_an_ice_maker_that_never_rests_is_not_a_leak() -> None:
    rng = np.random.default_rng(3)
    flow = _home(4) + rng.poisson(7, _DAYS * 24) * 0.6
    hourly = _counted(flow)
    assert (hourly.reshape(-1, 24).min(axis=1) > 0).sum() >= 10
    assert _detect(hourly) == []


def test_a_volume_spread_evenly_over_a_gap_is_not_a_leak() -> None:
    hourly = _counted(_home(5))
    hourly[0, 5 * 24 : 11 * 24] = 8
    assert len(_detect(hourly)) == 1
    estimated = np.zeros((1, _DAYS), dtype=np.int32)
    estimated[0, 5:11] = (1 << 24) - 1
    assert _detect(hourly, estimated) == []


def test_gaps_hide_nothing_and_a_mended_leak_has_stopped() -> None:
    flow = _home(6)
    flow[3 * 24 : 12 * 24] += 12
    hourly = _counted(flow)
    hourly[0, np.random.default_rng(1).random(hourly.shape[1]) < 0.2] = -1
    (found,) = _detect(hourly)
    assert found.state == "stopped"
    assert abs(found.last_seen - datetime(2026, 3, 14, 0)) <= timedelta(hours=12)
    unread = hourly.copy()
    unread[0, 8 * 24 :] = -1
    assert [leak.state for leak in _detect(unread)] == ["unknown"]


def test_a_meter_of_ten_litres_is_read_by_what_it_shows() -> None:
    flow = _home(7)
    flow[24:] += 60
    (found,) = _detect(_counted(flow, pulse=10))
    assert found.litres_per_hour == pytest.approx(60, rel=0.2)
    assert _detect(_counted(_home(7), pulse=10)) == []


def test_shapes_that_disagree_are_refused() -> None:
    with pytest.raises(Refused, match="disagree"):
        leaks.detect(np.zeros((2, 48), np.int32), np.zeros((2, 2), np.int32), ["one"], _FIRST)
    with pytest.raises(Refused, match="24 columns"):
        leaks.flows(np.zeros((2, 47), np.int32))


def _leak(start: datetime, last: datetime, **other: object) -> Leak:
    return replace(Leak("m", start, last, 5.0, 0.97), **other)  # type: ignore[arg-type]


def _after(known: list[Leak], found: list[Leak], end: datetime, read: datetime | None = None) -> list[Leak]:
    return leaks.follow(known, found, end=end, last_read={"m": read} if read else {})


def test_nights_carry_one_incident_on_until_it_stops() -> None:
    day = datetime(2026, 3, 10)
    known = _after([], [_leak(day, day + timedelta(days=3))], day + timedelta(days=3))
    later = _leak(day + timedelta(days=2), day + timedelta(days=9), litres_per_hour=6.0)
    known = _after(known, [later], day + timedelta(days=9))
    assert [(leak.start, leak.last_seen, leak.litres_per_hour) for leak in known] == [
        (day, day + timedelta(days=9), 6.0)
    ]
    end = day + timedelta(days=13)
    assert [leak.state for leak in _after(known, [], day + timedelta(days=11))] == ["open"]
    # of a meter that is read no more, nobody knows whether it still runs
    assert [leak.state for leak in _after(known, [], end)] == ["unknown"]
    after = _after(known, [], end, end)
    assert [leak.state for leak in after] == ["stopped"]
    new = _after(after, [_leak(day + timedelta(days=30), day + timedelta(days=34))], end)
    assert [leak.state for leak in new] == ["stopped", "open"]


def test_what_a_household_explained_stays_explained() -> None:
    day = datetime(2026, 3, 10)
    known = [_leak(day, day + timedelta(days=3), state="explained")]
    again = _after(known, [_leak(day, day + timedelta(days=5))], day + timedelta(days=5))
    assert [(leak.state, leak.last_seen) for leak in again] == [("explained", day + timedelta(days=5))]


def test_daily_totals_tell_a_large_flow_only() -> None:
    rng = np.random.default_rng(5)
    totals = rng.gamma(4, 60, (3, 120)).astype(np.int64)
    totals[1, -16:] += 1_500
    totals[2, -16:] += 60
    assert [leak.meter for leak in leaks.detect_in_totals(totals, ["a", "b", "c"], _FIRST)] == ["b"]
    with pytest.raises(Refused, match="104 days"):
        leaks.detect_in_totals(totals[:, :90], ["a", "b", "c"], _FIRST)


def test_the_measure_says_recall_false_alarms_and_members(tmp_path) -> None:
    judged = judge_city(9, homes=400, days=120)
    assert judged.found.mean() > 0.85
    assert sum(int(row["n"]) for row in by_members(judged).values()) == len(judged.due)
    both = judged + judged
    assert len(both.due) == 2 * len(judged.due)
    with pytest.raises(Refused, match=r"releves\.csv"):
        evaluate("leaks", tmp_path, 1)


def test_beside_the_city_the_flags_of_the_daiad_meters_are_listed(tmp_path, monkeypatch) -> None:
    """One folder serves all tasks: recall is of a city of the seed, for no leak of a real home is known."""
    monkeypatch.setattr("bacasable.services.water_use.engine.evaluation.leaks._HOMES", 60)
    monkeypatch.setattr("bacasable.services.water_use.engine.evaluation.leaks._DAYS", 90)
    lines, hour = [], datetime(2016, 5, 1)
    dials = {"leaks": 0, "sleeps": 0}
    for number in range(24 * 20):
        at = f"{hour + timedelta(hours=number):%d/%m/%Y %H:%M:%S}"
        for home in dials:
            dials[home] += (12 if home == "leaks" else 0) + (30 if 7 <= number % 24 <= 9 else 0)
            lines.append(f"{home};{at};{dials[home]};0")
    files = {
        "swm_trialA_clean": ["user.key;datetime;meter.reading;diff", *lines],
        "swm_trialA_extended_clean": ["V1;V2;V3;V4", *lines],
        "pre-trial-survey-a": ["user;answer"],
        "registration-survey-a": ["user;answer"],
    }
    for name, content in files.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr(f"{name}.csv", "\n".join([*content, ""]))
    told = evaluate("leaks", tmp_path, 3)
    assert told["daiad"]["meters"] == 2
    assert [flag["meter"] for flag in told["daiad"]["flagged"]] == ["leaks"]
    assert {"recall", "false_alarms_per_1000_meter_years"} <= told.keys() and "seed 3" in told["data"]
