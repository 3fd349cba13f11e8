"""One sensor from its frames to messages: filter, scene, mode, health; its faults stay its own."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from bacasable.privacy.messages import N_
from bacasable.services.depth_events.engine.acquisition import Filter, ProtectedFrame
from bacasable.services.depth_events.engine.edge.clocks import Clocks, Read
from bacasable.services.depth_events.engine.edge.plans import SensorPlan
from bacasable.services.depth_events.engine.edge.reading import OpenSource, Watcher
from bacasable.services.depth_events.engine.edge.wording import event_of, statistic_of
from bacasable.services.depth_events.engine.frames import Frame
from bacasable.services.depth_events.engine.messages import (
    Calibration,
    Health,
    Message,
    Occupancy,
    SensorState,
)
from bacasable.services.depth_events.engine.modes import Intervention, Statistics
from bacasable.services.depth_events.engine.scene.watching import Sight, Watch
from bacasable.services.depth_events.engine.sources import Source, SourceLost

log = logging.getLogger(__name__)
Mode = Intervention | Statistics
#: States in which nothing is said of the scene: what was open ends, nothing begins.
_BLIND: frozenset[Health] = frozenset({"blocked", "moved", "frozen", "silent", "invalid"})
#: Seconds before a lost source is opened again: the first time, and at most.
_AGAIN_S, _LONGEST_S = 1.0, 60.0
#: Good frames in a row before a sensor is well again; how many points out of order make it disordered.
_WELL, _DISORDER, _DISORDERED = 5, 3, 15
#: Seconds between two tellings of how many there are: to who may act, to who counts; of a matrix.
_OCCUPANCY_S, _COUNTED_S, _LOOK_S = 1.0, 60.0, 1.0


class Post:
    """One sensor at work: ``step`` reads a frame if there is one.

    ``here_ms`` is the edge's time of the day (milliseconds since 1970), ``now_s`` its clock that never jumps.
    """

    def __init__(
        self,
        plan: SensorPlan,
        open_source: OpenSource,
        make_mode: Callable[[], Mode],
        watcher: Watcher | None = None,
    ) -> None:
        self.plan = plan
        self.frames = 0
        self.dropped: Counter[str] = Counter()
        self.state: Health = "silent"
        #: Before this (monotonic seconds) there is no frame to ask for.
        self.due_s = 0.0
        self._open_source = open_source
        self._make_mode = make_mode
        self._watcher = watcher
        self._source: Source | None = None
        self._period_s = 1 / plan.setting.hz
        self._again_s = _AGAIN_S
        self._told: list[Message] = []
        self._reason = N_("no frame has come yet")
        self._since_ms = 0
        self._well = 0
        self._disorder = 0
        self._seen_s: float | None = None
        self._look_until_s = self._look_next_s = self._occupancy_s = 0.0
        self._occupancy: int | None = None
        self._renew()

    def _renew(self) -> None:
        plan = self.plan
        self._filter = Filter(plan.intrinsics, plan.pose, plan.setting, plan.area)
        self._watch = Watch(plan.setting, plan.area, plan.zones, plan.lines)
        self._mode = self._make_mode()
        self._clocks = Clocks(round(1000 * self._period_s))
        #: The frame rate is part of the setting: frames before this (steady milliseconds) are too many.
        self._next_ms = 0

    def begin(self, here_ms: int) -> list[Message]:
        """Return the first words of this sensor: it has shown nothing yet."""
        self._since_ms = here_ms
        self._told = [self._stated(), Occupancy(self.plan.key, None)]
        return self._take()

    def step(self, here_ms: int, now_s: float) -> list[Message]:
        """Read one frame, if there is one, and return what there is to say."""
        try:
            frame = self._read(here_ms, now_s)
            if frame is not None:
                self._frame(frame, here_ms, now_s)
        except SourceLost as lost:
            self._lose(str(lost), here_ms, now_s)
        except Exception:  # whatever a sensor does, the others go on
            log.exception("sensor %s: a fault", self.plan.key)
            self.dropped["fault"] += 1
            self._lose(N_("frames could not be processed"), here_ms, now_s)
            self._renew()
        return self._take()

    def tick(self, here_ms: int, now_s: float) -> list[Message]:
        """Return what time alone makes to say: a sensor that has fallen silent."""
        if self._seen_s is None:
            self._seen_s = now_s
        if now_s - self._seen_s > self.plan.silent_s and self.state != "silent":
            self._show("silent", N_("no frame comes any more"), here_ms)
        return self._take()

    def look(self, seconds: int, now_s: float) -> bool:
        """Show the protected matrix for so long, once a second; False where it is not allowed."""
        if self.plan.calibration:
            self._look_until_s = now_s + seconds
        return self.plan.calibration

    def stop(self, here_ms: int) -> list[Message]:
        """End what is open and let the sensor go."""
        self._show("silent", N_("the edge was stopped"), here_ms)
        self._close()
        return self._take()

    def _read(self, here_ms: int, now_s: float) -> Frame | None:
        if self._source is None:
            self._source = self._open_source(self.plan)
            empty = getattr(self._source, "empty", None)
            if empty is not None and (frame := empty()) is not None:
                self._filter.learn(frame)
                self._watch.learn(self._filter.protect(frame))
        frame = self._source.read(0.0)
        if frame is None:
            return None
        self._again_s = _AGAIN_S
        return frame

    def _frame(self, frame: Frame, here_ms: int, now_s: float) -> None:
        read = self._clocks.read(frame.at_ms, here_ms)
        if read is None:
            self.dropped["order"] += 1
            self._disorder = min(self._disorder + _DISORDER, 2 * _DISORDERED)
            # Nothing but frames of before is no frame at all: that is for `tick` to say.
            if self._disorder >= _DISORDERED and self.state != "silent":
                self._show("disordered", N_("frames come out of order"), here_ms)
            return
        self._seen_s = now_s
        self._disorder = max(self._disorder - 1, 0)
        period_ms = round(1000 * self._period_s)
        if read.jumped:
            self._interrupt(here_ms)
            self._mode = self._make_mode()
        if read.steady_ms < self._next_ms:
            self.dropped["rate"] += 1
            return
        self._next_ms = max(self._next_ms + period_ms, read.steady_ms + period_ms // 2)
        # Asked a little early, for sensors whose period is not quite what they say.
        self.due_s = now_s + 0.8 * self._period_s
        frame.at_ms = read.steady_ms
        try:
            protected = self._filter.protect(frame)
        except ValueError:
            self.dropped["size"] += 1
            self._show("invalid", N_("frames have another size than the sensor's"), here_ms)
            return
        self.frames += 1
        state, reason = self._health(protected, read)
        self._judge(state, reason, here_ms)
        if now_s < self._look_until_s and now_s >= self._look_next_s:
            self._look_next_s = now_s + _LOOK_S
            self._told.append(self._shown(protected, read))
        if state in _BLIND or self.state in _BLIND:
            return
        sight = self._watch.look(protected)
        if sight.at_ms != read.told_ms:
            sight = replace(sight, at_ms=read.told_ms)
        self._say(sight, now_s)

    def _health(self, protected: ProtectedFrame, read: Read) -> tuple[Health, str]:
        if protected.valid_percent == 0:
            return "invalid", N_("nothing is measured any more")
        if self._watcher is not None:
            state, reason = self._watcher.look(protected)
            if state != "ok":
                return state, reason
        if self._disorder:
            return ("disordered", self._reason) if self.state == "disordered" else ("ok", "")
        if self._clocks.wrong_by_s:
            return "ok", N_("the sensor's clock is wrong: the edge's is used")
        return "ok", ""

    def _judge(self, state: Health, reason: str, here_ms: int) -> None:
        if state != "ok":
            self._show(state, reason, here_ms)
            return
        self._well += 1
        if (self.state != "ok" and self._well >= _WELL) or (self.state == "ok" and reason != self._reason):
            self._show("ok", reason, here_ms)

    def _say(self, sight: Sight, now_s: float) -> None:
        mode = self._mode
        people: int | None
        if isinstance(mode, Intervention):
            self._told += [event_of(change) for change in mode.take(sight)]
            people, each_s = int(sight.people), _OCCUPANCY_S
        else:
            self._told += [statistic_of(figure) for figure in mode.take(sight)]
            people, each_s = mode.occupancy(sight.people), _COUNTED_S
        if people != self._occupancy and now_s - self._occupancy_s >= each_s:
            self._occupancy, self._occupancy_s = people, now_s
            self._told.append(Occupancy(self.plan.key, people))

    def _show(self, state: Health, reason: str, here_ms: int) -> None:
        self._well = 0
        if state == self.state and reason == self._reason:
            return
        if state in _BLIND and self.state not in _BLIND:
            self._interrupt(here_ms)
        if state != self.state:
            self._since_ms = here_ms
        self.state, self._reason = state, reason
        self._told.append(self._stated())

    def _interrupt(self, here_ms: int) -> None:
        if isinstance(self._mode, Intervention):
            self._told += [event_of(change) for change in self._mode.interrupted(here_ms)]
        if self._occupancy is not None:
            self._occupancy = None
            self._told.append(Occupancy(self.plan.key, None))

    def _lose(self, reason: str, here_ms: int, now_s: float) -> None:
        self._close()
        self._show("silent", reason[:200], here_ms)
        self.due_s = now_s + self._again_s
        self._again_s = min(2 * self._again_s, _LONGEST_S)

    def _close(self) -> None:
        if self._source is not None:
            try:
                self._source.close()
            except Exception:  # what is lost may not close either
                log.debug("sensor %s: does not close", self.plan.key, exc_info=True)
            self._source = None

    def _stated(self) -> SensorState:
        plan = self.plan
        return SensorState(plan.key, self.state, self._since_ms, plan.mode, str(plan.setting), self._reason)

    def _shown(self, protected: ProtectedFrame, read: Read) -> Calibration:
        rows, columns = protected.heights_mm.shape
        heights = protected.heights_mm.astype("<u2").tobytes()
        return Calibration(self.plan.key, columns, rows, heights, read.told_ms)

    def _take(self) -> list[Message]:
        told, self._told = self._told, []
        return told
