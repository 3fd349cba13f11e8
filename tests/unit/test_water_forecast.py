"""Forecasts of districts: seven days of hours, beside the trivial one, which is served where it errs less."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

pytest.importorskip("lightgbm", reason="the extra 'water' is not installed")

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.forecast import (
    LEVELS,
    Alert,
    fit_forecast,
    mape,
    message,
    read_alerts,
    read_weather,
)
from bacasable.services.water_use.engine.meters import Forecast

_AT = date(2026, 6, 15)


def _litres(
    days: int, at: date = _AT, district: str = "Nord", seed: int = 1, warm: float = 0.0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return hours of a district up to seven days after ``at``, which follow the weather if ``warm``."""
    rng = np.random.default_rng(seed)
    span = [at + timedelta(days=number - days) for number in range(days + 7)]
    heat = np.repeat(np.convolve(rng.normal(0, 5, len(span) + 2), np.ones(3) / 2, "valid"), 24)
    hour = np.tile(np.arange(24), len(span))
    weekend = np.repeat([day.weekday() >= 5 for day in span], 24)
    shape = 1000 * (1.2 + np.sin((hour - 6 + 2 * weekend) / 24 * 2 * np.pi))
    litres = shape * np.exp(warm * heat + rng.normal(0, 0.02, len(hour)))
    table = {"district": district, "day": [day for day in span for _ in range(24)], "hour": hour}
    weather = pl.DataFrame({"day": table["day"], "hour": hour, "temperature": 15 + heat})
    return pl.DataFrame({**table, "litres": litres.round()}), weather


def _one(history: Any, weather: Any = None, at: date = _AT) -> Forecast:
    (found,) = fit_forecast(history.filter(pl.col("day") < at), weather, at=at)
    return found


def _truth(history: pl.DataFrame, at: date = _AT) -> np.ndarray:
    return history.filter(pl.col("day") >= at)["litres"].to_numpy().astype(float)


def test_weather_that_moves_demand_is_learned_and_the_model_is_served() -> None:
    history, weather = _litres(150, warm=0.03)
    nobody_saw = history.filter(pl.col("day") >= _AT)
    found = _one(history, weather)
    assert found.used == "model"
    assert found.past_mape < found.past_baseline_mape
    truth = _truth(nobody_saw)
    assert mape(np.asarray(found.litres, float), truth) < 0.8 * mape(
        np.asarray(found.baseline_litres, float), truth
    )


def test_the_trivial_forecast_is_served_when_history_is_too_short_to_tell() -> None:
    history, _weather = _litres(35)
    found = _one(history)
    assert found.used == "baseline"
    assert found.litres == found.baseline_litres
    assert mape(np.asarray(found.baseline_litres, float), _truth(history)) < 4


def test_a_constant_flow_is_forecast_as_such_and_the_model_gains_nothing() -> None:
    history, _weather = _litres(120)
    found = _one(history.with_columns(litres=pl.lit(500)))
    assert set(found.baseline_litres) == {500}
    assert max(abs(litres - 500) for litres in found.litres) <= 1
    assert found.used == "baseline"


def test_gaps_a_silent_meter_and_an_unknown_district_do_not_stop_the_others() -> None:
    rng = np.random.default_rng(5)
    one, _weather = _litres(60, district="Nord")
    other, _ = _litres(60, district="Sud", seed=2)
    gone = other.with_columns(district=pl.lit("Port")).filter(pl.col("day") < _AT - timedelta(days=20))
    one = one.filter(pl.Series(rng.random(one.height) > 0.3))
    silent = (pl.col("day") == _AT - timedelta(days=3)) & (pl.col("hour") < 9)
    other = other.with_columns(litres=pl.when(silent).then(0).otherwise("litres"))
    history = pl.concat([one, other, gone]).filter(pl.col("day") < _AT)
    found = fit_forecast(history, at=_AT)
    assert [each.district for each in found] == ["Nord", "Sud"]
    expected = _truth(_litres(60, district="Sud", seed=2)[0])
    assert mape(np.asarray(found[1].baseline_litres, float), expected) < 4


@pytest.mark.parametrize(
    ("at", "last_is_first_hour"),
    [(date(2026, 3, 23), True), (date(2026, 10, 19), False), (date(2026, 3, 30), False)],
)
def test_168_hours_pass_whatever_the_clock_does(at: date, last_is_first_hour: bool) -> None:
    history, _weather = _litres(40, at)
    doubled = (pl.col("day") == date(2026, 10, 25)) & (pl.col("hour") == 2)
    skipped = (pl.col("day") == date(2026, 3, 29)) & (pl.col("hour") == 2)
    history = history.with_columns(
        litres=pl.when(doubled).then(pl.col("litres") * 2).otherwise("litres")
    ).filter(~skipped)
    found = _one(history, at=at)
    assert len(found.litres) == len(found.baseline_litres) == 168
    assert found.start.isoformat()[:16] == f"{at.isoformat()}T00:00"
    midnight, before = found.baseline_litres[0], found.baseline_litres[-1]
    if last_is_first_hour:
        assert before == midnight
    # The hour before and the hour of the doubled slot are alike: none carries the water of two.
    assert max(found.baseline_litres) < 3_000


def test_the_hour_that_came_twice_counts_as_one_hour_afterwards() -> None:
    at = date(2026, 10, 26)
    history, _weather = _litres(40, at)
    plain = _one(history, at=at)
    doubled = (pl.col("day") == date(2026, 10, 25)) & (pl.col("hour") == 2)
    summed = history.with_columns(litres=pl.when(doubled).then(pl.col("litres") * 2).otherwise("litres"))
    known = history.filter(doubled)["litres"][0]
    # A Sunday at two, a week later: as it was, neither twice nor half.
    assert _one(summed, at=at).baseline_litres[6 * 24 + 2] == pytest.approx(known, rel=0.1)
    assert plain.baseline_litres[6 * 24 + 3] == pytest.approx(
        _one(summed, at=at).baseline_litres[6 * 24 + 3], rel=0.02
    )


def test_nothing_from_the_first_day_on_is_looked_at() -> None:
    history, _weather = _litres(40)
    told = fit_forecast(history, at=_AT)
    assert told == fit_forecast(history.filter(pl.col("day") < _AT), at=_AT)


def test_a_table_without_litres_or_with_an_hour_25_is_refused() -> None:
    history, _weather = _litres(40)
    with pytest.raises(Refused, match="litres"):
        fit_forecast(history.drop("litres"), at=_AT)
    with pytest.raises(Refused, match="25"):
        fit_forecast(history.with_columns(hour=pl.lit(25)), at=_AT)
    with pytest.raises(Refused, match="known before"):
        fit_forecast(history, at=date(2020, 1, 1))


def test_an_area_is_told_the_gravest_level_that_holds(tmp_path: Path) -> None:
    path = tmp_path / "alerts.csv"
    path.write_text(
        "area,level,first,last,order\n"
        "Loire aval,vigilance,2026-05-01,,Arrêté du 30 avril 2026\n"
        "Loire aval,Alerte renforcée,2026-07-01,2026-09-15,Arrêté du 30 juin 2026\n",
        encoding="utf-8",
    )
    alerts = read_alerts(path)
    july = message(alerts, "Loire aval", date(2026, 7, 14))
    assert july is not None
    assert (july.level, july.order) == (LEVELS[2], "Arrêté du 30 juin 2026")
    october = message(alerts, "Loire aval", date(2026, 10, 1))
    assert october is not None
    assert october.level == "vigilance"
    assert message(alerts, "Sèvre", date(2026, 7, 14)) is None
    path.write_text("area,level,first,last,order\nX,orange,1 juillet,,\n", encoding="utf-8")
    with pytest.raises(Refused, match="line 2"):
        read_alerts(path)
    with pytest.raises(Refused, match="orange"):
        Alert("X", "orange", date(2026, 7, 1), None, "")


def test_a_file_of_weather_is_read_and_one_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weather.csv"
    path.write_text(
        "day,hour,temperature,station\n2026-01-02,3,4.5,X\n2026-01-02,4,?,X\n2026-01-02,3,5,X\nno,1,1,X\n"
    )
    assert read_weather(path).sort("hour")["temperature"].to_list() == [5, None]
    for wrong in ("day,hour\n2026-01-02,3\n", "a,b\n1,2\n", "", "day,hour,rain\nyesterday,3,1\n"):
        path.write_text(wrong)
        with pytest.raises(Refused, match="weather"):
            read_weather(path)
    with pytest.raises(Refused, match="cannot be read"):
        read_weather(tmp_path / "nowhere.csv")
