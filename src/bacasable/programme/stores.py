"""The programme's records, as the duties reach them: found and exported for a person, destroyed whole.

A dossier and all that hangs on it (files, scores, letters, support) are one public record: it is kept for the
time declared, then goes to the public archives or is destroyed with their visa, all of it at once.
"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from django.apps import apps
from django.db import models, transaction

from bacasable.compliance.holdings import GOES_TO_ARCHIVES
from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased, Person, Record, Store
from bacasable.duties.stores import of_duties
from bacasable.people import instance
from bacasable.people.fields import VaultNameField
from bacasable.people.rows import QuerysetStore
from bacasable.people.stores import of_accounts
from bacasable.programme.committee.models import Registration
from bacasable.programme.dossiers.models import Attachment, Dossier, Upload
from bacasable.programme.processing import PROCESSING
from bacasable.programme.processing.purposes import ACCOUNTS, APPLICANTS, DOSSIER, SELECTION, SUPPORT

log = structlog.get_logger("bacasable.stores")

KEPT = N_(
    "public record: kept for the time declared, then it goes to the public archives or is destroyed with "
    "their visa"
)
_USER = "user__email__iexact"
_AUTHORS = f"memberships__{_USER}"

#: For each model, by which way a kind of person is found by their address.
WAYS: Mapping[str, Mapping[str, str]] = {
    "Dossier": dict.fromkeys(APPLICANTS, _AUTHORS),
    **{
        model: dict.fromkeys(APPLICANTS, f"dossier__{_AUTHORS}")
        for model in ("Version", "Attachment", "MissingPartsRequest", "SupportFile")
    },
    "Membership": dict.fromkeys(APPLICANTS, _USER),
    **{
        model: dict.fromkeys(APPLICANTS, f"file__dossier__{_AUTHORS}")
        for model in (
            *("Agreement", "SupportQuestion", "Meeting", "Guidance", "Milestone"),
            *("SupportDocument", "SupportChange"),
        )
    },
    "Outcome": dict.fromkeys(APPLICANTS, f"examination__dossier__{_AUTHORS}"),
    "Letter": dict.fromkeys(APPLICANTS, f"outcome__examination__dossier__{_AUTHORS}"),
    "ExpertProfile": {"expert": _USER},
    "PanelMember": {"expert": _USER},
    "TeamMember": {"expert": _USER},
    "ConflictDeclaration": {"expert": f"member__{_USER}"},
    "Assignment": {"expert": f"member__{_USER}"},
    "Assessment": {"expert": f"assignment__member__{_USER}"},
    "Score": {"expert": f"assessment__assignment__member__{_USER}"},
}


class RecordStore(QuerysetStore):
    """Rows of a public record: found, exported and searched; destroyed with the record they belong to."""

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Do nothing: :class:`WholeRecords` destroys a record whole."""
        return Erased({}, {})


class UploadStore(QuerysetStore):
    """Uploads: what arrived of a file goes from the vault with the row, unless it became an attachment."""

    def _removed(self, rows: "models.QuerySet[Any]", dry_run: bool = False) -> dict[str, int]:
        blobs = set(rows.values_list("blob", flat=True))
        done = super()._removed(rows, dry_run)
        if done and not dry_run:
            attached = Attachment.objects.filter(blob__in=blobs).values_list("blob", flat=True)
            _delete_files(blobs - set(attached))
        return done


class WholeRecords:
    """Dossiers with all that hangs on them, at the end of their retention."""

    holds: tuple[str, ...] = ("application_answers", "application_files")

    def find(self, person: Person) -> Iterator[str]:
        """Yield nothing: the rows of a record have stores of their own."""
        return iter(())

    def export(self, person: Person) -> Iterator[Record]:
        """Yield nothing: the rows of a record have stores of their own."""
        return iter(())

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield nothing: the rows of a record have stores of their own."""
        return iter(())

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase nothing: a public record is destroyed by a purge, with a visa."""
        return Erased({}, {})

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Destroy the dossiers whose every retention is over, each in a transaction of its own.

        The files are deleted once the rows are gone: a crash between the two leaves files that no row names,
        which the worker clears the day after.
        """
        due = [dossier for dossier in _ended() if _is_over(dossier, now)]
        if not due:
            return Erased({}, {})
        needed = {DOSSIER.key, SELECTION.key} | ({SUPPORT.key} if any(map(_support, due)) else set())
        if any(key not in visas for key in needed):
            return Erased({}, dict.fromkeys(self.holds, GOES_TO_ARCHIVES))
        if not dry_run:
            for dossier in due:
                _destroy(dossier)
        return Erased(dict.fromkeys(self.holds, len(due)), {})


def stores() -> Mapping[str, Store]:
    """Return every store of the platform, by name."""
    made: dict[str, Store] = {**of_accounts(PROCESSING, ACCOUNTS), **of_duties(PROCESSING)}
    for name, ways in WAYS.items():
        model = apps.get_model("programme", name)
        made[name] = RecordStore(
            model,
            PROCESSING,
            persons={kind: {"email": way} for kind, way in ways.items()},
            keeps=dict.fromkeys(_names(name), KEPT),
        )
    made["Upload"] = UploadStore(
        Upload,
        PROCESSING,
        persons={kind: {"email": "by__email__iexact"} for kind in APPLICANTS},
        started={"upload": "started_at"},
    )
    made["Registration"] = QuerysetStore(
        Registration,
        PROCESSING,
        persons={"attendee": {"email": "email__iexact"}},
        started={"registration": "conference__ends_at"},
    )
    made["dossiers"] = WholeRecords()
    return made


def _names(model: str) -> list[str]:
    """Return the declared data of which ``model`` keeps a part."""
    prefix = f"programme.{model}."
    return [
        item.name for item in PROCESSING.data if any(place.startswith(prefix) for place in item.stored_in)
    ]


def _ended() -> "models.QuerySet[Dossier]":
    """Return the dossiers whose retention has started: decided upon, or withdrawn."""
    decided = models.F("examination__outcome__decision__decided_at")
    return Dossier.objects.annotate(
        ended_at=models.functions.Coalesce(decided, models.F("withdrawn_at"))
    ).filter(ended_at__isnull=False)


def _support(dossier: Dossier) -> Any:
    return getattr(dossier, "support", None)


def _is_over(dossier: Any, now: datetime) -> bool:
    """Say whether every retention of a dossier's record is over: the support's too, where there was one."""
    support = _support(dossier)
    if support is not None and (support.ended_at is None or SUPPORT.due_at(support.ended_at) > now):
        return False
    return max(DOSSIER.due_at(dossier.ended_at), SELECTION.due_at(dossier.ended_at)) <= now


def _destroy(dossier: Dossier) -> None:
    """Delete a dossier and every row of the programme that hangs on it, then the files that they name."""
    with transaction.atomic():
        record = _record(dossier)
        blobs = [
            name
            for model, keys in record.items()
            for column in model._meta.concrete_fields
            if isinstance(column, VaultNameField)
            for name in model._base_manager.filter(pk__in=keys).values_list(column.name, flat=True)
            if name
        ]
        _delete(record)
        _delete_files(blobs)


def _delete_files(names: Collection[str]) -> None:
    """Delete files of the vault once the rows that named them are gone for good.

    A crash, or a disk that refuses, leaves files that no row names: the worker clears them the day after.
    """

    def delete() -> None:
        for name in names:
            try:
                instance.vault().delete(name)
            except OSError as error:
                log.error("file left for the daily sweep", file=name, exc_info=error)

    transaction.on_commit(delete)


def _record(dossier: Dossier) -> dict[type[models.Model], set[Any]]:
    """Return the rows that refer to the dossier, or to a row that does, by model."""
    found: dict[type[models.Model], set[Any]] = defaultdict(set, {Dossier: {dossier.pk}})
    fresh: dict[type[models.Model], set[Any]] = {Dossier: {dossier.pk}}
    while fresh:
        further: dict[type[models.Model], set[Any]] = {}
        for model, keys in fresh.items():
            for relation in model._meta.related_objects:
                other = relation.related_model
                if not isinstance(other, type) or other._meta.app_label != "programme":
                    continue
                rows = other._base_manager.filter(**{f"{relation.field.name}__in": keys})
                new = set(rows.values_list("pk", flat=True)) - found[other]
                if new:
                    found[other] |= new
                    further.setdefault(other, set()).update(new)
        fresh = further
    return {model: keys for model, keys in found.items() if keys}


def _delete(record: Mapping[type[models.Model], set[Any]]) -> None:
    """Delete the rows, those that refer to others first; a row that refers back is let go of before."""
    for model, keys in record.items():
        loose = {
            column.name: None
            for column in model._meta.concrete_fields
            if isinstance(column, models.ForeignKey) and column.null and column.related_model in record
        }
        if loose:
            model._base_manager.filter(pk__in=keys).update(**loose)
    left = dict(record)
    while left:
        named = {
            column.related_model
            for model in left
            for column in model._meta.concrete_fields
            if isinstance(column, models.ForeignKey) and not column.null and column.related_model is not model
        }
        free = [model for model in left if model not in named] or list(left)[:1]
        for model in free:
            rows = model._base_manager.filter(pk__in=left.pop(model))
            rows._raw_delete(rows.db)
