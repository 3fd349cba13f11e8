"""Where the data of people lie: what rights and retention walk.

A person is told by their number at the service or by the reference on their papers; an adviser, by their
account. A file that is open serves the public service: it is closed before it is erased. What a person
consented to (limits at work) goes at their word.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bacasable.compliance.store import Erased, Person, Store
from bacasable.people.rows import QuerysetStore
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import file_stores, sealed_rows
from bacasable.services.job_advice.web.models import AccessLink, Import, Training, TrainingItem

if TYPE_CHECKING:
    from django.db.models import QuerySet

BY_ACCOUNT = "account"


class LinkRows(QuerysetStore):
    """Links and paper codes, found by who they open the page of; those of an open file are kept with it."""

    def _about(self, person: Person) -> "QuerySet[Any]":
        if person.kind != "jobseeker":
            return super()._about(person)
        return self.model._base_manager.filter(file__person__in=sealed_rows.persons(person)).order_by("pk")

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase the links of closed files; an adviser's links are those of a person, and stay theirs."""
        with self._whole():
            rows = self._about(person)
            if person.kind != "jobseeker":
                return Erased({}, {"link": sealed_rows.PROVES_WORK} if rows.exists() else {})
            kept = {"link": sealed_rows.IS_OPEN} if rows.filter(file__state="open").exists() else {}
            return Erased(self._removed(rows.exclude(file__state="open")), kept)


def _training(model: type[Any], account: str, started: str) -> QuerysetStore:
    return QuerysetStore(
        model,
        PROCESSING,
        persons={"adviser": {BY_ACCOUNT: account}},
        started={"job_training": started},
    )


def stores() -> Mapping[str, Store]:
    """Return the stores by name, in the order in which they are walked: what hangs on others goes first."""
    return {
        "links": LinkRows(
            AccessLink,
            PROCESSING,
            persons={
                "jobseeker": {"reference": "file__person__reference"},
                "adviser": {BY_ACCOUNT: "made_by"},
            },
            started={"job_link": "made_at"},
            reference="public_id",
        ),
        "prompts": file_stores.PromptStore(),
        "words": file_stores.WordStore(),
        "acts": file_stores.ActStore(),
        "trainings, suggestion by suggestion": _training(
            TrainingItem, "training__adviser", "training__started_at"
        ),
        "trainings": _training(Training, "adviser", "started_at"),
        "imports": QuerysetStore(
            Import,
            PROCESSING,
            persons={"adviser": {BY_ACCOUNT: "by"}},
            started={"job_import": "asked_at"},
            reference="public_id",
        ),
        "files": file_stores.FileStore(),
        # last: what is erased there is found by its number no more
        "persons": file_stores.PersonStore(),
    }
