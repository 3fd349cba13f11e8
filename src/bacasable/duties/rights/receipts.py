"""What an act on a request leaves behind: its line in the journal, without content or address."""

from typing import Any

from bacasable.duties.rights.models import RightsRequest
from bacasable.people import journal
from bacasable.people.models import User


def write(action: str, asked: RightsRequest, by: User | None, **facts: Any) -> None:
    """Journal an act on a request, in the transaction of the act."""
    journal.record(
        action,
        by=by,
        subject=f"request:{asked.reference}",
        right=asked.right,
        service=asked.service,
        **facts,
    )
