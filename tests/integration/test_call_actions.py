"""What officers and candidates do to a call, and what is refused."""

from datetime import timedelta

import pytest

from bacasable.people.models import JournalEntry, RoleGrant, User
from bacasable.programme.call import actions, signals
from bacasable.programme.call.models import Call, Question
from bacasable.programme.call.refusals import Refused
from bacasable.programme.call.rule_sets import translated
from tests.factories.call import CallFactory, QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    user = User.objects.create_user("officer@office.example")
    RoleGrant.objects.create(user=user, role="officer")
    return user


@pytest.fixture
def fields(clock):
    return {
        "slug": "new-call",
        "title": "New call",
        "theme": "AI",
        "keywords": [],
        "summary": "Summary",
        "text": "Text",
        "language": "en",
        "regime": "accompaniment",
        "opens_at": clock.at + timedelta(days=1),
        "closes_at": clock.at + timedelta(days=31),
        "jurisdiction": "fr",
        "time_zone": "Europe/Paris",
        "grace_minutes": 30,
        "places_planned": 3,
        "contact_address": "new@office.example",
        "contact_is_live": True,
        "eligibility": translated("accompaniment", str),
        "criteria_are_published": True,
    }


LINES = {
    "criteria": [{"label": "Usefulness", "description": "", "weight": 3}],
    "phases": [{"title": "Support", "description": "", "duration_months": 6}],
}


def places(refusal) -> set[str]:
    return {problem.place for problem in refusal.value.problems}


def test_a_call_lives_from_draft_to_archive_and_each_act_is_recorded(officer, fields, clock):
    call = actions.create(fields=fields, **LINES, by=officer)
    call = actions.update(call=call, fields=fields | {"title": "Better"}, **LINES, revision=0, by=officer)
    call = actions.publish(call=call, by=officer)
    assert call.criteria_frozen_at == clock.at
    clock.forward(days=2)
    assert call.accepts_deposits()
    actions.extend(call=call, closes_at=fields["closes_at"] + timedelta(days=7), reason="A fair", by=officer)
    clock.forward(days=60)
    assert actions.close_due() == ["new-call"]
    call = actions.decide(
        call=call, projects=[{"track": "laureate", "name": "Albert"}, {"track": "advised"}], by=officer
    )
    assert [project.slug for project in call.projects.all()] == ["albert", "project-2"]
    actions.archive(call=call, by=officer)
    entries = JournalEntry.objects.filter(subject="call:new-call")
    assert [entry.action for entry in entries] == [
        "call.created",
        "call.edited",
        "call.published",
        "call.extended",
        "call.closed",
        "call.decided",
        "call.archived",
    ]
    assert entries[4].actor == "system"


class TestTheDraft:
    def test_two_officers_do_not_overwrite_each_other(self, officer, fields):
        call = actions.create(fields=fields, by=officer)
        actions.update(call=call, fields=fields | {"title": "First"}, **LINES, revision=0, by=officer)
        with pytest.raises(actions.Conflict) as conflict:
            actions.update(call=call, fields=fields | {"title": "Second"}, **LINES, revision=0, by=officer)
        assert conflict.value.call.title == "First"

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"time_zone": "Europe/Atlantis"}, "time_zone"),
            ({"eligibility": {"key": "not a list"}}, "eligibility"),
            ({"eligibility": [{"key": "a"}]}, "eligibility[0].kind"),
        ],
    )
    def test_cannot_hold_what_could_not_be_shown(self, officer, fields, change, place):
        with pytest.raises(Refused) as refusal:
            actions.create(fields=fields | change, by=officer)
        assert place in places(refusal)
        assert not Call.objects.exists()

    def test_needs_its_own_identifier_and_dates_in_order(self, officer, fields):
        actions.create(fields=fields, by=officer)
        with pytest.raises(Refused) as refusal:
            actions.create(fields=fields | {"closes_at": fields["opens_at"]}, by=officer)
        assert places(refusal) == {"slug", "closes_at"}


class TestPublishing:
    def test_says_everything_that_is_missing_at_once(self, officer, fields, clock):
        incomplete = fields | {
            "opens_at": clock.at - timedelta(days=9),
            "closes_at": clock.at - timedelta(days=1),
            "eligibility": [],
            "contact_address": "",
        }
        call = actions.create(fields=incomplete, by=officer)
        with pytest.raises(Refused) as refusal:
            actions.publish(call=call, by=officer)
        assert places(refusal) == {"closes_at", "eligibility", "criteria", "contact_address"}
        call.refresh_from_db()
        assert call.state == "draft"

    def test_refuses_the_address_of_another_open_call(self, officer, fields):
        CallFactory(contact_address="NEW@office.example")
        call = actions.create(fields=fields, **LINES, by=officer)
        with pytest.raises(Refused) as refusal:
            actions.publish(call=call, by=officer)
        assert places(refusal) == {"contact_address"}

    def test_freezes_text_and_criteria(self, officer, fields):
        call = actions.publish(call=actions.create(fields=fields, **LINES, by=officer), by=officer)
        lighter = [{"label": "Usefulness", "description": "", "weight": 1}]
        with pytest.raises(Refused):
            actions.update(
                call=call, fields=fields, criteria=lighter, phases=[], revision=call.revision, by=officer
            )
        assert call.criteria.get().weight == 3

    def test_criteria_may_be_declared_not_communicated(self, officer, fields):
        call = actions.create(fields=fields | {"criteria_are_published": False}, by=officer)
        assert actions.publish(call=call, by=officer).state == "published"


class TestTheDeadline:
    def test_only_moves_later(self, officer):
        call = CallFactory()
        with pytest.raises(Refused):
            actions.extend(call=call, closes_at=call.closes_at, reason="why", by=officer)
        with pytest.raises(Refused):
            actions.extend(call=call, closes_at=call.closes_at + timedelta(days=1), reason=" ", by=officer)

    def test_does_not_move_once_passed(self, officer, clock):
        call = CallFactory()
        clock.at = call.deadline + timedelta(seconds=1)
        with pytest.raises(Refused):
            actions.extend(call=call, closes_at=clock.at + timedelta(days=1), reason="why", by=officer)

    def test_is_announced_to_the_rooms_above(self, officer):
        heard = []

        def receiver(**said):
            heard.append(said["extension"])

        signals.extended.connect(receiver)
        call = CallFactory()
        extension = actions.extend(
            call=call, closes_at=call.closes_at + timedelta(days=1), reason="why", by=officer
        )
        assert heard == [extension]

    def test_holds_against_an_officer_in_a_hurry(self, officer):
        with pytest.raises(Refused):
            actions.close(call=CallFactory(), by=officer)

    def test_is_the_closing_plus_the_grace(self, officer, clock):
        call = CallFactory(grace_minutes=15)
        clock.at = call.closes_at + timedelta(minutes=15)
        assert actions.close_due() == []
        assert call.accepts_deposits()
        clock.forward(seconds=1)
        assert not call.accepts_deposits()
        assert actions.close_due() == [call.slug]
        assert actions.close_due() == []


class TestQuestions:
    def test_an_answer_goes_to_all_and_says_nothing_of_who_asked(self, officer, clock):
        question = actions.ask(call=CallFactory(), body="May I apply?")
        actions.answer(question=question, body="Who may apply?", answer="Public bodies.", by=officer)
        question.refresh_from_db()
        assert (question.body, question.published_at) == ("Who may apply?", clock.at)
        asked = JournalEntry.objects.get(action="call.question_asked")
        assert asked.actor == "public"
        assert "May I apply" not in str(asked.facts)

    def test_a_correction_keeps_the_first_date(self, officer, clock):
        question = QuestionFactory(answered=True)
        first = question.published_at
        clock.forward(days=1)
        question = actions.answer(question=question, body="Q?", answer="Corrected.", by=officer)
        assert (question.published_at, question.answered_at) == (first, clock.at)

    def test_a_flood_is_capped_without_knowing_who_asks(self, clock):
        call = CallFactory()
        for _ in range(actions.QUESTIONS_PER_HOUR):
            QuestionFactory(call=call)
        with pytest.raises(Refused):
            actions.ask(call=call, body="One more?")
        clock.forward(hours=2)
        actions.ask(call=call, body="One more?")

    def test_none_is_taken_after_the_closing_time(self, clock):
        call = CallFactory()
        clock.at = call.closes_at + timedelta(seconds=1)
        with pytest.raises(Refused):
            actions.ask(call=call, body="Too late?")

    def test_one_about_a_person_is_deleted_and_a_published_one_is_not(self, officer):
        actions.dismiss(question=QuestionFactory(), by=officer)
        assert not Question.objects.exists()
        with pytest.raises(Refused):
            actions.dismiss(question=QuestionFactory(answered=True), by=officer)


def test_criteria_of_a_call_cannot_bear_one_name_twice(officer, fields):
    twice = LINES["criteria"] * 2
    with pytest.raises(Refused):
        actions.create(fields=fields, criteria=twice, by=officer)
