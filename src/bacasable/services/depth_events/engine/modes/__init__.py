"""Two legal modes, apart by their types: what counts cannot alert, what alerts needs a law and a notice."""

from bacasable.services.depth_events.engine.modes.intervention import (
    NOT_EVENTS,
    Intervention,
    LegalBasis,
    refuse_unsupported,
)
from bacasable.services.depth_events.engine.modes.statistics import (
    LEAST_MINIMUM,
    MINIMUM,
    Aggregate,
    Statistics,
    check_window,
)

__all__ = [
    "LEAST_MINIMUM",
    "MINIMUM",
    "NOT_EVENTS",
    "Aggregate",
    "Intervention",
    "LegalBasis",
    "Statistics",
    "check_window",
    "refuse_unsupported",
]
