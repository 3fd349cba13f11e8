"""What both sides do in a support under way: questions, guidance, meetings, roadmap, documents."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock as platform_clock
from bacasable.people import instance
from bacasable.programme.support import actions, readings
from bacasable.programme.support.models import (
    FollowStatement,
    Guidance,
    Side,
    SupportQuestion,
)
from tests.factories import files, support
from tests.factories.support import addresses, refused, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return support.active()


class TestRegister:
    def test_questions_are_numbered_and_answered_by_the_other_side_once(self, made):
        told()
        first = support.question(made)
        assert told() == addresses(made.lawyer, made.engineer)
        second = actions.ask(file=made.file, kind="technical", body="How large?", by=made.lawyer)
        assert told() == addresses(made.author, made.co_author)
        assert [first.number, second.number] == [1, 2]
        refused("own_side", actions.answer, question=first, answer="Yes", by=made.co_author)
        actions.answer(question=first, answer="Yes", by=made.officer)
        refused("answered", actions.answer, question=first, answer="No", by=made.lawyer)
        actions.answer(question=second, answer="Small", by=made.co_author)
        assert {q.answer for q in SupportQuestion.objects.all()} == {"Yes", "Small"}

    def test_guidance_keeps_its_line_when_it_is_replaced(self, made):
        first = support.guidance(made, text="Keep one year.")
        second = support.guidance(made, text="Keep six months.", replaces=first)
        assert Guidance.objects.get(number=1).text == "Keep one year."
        refused(
            "replaced", actions.guide, file=made.file, text="T", facts="F", replaces=first, by=made.lawyer
        )
        refused("replaced", actions.follow, guidance=first, followed="yes", why="", by=made.author)
        assert second.number == 2

    def test_a_line_of_another_file_is_not_taken(self, made):
        other = support.active()
        refused(
            "elsewhere",
            actions.guide,
            file=made.file,
            text="T",
            facts="F",
            question=support.question(other),
            by=made.lawyer,
        )

    def test_the_project_says_why_it_did_not_follow_and_each_statement_is_kept(self, made):
        line = support.guidance(made)
        refused("empty", actions.follow, guidance=line, followed="no", why=" ", by=made.author)
        refused("followed", actions.follow, guidance=line, followed="unknown", why="", by=made.author)
        actions.follow(guidance=line, followed="partly", why="Too early.", by=made.author)
        actions.follow(guidance=line, followed="yes", why="", by=made.co_author)
        assert Guidance.objects.get().followed == "yes"
        assert [s.followed for s in FollowStatement.objects.all()] == ["partly", "yes"]
        for by in (made.lawyer, made.officer):
            with pytest.raises(PermissionDenied):
                actions.follow(guidance=line, followed="no", why="W", by=by)

    def test_the_project_gives_no_guidance(self, made):
        with pytest.raises(PermissionDenied):
            support.guidance(made, by=made.author)


class TestMeetingsAndRoadmap:
    def test_minutes_are_written_after_the_meeting_and_approved_as_they_were_read(self, made):
        coming = support.meeting(made, held=False)
        refused("not_held", actions.minute, meeting=coming, present="P", minutes="M", by=made.lawyer)
        held = support.meeting(made, minutes="First.")
        seen = held.minutes_at
        actions.remark(meeting=held, text="A name is wrong.", by=made.co_author)
        waits = readings.waiting([made.refresh()])[made.file.pk]
        assert "remarks" in {one.key for one in waits[Side.OFFICE]}
        actions.minute(meeting=held, present="P", minutes="Second.", by=made.engineer)
        refused("stale", actions.approve_minutes, meeting=held, by=made.author, seen=seen)
        actions.approve_minutes(meeting=held, by=made.author)
        refused("approved", actions.minute, meeting=held, present="P", minutes="Third.", by=made.lawyer)
        assert held.remarks.get().text == "A name is wrong."

    def test_a_cancelled_meeting_stays_with_its_reason(self, made):
        meeting = support.meeting(made, held=False)
        actions.cancel_meeting(meeting=meeting, reason="Strike.", by=made.lawyer)
        refused("cancelled", actions.minute, meeting=meeting, present="P", minutes="M", by=made.lawyer)
        assert made.file.meetings.get().cancelled_because == "Strike."

    def test_a_milestone_is_settled_once(self, made):
        done, dropped = support.milestone(made), support.milestone(made)
        actions.finish_milestone(milestone=done, by=made.lawyer)
        actions.drop_milestone(milestone=dropped, reason="No longer needed.", by=made.officer)
        for milestone in (done, dropped):
            refused("settled", actions.finish_milestone, milestone=milestone, by=made.lawyer)
        tomorrow = (platform_clock.now() + timedelta(days=2)).date()
        refused(
            "future",
            actions.finish_milestone,
            milestone=support.milestone(made),
            done_on=tomorrow,
            by=made.lawyer,
        )
        with pytest.raises(PermissionDenied):
            actions.finish_milestone(milestone=support.milestone(made), by=made.author)


class TestDocuments:
    def test_a_document_is_encrypted_and_its_record_outlives_its_content(
        self, made, django_capture_on_commit_callbacks
    ):
        document = support.document(made)
        again = support.document(made)
        assert again.pk == document.pk
        stored = instance.vault()
        assert b"".join(stored.read(bytes(made.dossier.data_key), document.blob)) == files.pdf()
        refused("other_side", actions.remove_document, document=document, by=made.officer)
        with django_capture_on_commit_callbacks(execute=True):
            actions.remove_document(document=document, by=made.co_author)
        kept = made.file.documents.get()
        assert kept.removed_by == made.co_author
        assert kept.sha256 == document.sha256
        with pytest.raises(Exception, match=document.blob[:8]):
            b"".join(stored.read(bytes(made.dossier.data_key), document.blob))

    def test_what_a_file_is_not_allowed_to_be_is_refused_and_nothing_is_kept(self, made):
        refused(
            "lie", actions.add_document, file=made.file, name="a.png", content=files.pdf(), by=made.author
        )
        assert not made.file.documents.exists()
