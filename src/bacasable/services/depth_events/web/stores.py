"""Where the data of people lie: what rights and retention walk.

Nobody who passes is told by an identifier: incidents and counts are found for no person, and go when their
time is over, or on a request by place and time (:mod:`.actions.objecting`). Operators are told by their
account. An act goes with its incident.
"""

from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from typing import Any

from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased, Store
from bacasable.people.rows import QuerysetStore
from bacasable.services.depth_events.processing import PROCESSING
from bacasable.services.depth_events.web import connecting
from bacasable.services.depth_events.web.models import (
    CalibrationLook,
    CctvOverlap,
    Handover,
    Incident,
    IncidentAct,
    ObjectionRequest,
    Statistic,
)

BY_ACCOUNT = "account"
#: GDPR art. 17(3)(b) and (e).
PROVES = N_("kept to show who did what, until its time is over (GDPR, art. 5(2) and 17(3)(e))")

#: Days that the declaration allows.
DECLARED_DAYS = 30


class IncidentStore(QuerysetStore):
    """Incidents, or what was done of them: gone after the days of the settings, the declared ones at most."""

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase what is past the days of this installation, all in one transaction."""
        sooner = timedelta(days=DECLARED_DAYS - connecting.settings().incident_days)
        return super().purge(now=now + sooner, visas=visas, dry_run=dry_run)


def stores() -> Mapping[str, Store]:
    """Return the stores by name, in the order in which they are walked: what hangs on others goes first."""
    return {
        "acts": IncidentStore(
            IncidentAct,
            PROCESSING,
            persons={"operator": {BY_ACCOUNT: "by"}},
            keeps={"act": PROVES},
            started={"depth_act": "incident__started_at"},
            reference="public_id",
        ),
        "incidents": IncidentStore(
            Incident,
            PROCESSING,
            persons={"passer_by": {}},
            started={"depth_incident": "started_at"},
            reference="public_id",
        ),
        "statistics": QuerysetStore(
            Statistic, PROCESSING, persons={"passer_by": {}}, started={"depth_statistic": "to_at"}
        ),
        "handovers": _of_staff(Handover, "handover", "by", {"depth_shift": "at"}),
        "looks": _of_staff(CalibrationLook, "look", "by", {"depth_look": "asked_at"}),
        "filmed zones": _of_staff(CctvOverlap, "overlap", "made_by", {"depth_overlap": "until_on"}),
        "requests": QuerysetStore(
            ObjectionRequest,
            PROCESSING,
            persons={
                "passer_by": {"reference": "reference"},
                "operator": {BY_ACCOUNT: "answered_by"},
            },
            keeps={"request": PROVES, "answer": PROVES},
            started={"depth_objection": "made_at"},
            reference="public_id",
        ),
    }


def _of_staff(model: type[Any], data: str, account: str, started: dict[str, str]) -> QuerysetStore:
    return QuerysetStore(
        model,
        PROCESSING,
        persons={"operator": {BY_ACCOUNT: account}},
        keeps={data: PROVES},
        started=started,
        reference="public_id",
    )
