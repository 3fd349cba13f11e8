"""The pages of selection, admissibility, panel, links and assignments, as officers and experts use them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.programme.committee import actions, rules
from bacasable.programme.committee.models import (
    Assessment,
    Assignment,
    ConflictDeclaration,
    Examination,
    PanelMember,
    Selection,
)
from tests.factories import committee as factory
from tests.factories.call import CallFactory
from tests.factories.people import sign_in, staff

pytestmark = pytest.mark.django_db

OFFICE = ("selection", "admissibility", "panel", "assignments")


def url(name, *args):
    return reverse(f"committee:{name}", args=args)


def page(client, name, *args, **query):
    answer = client.get(url(name, *args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_an_officer_goes_from_the_closed_call_to_open_scoring(client):
    call = CallFactory()
    references = [factory.submitted_without_answers(call).reference for _ in range(2)]
    factory.CriterionFactory(call=call)
    factory.close(call)
    sign_in(client, staff("officer"))
    slug = call.slug
    assert url("open", slug) in page(client, "selection", slug)
    assert client.post(url("open", slug)).status_code == 302
    assert references[0] in page(client, "admissibility", slug)
    for reference in references:
        client.post(url("check", slug, reference), {"verdict": "admit", "sector": "health"})
    assert set(Examination.objects.values_list("state", "sector")) == {("admissible", "health")}
    experts = [factory.expert(skill) for skill in rules.PAIR]
    client.post(url("panel", slug), {"experts": [str(user.public_id) for user in experts]})
    for user in experts:
        member = PanelMember.objects.get(user=user)
        actions.sign_undertaking(member=member, by=user)
        actions.declare_many(
            member=member, said={e.pk: (False, "") for e in Examination.objects.all()}, by=user
        )
    shown = client.get(url("assignments", slug))
    pairs = [cell["value"] for row in shown.context["rows"] for cell in row["cells"]]
    revision = shown.context["selection"].revision
    answer = client.post(url("assignments", slug), {"pair": pairs, "revision": revision})
    assert answer.status_code == 302
    assert Assignment.objects.count() == 4
    due_on = (platform_clock.now() + timedelta(days=9)).date().isoformat()
    assert client.post(url("schedule", slug), {"due_on": due_on}).status_code == 302
    selection = Selection.objects.get()
    assert selection.state == Selection.State.SCORING
    assert selection.scores_due_at.astimezone(call.zone).isoformat().startswith(f"{due_on}T23:59:59")
    assert page(client, "selection", slug)


def test_an_expert_signs_declares_on_names_alone_and_sees_what_waits(client):
    room = factory.admissible(2)
    user = factory.expert("law")
    actions.invite(selection=room.selection, user=user, by=room.officer)
    sign_in(client, user)
    slug, reference = room.call.slug, room.examinations[0].dossier.reference
    assert url("undertaking", slug) in page(client, "list")
    # Before the signature not even the names.
    assert client.get(url("conflicts", slug))["Location"] == url("undertaking", slug)
    assert reference not in page(client, "undertaking", slug)
    assert client.post(url("undertaking", slug)).status_code == 422
    assert client.post(url("undertaking", slug), {"accept": "on"}).status_code == 302
    listed = page(client, "conflicts", slug)
    assert f"Body of {reference}" in listed
    first, second = (one.pk for one in room.examinations)
    wrong = client.post(url("conflicts", slug), {f"link_{first}": "yes", f"link_{second}": "no"})
    assert wrong.status_code == 422
    assert not ConflictDeclaration.objects.exists()
    client.post(
        url("conflicts", slug),
        {f"link_{first}": "yes", f"nature_{first}": "My employer", "none_else": "on"},
    )
    said = dict(ConflictDeclaration.objects.values_list("examination_id", "has_conflict"))
    assert said == {first: True, second: False}
    assert url("conflicts", slug) in page(client, "list")
    # Stored as it stands, a second click stores nothing more.
    client.post(url("conflicts", slug), {f"link_{first}": "yes", f"nature_{first}": "My employer"})
    assert ConflictDeclaration.objects.count() == 2


def test_the_list_of_names_holds_nothing_else_of_the_dossiers(client):
    room = factory.admissible(1)
    version = room.examinations[0].dossier.current_version
    version.answers = {
        "organisation": {"name": "The town", "contact_name": "Ada Secret"},
        "project": {"title": "T", "summary": "Nobody reads this yet"},
    }
    version.save()
    member = factory.seat(room, factory.expert())
    sign_in(client, member.user)
    shown = page(client, "conflicts", room.call.slug)
    assert "The town" in shown
    assert "Ada Secret" not in shown
    assert "Nobody reads this yet" not in shown


@pytest.mark.parametrize("name", OFFICE)
def test_an_expert_never_sees_the_pages_of_the_office(client, name):
    room = factory.seated(1)
    sign_in(client, room.members[0].user)
    assert client.get(url(name, room.call.slug)).status_code == 403


@pytest.mark.parametrize("name", ["undertaking", "conflicts"])
def test_who_has_no_seat_finds_nothing(client, name):
    room = factory.seated(1)
    sign_in(client, factory.expert())
    seen = client.get(url(name, room.call.slug))
    never = client.get(url(name, "no-such-call"))
    assert (seen.status_code, never.status_code) == (404, 404)


def test_the_president_reads_the_steps_and_changes_nothing(client):
    room = factory.seated(1)
    sign_in(client, staff("president"))
    shown = page(client, "selection", room.call.slug)
    assert url("assignments", room.call.slug) not in shown
    assert client.post(url("open", room.call.slug)).status_code == 403
    assert client.get(url("check", room.call.slug, room.examinations[0].dossier.reference)).status_code == 403


@pytest.mark.parametrize("role", ["officer", "president"])
def test_every_step_that_is_a_link_opens_for_who_sees_it(client, role):
    room = factory.full(1)
    sign_in(client, staff(role))
    tasks = client.get(url("selection", room.call.slug)).context["tasks"]
    linked = [task["href"] for task in tasks if task["href"]]
    assert linked
    assert {href: client.get(href).status_code for href in linked} == dict.fromkeys(linked, 200)


def test_a_refusal_without_reasons_keeps_what_was_typed(client):
    room = factory.opened(1)
    sign_in(client, room.officer)
    address = url("check", room.call.slug, room.examinations[0].dossier.reference)
    assert client.post(address, {"verdict": "reject", "sector": "sport"}).status_code == 422
    assert client.post(address, {"verdict": "reject", "reasons": "x" * 4001}).status_code == 422
    assert client.post(address, {"verdict": "maybe"}).status_code == 422
    assert client.post(address, {"verdict": "reject", "reasons": "Out of scope."}).status_code == 302
    assert client.post(address, {"reasons": ""}).status_code == 422
    assert client.post(address, {"reasons": "A mistake of ours."}).status_code == 302
    assert Examination.objects.get().state == Examination.State.RECEIVED


def test_admitting_together_is_offered_only_for_those_whose_rules_are_met(client):
    room = factory.opened(2)
    version = room.examinations[0].dossier.current_version
    version.eligibility = "eligible"
    version.save()
    sign_in(client, room.officer)
    client.post(url("admissibility", room.call.slug))
    assert list(Examination.objects.order_by("pk").values_list("state", flat=True)) == [
        "admissible",
        "received",
    ]
    shown = client.get(url("admissibility", room.call.slug), {"state": "received", "words": "BAS"})
    assert [row["reference"] for row in shown.context["rows"]] == [room.examinations[1].dossier.reference]
    page(client, "admissibility", room.call.slug, state="no-such-state", words="\x00", page="x")


def test_an_older_page_of_assignments_stores_nothing_and_says_so(client):
    room = factory.seated(1)
    sign_in(client, room.officer)
    address = url("assignments", room.call.slug)
    rows = client.get(address).context["rows"]
    pairs = [cell["value"] for row in rows for cell in row["cells"]]
    factory.give(room, room.examinations[0], room.members[0], "law")
    answer = client.post(address, {"pair": pairs, "revision": 0})
    assert answer.status_code == 422
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40])
def test_a_forged_page_of_assignments_is_refused(client, revision):
    room = factory.seated(1)
    sign_in(client, room.officer)
    answer = client.post(
        url("assignments", room.call.slug), {"pair": ["a|b|c", "nothing"], "revision": revision}
    )
    assert answer.status_code == 422


def test_one_dossier_is_given_and_taken_back_by_hand(client):
    room = factory.seated(1, experts=4)
    sign_in(client, room.officer)
    address = url("assign", room.call.slug, room.examinations[0].dossier.reference)
    law = room.members[2].user
    revision = client.get(address).context["selection"].revision
    client.post(address, {"law": str(law.public_id), "revision": revision})
    given = Assignment.objects.get()
    assert (given.member, given.skill) == (room.members[2], "law")
    without = client.post(address, {"take_back": "1", "assignment": given.pk, "reason": ""})
    assert without.status_code == 422
    client.post(address, {"take_back": "1", "assignment": given.pk, "reason": "Too busy."})
    given.refresh_from_db()
    assert given.end_reason == "Too busy."
    assert page(client, "assign", room.call.slug, room.examinations[0].dossier.reference)


def test_a_profile_is_saved_and_wrong_ones_are_refused(client):
    user = staff("expert")
    sign_in(client, staff("officer"))
    address = url("profile", user.public_id)
    good = {"organisation": "Lab", "skills": ["law"], "sectors": ["health"], "capacity": 3}
    assert client.post(address, good).status_code == 302
    for wrong in ({"skills": ["cooking"]}, {"capacity": 999}, {"capacity": "many"}, {"skills": []}):
        assert client.post(address, good | wrong).status_code == 422
    user.refresh_from_db()
    assert user.expert_profile.skills == ["law"]
    assert client.get(url("profile", staff("officer").public_id)).status_code == 404


def test_a_removed_expert_finds_their_panel_gone(client):
    room = factory.full(1)
    member = room.members[0]
    sign_in(client, room.officer)
    assert client.post(url("remove_member", room.call.slug, member.user.public_id)).status_code == 302
    sign_in(client, member.user)
    assert client.get(url("conflicts", room.call.slug)).status_code == 404
    assert room.call.title not in page(client, "list")


def test_a_withdrawn_dossier_is_on_no_page(client):
    from bacasable.programme.dossiers.actions import withdraw
    from tests.factories import dossiers

    room = factory.assigned(2)
    gone = room.examinations[0].dossier
    withdraw(dossier=gone, by=dossiers.author_of(gone))
    sign_in(client, room.officer)
    for name in ("admissibility", "assignments"):
        assert gone.reference not in page(client, name, room.call.slug)
    assert client.get(url("check", room.call.slug, gone.reference)).status_code == 404
    assert client.get(url("assign", room.call.slug, gone.reference)).status_code == 404
    sign_in(client, room.members[0].user)
    assert gone.reference not in page(client, "conflicts", room.call.slug)


def test_what_candidates_type_does_nothing_on_these_pages(client):
    room = factory.opened(1)
    dossier = room.examinations[0].dossier
    hostile = "<script>alert(1)</script>"
    dossier.title = hostile
    dossier.save()
    dossier.current_version.answers = {"organisation": {"name": hostile}}
    dossier.current_version.save()
    factory.seat(room, factory.expert())
    sign_in(client, room.officer)
    shown = page(client, "check", room.call.slug, dossier.reference)
    shown += page(client, "admissibility", room.call.slug)
    sign_in(client, room.members[0].user)
    shown += page(client, "conflicts", room.call.slug)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


@pytest.mark.parametrize("name", [*OFFICE, "list"])
def test_pages_ask_as_many_questions_whatever_the_number_of_dossiers(
    client, name, django_assert_max_num_queries
):
    room = factory.assigned(8, experts=6)
    Assessment.objects.filter(pk=room.assignments[0].assessment.pk).update(state="submitted")
    sign_in(client, room.officer)
    args = [] if name == "list" else [room.call.slug]
    with django_assert_max_num_queries(34):
        page(client, name, *args)


def test_the_names_of_many_dossiers_take_few_questions(client, django_assert_max_num_queries):
    room = factory.assigned(8, experts=2)
    sign_in(client, room.members[0].user)
    with django_assert_max_num_queries(12):
        page(client, "conflicts", room.call.slug)
    with django_assert_max_num_queries(16):
        page(client, "list")
