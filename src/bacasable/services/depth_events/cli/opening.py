"""How the commands open the source of a sensor: a simulated room beside its scenario, or a real one."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bacasable.services.depth_events.engine.edge.reading import OpenSource


def opener(configuration: Path) -> "OpenSource":
    """Return what opens the sources of a configuration; scenarios lie in its folder."""
    from bacasable.services.depth_events.engine.edge import SensorPlan
    from bacasable.services.depth_events.engine.simulator.live import LiveStation
    from bacasable.services.depth_events.engine.sources import Source, open_source

    simulated = LiveStation(configuration if configuration.is_dir() else configuration.parent)

    def opened(plan: SensorPlan) -> Source:
        if plan.source.startswith("simulated:"):
            return simulated.open(plan)
        return open_source(plan.source, plan.key, plan.intrinsics)

    return opened
