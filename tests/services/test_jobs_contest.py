"""Contestations: routed to another agent, with a clock, answered with reasons that the person reads."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web import said, sealed
from bacasable.services.job_advice.web.actions import contesting, deciding, words
from bacasable.services.job_advice.web.models import File, Item, Word
from bacasable.services.job_advice.web.words import Stopped
from tests.factories.people import sign_in, staff, verified
from tests.services.jobs_rooms import ROOT, advised, adviser, assessed, opened, told
from tests.services.test_jobs_person import entered

__all__ = ["assessed"]
pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("assessed")]
ANSWER = "Le métier est retiré : la distance dite par la personne n’avait pas été lue."


def suggested() -> tuple[User, File, Item]:
    by = adviser()
    file = opened(by, told())
    _held, advice = advised(by, file)
    item = advice.items.first()
    deciding.decide(item=item, verb="retained", by=by)
    return by, file, item


def test_a_contestation_goes_to_another_agent_by_a_date_and_its_answer_to_the_person(client: Client) -> None:
    by, file, item = suggested()
    other, busy = staff("job_adviser"), adviser()
    Word.objects.create(file=file, kind="ask_human", sealed=b"", routed_to=busy.public_id, due_at=clock.now())
    entered(client, file, by)
    at = f"{ROOT}my/contest/{item.public_id}/"
    assert client.post(at, {"text": ""}).status_code == 422
    assert client.post(at, {"text": "C’est trop loin de chez moi."}).status_code == 302
    assert client.post(at, {"text": "Encore."}).status_code == 422
    word = Word.objects.get(kind="contestation")
    assert word.routed_to == other.public_id != file.adviser
    assert timedelta(days=14) < word.due_at - clock.now() < timedelta(days=16)

    agent = sign_in(Client(), other)
    assert file.person.reference in agent.get(f"{ROOT}contestations/").content.decode()
    page = agent.get(f"{ROOT}contestations/{word.public_id}/")
    assert "trop loin de chez moi" in page.content.decode() and "checked" not in page.content.decode()
    answering = f"{ROOT}contestations/{word.public_id}/"
    assert agent.post(answering, {"outcome": "withdrawn", "text": "Non."}).status_code == 422
    assert agent.post(answering, {"text": ANSWER}).status_code == 422
    assert deciding.plan_of(file)
    assert agent.post(answering, {"outcome": "withdrawn", "text": ANSWER}).status_code == 302
    assert not deciding.plan_of(file)
    assert agent.get(answering).status_code == 404
    own = client.get(f"{ROOT}my/").content.decode()
    assert "la distance dite par la personne" in own and "trop loin de chez moi" in own


def test_the_adviser_neither_sees_nor_answers_what_is_contested_of_their_file(client: Client) -> None:
    by, file, item = suggested()
    word = contesting.contest(file=file, item=item, text="Je ne suis pas d’accord.")
    assert word.routed_to is None  # nobody else may answer: it waits on the board of whoever comes
    assert not contesting.board(by)
    with pytest.raises(PermissionDenied):
        contesting.answer(word=word, outcome="upheld", text=ANSWER, by=by)
    sign_in(client, User.objects.get(pk=by.pk))
    assert client.get(f"{ROOT}contestations/{word.public_id}/").status_code == 404
    other = adviser()
    contesting.take(word=word, by=other)
    assert word.routed_to == other.public_id
    with pytest.raises(PermissionDenied):
        contesting.take(word=word, by=verified(staff("dpo")))


def test_an_answer_is_given_once_and_a_late_one_shows(client: Client) -> None:
    _by, file, item = suggested()
    other = adviser()
    word = contesting.contest(file=file, item=item, text="Je ne suis pas d’accord.")
    Word.objects.update(due_at=clock.now() - timedelta(days=1))
    word.refresh_from_db()
    assert (said.timed(word) or {})["colour"] == "red"
    contesting.answer(word=word, outcome="upheld", text=ANSWER, by=other)
    assert (said.timed(word) or {})["colour"] == "orange"
    with pytest.raises(Refused, match="meanwhile"):
        contesting.answer(word=word, outcome="withdrawn", text=ANSWER, by=other)
    assert deciding.plan_of(file)


def test_a_human_is_asked_for_once_and_met(client: Client) -> None:
    by, file, _item = suggested()
    other = adviser()
    entered(client, file, by)
    assert client.post(f"{ROOT}my/human/", {"text": ""}).status_code == 302
    assert client.post(f"{ROOT}my/human/", {"text": "svp"}).status_code == 422
    word = Word.objects.get()
    assert word.routed_to == other.public_id
    with pytest.raises(Refused, match="Choose"):
        contesting.answer(word=word, outcome="upheld", text=ANSWER, by=other)
    contesting.answer(word=word, outcome="met", text=ANSWER, by=other)
    assert sealed.words_of(file, word, "answer")["text"] == ANSWER


def test_a_person_is_told_what_their_words_give_away_and_decides() -> None:
    _by, file, _item = suggested()
    text = "Ma dépression me rend ce métier impossible."
    with pytest.raises(Stopped) as stopped:
        words.comment(file=file, text=text)
    assert not stopped.value.blocked and stopped.value.found and not Word.objects.exists()
    made = words.comment(file=file, text=text, confirmed=stopped.value.digest)
    assert sealed.words_of(file, made)["text"] == text
