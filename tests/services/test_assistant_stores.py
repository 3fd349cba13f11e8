"""Conversations of the assistant: sealed in the database, found for who they are about, gone in time."""

import uuid

import pytest

from bacasable.compliance.store import Person
from bacasable.services.assistant.web import sealed
from bacasable.services.assistant.web.models import Conversation, Draft, Turn
from bacasable.services.assistant.web.stores import stores
from tests.conftest import MovableClock

pytestmark = pytest.mark.django_db

AGENT = uuid.uuid4()
QUESTION = "Mme Hélène Lefèbvre, 06 12 34 56 78, peut-elle refaire son passeport ?"


def conversation(person: uuid.UUID = AGENT, question: str = QUESTION) -> Conversation:
    made = Conversation.objects.create(person=person, data_key=sealed.new_key())
    turn = Turn(conversation=made, number=0, outcome="answered")
    turn.sealed = sealed.seal_words(made, turn, {"question": question, "answer": ["En mairie."]})
    turn.save()
    draft = Draft(turn=turn, kind="letter")
    draft.sealed = sealed.seal_words(made, draft, {"text": f"Madame, {question}"})
    draft.save()
    return made


def test_no_word_of_a_conversation_is_in_clear_in_the_database():
    conversation()
    columns = [bytes(turn.sealed) for turn in Turn.objects.all()]
    columns += [bytes(draft.sealed) for draft in Draft.objects.all()]
    assert len(columns) == 2
    assert not any(word.encode() in column for word in ("Lefèbvre", "passeport") for column in columns)


def test_words_moved_to_another_row_do_not_open():
    from bacasable.exchange.sealing import Altered

    made = conversation()
    turn = made.turns.get()
    draft = Draft.objects.get()
    draft.sealed = turn.sealed
    with pytest.raises(Altered):
        sealed.words_of(made, draft)


def test_an_agent_gets_all_of_their_conversations_and_nobody_elses():
    own, other = conversation(), conversation(uuid.uuid4())
    records = list(stores()["conversations"].export(Person("agent", {"account": str(AGENT)})))
    assert [record.reference for record in records] == [f"assistant.Conversation:{own.public_id}"]
    assert records[0].values["conversation"]["turns"][0]["question"] == QUESTION
    assert str(other.public_id) not in str(records)


def test_a_person_of_the_public_is_found_by_name_whatever_the_case_and_accents():
    conversation()
    conversation(question="Comment refaire un passeport ?")
    store = stores()["conversations"]
    person = Person("visitor", {"name": "helene LEFEBVRE"})
    found = list(store.export(person))
    assert len(found) == 1
    assert "asker" not in found[0].values, "who asked is the agent's, not the visitor's"
    assert store.erase(person, by="dpo", reason="art. 17").erased == {"asker": 1, "conversation": 2}
    assert not list(store.search("lefèbvre"))
    assert Conversation.objects.count() == 1


def test_a_conversation_is_forgotten_thirty_days_after_its_last_question(clock: MovableClock):
    conversation()
    store = stores()["conversations"]
    clock.forward(days=29)
    assert store.purge(now=clock.at).erased == {}
    clock.forward(days=2)
    assert store.purge(now=clock.at, dry_run=True).erased == {"asker": 1, "conversation": 2}
    assert store.purge(now=clock.at).erased == {"asker": 1, "conversation": 2}
    assert not Conversation.objects.exists() and not Draft.objects.exists()
