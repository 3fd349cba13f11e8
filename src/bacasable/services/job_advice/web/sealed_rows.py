"""Rows whose words are sealed under the key of a file, as the duties reach them."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models, router, transaction
from django.db.models import Q, QuerySet

from bacasable.compliance.processing import Retention
from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased, Person
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms.canonical import fold
from bacasable.services.job_advice.web import linkage, sealed
from bacasable.services.job_advice.web.models import Person as Row

IS_OPEN = N_("the file is open: the public employment service rests on it (GDPR 17(3)(b)); close it first")
PROVES_WORK = N_("part of somebody else’s file, and proof that a human decided (GDPR 5(2), 17(3)(b))")


def persons(person: Person) -> "QuerySet[Row]":
    """Return the persons whom these identifiers tell, all of them together: a number, a reference."""
    number, reference = (person.identifiers.get(name, "") for name in ("number", "reference"))
    if person.kind != "jobseeker" or not (number or reference):
        return Row.objects.none()
    found = Row.objects.all()
    if number:
        try:
            found = found.filter(number_digest=linkage.number_digest(number))
        except Refused:  # no letter or digit in it
            return Row.objects.none()
    return found.filter(reference=reference.upper()) if reference else found


def account_of(person: Person) -> uuid.UUID | None:
    if person.kind != "adviser":
        return None
    try:
        return uuid.UUID(person.identifiers.get("account", ""))
    except ValueError:
        return None


class SealedStore:
    """Rows that hang on a file, with their words under its key."""

    holds: tuple[str, ...] = ()
    model: ClassVar[Any]
    #: From a row to its file, as a look-up; columns of sealed words; columns that name an account.
    to_file: ClassVar[str]
    words: ClassVar[tuple[str, ...]] = ("sealed",)
    accounts: ClassVar[tuple[str, ...]] = ()

    def find(self, person: Person) -> Iterator[str]:
        """Yield the references of the records about ``person``."""
        for row in self._about(person):
            yield self._named(row)

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield the references of records whose words hold ``text``, case and accents aside."""
        sought = fold(text).strip()
        count = 0
        for row in self._rows().order_by("pk").iterator(chunk_size=500) if sought else ():
            if sought in fold(" ".join(_texts(self._opened(row)))):
                yield self._named(row)
                count += 1
                if count >= limit:
                    return

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase what is of closed files; what is of an open one, or what an account did of one, is kept."""
        with self._whole():
            rows = self._about(person)
            if person.kind != "jobseeker":
                return Erased({}, dict.fromkeys(self.holds, PROVES_WORK) if rows.exists() else {})
            is_open = Q(**{f"{self.to_file}__state": "open"})
            kept = dict.fromkeys(self.holds, IS_OPEN) if rows.filter(is_open).exists() else {}
            return Erased(self._removed(rows.exclude(is_open)), kept)

    def _rows(self) -> "QuerySet[Any]":
        return self.model.objects.select_related(self.to_file)

    def _about(self, person: Person) -> "QuerySet[Any]":
        account = account_of(person)
        if account is not None and self.accounts:
            told = Q()
            for column in self.accounts:
                told |= Q(**{column: account})
            return self._rows().filter(told).order_by("pk")
        return self._rows().filter(**{f"{self.to_file}__person__in": persons(person)}).order_by("pk")

    def _opened(self, row: Any) -> dict[str, Any]:
        """Return the words of a row by column."""
        file = row
        for step in self.to_file.split("__"):
            file = getattr(file, step)
        return {name: sealed.words_of(file, row, name) for name in self.words}

    def _named(self, row: Any) -> str:
        return f"{row._meta.label}/{row.public_id}"

    def _whole(self) -> transaction.Atomic:
        return transaction.atomic(using=router.db_for_write(self.model))

    def _removed(self, rows: "QuerySet[Any]", dry_run: bool = False) -> dict[str, int]:
        keys = list(rows.values_list("pk", flat=True))
        if keys and not dry_run:
            self.model.objects.filter(pk__in=keys).delete()
        return dict.fromkeys(self.holds, len(keys)) if keys else {}


def past(rows: "QuerySet[Any]", start: str, retention: Retention, now: datetime) -> list[Any]:
    """Return the keys of rows whose retention, counted from an instant, is over."""
    earliest = now - timedelta(days=retention.whole.months * 28 + retention.whole.days - 1)
    told = rows.filter(**{f"{start}__lte": earliest}).values_list("pk", start)
    return [key for key, started in told.iterator() if retention.due_at(started) <= now]


def _texts(told: Any) -> Iterator[str]:
    """Yield all words of a value, whatever it is made of."""
    if isinstance(told, Mapping):
        for value in told.values():
            yield from _texts(value)
    elif isinstance(told, list | tuple):
        for value in told:
            yield from _texts(value)
    elif told is not None and not isinstance(told, models.Model):
        yield str(told)
