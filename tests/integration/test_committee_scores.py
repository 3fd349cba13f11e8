"""Scores: who writes them and until when, what closing counts, who is heard, what the minutes freeze."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.programme.committee import actions, rules
from bacasable.programme.committee.actions.scores import Incomplete, Missing
from bacasable.programme.committee.models import Assessment, Examination, Score, Selection
from bacasable.programme.committee.queries import scores as queries
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused
from tests.factories import committee as factory
from tests.factories import dossiers
from tests.factories.people import staff, verified

pytestmark = pytest.mark.django_db


def refused(code, act, **arguments):
    with pytest.raises(Refused) as caught:
        act(**arguments)
    assert caught.value.code == code


def grid(room):
    return list(room.call.criteria.values_list("pk", flat=True))


def write(assignment, value=3, *, why="", by=None, **options):
    """Score every criterion alike, as an up-to-date page does."""
    assessment = Assessment.objects.get(assignment=assignment)
    keys = list(assignment.examination.selection.call.criteria.values_list("pk", flat=True))
    return actions.write_scores(
        **{
            "assessment": assessment,
            "values": dict.fromkeys(keys, value),
            "comments": dict.fromkeys(keys, why),
            "comment": None,
            "revision": assessment.revision,
            "by": by or factory.expert_of(assignment),
            **options,
        }
    )


def submit(assignment, value=3, why="Because."):
    saved = write(assignment, value, why=why)
    return actions.submit_assessment(
        assessment=saved, revision=saved.revision, by=factory.expert_of(assignment)
    )


def submit_all(room, value=3):
    for assignment in room.assignments:
        submit(assignment, value)


def test_a_score_is_stored_with_its_comment_and_journalled_without_them():
    room = factory.full(dossiers=1)
    saved = write(room.assignments[0], 4, why="A secret word.")
    assert set(saved.scores.values_list("value", "comment")) == {(4, "A secret word.")}
    entry = JournalEntry.objects.get(action="committee.scores_written")
    assert entry.subject == f"assessment:{saved.public_id}"
    assert "secret" not in str(entry.facts)


def test_saving_the_same_again_changes_nothing_whatever_the_page_had_seen():
    room = factory.full(dossiers=1)
    first = write(room.assignments[0], 4)
    again = write(room.assignments[0], 4, revision=0)
    assert (again.revision, JournalEntry.objects.filter(action="committee.scores_written").count()) == (
        first.revision,
        1,
    )


def test_a_second_tab_with_an_older_page_overwrites_nothing():
    room = factory.full(dossiers=1)
    write(room.assignments[0], 4)
    refused("conflict", write, assignment=room.assignments[0], value=2, revision=0)
    assert set(Score.objects.values_list("value", flat=True)) == {4}


@pytest.mark.parametrize("value", [0, 6, -1, 100])
def test_a_value_off_the_scale_is_refused(value):
    room = factory.full(dossiers=1)
    refused("scale", write, assignment=room.assignments[0], value=value)


def test_a_criterion_of_another_call_is_refused():
    room, other = factory.full(dossiers=1), factory.full(dossiers=1)
    refused("criterion", write, assignment=room.assignments[0], values={grid(other)[0]: 3})


def test_text_too_long_is_refused():
    room = factory.full(dossiers=1)
    refused("too_long", write, assignment=room.assignments[0], why="x" * 2001)
    refused("too_long", write, assignment=room.assignments[0], comment="x" * 4001)


def test_the_last_instant_counts_and_the_next_one_is_too_late():
    room = factory.full(dossiers=1)
    due = room.selection.scores_due_at
    saved = write(room.assignments[0], 3, received_at=due)
    late = due + timedelta(microseconds=1)
    refused("too_late", write, assignment=room.assignments[0], value=4, received_at=late)
    refused(
        "too_late",
        actions.submit_assessment,
        assessment=saved,
        revision=saved.revision,
        by=factory.expert_of(room.assignments[0]),
        received_at=late,
    )
    saved.refresh_from_db()
    assert (saved.state, set(Score.objects.values_list("value", flat=True))) == ("draft", {3})


def test_a_dossier_withdrawn_meanwhile_is_scored_no_more_and_leaves_the_ranking():
    room = factory.full(dossiers=2)
    submit_all(room)
    gone = room.examinations[0].dossier
    Dossier.objects.filter(pk=gone.pk).update(state=Dossier.State.WITHDRAWN)
    back = actions.reopen_assessment(assessment=Assessment.objects.first(), by=room.officer)
    refused("withdrawn", write, assignment=back.assignment, value=4)
    assert [one.dossier_id for one in queries.examined(room.selection)] == [room.examinations[1].dossier_id]
    actions.close_scoring(selection=room.selection, by=room.officer, accept_missing=True)
    refused("withdrawn", actions.shortlist, examination=room.examinations[0], by=room.officer)


def test_nobody_else_writes_an_assessment():
    room = factory.full(dossiers=1)
    first, second = room.assignments
    for other in (factory.expert_of(second), room.officer, verified(staff("president"))):
        with pytest.raises(PermissionDenied):
            write(first, by=other)
    weak = type(room.officer).objects.get(pk=first.member.user_id)  # the session of a link
    with pytest.raises(PermissionDenied):
        write(first, by=weak)


def test_submitting_needs_every_score_and_a_word_on_those_that_say_more():
    room = factory.full(dossiers=1)
    one, two = grid(room)
    saved = write(room.assignments[0], values={one: 5}, comments={})
    expert = factory.expert_of(room.assignments[0])
    with pytest.raises(Incomplete) as caught:
        actions.submit_assessment(assessment=saved, revision=saved.revision, by=expert)
    assert (caught.value.unscored, caught.value.uncommented) == ([two], [one])
    saved = write(room.assignments[0], values={two: 3}, comments={one: "For this."})
    done = actions.submit_assessment(assessment=saved, revision=saved.revision, by=expert)
    assert (done.state, done.submitted_at is not None) == ("submitted", True)
    refused("state", write, assignment=room.assignments[0], value=2)


def test_what_was_written_since_is_not_submitted_unread():
    room = factory.full(dossiers=1)
    saved = write(room.assignments[0], 3)
    refused(
        "conflict",
        actions.submit_assessment,
        assessment=saved,
        revision=saved.revision - 1,
        by=factory.expert_of(room.assignments[0]),
    )


def test_a_conflict_declared_while_writing_ends_it_and_the_scores_count_no_more():
    room = factory.full(dossiers=1)
    submit_all(room)
    member = room.assignments[0].member
    actions.declare(
        member=member,
        examination=room.examinations[0],
        has_conflict=True,
        nature="A friend.",
        by=factory.expert_of(room.assignments[0]),
    )
    with pytest.raises(PermissionDenied):
        write(room.assignments[0], 5)
    sheets = queries.sheets_of(room.selection, queries.examined(room.selection))
    assert [len(by_expert) for by_expert in sheets.values()] == [1]
    assert queries.was_own(Assessment.objects.get(assignment=room.assignments[0]).public_id, member.user)


def test_an_officer_gives_an_assessment_back_and_only_while_the_scoring_is_open():
    room = factory.full(dossiers=1)
    done = submit(room.assignments[0])
    with pytest.raises(PermissionDenied):
        actions.reopen_assessment(assessment=done, by=factory.expert_of(room.assignments[0]))
    back = actions.reopen_assessment(assessment=done, by=room.officer)
    assert (back.state, back.submitted_at) == ("draft", None)
    done = submit(room.assignments[0], 4)
    actions.close_scoring(selection=room.selection, by=room.officer, accept_missing=True)
    refused("not_scoring", actions.reopen_assessment, assessment=done, by=room.officer)
    refused("not_scoring", write, assignment=room.assignments[1])


def test_closing_says_which_assessments_are_missing_and_asks():
    room = factory.full(dossiers=1)
    submit(room.assignments[0])
    with pytest.raises(Missing) as caught:
        actions.close_scoring(selection=room.selection, by=room.officer)
    assert caught.value.assessments == [Assessment.objects.get(assignment=room.assignments[1]).pk]
    closed = actions.close_scoring(selection=room.selection, by=room.officer, accept_missing=True)
    assert closed.state == Selection.State.DELIBERATING
    again = actions.reopen_scoring(
        selection=closed, scores_due_at=platform_clock.now() + timedelta(days=1), by=room.officer
    )
    assert again.state == Selection.State.SCORING
    submit(room.assignments[1])
    assert actions.close_scoring(selection=again, by=room.officer).state == Selection.State.DELIBERATING


def test_only_submitted_scores_rank_dossiers():
    room = factory.full(dossiers=2)
    best = room.examinations[1]
    for assignment in room.assignments:
        submit(assignment, 5 if assignment.examination_id == best.pk else 2)
    ranking = queries.rank(
        room.selection, queries.examined(room.selection), queries.criteria_of(room.selection)
    )
    assert next((d.key, d.rank, d.mark) for d in ranking.dossiers) == (str(best.pk), 1, 5.0)
    draft = factory.full(dossiers=1)
    write(draft.assignments[0], 5)
    ranking = queries.rank(
        draft.selection, queries.examined(draft.selection), queries.criteria_of(draft.selection)
    )
    assert [d.rank for d in ranking.dossiers] == [None]


def shortlisted(dossiers=1):
    room = factory.full(dossiers=dossiers)
    submit_all(room)
    actions.close_scoring(selection=room.selection, by=room.officer)
    for examination in room.examinations:
        actions.shortlist(examination=examination, by=room.officer)
    return room.refresh()


def slot(room, days=5, hours=0, **options):
    starts_at = platform_clock.now() + timedelta(days=days, hours=hours)
    return actions.add_slot(
        **{
            "selection": room.selection,
            "starts_at": starts_at,
            "minutes": 45,
            "place": "Room 2",
            "by": room.officer,
        }
        | options
    )


def test_a_shortlisted_candidate_gets_a_slot_a_mail_and_confirms_once():
    room = shortlisted()
    given = actions.give_slot(slot=slot(room), examination=room.examinations[0], by=room.officer)
    dossier = room.examinations[0].dossier
    assert OutgoingMail.objects.filter(about=f"dossier:{dossier.reference}").count() == 1
    author = dossiers.author_of(dossier)
    first = actions.confirm_slot(dossier=dossier, slot=given, by=author)
    again = actions.confirm_slot(dossier=dossier, slot=given, by=author)
    assert first.confirmed_at == again.confirmed_at is not None
    for stranger in (room.officer, factory.expert_of(room.assignments[0])):
        with pytest.raises(PermissionDenied):
            actions.confirm_slot(dossier=dossier, slot=given, by=stranger)


def test_a_slot_moves_with_its_dossier_and_the_old_one_is_free_again():
    room = shortlisted(dossiers=2)
    one, two = slot(room), slot(room, hours=2)
    actions.give_slot(slot=one, examination=room.examinations[0], by=room.officer)
    refused("taken", actions.give_slot, slot=one, examination=room.examinations[1], by=room.officer)
    actions.give_slot(slot=two, examination=room.examinations[0], by=room.officer)
    one.refresh_from_db()
    assert one.examination_id is None
    dossier = room.examinations[0].dossier
    refused("moved", actions.confirm_slot, dossier=dossier, slot=one, by=dossiers.author_of(dossier))
    actions.set_aside(examination=room.examinations[0], by=room.officer)
    two.refresh_from_db()
    assert (two.examination_id, two.confirmed_at) == (None, None)
    refused("not_shortlisted", actions.give_slot, slot=two, examination=room.examinations[0], by=room.officer)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"days": -1}, "past"),
        ({"minutes": 5}, "length"),
        ({"place": " "}, "place"),
        ({"hours": 0.5}, "overlap"),
    ],
)
def test_a_slot_that_cannot_be_held_is_refused(options, code):
    room = shortlisted()
    slot(room)
    refused(code, slot, room=room, **options)


def test_a_removed_slot_is_told_to_its_candidate():
    room = shortlisted()
    given = actions.give_slot(slot=slot(room), examination=room.examinations[0], by=room.officer)
    before = OutgoingMail.objects.count()
    actions.remove_slot(slot=given, by=room.officer)
    actions.remove_slot(slot=given, by=room.officer)
    assert (OutgoingMail.objects.count(), room.selection.slots.count()) == (before + 1, 0)


def test_minutes_keep_the_ranking_of_their_moment():
    room = shortlisted(dossiers=2)
    now = platform_clock.now()
    told = {"held_at": now, "present": "Four members.", "minutes": "Agreed.", "by": room.officer}
    kept = actions.record_deliberation(selection=room.selection, **told)
    assert [line["rank"] for line in kept.ranking["dossiers"]] == [1, 1]
    assert {line["reference"] for line in kept.ranking["dossiers"]} == {
        one.dossier.reference for one in room.examinations
    }
    Score.objects.update(value=1)
    kept.refresh_from_db()
    assert {line["mark"] for line in kept.ranking["dossiers"]} == {3.0}
    late = told | {"held_at": now + timedelta(days=1)}
    refused("future", actions.record_deliberation, selection=room.selection, **late)
    refused("text", actions.record_deliberation, selection=room.selection, **(told | {"minutes": " "}))
    early = factory.full(dossiers=1)
    refused("state", actions.record_deliberation, selection=early.selection, **(told | {"by": early.officer}))


@pytest.mark.parametrize("state", list(rules.EXAMINATION))
@pytest.mark.parametrize("verb", ["shortlist", "set_aside", "unlist"])
def test_a_dossier_goes_on_the_shortlist_as_the_table_says(state, verb):
    room = factory.full(dossiers=1)
    Examination.objects.update(state=state)
    act = {"shortlist": actions.shortlist, "set_aside": actions.set_aside, "unlist": actions.unlist}[verb]
    examination = Examination.objects.get()
    wanted = rules.EXAMINATION[state].get(verb)
    if wanted is None:
        refused("state", act, examination=examination, by=room.officer)
    else:
        assert act(examination=examination, by=room.officer).state == wanted
    with pytest.raises(PermissionDenied):
        act(examination=examination, by=verified(staff("president")))
