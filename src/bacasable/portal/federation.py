"""What this instance says to the office that it joined: reports by itself, and answers when it is run."""

import structlog

from bacasable.compliance import checking, clock, signing
from bacasable.compliance.reported import sign_report
from bacasable.exchange.federation import Office, OfficeRefused, joined
from bacasable.people.instance import configuration

log = structlog.get_logger("bacasable.federation")


def report(office: Office) -> int:
    """Sign and send what the controls of this instance rest on now; return how many the office found changed.

    Raises:
        OfficeRefused, KeyRefused: it was not taken, or no key signs.
    """
    signer = signing.load_signer(configuration().home / "keys")
    return office.report(sign_report(checking.rests_on_now(), signer, issued_at=clock.now()))


def report_if_joined() -> None:
    """Report where this instance joined an office; what the office refuses is logged, not raised."""
    try:
        office = joined(configuration().home)
        if office is not None:
            report(office)
    except (OfficeRefused, signing.KeyRefused) as refused:
        log.warning("report not taken", reason=getattr(refused, "code", "key"))
