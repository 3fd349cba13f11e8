"""Letters: what they state, the copy signed elsewhere, the sending, the reading."""

import hashlib
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bacasable.people import instance
from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.people.outgoing import _content
from bacasable.portal import soundness
from bacasable.portal.refusal import Refused as ArchiveRefused
from bacasable.programme.call.jurisdictions import jurisdiction
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.committee import actions, documents
from bacasable.programme.committee.models import Delegation, Letter
from bacasable.programme.committee.queries.decisions import Signatory
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support.models import SupportFile
from tests.factories import dossiers, files
from tests.factories.call import PhaseFactory
from tests.factories.decisions import deliberating, sent, take
from tests.factories.people import UserFactory, sign_in, staff, verified

pytestmark = pytest.mark.django_db


def pdf_of(letter: Letter) -> bytes:
    key = bytes(letter.outcome.examination.dossier.data_key)
    return b"".join(instance.vault().read(key, letter.blob))


def words(pdf: bytes) -> str:
    """Return the text of a PDF, every white space as one space, without the marks of hyphenation."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def signed(generated: bytes) -> bytes:
    """Return the PDF with a revision appended, as an electronic signature appends one."""
    writer = pypdf.PdfWriter(io.BytesIO(generated), incremental=True)
    writer.add_metadata({"/Keywords": "signed"})
    stream = io.BytesIO()
    writer.write(stream)
    assert stream.getvalue().startswith(generated)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["laureate", "advised", "refused"])
def test_a_letter_states_who_decided_what_why_and_the_remedies(kind):
    room = deliberating(dossiers=1, scored=True)
    decision = take(room, kinds=[kind], name="Paula Durand", capacity="President of the authority")
    letter = Letter.objects.get()
    pdf = pdf_of(letter)
    assert hashlib.sha256(pdf).hexdigest() == letter.sha256
    text = squeezed(words(pdf))
    outcome = decision.outcomes.get()
    for stated in (
        "Paula Durand",
        "President of the authority",
        outcome.reasons,
        letter.reference,
        room.examinations[0].dossier.reference,
        room.call.title,
    ):
        assert squeezed(stated) in text, stated
    law = jurisdiction(room.call.jurisdiction)
    assert squeezed(law.clause("mention", "en")) in text
    assert squeezed(law.clause("remedies", "en")) in text
    assert pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712 (pypdf's own boolean)


def test_the_letter_speaks_the_language_and_the_law_of_the_call():
    room = deliberating(dossiers=1, scored=True)
    Call.objects.filter(pk=room.call.pk).update(language="fr", jurisdiction="lu")
    take(room, kinds=["refused"])
    pdf = pdf_of(Letter.objects.get())
    text = squeezed(words(pdf))
    assert squeezed(jurisdiction("lu").clause("remedies", "fr")) in text
    assert pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"].lower().startswith("fr")


def test_the_letter_of_a_laureate_tells_the_phases_of_its_own_call():
    room = deliberating(dossiers=1)
    PhaseFactory(call=room.call, title="Find the problems", duration_months=4)
    take(room, kinds=["laureate"])
    text = squeezed(words(pdf_of(Letter.objects.get())))
    assert squeezed("Find the problems (4 months)") in text


def test_a_dossier_that_nobody_scored_gets_no_mention_of_a_grid():
    room = deliberating(dossiers=1)
    take(room, kinds=["refused"])
    text = squeezed(words(pdf_of(Letter.objects.get())))
    assert squeezed(documents.mention(room.call)) not in text


def test_a_letter_signed_by_delegation_names_the_act():
    room = deliberating(dossiers=1)
    version = room.examinations[0].dossier.current_version
    decided = documents.Decided(version, "refused", "Reasons.", is_scored=False, is_admissible=True)
    at = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC"))
    delegation = Delegation(act_reference="Act 2026-12 of 3 January", capacity="Secretary General")
    by_delegate = words(
        documents.letter(room.call, decided, Signatory("D. Ante", "Secretary General", delegation), at)
    )
    assert squeezed("Act 2026-12 of 3 January") in squeezed(by_delegate)
    own = words(documents.letter(room.call, decided, Signatory("P. Dent", "President"), at))
    assert "Act" not in own


@pytest.mark.parametrize(
    "typed",
    [
        '#panic("x") $x$ \\ *b* _i_ `c` @ref <label> // [a](b)',
        "\u202e\u0000\ufffe\ud83d\ude00 مرحبا",
        "x" * 4000,
    ],
)
def test_whatever_is_typed_a_letter_is_drawn(typed):
    room = deliberating(dossiers=1)
    version = room.examinations[0].dossier.current_version
    decided = documents.Decided(version, "refused", typed, is_scored=True, is_admissible=False)
    at = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC"))
    assert documents.letter(room.call, decided, Signatory("A", "B"), at).startswith(b"%PDF-")


def test_a_signed_copy_is_filed_and_what_it_begins_with_is_said(client):
    room = deliberating(dossiers=1)
    take(room, kinds=["laureate"])
    letter = Letter.objects.get()
    sign_in(client, room.officer)
    address = reverse("committee:letter_signed", args=[letter.reference])
    scan = files.pdf()
    copy = signed(pdf_of(letter))
    for content, holds in ((scan, False), (copy, True)):
        answer = client.post(address, {"signed": SimpleUploadedFile("Signé.pdf", content)})
        assert answer.status_code == 302
        letter.refresh_from_db()
        assert letter.signed_holds_generated is holds
        assert letter.signed_sha256 == hashlib.sha256(content).hexdigest()
    got = client.get(reverse("committee:letter_signed_pdf", args=[letter.reference]))
    assert got.content == copy
    assert got["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("committee:letter", args=[letter.reference])).content == pdf_of(letter)


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("letter.pdf", lambda generated: generated, "unsigned"),
        ("letter.png", lambda generated: files.png(), "not_pdf"),
        ("letter.pdf", lambda generated: files.png(), "lie"),
        ("letter.pdf", lambda generated: generated[:200], "damaged"),
        ("letter.pdf", lambda generated: b"%PDF-" + bytes(10 * 1024 * 1024), "too_large"),
        ("letter.exe", lambda generated: b"MZ", "extension"),
    ],
)
def test_what_is_no_signed_letter_is_refused(name, make, code):
    room = deliberating(dossiers=1)
    take(room, kinds=["laureate"])
    letter = Letter.objects.get()
    with pytest.raises(Refused) as refused:
        actions.file_signed_letter(letter=letter, name=name, content=make(pdf_of(letter)), by=room.officer)
    assert refused.value.code == code
    letter.refresh_from_db()
    assert not letter.signed_blob


def test_a_letter_that_was_sent_does_not_change_any_more(client):
    room = deliberating(dossiers=1)
    sent(room, ["laureate"])
    letter = Letter.objects.get()
    with pytest.raises(Refused) as refused:
        actions.file_signed_letter(letter=letter, name="a.pdf", content=files.pdf(), by=room.officer)
    assert refused.value.code == "sent"
    sign_in(client, room.officer)
    address = reverse("committee:letter_signed", args=[letter.reference])
    assert client.post(address, {"signed": SimpleUploadedFile("a.pdf", files.pdf())}).status_code == 422


def test_the_candidate_gets_a_mail_without_the_decision_then_reads_the_letter(client):
    room = deliberating(dossiers=2)
    decision = take(room, kinds=["laureate", "refused"])
    dossier = room.examinations[1].dossier
    author = dossiers.author_of(dossier)
    page = reverse("committee:own_letter", args=[dossier.reference])
    pdf = reverse("committee:own_letter_pdf", args=[dossier.reference])
    sign_in(client, author)
    assert client.get(page).context["letter"] is None
    assert client.get(pdf).status_code == 404
    kept = room.examinations[0].dossier
    assert not SupportFile.objects.exists()  # nothing tells the outcome before the letter
    assert not OutgoingMail.objects.filter(about=f"dossier:{kept.reference}").exists()
    assert actions.send_letters(decision=decision, by=room.officer, accept_unsigned=True) == 2
    assert actions.send_letters(decision=decision, by=room.officer) == 0
    assert SupportFile.objects.get().dossier == kept
    mail = OutgoingMail.objects.get(to=author.email, about=f"dossier:{dossier.reference}")
    content = _content(mail)
    assert page in content.text
    outcome = decision.outcomes.get(examination=room.examinations[1])
    for secret in (outcome.reasons, "refused", "refusé"):
        assert secret not in content.text + content.subject
    assert outcome.letter.read_at is None
    seen = client.get(page)
    assert seen.context["outcome"] == outcome
    assert client.get(pdf).content == pdf_of(outcome.letter)
    outcome.letter.refresh_from_db()
    assert outcome.letter.read_at is not None
    assert JournalEntry.objects.filter(action="committee.letter_read").count() == 1


def test_letters_without_a_signed_copy_are_sent_knowingly_or_not_at_all(client):
    room = deliberating(dossiers=2)
    decision = take(room, kinds=["laureate", "refused"])
    first, _second = Letter.objects.order_by("pk")
    actions.file_signed_letter(letter=first, name="a.pdf", content=files.pdf(), by=room.officer)
    with pytest.raises(Refused) as refused:
        actions.send_letters(decision=decision, by=room.officer)
    assert (refused.value.code, refused.value.values["count"]) == ("unsigned", 1)
    sign_in(client, room.officer)
    address = reverse("committee:letters", args=[room.call.slug])
    assert client.get(address).context["unsigned"] == 1
    answer = client.post(address)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["accept_unsigned"])
    assert not Letter.objects.exclude(sent_at=None).exists()
    assert not SupportFile.objects.exists()
    assert client.post(address, {"accept_unsigned": "on"}).status_code == 302
    assert not Letter.objects.filter(sent_at=None).exists()
    assert client.get(address).status_code == 200


def test_signed_letters_are_sent_without_asking(client):
    room = deliberating(dossiers=1)
    take(room, kinds=["laureate"])
    letter = Letter.objects.get()
    actions.file_signed_letter(letter=letter, name="a.pdf", content=files.pdf(), by=room.officer)
    sign_in(client, room.officer)
    address = reverse("committee:letters", args=[room.call.slug])
    assert "accept_unsigned" not in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    letter.refresh_from_db()
    assert letter.sent_at is not None


def test_a_letter_always_says_where_to_write(settings):
    room = deliberating(dossiers=1)
    version = room.examinations[0].dossier.current_version
    said = documents.Decided(version, "laureate", "Reasons.", is_scored=True, is_admissible=True)
    at = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC"))

    def values(call):
        facts = documents.content(call, said, Signatory("P. Dent", "President"), at)["facts"]
        return [fact["value"] for fact in facts]

    room.call.contact_address, room.call.contact_is_live = "call@office.example", True
    assert "call@office.example" in values(room.call)
    room.call.contact_is_live = False
    page = settings.BACASABLE.public_url.rstrip("/") + reverse("call:detail", args=[room.call.slug])
    settings.BACASABLE = settings.BACASABLE.model_copy(update={"contact_address": ""})
    assert page in values(room.call)
    settings.BACASABLE = settings.BACASABLE.model_copy(update={"contact_address": "office@office.example"})
    assert "office@office.example" in values(room.call)
    assert "call@office.example" not in values(room.call)


def test_nobody_else_reads_the_letter(client):
    room = deliberating(dossiers=2)
    sent(room, ["laureate", "refused"])
    dossier = room.examinations[0].dossier
    neighbour = dossiers.author_of(room.examinations[1].dossier)
    for person in (neighbour, UserFactory(), room.officer, staff("inspector")):
        sign_in(client, person)
        for name in ("committee:own_letter", "committee:own_letter_pdf"):
            assert client.get(reverse(name, args=[dossier.reference])).status_code == 404
    letter = Letter.objects.first()
    for person in (neighbour, staff("expert"), staff("inspector")):
        sign_in(client, person)
        for name in ("committee:letter", "committee:letter_signed", "committee:letter_signed_pdf"):
            assert client.get(reverse(name, args=[letter.reference])).status_code == 404


def test_an_altered_letter_is_found_when_a_backup_is_examined():
    room = deliberating(dossiers=1)
    take(room, kinds=["laureate"])
    letter = Letter.objects.get()
    actions.file_signed_letter(letter=letter, name="a.pdf", content=files.pdf(), by=room.officer)
    assert soundness.examine()
    Letter.objects.update(signed_sha256="0" * 64)
    with pytest.raises(ArchiveRefused, match=letter.reference):
        soundness.examine()


def test_letters_are_sent_before_anything_is_published():
    room = deliberating(dossiers=1)
    decision = take(room, kinds=["laureate"])
    with pytest.raises(Refused) as refused:
        actions.publish(decision=decision, by=room.officer)
    assert refused.value.code == "letters"
    assert not SelectedProject.objects.exists()


def test_only_the_office_sends_and_publishes():
    room = deliberating(dossiers=1)
    decision = take(room, kinds=["laureate"])
    for person in (verified(staff("expert")), verified(staff("inspector", "officer")), UserFactory()):
        with pytest.raises(PermissionDenied):
            actions.send_letters(decision=decision, by=person)
        with pytest.raises(PermissionDenied):
            actions.publish(decision=decision, by=person)


def test_the_letters_page_shows_many_with_few_queries(client, django_assert_max_num_queries):
    room = deliberating(dossiers=12)
    sent(room, ["laureate"] * 6 + ["refused"] * 6)
    sign_in(client, room.officer)
    for name in ("committee:letters", "committee:publish"):
        address = reverse(name, args=[room.call.slug])
        client.get(address)
        with django_assert_max_num_queries(20):
            assert client.get(address).status_code == 200


def test_the_letters_are_sent_from_their_page(client):
    room = deliberating(dossiers=2)
    sign_in(client, room.officer)
    address = reverse("committee:letters", args=[room.call.slug])
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    take(room, kinds=["laureate", "refused"])
    assert client.post(address, {"accept_unsigned": "on"}).status_code == 302
    assert not Letter.objects.filter(sent_at=None).exists()
