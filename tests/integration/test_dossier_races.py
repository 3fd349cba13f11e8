"""Requests that truly run at once, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.programme.dossiers import actions
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.models import Dossier, Version
from bacasable.programme.dossiers.questions import PROJECT
from tests.factories import dossiers as made
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in as many threads, from the same instant, each with its own connection."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


def test_no_reference_twice_and_one_dossier_for_a_person() -> None:
    call = CallFactory()
    people = [UserFactory() for _ in range(5)]
    found = at_once(*[lambda by=by: actions.start(call=call, by=by) for by in [*people, people[0]]])
    assert len({dossier.reference for dossier in found}) == len(people) == Dossier.objects.count()
    assert found[0] == found[-1]


def test_clicks_at_once_are_one_submission() -> None:
    dossier = made.complete()
    author, revision = made.author_of(dossier), dossier.revision
    act = lambda: actions.submit(dossier=dossier, revision=revision, by=author)  # noqa: E731
    versions = at_once(act, act, act, act)
    assert {version.pk for version in versions} == {Version.objects.get().pk}
    assert JournalEntry.objects.filter(action="dossier.submitted").count() == 1
    assert OutgoingMail.objects.count() == 1


def test_tabs_at_once_lose_nothing() -> None:
    dossier = made.draft()
    author, seen = made.author_of(dossier), reading.token(PROJECT, {})
    raws = [{"title": "A", "benefit": "1"}, {"title": "B", "decisions": "2"}, {"title": "C", "summary": "3"}]
    saved = at_once(
        *[
            lambda raw=raw: actions.save_step(dossier=dossier, step=PROJECT, raw=raw, seen=seen, by=author)
            for raw in raws
        ]
    )
    stored = Dossier.objects.get().answers["project"]
    assert {key: stored[key] for key in ("benefit", "decisions", "summary")} == {
        "benefit": "1",
        "decisions": "2",
        "summary": "3",
    }
    assert sorted(len(one.conflicts) for one in saved) == [0, 1, 1]
