"""From received dossiers to assigned experts: who may, who may not, and what happens when facts change."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry, OutgoingMail, RoleGrant
from bacasable.people.permissions import may
from bacasable.programme.committee import actions, rules
from bacasable.programme.committee.matching import Pair
from bacasable.programme.committee.models import Assessment, Assignment, Examination, Selection
from bacasable.programme.committee.queries import panel
from bacasable.programme.dossiers import actions as dossier_actions
from bacasable.programme.dossiers.refusals import Refused
from tests.factories import committee as factory
from tests.factories import dossiers
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory, staff, verified

pytestmark = pytest.mark.django_db


def refused(code, act, **arguments):
    with pytest.raises(Refused) as caught:
        act(**arguments)
    assert caught.value.code == code


def pair(examination, member, skill="law"):
    return Pair(examination.dossier.reference, skill, str(member.user.public_id))


def test_the_whole_way_to_scoring():
    room = factory.full(dossiers=3)
    assert room.selection.state == Selection.State.SCORING
    assert {e.state for e in room.examinations} == {Examination.State.ADMISSIBLE}
    by_dossier = {}
    for assignment in room.assignments:
        by_dossier.setdefault(assignment.examination_id, {})[assignment.skill] = assignment.member_id
        assert assignment.assessment.state == Assessment.State.DRAFT
        assert assignment.assessment.version_id == assignment.examination.version_id
        assert may(factory.expert_of(assignment), "committee.score", assignment)
    assert len(by_dossier) == 3
    assert all(
        set(pairs) == set(rules.PAIR) and len(set(pairs.values())) == 2 for pairs in by_dossier.values()
    )
    acts = set(JournalEntry.objects.filter(action__startswith="committee.").values_list("action", flat=True))
    assert {"committee.admitted", "committee.invited", "committee.assigned", "committee.scoring_opened"} <= acts
    told = OutgoingMail.objects.filter(about=f"call:{room.call.slug}", to=room.members[0].user.email)
    assert told.count() == 2
