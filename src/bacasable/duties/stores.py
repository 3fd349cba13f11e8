"""What the rooms of the duties store of people, as the duties themselves reach it."""

from collections.abc import Mapping

from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_
from bacasable.compliance.store import Store
from bacasable.duties.processing import PROCESSING
from bacasable.duties.rights.models import RequestCount, RightsRequest
from bacasable.people.rows import QuerysetStore
from bacasable.people.stores import of_accounts

PROVES_ANSWER = N_(
    "the request and its answer prove that the right was respected (GDPR 5(2), 12, 17(3)(b)); they expire"
)


def of_duties(declared: Processing) -> Mapping[str, Store]:
    """Return the stores of the rooms, for a declaration that takes in what they hold."""
    return {
        "requests": QuerysetStore(
            RightsRequest,
            declared,
            persons={"correspondent": {"email": "email__iexact"}},
            keeps={"rights_request": PROVES_ANSWER, "rights_acts": PROVES_ANSWER},
            started={"rights_request": "closed_at"},
        ),
        "request counts": QuerysetStore(
            RequestCount, declared, persons={}, started={"rights_form_count": "at"}
        ),
    }


def stores() -> Mapping[str, Store]:
    """Return every store of an installation without a programme, by name."""
    return {**of_accounts(PROCESSING, ("staff",)), **of_duties(PROCESSING)}
