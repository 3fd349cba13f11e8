"""What leaves the acquisition filter, and what cannot."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.services.depth_events.engine.acquisition import Area, Filter, ProtectedFrame, Setting
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics, Pose
from bacasable.services.depth_events.engine.simulator.raster import Box, Eye

VIEW = Intrinsics.of_view(64, 48, 84)
POSE = Pose.overhead(3.0, 2.0, 1.5)
AREA = Area(0.0, 0.0, 4.0, 3.0)


def _frame(number: int = 0, value: int = 3000) -> Frame:
    return Frame("hall", number * 100, number, np.full((48, 64), value, np.uint16))


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy, np.asarray])
def test_a_raw_frame_does_not_leave(leave: object) -> None:
    with pytest.raises(TypeError):
        leave(_frame())  # type: ignore[operator]


def test_a_raw_frame_is_not_printed() -> None:
    assert "3000" not in repr(_frame())


def test_only_the_filter_makes_a_protected_frame() -> None:
    shown = Filter(VIEW, POSE, Setting.parse("40x30@0.9"), AREA).protect(_frame())
    with pytest.raises(TypeError, match="only the acquisition filter"):
        ProtectedFrame(object(), _frame(), shown.heights_mm, shown.setting, AREA, 100, shown.condition)
    with pytest.raises(TypeError, match="does not leave"):
        pickle.dumps(shown)


def test_a_frame_of_another_size_is_refused() -> None:
    sieve = Filter(VIEW, POSE, Setting.parse("40x30@0.9"), AREA)
    with pytest.raises(ValueError, match="64x48"):
        sieve.protect(Frame("hall", 0, 0, np.zeros((10, 10), np.uint16)))


def test_frames_are_overwritten_in_the_ring() -> None:
    sieve = Filter(VIEW, POSE, Setting.parse("40x30"), AREA, ring=3)
    first = sieve.protect(_frame(0, 1000))
    assert first.heights_mm.max() > 0
    for number in range(1, 4):
        sieve.protect(_frame(number, 3000))
    assert first.heights_mm.max() == 0


@pytest.mark.parametrize(("written", "height"), [("40x30", 500), ("40x30@0.3", 300), ("40x30/20cm", 400)])
def test_a_box_lands_on_its_cells_at_its_height(written: str, height: int) -> None:
    eye = Eye(VIEW, POSE)
    room = eye.room((Box((2.6, 1.0, 0.0), (3.2, 1.6, 0.5)),))
    raw = Frame("hall", 0, 0, np.round(room * 1000).astype(np.uint16))
    sieve = Filter(VIEW, POSE, Setting.parse(written + ("+outline" if "@" in written else "")), AREA)
    heights = sieve.protect(raw).heights_mm
    rows, columns = np.nonzero(heights > 100)
    assert abs(int(heights[13, 29]) - height) <= 2
    assert columns.min() >= 25 and columns.max() <= 32
    assert rows.min() >= 9 and rows.max() <= 16


@given(
    columns=st.integers(1, 640),
    rows=st.integers(1, 480),
    cap=st.one_of(st.none(), st.integers(100, 4000)),
    step=st.sampled_from([1, 10, 50, 250, 1000]),
    hz=st.integers(1, 60),
    outline=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_a_setting_is_read_back_as_it_is_written(
    columns: int, rows: int, cap: int | None, step: int, hz: int, outline: bool
) -> None:
    setting = Setting(columns, rows, cap, step, hz, outline)
    assert Setting.parse(str(setting)) == setting


@pytest.mark.parametrize("written", ["", "40", "40x30@", "0x30", "40x30@0.05", "40x30@0.9/0cm", "9999x1"])
def test_a_setting_that_cannot_be_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"setting|cells|cap|steps"):
        Setting.parse(written)


@pytest.mark.parametrize("written", ["40x30@0.9", "40x30@0.9/25cm", "40x30@0.6/10cm", "40x30@0.9/30cm"])
def test_who_stands_is_made_a_disc_whatever_the_steps(written: str) -> None:
    setting = Setting.parse(written)
    room = np.full((48, 64), 3000, np.uint16)
    room[18:30, 26:40] = 1400
    heights = Filter(VIEW, POSE, setting, AREA).protect(Frame("hall", 0, 0, room)).heights_mm
    assert setting.cap_mm is not None
    assert set(np.unique(heights)) == {0, setting.cap_mm}
