"""The office works its queue: what it sees, what it never sees, what it takes away."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook

from bacasable.people import outgoing
from bacasable.people.models import JournalEntry
from bacasable.programme.desk import office
from bacasable.programme.dossiers import actions as dossiers
from bacasable.programme.dossiers import files
from bacasable.programme.dossiers.models import MissingPartsRequest
from tests.factories import dossiers as factory
from tests.factories.call import CallFactory
from tests.factories.files import pdf
from tests.factories.people import sign_in, staff
from tests.factories.site import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    sign_in(client, staff("officer"))
    return client


def received(officer, **query):
    return officer.get(reverse("desk:queue"), query).content.decode()


def test_the_office_sees_what_was_submitted_and_no_draft(officer):
    call = CallFactory()
    draft, sent = factory.complete(call), factory.submitted(call)
    page = received(officer)
    assert sent.reference in page
    assert draft.reference not in page
    assert officer.get(reverse("desk:dossier", args=[draft.reference])).status_code == 404


def test_what_is_written_after_submission_stays_with_its_authors(officer):
    sent = factory.submitted()
    factory.write(sent, "project", summary="A thought that is not submitted yet")
    page = officer.get(reverse("desk:dossier", args=[sent.reference])).content.decode()
    assert "A thought that is not submitted yet" not in page
    archive = zipfile.ZipFile(io.BytesIO(b"".join(officer.get(reverse("desk:export_zip")).streaming_content)))
    assert all(b"not submitted yet" not in archive.read(name) for name in archive.namelist())


def test_a_withdrawn_dossier_leaves_the_queue(officer):
    sent = factory.submitted()
    dossiers.withdraw(dossier=sent, by=factory.author_of(sent))
    assert sent.reference not in received(officer)
    assert officer.get(reverse("desk:dossier", args=[sent.reference])).status_code == 404


def test_filters_narrow_the_queue_and_nonsense_does_not_break_it(officer):
    ours, other = factory.submitted(CallFactory(slug="ours")), factory.submitted(CallFactory(slug="other"))
    page = received(officer, call="ours")
    assert ours.reference in page
    assert other.reference not in page
    assert other.reference in received(officer, words=other.reference[-4:])
    hostile = {"order": "'; drop table", "page": "-3", "words": "\x00%_\\", "eligibility": "<script>"}
    assert officer.get(reverse("desk:queue"), hostile).status_code == 200


def test_the_queue_is_read_page_by_page_and_keeps_its_filters(officer, monkeypatch):
    monkeypatch.setattr(office, "PER_PAGE", 1)
    call = CallFactory(slug="ours")
    first, second = factory.submitted(call), factory.submitted(call)
    factory.submitted(CallFactory(slug="other"))
    pages = [
        officer.get(reverse("desk:queue"), {"call": "ours", "order": "oldest", "page": n}) for n in (1, 2, 9)
    ]
    shown = [[row["reference"] for row in page.context["rows"]] for page in pages]
    assert shown == [[first.reference], [second.reference], [second.reference]]
    assert 'href="?call=ours&amp;order=oldest&amp;page=2"' in pages[0].content.decode()


def test_the_queue_says_from_whom_parts_are_awaited(officer):
    asked, other = factory.submitted(), factory.submitted()
    MissingPartsRequest.objects.create(
        dossier=asked, due_at=asked.submitted_at + timedelta(days=9), sent_by=factory.author_of(asked)
    )
    rows = {row["reference"]: row for row in officer.get(reverse("desk:queue")).context["rows"]}
    assert rows[asked.reference]["state"] == {"badge": "pièces attendues", "colour": "yellow"}
    assert rows[other.reference]["state"] == {"badge": other.get_state_display(), "colour": "blue"}


def test_the_queue_costs_the_same_for_one_dossier_as_for_many(officer, django_assert_max_num_queries):
    call = CallFactory()
    factory.submitted(call)
    received(officer)
    with django_assert_max_num_queries(100) as one:
        received(officer)
    for _ in range(6):
        factory.submitted(call)
    with django_assert_max_num_queries(len(one)):
        received(officer)


def test_the_office_asks_for_parts_and_the_authors_are_told(officer, clock):
    sent = factory.submitted()
    address = reverse("desk:dossier", args=[sent.reference])
    due_on = (clock.at + timedelta(days=10)).date().isoformat()
    answer = officer.post(
        address, {"parts": ["files", "legal.questions"], "message": "Please complete.", "due_on": due_on}
    )
    assert answer.status_code == 302
    asked = MissingPartsRequest.objects.get(dossier=sent)
    assert asked.parts == ["files", "legal.questions"]
    assert asked.due_at.astimezone(sent.call.zone).isoformat().startswith(f"{due_on}T23:59:59")
    assert sent.reference in received(officer, waiting="1")
    outgoing.deliver_due()
    told = [path.read_bytes() for path in (settings.BACASABLE.home / "outbox").glob("*.eml")]
    author = factory.author_of(sent).email.encode()
    assert [mail for mail in told if author in mail and b"Please complete." in mail]


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": []},
        {"parts": ["no.such_part"]},
        {"message": ""},
        {"message": "x" * 4001},
        {"due_on": "2020-01-01"},
        {"due_on": "not a day"},
        {"due_on": "9999-12-31"},
    ],
)
def test_a_wrong_request_keeps_what_was_typed_and_asks_nothing(officer, clock, wrong):
    sent = factory.submitted()
    good = {
        "parts": ["files"],
        "message": "Please complete what I typed.",
        "due_on": (clock.at + timedelta(days=10)).date().isoformat(),
    }
    answer = officer.post(reverse("desk:dossier", args=[sent.reference]), good | wrong)
    assert answer.status_code == 422
    assert not MissingPartsRequest.objects.exists()
    if "message" not in wrong:
        assert "Please complete what I typed." in answer.content.decode()


def test_the_spreadsheet_holds_the_answers_and_computes_nothing(officer):
    sent = factory.complete()
    factory.write(sent, "project", title='=HYPERLINK("http://evil.example")', summary="+1+1")
    factory.submit(sent)
    answer = officer.get(reverse("desk:export_xlsx"))
    cells = [cell for row in load_workbook(io.BytesIO(answer.content)).active for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    values = [cell.value for cell in cells]
    assert sent.reference in values
    assert "'+1+1" in values
    assert answer["Cache-Control"] == "no-store"


def test_the_archive_holds_the_submitted_files_byte_for_byte(officer):
    sent = factory.complete()
    content = pdf()
    files.add(dossier=sent, name="presentation.pdf", content=content, by=factory.author_of(sent))
    version = factory.submit(sent)
    answer = officer.get(reverse("desk:export_zip"), {"words": sent.reference})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    folder = f"{sent.reference}-v1"
    told = json.loads(archive.read(f"{folder}/dossier.json"))
    kept = archive.read(f"{folder}/01-presentation.pdf")
    assert kept == content
    assert told["files"][0]["sha256"] == hashlib.sha256(kept).hexdigest()
    assert told["digest"] == version.digest
    assert archive.read(f"{folder}/receipt.pdf").startswith(b"%PDF")


def test_exports_leave_a_trace_without_content(officer):
    factory.submitted()
    officer.get(reverse("desk:export_xlsx"))
    officer.get(reverse("desk:export_zip"))
    kinds = [
        (entry.facts["kind"], entry.facts["count"])
        for entry in JournalEntry.objects.filter(action="desk.exported")
    ]
    assert kinds == [("xlsx", 1), ("zip", 1)]


@pytest.mark.parametrize("name", ["queue", "export_xlsx", "export_zip"])
def test_only_the_office_works_the_queue(client, name):
    sign_in(client, staff("administrator"))
    assert client.get(reverse(f"desk:{name}")).status_code == 403


HOSTILE = '<script>alert(1)</script>\'; DROP TABLE people_user;-- #import "x" ${7*7} \u202e'


def test_what_candidates_type_is_shown_as_they_typed_it_and_does_nothing(officer):
    sent = factory.complete()
    factory.write(sent, "project", title=HOSTILE[:150], summary=HOSTILE)
    factory.write(sent, "organisation", name=HOSTILE)
    factory.submit(sent)
    for address in (reverse("desk:queue"), reverse("desk:dossier", args=[sent.reference])):
        page = officer.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_hostile_request_for_parts_is_mailed_as_text(officer, clock):
    sent = factory.submitted()
    due_on = (clock.at + timedelta(days=10)).date().isoformat()
    address = reverse("desk:dossier", args=[sent.reference])
    assert (
        officer.post(address, {"parts": ["files"], "message": HOSTILE, "due_on": due_on}).status_code == 302
    )
    assert "<script>alert" not in officer.get(address).content.decode()


def test_a_dossier_leads_to_what_became_of_it(officer):
    site = Site()
    reference, slug = site.submitted.reference, site.submitted.call.slug
    before = officer.get(reverse("desk:dossier", args=[reference])).content.decode()
    check = reverse("committee:check", args=[slug, reference])
    assert check not in before
    assert site.examination
    assert check in officer.get(reverse("desk:dossier", args=[reference])).content.decode()
    supported = site.synthesis.file.dossier.reference
    page = officer.get(reverse("desk:dossier", args=[supported])).content.decode()
    for name in ("support:file", "recommendations:of_file", "evidence:of_file"):
        assert f'href="{reverse(name, args=[supported])}"' in page
    assert reverse("synthesis:preview", args=[site.synthesis.public_id]) in page
