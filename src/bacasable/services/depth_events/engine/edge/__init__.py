"""The edge: from sensors to messages, in one process beside them; frames stay there and are overwritten."""

from bacasable.services.depth_events.engine.edge.configuration import Configuration, Webhook, read
from bacasable.services.depth_events.engine.edge.plans import SensorPlan, Station
from bacasable.services.depth_events.engine.edge.reading import Watcher
from bacasable.services.depth_events.engine.edge.running import Edge, warm_up

__all__ = [
    "Configuration",
    "Edge",
    "SensorPlan",
    "Station",
    "Watcher",
    "Webhook",
    "read",
    "warm_up",
]
