"""Any walk of officers, experts and candidates over a selection: no path gives access that it should not."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bacasable.compliance import clock
from bacasable.people.models import RoleGrant, User
from bacasable.people.permissions import may
from bacasable.programme.committee import actions, rules
from bacasable.programme.committee.matching import Pair
from bacasable.programme.committee.models import Assessment, Assignment, Examination, PanelMember, Selection
from bacasable.programme.committee.queries import panel
from bacasable.programme.dossiers import actions as candidates
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused
from tests.factories import committee as factory
from tests.factories import dossiers
from tests.factories.people import verified

pytestmark = pytest.mark.one_database

WHICH = st.integers(0, 2)
SKILL = st.sampled_from(rules.PAIR)


class Walk(RuleBasedStateMachine):
    """People act in any order; refusals are fine, what stands afterwards must always be lawful."""

    @initialize(scoring=st.booleans())
    def begin(self, scoring: bool) -> None:
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.room = factory.opened(3)
        self.experts = [
            factory.expert(*skills, capacity=2) for skills in (rules.PAIR, ("law",), ("technique",))
        ]
        self.recused: set[int] = set()
        if scoring:
            for examination in self.room.examinations:
                actions.admit(examination=examination, by=self.room.officer)
            for user in self.experts:
                factory.seat(self.room, user)
            actions.assign(
                selection=self.room.selection,
                pairs=actions.propose_assignments(self.room.selection).pairs,
                by=self.room.officer,
            )
            actions.open_scoring(
                selection=self.room.selection,
                scores_due_at=clock.now() + timedelta(days=5),
                by=self.room.officer,
            )

    def teardown(self) -> None:
        if hasattr(self, "undone"):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def attempt(self, act, **arguments) -> None:
        before = self.facts()
        try:
            act(**arguments)
        except (Refused, PermissionDenied, PanelMember.DoesNotExist, Assignment.DoesNotExist):
            assert self.facts() == before, "refused, and yet something changed"

    def facts(self) -> object:
        return (
            list(Examination.objects.order_by("pk").values()),
            list(Assignment.objects.order_by("pk").values()),
            list(Assessment.objects.order_by("pk").values("pk", "state", "version_id")),
            list(PanelMember.objects.order_by("pk").values()),
            list(Selection.objects.values()),
        )

    def expert(self, which: int) -> User:
        """The expert as a new request would carry them."""
        return verified(User.objects.get(pk=self.experts[which].pk))

    def member(self, which: int) -> PanelMember:
        return PanelMember.objects.get(user=self.experts[which])

    @rule(dossier=WHICH, verb=st.sampled_from(["admit", "reject", "reconsider", "renew"]))
    def check(self, dossier: int, verb: str) -> None:
        reasons = {} if verb in ("admit", "renew") else {"reasons": "Because."}
        self.attempt(
            getattr(actions, verb),
            examination=self.room.examinations[dossier],
            by=self.room.officer,
            **reasons,
        )

    @rule(who=WHICH)
    def invite(self, who: int) -> None:
        self.attempt(
            actions.invite, selection=self.room.selection, user=self.experts[who], by=self.room.officer
        )

    @rule(who=WHICH, by=WHICH)
    def sign(self, who: int, by: int) -> None:
        self.attempt(
            lambda: actions.sign_undertaking(member=self.member(who), by=self.expert(by)),
        )

    @rule(who=WHICH, dossier=WHICH, conflict=st.booleans())
    def declare(self, who: int, dossier: int, conflict: bool) -> None:
        self.attempt(
            lambda: actions.declare(
                member=self.member(who),
                examination=self.room.examinations[dossier],
                has_conflict=conflict,
                nature="A contract." if conflict else "",
                by=self.expert(who),
            )
        )

    @rule(who=WHICH, dossier=WHICH, skill=SKILL)
    def assign(self, who: int, dossier: int, skill: str) -> None:
        reference = self.room.examinations[dossier].dossier.reference
        pair = Pair(reference, skill, str(self.experts[who].public_id))
        self.attempt(actions.assign, selection=self.room.selection, pairs=[pair], by=self.room.officer)

    @rule()
    def assign_what_is_proposed(self) -> None:
        plan = actions.propose_assignments(self.room.selection)
        if self.stored().state in ("preparing", "scoring"):
            actions.assign(selection=self.room.selection, pairs=plan.pairs, by=self.room.officer)

    @rule(who=WHICH, dossier=WHICH)
    def take_back(self, who: int, dossier: int) -> None:
        self.attempt(
            lambda: actions.unassign(
                assignment=Assignment.objects.get(
                    member=self.member(who), examination=self.room.examinations[dossier]
                ),
                reason="Too busy.",
                by=self.room.officer,
            )
        )

    @rule(who=WHICH)
    def remove(self, who: int) -> None:
        self.attempt(lambda: actions.remove_member(member=self.member(who), by=self.room.officer))

    @rule(who=WHICH, granted=st.booleans())
    def change_role(self, who: int, granted: bool) -> None:
        if granted:
            RoleGrant.objects.get_or_create(user=self.experts[who], role="expert")
        else:
            RoleGrant.objects.filter(user=self.experts[who]).delete()

    @rule(dossier=WHICH)
    def withdraw(self, dossier: int) -> None:
        taken = self.room.examinations[dossier].dossier
        candidates.withdraw(dossier=taken, by=dossiers.author_of(taken))

    @rule(who=WHICH)
    def submit_what_one_may(self, who: int) -> None:
        """Score as the scoring room does: a draft of one's own, while it may be scored."""
        for assignment in Assignment.objects.filter(member__user=self.experts[who]):
            if self.stored().state == "scoring" and may(self.expert(who), "committee.score", assignment):
                Assessment.objects.filter(assignment=assignment, state="draft").update(state="submitted")

    def stored(self) -> Selection:
        return Selection.objects.get(pk=self.room.selection.pk)

    @invariant()
    def no_access_against_the_rules(self) -> None:
        if not hasattr(self, "room"):
            return
        said = panel.declarations(self.room.selection)
        for assignment in Assignment.objects.select_related("examination__dossier", "member__user"):
            user = self.expert([one.pk for one in self.experts].index(assignment.member.user_id))
            if not may(user, "committee.score", assignment):
                continue
            last = said[assignment.examination_id, assignment.member_id]
            assert not last.has_conflict
            assert assignment.member.undertaking_signed_at is not None
            assert assignment.examination.dossier.state == Dossier.State.SUBMITTED
            assert assignment.examination.state in panel.ASSIGNABLE
            assert user.grants.filter(role="expert").exists()
            assert assignment.assessment.state != Assessment.State.RECUSED

    @invariant()
    def the_recused_stay_recused(self) -> None:
        now = set(Assessment.objects.filter(state="recused").values_list("pk", flat=True))
        assert getattr(self, "recused", set()) <= now
        self.recused = now

    @invariant()
    def one_expert_for_each_skill_and_no_more_than_they_take(self) -> None:
        live = Assignment.objects.filter(ended_at=None)
        places = list(live.values_list("examination_id", "skill"))
        assert len(places) == len(set(places))
        if hasattr(self, "room"):
            table = panel.table_of(self.room.selection)
            assert all(load <= 2 for load in table.loads.values())

    @invariant()
    def what_is_rejected_has_its_reasons(self) -> None:
        assert not Examination.objects.filter(state="inadmissible", reasons="").exists()


@pytest.mark.django_db
def test_no_walk_gives_access_against_the_rules() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.parametrize("table", [rules.SELECTION, rules.EXAMINATION, rules.ASSESSMENT])
def test_every_transition_ends_in_a_known_state_and_others_are_refused(table) -> None:
    verbs = {verb for allowed in table.values() for verb in allowed}
    for state, allowed in table.items():
        for verb in verbs:
            if verb in allowed:
                assert rules.next_state(table, state, verb) in table
            else:
                with pytest.raises(Refused):
                    rules.next_state(table, state, verb)
