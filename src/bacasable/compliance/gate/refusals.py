"""What the gate answers when the declaration holds the data and they may not pass all the same."""

from bacasable.compliance.deployment import DEPLOYMENT
from bacasable.compliance.dpia import Standing
from bacasable.compliance.processing import Processing
from bacasable.privacy.messages import Refused


class NotYet(Refused):
    """The service may not read data in production: its impact assessment is due and not validated."""


def not_yet(declared: Processing, stands: Standing, *, reads_records: bool) -> NotYet:
    """Return the refusal of a service whose impact assessment holds it out of production (GDPR art. 35).

    ``reads_records``: the gate was told where the controller's records are.
    """
    service = declared.service
    record = (
        f"the data protection officer records it (page /services/{service.replace('_', '-')}/dpia/, or: "
        f"bacasable dpia record {service})"
        if reads_records
        else f"give Gate(..., dpias=RECORDED_DPIAS) to read what is recorded here, or write "
        f"status='validated' in dpia=Dpia(...) of {declared.declared_at}"
    )
    because = f" ({stands.why})" if stands.why else ""
    return NotYet(
        f"{service}: no data in production while the impact assessment is due and '{stands.status}'{because} "
        f"(GDPR art. 35); once the controller has validated it, {record}; or try it with fictional data in "
        f"an installation of its own that says {DEPLOYMENT}=demo"
    )
