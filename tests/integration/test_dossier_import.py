"""Import a document into a draft: shown beside what is there, then taken as chosen, and nothing more."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bacasable.programme.dossiers import importers, media, queries, template_documents
from tests.factories import dossiers as made
from tests.factories.call import CallFactory
from tests.factories.files import bomb
from tests.factories.people import UserFactory, sign_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return made.draft()


@pytest.fixture
def author(client, dossier):
    return sign_in(client, made.author_of(dossier))


def document(dossier, answers):
    return template_documents.word("Call", queries.steps_of(dossier.call), answers)


def send(client, dossier, name, content):
    address = reverse("dossiers:import", args=[dossier.reference])
    return client.post(address, {"document": SimpleUploadedFile(name, content)})


def apply(client, dossier, preview, keys):
    """Post the preview's form with the boxes of ``keys`` ticked."""
    data = {"apply": "yes", "take": keys}
    for group in preview.context["groups"]:
        data[f"seen-{group['key']}"] = group["token"]
        for row in group["rows"]:
            data[f"value-{row['key']}"] = row["values"]
    return client.post(reverse("dossiers:import", args=[dossier.reference]), data)


FOUND = {
    "project": {"title": "Ekonom'eau", "summary": "Line 1\nLine 2 <b>é</b>"},
    "data": {"categories": ["identity", "location"], "persons_count": 1200},
}


def test_what_was_read_is_shown_and_nothing_is_saved_yet(author, dossier):
    made.write(dossier, "project", title="Mine")
    preview = send(author, dossier, "a.docx", document(dossier, FOUND))
    assert preview.status_code == 200
    rows = {row["key"]: row for group in preview.context["groups"] for row in group["rows"]}
    assert rows["project.title"]["stored"] == "Mine"
    assert not rows["project.title"]["is_new"]
    assert rows["project.summary"]["is_new"]
    assert b"<b>" not in preview.content
    dossier.refresh_from_db()
    assert dossier.answers == {"project": {"title": "Mine"}}


def test_only_what_is_ticked_is_taken(author, dossier):
    made.write(dossier, "project", title="Mine")
    preview = send(author, dossier, "a.docx", document(dossier, FOUND))
    keys = ["project.summary", "data.categories", "data.persons_count"]
    assert apply(author, dossier, preview, keys).status_code == 302
    dossier.refresh_from_db()
    assert dossier.answers == {
        "project": {"title": "Mine", "summary": FOUND["project"]["summary"]},
        "data": FOUND["data"],
    }


def test_a_ticked_answer_replaces_the_one_that_was_shown(author, dossier):
    made.write(dossier, "project", title="Mine")
    preview = send(author, dossier, "a.docx", document(dossier, FOUND))
    apply(author, dossier, preview, ["project.title"])
    dossier.refresh_from_db()
    assert dossier.answers["project"]["title"] == "Ekonom'eau"


def test_an_answer_that_changed_meanwhile_is_kept(author, dossier):
    made.write(dossier, "project", title="Mine")
    preview = send(author, dossier, "a.docx", document(dossier, FOUND))
    made.write(dossier, "project", title="Mine, corrected")
    apply(author, dossier, preview, ["project.title", "project.summary"])
    dossier.refresh_from_db()
    assert dossier.answers["project"]["title"] == "Mine, corrected"
    assert dossier.answers["project"]["summary"] == FOUND["project"]["summary"]


def test_the_draft_downloaded_imports_as_nothing_new(author, dossier):
    made.write(dossier, "project", **FOUND["project"])
    for extension in ("docx", "odt"):
        answer = author.get(reverse("dossiers:document", args=[dossier.reference, extension]))
        preview = send(author, dossier, f"a.{extension}", answer.content)
        assert not preview.context["to_choose"]


def test_an_assessment(author, dossier):
    export = {
        "pia": {"name": "Essai", "status": 0},
        "answers": [{"reference_to": 221, "data": {"text": "x"}}],
    }
    preview = send(author, dossier, "pia.json", json.dumps(export).encode())
    assert preview.status_code == 200
    assert preview.context["unread"]


@pytest.mark.parametrize(
    ("name", "content"), [("a.docx", bomb()), ("a.pdf", b"%PDF-"), ("a.json", b"{"), ("a.odt", b"PK\x03\x04")]
)
def test_what_cannot_be_read_is_told_on_the_page(author, dossier, name, content):
    answer = send(author, dossier, name, content)
    assert answer.status_code == 422
    assert len(answer.context["errors"]) == 1


def test_after_the_deadline_nothing_is_taken(author, dossier, clock):
    preview = send(author, dossier, "a.docx", document(dossier, FOUND))
    clock.at = dossier.call.deadline
    clock.forward(seconds=1)
    assert apply(author, dossier, preview, ["project.title"]).status_code == 302
    dossier.refresh_from_db()
    assert dossier.answers == {}


@pytest.mark.parametrize("who", ["neighbour", "officer"])
def test_nobody_else_imports(client, dossier, who):
    sign_in(client, staff("officer") if who == "officer" else UserFactory())
    assert send(client, dossier, "a.docx", b"").status_code == 404
    assert client.get(reverse("dossiers:document", args=[dossier.reference, "docx"])).status_code == 404


class TestTemplate:
    @pytest.mark.parametrize("extension", ["docx", "odt"])
    def test_anybody_downloads_a_genuine_document(self, client, extension):
        call = CallFactory()
        answer = client.get(reverse("dossiers:template", kwargs={"slug": call.slug, "extension": extension}))
        assert answer.status_code == 200
        assert media.media_type(f"a.{extension}", answer.content) == answer["Content-Type"]
        report = importers.read(f"a.{extension}", answer.content, queries.steps_of(call))
        assert report.values == {}
        assert report.unread == []

    def test_a_call_in_preparation_has_none(self, client):
        call = CallFactory(draft=True)
        assert client.get(reverse("dossiers:template", args=[call.slug, "docx"])).status_code == 404

    def test_another_format(self, client):
        assert client.get(reverse("dossiers:template", args=[CallFactory().slug, "exe"])).status_code == 404
