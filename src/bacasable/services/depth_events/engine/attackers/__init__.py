"""Who tries to recognise people in what is left of the frames: attackers with a name, who learn."""

from bacasable.services.depth_events.engine.attackers.learning import GALLERY
from bacasable.services.depth_events.engine.attackers.matching import (
    ATTACKERS,
    LOWER_BOUND,
    Rank,
    Scale,
    reidentify,
)

__all__ = ["ATTACKERS", "GALLERY", "LOWER_BOUND", "Rank", "Scale", "reidentify"]
