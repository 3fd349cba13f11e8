"""Officers and experts who truly act at once, on either database."""

import pytest

from bacasable.people.models import JournalEntry
from bacasable.programme.committee import actions
from bacasable.programme.committee.models import Assignment, Selection
from bacasable.programme.dossiers.refusals import Refused
from tests.factories import committee as factory
from tests.factories.call import CallFactory
from tests.factories.people import staff, verified
from tests.integration.test_dossier_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(act):
    """Return an act that answers with the code of its refusal instead of raising."""

    def run():
        try:
            return act()
        except Refused as refused:
            return refused.code

    return run


def test_two_officers_open_one_selection():
    call = factory.close(CallFactory())
    officers = [verified(staff("officer")) for _ in range(3)]
    opened = at_once(*[lambda by=by: actions.open_selection(call=call, by=by) for by in officers])
    assert {selection.pk for selection in opened} == {Selection.objects.get().pk}
    assert JournalEntry.objects.filter(action="committee.selection_opened").count() == 1


def test_two_officers_assign_once():
    room = factory.seated(3, experts=2)
    plan = actions.propose_assignments(room.selection)
    officers = [room.officer, verified(staff("officer"))]
    told = at_once(
        *[
            outcome(
                lambda by=by: len(
                    actions.assign(
                        selection=room.selection, pairs=plan.pairs, by=by, revision=room.selection.revision
                    )
                )
            )
            for by in officers
        ]
    )
    assert sorted(map(str, told)) == ["6", "stale"]
    assert Assignment.objects.count() == 6


def test_a_conflict_declared_while_it_is_assigned_leaves_nothing_to_the_expert():
    room = factory.seated(1, experts=2)
    plan = actions.propose_assignments(room.selection)
    member = room.members[0]
    at_once(
        outcome(lambda: actions.assign(selection=room.selection, pairs=plan.pairs, by=room.officer)),
        outcome(
            lambda: actions.declare(
                member=member,
                examination=room.examinations[0],
                has_conflict=True,
                nature="A contract.",
                by=member.user,
            )
        ),
    )
    assert not Assignment.objects.filter(member=member, ended_at=None).exists()
