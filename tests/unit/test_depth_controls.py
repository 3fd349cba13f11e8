"""The controls of depth events see what they look for, and the service keeps what it promises."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from bacasable.compliance.control import Probe, run
from bacasable.services.depth_events.controls import CONTROLS, Subject, keeping, outputs, speed
from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.modes import Statistics
from bacasable.services.depth_events.engine.trials.discarding import discard
from bacasable.services.depth_events.engine.trials.outputs import alerts_of_counts, cells, link
from bacasable.services.depth_events.processing import PROCESSING

BY_KEY = {one.key: one for one in CONTROLS}
SETTING = Setting.parse("40x30@0.9")


def test_each_promise_of_the_issue_has_its_control() -> None:
    assert set(BY_KEY) == {
        "reidentification", "event_precision_and_recall", "proof_of_discard", "no_person_identifier",
        "cells_above_minimum", "cctv_overlap_honoured", "purposes_apart", "latency",
    }  # fmt: skip


@pytest.mark.parametrize(
    "key", ["proof_of_discard", "no_person_identifier", "cells_above_minimum", "cctv_overlap_honoured"]
)
def test_a_promise_is_kept_and_its_sabotage_seen(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FRAMES", 160)
    made = run(BY_KEY[key], Probe(PROCESSING, tmp_path, engine=Subject()), 3)
    assert made.verdict == "passed", (made.measurement, made.sabotage)
    assert made.measurement.attacker and made.measurement.sample_sha256


def test_counts_do_not_alert_and_alerts_of_counts_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outputs, "SCENES", 100)
    assert run(BY_KEY["purposes_apart"], Probe(PROCESSING, tmp_path, engine=Subject()), 3).verdict == "passed"


def test_an_edge_that_waits_is_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "ROUNDS", 3)
    probe = Probe(PROCESSING, tmp_path, engine=Subject(sensors=20))
    made = run(BY_KEY["latency"], probe, 3)
    assert made.verdict != "void"
    assert made.measurement.n == 20 * 2


def test_a_file_that_is_written_while_frames_pass_is_a_counterexample(tmp_path: Path) -> None:
    opened: list[IO[bytes]] = []

    def keep(_: object) -> None:
        if not opened:
            opened.append((tmp_path / "frames.bin").open("wb"))

    found = discard(SETTING, 2, 40, keep)
    opened[0].close()
    assert found.files == (str(tmp_path / "frames.bin"),)
    assert found.in_memory == 0


def test_one_frame_that_is_held_on_to_is_found() -> None:
    held: list[np.ndarray] = []

    def keep(pixels: np.ndarray) -> None:
        if len(held) < 3:
            held.append(pixels.copy())

    assert discard(SETTING, 4, 40, keep).in_memory == 3


def test_a_field_that_is_not_in_the_contract_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from bacasable.services.depth_events.engine.trials import outputs as tried

    monkeypatch.setattr(tried, "_FIELDS", tried._FIELDS - {"confidence"})
    assert link(1, 1).unknown == ("confidence",)


def test_a_smaller_minimum_is_seen_in_what_is_told() -> None:
    def counting(zones: object) -> Statistics:
        return Statistics("hall", zones, minimum=5, every_s=300)  # type: ignore[arg-type]

    found = cells(1, 20, 11, counting)
    assert 0 < found.small_told <= found.small


def test_what_is_shown_to_counts_begins_alerts_in_intervention() -> None:
    raised, given, confused = alerts_of_counts(2, 6, lambda _: Statistics("hall", every_s=300))
    assert (raised, confused) == (0, ()) and given >= 6


def test_a_label_that_forgets_the_last_day_fails(tmp_path: Path) -> None:
    from bacasable.services.depth_events.processing.labels import label

    def forgets(register: object, sensor: str, zone: str, mode: str, first: date, last: date) -> str:
        return label(register, sensor, zone, mode, first, first)  # type: ignore[arg-type]

    probe = Probe(PROCESSING, tmp_path, engine=Subject(label=forgets))
    made = run(BY_KEY["cctv_overlap_honoured"], probe, 3)
    assert made.verdict == "failed" and made.measurement.value > 0


def test_few_people_give_no_verdict_by_luck(tmp_path: Path) -> None:
    control = replace(BY_KEY["no_person_identifier"], threshold=0.01)
    assert run(control, Probe(PROCESSING, tmp_path, engine=Subject()), 3).verdict == "failed"
