"""What the controls may touch of the running water service."""

from bacasable.compliance.control import Probe
from bacasable.people.instance import configuration
from bacasable.services.water_use.controls import Subject
from bacasable.services.water_use.processing import PROCESSING
from bacasable.services.water_use.web import running
from bacasable.services.water_use.web.stores import stores


def probe() -> Probe:
    """Return what pages show and nights publish, tried on a city that does not exist, and the stores."""
    return Probe(
        PROCESSING,
        configuration().home,
        engine=Subject(),
        stores=dict(stores()),
        settings={"hourly_days": running.settings().hourly_days},
    )
