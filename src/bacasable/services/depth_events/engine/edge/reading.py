"""What an edge is composed of: who opens the source of a sensor, who watches its health."""

from collections.abc import Callable
from typing import Protocol

from bacasable.services.depth_events.engine.acquisition import ProtectedFrame
from bacasable.services.depth_events.engine.edge.plans import SensorPlan
from bacasable.services.depth_events.engine.messages import Health
from bacasable.services.depth_events.engine.sources import Source


class Watcher(Protocol):
    """Who watches whether a sensor still sees what it should (:class:`calibration.Health`)."""

    def look(self, frame: ProtectedFrame) -> tuple[Health, str]:
        """Return how the sensor is, and why."""


OpenSource = Callable[[SensorPlan], Source]
OpenWatcher = Callable[[SensorPlan], Watcher]
