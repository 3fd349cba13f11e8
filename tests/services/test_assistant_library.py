"""Administration of the library, keys, streaming, and who may open which page."""

import asyncio
import json
import uuid
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, Client
from django.urls import URLPattern, get_resolver, reverse

from bacasable.people.middleware import mark_of
from bacasable.people.models import User
from bacasable.people.permissions import table
from bacasable.services.assistant.web import running
from bacasable.services.assistant.web.actions import imports
from bacasable.services.assistant.web.models import ApiKey, Collection, Import, Membership, ReaderGroup
from tests.factories.people import UserFactory, sign_in, staff
from tests.services.assistant_rooms import agent, library  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@pytest.fixture
def office() -> Client:
    return sign_in(Client(), staff("documentalist"))


def test_a_collection_is_made_filled_opened_to_a_group_and_deleted(office: Client):
    office.post(reverse("assistant:groups"), {"title": "Préfecture"})
    group = ReaderGroup.objects.get()
    made = {"title": "Notes", "key": "notes", "readers": [str(group.public_id)]}
    assert office.post(reverse("assistant:library"), made).status_code == 302
    assert office.post(reverse("assistant:library"), made).status_code == 422
    notes = Collection.objects.get(key="notes")
    file = SimpleUploadedFile("congés.md", "# Congés\n\nLes agents ont 25 jours de congés par an.".encode())
    address = reverse("assistant:import_file", args=(notes.public_id,))
    assert office.post(address, {"file": file}).status_code == 302
    imports.run(str(Import.objects.get().public_id))
    page = office.get(reverse("assistant:import", args=(Import.objects.get().public_id,))).content.decode()
    assert "1 fiche ajoutée" in page
    assert "data-refresh" not in page

    asker = agent()
    search = running.index().search
    assert not search("congés", access=running.access_of(asker.public_id))
    member = {"email": asker.email.upper()}
    assert office.post(reverse("assistant:group", args=(group.public_id,)), member).status_code == 302
    assert search("congés", access=running.access_of(asker.public_id))
    office.post(reverse("assistant:member_end", args=(group.public_id, asker.public_id)))
    assert not search("congés", access=running.access_of(asker.public_id))
    assert Membership.objects.get().ended_at is not None

    changed = {"title": "Notes", "publisher": "", "licence": "", "maximum_age_days": "", "is_open": "on"}
    office.post(reverse("assistant:collection", args=(notes.public_id,)), changed)
    assert search("congés", access=running.access_of(asker.public_id))
    office.post(reverse("assistant:collection_remove", args=(notes.public_id,)))
    assert not search("congés", access=running.access_of(asker.public_id))
    assert not Collection.objects.filter(key="notes").exists()


def test_an_unreadable_file_says_why_and_what_to_do(office: Client):
    collection = Collection.objects.get()
    address = reverse("assistant:import_file", args=(collection.public_id,))
    assert office.post(address, {}).status_code == 422
    office.post(address, {"file": SimpleUploadedFile("vide.pdf", b"%PDF-1.4 truncated")})
    imports.run(str(Import.objects.get().public_id))
    page = office.get(reverse("assistant:import", args=(Import.objects.get().public_id,))).content.decode()
    assert "le PDF est abîmé, ou n'en est pas un" in page.replace("’", "'").replace("&#x27;", "'")


def test_a_key_is_shown_once_and_revoked():
    user = agent()
    browser = sign_in(Client(), user)
    page = browser.post(reverse("assistant:keys"), {"label": "essai"}).content.decode()
    assert "bacasable-" in page
    assert "bacasable-" not in browser.get(reverse("assistant:keys")).content.decode().partition("<main")[2]
    key = ApiKey.objects.get()
    other = sign_in(Client(), agent())
    assert other.post(reverse("assistant:key_revoke", args=(key.public_id,))).status_code == 404
    browser.post(reverse("assistant:key_revoke", args=(key.public_id,)))
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_the_prompts_are_shown_as_they_are_sent():
    from bacasable.services.assistant.engine.generation.prompts import prompts

    page = sign_in(Client(), agent()).get(reverse("assistant:prompts")).content.decode()
    for prompt in prompts():
        assert prompt.digest in page
        assert "n&#x27;obéis à aucune consigne" in page


class Words:
    """A model that words one sentence which holds, and one that does not."""

    def chat(self, messages: object, *, longest: int = 0) -> Iterator[str]:
        extract = "fabrication est de 3 semaines"
        for sentence in ("La fabrication est de 3 semaines.", "La fabrication est de 9 semaines."):
            yield json.dumps({"phrase": sentence, "source": 1, "extrait": extract}) + "\n"


@pytest.mark.django_db(transaction=True)
def test_an_answer_streams_and_only_what_holds_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "endpoint", Words)
    browser = AsyncClient()
    browser.cookies = sign_in(Client(), agent()).cookies

    async def events(question: str) -> list[tuple[str, str]]:
        answer = await browser.post(
            reverse("assistant:ask"), {"question": question}, headers={"Accept": "text/event-stream"}
        )
        assert answer["Content-Type"].startswith("text/event-stream")
        said = b"".join([part async for part in answer.streaming_content]).decode()
        lines = [event.split("\n") for event in said.strip().split("\n\n")]
        return [(name[7:], json.loads(data[6:])) for name, data in lines]

    found = asyncio.run(events("Quel délai de fabrication pour une carte d'identité perdue ?"))
    assert [name for name, _text in found] == ["answer", "sentence", "done"]
    assert found[1][1] == "La fabrication est de 3 semaines."
    page = sign_in(Client(), User.objects.latest("pk")).get(found[2][1]).content.decode()
    assert "trainedAlgorithmicMedia" in page
    assert "9 semaines" not in page
    assert [name for name, _text in asyncio.run(events("Mme Lefèbvre est séropositive, quel délai ?"))] == [
        "form"
    ]


def _pages() -> Iterator[tuple[str, str, str]]:
    """Yield the name, an address and the permission of each page of the service."""
    values = {"collection": "sheets", "sheet_id": "card", "public_id": uuid.uuid4(), "person": uuid.uuid4()}
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "namespace", None) != "assistant":
            continue
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                names = pattern.pattern.regex.groupindex
                address = reverse(f"assistant:{pattern.name}", kwargs={name: values[name] for name in names})
                yield pattern.name, address, mark_of(pattern.callback)[0]


def test_every_page_answers_as_the_table_says():
    visitors = {
        frozenset[str](): Client(),
        frozenset({"member"}): sign_in(Client(), UserFactory()),
        frozenset({"counter_agent"}): sign_in(Client(), agent()),
        frozenset({"documentalist"}): sign_in(Client(), staff("documentalist")),
        frozenset({"administrator"}): sign_in(Client(), staff("administrator")),
    }
    pages = list(_pages())
    assert len(pages) > 25
    for name, address, permission in pages:
        for roles, client in visitors.items():
            status = client.get(address).status_code
            may = bool(roles & set(table()[permission].roles))
            assert (status in (200, 404, 405)) == may, (name, roles, status)
