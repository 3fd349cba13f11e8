"""The filter that comes first: what a raw frame becomes before any other stage may look at it."""

from bacasable.services.depth_events.engine.acquisition.condition import Condition
from bacasable.services.depth_events.engine.acquisition.filtering import Filter, ProtectedFrame
from bacasable.services.depth_events.engine.acquisition.setting import Area, Setting

__all__ = ["Area", "Condition", "Filter", "ProtectedFrame", "Setting"]
