"""The pages of scores: what each person sees of a dossier and of others' scores, and what is never lost."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry, RoleGrant
from bacasable.privacy.cells import FORMULA_STARTS
from bacasable.programme.committee import actions, rules
from bacasable.programme.committee.models import (
    Assessment,
    ConflictDeclaration,
    Examination,
    Score,
    Selection,
)
from bacasable.programme.committee.views import ranking as ranking_views
from bacasable.programme.committee.views import spread
from bacasable.programme.dossiers import files
from bacasable.programme.dossiers.models import Dossier, Membership
from tests.factories import committee as factory
from tests.factories import dossiers
from tests.factories.people import UserFactory, sign_in, staff
from tests.factories.site import PNG
from tests.integration.test_committee_scores import grid, shortlisted, slot, submit, submit_all, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return factory.full(dossiers=2)


def of(assignment):
    return Assessment.objects.get(assignment=assignment)


def address(name, assignment, *more):
    return reverse(f"committee:{name}", args=[of(assignment).public_id, *more])


def of_call(name, room, *more):
    return reverse(f"committee:{name}", args=[room.call.slug, *more])


def as_expert(client, assignment):
    return sign_in(client, factory.expert_of(assignment))


def sent(room, assignment, value="3", why="", **more):
    """Return what the page posts."""
    fields = {f"value-{key}": value for key in grid(room)} | {f"comment-{key}": why for key in grid(room)}
    return fields | {"comment": "", "seen": str(of(assignment).revision), "then": "list"} | more


def boxes(name, at, room):
    """Return an instant as its five boxes post it, in the call's zone."""
    local = at.astimezone(room.call.zone)
    return {
        f"{name}_{part}": str(getattr(local, part)) for part in ("day", "month", "year", "hour", "minute")
    }


# Who reads


def test_an_expert_reads_and_scores_only_what_is_assigned(client, room):
    mine, theirs = room.assignments[0], room.assignments[1]
    assert mine.member_id != theirs.member_id
    as_expert(client, mine)
    for name in ("assess", "read"):
        assert client.get(address(name, mine)).status_code == 200
        assert client.get(address(name, theirs)).status_code == 404
    listed = client.get(of_call("tasks", room)).context["rows"]
    own = [a.examination.dossier.reference for a in room.assignments if a.member_id == mine.member_id]
    assert [row["reference"] for row in listed] == sorted(own)


def test_nobody_else_finds_the_page_of_an_assessor(client, room):
    page = address("assess", room.assignments[0])
    dossier = room.assignments[0].examination.dossier
    stranger = factory.expert()
    for user in (room.officer, staff("president"), dossiers.author_of(dossier), stranger, UserFactory()):
        assert sign_in(client, user).get(page).status_code == 404
    assert sign_in(client, stranger).get(of_call("tasks", room)).status_code == 404


@pytest.mark.parametrize("lost", ["conflict", "undertaking", "left", "ended", "role", "link", "withdrawn"])
def test_an_expert_who_lost_the_right_sees_nothing_of_the_dossier(client, room, lost):
    assignment = room.assignments[0]
    user = factory.expert_of(assignment)
    match lost:
        case "conflict":
            actions.declare(
                member=assignment.member,
                examination=assignment.examination,
                has_conflict=True,
                nature="A link.",
                by=user,
            )
        case "undertaking":
            type(assignment.member).objects.filter(pk=assignment.member_id).update(undertaking_signed_at=None)
        case "left":
            type(assignment.member).objects.filter(pk=assignment.member_id).update(
                left_at=platform_clock.now()
            )
        case "ended":
            type(assignment).objects.filter(pk=assignment.pk).update(ended_at=platform_clock.now())
        case "role":
            RoleGrant.objects.filter(user=user).delete()
        case "withdrawn":
            Dossier.objects.filter(pk=assignment.examination.dossier_id).update(state="withdrawn")
    sign_in(client, user, "link" if lost == "link" else None)
    for name in ("assess", "read"):
        assert client.get(address(name, assignment)).status_code == 404
    reference = assignment.examination.dossier.reference
    assert reference not in client.get(address("assess", assignment)).content.decode()


def test_a_file_of_the_version_is_sent_sealed_to_its_assessor_alone(client):
    call = factory.CallFactory()
    dossier = dossiers.complete(call)
    attached = files.add(dossier=dossier, name="dot.png", content=PNG, by=dossiers.author_of(dossier))
    dossiers.submit(dossier)
    room = factory.full(dossiers=0, call=call)
    later = files_of_draft(dossier)
    page = address("file", room.assignments[0], attached.public_id)
    answer = as_expert(client, room.assignments[0]).get(page)
    assert (answer.status_code, answer.content) == (200, PNG)
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert client.get(address("file", room.assignments[0], later)).status_code == 404
    assert sign_in(client, factory.expert()).get(page).status_code == 404


def files_of_draft(dossier):
    """Return the identifier of a file that was added after the submission: no version holds it."""
    from bacasable.programme.dossiers.models import Attachment

    kept = dossier.attachments.get()
    kept.pk, kept.public_id, kept.blob = None, "11111111-1111-4111-8111-111111111111", "e" * 32
    return Attachment.objects.create(
        **{
            f: getattr(kept, f)
            for f in ("dossier", "public_id", "name", "media_type", "size", "sha256", "blob")
        },
        added_by=kept.added_by,
    ).public_id


# Writing


def test_the_grid_is_saved_without_a_script(client, room):
    mine = room.assignments[0]
    as_expert(client, mine)
    answer = client.post(address("assess", mine), sent(room, mine, "4", "Good", comment="On the whole"))
    assert answer.status_code == 302
    assert set(of(mine).scores.values_list("value", "comment")) == {(4, "Good")}
    assert of(mine).comment == "On the whole"


def test_autosave_speaks_as_the_script_of_the_dossiers_expects(client, room):
    mine = room.assignments[0]
    as_expert(client, mine)
    first = client.post(address("autosave", mine), sent(room, mine, "5")).json()
    assert (first["token"], first["problems"], len(first["missing"])) == ("1", {}, len(grid(room)))
    second = client.post(address("autosave", mine), sent(room, mine, "5", "Why", seen=first["token"])).json()
    assert (second["token"], second["missing"]) == ("2", [])
    stale = client.post(address("autosave", mine), sent(room, mine, "2", "Other", seen="0"))
    assert (stale.status_code, bool(stale.json()["conflicts"])) == (409, True)
    assert set(of(mine).scores.values_list("value", flat=True)) == {5}


@pytest.mark.parametrize("value", ["0", "6", "five", "4.5", "1e1", "٤"])
def test_a_value_off_the_scale_is_told_and_the_rest_is_saved(client, room, value):
    mine = room.assignments[0]
    one, two = grid(room)
    as_expert(client, mine)
    fields = sent(room, mine, "3", "Kept") | {f"value-{one}": value}
    answer = client.post(address("assess", mine), fields)
    assert answer.status_code == 422
    assert f"value-{one}" in answer.context["form"].errors
    assert dict(of(mine).scores.values_list("criterion", "value")) == {one: None, two: 3}
    answer = client.post(address("autosave", mine), fields | {"seen": str(of(mine).revision)})
    assert (answer.status_code, list(answer.json()["problems"])) == (200, [f"value-{one}"])


def test_two_tabs_see_both_texts_and_then_one_wins(client, room):
    mine = room.assignments[0]
    as_expert(client, mine)
    old = sent(room, mine, "2", "Second tab")
    client.post(address("assess", mine), sent(room, mine, "4", "First tab"))
    answer = client.post(address("assess", mine), old)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "First tab" in page and "Second tab" in page
    assert set(of(mine).scores.values_list("comment", flat=True)) == {"First tab"}
    again = client.post(address("assess", mine), old | {"seen": str(answer.context["seen"])})
    assert again.status_code == 302
    assert set(of(mine).scores.values_list("comment", flat=True)) == {"Second tab"}


def test_a_score_after_the_deadline_is_refused_and_given_back(client, room):
    mine = room.assignments[0]
    as_expert(client, mine)
    write(mine, 3)
    Selection.objects.update(scores_due_at=platform_clock.now() - timedelta(seconds=1))
    answer = client.post(address("assess", mine), sent(room, mine, "5", "Long thoughts", then="submit"))
    assert answer.status_code == 409
    assert "Long thoughts" in answer.content.decode()
    assert set(of(mine).scores.values_list("value", flat=True)) == {3}
    auto = client.post(address("autosave", mine), sent(room, mine, "5"))
    assert (auto.status_code, "refused" in auto.json()) == (409, True)
    assert client.get(address("assess", mine)).context["may_write"] is False


def test_an_expert_recused_while_writing_keeps_their_text_and_reads_no_more_of_the_dossier(client, room):
    mine = room.assignments[0]
    as_expert(client, mine)
    fields = sent(room, mine, "5", "Long thoughts")
    actions.declare(
        member=mine.member,
        examination=mine.examination,
        has_conflict=True,
        nature="A link.",
        by=factory.expert_of(mine),
    )
    answer = client.post(address("assess", mine), fields)
    assert answer.status_code == 404
    assert "Long thoughts" in answer.content.decode()
    assert mine.examination.dossier.reference not in answer.content.decode()
    auto = client.post(address("autosave", mine), fields)
    assert (auto.status_code, list(auto.json())) == (404, ["refused"])


def test_submitting_points_at_what_lacks_and_keeps_the_rest(client, room):
    mine = room.assignments[0]
    one, two = grid(room)
    as_expert(client, mine)
    fields = sent(room, mine, "3", "", then="submit") | {f"value-{one}": "1"}
    del fields[f"value-{two}"]
    answer = client.post(address("assess", mine), fields)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {f"comment-{one}", f"value-{two}"}
    assert of(mine).state == "draft"
    whole = sent(room, mine, "1", "Nothing was said of it.", then="submit")
    assert client.post(address("assess", mine), whole).status_code == 302
    assert of(mine).state == "submitted"
    assert client.post(address("assess", mine), sent(room, mine, "4")).status_code == 409


# What is seen of others


def test_ones_own_scores_stand_alongside_and_nobody_elses_before_submitting(client, room):
    first = room.assignments[0]
    same_dossier = next(
        a for a in room.assignments if a.examination_id == first.examination_id and a.pk != first.pk
    )
    other_dossier = next(a for a in room.assignments if a.member_id == first.member_id and a.pk != first.pk)
    submit(same_dossier, 5, "Seen by the other only")
    write(other_dossier, 2)
    as_expert(client, first)
    page = client.get(address("assess", first))
    earlier = page.context["lines"][0].earlier
    assert list(earlier) == [(other_dossier.examination.dossier.reference, 2)]
    assert "Seen by the other only" not in page.content.decode()
    submit(first, 3)
    page = client.get(address("assess", first))
    text = page.content.decode()
    assert "Seen by the other only" in text
    assert factory.expert_of(same_dossier).name not in text
    assert [other["skill"] for other in page.context["others"]] == [rules.SKILLS[same_dossier.skill]]
    actions.reopen_assessment(assessment=of(first), by=room.officer)
    assert "Seen by the other only" not in client.get(address("assess", first)).content.decode()


def test_a_draft_is_read_by_nobody_but_its_expert(client, room):
    write(room.assignments[0], 4, why="Not for other eyes yet")
    reference = room.assignments[0].examination.dossier.reference
    sign_in(client, room.officer)
    for page in (of_call("scores", room), of_call("scores_of", room, reference), of_call("ranking", room)):
        assert "Not for other eyes yet" not in client.get(page).content.decode()


def test_who_also_sits_on_the_panel_scores_before_seeing_the_scores(client, room):
    expert = factory.expert_of(room.assignments[0])
    RoleGrant.objects.create(user=expert, role="president")
    own = [a for a in room.assignments if a.member_id == room.assignments[0].member_id]
    sign_in(client, type(expert).objects.get(pk=expert.pk))
    for name in ("scores", "ranking", "ranking_csv"):
        assert client.get(of_call(name, room)).status_code == 403
    for assignment in own:
        submit(assignment)
    assert client.get(of_call("ranking", room)).status_code == 200


def test_officers_and_the_president_see_names_spread_and_what_is_missing(client, room):
    first = room.assignments[0]
    same = next(a for a in room.assignments if a.examination_id == first.examination_id and a.pk != first.pk)
    submit(first, 5, "Excellent thing")
    submit(same, 2, "Weak thing")
    reference = first.examination.dossier.reference
    for user in (room.officer, staff("president")):
        sign_in(client, user)
        rows = {row["reference"]: row for row in client.get(of_call("scores", room)).context["rows"]}
        assert rows[reference]["spread"]["colour"] == "orange"
        assert rows[reference]["submitted"] == "2 / 2"
        other = next(row for key, row in rows.items() if key != reference)
        assert (other["submitted"], other["spread"]) == ("0 / 2", "–")
        page = client.get(of_call("scores_of", room, reference)).content.decode()
        assert "Excellent thing" in page and factory.expert_of(first).name in page


def test_the_officer_closes_after_confirming_and_gives_an_assessment_back(client, room):
    submit(room.assignments[0])
    sign_in(client, room.officer)
    asked = client.post(of_call("scores", room), {"verb": "close"})
    assert (asked.status_code, len(asked.context["to_confirm"])) == (422, len(room.assignments) - 1)
    reference = room.assignments[0].examination.dossier.reference
    given_back = {"assessment": str(of(room.assignments[0]).public_id)}
    client.post(of_call("scores_of", room, reference), given_back)
    assert of(room.assignments[0]).state == "draft"
    done = client.post(of_call("scores", room), {"verb": "close", "accept_missing": "on"})
    assert done.status_code == 302
    assert Selection.objects.get(pk=room.selection.pk).state == "deliberating"
    fields = {"verb": "reopen"} | boxes("scores_due_at", platform_clock.now() + timedelta(days=2), room)
    assert client.post(of_call("scores", room), fields).status_code == 302
    assert Selection.objects.get(pk=room.selection.pk).state == "scoring"
    sign_in(client, staff("president"))
    assert client.post(of_call("scores", room), {"verb": "close"}).status_code == 403


def test_the_scores_are_read_page_by_page_and_what_waits_is_told_whole_on_each(client, room, monkeypatch):
    monkeypatch.setattr(spread, "PER_PAGE", 1)
    submit(room.assignments[0])
    sign_in(client, room.officer)
    whole, found = of_call("scores", room), {}
    for number in (1, 2):
        page = client.get(f"{whole}?page={number}")
        (row,) = page.context["rows"]
        found[row["reference"]] = (row["mark"], row["submitted"])
        assert f"{whole}{row['reference']}/" in page.content.decode()
        asked = client.post(f"{whole}?page={number}", {"verb": "close"})
        assert len(asked.context["to_confirm"]) == len(room.assignments) - 1
        assert [one["reference"] for one in asked.context["rows"]] == [row["reference"]]
    scored = room.assignments[0].examination.dossier.reference
    assert (len(found), found.pop(scored)) == (2, (spread.figure(3), "1 / 2"))
    assert list(found.values()) == [("–", "0 / 2")]


def test_a_dossier_that_nobody_assesses_is_named_on_each_page_of_scores(client, room, monkeypatch):
    monkeypatch.setattr(spread, "PER_PAGE", 1)
    alone = room.examinations[1]
    type(room.assignments[0]).objects.filter(examination=alone).update(ended_at=platform_clock.now())
    sign_in(client, room.officer)
    for number in (1, 2):
        page = client.get(f"{of_call('scores', room)}?page={number}")
        assert page.context["unassigned"] == [alone.dossier.reference]


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
