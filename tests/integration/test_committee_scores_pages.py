"""The pages of scores: what each person sees of a dossier and of others' scores, and what is never lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import RoleGrant
from bacasable.programme.committee import actions, rules
from bacasable.programme.committee.models import (
    Assessment,
    Selection,
)
from bacasable.programme.committee.views import spread
from bacasable.programme.dossiers import files
from bacasable.programme.dossiers.models import Dossier
from tests.factories import committee as factory
from tests.factories import dossiers
from tests.factories.people import UserFactory, sign_in, staff
from tests.factories.site import PNG
from tests.integration.test_committee_scores import grid, submit, write

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
