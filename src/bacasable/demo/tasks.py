"""What the demonstration's worker does after the first start: measure the promises of its own services."""

import secrets

from django_tasks import task

from bacasable.compliance import checking
from bacasable.compliance.catalogue import catalogue
from bacasable.people.instance import configuration
from bacasable.people.models import Instance
from bacasable.portal.commands.check import file


@task()
def measure() -> list[str]:
    """Run the controls of each service that has some, sign and file the evidence, as ``bacasable check``.

    Return the services measured. They are real measurements, of this machine.
    """
    instance = Instance.objects.get()
    measured = []
    for key, service in catalogue().items():
        if service.controls and service.probe:
            done = checking.check(
                service, configuration().home, seed=secrets.randbelow(2**31), instance=str(instance.public_id)
            )
            file([item.envelope for item in done])
            measured.append(key)
    return measured
