"""What a control concludes, above all that an instrument which sees nothing concludes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.compliance.control import dependencies, run
from tests.factories.evidence import control, measurement, small_probe


def test_a_promise_kept_and_a_sabotage_seen_pass() -> None:
    done = run(control(0, 1024), small_probe(0), seed=3)
    assert (done.verdict, done.measurement.seed, done.sabotage.value) == ("passed", 3, 1.0)


def test_a_promise_broken_fails() -> None:
    assert run(control(0, 1024), small_probe(100), seed=3).verdict == "failed"


def test_a_sabotage_that_is_not_seen_makes_the_run_void() -> None:
    assert run(control(0, 0), small_probe(0), seed=3).verdict == "void"


def test_a_sample_too_small_to_fail_clearly_makes_the_run_void() -> None:
    """None of 3 found with the protection off 'fails' by its wide interval, yet nothing was seen."""
    assert run(control(0, 0, 3), small_probe(0), seed=3).verdict == "void"
    assert run(control(0, 1, 3, threshold=0.5), small_probe(0), seed=3).verdict == "void"


def test_the_unfavourable_bound_decides() -> None:
    """One found of 1,024 is 0.1 %, but up to 0.54 % is not excluded: the promise of 0.5 % is not shown."""
    assert run(control(0, 1024), small_probe(1), seed=3).verdict == "failed"


@given(st.integers(0, 1024), st.integers(0, 1024))
def test_nothing_passes_without_a_sabotage_that_clearly_fails(found: int, sabotaged: int) -> None:
    done = run(control(0, sabotaged), small_probe(found), seed=1)
    if done.verdict == "passed":
        assert done.sabotage.interval.low > done.threshold >= done.measurement.interval.high


def test_a_counterexample_fails_whatever_the_interval_says() -> None:
    one = control(0, 1024)
    found = measurement(0, counterexamples=("file 0a1b2c3d: header of PDF in clear",))
    object.__setattr__(one, "measure", lambda probe, seed: measurement(1024) if probe.engine else found)
    assert run(one, small_probe(0), seed=3).verdict == "failed"


def test_what_a_result_rests_on_is_digested() -> None:
    rests = control(0, 1024).depends_on
    before, after = dependencies(rests, small_probe()), dependencies(rests, small_probe(level=2))
    assert set(before) == {"declaration", "module:bacasable.compliance.clock", "setting:level"}
    assert {name for name in before if before[name] != after[name]} == {"setting:level"}


def test_a_setting_that_the_probe_does_not_give_is_refused_with_the_remedy() -> None:
    probe = small_probe()
    object.__setattr__(probe, "settings", {})
    with pytest.raises(LookupError, match="add it to the probe's settings"):
        run(control(0, 1024), probe, seed=1)
