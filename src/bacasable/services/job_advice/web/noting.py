"""A trial of notes: kept as pages keep them, a model asked, all that stands in clear read; then undone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, router, transaction

from bacasable.exchange.models import Endpoint
from bacasable.people import outbox
from bacasable.people.models import JournalEntry, User
from bacasable.services.job_advice.controls.leaks import heard
from bacasable.services.job_advice.engine.counselling import advise
from bacasable.services.job_advice.engine.profiles import Held, Profile
from bacasable.services.job_advice.web import nobody, running, words
from bacasable.services.job_advice.web.actions import interviews, rephrasing
from bacasable.services.job_advice.web.models import File, Interview, Item, Prompt

#: Notes of one transaction: other writers wait for it.
_BATCH = 25


@dataclass(frozen=True)
class _Recording(Endpoint):
    """A model that notes all that it is asked, and says the reasons as they are."""

    read: list[str] = field(default_factory=list)

    def chat(self, messages: Sequence[Mapping[str, str]], *, longest: int = 1024) -> Iterator[str]:
        """Yield the words between the marks of the template."""
        self.read.extend(message["content"] for message in messages)
        yield messages[-1]["content"].partition(">")[2].rpartition("<")[0]


def noted(texts: Sequence[str]) -> list[list[str]]:
    """Return for each note what a model is then asked, and what journal, logs and tables hold in clear.

    A note with a number of a person is stopped, as on the page; one with words to read again is confirmed.
    """
    made: list[list[str]] = []
    for at in range(0, len(texts), _BATCH):
        with _undone():
            by = nobody.adviser()
            item = _suggestion(by)
            made += [_of(item, text, by) for text in texts[at : at + _BATCH]]
    return made


def _suggestion(by: User) -> Item:
    """Open an interview of nobody, and keep an opinion as pages keep it."""
    file = nobody.file(by.public_id)
    interview = interviews.open_interview(file=file, by=by)
    tables = running.referential()
    profile = Profile(held=(Held(tables.occupations["code"][0], 60, 2),))
    advice = interviews.keep_opinion(interview, profile, advise(tables, profile), by)
    first: Item = advice.items.select_related("advice__interview__file")[0]
    return first


def _of(item: Item, text: str, by: User) -> list[str]:
    interview, model = item.advice.interview, _Recording("https://model.invalid/v1", "-")
    before = _last_entry()
    with heard() as lines:
        _keep(interview, text, by)
        rephrasing.say_again(item=item, endpoint=model, language="fr", by=by)
    rows = (row for kind in (File, Interview, Prompt) for row in kind.objects.filter(_of_nobody(kind)))
    return [*model.read, *lines, *_entries(before), *(_in_clear(row) for row in rows)]


def _keep(interview: Interview, text: str, by: User) -> None:
    """Keep a note as an adviser does who reads again what must be read again."""
    try:
        interviews.write_note(interview=interview, text=text, by=by)
    except words.Stopped as stopped:
        if not stopped.blocked:
            interviews.write_note(interview=interview, text=text, confirmed=stopped.digest, by=by)


def _of_nobody(kind: type[models.Model]) -> models.Q:
    of_person = "person__reference" if kind is File else "file__person__reference"
    return models.Q(**{f"{of_person}__startswith": nobody.MARK})


def _in_clear(row: models.Model) -> str:
    """Return the columns of a row that are not sealed."""
    plain = (one for one in row._meta.concrete_fields if not isinstance(one, models.BinaryField))
    return json.dumps({one.attname: str(getattr(row, one.attname)) for one in plain}, ensure_ascii=False)


def _last_entry() -> int:
    return JournalEntry.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _entries(after: int) -> list[str]:
    """Return the journal entries since, and those that wait in the service's own schema, as texts."""
    rows: list[Any] = list(JournalEntry.objects.filter(number__gt=after).values())
    using = router.db_for_write(File)
    if using != DEFAULT_DB_ALIAS:
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT * FROM {outbox.TABLE}")  # noqa: S608 (a constant)
            rows += cursor.fetchall()
    return [str(row) for row in rows]


@contextmanager
def _undone() -> Iterator[None]:
    """Take back all that the body writes, in both databases where there are two."""
    using = router.db_for_write(File)
    with transaction.atomic(), transaction.atomic(using=using):
        yield
        for one in {DEFAULT_DB_ALIAS, using}:
            transaction.set_rollback(True, using=one)
