"""Every model of the rooms, where Django looks for them."""

from bacasable.duties.breaches.models import Breach, Notification
from bacasable.duties.keeping.models import PurgeRun, Visa
from bacasable.duties.rights.models import RequestCount, RightsRequest

__all__ = ["Breach", "Notification", "PurgeRun", "RequestCount", "RightsRequest", "Visa"]
