"""Where the data of people lie: what rights and retention walk."""

from collections.abc import Mapping

from bacasable.compliance.store import Store
from bacasable.people.rows import QuerysetStore
from meeting_rooms.models import Booking, SuggestionChoice
from meeting_rooms.processing import PROCESSING

#: People are told by the public identifier of their account.
BY_ACCOUNT = {"colleague": {"account": "person"}}


def stores() -> Mapping[str, Store]:
    """Return the stores by name."""
    return {
        "bookings": QuerysetStore(
            Booking,
            PROCESSING,
            persons=BY_ACCOUNT,
            started={"meeting": "ends_at"},
            reference="public_id",
        ),
        "choices": QuerysetStore(
            SuggestionChoice, PROCESSING, persons=BY_ACCOUNT, started={"switch": "chosen_at"}
        ),
    }
