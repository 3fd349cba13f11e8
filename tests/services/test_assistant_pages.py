"""Asking on the pages: what is shown, what is kept and for whom, what leaves the page."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bacasable.people.models import JournalEntry, User
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.web import readings, running, sealed
from bacasable.services.assistant.web.models import Collection, Conversation, Feedback, ReaderGroup, Turn
from tests.assistant_sheets import GREY_CARD, LOST_CARD
from tests.factories.people import sign_in
from tests.services.assistant_rooms import agent, fill, library  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

QUESTION = "Mme Hélène Lefèbvre, 06 12 34 56 78, a perdu sa carte d'identité : quel est le délai ?"


@pytest.fixture
def asker() -> User:
    return agent()


@pytest.fixture
def browser(asker: User) -> Client:
    return sign_in(Client(), asker)


def asked(browser: Client, question: str = QUESTION, **fields: str) -> str:
    """Ask, and return the page of the conversation."""
    answer = browser.post(reverse("assistant:ask"), {"question": question} | fields, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_the_answer_is_the_words_of_a_sheet_with_its_address(browser: Client):
    page = asked(browser)
    assert "Le délai de fabrication est de 3 semaines" in page
    (link,) = set(re.findall(r'href="(/services/assistant/sheets/sheets/card\?from=\d+&amp;to=\d+)', page))
    sheet = browser.get(link.replace("&amp;", "&")).content.decode()
    marked = re.search(r'<mark id="quoted"[^>]*>(.*?)</mark>', sheet)
    assert marked is not None
    assert marked[1] in LOST_CARD.text.replace("'", "&#x27;")


def test_no_word_of_the_question_stands_in_an_address_the_title_or_the_journal(browser: Client):
    page = asked(browser)
    addresses = re.findall(r'(?:href|action)="([^"]*)"', page) + re.findall(
        r"<title>(.*?)</title>", page, re.S
    )
    entries = "".join(str(entry.__dict__) for entry in JournalEntry.objects.all())
    for word in ("Lefèbvre", "0612345678", "06 12 34 56 78", "identité"):
        assert not any(word in address for address in addresses)
        assert word not in entries


def test_what_was_hidden_can_be_shown_and_hidden_again(browser: Client):
    asked(browser)
    turn = Turn.objects.get()
    before = turn.hidden
    form = readings.shown(turn, User.objects.get(public_id=turn.conversation.person))
    placeholder = next(piece.placeholder for piece in form.typed if piece.text == "06 12 34 56 78")
    address = reverse("assistant:correct", args=(turn.public_id,))
    browser.post(address, {"hidden-0-shown": placeholder, "hidden-0-more": "carte"})
    turn.refresh_from_db()
    sent = sealed.words_of(turn.conversation, turn)["hid"][0]["sent"]
    assert "06 12 34 56 78" in sent
    assert "carte" not in sent
    browser.post(address, {"hidden-0-again": "0", "hidden-0-more": ""})
    turn.refresh_from_db()
    assert "06 12 34 56 78" not in sealed.words_of(turn.conversation, turn)["hid"][0]["sent"]
    assert turn.hidden >= before


def test_sensitive_words_are_confirmed_before_anything_is_kept(browser: Client):
    question = "Mme Hélène Lefèbvre est séropositive et a perdu sa carte d'identité, quel délai ?"
    answer = browser.post(reverse("assistant:ask"), {"question": question})
    assert answer.status_code == 422
    assert "séropositive" in answer.content.decode()
    assert not Conversation.objects.exists()
    asked(browser, question, confirmed="on")
    assert Turn.objects.get().alerts


def test_a_document_is_read_hidden_and_not_kept(browser: Client):
    letter = "Je m'appelle Hélène Lefèbvre, 06 12 34 56 78, et j'attends ma carte."
    fields = {"question": "Quel délai de fabrication pour une carte d'identité perdue ?"}
    file = SimpleUploadedFile("courrier.txt", letter.encode())
    page = browser.post(reverse("assistant:ask"), fields | {"document": file}, follow=True).content.decode()
    assert "j&#x27;attends ma carte" in page
    turn = Turn.objects.get()
    _question, about = sealed.words_of(turn.conversation, turn)["hid"]
    assert "Lefèbvre" not in about["sent"]
    assert "06 12 34 56 78" not in about["sent"]
    for content, why in ((b"", "vide"), (b"mot " * 5000, "8\u202f000 caractères")):
        given = fields | {"document": SimpleUploadedFile("lettre.txt", content)}
        bad = browser.post(reverse("assistant:ask"), given)
        assert bad.status_code == 422
        assert why in bad.content.decode().replace("\xa0", "\u202f")
    assert Turn.objects.count() == 1


def test_a_model_out_of_reach_leaves_the_words_of_the_sheets(
    browser: Client, monkeypatch: pytest.MonkeyPatch
):
    def gone() -> None:
        raise Refused("{host}: no answer", host="models.example")

    monkeypatch.setattr(running, "endpoint", gone)
    assert "Le délai de fabrication est de 3 semaines" in asked(browser)


def test_the_situation_is_asked_then_answered_then_changed(browser: Client):
    page = asked(browser, "Où faire la demande de passeport ?")
    assert "Où habitez-vous ?" in page
    turn = Turn.objects.get()
    assert turn.outcome == "asked_back"
    address = reverse("assistant:situation", args=(turn.public_id,))
    page = browser.post(address, {"turn-0-option": "1"}, follow=True).content.decode()
    assert "La demande est faite au consulat." in page
    assert "mairie équipée" not in page
    page = browser.post(address, {"over": "yes"}, follow=True).content.decode()
    assert "Où habitez-vous ?" in page
    assert browser.post(address, {"turn-0-option": "7"}).status_code == 422


def test_another_of_the_near_sheets_answers_instead(browser: Client):
    asked(browser, "Où faire la demande de passeport ou de carte ?")
    turn = Turn.objects.get()
    near = sealed.words_of(turn.conversation, turn)["answer"]["near"]
    number = next(at for at, sheet in enumerate(near) if sheet["id"] == "card")
    address = reverse("assistant:situation", args=(turn.public_id,))
    page = browser.post(address, {"sheet": str(number)}, follow=True).content.decode()
    assert "La déclaration de perte est faite en mairie" in page
    assert "consulat" not in text_of(page)
    again = browser.post(address, {"sheet": "99"}, follow=True).content.decode()
    assert "La déclaration de perte est faite en mairie" in again


def test_nobody_but_the_asker_finds_a_conversation(browser: Client):
    asked(browser)
    turn = Turn.objects.get()
    other = sign_in(Client(), agent())
    for name, number in (("conversation", turn.conversation.public_id),):
        assert other.get(reverse(f"assistant:{name}", args=(number,))).status_code == 404
    for name in ("correct", "situation", "opinion", "reply"):
        assert other.post(reverse(f"assistant:{name}", args=(turn.public_id,))).status_code == 404
    erase = reverse("assistant:erase", args=(turn.conversation.public_id,))
    assert other.post(erase).status_code == 404
    assert browser.post(erase).status_code == 302
    assert not Conversation.objects.exists()


def test_a_sheet_of_others_is_neither_found_nor_read_nor_repeated(browser: Client, asker: User):
    group = ReaderGroup.objects.create(title="Préfecture")
    closed = Collection.objects.create(key="closed", title="Notes internes")
    closed.readers.add(group)
    fill(closed, replace(GREY_CARD, title="Carte grise diplomatique", id="secret"))
    question = "Quelle amende pour une carte grise diplomatique ?"
    assert "diplomatique</a>" not in asked(browser, question)
    sheet = reverse("assistant:sheet", args=("closed", "secret"))
    assert browser.get(sheet).status_code == 404
    member = group.members.create(person=asker.public_id)
    assert browser.get(sheet).status_code == 200
    page = asked(browser, question)
    assert "Carte grise diplomatique" in page
    assert "135 €" in page
    # the membership ends: what was quoted is no longer repeated
    member.delete()
    again = browser.get(reverse("assistant:conversation", args=(Conversation.objects.first().public_id,)))
    assert "Carte grise diplomatique" not in again.content.decode()
    assert "135 €" not in again.content.decode()


def test_an_old_sheet_is_flagged_and_not_quoted(browser: Client, library: Collection):  # noqa: F811
    fill(library, replace(LOST_CARD, dated=date(2019, 1, 1)))
    page = asked(browser, "Quel est le délai de fabrication de la carte d'identité perdue ?")
    assert Turn.objects.get().outcome == "no_source"
    assert "3 semaines" not in page
    sheet = browser.get(reverse("assistant:sheet", args=("sheets", "card"))).content.decode()
    assert "Fiche périmée" in sheet


def test_an_opinion_is_kept_without_who_and_without_names(browser: Client, asker: User):
    asked(browser)
    turn = Turn.objects.get()
    fields = {
        "turn-0-opinion-helped": "no",
        "turn-0-opinion-reasons": ["incomplete"],
        "turn-0-opinion-comment": "Mme Lefèbvre attend toujours",
    }
    assert browser.post(reverse("assistant:opinion", args=(turn.public_id,)), fields).status_code == 302
    kept = Feedback.objects.get()
    assert kept.reasons == ["incomplete"]
    assert "Lefèbvre" not in kept.comment
    assert str(asker.public_id) not in str(
        JournalEntry.objects.get(action="assistant.opinion_given").__dict__
    )
    assert browser.post(reverse("assistant:opinion", args=(turn.public_id,)), {}).status_code == 422


def test_all_of_ones_conversations_go_at_once(browser: Client):
    asked(browser)
    asked(browser, "Quelle amende pour la carte grise ?")
    assert "Mme Hélène Lefèbvre" in browser.get(reverse("assistant:history")).content.decode()
    browser.post(reverse("assistant:erase_all"))
    assert not Turn.objects.exists()


def test_without_a_recorded_assessment_nothing_is_asked_by_any_door(
    browser: Client, monkeypatch: pytest.MonkeyPatch
):
    from mcp.server.mcpserver.exceptions import ToolError
    from typer.testing import CliRunner

    from bacasable.compliance import clock
    from bacasable.compliance.gate import Gate, NotYet
    from bacasable.duties.dpia import actions as dpia
    from bacasable.duties.dpia.queries import RECORDED_DPIAS
    from bacasable.people.models import Instance
    from bacasable.services.assistant import cli
    from bacasable.services.assistant.engine.sheets import Access
    from bacasable.services.assistant.processing import PROCESSING
    from bacasable.services.assistant.web.protocol import server

    monkeypatch.setattr(readings, "GATE", Gate(PROCESSING, dpias=RECORDED_DPIAS))
    Instance.objects.get_or_create()

    tools = {tool.name: tool.fn for tool in server(Access())._tool_manager.list_tools()}

    def doors() -> list[bool]:
        page = browser.post(reverse("assistant:ask"), {"question": QUESTION}).status_code
        typed = [CliRunner().invoke(cli.app, [verb, QUESTION]).exception for verb in ("ask", "search")]
        try:
            tools["search"](QUESTION)
            protocol = True
        except ToolError as error:
            assert "impact assessment" in str(error)
            protocol = False
        assert all(one is None or isinstance(one, NotYet) for one in typed), typed
        return [page != 422, *(one is None for one in typed), protocol]

    assert doors() == [False] * 4
    assert not Turn.objects.exists()
    today = clock.now().date()
    dpia.record(
        service="assistant",
        declaration=PROCESSING.digest(),
        validated_on=today,
        validated_by="The director",
        reason="What remains is small.",
        reference="AIPD 2026-3",
        review_on=today + timedelta(days=300),
        by="system",
    )
    assert doors() == [True] * 4
    dpia.revoke(service="assistant", reason="A breach.", by="system")
    assert doors() == [False] * 4


def test_a_conversation_erased_while_a_model_words_it_does_not_come_back(
    asker: User, monkeypatch: pytest.MonkeyPatch
):
    from bacasable.services.assistant.web.actions import conversations
    from tests.factories.people import verified

    class Words:
        def chat(self, messages: object, *, longest: int = 0) -> object:
            conversations.erase_all(by=asker)
            said = "Le délai de fabrication est de 3 semaines."
            yield json.dumps({"phrase": said, "source": 1, "extrait": "fabrication est de 3 semaines"}) + "\n"

    verified(asker)
    monkeypatch.setattr(running, "endpoint", Words)
    with pytest.raises(Refused):
        conversations.ask(typed=conversations.Typed("Quel délai pour la carte d'identité perdue ?"), by=asker)
    assert not Conversation.objects.exists()


def test_a_follow_up_says_what_was_searched_and_can_be_searched_alone(browser: Client):
    asked(browser, "Mme Hélène Lefèbvre a perdu sa carte d'identité, que faire ?")
    conversation = Conversation.objects.get()
    address = reverse("assistant:conversation", args=(conversation.public_id,))
    page = browser.post(address, {"question": "Et quel délai ?"}, follow=True).content.decode()
    assert "cherchée avec la précédente" in text_of(page)
    second = conversation.turns.last()
    words = sealed.words_of(conversation, second)
    assert "carte d'identité" in words["searched"]
    assert "Lefèbvre" not in words["searched"]
    assert {one["id"] for one in words["answer"]["quotations"]} == {"card"}
    browser.post(address, {"question": "et le coût ?"})
    third = sealed.words_of(conversation, conversation.turns.last())
    assert third["searched"].count("délai") == 0, (
        "the matter is that of the first question, not of the second"
    )
    browser.post(reverse("assistant:situation", args=(second.public_id,)), {"alone": "yes"})
    second.refresh_from_db()
    words = sealed.words_of(conversation, second)
    assert (words["searched"], words["before"]) == ("", "")
    assert JournalEntry.objects.filter(action="assistant.asked_alone").count() == 1
