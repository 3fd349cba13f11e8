"""Replies drafted from an answer: whose data are in them, how they are marked, as files."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from bacasable.people.models import JournalEntry
from bacasable.services.assistant.web import sealed
from bacasable.services.assistant.web.models import Draft, Turn
from tests.factories.people import sign_in
from tests.services.assistant_rooms import agent, library  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def browser() -> Client:
    return sign_in(Client(), agent())


def drafted(browser: Client, kind: str) -> tuple[Draft, str]:
    """Ask with a note about a person, draft a reply, and return it with its page."""
    fields = {
        "question": "Quel est le délai de fabrication pour une carte d'identité perdue ?",
        "note": "Mme Hélène Lefèbvre, 12 rue des Lilas, 69003 Lyon, attend depuis deux semaines.",
    }
    assert browser.post(reverse("assistant:ask"), fields).status_code == 302
    answer = browser.post(
        reverse("assistant:reply", args=(Turn.objects.get().public_id,)), {"kind": kind}, follow=True
    )
    assert answer.status_code == 200
    return Draft.objects.get(), answer.content.decode()


def pdf_of(browser: Client, draft: Draft) -> PdfReader:
    content = browser.get(reverse("assistant:draft_pdf", args=(draft.public_id,))).content
    return PdfReader(io.BytesIO(content))


def test_a_letter_is_to_the_person_of_the_note_who_is_nowhere_in_clear(browser: Client):
    draft, page = drafted(browser, "letter")
    words = sealed.words_of(draft.turn.conversation, draft)
    assert words["recipient"].startswith("Mme Hélène Lefèbvre\n12 rue des Lilas")
    assert words["body"].startswith("Madame,")
    assert "3 semaines" in words["body"]
    assert "Lefèbvre" in page
    assert b"Lef" not in bytes(draft.sealed)
    assert "Lefèbvre" not in "".join(str(entry.__dict__) for entry in JournalEntry.objects.all())


def test_a_letter_says_how_it_was_made_to_people_and_to_machines(browser: Client):
    draft, page = drafted(browser, "letter")
    assert 'name="digital-source-type"' in page
    made = pdf_of(browser, draft)
    text = made.pages[0].extract_text()
    assert "Assemblé par un logiciel" in text
    assert "brouillon non validé" in text
    assert "algorithmicMedia" in str(made.metadata["/Keywords"])
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_only_the_agent_validates_and_a_change_undoes_it(browser: Client):
    draft, _page = drafted(browser, "letter")
    address = reverse("assistant:draft", args=(draft.public_id,))
    fields = {"subject": "Votre carte", "recipient": "", "body": "Madame, trois semaines.", "validate": "yes"}
    browser.post(address, fields)
    draft.refresh_from_db()
    assert draft.validated_at is not None
    assert "relu et validé" in pdf_of(browser, draft).pages[0].extract_text()
    assert Client().get(address).status_code == 302
    assert sign_in(Client(), agent()).get(address).status_code == 404
    del fields["validate"]
    browser.post(address, fields | {"body": "Autre chose."})
    draft.refresh_from_db()
    assert draft.validated_at is None
    assert browser.post(address, fields | {"body": ""}).status_code == 422
    browser.post(reverse("assistant:draft_erase", args=(draft.public_id,)))
    assert not Draft.objects.exists()


def test_a_counter_sheet_is_one_page_whatever_its_length(browser: Client):
    draft, _page = drafted(browser, "sheet")
    fields = {
        "subject": "Carte perdue",
        "body": "Une phrase assez longue pour remplir.\n" * 78,
        "offices": "Mairie",
        "services": "",
        "conditions": "En France",
    }
    browser.post(reverse("assistant:draft", args=(draft.public_id,)), fields)
    made = pdf_of(browser, draft)
    assert len(made.pages) == 1
    text = made.pages[0].extract_text()
    for part in ("Carte perdue", "Mairie", "En France", "Perte de la carte d'identité"):
        assert part in text.replace("’", "'")


def test_an_email_opens_in_a_mail_program_to_nobody(browser: Client):
    draft, _page = drafted(browser, "email")
    content = browser.get(reverse("assistant:draft_email", args=(draft.public_id,))).content.decode()
    head = content.partition("\r\n\r\n")[0]
    assert "X-Unsent: 1" in head
    assert "To:" not in head
    assert "algorithmicMedia" in head
