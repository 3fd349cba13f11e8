"""Two legal modes: one that alerts and needs a law, one that counts and can tell no event."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bacasable.services.depth_events.engine import modes
from bacasable.services.depth_events.engine.events import Change
from bacasable.services.depth_events.engine.modes import Aggregate, Intervention, LegalBasis, Statistics
from bacasable.services.depth_events.engine.scene.watching import Sight
from bacasable.services.depth_events.engine.scene.zones import Line, Zone

TODAY = date(2026, 11, 23)
LEGAL = LegalBasis("Code des transports, art. L.1632-2-1", panel_generated_on=date(2026, 11, 1))
#: A Monday at midnight (UTC).
MIDNIGHT = 1_795_392_000_000
SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))
DWELL, PART = Zone("desk", "dwell", SQUARE, limit=60), Zone("part", "density", SQUARE, limit=2)
LINE = Line("gate", (0.0, 0.0), (0.0, 2.0))


def sight(at_ms: int, people: float = 0, zones: tuple[float, ...] = (), running: int = 0,
          crossed: tuple[int, int] = (0, 0)) -> Sight:  # fmt: skip
    padded = np.array([*zones, 0.0][: max(len(zones), 1)])
    return Sight(
        at_ms, int(people), 0.0, padded, padded * 0, padded * 0, running, 0, np.array([crossed]), (), ()
    )


@pytest.mark.parametrize(
    ("legal", "said"),
    [
        (LegalBasis(panel_generated_on=TODAY), "objection_set_aside_by"),
        (replace(LEGAL, objection_set_aside_by="  non "), "objection_means"),
        (replace(LEGAL, panel_generated_on=None), "panel"),
        (replace(LEGAL, panel_generated_on=date(2026, 11, 24)), "has not come"),
    ],
)
def test_alerts_do_not_start_without_a_text_or_a_means_and_the_panel(legal: LegalBasis, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Intervention("a", (), ["fall"], legal, TODAY)
    means = LegalBasis("", "form on the public page, by place", TODAY)
    Intervention("a", (), ["fall"], means, TODAY)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("weapon", "not supported"),
        ("fire", "not supported"),
        ("face", "biometrics are refused"),
        ("gait", "biometrics are refused"),
        ("identification", "refused"),
        ("running", "statistics"),
        ("dwell", "statistics"),
        ("smoking", "known: fall"),
    ],
)
def test_what_may_not_be_asked_for_is_refused_with_its_reason(kind: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Intervention("a", (), ["fall", kind], LEGAL, TODAY)


def test_only_what_was_asked_for_alerts() -> None:
    closed = Zone("closed", "forbidden", SQUARE)
    inside = replace(sight(MIDNIGHT, 1, (1.0,)), zone_lasts_s=np.array([5.0]))
    told = Intervention("a", (closed,), ["fall", "intrusion"], LEGAL, TODAY).take(inside)
    assert [change.incident.kind for change in told] == ["intrusion"]
    assert Intervention("a", (closed,), ["fall"], LEGAL, TODAY).take(inside) == []


def figures(
    of: Statistics, people: int, seconds: int = 300, from_ms: int = MIDNIGHT
) -> dict[tuple[str, str], Aggregate]:
    """``people`` come in one after the other, stay 10 s each, and cross the line; a window goes by."""
    told: list[Aggregate] = []
    for second in range(seconds + 1):
        there = 1.0 if second % 20 >= 10 and second // 20 < people else 0.0
        crossed = (1, 0) if second % 20 == 10 and second // 20 < people else (0, 0)
        told += of.take(sight(from_ms + 1000 * second, there, (there, 0.0), crossed=crossed))
    return {(one.zone, one.measure): one for one in told}


def test_a_window_is_told_when_enough_people_came() -> None:
    told = figures(Statistics("a", (DWELL, PART), (LINE,), every_s=300), people=12)
    assert told["gate", "count_in"].value == 12
    assert told["", "occupancy"].value == pytest.approx(12 * 10 / 300)
    assert told["desk", "dwell"].value == pytest.approx(10, abs=1)
    assert told["gate", "count_in"].to_ms - told["gate", "count_in"].from_ms == 300_000
    # Nobody went out, nobody came to the other zone, nobody ran: too few to be told.
    for cell in (("gate", "count_out"), ("part", "density"), ("", "running")):
        assert told[cell].value is None


def test_ten_people_are_too_few_and_five_the_least_that_may_be_asked() -> None:
    assert {
        one.value for one in figures(Statistics("a", (DWELL, PART), (LINE,), every_s=300), 10).values()
    } == {None}
    told = figures(Statistics("a", (DWELL, PART), (LINE,), minimum=5, every_s=300), 10)
    assert told["gate", "count_in"].value == 10
    with pytest.raises(ValueError, match="minimum = 1"):
        Statistics("a", minimum=1)


def test_what_is_left_beside_a_zone_is_not_a_few_people() -> None:
    """Fourteen came, twelve of them to the desk: telling both would tell of the two others."""
    of = Statistics("a", (DWELL,), every_s=300)
    told: list[Aggregate] = []
    for second in range(301):
        there = 1.0 if second % 20 >= 10 and second < 280 else 0.0
        told += of.take(sight(MIDNIGHT + 1000 * second, there, (there if second < 240 else 0.0,)))
    shown = {(one.zone, one.measure): one.value for one in told}
    assert shown["", "occupancy"] is not None and shown["desk", "occupancy"] is None


def test_a_window_seen_by_half_tells_nothing_and_flicker_brings_nobody_in() -> None:
    assert figures(Statistics("a", (DWELL, PART), (LINE,), every_s=300), 12, from_ms=MIDNIGHT + 100_000) == {}
    of, told = Statistics("a", every_s=300), []
    for tenth in range(3001):
        told += of.take(sight(MIDNIGHT + 100 * tenth, float(tenth // 10 % 2)))
    assert told[0].value is None


def test_what_counts_returns_no_event_and_each_mode_has_its_retention() -> None:
    of = Statistics("a", (DWELL, PART), (LINE,), every_s=300)
    assert all(type(one) is Aggregate for one in figures(of, 12).values())
    assert not {"interrupted", "allowed"} & set(dir(Statistics))
    assert not issubclass(Aggregate, Change)
    assert Statistics.retention != Intervention.retention
    assert of.occupancy(10) is None and of.occupancy(11) == 11


@pytest.mark.parametrize("every_s", [60, 299, 1000, 86_401])
def test_a_window_is_long_and_a_part_of_a_day(every_s: int) -> None:
    with pytest.raises(ValueError, match="every_s"):
        modes.check_window(every_s)
