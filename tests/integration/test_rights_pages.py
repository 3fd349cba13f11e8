"""Rights exercised: the public form and its link, the officer's steps, erasure with its proof."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bacasable.compliance import clock
from bacasable.compliance.processing import Processing
from bacasable.compliance.rights import Part, State
from bacasable.compliance.store import Erased, Unfinished
from bacasable.duties.rights import actions, intake, ledger
from bacasable.duties.rights.models import RequestCount, RightsRequest
from bacasable.duties.rights.queries import token_of
from bacasable.people.models import JournalEntry, OutgoingMail, User
from bacasable.people.outgoing import _content
from bacasable.privacy.messages import Refused
from tests.factories import dossiers
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory, sign_in, staff, verified

pytestmark = pytest.mark.django_db

ADDRESS = "nadia.test@example.org"


def asked_by_form(client, right="access", email=ADDRESS, **fields):
    form = {"service": "platform", "right": right, "body": "Tell me <b>everything</b>.", "email": email}
    return client.post(reverse("rights:ask"), form | fields)


def confirmed(right="access", email=ADDRESS, service="platform"):
    made = RightsRequest.objects.create(service=service, right=right, body="please", email=email)
    actions.confirm(asked=made)
    made.refresh_from_db()
    return made


def link_in_the_mail():
    text = _content(OutgoingMail.objects.latest("pk")).text
    return re.search(r"https?://[^/\s]+(/\S+)", text).group(1)


def test_a_person_asks_confirms_and_takes_the_archive(client):
    UserFactory(email=ADDRESS, name="Nadia <script>alert(1)</script>")
    response = asked_by_form(client)
    assert response.status_code == 302
    assert response.url == reverse("rights:sent")
    asked = RightsRequest.objects.get()
    page = link_in_the_mail()
    assert client.get(page).status_code == 200
    asked.refresh_from_db()
    assert asked.where is State.RECEIVED, "opening the link, as scanners of mail do, changes nothing"
    client.post(page + "confirm/")
    asked.refresh_from_db()
    assert asked.where is State.IN_PROGRESS
    assert client.post(page + "archive/").status_code == 302, "nothing to take before the answer"

    officer = sign_in(client, staff("dpo"))
    act = reverse("rights:act", args=[asked.public_id, "answer"])
    assert officer.post(act, {"answer-text": "Here it is."}).status_code == 302
    client.logout()
    given = client.post(page + "archive/")
    assert given["Content-Type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(given.content))
    assert sorted(packed.namelist()) == ["data.json", "index.html", "notice.html"]
    index = packed.read("index.html").decode()
    assert "<script" not in index
    assert "&lt;script&gt;" in index
    assert ADDRESS in json.dumps(json.loads(packed.read("data.json")))
    facts = JournalEntry.objects.filter(action__startswith="rights.").values_list("facts", flat=True)
    assert ADDRESS not in json.dumps(list(facts))
    assert "everything" not in json.dumps(list(facts))


def test_somebody_elses_address_gives_nothing_of_anybody(client):
    UserFactory(email=ADDRESS, name="Nadia Test")
    asked = confirmed(email="stranger@example.org")
    actions.answer(asked=asked, text="Here.", by=verified(staff("dpo")))
    given = client.post(reverse("rights:archive", args=[token_of(asked)]))
    data = zipfile.ZipFile(io.BytesIO(given.content)).read("data.json").decode()
    assert "Nadia" not in data
    assert ADDRESS not in data


def test_a_link_of_staff_asks_for_their_second_factor(client):
    member = staff("officer", email=ADDRESS)
    asked = RightsRequest.objects.create(service="platform", right="access", body="x", email=ADDRESS)
    page = reverse("rights:follow", args=[token_of(asked)])
    assert client.get(page).status_code == 403
    assert client.post(page + "confirm/").status_code == 404
    assert sign_in(client, member).get(page).status_code == 200


@pytest.mark.parametrize("token", ["x", "a.b", "0" * 32, "0" * 32 + ".AAAA"])
def test_a_link_that_was_not_issued_opens_nothing(client, token):
    assert client.get(reverse("rights:follow", args=[token])).status_code == 404


def test_the_form_is_bounded_and_says_so(client):
    for _ in range(intake.PER_SENDER):
        assert asked_by_form(client).status_code == 302
    assert asked_by_form(client).status_code == 429
    assert RightsRequest.objects.count() == intake.PER_SENDER
    RequestCount.objects.update(at=clock.now() - timedelta(days=2))
    intake.forget_counts()
    assert asked_by_form(client).status_code == 302


def test_a_request_that_nobody_confirmed_is_forgotten(client):
    asked_by_form(client)
    RightsRequest.objects.update(received_at=clock.now() - timedelta(days=31))
    intake.forget_counts()
    assert not RightsRequest.objects.exists()


def test_the_query_fills_the_form_and_nonsense_does_not_break_it(client):
    page = client.get(reverse("rights:ask"), {"service": "platform", "right": "human_review"})
    assert re.search(r'value="human_review"[^>]*checked', page.content.decode())
    assert client.get(reverse("rights:ask"), {"service": "<x>", "right": "'"}).status_code == 200
    assert asked_by_form(client, service="nowhere").status_code == 422
    assert asked_by_form(client, right="world").status_code == 422


def test_the_officer_records_asks_extends_refuses_and_the_table_of_states_holds(client):
    officer = staff("dpo")
    sign_in(client, officer)
    at = clock.now() - timedelta(days=3)
    form = {"service": "platform", "right": "rectification", "channel": "letter", "body": "My name is wrong."}
    form |= {"name": "Nadia", "email": ADDRESS}
    form |= {f"received_at_{part}": getattr(at, part) for part in ("day", "month", "year", "hour", "minute")}
    assert client.post(reverse("rights:record"), form).status_code == 302
    asked = RightsRequest.objects.get()

    def act(verb, text="Because."):
        return client.post(
            reverse("rights:act", args=[asked.public_id, verb]), {f"{verb}-text": text}
        ).status_code

    assert act("answer") == 422, "the identity is not proved"
    assert act("ask_identity") == 302
    assert act("ask_identity") == 422
    RightsRequest.objects.update(identity_asked_at=clock.now() - timedelta(days=4))
    assert act("prove_identity", "card shown at the counter") == 302
    assert act("extend", "") == 422
    assert act("extend") == 302
    assert act("extend") == 422
    asked.refresh_from_db()
    assert asked.waited_days == 4
    assert asked.clock.due > asked.clock.first_month
    assert act("refuse") == 302
    assert act("answer") == 422
    assert client.get(reverse("rights:letter", args=[asked.public_id])).status_code == 200
    assert client.get(reverse("rights:requests")).status_code == 200
    assert client.post(reverse("rights:act", args=[asked.public_id, "delete"])).status_code == 404
    kinds = list(JournalEntry.objects.filter(action__startswith="rights.").values_list("action", flat=True))
    assert kinds == [
        "rights.recorded",
        "rights.identity_asked",
        "rights.identity_proved",
        "rights.extended",
        "rights.refused",
    ]


def test_who_may_not_handle_requests_handles_none():
    asked = confirmed()
    for act in (actions.answer, actions.refuse, actions.extend, actions.ask_identity):
        with pytest.raises(PermissionDenied):
            act(asked=asked, text="x", by=verified(staff("officer", email=f"{act.__name__}@example.org")))


def test_an_erasure_is_carried_out_proved_written_in_the_ledger_and_then_answered(client):
    UserFactory(email=ADDRESS, name="Nadia Test")
    officer = staff("dpo")
    asked = confirmed("erasure")
    with pytest.raises(Refused):
        actions.answer(asked=asked, text="Done.", by=verified(officer))
    sign_in(client, officer)
    assert client.post(reverse("rights:erase", args=[asked.public_id])).status_code == 302
    asked.refresh_from_db()
    assert not User.objects.filter(email=ADDRESS).exists()
    assert not User.objects.filter(name__contains="Nadia").exists()
    before, after = list(ledger.read(ledger.path()))[-2:]
    assert before.service == after.service == "platform"
    assert before.at < after.at, "a backup taken meanwhile replays it"
    assert ADDRESS not in ledger.path().read_text()
    assert ledger.path().stat().st_mode & 0o077 == 0
    kept = {one["store"]: one["kept"] for one in asked.work["lines"] if one["kept"]}
    assert "requests" in kept, "the request itself is kept, and named with its reason"
    page = client.get(reverse("rights:detail", args=[asked.public_id]))
    assert page.status_code == 200
    work = actions.erasure.Work.from_plain(asked.work)
    assert work.is_proved, work.lines
    actions.answer(asked=asked, text="Done.", by=verified(officer))
    asked.refresh_from_db()
    assert asked.where is State.ANSWERED


def test_a_public_record_is_kept_and_named_though_the_account_it_hangs_on_goes():
    author = UserFactory(email=ADDRESS)
    dossiers.draft(CallFactory(slug="a-call"), author)
    officer = verified(staff("dpo"))
    asked = confirmed("erasure")
    work = actions.erase(asked=asked, by=officer)
    kept = {line.store: line.kept for line in work.lines if line.kept}
    assert "Dossier" in kept
    assert "Membership" in kept
    assert work.is_whole
    assert not User.objects.filter(email=ADDRESS).exists()
    again = actions.erase(asked=asked, by=officer)
    assert {line.store for line in again.lines if line.kept} >= set(kept), "a second look forgets no reason"


class Shelf:
    """A store of one kind of data, whose erasure may stop half way and whose index may forget to follow."""

    holds = ("letters",)

    def __init__(self, people, *, stops=False, index=()):
        self.people, self.stops, self.index = list(people), stops, list(index)

    def find(self, person):
        return iter([f"shelf/{n}" for n, one in enumerate(self.people) if one == person.identifiers["email"]])

    def export(self, person):
        return iter(())

    def erase(self, person, *, by, reason):
        wanted = [one for one in self.people if one == person.identifiers["email"]]
        gone = wanted[:1] if self.stops else wanted
        for one in gone:
            self.people.remove(one)
        done = Erased({"letters": len(gone)} if gone else {}, {})
        if self.stops and wanted:
            self.stops = False
            raise Unfinished("letters: the disk is full; make room and erase again", done)
        return done

    def search(self, text, *, limit=100):
        return iter([one for one in (*self.people, *self.index) if text in one][:limit])


@pytest.fixture
def shelves(monkeypatch):
    def put(*stores: Shelf):
        from bacasable.duties.processing import PROCESSING

        declared: Processing = PROCESSING
        named = {f"shelf{number}": store for number, store in enumerate(stores)}
        monkeypatch.setattr(actions, "parts_of", lambda service: (Part(declared, named),))

    return put


def test_a_store_that_stops_half_way_leaves_the_request_in_progress_and_the_next_try_completes(shelves):
    broken, sound = Shelf([ADDRESS] * 3, stops=True), Shelf([ADDRESS])
    shelves(broken, sound)
    officer = verified(staff("dpo"))
    asked = confirmed("erasure")
    first = actions.erase(asked=asked, by=officer)
    assert not first.is_whole
    assert len(broken.people) == 2
    assert sound.people == [], "the others go on"
    asked.refresh_from_db()
    assert asked.where is State.IN_PROGRESS
    with pytest.raises(Refused):
        actions.answer(asked=asked, text="Done.", by=officer)
    second = actions.erase(asked=asked, by=officer)
    assert second.is_proved
    assert second.count == 4, "what both tries erased counts"
    actions.answer(asked=asked, text="Done.", by=officer)


def test_an_index_that_still_mentions_the_person_is_not_passed_over(shelves):
    shelves(Shelf([ADDRESS], index=[f"cached page of {ADDRESS}"]))
    officer = verified(staff("dpo"))
    asked = confirmed("erasure")
    work = actions.erase(asked=asked, by=officer)
    assert work.is_whole
    assert not work.is_proved
    with pytest.raises(Refused):
        actions.answer(asked=asked, text="Done.", by=officer)
    actions.answer(asked=asked, text="Done.", explained="A letter of somebody else.", by=officer)
