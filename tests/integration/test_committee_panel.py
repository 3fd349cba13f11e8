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
from bacasable.programme.dossiers.models import Membership
from bacasable.programme.dossiers.refusals import Refused
from tests.factories import committee as factory
from tests.factories import dossiers
from tests.factories.call import CallFactory
from tests.factories.people import staff, verified

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
    assert {
        "committee.admitted",
        "committee.invited",
        "committee.assigned",
        "committee.scoring_opened",
    } <= acts
    told = OutgoingMail.objects.filter(about=f"call:{room.call.slug}", to=room.members[0].user.email)
    assert told.count() == 2


class TestAdmissibility:
    def test_nothing_is_admitted_while_candidates_may_still_submit(self):
        call = CallFactory()
        dossier = factory.submitted_without_answers(call)
        officer = verified(staff("officer"))
        actions.open_selection(call=call, by=officer)
        examination = Examination.objects.get(dossier=dossier)
        refused("open", actions.admit, examination=examination, by=officer)

    def test_a_refusal_needs_reasons_and_can_be_considered_again(self):
        room = factory.opened(1)
        (examination,) = room.examinations
        refused("reasons", actions.reject, examination=examination, reasons=" ", by=room.officer)
        actions.reject(examination=examination, reasons="Not a public body.", by=room.officer)
        refused("state", actions.admit, examination=examination, by=room.officer)
        actions.reconsider(examination=examination, reasons="A new document.", by=room.officer)
        admitted = actions.admit(examination=examination, by=room.officer, sector="transport")
        assert (admitted.state, admitted.sector) == (Examination.State.ADMISSIBLE, "transport")

    def test_in_bulk_only_those_whose_rules_are_met(self):
        room = factory.opened(3)
        met, discussed, rejected = room.examinations
        for examination, verdict in ((met, "eligible"), (discussed, "to_discuss"), (rejected, "eligible")):
            version = examination.dossier.current_version
            version.eligibility = verdict
            version.save()
        actions.reject(examination=rejected, reasons="Sent twice.", by=room.officer)
        assert actions.admit_all(selection=room.selection, by=room.officer) == 1
        room.refresh()
        assert [e.state for e in room.examinations] == ["admissible", "received", "inadmissible"]

    def test_an_assigned_dossier_is_not_taken_from_under_its_experts(self):
        room = factory.assigned(1)
        refused(
            "assigned", actions.reconsider, examination=room.examinations[0], reasons="Why", by=room.officer
        )

    def test_experts_read_the_version_that_was_admitted_until_the_officer_renews_it(self):
        call = CallFactory()
        dossier = dossiers.submitted(call)
        room = factory.opened(0, call=call)
        examination = actions.admit(examination=room.selection.examinations.get(), by=room.officer)
        room.examinations = [examination]
        first = examination.version_id
        for number in range(2):
            factory.seat(room, factory.expert(rules.PAIR[number]))
        plan = actions.propose_assignments(room.selection)
        made = actions.assign(selection=room.selection, pairs=plan.pairs, by=room.officer)
        second = dossier.versions.create(
            number=2,
            answers=dossier.current_version.answers,
            digest="1" * 64,
            submitted_at=platform_clock.now(),
            submitted_by=dossiers.author_of(dossier),
        )
        dossier.current_version = second
        dossier.save()
        assert {a.assessment.version_id for a in made} == {first}
        actions.renew(examination=examination, by=room.officer)
        assert set(Assessment.objects.values_list("version_id", flat=True)) == {second.pk}
        Assessment.objects.filter(pk=made[0].assessment.pk).update(state="submitted")
        refused("scored", actions.renew, examination=examination, by=room.officer)

    @pytest.mark.parametrize("role", ["expert", "president", "administrator"])
    def test_only_an_officer_decides(self, role):
        room = factory.opened(1)
        with pytest.raises(PermissionDenied):
            actions.admit(examination=room.examinations[0], by=verified(staff(role)))


class TestSelection:
    def test_it_opens_once_and_takes_in_what_arrives_later(self):
        call, officer = CallFactory(), verified(staff("officer"))
        factory.submitted_without_answers(call)
        opened = actions.open_selection(call=call, by=officer)
        assert actions.open_selection(call=call, by=officer) == opened
        dossiers.submitted(call)
        assert opened.examinations.count() == 2
        assert JournalEntry.objects.filter(action="committee.selection_opened").count() == 1

    def test_a_draft_or_a_decided_call_has_none(self):
        officer = verified(staff("officer"))
        refused("state", actions.open_selection, call=CallFactory(draft=True), by=officer)
        refused("state", actions.open_selection, call=CallFactory(decided=True), by=officer)

    def test_scoring_opens_once_with_a_grid_a_future_date_and_something_to_score(self):
        room = factory.seated(1)
        later = platform_clock.now() + timedelta(days=3)
        opens = {"selection": room.selection, "by": room.officer}
        refused("nothing_to_score", actions.open_scoring, **opens, scores_due_at=later)
        factory.give(room, room.examinations[0], room.members[0], "law")
        refused("past", actions.open_scoring, **opens, scores_due_at=platform_clock.now())
        room.call.criteria.all().delete()
        refused("no_grid", actions.open_scoring, **opens, scores_due_at=later)

    def test_a_due_date_only_moves_later(self):
        room = factory.full(1)
        due = room.selection.scores_due_at
        extend = {"selection": room.selection, "by": room.officer}
        refused("earlier", actions.extend_scoring, **extend, scores_due_at=due - timedelta(days=1))
        refused("state", actions.open_scoring, **extend, scores_due_at=due + timedelta(days=1))
        moved = actions.extend_scoring(**extend, scores_due_at=due + timedelta(days=1))
        assert moved.scores_due_at == due + timedelta(days=1)


class TestConflicts:
    def test_nothing_is_declared_before_the_undertaking_is_signed(self):
        room = factory.admissible(1)
        user = factory.expert()
        member = actions.invite(selection=room.selection, user=user, by=room.officer)
        said = {"member": member, "examination": room.examinations[0], "has_conflict": False}
        refused("undertaking", actions.declare, **said, by=user)
        signed = actions.sign_undertaking(member=member, by=user)
        assert signed.undertaking
        assert actions.sign_undertaking(member=member, by=user).undertaking_signed_at == (
            signed.undertaking_signed_at
        )
        assert actions.declare(**said, by=user).has_conflict is False

    def test_one_signs_and_declares_for_oneself(self):
        room = factory.seated(1)
        other = room.members[1].user
        refused("not_yours", actions.sign_undertaking, member=room.members[0], by=other)
        refused(
            "not_yours",
            actions.declare,
            member=room.members[0],
            examination=room.examinations[0],
            has_conflict=False,
            by=other,
        )

    def test_a_conflict_after_scoring_recuses_keeps_the_scores_and_gives_the_dossier_back(self):
        room = factory.full(1)
        first = room.assignments[0]
        assessment = first.assessment
        Assessment.objects.filter(pk=assessment.pk).update(state="submitted", comment="Kept.")
        expert = factory.expert_of(first)
        OutgoingMail.objects.all().delete()
        declared = {"member": first.member, "examination": room.examinations[0], "by": expert}
        refused("nature", actions.declare, **declared, has_conflict=True)
        actions.declare(**declared, has_conflict=True, nature="My former employer.")
        first.refresh_from_db()
        assessment.refresh_from_db()
        assert first.ended_at is not None
        assert (assessment.state, assessment.comment) == (Assessment.State.RECUSED, "Kept.")
        assert not may(expert, "committee.score", first)
        table = panel.table_of(room.selection)
        assert table.wanted(room.examinations[0].dossier.reference) == (first.skill,)
        told = OutgoingMail.objects.get()
        assert told.to == room.officer.email
        # Saying afterwards that there is none gives nothing back.
        actions.declare(**declared, has_conflict=False)
        first.refresh_from_db()
        assert first.ended_at is not None
        assert not may(expert, "committee.score", first)
        refused(
            "recused",
            actions.assign,
            selection=room.selection,
            pairs=[pair(room.examinations[0], first.member, first.skill)],
            by=room.officer,
        )

    def test_the_journal_names_nobody(self):
        room = factory.seated(1)
        actions.declare(
            member=room.members[0],
            examination=room.examinations[0],
            has_conflict=True,
            nature="A relative works there.",
            by=room.members[0].user,
        )
        written = str(list(JournalEntry.objects.values_list("facts", flat=True)))
        assert "relative" not in written
        assert room.members[0].user.name not in written

    def test_an_expert_in_conflict_is_never_proposed(self):
        room = factory.seated(2, experts=4)
        actions.declare(
            member=room.members[0],
            examination=room.examinations[0],
            has_conflict=True,
            nature="Contract.",
            by=room.members[0].user,
        )
        plan = actions.propose_assignments(room.selection)
        assert not plan.gaps
        barred = (room.examinations[0].dossier.reference, str(room.members[0].user.public_id))
        assert barred not in {(p.dossier, p.expert) for p in plan.pairs}
        refused(
            "conflict",
            actions.assign,
            selection=room.selection,
            pairs=[pair(room.examinations[0], room.members[0])],
            by=room.officer,
        )
        assert not Assignment.objects.exists()


class TestAssignments:
    def test_all_or_none_of_a_batch(self):
        room = factory.seated(1, experts=2)
        law, technique = room.members
        (examination,) = room.examinations
        wrong = [pair(examination, law), pair(examination, technique, "sector")]
        refused("skill", actions.assign, selection=room.selection, pairs=wrong, by=room.officer)
        assert not Assignment.objects.exists()

    def test_the_same_expert_is_not_given_a_dossier_twice(self):
        room = factory.admissible(1)
        both = factory.seat(room, factory.expert())
        twice = [pair(room.examinations[0], both, skill) for skill in rules.PAIR]
        refused("holds_it", actions.assign, selection=room.selection, pairs=twice, by=room.officer)

    def test_nobody_takes_more_than_they_said(self):
        room = factory.admissible(2)
        member = factory.seat(room, factory.expert("law", capacity=1))
        both = [pair(examination, member) for examination in room.examinations]
        refused("full", actions.assign, selection=room.selection, pairs=both, by=room.officer)

    def test_an_expert_who_has_not_signed_or_declared_gets_nothing(self):
        room = factory.admissible(1)
        user = factory.expert("law")
        member = actions.invite(selection=room.selection, user=user, by=room.officer)
        gives = {
            "selection": room.selection,
            "pairs": [pair(room.examinations[0], member)],
            "by": room.officer,
        }
        refused("undertaking", actions.assign, **gives)
        actions.sign_undertaking(member=member, by=user)
        refused("undeclared", actions.assign, **gives)

    def test_a_second_officer_with_an_older_page_is_told(self):
        room = factory.seated(1)
        seen = room.selection.revision
        plan = actions.propose_assignments(room.selection)
        actions.assign(selection=room.selection, pairs=plan.pairs, by=room.officer, revision=seen)
        gives = {"selection": room.selection, "pairs": plan.pairs, "by": verified(staff("officer"))}
        refused("stale", actions.assign, **gives, revision=seen)
        refused("holds_it", actions.assign, **gives)
        assert Assignment.objects.count() == 2

    def test_taken_back_before_scoring_it_can_be_given_again(self):
        room = factory.full(1)
        (examination,), assignment = room.examinations, room.assignments[0]
        refused("reasons", actions.unassign, assignment=assignment, reason="", by=room.officer)
        actions.unassign(assignment=assignment, reason="On leave.", by=room.officer)
        refused("ended", actions.unassign, assignment=assignment, reason="On leave.", by=room.officer)
        again = pair(examination, assignment.member, assignment.skill)
        (given,) = actions.assign(selection=room.selection, pairs=[again], by=room.officer)
        assert given == assignment
        assert may(factory.expert_of(given), "committee.score", given)

    def test_a_revoked_role_closes_everything_and_frees_the_place(self):
        room = factory.full(1)
        assignment = room.assignments[0]
        RoleGrant.objects.filter(user=assignment.member.user).delete()
        user = verified(type(assignment.member.user).objects.get(pk=assignment.member.user_id))
        assert not may(user, "committee.score", assignment)
        replacement = factory.seat(room, factory.expert(assignment.skill))
        plan = actions.propose_assignments(room.selection)
        assert [p.expert for p in plan.pairs] == [str(replacement.user.public_id)]
        actions.assign(selection=room.selection, pairs=plan.pairs, by=room.officer)
        assignment.refresh_from_db()
        assert assignment.ended_at is not None
        assert assignment.assessment.state == Assessment.State.RECUSED

    def test_scores_submitted_before_the_role_was_revoked_still_count(self):
        room = factory.full(1)
        assignment = room.assignments[0]
        Assessment.objects.filter(assignment=assignment).update(state="submitted")
        RoleGrant.objects.filter(user=assignment.member.user).delete()
        assert not panel.table_of(room.selection).wanted(room.examinations[0].dossier.reference)

    def test_a_withdrawn_dossier_drops_out_of_everything(self):
        room = factory.full(2)
        gone = room.examinations[0]
        expert = factory.expert_of(room.assignments[0])
        held = [a for a in room.assignments if a.examination_id == gone.pk]
        dossier_actions.withdraw(dossier=gone.dossier, by=dossiers.author_of(gone.dossier))
        for assignment in held:
            assignment.refresh_from_db()
            assert assignment.ended_at is not None
            assert not may(expert, "committee.score", assignment)
        assert gone not in panel.standing(room.selection)
        assert gone.dossier.reference not in panel.table_of(room.selection).examinations
        assert [name.reference for name in panel.names(room.selection)] == [
            room.examinations[1].dossier.reference
        ]
        refused("withdrawn", actions.reconsider, examination=gone, reasons="Why", by=room.officer)

    def test_an_expert_who_leaves_gives_back_what_was_not_scored(self):
        room = factory.full(2)
        law = room.members[0]
        scored, waiting = law.assignments.order_by("pk")
        Assessment.objects.filter(assignment=scored).update(state="submitted")
        actions.remove_member(member=law, by=room.officer)
        scored.refresh_from_db()
        waiting.refresh_from_db()
        assert (scored.ended_at, waiting.ended_at is None) == (None, False)
        assert not may(law.user, "committee.score", waiting)

    @pytest.mark.parametrize("roles", [("expert", "inspector"), ("expert", "officer"), ("president",), ()])
    def test_who_reads_every_dossier_or_inspects_has_no_seat(self, roles):
        room = factory.admissible(1)
        refused("not_expert", actions.invite, selection=room.selection, user=staff(*roles), by=room.officer)

    def test_a_candidate_never_assesses_their_own_dossier(self):
        room = factory.seated(1, experts=4)
        (examination,) = room.examinations
        law = room.members[0]
        Membership.objects.create(dossier=examination.dossier, user=law.user, role="co_author")
        plan = actions.propose_assignments(room.selection)
        assert not plan.gaps
        assert str(law.user.public_id) not in {p.expert for p in plan.pairs}
        refused(
            "author",
            actions.assign,
            selection=room.selection,
            pairs=[pair(examination, law)],
            by=room.officer,
        )

    def test_three_experts_when_the_office_wants_the_sector(self):
        room = factory.admissible(1)
        actions.set_experts_per_dossier(selection=room.selection, number=3, by=room.officer)
        room.selection.refresh_from_db()
        for skill in rules.SKILLS:
            factory.seat(room, factory.expert(skill))
        plan = actions.propose_assignments(room.selection)
        assert {p.skill for p in plan.pairs} == set(rules.SKILLS)
        assert len({p.expert for p in plan.pairs}) == 3
