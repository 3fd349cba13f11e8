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
        ProtectedFrame(object(), _frame(), shown.heights_mm, shown.setting, AREA, 100, shown.condition, None)
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


def _seen_from_above(*people: tuple[float, float, int]) -> Frame:
    """Return a frame of people at columns and rows of the sensor: shoulders, and a head 25 cm above them."""
    room = np.full((48, 64), 3000, np.uint16)
    row, column = np.mgrid[0:48, 0:64]
    for across, down, tall_mm in people:
        away = np.hypot(column - across, row - down)
        for wide, top in ((6.5, tall_mm - 250), (2.6, tall_mm)):
            room[away <= wide] = np.minimum(room[away <= wide], 3000 - top)
    return Frame("hall", 0, 0, room)


def test_two_who_touch_are_two_discs_and_one_is_one() -> None:
    setting = Setting.parse("40x30@0.9")
    alone = Filter(VIEW, POSE, setting, AREA).protect(_seen_from_above((30, 24, 1700)))
    together = Filter(VIEW, POSE, setting, AREA).protect(
        _seen_from_above((25, 20, 1750), (38, 20, 1650), (31, 31, 1700))
    )
    assert alone.standing is not None and together.standing is not None
    assert len(alone.standing) == 1
    assert len(together.standing) == 3


def test_how_tall_somebody_is_moves_no_disc_and_leaves_no_trace() -> None:
    setting = Setting.parse("40x30@0.9")
    for_each = []
    for tall_mm in (1550, 1700, 1850):
        sieve = Filter(VIEW, POSE, setting, AREA)
        shown = sieve.protect(_seen_from_above((31.5, 23.5, tall_mm)))
        for_each.append(shown.heights_mm.copy())
        assert max(float(np.max(held)) for held in (sieve._uncut, *sieve._room_to_work)) < 1000
    assert (for_each[0] == for_each[1]).all() and (for_each[1] == for_each[2]).all()


def test_discs_are_told_apart_only_where_there_are_discs() -> None:
    for written in ("40x30", "40x30@0.9+outline"):
        shown = Filter(VIEW, POSE, Setting.parse(written), AREA).protect(_seen_from_above((30, 24, 1700)))
        assert shown.standing is None
