"""What the rooms of the duties store of people, as the duties themselves reach it."""

from collections.abc import Mapping

from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_
from bacasable.compliance.store import Store
from bacasable.duties.breaches.models import Breach, Notification
from bacasable.duties.dpia.models import DpiaRecord
from bacasable.duties.keeping.models import PurgeRun, Visa
from bacasable.duties.processing import PROCESSING
from bacasable.duties.rights.models import ReceivedMail, RequestCount, RightsRequest
from bacasable.people.rows import QuerysetStore
from bacasable.people.stores import of_accounts

PROVES_ANSWER = N_(
    "the request and its answer prove that the right was respected (GDPR 5(2), 12, 17(3)(b)); they expire"
)
PROVES_DUTY = N_(
    "it proves that the controller did what the law asks (GDPR 5(2), 17(3)(b), 33(5)); it expires by itself"
)
#: Free texts of the register of breaches, in which nobody should be named.
_OF_BREACHES = ("title", "facts", "categories", "persons", "consequences", "measures", "risk_reasons")

MAY_BE_A_REQUEST = N_("it may be a request: it is sorted first, and it expires")


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
        "mails to sort": QuerysetStore(
            ReceivedMail,
            declared,
            persons={"correspondent": {"email": "sender__iexact"}},
            keeps={"rights_mail": MAY_BE_A_REQUEST},
            started={"rights_mail": "received_at"},
        ),
        "breaches": QuerysetStore(
            Breach,
            declared,
            persons={"staff": {"email": "recorded_by__email__iexact"}},
            keeps={"breach_acts": PROVES_DUTY},
            started={"breach": "closed_at"},
            also_searched=(*_OF_BREACHES, "delay_reasons", "no_notice_reasons"),
        ),
        "notices of breaches": QuerysetStore(
            Notification,
            declared,
            persons={"staff": {"email": "by__email__iexact"}},
            keeps={"breach_acts": PROVES_DUTY},
            started={"breach": "breach__closed_at"},
            also_searched=("reference",),
        ),
        "visas": QuerysetStore(
            Visa,
            declared,
            persons={"staff": {"email": "recorded_by__email__iexact"}},
            keeps={"keeping_acts": PROVES_DUTY},
            started={"journal": "recorded_at"},
        ),
        "receipts of purges": QuerysetStore(
            PurgeRun,
            declared,
            persons={"staff": {"email": "by__email__iexact"}},
            keeps={"keeping_acts": PROVES_DUTY},
            started={"journal": "at"},
        ),
        "impact assessments": QuerysetStore(
            DpiaRecord,
            declared,
            persons={"staff": {"email": "recorded_by__email__iexact"}},
            keeps={"dpia_acts": PROVES_DUTY},
            started={"dpia": "replaced_at"},
        ),
        "request counts": QuerysetStore(
            RequestCount, declared, persons={}, started={"rights_form_count": "at"}
        ),
    }


def stores() -> Mapping[str, Store]:
    """Return every store of an installation without a programme, by name."""
    return {**of_accounts(PROCESSING, ("staff",)), **of_duties(PROCESSING)}
