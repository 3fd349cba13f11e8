"""Retention executed: what is due is destroyed with a receipt, public records wait for their visa."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from bacasable.compliance import clock
from bacasable.compliance.store import Erased, Unfinished
from bacasable.duties.keeping import actions
from bacasable.duties.keeping.models import PurgeRun, Visa
from bacasable.people.models import JournalEntry
from bacasable.privacy.messages import Refused
from tests.factories.people import sign_in, staff, verified

pytestmark = pytest.mark.django_db


class Shelf:
    """A store of one retention: ``waiting`` for a visa, or due at once."""

    holds = ("letters",)

    def __init__(self, *, retention: str = "", stops: bool = False, fails: bool = False) -> None:
        self.retention, self.stops, self.fails, self.left = retention, stops, fails, 3

    def purge(self, *, now, visas=(), dry_run=False):
        if self.fails:
            raise RuntimeError("somebody@example.org is in the way")
        if self.retention and self.retention not in visas:
            return Erased({}, {"letters": "waits"})
        if self.stops and not dry_run:
            self.left, self.stops = 1, False
            raise Unfinished(
                "letters: the disk is full; make room and purge again", Erased({"letters": 2}, {})
            )
        found = self.left
        if not dry_run:
            self.left = 0
        return Erased({"letters": found} if found else {}, {})


@pytest.fixture
def shelves(monkeypatch):
    """Replace the stores of the installation by shelves."""

    def put(**named):
        monkeypatch.setattr(actions, "stores", lambda: {"platform": named})
        return named

    return put


def test_a_dry_run_destroys_nothing_and_a_purge_leaves_its_receipt_in_the_journal(shelves):
    shelf = shelves(letters=Shelf())["letters"]
    assert actions.look().count == 3
    assert shelf.left == 3
    run = actions.purge(by=verified(staff("dpo")))
    assert (shelf.left, run.count, run.is_whole) == (0, 3, True)
    entry = JournalEntry.objects.get(action="keeping.purged")
    assert entry.facts["receipt"] == run.receipt
    assert entry.facts["count"] == 3


def test_a_day_with_nothing_due_leaves_no_receipt(shelves):
    shelves(letters=Shelf())
    actions.purge_daily()
    actions.purge_daily()
    assert PurgeRun.objects.count() == 1


def test_a_store_that_stops_half_way_is_named_and_the_next_purge_goes_on(shelves):
    shelf = shelves(letters=Shelf(stops=True))["letters"]
    run = actions.purge()
    assert (run.count, run.is_whole, shelf.left) == (2, False, 1)
    assert "the disk is full" in run.lines[0]["stopped"]
    assert actions.purge().is_whole
    assert shelf.left == 0


def test_a_store_that_fails_does_not_hold_up_the_others_nor_tell_what_it_held(shelves):
    shelf = shelves(broken=Shelf(fails=True), letters=Shelf())["letters"]
    run = actions.purge()
    assert shelf.left == 0
    assert not run.is_whole
    assert "example.org" not in str(run.lines)


@pytest.mark.parametrize("answer", [None, Erased({"letters": "many"}, {}), {"letters": 1}])
def test_a_store_that_answers_nonsense_does_not_hold_up_the_others(shelves, answer):
    class Odd(Shelf):
        def purge(self, *, now, visas=(), dry_run=False):
            return answer

    named = shelves(odd=Odd(), letters=Shelf())
    run = actions.purge()
    assert (named["letters"].left, run.count, run.is_whole) == (0, 3, False)


def test_a_reason_that_is_translated_late_is_kept_as_text(shelves):
    class Late(Shelf):
        def purge(self, *, now, visas=(), dry_run=False):
            return Erased({"letters": 1}, {"bills": gettext_lazy("a law")})

    shelves(late=Late())
    run = actions.purge()
    run.refresh_from_db()
    assert (run.count, run.lines[0]["kept"]) == (1, {"bills": "a law"})


def test_a_store_that_refuses_says_why_in_the_receipt(shelves):
    class Refusing(Shelf):
        def purge(self, *, now, visas=(), dry_run=False):
            raise Refused("rows of others would go with these; let them refer by SET_NULL")

    shelves(refusing=Refusing())
    (line,) = actions.look().lines
    assert line.stopped == "rows of others would go with these; let them refer by SET_NULL"


def test_public_records_wait_for_the_visa_of_the_archives(shelves):
    shelf = shelves(letters=Shelf(retention="dossier"))["letters"]
    officer = verified(staff("dpo"))
    actions.purge(by=officer)
    assert shelf.left == 3
    today = timezone.localdate(clock.now())
    visa = actions.record_visa(
        service="platform",
        retention="dossier",
        reference="AN 2026-12",
        given_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=30),
        by=officer,
    )
    actions.withdraw_visa(visa=visa, by=officer)
    actions.purge(by=officer)
    assert shelf.left == 3
    Visa.objects.update(withdrawn_at=None)
    actions.purge(by=officer)
    assert shelf.left == 0


def test_a_visa_for_a_retention_that_was_changed_since_holds_no_more(shelves):
    shelf = shelves(letters=Shelf(retention="dossier"))["letters"]
    today = timezone.localdate(clock.now())
    given = {"service": "platform", "retention": "dossier", "reference": "A"}
    actions.record_visa(**given, given_on=today, ends_on=today, by=verified(staff("dpo")))
    Visa.objects.update(retention_sha256="0" * 64)
    actions.purge()
    assert shelf.left == 3


def test_a_service_that_cannot_give_its_stores_is_named_and_the_others_are_purged(monkeypatch):
    asked = []

    def stores_of(service):
        asked.append(service.key)
        raise RuntimeError("no stores today")

    monkeypatch.setattr(actions, "stores_of", stores_of)
    run = actions.purge()
    assert asked
    assert not run.is_whole
    assert [line["store"] for line in run.lines] == ["stores"] * len(asked)
    assert JournalEntry.objects.filter(action="keeping.purge_started").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"retention": "link"}, "needs no visa"),
        ({"given_on": timedelta(days=1)}, "given already"),
        ({"ends_on": timedelta(days=-1)}, "not be over"),
        ({"ends_on": timedelta(days=400)}, "a year at most"),
    ],
)
def test_a_visa_that_is_none_is_refused(change, said):
    today = timezone.localdate(clock.now())
    given = {"service": "platform", "retention": "dossier", "reference": "A"}
    given |= {"given_on": today, "ends_on": today}
    given |= {
        name: today + value if isinstance(value, timedelta) else value for name, value in change.items()
    }
    with pytest.raises(Refused, match=said):
        actions.record_visa(**given, by=verified(staff("dpo")))
    assert not Visa.objects.exists()


def test_the_officer_walks_from_what_is_due_to_the_receipt(client, shelves):
    shelves(letters=Shelf())
    sign_in(client, staff("dpo"))
    page = client.get(reverse("keeping:due")).content.decode()
    assert reverse("keeping:purge") in page
    answer = client.post(reverse("keeping:purge"), follow=True)
    run = PurgeRun.objects.get()
    assert run.receipt in answer.content.decode()
    assert reverse("keeping:purge") not in client.get(reverse("keeping:due")).content.decode()


def test_who_only_manages_accounts_sees_what_is_due_and_destroys_nothing(client, shelves):
    shelf = shelves(letters=Shelf())["letters"]
    sign_in(client, staff("administrator"))
    assert client.get(reverse("keeping:due")).status_code == 200
    assert client.post(reverse("keeping:purge")).status_code == 403
    assert shelf.left == 3
