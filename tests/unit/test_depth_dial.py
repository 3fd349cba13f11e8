"""The dial: settings measured alike, the least revealing that will do, a picture whole or not there."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from bacasable.privacy.intervals import Interval
from bacasable.services.depth_events.cli import app
from bacasable.services.depth_events.engine import dial
from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.attackers import Rank, Scale
from bacasable.services.depth_events.engine.dial import Point, advising, draw, parse_targets
from bacasable.services.depth_events.engine.dial.drawing import frontier
from bacasable.services.depth_events.engine.evaluation import Score

NAMES = ("features", "learned", "linkage")


def _point(setting: str, fall: float, rate: float) -> Point:
    score = Score(10, 10, 10, fall, fall - 0.02, min(fall + 0.02, 1.0))
    rank = Rank(rate, rate, Interval(rate / 2, rate * 1.5, 0.95, "Wilson"), 100, 0.02)
    return Point(Setting.parse(setting), {"fall": score, "intrusion": score}, dict.fromkeys(NAMES, rank))


POINTS = [_point("8x6@0.9", 0.5, 0.03), _point("40x30@0.9", 0.93, 0.1), _point("160x120", 0.94, 0.7)]


def test_the_least_revealing_setting_whose_lower_bound_meets_the_target_is_chosen() -> None:
    assert advising.choose(POINTS, {"fall": 0.9}) is POINTS[1]
    assert advising.choose(POINTS, {"fall": 0.915}) is POINTS[2]
    assert advising.choose(POINTS, {"fall": 0.99}) is None


def test_a_setting_is_chosen_on_other_seeds_than_it_is_told_with(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def measure(settings: object, seed: int, *_: object) -> list[Point]:
        asked.append(seed)
        return [_point(str(point.setting), 0.97, point.worst[1].r1) for point in POINTS]

    monkeypatch.setattr(advising, "measure", measure)
    advice = advising.advise(POINTS, {"fall": 0.9}, 7)
    assert asked != [7]
    assert advice.chosen is not None and str(advice.chosen.setting) == "8x6@0.9"
    assert advice.report is POINTS[0] and not advice.holds
    assert advice.as_json()["holds_on_other_seeds"] is False


def test_who_is_beaten_on_both_axes_is_not_on_the_frontier() -> None:
    beaten = _point("40x30", 0.9, 0.5)
    assert frontier([*POINTS, beaten], "fall") == POINTS


def test_the_picture_names_each_setting_and_says_what_it_is() -> None:
    drawn = draw(POINTS, 3)
    tree = ElementTree.fromstring(drawn)  # noqa: S314 (drawn here)
    said = " ".join(tree.itertext())
    assert all(str(point.setting) in said for point in POINTS)
    assert "Simulated" in said and "lower bounds" in said and "seed 3" in said


@pytest.mark.parametrize("written", ["fall", "fall=x", "fall=2", "weapon=0.9", ""])
def test_a_target_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"event|number|F1"):
        parse_targets(written)


def test_an_evaluation_has_its_keys_is_the_same_again_and_tells_how_far_it_is() -> None:
    told: list[float] = []
    found, again = (
        dial.evaluate(Setting.parse("16x12@0.9"), 5, 1, told.append, Scale(6, 2, 1, 1)) for _ in range(2)
    )
    assert told[: len(told) // 2] == sorted(told[: len(told) // 2]) and told[-1] == 1.0
    assert found == again
    assert set(found["f1"]) == {"fall", "intrusion", "wrong_way", "abandoned_object"}
    assert set(found["reid_r1"]) == set(found["attackers"]) == set(NAMES)
    assert {"value", "low", "high", "n", "chance"} <= set(found["reid_r1"]["learned"])
    assert found["simulated"] is True and "lower bound" in found["reading"]


def test_the_command_prints_one_object_and_writes_the_picture_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dial, "measure", lambda *_, **__: POINTS)
    picture = tmp_path / "dial.svg"
    ran = CliRunner().invoke(
        app, ["privacy", "--grid", "8x6@0.9 40x30@0.9", "--plot", str(picture), "--json"]
    )
    assert ran.exit_code == 0, ran.output
    assert [one["setting"] for one in json.loads(ran.stdout)["settings"]] == [str(p.setting) for p in POINTS]
    assert [one.name for one in tmp_path.iterdir()] == ["dial.svg"]


def test_an_interrupted_dial_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dial, "measure", stopped)
    CliRunner().invoke(app, ["privacy", "--plot", str(tmp_path / "dial.svg")])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "asked",
    [["--grid", "40x"], ["--target", "weapon=1"], ["--plot", "/nowhere/at/all.svg"], ["--episodes", "0"]],
)
def test_what_cannot_be_measured_is_refused_at_once(asked: list[str]) -> None:
    assert CliRunner().invoke(app, ["privacy", *asked]).exit_code == 2
