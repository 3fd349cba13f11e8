"""A synthesis from the file to the public: drawn, replied to, published, corrected; no path skips a guard."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bacasable.people.models import OutgoingMail
from bacasable.programme.call.models import Call
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support.models import Meeting, MinutesRemark, SupportChange, SupportFile
from bacasable.programme.synthesis import actions
from bacasable.programme.synthesis.actions.composing import DETAILS, PASSAGE
from bacasable.programme.synthesis.actions.locking import seen
from bacasable.programme.synthesis.models import Publication, Reply, Synthesis
from tests.factories import dossiers
from tests.factories import synthesis as factory
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory, staff, verified

pytestmark = pytest.mark.django_db


def refusal(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


class TestDrawingFromTheFile:
    def test_what_is_drawn_is_public_only_where_the_office_wrote_it_for_the_public(self):
        synthesis = actions.compose(file=factory.support(), by=factory.editor())
        by_source = {p.source.split(":")[0]: p.confidentiality for p in synthesis.passages.all()}
        assert by_source["recommendation"] == "public"
        assert by_source["question"] == by_source["guidance"] == by_source["roadmap"] == "restricted"
        of_dossier = [p for p in synthesis.passages.all() if p.source.startswith("dossier:")]
        secret = [p for p in of_dossier if p.confidentiality == "secret"]
        assert [p.source for p in secret] == ["dossier:expectations.confidential"]
        assert {p.confidentiality for p in of_dossier} == {"restricted", "secret"}
        assert all(p.why for p in synthesis.passages.exclude(confidentiality="public"))

    def test_minutes_and_what_changed_its_length_are_drawn_for_both_sides(self):
        file = factory.support()
        author, at = dossiers.author_of(file.dossier), file.opened_at
        held = Meeting.objects.create(
            file=file, held_at=at, present="Ada Nobody", minutes="We chose the register.", called_by=author
        )
        MinutesRemark.objects.create(meeting=held, text="The other register.", by=author)
        Meeting.objects.create(file=file, held_at=at, agenda="Not held yet", called_by=author)
        for kind in SupportChange.Kind.values:
            SupportChange.objects.create(
                file=file, kind=kind, side="office", reason=f"Because of {kind}.", by=author
            )
        synthesis = factory.composed(file)
        minutes = synthesis.passages.get(source__startswith="meeting:")
        assert "We chose the register." in minutes.body and "The other register." in minutes.body
        assert "Ada Nobody" not in minutes.body
        changes = synthesis.passages.filter(source__startswith="change:").order_by("order")
        assert [one.body.split()[2] for one in changes] == ["extend.", "suspend.", "resume.", "exit."]
        assert {one.confidentiality for one in [minutes, *changes]} == {"restricted"}
        assert all(one.why for one in [minutes, *changes])

    def test_composing_twice_gives_one(self):
        file, editor = factory.support(), factory.editor()
        assert actions.compose(file=file, by=editor) == actions.compose(file=file, by=editor)

    def test_a_draft_recommendation_is_not_drawn(self):
        file = factory.support()
        factory.recommend(file, state="draft")
        synthesis = actions.compose(file=file, by=factory.editor())
        assert synthesis.passages.filter(source__startswith="recommendation:").count() == 1

    def test_nothing_of_a_long_answer_is_cut_off(self):
        file = factory.support()
        question = file.questions.get()
        question.body, question.answer = "q" * 4000, "a" * 8000
        question.save()
        synthesis = actions.compose(file=file, by=factory.editor())
        drawn = synthesis.passages.filter(source="question:1")
        assert "".join(p.body for p in drawn) == "q" * 4000 + "\n\n" + "a" * 8000

    @pytest.mark.parametrize(
        ("fields", "may"),
        [
            ({"phase": "problems"}, False),
            ({"phase": "implementation"}, False),
            ({"phase": "synthesis"}, True),
            ({"phase": "problems", "state": "completed"}, True),
            ({"phase": "problems", "state": "exited"}, True),
            ({"phase": "advice", "track": "advised"}, True),
        ],
    )
    def test_only_in_the_last_phase_or_once_it_ended(self, fields, may):
        file = factory.support(**fields)
        if may:
            assert actions.compose(file=file, by=factory.editor()).state == "composing"
        else:
            assert refusal(lambda: actions.compose(file=file, by=factory.editor())) == "too_early"

    @pytest.mark.parametrize("role", ["officer", "president", "expert", "administrator"])
    def test_only_an_editor_composes(self, role):
        file = factory.support()
        with pytest.raises(PermissionDenied):
            actions.compose(file=file, by=verified(staff(role)))


class TestWriting:
    def write(self, passage, by, **changes):
        values = {name: getattr(passage, name) for name in PASSAGE} | changes
        return actions.save_passage(passage=passage, by=by, seen=seen(passage, PASSAGE), **values)

    @pytest.mark.parametrize("kept_from", ["restricted", "secret"])
    def test_what_is_not_public_needs_a_reason(self, kept_from):
        synthesis, by = factory.composed(), factory.editor()
        passage = synthesis.passages.first()
        assert refusal(lambda: self.write(passage, by, confidentiality=kept_from, why=" ")) == "why"
        assert self.write(passage, by, confidentiality=kept_from, why="A contract.").why == "A contract."

    def test_two_editors_on_one_passage_the_second_is_told(self):
        synthesis = factory.composed()
        mine, theirs = synthesis.passages.first(), synthesis.passages.first()
        self.write(theirs, factory.editor(), body="Theirs.")
        assert refusal(lambda: self.write(mine, factory.editor(), body="Mine.")) == "stale"
        mine.refresh_from_db()
        assert mine.body == "Theirs."

    def test_two_editors_on_two_passages_do_not_meet(self):
        synthesis = factory.composed()
        first, last = synthesis.passages.first(), synthesis.passages.last()
        self.write(first, factory.editor(), body="First.")
        assert self.write(last, factory.editor(), body="Last.").body == "Last."

    def test_a_passage_removed_meanwhile_is_not_written_again(self):
        synthesis = factory.composed()
        passage = synthesis.passages.first()
        actions.remove_passage(passage=synthesis.passages.first(), by=factory.editor())
        assert refusal(lambda: self.write(passage, factory.editor(), body="x")) == "stale"

    def test_passages_move_one_place_and_stay_at_the_ends(self):
        synthesis, by = factory.composed(), factory.editor()
        before = list(synthesis.passages.values_list("pk", flat=True))
        actions.move(passage=synthesis.passages.first(), direction="up", by=by)
        assert list(synthesis.passages.values_list("pk", flat=True)) == before
        actions.move(passage=synthesis.passages.first(), direction="down", by=by)
        after = list(synthesis.passages.values_list("pk", flat=True))
        assert after == [before[1], before[0], *before[2:]]

    def test_nothing_is_written_while_the_project_reads(self):
        synthesis = factory.sent()
        passage = synthesis.passages.first()
        assert refusal(lambda: self.write(passage, factory.editor(), body="x")) == "state"
        details = {"title": "T", "summary": "S", "theme": "", "keywords": [], "sector": ""}
        act = lambda: actions.save_details(  # noqa: E731
            synthesis=synthesis, by=factory.editor(), seen=seen(synthesis, DETAILS), **details
        )
        assert refusal(act) == "state"


class TestTheRightOfReply:
    def test_the_project_has_time_to_reply(self, clock):
        synthesis = factory.composed()
        for days, code in ((2, "too_soon"), (400, "too_far")):
            assert refusal(lambda days=days: factory.sent(synthesis, days)) == code
        assert factory.sent(synthesis, 3).state == "with_project"

    def test_without_a_public_text_there_is_nothing_to_send(self):
        synthesis = factory.composed()
        synthesis.passages.update(body="")
        assert refusal(lambda: factory.sent(synthesis)) == "nothing_public"

    def test_a_reply_counts_until_the_last_instant_of_the_deadline_by_its_arrival(self, clock):
        synthesis = factory.sent()
        due, by = synthesis.reply_due_at, factory.author_of(synthesis)
        clock.at = due + timedelta(hours=1)
        assert not actions.reply(synthesis=synthesis, text="In time", by=by, received_at=due).is_late
        late = lambda: actions.reply(  # noqa: E731
            synthesis=synthesis, text="Late", by=by, received_at=due + timedelta(microseconds=1)
        )
        assert refusal(late) == "too_late"
        assert Reply.objects.get().text == "In time"

    @pytest.mark.parametrize("moment", ["after the deadline", "taken back", "published"])
    def test_a_late_reply_is_kept_and_changes_nothing_else(self, clock, moment):
        synthesis = factory.sent()
        by, editor = factory.author_of(synthesis), verified(synthesis.created_by)
        if moment == "taken back":
            actions.take_back(synthesis=synthesis, by=editor)
        elif moment == "published":
            factory.published(synthesis)
        else:
            clock.at = synthesis.reply_due_at + timedelta(days=1)
        synthesis.refresh_from_db()
        state = synthesis.state
        codes = {"published": "not_open", "taken back": "not_open", "after the deadline": "too_late"}
        text = "What we still want to say"
        assert refusal(lambda: actions.reply(synthesis=synthesis, text=text, by=by)) == codes[moment]
        made = actions.reply(synthesis=synthesis, text=text, is_public=True, late=True, by=by)
        assert made.is_late and made.text == text
        synthesis.refresh_from_db()
        assert synthesis.state == state

    def test_what_is_sent_as_late_while_there_is_time_counts_as_in_time(self):
        synthesis = factory.sent()
        made = actions.reply(synthesis=synthesis, text="x", late=True, by=factory.author_of(synthesis))
        assert not made.is_late

    def test_a_secret_is_one_of_a_passage_of_this_synthesis(self):
        synthesis, other = factory.sent(), factory.sent()
        by = factory.author_of(synthesis)
        assert (
            refusal(lambda: actions.reply(synthesis=synthesis, text="x", asks_secret=True, by=by))
            == "passage"
        )
        foreign = other.passages.first()
        assert (
            refusal(lambda: actions.reply(synthesis=synthesis, text="x", passage=foreign, by=by)) == "passage"
        )

    def test_others_do_not_reply(self):
        synthesis = factory.sent()
        for other in (UserFactory(), verified(staff("officer")), factory.editor()):
            with pytest.raises(PermissionDenied):
                actions.reply(synthesis=synthesis, text="x", by=other)
            with pytest.raises(PermissionDenied):
                actions.reply(synthesis=synthesis, text="x", late=True, by=other)


class TestPublishing:
    def publish(self, synthesis, **options):
        return actions.publish(synthesis=synthesis, by=verified(synthesis.created_by), **options)

    def test_never_straight_from_composing(self):
        synthesis = factory.composed()
        assert refusal(lambda: self.publish(synthesis)) == "state"

    def test_after_the_deadline_or_once_the_project_finished(self, clock):
        synthesis = factory.sent()
        assert refusal(lambda: self.publish(synthesis)) == "reply_open"
        clock.at = synthesis.reply_due_at
        assert refusal(lambda: self.publish(synthesis)) == "reply_open"
        clock.forward(seconds=1)
        assert self.publish(synthesis).number == 1
        other = factory.sent()
        actions.agree(synthesis=other, by=factory.author_of(other))
        assert self.publish(other).number == 1

    def test_each_reply_in_time_is_answered_first(self, clock):
        synthesis = factory.sent()
        by = factory.author_of(synthesis)
        reply = actions.reply(synthesis=synthesis, text="This is secret.", by=by)
        actions.agree(synthesis=synthesis, by=by)
        assert refusal(lambda: self.publish(synthesis)) == "unanswered"
        actions.respond(reply=reply, response="Kept out.", by=factory.editor())
        assert self.publish(synthesis).number == 1

    def test_a_reply_takes_the_agreement_back(self):
        synthesis = factory.sent()
        by = factory.author_of(synthesis)
        actions.agree(synthesis=synthesis, by=by)
        reply = actions.reply(synthesis=synthesis, text="One more thing.", by=by)
        actions.respond(reply=reply, response="Noted.", by=factory.editor())
        assert refusal(lambda: self.publish(synthesis)) == "reply_open"

    def test_under_the_ai_act_both_sides_must_agree(self, clock):
        call = CallFactory(regime=Call.Regime.AI_ACT_57)
        synthesis = factory.sent(factory.composed(factory.support(call)))
        clock.at = synthesis.reply_due_at + timedelta(days=30)
        assert refusal(lambda: self.publish(synthesis)) == "not_agreed"
        actions.agree(synthesis=synthesis, by=factory.author_of(synthesis))
        assert self.publish(synthesis).number == 1

    def test_what_the_editor_read_is_what_is_published(self):
        synthesis = factory.sent()
        read = Synthesis.objects.get(pk=synthesis.pk).revision
        actions.agree(synthesis=synthesis, by=factory.author_of(synthesis))
        assert refusal(lambda: self.publish(synthesis, revision=read)) == "stale"
        assert self.publish(synthesis, revision=read + 1).number == 1

    def test_publishing_twice_publishes_once(self):
        synthesis = factory.published().synthesis
        assert refusal(lambda: self.publish(synthesis)) == "state"
        assert Publication.objects.count() == 1

    def test_it_marks_public_what_its_public_passages_tell_of_and_nothing_else(self):
        file = factory.support()
        kept = factory.recommend(file)
        synthesis = factory.composed(file)
        synthesis.passages.filter(source=f"recommendation:{kept.key}").update(
            confidentiality="restricted", why="Not yet."
        )
        factory.published(factory.sent(synthesis))
        public = file.recommendations.exclude(pk=kept.pk).get()
        kept.refresh_from_db()
        assert public.public_since is not None
        assert kept.public_since is None

    def test_both_sides_are_told_once_each(self):
        synthesis = factory.sent()
        actions.agree(synthesis=synthesis, by=factory.author_of(synthesis))
        before = OutgoingMail.objects.count()
        self.publish(synthesis)
        told = list(OutgoingMail.objects.order_by("pk").values_list("to", flat=True))[before:]
        member = synthesis.file.team.get().user
        assert sorted(told) == sorted(
            [factory.author_of(synthesis).email, synthesis.created_by.email, member.email]
        )

    def test_two_of_the_same_title_have_two_addresses(self):
        first, second = factory.sent(), factory.sent()
        Synthesis.objects.update(title="The same")
        slugs = {factory.published(one).synthesis.slug for one in (first, second)}
        assert slugs == {"the-same", "the-same-2"}


class TestErrata:
    def correct(self, publication, **options):
        synthesis = publication.synthesis
        options = {"reason": "A wrong number.", "changes": {}} | options
        return actions.correct(synthesis=synthesis, by=verified(synthesis.created_by), **options)

    def test_the_next_version_stands_and_the_one_before_stays(self):
        first = factory.published()
        second = self.correct(first, changes={"summary": "Corrected."})
        first.refresh_from_db()
        assert (second.number, second.superseded_at) == (2, None)
        assert first.superseded_at == second.at
        assert first.content["summary"] != second.content["summary"] == "Corrected."
        assert first.synthesis.slug == second.synthesis.slug

    def test_it_needs_a_reason_and_a_change(self):
        first = factory.published()
        assert refusal(lambda: self.correct(first, changes={"summary": "x"}, reason=" ")) == "reason"
        assert refusal(lambda: self.correct(first)) == "same"

    def test_it_never_publishes_what_was_not_public(self):
        first = factory.published()
        private = first.synthesis.passages.exclude(confidentiality="public").first()
        changes = {"passages": {str(private.public_id): {"heading": "h", "body": private.body}}}
        assert refusal(lambda: self.correct(first, changes=changes)) == "passage"

    def test_a_late_reply_is_published_only_when_chosen_and_asked_for(self):
        first = factory.published()
        synthesis, by = first.synthesis, factory.author_of(first.synthesis)
        silent = actions.reply(synthesis=synthesis, text="Not for all.", late=True, by=by)
        asked = actions.reply(synthesis=synthesis, text="For all.", is_public=True, late=True, by=by)
        second = self.correct(first, changes={"summary": "Corrected."})
        assert second.content["replies"] == []
        third = self.correct(first, late_replies=[silent.pk, asked.pk])
        assert [reply["text"] for reply in third.content["replies"]] == ["For all."]

    def test_a_passage_taken_out_takes_its_recommendation_with_it(self):
        first = factory.published()
        one = first.content["recommendations"][0]
        changes = {"passages": {one["passage"]: {"heading": "h", "body": ""}}}
        assert self.correct(first, changes=changes).content["recommendations"] == []


def test_a_support_without_a_submitted_version_still_composes():
    file = factory.support()
    SupportFile.objects.filter(pk=file.pk).update(state="completed")
    file.dossier.current_version = None
    file.dossier.save()
    file.refresh_from_db()
    assert actions.compose(file=file, by=factory.editor()).passages.exists()
