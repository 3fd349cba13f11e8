"""What runs beside the portal: who listens to the broker, and in a demonstration a simulated station."""

from bacasable.compliance.service import Process
from bacasable.services.depth_events.web import connecting

PROCESSES = (
    Process("station", ("depth-events", "station"), wanted=connecting.is_live),
    Process("listener", ("depth-events", "listen"), wanted=connecting.listens),
)
