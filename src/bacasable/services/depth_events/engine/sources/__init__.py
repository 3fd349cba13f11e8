"""Where raw frames come from: small classes (:class:`Source`), which ``open_source`` finds by name."""

from bacasable.services.depth_events.engine.sources.opening import GROUP, KINDS, open_source
from bacasable.services.depth_events.engine.sources.source import Source, SourceLost

__all__ = ["GROUP", "KINDS", "Source", "SourceLost", "open_source"]
