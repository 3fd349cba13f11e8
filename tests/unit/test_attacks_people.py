"""Attacks on models, traces and text pipelines: against references, leaks found, void instruments told."""

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr import nir

from bacasable.privacy.attacks.canaries import (
    Canary,
    Kind,
    canaries,
    edit_distance,
    folded,
    level_of,
    run_command,
    run_pipeline,
    yielded,
)
from bacasable.privacy.attacks.exposure import exposure
from bacasable.privacy.attacks.membership import area_under_curve, lira_scores, loss_scores, membership
from bacasable.privacy.attacks.planting import manifest, planted_by
from bacasable.privacy.attacks.unicity import unicity
from bacasable.privacy.messages import Refused


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=12), st.lists(st.integers(0, 6), min_size=1, max_size=12)
)
def test_the_area_is_the_share_of_pairs_in_order(members: list[int], others: list[int]) -> None:
    area, _ = area_under_curve(np.array(members, float), np.array(others, float))
    pairs = [(a > b) + (a == b) / 2 for a in members for b in others]
    assert area == pytest.approx(sum(pairs) / len(pairs))


def test_the_error_of_the_area_is_what_repetition_shows() -> None:
    rng = np.random.default_rng(0)
    drawn = [area_under_curve(rng.normal(0.5, 1, 80), rng.normal(0, 1, 120)) for _ in range(600)]
    assert np.std([area for area, _ in drawn]) == pytest.approx(
        np.mean([error for _, error in drawn]), rel=0.1
    )


def test_membership_of_members_and_of_noise() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=2000), rng.normal(size=2000)
    for figure in ("area", "true positives", "advantage"):
        measured = membership(*noise, figure=figure)
        assert not measured.void
        assert measured.interval.low <= measured.baseline <= measured.interval.high
        leak = membership(rng.normal(6, 1, 2000), noise[1], figure=figure)
        assert leak.interval.low > 0.9


def test_membership_is_void_where_the_memoriser_is_not_recognised() -> None:
    rng = np.random.default_rng(2)
    draws = [rng.normal(size=500) for _ in range(4)]
    assert membership(draws[0], draws[1], unprotected=(draws[2], draws[3])).void


def test_true_positives_allow_no_more_false_ones_than_asked() -> None:
    others = np.arange(1000.0)
    measured = membership(np.full(50, 998.5), others, figure="true positives", at=0.001)
    assert (measured.value, measured.details["false_positives"]) == (1.0, 1)
    assert membership(np.full(50, 997.5), others, figure="true positives", at=0.001).value == 0
    with pytest.raises(Refused, match="at least 1,000"):
        membership(others, others[:999], figure="true positives", at=0.001)


def test_lira_recognises_members_that_a_loss_threshold_does_not() -> None:
    rng = np.random.default_rng(3)
    hardness = rng.normal(0, 5, 1000)[:, None]
    outside = hardness + rng.normal(0, 1, (1000, 16))
    inside = hardness + 2 + rng.normal(0, 1, (1000, 16))
    target = hardness[:, 0] + np.where(np.arange(1000) < 500, 2, 0) + rng.normal(0, 1, 1000)
    areas = [
        membership(scores[:500], scores[500:]).value
        for scores in (
            loss_scores(-target),
            lira_scores(target, outside),
            lira_scores(target, outside, inside),
            lira_scores(target, outside, inside, shared_variance=True),
        )
    ]
    assert areas[0] < 0.7 and min(areas[1:]) > 0.85


@pytest.mark.parametrize("scores", [[], [1.0, math.nan], ["x"], [[1.0]]])
def test_scores_that_are_none_are_refused(scores: list[object]) -> None:
    with pytest.raises(Refused, match="members"):
        membership(scores, [1.0, 2.0])


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_unicity_is_that_of_looking_at_everybody(seed: int, points: int) -> None:
    rng = np.random.default_rng(seed)
    who, where, when = rng.integers(0, 8, 60), rng.integers(0, 3, 60), rng.integers(0, 40, 60)
    traces = {
        one: {(a, b // 20) for p, a, b in zip(who, where, when, strict=True) if p == one} for one in set(who)
    }
    # With every point of a trace drawn, the answer does not depend on the draw.
    able = {one for one, trace in traces.items() if len(trace) == points}
    at_least = [one for one, trace in traces.items() if len(trace) >= points]
    if not at_least:
        return
    measured = unicity(who, where, when, points=points, time_step=20.0)
    assert measured.n == len(at_least)
    alone = sum(not any(traces[one] <= traces[other] for other in traces if other != one) for one in able)
    if len(able) == len(at_least):
        assert measured.details["successes"] == alone


def test_unicity_falls_with_granularity_and_is_void_where_the_finest_tells_nobody_apart() -> None:
    rng = np.random.default_rng(4)
    who, where = np.repeat(np.arange(300), 20), rng.random((6000, 2)) * 100
    when = np.datetime64("2024-01-01") + rng.integers(0, 86400, 6000).astype("timedelta64[s]")
    values = [
        unicity(who, where, when, place_step=step, time_step=step * 300, points=2).value
        for step in (1, 20, 60)
    ]
    assert values[0] > 0.9 > values[1] > values[2]
    assert unicity(who, np.zeros(6000), np.tile(np.arange(20), 300)).void


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        (([1, 2], [1], [1, 2]), "differ in length"),
        (([], [], []), "no visit"),
        (([1, 2], [1.0, math.nan], [1, 2]), "places"),
        (([1, 2], [1, 2], [1, 2]), "nobody has 4"),
    ],
)
def test_traces_that_cannot_be_attacked_are_refused(arrays: tuple[list[float], ...], said: str) -> None:
    with pytest.raises(Refused, match=said):
        unicity(*arrays)


def test_canaries_are_seeded_different_marked_and_their_nirs_right() -> None:
    drawn = canaries(300, 1)
    assert drawn == canaries(300, 1) != canaries(300, 2)
    assert len({folded(canary.value) for canary in drawn}) == 300
    assert all(canary.value in canary.text and "fictif" in canary.text for canary in drawn)
    assert all(nir.is_valid(nir.compact(canary.value)) for canary in drawn if canary.kind == "nir")


@given(st.text("ab", min_size=1, max_size=9), st.text("abc", max_size=20))
def test_the_edit_distance_is_that_of_the_table(pattern: str, text: str) -> None:
    above = [0] * (len(text) + 1)
    for row, sign in enumerate(pattern, 1):
        line = [row]
        for at, other in enumerate(text, 1):
            line.append(min(above[at - 1] + (sign != other), above[at] + 1, line[at - 1] + 1))
        above = line
    assert edit_distance(pattern, text) == min(above)


@pytest.mark.parametrize(
    ("value", "kind", "output", "level"),
    [
        ("Zéphyrin Quoibrivec", "name", "vu : Zéphyrin Quoibrivec.", "exact"),
        ("Zéphyrin Quoibrivec", "name", "vu : ZEPHYRIN\nQUOIBRIVEC", "folded"),
        ("Zéphyrin Quoibrivec", "name", "vu : Zephirin Qoibrivec", "fuzzy"),
        ("Zéphyrin Quoibrivec", "name", "M. Quoibrivec", "partial"),
        ("Zéphyrin Quoibrivec", "name", "Zéphyrin est venu", None),
        ("292011722878333", "nir", "2 92 01 17 228 783 33", "folded"),
        ("292011722878333", "nir", "né 92.01.17.228 ou", "partial"),
        ("292011722878333", "nir", "le 17 mars 2020", None),
    ],
)
def test_a_canary_is_found_as_plainly_as_it_shows(
    value: str, kind: str, output: str, level: str | None
) -> None:
    assert level_of(Canary(kind, value, value), output, folded(output)) == level  # type: ignore[arg-type]


def test_a_pipeline_that_hides_all_has_an_upper_bound_and_one_that_leaks_is_told() -> None:
    planted = canaries(120, 3)
    hidden = yielded(planted, run_pipeline(planted, lambda text: "[...]"), seed=3)
    assert (hidden.value, hidden.void, hidden.interval.low) == (0, False, 0)
    assert hidden.interval.high == pytest.approx(1 - 0.05 ** (1 / 120))
    leaks = yielded(planted, [canary.text.upper() for canary in planted[:60]], seed=3)
    assert leaks.value == pytest.approx(0.5, abs=0.02)
    assert leaks.sabotage is not None and leaks.sabotage.value == 1
    assert leaks.baseline < 0.05


def test_a_command_is_run_and_its_failure_refused() -> None:
    planted = canaries(10, 3)
    assert run_command(planted, ["cat"]) == [canary.text for canary in planted]
    with pytest.raises(Refused, match="code 1"):
        run_command(planted, ["false"])
    with pytest.raises(Refused, match="does not start"):
        run_command(planted, ["no-such-command"])


def test_a_command_is_given_no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACASABLE_PSEUDONYM_KEYS", "secret-1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-2")
    monkeypatch.setenv("MODEL_FOLDER", "here")
    said = "\n".join(run_command(canaries(1, 3), ["env"], pass_on=["MODEL_FOLDER"]))
    assert "secret" not in said and "BACASABLE" not in said
    assert "PATH=" in said and "MODEL_FOLDER=here" in said
    for name in ("BACASABLE_PSEUDONYM_KEYS", "bacasable_pseudonym_keys"):
        with pytest.raises(Refused, match="may hold keys"):
            run_command(canaries(1, 3), ["env"], pass_on=[name])
    with pytest.raises(Refused, match="no such variable"):
        run_command(canaries(1, 3), ["env"], pass_on=["NOT_SET_ANYWHERE"])


def test_a_manifest_gives_back_what_was_planted_or_is_refused(tmp_path: Path) -> None:
    kinds: list[Kind] = ["name", "nir"]
    planted = canaries(40, 9, kinds)
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest(planted, seed=9, kinds=kinds))
    assert planted_by(path) == (planted, 9)
    facts = json.loads(path.read_text(encoding="utf-8"))
    for wrong in ({"seed": 8}, {"count": 41}, {"kinds": ["name"]}, {"sha256": "0" * 64}):
        path.write_text(json.dumps(facts | wrong), encoding="utf-8")
        with pytest.raises(Refused, match="Plant again"):
            planted_by(path)
    for content in ("", "[]", "{}", "Exemple fictif. ...", json.dumps(facts | {"count": "many"})):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(Refused, match="not a manifest"):
            planted_by(path)
    with pytest.raises(Refused, match="does not read"):
        planted_by(tmp_path / "absent.json")


def test_exposure_of_a_memorised_and_of_an_unseen_secret() -> None:
    rng = random.Random(5)
    references = [rng.random() for _ in range(1023)]
    known = exposure([-1.0] * 20, references)
    assert known.value == 10 == known.interval.low
    unseen = exposure([rng.random() for _ in range(400)], references)
    assert unseen.interval.low < unseen.baseline < unseen.interval.high
    assert not unseen.void and exposure([0.5], [0.4]).void
