"""What the gate answers when the declaration holds the data and they may not pass all the same."""

from bacasable.compliance.deployment import DEPLOYMENT
from bacasable.compliance.processing import Processing
from bacasable.privacy.messages import Refused


class NotYet(Refused):
    """The service may not read data in production: its impact assessment is due and not validated."""


def not_yet(declared: Processing) -> NotYet:
    """Return the refusal of a service whose impact assessment holds it out of production (GDPR art. 35)."""
    return NotYet(
        f"{declared.service}: no data in production while the impact assessment is due and "
        f"'{declared.dpia.status}' (GDPR art. 35); once the controller has validated it, write "
        f"status='validated' in dpia=Dpia(...) of {declared.declared_at}, or try it with fictional data in "
        f"an installation of its own that says {DEPLOYMENT}=demo"
    )
