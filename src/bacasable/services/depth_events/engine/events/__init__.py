"""From what frames show to incidents: each has a beginning, an end and a place, and nobody's number."""

from bacasable.services.depth_events.engine.events.incidents import KINDS, UNSUPPORTED, Change, Incident, Kind
from bacasable.services.depth_events.engine.events.rules import Events, Rules

__all__ = ["KINDS", "UNSUPPORTED", "Change", "Events", "Incident", "Kind", "Rules"]
