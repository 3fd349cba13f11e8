"""Each person sees what waits for them, of which file, until when, with a link that opens."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import OutgoingMail
from bacasable.people.permissions import is_walled
from bacasable.programme.call.models import Call
from bacasable.programme.committee.actions import open_selection
from bacasable.programme.committee.models import Assessment, AuditionSlot, Deliberation, Letter, Selection
from bacasable.programme.desk.waiting import Line, waiting_for
from bacasable.programme.dossiers.actions import request_missing_parts, withdraw
from bacasable.programme.evidence.models import Challenge
from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.support.models import Guidance, Milestone, SupportFile, SupportQuestion
from bacasable.programme.synthesis.models import Synthesis
from tests.factories import dossiers as factory
from tests.factories.call import CallFactory, QuestionFactory
from tests.factories.people import UserFactory, sign_in, staff, verified
from tests.factories.site import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    """Only what a test asks for is made."""
    return Site()


def lines(user, group=None) -> list[Line]:
    made = waiting_for(verified(type(user).objects.get(pk=user.pk)))
    return [line for found in made if group in (None, found.key) for line in found.lines]


def pages(user, group=None) -> set[str]:
    return {line.href for line in lines(user, group)}


def test_nothing_waits_for_a_newcomer(client):
    user = UserFactory()
    sign_in(client, user)
    page = client.get(reverse("desk:today"))
    assert page.status_code == 200
    assert not lines(user)
    assert reverse("call:list") in page.content.decode()


def test_the_account_menu_leads_there(client):
    sign_in(client, UserFactory())
    assert f'href="{reverse("desk:today")}"' in client.get(reverse("people:account")).content.decode()


def test_a_draft_waits_until_the_deadline_of_its_call(clock):
    dossier = factory.draft()
    [line] = lines(factory.author_of(dossier))
    assert (line.of, line.until) == (dossier.reference, dossier.call.deadline)
    assert line.href == reverse("dossiers:overview", args=[dossier.reference])
    assert line.stated()
    clock.at = dossier.call.deadline + timedelta(seconds=1)
    assert not lines(factory.author_of(dossier))


def test_parts_asked_for_wait_until_they_are_due_or_the_dossier_is_withdrawn(clock):
    dossier = factory.submitted()
    author = factory.author_of(dossier)
    assert not lines(author)
    due_at = clock.at + timedelta(days=5)
    request_missing_parts(
        dossier=dossier, parts=["files"], message="Send.", due_at=due_at, by=verified(staff("officer"))
    )
    assert [line.until for line in lines(author)] == [due_at]
    withdraw(dossier=dossier, by=author)
    assert not lines(author)


def test_a_candidate_confirms_the_audition_and_reads_the_letter(site):
    assert site.slot.examination
    assert reverse("committee:audition", args=[site.submitted.reference]) in pages(site.author, "candidate")
    AuditionSlot.objects.update(confirmed_at=platform_clock.now())
    assert reverse("committee:audition", args=[site.submitted.reference]) not in pages(site.author)
    letter = reverse("committee:own_letter", args=[site.letter.outcome.examination.dossier.reference])
    assert letter in pages(site.author)
    Letter.objects.update(read_at=platform_clock.now())
    assert letter not in pages(site.author)


def test_a_supported_project_sees_what_the_office_expects(site):
    reference = site.support_file.dossier.reference
    SupportQuestion.objects.create(
        file=site.support_file, number=99, kind="legal", asked_from="office", body="?", asked_by=site.officer
    )
    expected = {
        reverse("support:questions", args=[reference]),
        reverse("support:roadmap", args=[reference]),
        reverse("support:meeting", args=[reference, site.meeting.public_id]),
        reverse("recommendations:detail", args=[site.project_recommendation.key]),
        reverse("evidence:of_file", args=[reference]) if site.challenge.file else "",
        reverse("synthesis:reply", args=[reference]) if site.synthesis.file else "",
    }
    assert expected <= pages(site.author, "candidate")
    assert expected <= pages(site.co_author, "candidate")
    Challenge.objects.update(withdrawn_at=platform_clock.now())
    Synthesis.objects.update(state=Synthesis.State.COMPOSING)
    Recommendation.objects.update(state=Recommendation.State.ACCEPTED)
    Milestone.objects.update(done_on=platform_clock.now().date())
    left = {reverse("support:questions", args=[reference])}
    assert pages(site.author, "candidate") & expected - left == {
        reverse("support:meeting", args=[reference, site.meeting.public_id])
    }


def test_guidance_waits_until_the_project_says_what_it_made_of_it(site):
    reference = site.support_file.dossier.reference
    Guidance.objects.all().delete()
    assert not [page for page in pages(site.author) if "guidance" in page]
    given = Guidance.objects.create(
        file=site.support_file, number=7, text="Say it.", facts="A call.", said_by=site.officer
    )
    page = reverse("support:follow", args=[reference, 7])
    assert page in pages(site.author, "candidate")
    given.followed = Guidance.Followed.PARTLY
    given.save()
    assert page not in pages(site.author)


def test_a_closed_call_waits_for_its_selection_then_for_its_admissions(clock):
    dossier = factory.submitted()
    officer, call = staff("officer"), dossier.call
    page = reverse("committee:selection", args=[call.slug])
    assert page not in pages(officer)
    clock.at = call.deadline + timedelta(minutes=1)
    assert page in pages(officer)
    open_selection(call=call, by=verified(officer))
    assert page not in pages(officer)
    assert reverse("committee:admissibility", args=[call.slug]) in pages(officer)


def test_a_late_milestone_says_so(site):
    assert site.support_file
    Milestone.objects.update(due_on=(platform_clock.now() - timedelta(days=3)).date())
    assert [line.is_late for line in lines(site.author, "candidate") if "roadmap" in line.href] == [True]


def test_an_expert_signs_declares_then_scores(site, clock):
    expert = site.assessor
    slug = site.selection.call.slug
    assert site.assessment
    score = reverse("committee:assess", args=[site.assessment.public_id])
    found = {line.href: line for line in lines(expert, "expert")}
    assert found[score].of == site.submitted.reference
    assert found[score].until == site.selection.scores_due_at
    seat = site.assessment.assignment.member
    seat.declarations.update(has_conflict=True)
    assert score not in pages(expert)
    seat.declarations.all().delete()
    site.examination.state = "admissible"
    site.examination.save()
    assert pages(expert, "expert") == {reverse("committee:conflicts", args=[slug])}
    seat.undertaking_signed_at = None
    seat.save()
    assert pages(expert, "expert") == {reverse("committee:undertaking", args=[slug])}


def test_an_expert_reads_no_title_nor_name_before_the_dossier(site):
    assert site.assessment
    assert not [line for line in lines(site.assessor) if site.submitted.title in line.what + line.of]
    Assessment.objects.update(state=Assessment.State.SUBMITTED)
    assert not lines(site.assessor)


def test_a_session_without_a_second_factor_sees_no_work_of_a_granted_role(site):
    assert site.assessment
    weak = type(site.assessor).objects.get(pk=site.assessor.pk)
    assert not waiting_for(weak)


def test_a_team_answers_the_project_and_reviews_its_documents(site):
    reference = site.support_file.dossier.reference
    SupportQuestion.objects.create(
        file=site.support_file, number=98, kind="legal", asked_from="project", body="?", asked_by=site.author
    )
    assert site.reviewed_document
    expected = {
        reverse("support:questions", args=[reference]),
        reverse("recommendations:detail", args=[site.project_recommendation.key]),
    }
    assert expected <= pages(site.team_member, "team")
    assert not lines(site.expert)
    site.support_file.team.filter(user=site.team_member).update(left_at=platform_clock.now())
    assert not lines(site.team_member)


def test_an_officer_sees_what_waits_in_every_room(site):
    site.furnish()
    slug, decided = site.selection.call.slug, site.decision.selection.call.slug
    reference = site.support_file.dossier.reference
    type(site.examination).objects.filter(pk=site.examination.pk).update(state="received")
    Letter.objects.update(sent_at=None)
    Challenge.objects.update(due_at=platform_clock.now() - timedelta(days=1))
    Recommendation.objects.filter(pk=site.project_recommendation.pk).update(
        failure=site.project_evidence, state="closed"
    )
    question = QuestionFactory(call=site.call)
    assert {
        reverse("committee:admissibility", args=[slug]),
        reverse("committee:letters", args=[decided]),
        reverse("committee:publish", args=[decided]),
        reverse("call:manage_questions", args=[question.call.slug]),
        reverse("evidence:of_file", args=[reference]),
        reverse("recommendations:failures"),
        reverse("recommendations:detail", args=[site.project_recommendation.key]),
    } <= pages(site.officer, "officer")


def test_the_president_and_the_delegate_decide_what_was_deliberated(site):
    Selection.objects.filter(pk=site.selection.pk).update(state=Selection.State.DELIBERATING)
    address = reverse("committee:decide", args=[site.selection.call.slug])
    assert address not in pages(site.president)
    Deliberation.objects.create(
        selection=site.selection,
        held_at=platform_clock.now(),
        present="All.",
        minutes="Minutes.",
        recorded_by=site.officer,
    )
    assert address in pages(site.president, "signatory")
    assert address in pages(site.delegate, "signatory")
    assert address not in pages(site.officer)
    site.delegate.delegations.update(call=CallFactory())
    assert address not in pages(site.delegate)


def test_an_editor_begins_goes_on_and_answers_replies(site):
    assert site.support_file
    SupportFile.objects.update(phase="synthesis")
    assert reverse("synthesis:manage_list") in pages(site.editor, "editor")
    assert site.passage
    compose = reverse("synthesis:compose", args=[site.synthesis.public_id])
    assert [line.href for line in lines(site.editor, "editor")] == [compose]
    Synthesis.objects.update(reply_due_at=platform_clock.now() - timedelta(days=1))
    assert [line.is_late for line in lines(site.editor, "editor")] == [True, False]


def test_an_inspector_sees_the_exceptions_only(site):
    assert pages(site.excepted) == set()
    exception = site.exception
    assert pages(site.excepted) == {reverse("desk:inspected", args=[exception.public_id])}
    assert is_walled(site.infiltrated)
    assert not lines(site.infiltrated)


def test_an_administrator_sees_the_mails_that_failed(site):
    assert not lines(site.administrator)
    OutgoingMail.objects.create(about="dossier:BAS-1", state=OutgoingMail.State.FAILED)
    assert pages(site.administrator) == {reverse("people:mails")}


def test_every_line_has_an_address_that_opens_for_its_reader(site):
    site.furnish()
    people = [site.author, site.assessor, site.team_member, site.officer, site.president, site.editor]
    for user in [*people, site.excepted]:
        browser = sign_in(Client(), user)
        waiting = lines(user)
        assert all(line.href for line in waiting), [line.what for line in waiting if not line.href]
        for address in {line.href for line in waiting}:
            assert browser.get(address).status_code == 200, (user.email, address)


def test_the_page_costs_the_same_however_much_waits(client, site, django_assert_max_num_queries):
    site.furnish()
    for user, bound in ((site.author, 22), (site.officer, 30), (site.assessor, 22), (site.editor, 18)):
        sign_in(client, user)
        client.get(reverse("desk:today"))
        with django_assert_max_num_queries(bound):
            assert client.get(reverse("desk:today")).status_code == 200


def test_many_lines_cost_no_more_queries(client, django_assert_max_num_queries):
    officer = staff("officer")
    sign_in(client, officer)
    address = reverse("desk:today")
    QuestionFactory(call=CallFactory())
    client.get(address)
    with django_assert_max_num_queries(100) as one:
        client.get(address)
    for _ in range(8):
        QuestionFactory(call=CallFactory())
    with django_assert_max_num_queries(len(one)):
        client.get(address)
    assert len(lines(officer, "officer")) == Call.objects.count()
