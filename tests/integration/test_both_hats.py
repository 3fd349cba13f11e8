"""Who works at the office and writes a dossier too speaks for the project there, never for the office."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import RoleGrant, User
from bacasable.people.permissions import forget_granted_roles, may
from bacasable.programme.committee import actions as committee_actions
from bacasable.programme.committee.models import Delegation
from bacasable.programme.dossiers.models import Dossier, Membership
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import actions as evidence
from bacasable.programme.evidence import tasks
from bacasable.programme.recommendations import actions, queries
from bacasable.programme.synthesis import actions as synthesis_actions
from tests.factories import committee, decisions, files
from tests.factories import evidence as federation
from tests.factories import recommendations as made
from tests.factories import synthesis as syntheses
from tests.factories.people import sign_in, staff, verified

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def co_author(dossier: Dossier, *roles: str) -> User:
    """Return somebody of the staff who writes this dossier too."""
    user = verified(staff(*roles))
    Membership.objects.create(dossier=dossier, user=user, role=Membership.Role.CO_AUTHOR)
    return user


def test_who_writes_the_dossier_neither_confirms_its_key_nor_asks_it_anything(tmp_path: Path) -> None:
    project = federation.federated(tmp_path / "keys", confirmed=False)
    asked = project.asked()
    both = co_author(project.supported.dossier, "officer")
    in_a_year = platform_clock.now() + timedelta(days=9)
    acts: list[Callable[[], object]] = [
        lambda: evidence.confirm_key(key=project.key, by=both),
        lambda: evidence.challenge(
            file=project.file, service="platform", control="a_control", due_at=in_a_year, by=both
        ),
        lambda: evidence.withdraw_challenge(challenge=asked, by=both),
        lambda: tasks.ask_replay(challenge=asked, by=both),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    project.key.refresh_from_db()
    assert project.key.state == "enrolled"
    client = sign_in(Client(), both)
    page = reverse("evidence:confirm_key", args=[project.supported.reference, project.key.public_id])
    assert client.post(page, {"told": project.key.key_id[-8:]}).status_code in (403, 404)


def test_who_writes_the_dossier_judges_no_recommendation_made_to_it(tmp_path: Path) -> None:
    room = made.advised(tmp_path)
    both = co_author(room.supported.dossier, "officer")
    draft, accepted = made.draft(room), made.accepted(room)
    acts: list[Callable[[], object]] = [
        lambda: actions.write(file=room.supported.file, by=both, **made.WORDS),
        lambda: actions.review(recommendation=draft, by=both),
        lambda: actions.propose(recommendation=draft, by=both),
        lambda: actions.drop(recommendation=accepted, reasons="No more.", by=both),
        lambda: actions.add_contract(
            recommendation=accepted, kind="document", document="A note", maximum_age_days=9, by=both
        ),
        lambda: actions.set_failure_aside(recommendation=accepted, reasons="It is nothing.", by=both),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(Http404):
        queries.readable(draft.key, both)
    client = sign_in(Client(), both)
    assert client.get(reverse("recommendations:detail", args=[accepted.key])).status_code == 200
    assert client.get(reverse("recommendations:revise", args=[accepted.key])).status_code == 404
    assert client.get(reverse("recommendations:write", args=[room.supported.reference])).status_code == 404
    listed = client.get(reverse("recommendations:of_file", args=[room.supported.reference])).content.decode()
    assert draft.key not in listed and accepted.key in listed
    actions.start(recommendation=accepted, by=both)
    assert made.stored(accepted).state == "in_progress"


def test_who_writes_the_dossier_reviews_no_document_of_it(tmp_path: Path) -> None:
    room = made.advised(tmp_path)
    draft = made.draft(room, contract=False)
    contract = actions.add_contract(
        recommendation=draft, kind="document", document="A note", maximum_age_days=9, by=room.lawyer
    )
    actions.review(recommendation=draft, by=room.reviewer)
    actions.propose(recommendation=draft, by=room.officer)
    contract.refresh_from_db()
    document = actions.hand_in(contract=contract, name="note.pdf", content=files.pdf(), by=room.author)
    both = co_author(room.supported.dossier, "officer")
    with pytest.raises(PermissionDenied):
        actions.review_document(document=document, verdict="accepted", by=both)


def test_an_editor_who_writes_the_dossier_does_not_publish_on_it() -> None:
    synthesis = syntheses.sent()
    assert synthesis.file is not None
    both = co_author(synthesis.file.dossier, "editor")
    synthesis_actions.agree(synthesis=synthesis, by=both)
    with pytest.raises(PermissionDenied):
        synthesis_actions.publish(synthesis=synthesis, by=both)
    with pytest.raises(PermissionDenied):
        synthesis_actions.take_back(synthesis=synthesis, by=both)
    client = sign_in(Client(), both)
    assert client.get(reverse("synthesis:compose", args=[synthesis.public_id])).status_code == 404


def test_an_officer_does_not_examine_the_dossier_that_they_write() -> None:
    room = committee.opened(2)
    mine, other = room.examinations
    both = co_author(mine.dossier, "officer")
    for act in (
        lambda: committee_actions.admit(examination=mine, by=both),
        lambda: committee_actions.reject(examination=mine, reasons="No.", by=both),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "own"
    committee_actions.admit(examination=other, by=both)
    committee_actions.admit_all(selection=room.selection, by=both)
    mine.refresh_from_db()
    assert mine.state == "received"


def test_an_officer_chooses_no_experts_for_the_dossier_that_they_write() -> None:
    room = committee.assigned(2)
    taken = room.assignments[0]
    both = co_author(taken.examination.dossier, "officer")
    with pytest.raises(Refused) as refused:
        committee_actions.unassign(assignment=taken, reason="Mine.", by=both)
    assert refused.value.code == "own"
    committee_actions.unassign(assignment=taken, reason="Another's.", by=room.officer)
    plan = committee_actions.propose_assignments(room.selection)
    with pytest.raises(Refused) as refused:
        committee_actions.assign(selection=room.selection, pairs=plan.pairs, by=both)
    assert refused.value.code == "own"
    assert committee_actions.assign(selection=room.selection, pairs=plan.pairs, by=room.officer)


def test_an_expert_who_joins_a_dossier_assesses_it_no_more() -> None:
    room = committee.full(1)
    assignment = room.assignments[0]
    expert = committee.expert_of(assignment)
    assert may(expert, "committee.score", assignment)
    Membership.objects.create(dossier=room.examinations[0].dossier, user=expert, role="co_author")
    found = type(assignment).objects.get(pk=assignment.pk)
    assert not may(expert, "committee.score", found)


def test_a_delegation_ends_with_the_last_role_of_the_staff() -> None:
    room = decisions.deliberating(1)
    delegate = verified(staff("officer"))
    Delegation.objects.create(
        given_by=decisions.president(),
        to=delegate,
        capacity="Head of the sandbox",
        act_reference="Act 1",
        starts_at=platform_clock.now() - timedelta(days=1),
        ends_at=platform_clock.now() + timedelta(days=30),
    )
    assert may(delegate, "committee.decide", room.selection)
    RoleGrant.objects.filter(user=delegate).delete()
    forget_granted_roles(delegate)
    assert not may(delegate, "committee.decide", room.selection)


def test_nobody_decides_on_a_dossier_that_they_write() -> None:
    room = decisions.deliberating(2)
    both = co_author(room.examinations[1].dossier, "president")
    with pytest.raises(Refused) as refused:
        decisions.take(room, kinds=("laureate", "refused"), by=both)
    assert refused.value.code == "own"
    assert decisions.take(room, kinds=("laureate", "refused")).outcomes.count() == 2


def test_nobody_reads_who_scored_the_dossier_that_they_write() -> None:
    room = decisions.deliberating(1, scored=True)
    mine = room.examinations[0].dossier
    both = co_author(mine, "officer")
    client = sign_in(Client(), both)
    assert (
        client.get(reverse("committee:scores_of", args=[room.call.slug, mine.reference])).status_code == 403
    )
    decisions.take(room, kinds=("laureate",))
    assert client.get(reverse("committee:defence", args=[room.call.slug, mine.reference])).status_code == 403
