"""What the demonstration's worker does after the first start: measure the promises of its own services."""

import secrets

from django_tasks import task

from bacasable.compliance import checking
from bacasable.compliance.catalogue import catalogue
from bacasable.people.instance import configuration
from bacasable.people.models import Instance
from bacasable.portal.commands.check import file


@task()
def measure(key: str) -> int:
    """Run the controls of a service, sign and file the evidence, as ``bacasable check``; return how many.

    A task for each service: one that is cut short costs its own work, not the others'. They are real
    measurements, of this machine.
    """
    instance = Instance.objects.get()
    done = checking.check(
        catalogue()[key],
        configuration().home,
        seed=secrets.randbelow(2**31),
        instance=str(instance.public_id),
    )
    file([item.envelope for item in done])
    return len(done)


def measure_all() -> None:
    """Ask the worker for the measurements of each service that has controls and runs here."""
    for key, service in catalogue().items():
        if service.controls and service.probe:
            measure.enqueue(key)
