"""Every model of the rooms, where Django looks for them."""

from bacasable.duties.keeping.models import PurgeRun, Visa

__all__ = ["PurgeRun", "Visa"]
