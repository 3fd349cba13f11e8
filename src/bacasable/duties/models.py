"""Every model of the rooms, where Django looks for them."""

from bacasable.duties.breaches.models import Breach, Notification
from bacasable.duties.dpia.models import DpiaRecord
from bacasable.duties.keeping.models import PurgeRun, Visa
from bacasable.duties.rights.models import ReceivedMail, RequestCount, RightsRequest

__all__ = [
    "Breach",
    "DpiaRecord",
    "Notification",
    "PurgeRun",
    "ReceivedMail",
    "RequestCount",
    "RightsRequest",
    "Visa",
]
