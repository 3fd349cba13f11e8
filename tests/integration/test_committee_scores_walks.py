"""Any walk over an assessment: officers and experts in any order, and what must hold after each step."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry
from bacasable.programme.committee import actions
from bacasable.programme.committee.models import Assessment, Selection
from bacasable.programme.committee.queries import scores as queries
from bacasable.programme.dossiers.refusals import Refused
from tests.conftest import MovableClock
from tests.factories import committee as factory
from tests.factories.people import staff, verified
from tests.integration.test_committee_scores import write

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class Assess(RuleBasedStateMachine):
    """Experts and an officer act in any order; each act is compared with the rules in plain words."""

    @initialize()
    def begin(self) -> None:
        self.clock = MovableClock(platform_clock.now())
        platform_clock.set_source(self.clock)
        self.room = factory.full(dossiers=1, days=3)
        self.assignment, self.second = self.room.assignments
        self.people = {
            "expert": factory.expert_of(self.assignment),
            "other": factory.expert_of(self.second),
            "officer": self.room.officer,
            "president": verified(staff("president")),
        }
        self.state, self.selection, self.scored = "draft", "scoring", False
        self.due = self.room.selection.scores_due_at

    def teardown(self) -> None:
        platform_clock.set_source(None)

    def attempt(self, allowed: bool, act) -> bool:
        """Run ``act``; it must succeed exactly when ``allowed``, and leave no trace when it does not."""
        before = self.snapshot()
        try:
            act()
        except (Refused, PermissionDenied):
            assert not allowed
            assert self.snapshot() == before
            return False
        assert allowed
        return True

    def snapshot(self):
        stored = Assessment.objects.get(assignment=self.assignment)
        return (
            stored.state,
            stored.revision,
            stored.submitted_at,
            list(stored.scores.order_by("pk").values_list("criterion", "value", "comment")),
            Selection.objects.get(pk=self.room.selection.pk).state,
            JournalEntry.objects.count(),
        )

    @property
    def assessment(self):
        return Assessment.objects.get(assignment=self.assignment)

    @property
    def is_open(self) -> bool:
        return self.selection == "scoring" and platform_clock.now() <= self.due

    @rule(who=st.sampled_from(["expert", "other", "officer", "president"]), value=st.integers(0, 6))
    def write(self, who: str, value: int) -> None:
        words = f"Words {JournalEntry.objects.count()}"  # never what is stored already
        may = who == "expert" and self.state == "draft" and self.is_open and 1 <= value <= 5
        if self.attempt(may, lambda: write(self.assignment, value, why=words, by=self.people[who])):
            self.scored = True

    @rule(value=st.integers(1, 5))
    def write_from_an_old_page(self, value: int) -> None:
        revision = self.assessment.revision - 1
        words = f"Old words {JournalEntry.objects.count()}"
        self.attempt(False, lambda: write(self.assignment, value, why=words, revision=revision))

    @rule(who=st.sampled_from(["expert", "other", "officer"]))
    def submit(self, who: str) -> None:
        stored = self.assessment
        may = who == "expert" and self.state == "draft" and self.is_open and self.scored
        if self.attempt(
            may,
            lambda: actions.submit_assessment(
                assessment=stored, revision=stored.revision, by=self.people[who]
            ),
        ):
            self.state = "submitted"

    @rule(who=st.sampled_from(["expert", "officer", "president"]))
    def reopen(self, who: str) -> None:
        may = who == "officer" and self.state == "submitted" and self.selection == "scoring"
        if self.attempt(
            may, lambda: actions.reopen_assessment(assessment=self.assessment, by=self.people[who])
        ):
            self.state = "draft"

    @rule()
    def declare_a_conflict(self) -> None:
        actions.declare(
            member=self.assignment.member,
            examination=self.room.examinations[0],
            has_conflict=True,
            nature="A link.",
            by=self.people["expert"],
        )
        self.state = "recused"

    @rule(who=st.sampled_from(["officer", "president", "expert"]), sure=st.booleans())
    def close(self, who: str, sure: bool) -> None:
        may = who == "officer" and self.selection == "scoring" and sure  # the other expert never submits
        if self.attempt(
            may,
            lambda: actions.close_scoring(
                selection=self.room.selection, by=self.people[who], accept_missing=sure
            ),
        ):
            self.selection = "deliberating"

    @rule(days=st.integers(-1, 3))
    def open_again(self, days: int) -> None:
        due = platform_clock.now() + timedelta(days=days)
        may = self.selection == "deliberating" and days > 0
        if self.attempt(
            may,
            lambda: actions.reopen_scoring(
                selection=self.room.selection, scores_due_at=due, by=self.people["officer"]
            ),
        ):
            self.selection, self.due = "scoring", due

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @invariant()
    def what_is_stored_is_what_was_done(self) -> None:
        if not hasattr(self, "room"):
            return
        stored = self.assessment
        assert (stored.state, Selection.objects.get(pk=self.room.selection.pk).state) == (
            self.state,
            self.selection,
        )
        assert (stored.submitted_at is not None) >= (stored.state == "submitted")
        ranked = queries.sheets_of(self.room.selection, queries.examined(self.room.selection))
        assert all(bool(by_expert) == (self.state == "submitted") for by_expert in ranked.values())


def test_any_walk_over_an_assessment(db) -> None:
    from django.db import transaction

    class Undone(Assess):
        def __init__(self) -> None:
            super().__init__()
            self.undo = transaction.atomic()
            self.undo.__enter__()

        def teardown(self) -> None:
            super().teardown()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
