"""The decision: who may take it, what it must say, and that it is taken once, whole or not at all."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people import instance, second_factor
from bacasable.people.models import JournalEntry
from bacasable.programme.committee import actions, signals
from bacasable.programme.committee.actions.decisions import AlreadyDecided, Undecided
from bacasable.programme.committee.models import Decision, Delegation, Examination, Letter, Selection
from bacasable.programme.committee.queries import decisions as queries
from bacasable.programme.dossiers.refusals import Refused
from tests.factories import committee, dossiers
from tests.factories.decisions import deliberating, outcomes_for, president, take
from tests.factories.people import sign_in, staff, verified

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def authenticators(monkeypatch):
    """Staff of these tests have a second factor; one test says otherwise."""
    monkeypatch.setattr(second_factor, "is_set_up", lambda user: not getattr(user, "lacks_factor", False))


def delegated(call, capacity="Secretary General", **changes):
    """Return an officer who holds the president's signature on ``call`` now."""
    to = verified(staff("officer", name="Dana Delegate"))
    now = platform_clock.now()
    fields = {
        "to": to,
        "call": call,
        "capacity": capacity,
        "act_reference": "Act 2026-12",
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(days=1),
        "by": president(),
    }
    return to, actions.delegate(**(fields | changes))


def instant(field, year):
    """Return the first of January of ``year`` at eight as the five boxes of a field send it."""
    parts = {"day": 1, "month": 1, "year": year, "hour": 8, "minute": 0}
    return {f"{field}_{name}": value for name, value in parts.items()}


def test_the_president_decides_every_dossier_and_a_letter_is_drawn_for_each():
    room = deliberating(dossiers=3)
    heard = []

    def hear(sender, outcome, by, **_kwargs):
        heard.append((outcome.examination_id, outcome.kind, outcome.letter.reference))

    signals.decided.connect(hear)
    try:
        decision = take(room, kinds=["laureate", "advised", "refused"])
    finally:
        signals.decided.disconnect(hear)
    room.refresh()
    assert room.selection.state == Selection.State.DECIDED
    assert {e.state for e in room.examinations} == {Examination.State.DECIDED}
    assert [outcome.kind for outcome in queries.outcomes_of(decision)] == ["laureate", "advised", "refused"]
    assert sorted(kind for _pk, kind, _letter in heard) == ["advised", "laureate", "refused"]
    for letter in Letter.objects.all():
        key = bytes(letter.outcome.examination.dossier.data_key)
        stored = instance.vault().describe(key, letter.blob)
        assert (stored.size, stored.sha256) == (letter.size, letter.sha256)
        entry = JournalEntry.objects.get(
            action="committee.dossier_decided",
            subject=f"dossier:{letter.outcome.examination.dossier.reference}",
        )
        assert entry.facts["letter_sha256"] == letter.sha256
    assert JournalEntry.objects.get(action="committee.decided").facts["laureate"] == 1


def test_nothing_is_decided_while_one_dossier_lacks_its_reasons():
    room = deliberating(dossiers=2)
    wanted = outcomes_for(room, ["laureate", "refused"])
    lacking = room.examinations[1].pk
    wanted[lacking] = ("refused", "  \n ")
    before = set(instance.vault().root.rglob("*"))
    with pytest.raises(Undecided) as refused:
        take(room, outcomes=wanted)
    assert refused.value.problems == {lacking: "reasons"}
    assert not Decision.objects.exists()
    assert not Letter.objects.exists()
    assert set(instance.vault().root.rglob("*")) == before


def test_a_dossier_nobody_checked_holds_up_the_decision():
    room = deliberating(dossiers=2)
    Examination.objects.filter(pk=room.examinations[0].pk).update(state="received")
    with pytest.raises(Undecided) as refused:
        take(room, kinds=["laureate", "refused"])
    assert refused.value.problems == {room.examinations[0].pk: "unchecked"}


def test_an_inadmissible_dossier_can_only_be_refused():
    room = deliberating(dossiers=2)
    Examination.objects.filter(pk=room.examinations[0].pk).update(state="inadmissible", reasons="No body.")
    with pytest.raises(Undecided) as refused:
        take(room, kinds=["laureate", "refused"])
    assert refused.value.problems == {room.examinations[0].pk: "inadmissible"}
    decision = take(room, kinds=["refused", "laureate"])
    assert decision.outcomes.get(examination=room.examinations[0]).kind == "refused"


def test_a_withdrawn_dossier_is_left_out():
    room = deliberating(dossiers=2)
    dossier = room.examinations[0].dossier
    dossiers.actions.withdraw(dossier=dossier, by=dossiers.author_of(dossier))
    decision = take(room, kinds=["laureate", "laureate"])
    assert [o.examination_id for o in decision.outcomes.all()] == [room.examinations[1].pk]


@pytest.mark.parametrize(("planned", "needed"), [(1, False), (2, True), (0, True), (None, False)])
def test_more_or_fewer_laureates_than_planned_need_a_reason(planned, needed):
    room = deliberating(dossiers=2)
    room.call.places_planned = planned
    room.call.save()
    kinds = ["laureate", "refused"]
    if needed:
        with pytest.raises(Refused) as refused:
            take(room, kinds=kinds, number_reason=" ")
        assert refused.value.code == "number_reason"
    decision = take(room, kinds=kinds, number_reason="Two were equal." if needed else "")
    assert decision.number_reason == ("Two were equal." if needed else "")


def test_only_the_president_or_a_delegate_in_force_decides(clock):
    room = deliberating(dossiers=1)
    for person in (room.officer, verified(staff("administrator")), verified(staff("expert"))):
        with pytest.raises(PermissionDenied):
            take(room, kinds=["laureate"], by=person)
    weak = president()
    weak.session_is_verified = False
    with pytest.raises(PermissionDenied):
        take(room, kinds=["laureate"], by=weak)
    to, _delegation = delegated(room.call)
    clock.forward(days=2)
    with pytest.raises(PermissionDenied):
        take(room, kinds=["laureate"], by=to)


def test_a_delegate_signs_in_the_capacity_of_the_act():
    room = deliberating(dossiers=1)
    to, delegation = delegated(room.call)
    decision = take(room, kinds=["laureate"], by=to, capacity="Emperor")
    assert decision.delegation == delegation
    assert decision.signatory_capacity == "Secretary General"
    assert decision.decided_by == to


def test_a_delegation_for_another_call_or_revoked_opens_nothing():
    room = deliberating(dossiers=1)
    elsewhere, _delegation = delegated(committee.opened(1).call)
    revoked, delegation = delegated(room.call)
    actions.revoke_delegation(delegation=delegation, by=president())
    for person in (elsewhere, revoked):
        with pytest.raises(PermissionDenied):
            take(room, kinds=["laureate"], by=person)


@pytest.mark.parametrize(
    ("who", "code"),
    [("inspector", "walled"), ("nobody", "not_staff"), ("closed", "inactive"), ("weak", "second_factor")],
)
def test_who_cannot_be_given_a_signature(who, code):
    call = committee.opened(1).call
    to = {
        "inspector": lambda: staff("inspector", "officer"),
        "nobody": lambda: staff(),
        "closed": lambda: staff("officer", is_active=False),
        "weak": lambda: staff("officer"),
    }[who]()
    to.lacks_factor = who == "weak"
    with pytest.raises(Refused) as refused:
        delegated(call, to=to)
    assert refused.value.code == code
    assert not Delegation.objects.exists()


def test_the_second_of_two_presidents_is_told_who_decided_and_keeps_the_text(client):
    room = deliberating(dossiers=1)
    first, second = president(name="Ada First"), president(name="Bea Second")
    address = reverse("committee:decide", args=[room.call.slug])
    sign_in(client, second)
    page = client.get(address)
    take(room, kinds=["laureate"], by=first)
    pk = room.examinations[0].pk
    sent = {
        "revision": page.context["form"]["revision"].value(),
        f"kind_{pk}": "refused",
        f"reasons_{pk}": "What the second president wrote.",
        "signatory_name": "Bea Second",
        "signatory_capacity": "President",
        "is_read": "on",
    }
    answer = client.post(address, sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Ada First" in text
    assert "What the second president wrote." in text
    assert Decision.objects.get().decided_by == first


def test_a_selection_changed_since_it_was_read_is_told_and_the_text_can_be_sent_again(client):
    room = deliberating(dossiers=1)
    sign_in(client, president())
    address = reverse("committee:decide", args=[room.call.slug])
    pk = room.examinations[0].pk
    sent = {
        "revision": room.selection.revision,
        f"kind_{pk}": "laureate",
        f"reasons_{pk}": "Good.",
        "number_reason": "One was good enough.",
        "signatory_name": "Bea",
        "signatory_capacity": "President",
        "is_read": "on",
    }
    Selection.objects.filter(pk=room.selection.pk).update(revision=room.selection.revision + 1)
    answer = client.post(address, sent)
    assert answer.status_code == 409
    sent["revision"] = answer.context["form"]["revision"].value()
    assert client.post(address, sent).status_code == 302
    assert Decision.objects.count() == 1


def test_a_form_that_lacks_something_comes_back_whole(client):
    room = deliberating(dossiers=2)
    sign_in(client, president())
    address = reverse("committee:decide", args=[room.call.slug])
    first, second = (e.pk for e in room.examinations)
    sent = {
        "revision": room.selection.revision,
        f"kind_{first}": "laureate",
        f"reasons_{first}": "Kept text.",
        f"kind_{second}": "",
        "signatory_name": "Bea",
        "signatory_capacity": "President",
        "is_read": "on",
    }
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert "Kept text." in answer.content.decode()
    assert set(answer.context["form"].errors) == {f"kind_{second}", f"reasons_{second}"}
    assert not Decision.objects.exists()


def test_a_decision_needs_a_recent_proof_and_a_long_text_is_not_lost(client):
    room = deliberating(dossiers=1)
    sign_in(client, president())
    session = client.session
    session["people.proved_at"] -= 3600
    session.save()
    address = reverse("committee:decide", args=[room.call.slug])
    assert client.get(address).status_code == 302
    pk = room.examinations[0].pk
    sent = {"revision": 0, f"kind_{pk}": "laureate", f"reasons_{pk}": "R" * 201_000}
    answer = client.post(address, sent)
    assert answer.status_code == 403
    assert "R" * 1000 in answer.content.decode()
    assert client.post(address, sent | {f"reasons_{pk}": "short"}).status_code == 302
    assert not Decision.objects.exists()


def test_strangers_do_not_learn_that_a_selection_exists(client):
    room = deliberating(dossiers=1)
    there = reverse("committee:decide", args=[room.call.slug])
    nowhere = reverse("committee:decide", args=["no-such-call"])
    for person in (staff("officer"), staff("inspector"), staff("expert")):
        sign_in(client, person)
        assert client.get(there).status_code == client.get(nowhere).status_code == 404


def test_the_page_of_many_dossiers_asks_few_questions_of_the_database(client, django_assert_max_num_queries):
    room = deliberating(dossiers=12)
    sign_in(client, president())
    address = reverse("committee:decide", args=[room.call.slug])
    client.get(address)
    with django_assert_max_num_queries(25):
        assert client.get(address).status_code == 200
    take(room, kinds=["laureate"] * 12)
    with django_assert_max_num_queries(25):
        assert client.get(address).status_code == 200


def test_the_delegations_page_gives_and_revokes(client):
    room = deliberating(dossiers=1)
    to = staff("officer", name="Dana")
    staff("inspector", name="Ines")
    sign_in(client, president())
    address = reverse("committee:delegations")
    offered = client.get(address).context["form"].fields["to"].queryset
    assert to in offered
    assert not [person for person in offered if person.name == "Ines"]
    answer = client.post(
        address,
        {
            "to": to.pk,
            "call": room.call.pk,
            "capacity": "Secretary General",
            "act_reference": "Act 1",
            **instant("starts_at", 2020),
            **instant("ends_at", 2099),
        },
    )
    assert answer.status_code == 302
    delegation = Delegation.objects.get()
    assert room.selection.roles_of(verified(to)) == {"delegate"}
    assert client.get(address).status_code == 200
    client.post(reverse("committee:delegation_revoke", args=[delegation.pk]))
    assert room.selection.roles_of(verified(to)) == set()


@pytest.mark.django_db(transaction=True)
def test_two_presidents_at_the_same_instant_make_one_decision():
    room = deliberating(dossiers=2)
    people = [president(), president()]
    results: list[object] = []
    barrier = threading.Barrier(2)

    def decide(person):
        barrier.wait(timeout=30)
        try:
            results.append(take(room, kinds=["laureate", "refused"], by=person))
        except Refused as refused:
            results.append(refused)
        finally:
            connections[connection.alias].close()

    threads = [threading.Thread(target=decide, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(result, Decision) for result in results) == 1
    assert sum(isinstance(result, AlreadyDecided) for result in results) == 1
    assert Letter.objects.count() == 2


def test_the_minutes_of_a_deliberation_come_before_the_decision(client):
    room = deliberating(dossiers=1, minutes=False)
    with pytest.raises(Refused) as refused:
        take(room, kinds=["laureate"])
    assert refused.value.code == "no_minutes"
    assert not Decision.objects.exists()
    sign_in(client, president())
    page = client.get(reverse("committee:decide", args=[room.call.slug]))
    assert page.context["lacks_minutes"] and not page.context["can_decide"]
    actions.record_deliberation(
        selection=room.selection,
        held_at=platform_clock.now(),
        present="All.",
        minutes="Agreed.",
        by=room.officer,
    )
    assert take(room, kinds=["laureate"]).outcomes.count() == 1
