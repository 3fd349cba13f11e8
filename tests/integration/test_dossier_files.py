"""Files of a dossier: added whole or in pieces, kept encrypted, read by who may, refused in words."""

import base64
import hashlib
import json
import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from bacasable.people import instance
from bacasable.people.models import JournalEntry
from bacasable.programme.dossiers import actions, files, queries
from bacasable.programme.dossiers.models import Attachment, Upload
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


TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}


class Tus:
    """A client of the protocol."""

    def __init__(self, client, dossier):
        self.client = client
        self.collection = reverse("dossiers:upload", args=[dossier.reference])
        self.address = ""

    def create(self, name="plan.png", length=0, **headers):
        encoded = base64.b64encode(name.encode()).decode()
        headers = {
            "HTTP_UPLOAD_LENGTH": str(length),
            "HTTP_UPLOAD_METADATA": f"filename {encoded}",
            **headers,
        }
        answer = self.client.post(
            self.collection, b"", content_type="application/octet-stream", **TUS, **headers
        )
        self.address = answer.get("Location", "")
        return answer

    def patch(self, content, offset, **headers):
        return self.client.patch(
            self.address,
            content,
            content_type="application/offset+octet-stream",
            CONTENT_TYPE="application/offset+octet-stream",  # the test client drops it on an empty body
            HTTP_UPLOAD_OFFSET=str(offset),
            **TUS,
            **headers,
        )

    def head(self):
        return self.client.head(self.address, **TUS)

    def delete(self):
        return self.client.delete(self.address, **TUS)


class TestPieces:
    @pytest.fixture
    def tus(self, author, dossier):
        return Tus(author, dossier)

    def test_what_the_server_can_do(self, tus):
        answer = tus.client.options(tus.collection)
        assert answer.status_code == 204
        assert answer["Tus-Version"] == "1.0.0"
        assert set(answer["Tus-Extension"].split(",")) >= {
            "creation",
            "termination",
            "checksum",
            "expiration",
        }
        assert int(answer["Tus-Max-Size"]) == files.limits().file_bytes

    def test_a_file_in_pieces_becomes_an_attachment(self, tus, dossier):
        content = png(padding=200_000)
        assert tus.create("../../été\u202e.png", len(content)).status_code == 201
        offset = 0
        while offset < len(content):
            answer = tus.patch(content[offset : offset + 70_000], offset)
            assert answer.status_code == 204
            offset = int(answer["Upload-Offset"])
            assert int(tus.head()["Upload-Offset"]) == offset
        (kept,) = queries.attachments_of(dossier)
        assert kept.name == "été.png"
        assert kept.sha256 == hashlib.sha256(content).hexdigest()

    def test_a_file_too_large_is_refused_before_it_is_sent(self, tus):
        answer = tus.create("film.png", 2 * 1024**3)
        assert answer.status_code == 413
        assert answer.json()["message"]
        assert not Upload.objects.exists()

    def test_more_bytes_than_announced(self, tus):
        tus.create(length=10)
        assert tus.patch(bytes(11), 0).status_code == 413
        assert tus.head()["Upload-Offset"] == "0"

    def test_a_piece_that_does_not_begin_where_the_file_ends(self, tus):
        tus.create(length=100)
        tus.patch(bytes(10), 0)
        for offset in (0, 5, 20):
            answer = tus.patch(bytes(10), offset)
            assert answer.status_code == 409
            assert answer["Upload-Offset"] == "10"

    def test_a_finished_file_that_lies_is_deleted_and_explained(
        self, tus, dossier, django_capture_on_commit_callbacks
    ):
        content = word()
        tus.create("plan.png", len(content))
        blob = Upload.objects.get().blob
        with django_capture_on_commit_callbacks(execute=True):
            answer = tus.patch(content, 0)
        assert answer.status_code == 422
        assert answer.json()["code"] == "lie"
        assert answer.json()["message"]
        assert not instance.vault().exists(blob)
        assert not Upload.objects.exists()
        assert "dossier.file_refused" in actions_of(dossier)
        assert tus.head().status_code == 404

    def test_a_killed_server_goes_on_where_the_stored_file_ends(self, tus, dossier):
        """The row knows nothing of what arrived: the vault's file does."""
        content = png(padding=5_000)
        tus.create(length=len(content))
        upload = Upload.objects.get()
        instance.vault().append(bytes(dossier.data_key), upload.blob, content[:3_000], 0)
        assert tus.head()["Upload-Offset"] == "3000"
        assert tus.patch(content[3_000:], 3_000).status_code == 204
        assert queries.attachments_of(dossier)

    @pytest.mark.parametrize("finished", [False, True])
    def test_a_server_killed_after_the_last_piece_attaches_the_file_when_asked(self, tus, dossier, finished):
        content = png()
        tus.create(length=len(content))
        key, blob = bytes(dossier.data_key), Upload.objects.get().blob
        instance.vault().append(key, blob, content, 0)
        if finished:
            instance.vault().finish(key, blob)
        assert tus.head()["Upload-Offset"] == str(len(content))
        assert len(queries.attachments_of(dossier)) == 1
        assert tus.head()["Upload-Offset"] == str(len(content))
        assert len(queries.attachments_of(dossier)) == 1

    def test_a_client_that_lost_the_last_answer_learns_that_all_arrived(self, tus, dossier):
        content = png()
        tus.create(length=len(content))
        tus.patch(content, 0)
        assert tus.patch(b"", len(content)).status_code == 204
        assert len(queries.attachments_of(dossier)) == 1

    def test_an_upload_given_up_leaves_nothing(self, tus, django_capture_on_commit_callbacks):
        tus.create(length=100)
        tus.patch(bytes(50), 0)
        blob = Upload.objects.get().blob
        with django_capture_on_commit_callbacks(execute=True):
            assert tus.delete().status_code == 204
        assert tus.head().status_code == 404
        assert not list(instance.vault().root.glob(f"??/{blob}*"))

    def test_an_upload_past_its_time_is_gone(self, tus, clock, django_capture_on_commit_callbacks):
        tus.create(length=100)
        tus.patch(bytes(50), 0)
        blob = Upload.objects.get().blob
        clock.forward(hours=25)
        assert tus.head().status_code == 410
        assert tus.patch(bytes(50), 50).status_code == 410
        with django_capture_on_commit_callbacks(execute=True):
            assert files.forget_expired_uploads() == 1
        assert not list(instance.vault().root.glob(f"??/{blob}*"))

    def test_forgetting_a_finished_upload_keeps_its_file(
        self, tus, dossier, clock, django_capture_on_commit_callbacks
    ):
        content = png()
        tus.create(length=len(content))
        tus.patch(content, 0)
        clock.forward(hours=25)
        with django_capture_on_commit_callbacks(execute=True):
            assert files.forget_expired_uploads() == 1
        (kept,) = queries.attachments_of(dossier)
        assert instance.vault().exists(kept.blob)

    def test_a_checksum(self, tus):
        tus.create(length=100)
        good = base64.b64encode(hashlib.sha256(bytes(50)).digest()).decode()
        assert tus.patch(b"x" * 50, 0, HTTP_UPLOAD_CHECKSUM=f"sha256 {good}").status_code == 460
        assert tus.patch(bytes(50), 0, HTTP_UPLOAD_CHECKSUM="crc32 AAAA").status_code == 400
        assert tus.patch(bytes(50), 0, HTTP_UPLOAD_CHECKSUM=f"sha256 {good}").status_code == 204

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"HTTP_UPLOAD_LENGTH": ""}, 400),
            ({"HTTP_UPLOAD_LENGTH": "-1"}, 400),
            ({"HTTP_UPLOAD_LENGTH": "١٢"}, 400),
            ({"HTTP_UPLOAD_LENGTH": "9" * 400}, 400),
            ({"HTTP_UPLOAD_DEFER_LENGTH": "1"}, 400),
            ({"HTTP_UPLOAD_METADATA": "filename ¤"}, 400),
            ({"HTTP_UPLOAD_METADATA": ""}, 422),
            ({"HTTP_TUS_RESUMABLE": "0.2.2"}, 412),
        ],
    )
    def test_what_the_protocol_does_not_allow(self, tus, headers, status):
        encoded = base64.b64encode(b"a.png").decode()
        sent = {"HTTP_UPLOAD_LENGTH": "10", "HTTP_UPLOAD_METADATA": f"filename {encoded}", **TUS, **headers}
        answer = tus.client.post(tus.collection, b"", content_type="application/octet-stream", **sent)
        assert answer.status_code == status
        assert answer["Tus-Resumable"] == "1.0.0"

    def test_a_piece_of_another_type(self, tus):
        tus.create(length=10)
        answer = tus.client.patch(
            tus.address, bytes(10), content_type="image/png", HTTP_UPLOAD_OFFSET="0", **TUS
        )
        assert answer.status_code == 415

    def test_a_get_never_becomes_a_write(self, tus):
        tus.create(length=10)
        answer = tus.client.get(tus.address, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE", **TUS)
        assert answer.status_code == 405
        assert Upload.objects.exists()

    def test_a_page_of_another_site_cannot_send(self, dossier):
        client = sign_in(Client(enforce_csrf_checks=True), made.author_of(dossier))
        assert Tus(client, dossier).create(length=10).status_code == 403

    def test_the_deadline_passes_between_two_pieces(self, tus, dossier, clock):
        clock.at = dossier.call.deadline
        content = png()
        tus.create(length=len(content))
        assert tus.patch(content[:10], 0).status_code == 204
        clock.forward(seconds=1)
        answer = tus.patch(content[10:], 10)
        assert answer.status_code == 403
        assert answer.json()["code"] == "too_late"
        assert queries.attachments_of(dossier) == []

    def test_a_neighbour_finds_nothing(self, tus, dossier):
        tus.create(length=10)
        stranger = Tus(sign_in(Client(), UserFactory()), dossier)
        assert stranger.create(length=10).status_code == 404
        stranger.address = tus.address
        assert stranger.head().status_code == 404
        assert stranger.patch(bytes(10), 0).status_code == 404
        other = made.draft()
        address = reverse("dossiers:upload_piece", args=[other.reference, uuid.uuid4()])
        assert tus.client.head(address, **TUS).status_code == 404

    def test_only_so_many_uploads_wait(self, tus, monkeypatch):
        monkeypatch.setattr(files, "WAITING_UPLOADS", 3)
        for _ in range(5):
            tus.create(length=10)
        assert Upload.objects.count() == 3
        assert tus.head().status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_pieces_at_once_are_one_and_a_conflict(client):
    dossier = made.draft()
    upload = files.begin_upload(dossier=dossier, name="a.png", length=400_000, by=made.author_of(dossier))
    outcomes = []

    def send(byte):
        try:
            client_upload = Upload.objects.select_related("dossier__call").get(pk=upload.pk)
            files.add_piece(
                upload=client_upload, content=byte * 200_000, offset=0, by=made.author_of(dossier)
            )
            outcomes.append("stored")
        except Exception as problem:
            outcomes.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(byte,)) for byte in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["WrongOffset", "stored"]
    assert files.position(upload) == 200_000
