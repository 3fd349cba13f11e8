"""Where a sensor stands, measured from what it sees; and whether it still sees what it should."""

from bacasable.services.depth_events.engine.calibration.floor import Floor, NoFloor, floor_of
from bacasable.services.depth_events.engine.calibration.health import Health, State

__all__ = ["Floor", "Health", "NoFloor", "State", "floor_of"]
