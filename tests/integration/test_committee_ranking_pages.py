"""The ranking, auditions and minutes as officers and candidates see them."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry
from bacasable.privacy.cells import FORMULA_STARTS
from bacasable.programme.committee import actions
from bacasable.programme.committee.models import (
    ConflictDeclaration,
    Examination,
    Score,
)
from bacasable.programme.committee.views import ranking as ranking_views
from bacasable.programme.committee.views import spread
from bacasable.programme.dossiers.models import Dossier, Membership
from tests.factories import committee as factory
from tests.factories import dossiers
from tests.factories.people import UserFactory, sign_in, staff
from tests.integration.test_committee_scores import shortlisted, slot, submit_all, write
from tests.integration.test_committee_scores_pages import as_expert, boxes, of, of_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return factory.full(dossiers=2)


# Ranking


def test_the_ranking_is_read_page_by_page_and_an_act_returns_to_its_page(client, room, monkeypatch):
    monkeypatch.setattr(ranking_views, "PER_PAGE", 1)
    submit_all(room)
    sign_in(client, room.officer)
    whole = of_call("ranking", room)
    pages = [client.get(f"{whole}?places=1&seed=5&page={number}") for number in (1, 2)]
    shown = [[line["reference"] for line in page.context["lines"]] for page in pages]
    assert sorted(shown) == [[one.dossier.reference] for one in room.examinations]
    assert all(len(page.context["chart"].values) == 2 for page in pages)
    assert 'href="?places=1&amp;seed=5&amp;page=2"' in pages[0].content.decode()
    assert '<input type="hidden" name="page" value="2">' in pages[1].content.decode()
    second = pages[1].context["lines"][0]["examination"]
    here = f"{whole}?places=1&seed=5&page=2"
    done = client.post(here + "&other=x", {"verb": "shortlist", "examination": [second]})
    assert (done.status_code, done.url) == (302, here)
    assert Examination.objects.get(pk=second).state == "shortlisted"
    assert client.get(done.url).context["lines"][0]["state"] == Examination.State.SHORTLISTED.label
    table = client.get(of_call("ranking_csv", room) + "?page=2").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table)))) == 1 + len(room.examinations)


def test_a_score_that_changes_changes_the_ranking_at_once(client, room):
    submit_all(room, 4)
    sign_in(client, room.officer)
    first = [line["mark"] for line in client.get(of_call("ranking", room)).context["lines"]]
    Score.objects.filter(assessment=of(room.assignments[0])).update(value=2)
    after = [line["mark"] for line in client.get(of_call("ranking", room)).context["lines"]]
    assert first == [spread.figure(4), spread.figure(4)]
    assert after == [spread.figure(4), spread.figure(3)]


def test_the_ranking_shows_shares_and_the_officer_shortlists_from_it(client, room):
    submit_all(room)
    sign_in(client, room.officer)
    page = client.get(of_call("ranking", room) + "?places=1&seed=5")
    assert (page.context["places"], page.context["seed"], page.status_code) == (1, 5, 200)
    assert [line["rank"] for line in page.context["lines"]] == [1, 1]
    assert "<svg" in page.content.decode()
    chosen = {"verb": "shortlist", "examination": [one.pk for one in room.examinations]}
    client.post(of_call("ranking", room), chosen)
    assert {one.state for one in room.refresh().examinations} == {"shortlisted"}
    client.post(of_call("ranking", room), chosen)  # done already: said, nothing breaks
    assert client.post(of_call("ranking", room), {"verb": "x", "examination": ["y"]}).status_code == 302


@pytest.mark.parametrize(
    "query", ["?places=0", "?places=-1", "?places=x&seed=y", "?places=99999999999&seed=1e9"]
)
def test_an_address_with_nonsense_is_a_page_all_the_same(client, room, query):
    submit_all(room)
    sign_in(client, room.officer)
    assert client.get(of_call("ranking", room) + query).status_code == 200
    assert client.get(of_call("ranking_csv", room) + query).status_code == 200


def test_pages_stand_before_anything_was_scored_and_without_a_grid(client, room):
    sign_in(client, room.officer)
    names = ("scores", "ranking", "ranking_csv", "auditions", "deliberation")
    assert {client.get(of_call(name, room)).status_code for name in names} == {200}
    room.call.criteria.all().delete()
    assert {client.get(of_call(name, room)).status_code for name in names} == {200}


def test_the_exported_ranking_computes_nothing(client, room):
    Dossier.objects.filter(pk=room.examinations[0].dossier_id).update(title="=HYPERLINK(A1)")
    submit_all(room)
    answer = sign_in(client, room.officer).get(of_call("ranking_csv", room))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(room.examinations)
    assert not any(cell.startswith(FORMULA_STARTS) for row in rows for cell in row)
    assert JournalEntry.objects.filter(action="committee.ranking_exported").count() == 1


@pytest.mark.parametrize("name", ["scores", "ranking", "auditions"])
def test_a_list_asks_as_many_questions_of_the_database_for_many_dossiers(
    client, django_assert_max_num_queries, name
):
    room = factory.full(dossiers=12)
    submit_all(room)
    sign_in(client, room.officer)
    client.get(of_call(name, room))
    with django_assert_max_num_queries(18):
        assert client.get(of_call(name, room)).status_code == 200


def test_the_list_of_an_expert_asks_as_many_questions_too(client, django_assert_max_num_queries):
    room = factory.full(dossiers=12)
    as_expert(client, room.assignments[0])
    with django_assert_max_num_queries(16):
        assert len(client.get(of_call("tasks", room)).context["rows"]) == 12


def test_the_list_of_an_expert_leaves_out_what_they_may_not_score(client, room):
    mine = [one for one in room.assignments if one.member_id == room.assignments[0].member_id]
    user = factory.expert_of(mine[0])
    other = next(one for one in room.assignments if one.member_id != mine[0].member_id)
    actions.declare(
        member=other.member,
        examination=other.examination,
        has_conflict=True,
        nature="Their link.",
        by=factory.expert_of(other),
    )
    write(mine[0], 3)

    def listed():
        page = client.get(of_call("tasks", room))
        return {row["reference"]: row["scored"] for row in page.context["rows"]}

    sign_in(client, user)
    first, second = (one.examination.dossier for one in mine)
    assert listed() == {first.reference: "2 / 2", second.reference: "0 / 2"}
    Membership.objects.create(dossier=second, user=user, role="co_author")
    assert listed() == {first.reference: "2 / 2"}
    ConflictDeclaration.objects.create(
        member=mine[0].member, examination=mine[0].examination, has_conflict=True
    )
    assert listed() == {}


# Auditions and minutes


def test_the_way_of_an_audition(client):
    room = shortlisted()
    dossier = room.examinations[0].dossier
    page = reverse("committee:audition", args=[dossier.reference])
    author = dossiers.author_of(dossier)
    assert sign_in(client, author).get(page).context["slot"] is None
    sign_in(client, room.officer)
    fields = boxes("starts_at", platform_clock.now() + timedelta(days=7), room)
    added = client.post(of_call("auditions", room), fields | {"verb": "add", "minutes": 45, "place": "Room"})
    assert added.status_code == 302
    given = room.selection.slots.get()
    chosen = {"verb": "give", "slot": given.pk, "examination": room.examinations[0].pk}
    assert client.post(of_call("auditions", room), chosen).status_code == 302
    assert client.get(page).status_code == 404  # the officer has a page of their own
    sign_in(client, author)
    assert client.get(page).context["slot"].pk == given.pk
    assert client.post(page, {"slot": given.pk}).status_code == 302
    given.refresh_from_db()
    assert given.confirmed_at is not None
    assert client.post(page, {"slot": given.pk + 1}).status_code == 409
    for stranger in (UserFactory(), factory.expert_of(room.assignments[0])):
        assert sign_in(client, stranger).get(page).status_code == 404


def test_wrong_slots_are_refused_on_the_page(client):
    room = shortlisted()
    sign_in(client, room.officer)
    assert client.post(of_call("auditions", room), {"verb": "add"}).status_code == 422
    assert client.post(of_call("auditions", room), {"verb": "give", "slot": "9"}).status_code == 422
    taken = slot(room)
    assert client.post(of_call("auditions", room), {"verb": "remove", "slot": taken.pk}).status_code == 302
    assert not room.selection.slots.exists()
    sign_in(client, staff("president"))
    assert client.post(of_call("auditions", room), {"verb": "add"}).status_code == 403


def test_minutes_are_recorded_and_shown_with_their_ranking(client):
    room = shortlisted()
    sign_in(client, room.officer)
    fields = boxes("held_at", platform_clock.now() - timedelta(hours=2), room)
    fields |= {"present": "Four members", "minutes": "<b>Agreed</b>"}
    assert client.post(of_call("deliberation", room), fields | {"minutes": ""}).status_code == 422
    assert client.post(of_call("deliberation", room), fields).status_code == 302
    page = client.get(of_call("deliberation", room))
    assert "<b>Agreed" not in page.content.decode()
    assert page.context["deliberations"][0]["rows"][0]["reference"] == room.examinations[0].dossier.reference
    assert Score.objects.exists()
    sign_in(client, staff("president"))
    assert client.get(of_call("deliberation", room)).status_code == 200
    assert client.post(of_call("deliberation", room), fields).status_code == 403


def test_nobody_reads_a_dossier_as_its_assessor_once_it_is_decided(client):
    assessment = factory.full(1).assignments[0].assessment
    page = reverse("committee:read", args=[assessment.public_id])
    browser = sign_in(client, assessment.assignment.member.user)
    assert browser.get(page).status_code == 200
    Examination.objects.update(state=Examination.State.DECIDED)
    assert browser.get(page).status_code == 404
