"""Files of a dossier: added whole or in pieces, kept encrypted, read by who may, refused in words."""

import hashlib
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bacasable.people import instance
from bacasable.people.models import JournalEntry
from bacasable.programme.dossiers import actions, files, queries
from bacasable.programme.dossiers.models import Attachment
from bacasable.programme.dossiers.refusals import Refused
from tests.factories import dossiers as made
from tests.factories.files import bomb, pdf, png, word
from tests.factories.people import UserFactory, sign_in, staff, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return made.draft()


@pytest.fixture
def author(client: Client, dossier):
    return sign_in(client, made.author_of(dossier))


@pytest.fixture
def limits(monkeypatch):
    """Set small limits: ``limits(files=2)``."""

    def change(file_bytes=20 * 1024 * 1024, files_=20, dossier_bytes=100 * 1024 * 1024):
        monkeypatch.setattr(files, "limits", lambda: files.Limits(file_bytes, files_, dossier_bytes))

    return change


def add(dossier, name="note.pdf", content=None, **options):
    dossier.refresh_from_db()
    by = options.pop("by", None) or made.author_of(dossier)
    return files.add(dossier=dossier, name=name, content=content or pdf(), by=by, **options)


def actions_of(dossier):
    subject = f"dossier:{dossier.reference}"
    return list(JournalEntry.objects.filter(subject=subject).values_list("action", flat=True))


class TestWhole:
    def test_the_content_comes_back_and_is_unreadable_at_rest(self, dossier):
        content = word("donnée très confidentielle")
        kept = add(dossier, "lettre.docx", content)
        assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        read = b"".join(instance.vault().read(bytes(dossier.data_key), kept.blob))
        assert read == content
        stored = (instance.vault().root / kept.blob[:2] / f"{kept.blob}.sealed").read_bytes()
        assert content[:40] not in stored
        assert b"[Content_Types].xml" not in stored
        assert "dossier.file_added" in actions_of(dossier)

    def test_the_same_file_twice_is_one_attachment(self, dossier):
        content = pdf()
        before = set(instance.vault().names())
        first = add(dossier, "a.pdf", content)
        assert add(dossier, "a.pdf", content) == first
        assert set(instance.vault().names()) - before == {first.blob}

    def test_another_file_of_the_same_name_gets_a_number(self, dossier):
        add(dossier, "a.png", png())
        assert add(dossier, "A.png", png(2, 2)).name == "A (2).png"

    def test_a_submission_checked_before_the_file_arrived_is_stale(self):
        dossier = made.complete()
        revision = dossier.revision
        add(dossier)
        with pytest.raises(Refused) as caught:
            actions.submit(dossier=dossier, revision=revision, by=made.author_of(dossier))
        assert caught.value.code == "stale"

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("a.pdf", word(), "lie"),
            ("a.docx", bomb(), "bomb"),
            ("a.exe", b"MZ", "extension"),
            ("photo\u202egpj.exe", b"MZ", "extension"),
            ("a.pdf", b"", "empty"),
        ],
        ids=["lie", "bomb", "exe", "rtl", "empty"],
    )
    def test_a_refused_file_leaves_nothing(self, dossier, name, content, code):
        before = set(instance.vault().names())
        with pytest.raises(Refused) as caught:
            files.add(dossier=dossier, name=name, content=content, by=made.author_of(dossier))
        assert caught.value.code == code
        assert set(instance.vault().names()) == before
        assert not dossier.attachments.exists()
        entry = JournalEntry.objects.filter(action="dossier.file_refused").last()
        assert entry is None or name not in json.dumps(entry.facts)

    def test_limits(self, dossier, limits):
        limits(file_bytes=2_000)
        with pytest.raises(Refused, match="too_large"):
            add(dossier, "a.png", png(padding=3_000))
        limits(files_=1)
        add(dossier, "a.png", png())
        with pytest.raises(Refused, match="too_many"):
            add(dossier, "b.png", png(2, 2))
        limits(dossier_bytes=3_000)
        with pytest.raises(Refused, match="too_much"):
            add(dossier, "b.png", png(padding=3_000))

    def test_after_the_deadline_nothing_is_added_or_removed(self, dossier, clock):
        kept = add(dossier)
        clock.at = dossier.call.deadline
        add(dossier, "last.png", png())
        clock.forward(seconds=1)
        with pytest.raises(Refused, match="too_late"):
            add(dossier, "late.png", png(3, 3))
        with pytest.raises(Refused, match="too_late"):
            files.remove(attachment=kept, by=made.author_of(dossier))

    def test_after_the_deadline_only_asked_files_come_in(self, clock):
        dossier = made.submitted()
        officer = verified(staff("officer"))
        clock.at = dossier.call.deadline
        clock.forward(hours=1)
        due = clock.at.replace(year=clock.at.year + 1)
        actions.request_missing_parts(
            dossier=dossier, parts=["project.summary"], message="", due_at=due, by=officer
        )
        with pytest.raises(Refused, match="parts"):
            add(dossier)
        actions.request_missing_parts(dossier=dossier, parts=["files"], message="", due_at=due, by=officer)
        assert add(dossier).name == "note.pdf"

    def test_an_answer_lost_with_the_transaction_leaves_no_file(self, dossier, monkeypatch):
        before = set(instance.vault().names())
        monkeypatch.setattr(files, "_changed", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            add(dossier)
        assert set(instance.vault().names()) == before
        assert not dossier.attachments.exists()


class TestRemoval:
    def test_a_file_never_submitted_is_erased(self, dossier, django_capture_on_commit_callbacks):
        kept = add(dossier)
        with django_capture_on_commit_callbacks(execute=True):
            files.remove(attachment=kept, by=made.author_of(dossier))
        assert not instance.vault().exists(kept.blob)
        assert not Attachment.objects.filter(pk=kept.pk).exists()
        files.remove(attachment=kept, by=made.author_of(dossier))
        assert actions_of(dossier).count("dossier.file_removed") == 1

    def test_a_submitted_file_stays_with_its_version(self, django_capture_on_commit_callbacks):
        dossier = made.complete()
        kept = add(dossier)
        made.submit(dossier)
        with django_capture_on_commit_callbacks(execute=True):
            files.remove(attachment=kept, by=made.author_of(dossier))
        assert queries.attachments_of(dossier) == []
        assert instance.vault().exists(kept.blob)


class TestReading:
    @pytest.fixture
    def submitted(self):
        dossier = made.complete()
        self.sent = add(dossier, "sent.pdf")
        made.submit(dossier)
        self.later = add(dossier, "later.png", png())
        dossier.refresh_from_db()
        return dossier

    def get(self, client, dossier, attachment):
        return client.get(reverse("dossiers:file", args=[dossier.reference, attachment.public_id]))

    def test_it_is_sent_to_be_saved_and_can_run_nothing(self, client, submitted):
        sign_in(client, made.author_of(submitted))
        answer = self.get(client, submitted, self.sent)
        assert hashlib.sha256(answer.content).hexdigest() == self.sent.sha256
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]

    def test_the_name_is_encoded(self, client, dossier):
        kept = add(dossier, 'été "x"; filename=a.exe.pdf')
        sign_in(client, made.author_of(dossier))
        header = self.get(client, dossier, kept)["Content-Disposition"]
        assert header.isascii()
        assert "filename*=utf-8''" in header.lower()

    def test_the_office_reads_what_was_submitted_and_nothing_else(self, client, submitted):
        sign_in(client, staff("officer"))
        assert self.get(client, submitted, self.sent).status_code == 200
        assert self.get(client, submitted, self.later).status_code == 404
        actions.withdraw(dossier=submitted, by=made.author_of(submitted))
        assert self.get(client, submitted, self.sent).status_code == 404

    @pytest.mark.parametrize("who", ["neighbour", "administrator"])
    def test_nobody_else_learns_that_it_exists(self, client, submitted, who):
        user = staff("administrator") if who == "administrator" else UserFactory()
        sign_in(client, user)
        assert self.get(client, submitted, self.sent).status_code == 404
        address = reverse("dossiers:files", args=[submitted.reference])
        assert client.get(address).status_code == 404

    def test_a_file_is_not_found_under_the_number_of_another_dossier(self, client, dossier, submitted):
        sign_in(client, made.author_of(dossier))
        assert self.get(client, dossier, self.sent).status_code == 404

    @pytest.mark.parametrize("damage", ["altered", "lost"])
    def test_a_file_that_is_not_what_was_deposited_is_never_sent_in_part(self, client, dossier, damage):
        kept = add(dossier, "a.png", png(padding=200_000))
        sign_in(client, made.author_of(dossier))
        path = instance.vault().root / kept.blob[:2] / f"{kept.blob}.sealed"
        if damage == "lost":
            path.unlink()
        else:
            stored = bytearray(path.read_bytes())
            stored[len(stored) // 2] ^= 1
            path.write_bytes(stored)
        answer = self.get(client, dossier, kept)
        assert answer.status_code == 500
        assert str(kept.public_id).encode() in answer.content

    def test_a_co_author_reads_it(self, client, submitted):
        sign_in(client, made.co_author_of(submitted))
        assert self.get(client, submitted, self.later).status_code == 200


class TestPage:
    def post(self, client, dossier, *uploads):
        address = reverse("dossiers:files", args=[dossier.reference])
        return client.post(address, {"files": [SimpleUploadedFile(name, body) for name, body in uploads]})

    def test_a_plain_form_adds_files_and_tells_each_refusal(self, author, dossier):
        answer = self.post(author, dossier, ("a.pdf", pdf()), ("b.pdf", word()), ("c.png", png()))
        assert answer.status_code == 422
        assert {kept.name for kept in queries.attachments_of(dossier)} == {"a.pdf", "c.png"}
        assert len(answer.context["errors"]) == 1
        assert "b.pdf" in answer.context["errors"][0]

    def test_without_a_file_it_asks_for_one(self, author, dossier):
        assert author.post(reverse("dossiers:files", args=[dossier.reference])).status_code == 422

    def test_a_name_with_markup_is_shown_as_text(self, author, dossier):
        answer = self.post(author, dossier, ("<script>alert(1)</script>.exe", b"MZ"))
        assert b"<script>alert" not in answer.content

    def test_removal_asks_first(self, author, dossier):
        kept = add(dossier)
        address = reverse("dossiers:file_remove", args=[dossier.reference, kept.public_id])
        assert author.get(address).status_code == 200
        assert queries.attachments_of(dossier)
        assert author.post(address).status_code == 302
        assert queries.attachments_of(dossier) == []
        assert author.post(address).status_code == 302

    def test_the_page_is_shown_before_and_after_the_deadline(self, author, dossier, clock):
        add(dossier)
        address = reverse("dossiers:files", args=[dossier.reference])
        assert b"data-tus-url" in author.get(address).content
        clock.at = dossier.call.deadline
        clock.forward(seconds=1)
        late = author.get(address)
        assert late.status_code == 200
        assert b"data-tus-url" not in late.content

    def test_the_number_of_queries_does_not_grow_with_the_files(
        self, author, dossier, django_assert_max_num_queries
    ):
        address = reverse("dossiers:files", args=[dossier.reference])
        add(dossier, "a.png", png())
        author.get(address)
        with django_assert_max_num_queries(100) as few:
            author.get(address)
        for number in range(2, 8):
            add(dossier, f"{number}.png", png(number, number))
        with django_assert_max_num_queries(len(few)):
            author.get(address)

    def test_a_body_stays_in_memory(self, settings):
        assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
        assert settings.BACASABLE.request_megabytes * 1024 * 1024 < settings.FILE_UPLOAD_MAX_MEMORY_SIZE
