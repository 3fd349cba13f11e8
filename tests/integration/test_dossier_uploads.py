"""Files that arrive in pieces (tus 1.0.0): killed servers, lost answers, lies, limits, two at once."""

import base64
import hashlib
import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from bacasable.people import instance
from bacasable.people.models import JournalEntry
from bacasable.programme.dossiers import files, queries
from bacasable.programme.dossiers.models import Upload
from tests.factories import dossiers as made
from tests.factories.files import png, word
from tests.factories.people import UserFactory, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return made.draft()


@pytest.fixture
def author(client: Client, dossier):
    return sign_in(client, made.author_of(dossier))


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
        assert JournalEntry.objects.filter(
            action="dossier.file_refused", subject=f"dossier:{dossier.reference}"
        ).exists()
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
