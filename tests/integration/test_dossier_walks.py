"""Any walk of any people over a dossier: no path skips a guard, and what was submitted never changes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.programme.dossiers import actions, receipts, rules
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.models import Dossier, Version
from bacasable.programme.dossiers.refusals import Refused
from tests.conftest import MovableClock
from tests.factories import dossiers as made
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory, staff, verified

pytestmark = pytest.mark.one_database

PEOPLE = st.sampled_from(["author", "co_author", "officer", "administrator", "stranger"])
WRITERS = {"author", "co_author"}


class Walk(RuleBasedStateMachine):
    """People act in any order; each act is compared with what the rules say in plain words."""

    @initialize(reopened=st.booleans())
    def begin(self, reopened: bool) -> None:
        self.clock = MovableClock(platform_clock.now())
        platform_clock.set_source(self.clock)
        call = CallFactory(grace_minutes=30)
        self.dossier = made.complete(call)
        self.deadline = call.deadline
        self.people = {
            "author": made.author_of(self.dossier),
            "co_author": made.co_author_of(self.dossier),
            "officer": verified(staff("officer")),
            "administrator": verified(staff("administrator")),
            "stranger": UserFactory(),
        }
        self.state, self.versions, self.due, self.count = "draft", [], None, 0
        if reopened:
            self.submit("author", 0)
            self.write("author", "one", "benefit")
            self.clock.forward(days=11)
            self.request_parts("officer", 3)

    def teardown(self) -> None:
        platform_clock.set_source(None)

    def attempt(self, allowed: bool, act: object) -> bool:
        """Run ``act``; it must succeed exactly when ``allowed``, and leave no trace when it does not."""
        before = self.snapshot()
        try:
            act()  # type: ignore[operator]
        except (Refused, PermissionDenied):
            assert not allowed
            assert self.snapshot() == before
            return False
        assert allowed
        return True

    def snapshot(self) -> object:
        return (
            Dossier.objects.values().get(pk=self.dossier.pk),
            Version.objects.filter(dossier=self.dossier).count(),
            JournalEntry.objects.count(),
            OutgoingMail.objects.count(),
        )

    @property
    def is_open(self) -> bool:
        return self.clock.at <= self.deadline

    @property
    def is_reopened(self) -> bool:
        return self.due is not None and self.clock.at <= self.due and not self.is_open

    def stored(self) -> Dossier:
        return Dossier.objects.get(pk=self.dossier.pk)

    @rule(days=st.sampled_from([1, 5, 9, 12]))
    def wait(self, days: int) -> None:
        self.clock.forward(days=days)

    @rule(who=PEOPLE, text=st.sampled_from(["one", "two"]), question=st.sampled_from(["summary", "benefit"]))
    def write(self, who: str, text: str, question: str) -> None:
        before = self.stored()
        old = before.answers["project"].get(question)
        allowed = who in WRITERS and self.state != "withdrawn" and (self.is_open or self.is_reopened)
        ok = self.attempt(
            allowed, lambda: made.write(self.dossier, "project", self.people[who], **{question: text})
        )
        now = self.stored()
        may_change = ok and (self.is_open or question == "summary")
        assert now.answers["project"].get(question) == (text if may_change else old)
        assert now.revision == before.revision + (now.answers != before.answers)

    @rule(who=PEOPLE, lag=st.sampled_from([0, 1]))
    def submit(self, who: str, lag: int) -> None:
        """Submit what was checked (``lag`` 0) or an older draft."""
        stored = self.stored()
        revision = stored.revision - lag
        again = bool(self.versions) and lag == 0 and self.versions[-1].revision == stored.revision
        in_time = self.is_open or self.is_reopened or again
        allowed = who == "author" and self.state != "withdrawn" and in_time and lag == 0
        reopened, current = self.is_reopened, stored.current_version
        if self.attempt(
            allowed,
            lambda: actions.submit(dossier=self.dossier, revision=revision, by=self.people[who]),
        ):
            latest = self.stored().current_version
            assert latest is not None
            if again:
                assert latest == self.versions[-1]
            else:
                self.versions.append(latest)
                self.state = "submitted"
                if reopened:
                    assert current is not None
                    changed = {
                        key
                        for key in {*latest.answers["project"], *current.answers["project"]}
                        if latest.answers["project"].get(key) != current.answers["project"].get(key)
                    }
                    assert changed <= {"summary"}
                if self.due is not None and self.clock.at <= self.due:
                    self.due = None

    @rule(who=PEOPLE, days=st.sampled_from([-1, 3, 15]))
    def request_parts(self, who: str, days: int) -> None:
        due = self.clock.at + timedelta(days=days)
        allowed = who == "officer" and self.state == "submitted" and days > 0
        if self.attempt(
            allowed,
            lambda: actions.request_missing_parts(
                dossier=self.dossier, parts=["project.summary"], message="", due_at=due, by=self.people[who]
            ),
        ):
            still_open = self.due is not None and self.clock.at <= self.due
            self.due = max(due, self.due) if still_open and self.due else due

    @rule(who=PEOPLE)
    def withdraw(self, who: str) -> None:
        if self.attempt(who == "author", lambda: actions.withdraw(dossier=self.dossier, by=self.people[who])):
            self.state = "withdrawn"

    @invariant()
    def what_was_submitted_stands(self) -> None:
        if not hasattr(self, "dossier"):
            return
        stored = self.stored()
        assert stored.state == self.state
        kept = list(Version.objects.filter(dossier=self.dossier).order_by("number"))
        assert [v.number for v in kept] == list(range(1, len(self.versions) + 1))
        for was, now in zip(self.versions, kept, strict=True):
            assert (was.digest, was.answers, was.receipt) == (now.digest, now.answers, now.receipt)
            assert reading.digest(now.answers, now.manifest) == now.digest
        assert stored.current_version == (self.versions[-1] if self.versions else None)
        known = {f"dossier.{verb}" for verb in ("submitted", "withdrawn")}
        acts = JournalEntry.objects.filter(subject=f"dossier:{stored.reference}", action__in=known)
        assert acts.count() == len(self.versions) + (self.state == "withdrawn")


@pytest.fixture
def quick_receipts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(receipts, "render", lambda version: b"%PDF receipt")
    yield


@pytest.mark.django_db
@pytest.mark.usefixtures("quick_receipts")
def test_no_walk_skips_a_guard() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_every_transition_ends_in_a_known_state() -> None:
    ends = {end for verbs in rules.TRANSITIONS.values() for end in verbs.values()}
    assert ends <= set(rules.TRANSITIONS) == set(Dossier.State.values)
