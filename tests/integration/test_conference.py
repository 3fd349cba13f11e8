"""The public conference: its page, registration with seats and caps, cancelling, replay, forgetting."""

import re
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.people.outgoing import _content
from bacasable.programme.call.models import Call
from bacasable.programme.committee import actions
from bacasable.programme.committee.actions import conferences as limits
from bacasable.programme.committee.models import Conference, Registration
from bacasable.programme.committee.queries.conferences import cancel_token
from bacasable.programme.dossiers.refusals import Refused
from tests.factories.call import CallFactory
from tests.factories.decisions import conference as held
from tests.factories.people import sign_in, staff, verified

pytestmark = pytest.mark.django_db


def page(name, conference, *more):
    return reverse(f"committee:{name}", args=[conference.call.slug, *more])


def mails_to(address):
    return [_content(mail) for mail in OutgoingMail.objects.filter(to=address).order_by("pk")]


def test_an_unpublished_conference_does_not_exist_for_the_public(client):
    draft = held(publish=False)
    for name in ("conference", "conference_register", "conference_calendar"):
        assert client.get(page(name, draft)).status_code == 404
    hidden = held(call=CallFactory(draft=True), publish=False)
    Conference.objects.filter(pk=hidden.pk).update(published_at=platform_clock.now())
    assert client.get(page("conference", hidden)).status_code == 404


def test_the_page_shows_the_programme_as_safe_text(client):
    conference = held(programme="## Morning\n\n- one <script>alert(1)</script>\n- [x](javascript:alert(1))")
    answer = client.get(page("conference", conference))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<h3" in text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text


def test_somebody_registers_and_cancels_by_the_button_of_the_mailed_page(client):
    conference = held(seats=5)
    answer = client.post(
        page("conference_register", conference),
        {"name": "Ada", "email": "Ada@Example.org", "needs": "A place in front"},
    )
    assert answer.status_code == 302
    registration = Registration.objects.get()
    assert (registration.email, registration.needs) == ("ada@example.org", "A place in front")
    (mail,) = mails_to("ada@example.org")
    found = re.search(r"/calls/\S+/conference/cancel/\S+/", mail.text)
    assert found
    address = found[0]
    assert client.get(address).status_code == 200
    registration.refresh_from_db()
    assert registration.cancelled_at is None
    assert client.post(address).status_code == 200
    assert client.post(address).status_code == 200
    registration.refresh_from_db()
    assert registration.cancelled_at is not None
    assert registration.needs == ""
    assert len(mails_to("ada@example.org")) == 2
    facts = [e.facts for e in JournalEntry.objects.filter(action__startswith="conference.")]
    assert "ada@" not in str(facts).lower() and "'ada" not in str(facts).lower()


@pytest.mark.parametrize("token", ["x", "ImEi:1abc:def", "%00"])
def test_a_forged_address_cancels_nothing(client, token):
    conference = held()
    actions.register(conference=conference, name="A", email="a@example.org")
    address = page("conference", conference) + f"cancel/{token}/"
    assert client.get(address).status_code == client.post(address).status_code == 404
    assert Registration.objects.get().cancelled_at is None


def test_a_token_opens_nothing_in_another_conference(client):
    conference, other = held(), held()
    registration = actions.register(conference=conference, name="A", email="a@example.org")
    assert client.get(page("conference_cancel", other, cancel_token(registration))).status_code == 404


def test_registering_twice_tells_nobody_and_keeps_one_seat(client, clock):
    conference = held(seats=5)
    sent = {"name": "Ada", "email": "ada@example.org"}
    first = client.post(page("conference_register", conference), sent)
    again = client.post(page("conference_register", conference), sent | {"name": "Eve"})
    assert (first.status_code, first["Location"]) == (again.status_code, again["Location"])
    assert Registration.objects.get().name == "Ada"
    assert len(mails_to("ada@example.org")) == 1
    clock.forward(hours=2)
    client.post(page("conference_register", conference), sent)
    assert len(mails_to("ada@example.org")) == 2


def test_who_cancelled_registers_anew():
    conference = held(seats=1)
    registration = actions.register(conference=conference, name="A", email="a@example.org")
    actions.cancel_registration(registration=registration)
    actions.register(conference=conference, name="B", email="b@example.org")
    with pytest.raises(Refused) as refused:
        actions.register(conference=conference, name="A", email="a@example.org")
    assert refused.value.code == "full"


def test_a_full_conference_answers_the_same_to_who_is_registered(client):
    conference = held(seats=1)
    actions.register(conference=conference, name="A", email="a@example.org")
    answers = [
        client.post(page("conference_register", conference), {"name": "A", "email": email})
        for email in ("a@example.org", "b@example.org")
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "b@example.org" in answers[1].content.decode()


def test_too_late_or_never_open_is_refused(client, clock):
    conference = held()
    clock.at = conference.registration_closes_at + timedelta(seconds=1)
    sent = {"name": "A", "email": "a@example.org"}
    assert client.post(page("conference_register", conference), sent).status_code == 409
    never = held(registration_closes_at=None)
    assert client.post(page("conference_register", never), sent).status_code == 409
    assert not Registration.objects.exists()


def test_a_flood_is_slowed_down_for_one_browser_and_for_all(client, monkeypatch):
    conference = held()
    codes = [
        client.post(
            page("conference_register", conference), {"name": "A", "email": f"a{number}@example.org"}
        ).status_code
        for number in range(6)
    ]
    assert codes == [302] * 5 + [429]
    monkeypatch.setattr(limits, "REGISTRATIONS_PER_HOUR", 5)
    with pytest.raises(Refused) as refused:
        actions.register(conference=conference, name="A", email="new@example.org")
    assert refused.value.code == "many"


def test_the_calendar_file_holds_the_event_in_folded_lines(client):
    conference = held(title="Débat; tables, \\ et suite " + "é" * 120, place="Salle A\nÉtage 2")
    answer = client.get(page("conference_calendar", conference))
    assert answer["Content-Type"].startswith("text/calendar")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    unfolded = answer.content.replace(b"\r\n ", b"").decode()
    assert f"DTSTART:{conference.starts_at:%Y%m%dT%H%M%SZ}" in unfolded
    assert "SUMMARY:Débat\\; tables\\, \\\\ et suite " + "é" * 120 in unfolded
    assert "LOCATION:Salle A\\nÉtage 2" in unfolded


def test_the_replay_is_linked_once_the_event_is_over(client, clock):
    conference = held(replay_url="https://video.example/replay", replay_note="With captions.")
    assert "video.example" not in client.get(page("conference", conference)).content.decode()
    clock.at = conference.ends_at + timedelta(minutes=1)
    assert (
        'href="https://video.example/replay"' in client.get(page("conference", conference)).content.decode()
    )


def test_an_officer_writes_publishes_and_sees_who_registered(client, django_assert_max_num_queries):
    call = CallFactory()
    sign_in(client, staff("officer"))
    address = reverse("committee:conference_edit", args=[call.slug])
    assert client.get(address).status_code == 200

    def instant(field, day, hour):
        parts = {"day": day, "month": 6, "year": 2099, "hour": hour, "minute": 0}
        return {f"{field}_{name}": value for name, value in parts.items()}

    sent = {"title": "Laureates", "place": "Town hall", "seats": "30"}
    sent |= instant("starts_at", 3, 9) | instant("ends_at", 3, 12) | instant("registration_closes_at", 2, 9)
    wrong = client.post(address, sent | instant("ends_at", 2, 12))
    assert wrong.status_code == 422
    assert "Town hall" in wrong.content.decode()
    assert not Conference.objects.exists()
    assert client.post(address, sent).status_code == 302
    assert Conference.objects.get().published_at is None
    assert client.post(address, sent | {"publish": "1"}).status_code == 302
    conference = Conference.objects.get()
    assert conference.published_at is not None
    assert conference.starts_at.astimezone(call.zone).hour == 9
    for number in range(12):
        actions.register(conference=conference, name=f"N{number}", email=f"n{number}@example.org")
    client.get(address)
    with django_assert_max_num_queries(12):
        assert "n11@example.org" in client.get(address).content.decode()
    assert client.post(address, sent | {"seats": "5"}).status_code == 422


def test_who_is_registered_is_told_of_a_new_date_or_place():
    conference = held()
    actions.register(conference=conference, name="A", email="a@example.org")
    gone = actions.register(conference=conference, name="B", email="b@example.org")
    actions.cancel_registration(registration=gone)
    before = len(mails_to("b@example.org"))
    fields = {name: getattr(conference, name) for name in limits.FIELDS}
    save = {"call": conference.call, "publish": True, "by": verified(staff("officer"))}
    actions.save_conference(fields=fields | {"programme": "New."}, **save)
    assert len(mails_to("a@example.org")) == 1
    actions.save_conference(fields=fields | {"place": "Elsewhere"}, **save)
    assert "Elsewhere" in mails_to("a@example.org")[1].text
    assert page("conference", conference) + "cancel/" in mails_to("a@example.org")[1].text
    assert len(mails_to("b@example.org")) == before


def test_only_officers_write_a_conference_and_no_draft_call_is_announced():
    call = CallFactory(draft=True)
    with pytest.raises(PermissionDenied):
        held(call=call, by=verified(staff("expert")))
    with pytest.raises(Refused) as refused:
        held(call=call, publish=True)
    assert refused.value.code == "draft"


def test_a_fictional_or_past_edition_is_not_indexed(client):
    conference = held()
    assert "X-Robots-Tag" not in client.get(page("conference", conference))
    Call.objects.filter(pk=conference.call_id).update(is_fictional=True)
    assert client.get(page("conference", conference))["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_is_given_once():
    conference = held(seats=1)
    barrier = threading.Barrier(4)
    codes: list[str] = []

    def register(number):
        barrier.wait(timeout=30)
        try:
            actions.register(conference=conference, name="A", email=f"a{number}@example.org")
            codes.append("in")
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connections[connection.alias].close()

    threads = [threading.Thread(target=register, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["full", "full", "full", "in"]
