"""Two people at once on one synthesis, on either database."""

import pytest

from bacasable.people.models import JournalEntry
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.synthesis import actions
from bacasable.programme.synthesis.actions.composing import PASSAGE
from bacasable.programme.synthesis.actions.locking import seen
from bacasable.programme.synthesis.models import Publication, Synthesis
from tests.factories import synthesis as factory
from tests.factories.people import verified
from tests.integration.test_dossier_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(act):
    """Return an act that gives the code of its refusal instead of raising it."""

    def tried():
        try:
            return act()
        except Refused as refused:
            return refused.code

    return tried


def test_two_editors_publish_once() -> None:
    synthesis = factory.sent()
    actions.agree(synthesis=synthesis, by=factory.author_of(synthesis))
    editors = [verified(synthesis.created_by), factory.editor()]
    found = at_once(
        *[outcome(lambda by=by: actions.publish(synthesis=synthesis, by=by).number) for by in editors]
    )
    assert sorted(map(str, found)) == ["1", "state"]
    assert Publication.objects.count() == 1
    assert JournalEntry.objects.filter(action="synthesis.published").count() == 1


def test_two_errata_at_once_leave_one_current_version() -> None:
    first = factory.published()
    editors = [factory.editor(), factory.editor()]
    found = at_once(
        *[
            outcome(
                lambda by=by, n=n: (
                    actions.correct(
                        synthesis=first.synthesis, changes={"title": f"Title {n}"}, reason="r", by=by
                    ).number
                )
            )
            for n, by in enumerate(editors)
        ]
    )
    assert sorted(found) == [2, 3]
    assert Publication.objects.filter(superseded_at=None).get().number == 3


def test_two_editors_begin_one_synthesis_and_one_of_two_wordings_is_kept() -> None:
    file, editors = factory.support(), [factory.editor(), factory.editor()]
    found = at_once(*[lambda by=by: actions.compose(file=file, by=by) for by in editors])
    assert found[0] == found[1] == Synthesis.objects.get()
    passage = found[0].passages.get(source="new", order=0)

    def write(by, body):
        values = {name: getattr(passage, name) for name in PASSAGE} | {"body": body}
        return actions.save_passage(passage=passage, by=by, seen=seen(passage, PASSAGE), **values).body

    said = at_once(*[outcome(lambda by=by, n=n: write(by, f"Text {n}")) for n, by in enumerate(editors)])
    assert said.count("stale") == 1
    passage.refresh_from_db()
    assert passage.body in said


def test_a_reply_that_comes_as_it_is_published_is_published_or_refused_never_lost() -> None:
    synthesis = factory.sent()
    author, editor = factory.author_of(synthesis), verified(synthesis.created_by)
    actions.agree(synthesis=synthesis, by=author)
    found = at_once(
        outcome(lambda: actions.publish(synthesis=synthesis, by=editor).number),
        outcome(lambda: actions.reply(synthesis=synthesis, text="Wait.", by=author).text),
    )
    assert found in ([1, "not_open"], ["unanswered", "Wait."])
