"""The pages of a support file, as both sides see them."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people import sessions
from bacasable.programme.call.models import Call
from bacasable.programme.support import actions, readings
from bacasable.programme.support.models import Guidance, SupportFile, SupportQuestion
from tests.factories import files, support
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory, sign_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return support.active()


def at(made, name="file", *args):
    return reverse(f"support:{name}", args=[made.reference, *args])


def day(value, name):
    return {f"{name}_{part}": getattr(value, part) for part in ("day", "month", "year")}


def without(answer, reference):
    """Return a page without the reference that was asked for and the tokens drawn for each answer."""
    page = answer.content.decode().replace(reference, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


class TestWhoSees:
    def test_both_sides_and_the_office_read_the_same_page(self, client, made):
        team = {member.user.name for member in made.file.team.all()}
        others = (staff("officer"), staff("president"))
        for user in (made.author, made.co_author, made.lawyer, made.officer, *others):
            page = sign_in(client, user).get(at(made))
            assert page.status_code == 200
            assert all(name in page.content.decode() for name in team)

    @pytest.mark.parametrize("page", ["file", "questions", "guidance", "agreement", "documents", "team"])
    def test_a_stranger_cannot_tell_a_file_from_nothing(self, client, made, page):
        strangers = [
            UserFactory(),
            staff("expert"),
            staff("administrator"),
            staff("editor"),
            staff("inspector"),
        ]
        for stranger in strangers:
            sign_in(client, stranger)
            there = client.get(at(made, page))
            nothing = client.get(at(made, page).replace(made.reference, "BAS-2001-0001"))
            assert (there.status_code, nothing.status_code) == (404, 404)
            assert without(there, made.reference) == without(nothing, "BAS-2001-0001")

    def test_a_member_who_left_or_signed_in_weakly_reads_nothing(self, client, made):
        sign_in(client, made.lawyer, sessions.LINK)
        assert client.get(at(made)).status_code == 404
        sign_in(client, made.lawyer)
        assert client.get(at(made)).status_code == 200
        actions.remove_member(member=made.file.team.get(user=made.lawyer), by=made.officer)
        assert client.get(at(made)).status_code == 404

    def test_the_list_holds_ones_own_and_grows_without_queries(
        self, client, made, django_assert_max_num_queries
    ):
        stranger = support.active()
        sign_in(client, made.author)
        page = client.get(reverse("support:list")).content.decode()
        assert made.reference in page
        assert stranger.reference not in page
        sign_in(client, made.officer)
        client.get(reverse("support:list"))
        with django_assert_max_num_queries(1000) as few:
            page = client.get(reverse("support:list")).content.decode()
        assert stranger.reference in page
        for _more in range(3):
            one = support.active()
            support.question(one)
            support.guidance(one)
            support.meeting(one, minutes="M")
        with django_assert_max_num_queries(len(few)):
            client.get(reverse("support:list"))

    def test_the_page_of_a_file_grows_without_queries(self, client, made, django_assert_max_num_queries):
        def fill():
            line = support.guidance(made, question=support.question(made, answer="Yes."))
            actions.follow(guidance=line, followed="yes", why="", by=made.author)
            support.milestone(made)
            support.meeting(made, minutes="M")

        fill()
        sign_in(client, made.author)
        pages = [at(made, name) for name in ("file", "history", "questions", "guidance", "roadmap")]
        for page in pages:
            client.get(page)
            with django_assert_max_num_queries(1000) as few:
                client.get(page)
            fill()
            fill()
            with django_assert_max_num_queries(len(few)):
                client.get(page)


class TestWriting:
    def test_a_question_goes_from_one_side_to_the_other_and_becomes_guidance(self, client, made):
        sign_in(client, made.author)
        client.post(at(made, "questions"), {"kind": "legal", "body": "May we reuse the data?"})
        sign_in(client, made.lawyer)
        client.post(at(made, "answer", 1), {"answer": "On conditions."})
        filled = client.get(at(made, "guide"), {"question": 1})
        assert filled.context["form"]["question"].value() == "1"
        sent = {"text": "Name the conditions.", "facts": "Logs are kept a year.", "question": 1}
        assert client.post(at(made, "guide"), sent).status_code == 302
        sign_in(client, made.co_author)
        refused = client.post(at(made, "follow", 1), {"followed": "no", "why": ""})
        assert refused.status_code == 422
        client.post(at(made, "follow", 1), {"followed": "no", "why": "The logs are gone."})
        line = Guidance.objects.get()
        assert (line.question.number, line.followed, line.followed_by) == (1, "no", made.co_author)

    def test_what_was_typed_comes_back_with_the_refusal(self, client, made):
        question = support.question(made, answer="Yes.")
        sign_in(client, made.officer)
        page = client.post(at(made, "answer", question.number), {"answer": "Another answer."})
        assert page.status_code == 422
        assert SupportQuestion.objects.get().answer == "Yes."
        page = client.post(at(made, "questions"), {"body": "No kind was chosen."})
        assert page.status_code == 422
        assert "No kind was chosen." in page.content.decode()

    def test_a_correction_begins_from_the_line_that_it_replaces(self, client, made):
        support.guidance(made, text="Keep one year.")
        sign_in(client, made.lawyer)
        form = client.get(at(made, "guide"), {"replaces": 1}).context["form"]
        assert form["text"].value() == "Keep one year."
        client.post(at(made, "guide"), {"text": "Six months.", "facts": "F", "replaces": 1})
        assert Guidance.objects.get(number=2).replaces.number == 1

    @pytest.mark.parametrize(
        "query", ["?replaces=x", "?replaces=²", "?question=99&meeting=no", "?replaces=99999999999"]
    )
    def test_a_wrong_address_of_the_form_is_no_error(self, client, made, query):
        sign_in(client, made.lawyer)
        assert client.get(at(made, "guide") + query).status_code == 200

    def test_the_office_keeps_the_roadmap_and_the_project_does_not(self, client, made):
        due = made.file.starts_on - timedelta(days=1)
        sent = {"title": "Map of data", "side": "project", **day(due, "due_on")}
        sign_in(client, made.author)
        assert client.post(at(made, "roadmap"), sent).status_code == 403
        sign_in(client, made.lawyer)
        client.post(at(made, "roadmap"), sent)
        milestone = made.file.milestones.get()
        assert client.get(at(made, "roadmap")).context["late"] == 1
        page = at(made, "milestone", milestone.public_id)
        assert client.post(page, {"act": "drop", "reason": ""}).status_code == 422
        client.post(page, {"act": "done"})
        milestone.refresh_from_db()
        assert milestone.done_on is not None

    def test_minutes_are_approved_as_they_were_read(self, client, made):
        meeting = support.meeting(made, minutes="First.")
        page = at(made, "meeting", meeting.public_id)
        sign_in(client, made.author)
        seen = client.get(page).context["seen"]
        actions.minute(meeting=meeting, present="P", minutes="Second.", by=made.lawyer)
        for stale in (seen, "", "2026-13-45T99:00:00", "x" * 9000):
            assert client.post(page, {"act": "approve", "seen": stale}).status_code == 302, stale
            meeting.refresh_from_db()
            assert meeting.approved_at is None
        client.post(page, {"act": "remark", "remark-text": "A name."})
        client.post(page, {"act": "approve", "seen": client.get(page).context["seen"]})
        meeting.refresh_from_db()
        assert meeting.approved_by == made.author

    def test_a_meeting_is_announced_in_the_zone_of_the_call(self, client):
        made = support.active(call=CallFactory(time_zone="Pacific/Noumea"))
        sign_in(client, made.lawyer)
        local = (
            (platform_clock.now() + timedelta(days=9)).astimezone(made.dossier.call.zone).replace(minute=0)
        )
        sent = {**day(local, "held_at"), "held_at_hour": local.hour, "held_at_minute": 0}
        client.post(at(made, "meetings"), sent)
        assert made.file.meetings.get().held_at == local.replace(second=0, microsecond=0)


class TestAgreement:
    def test_an_officer_proves_again_who_they_are_to_sign(self, client):
        made = support.opened()
        sign_in(client, made.officer)
        assert client.post(at(made, "agreement_write"), {"content": "Terms."}).status_code == 302
        seen = made.refresh().agreement.sha256
        sent = {"name": "An Officer", "capacity": "Head", "agreed": "on", "seen": seen}
        session = client.session
        session["people.proved_at"] = session["people.proved_at"] - 3600
        session.save()
        answer = client.post(at(made, "agreement_sign_office"), sent)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")
        sign_in(client, made.officer)
        client.post(at(made, "agreement_sign_office"), sent)
        sign_in(client, made.author)
        assert client.post(at(made, "agreement_sign"), {**sent, "agreed": ""}).status_code == 422
        client.post(at(made, "agreement_sign"), sent)
        assert made.refresh().state == "active"
        pdf = client.get(at(made, "agreement_pdf"))
        assert pdf.content.startswith(b"%PDF-")

    def test_the_text_begins_from_that_of_the_jurisdiction_in_the_language_of_the_call(self, client):
        for language, jurisdiction in (("en", "fr"), ("fr", "fr"), ("fr", "lu")):
            made = support.opened(call=CallFactory(language=language, jurisdiction=jurisdiction))
            sign_in(client, made.officer)
            text = client.get(at(made, "agreement_write")).context["form"]["content"].value()
            actions.write_agreement(file=made.file, content=text, by=made.officer)
            assert client.get(at(made, "agreement_pdf")).content.startswith(b"%PDF-")

    def test_a_pdf_signed_elsewhere_is_filed_and_taken_by_both(self, client):
        made = support.opened()
        sign_in(client, made.officer)
        wrong = client.post(at(made, "agreement_file"), {"signed": named("a.pdf", b"not a pdf")})
        assert wrong.status_code == 422
        assert client.post(at(made, "agreement_file")).status_code == 422
        client.post(at(made, "agreement_file"), {"signed": named("a.pdf", files.pdf())})
        sign_in(client, made.co_author)
        assert client.get(at(made, "agreement_signed")).content == files.pdf()


def named(name, content):
    stream = io.BytesIO(content)
    stream.name = name
    return stream


class TestDocuments:
    def test_a_document_is_saved_and_never_shown_as_part_of_the_site(self, client, made):
        sign_in(client, made.author)
        good, bad = named("a.pdf", files.pdf()), named("b.png", b"no picture")
        page = client.post(at(made, "documents"), {"files": [good, bad]})
        assert page.status_code == 422
        document = made.file.documents.get()
        sign_in(client, made.lawyer)
        answer = client.get(at(made, "document", document.public_id))
        assert answer.content == files.pdf()
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        client.post(at(made, "document_remove", document.public_id))
        assert client.get(at(made, "document", document.public_id)).status_code == 200
        sign_in(client, made.author)
        client.post(at(made, "document_remove", document.public_id))
        assert client.get(at(made, "document", document.public_id)).status_code == 404

    def test_a_document_is_not_read_through_another_file(self, client, made):
        other, document = support.active(), support.document(made)
        sign_in(client, other.author)
        assert client.get(at(other, "document", document.public_id)).status_code == 404


class TestLedger:
    def test_the_table_holds_no_formula(self, client, made):
        line = support.guidance(made, text='=HYPERLINK("http://x.example")', facts="+1")
        actions.follow(guidance=line, followed="partly", why="@cmd", by=made.author)
        sign_in(client, made.author)
        answer = client.get(at(made, "ledger_csv"))
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == 2
        assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "@"))]

    @pytest.mark.parametrize(("regime", "shown"), [("accompaniment", False), ("ai_act_57", True)])
    def test_the_shield_is_named_under_the_ai_act_only(self, client, made, regime, shown):
        support.guidance(made)
        Call.objects.filter(pk=made.dossier.call_id).update(regime=regime)
        sign_in(client, made.author)
        pages = [at(made, name) for name in ("file", "guidance", "changes", "agreement")]
        client.cookies["bacasable_language"] = "en"
        said = any("57(12)" in client.get(page).text for page in pages)
        assert said is shown


class TestChanges:
    def test_an_officer_extends_and_the_refusal_stands_at_its_field(self, client, made):
        sign_in(client, made.officer)
        end, page = made.file.ends_on, at(made, "change", "extend")
        sent = {"reason": "Late.", "revision": made.file.revision}
        refused = client.post(page, {**sent, **day(end, "ends_on")})
        assert refused.status_code == 422
        assert "ends_on" in refused.context["form"].errors
        client.post(page, {**sent, **day(end + timedelta(days=10), "ends_on")})
        assert made.refresh().ends_on == end + timedelta(days=10)
        again = client.post(page, {**sent, **day(end + timedelta(days=20), "ends_on")})
        assert again.status_code == 422

    def test_the_project_leaves_with_a_reason_and_the_page_stays_readable(self, client, made):
        sign_in(client, made.co_author)
        assert client.get(at(made, "leave")).status_code == 404
        sign_in(client, made.author)
        assert at(made, "leave") in client.get(at(made, "changes")).content.decode()
        sent = {"reason": "No budget.", "confirm": "on", "revision": made.file.revision}
        assert client.post(at(made, "leave"), {**sent, "confirm": ""}).status_code == 422
        client.post(at(made, "leave"), sent)
        assert made.refresh().state == SupportFile.State.EXITED
        for name in ("file", "questions", "guidance", "roadmap", "meetings", "documents", "team", "changes"):
            page = client.get(at(made, name))
            assert page.status_code == 200
            assert 'name="body"' not in page.content.decode()
        late = client.post(at(made, "questions"), {"kind": "legal", "body": "Still there?"})
        assert late.status_code == 422
        assert "Still there?" not in [question.body for question in SupportQuestion.objects.all()]

    def test_an_unknown_change_is_not_found(self, client, made):
        sign_in(client, made.officer)
        assert client.get(at(made, "change", "delete")).status_code == 404

    def test_the_team_is_composed_of_those_who_may_join(self, client, made):
        newcomer, inspector = staff("expert"), staff("inspector", "expert")
        sign_in(client, made.officer)
        sent = {"user": newcomer.public_id, "skill": "sector"}
        client.post(at(made, "team"), sent)
        assert made.file.team.filter(user=newcomer, skill="sector").exists()
        for user in (inspector, made.author, newcomer):
            assert client.post(at(made, "team"), {**sent, "user": user.public_id}).status_code == 422
        client.post(at(made, "team_remove", newcomer.public_id))
        assert made.file.team.get(user=newcomer).left_at is not None


def test_the_menu_spares_the_line_to_who_has_no_support(client, made):
    address = f'href="{reverse("support:list")}"'
    for user, shown in ((UserFactory(), False), (made.author, True), (made.officer, True)):
        page = sign_in(client, user).get(reverse("call:list")).content.decode()
        assert (address in page) is shown


def test_the_last_events_hold_the_late_answer_to_an_early_question(made, clock):
    early = support.question(made)
    clock.forward(days=1)
    for _other in range(3):
        support.question(made)
    clock.forward(days=1)
    actions.answer(question=early, answer="At last.", by=made.lawyer)
    event = readings.events(made.file, 2)[0]
    assert (event.key, dict(event.facts)["number"]) == ("answered", early.number)


def test_a_supported_dossier_is_not_withdrawn_and_its_author_reads_how_to_leave(client):
    room = support.active()
    dossier = room.dossier
    browser = sign_in(client, room.author)
    page = reverse("dossiers:withdraw", args=[dossier.reference])
    refused = browser.post(page, {"reason": "Typed reason", "confirm": "on"})
    assert refused.status_code == 422
    assert "Typed reason" in refused.text
    dossier.refresh_from_db()
    assert dossier.state == "submitted"
