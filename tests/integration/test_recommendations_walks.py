"""Any walk of any people over a recommendation: no path closes it without every contract fulfilled now."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.people.permissions import may
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.recommendations import actions, rules
from bacasable.programme.recommendations.models import Exchange, Recommendation, ReviewedDocument
from tests.conftest import MovableClock
from tests.factories import recommendations as made
from tests.factories.files import pdf
from tests.factories.people import UserFactory, staff, verified

pytestmark = pytest.mark.one_database

#: verb -> who does it, in plain words; a member of the team writes and does not judge
BY = {
    "propose": {"officer", "reviewer"},
    "accept": {"candidate", "co_author"},
    "start": {"candidate", "co_author"},
    "show": {"candidate", "co_author"},
    "doubt": {"officer", "reviewer"},
    "reopen": {"officer", "reviewer"},
    "drop": {"officer", "reviewer"},
    "decline": {"candidate", "co_author", "officer", "reviewer"},
}
NEEDS_REASONS = {"doubt", "reopen", "drop", "decline"}
#: Ends come late in a walk, or there would be nothing to walk on.
LIVELY = sorted(set(BY) - {"drop", "decline"})
PEOPLE = ["candidate", "co_author", "lawyer", "officer", "reviewer", "president", "stranger"]
AGE = timedelta(days=90)
DOCUMENT_DAYS = 40


class Walk(RuleBasedStateMachine):
    """People act in any order; what closed is compared with what was shown, in plain words."""

    project: made.Advised
    clock: MovableClock

    @initialize(with_document=st.sampled_from([True, True, False]), begun=st.sampled_from([0, 1, 2, 2, 2]))
    def begin(self, with_document: bool, begun: int) -> None:
        self.clock.forward(days=1)
        self.people = {
            "candidate": self.project.author,
            "co_author": self.project.supported.co_author,
            "lawyer": self.project.lawyer,
            "officer": self.project.officer,
            "reviewer": self.project.reviewer,
            "president": self.president,
            "stranger": self.stranger,
        }
        written = made.draft(self.project)
        self.measured = written.contracts.get()
        self.expected = None
        if with_document:
            self.expected = actions.add_contract(
                recommendation=written,
                kind="document",
                document="A record",
                maximum_age_days=DOCUMENT_DAYS,
                by=self.project.lawyer,
            )
        self.recommendation = written
        self.passed_at: datetime | None = None
        self.holds_until: datetime | None = None
        self.reviewed = False
        self.previous = "draft"
        self.ended = False
        if begun:
            self.review("reviewer")
            self.act("officer", "propose", "")
        if begun > 1:
            self.act("candidate", "accept", "")
        self.previous = self.state

    @property
    def state(self) -> str:
        return made.stored(self.recommendation).state

    def snapshot(self) -> object:
        return (
            Recommendation.objects.values().get(pk=self.recommendation.pk),
            list(self.recommendation.contracts.order_by("pk").values()),
            Exchange.objects.count(),
            JournalEntry.objects.count(),
            OutgoingMail.objects.count(),
        )

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

    @rule(hours=st.sampled_from([1, 24 * 20, 24 * 91]))
    def wait(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @rule(who=st.sampled_from(PEOPLE))
    def review(self, who: str) -> None:
        allowed = (
            who in {"officer", "reviewer"} and not self.reviewed and "revise" in rules.TRANSITIONS[self.state]
        )
        if self.attempt(
            allowed, lambda: actions.review(recommendation=self.recommendation, by=self.people[who])
        ):
            self.reviewed = True

    @rule(who=st.sampled_from(PEOPLE))
    def rewrite(self, who: str) -> None:
        state = self.state
        allowed = who in {"lawyer", "officer", "reviewer"} and "revise" in rules.TRANSITIONS[state]
        words = made.WORDS | {"text": f"Said at {self.clock.at}.", "change": "A new fact."}
        if who in {"officer", "reviewer"}:
            return  # the walk keeps one author, so that either officer may read over
        if self.attempt(
            allowed,
            lambda: actions.revise(recommendation=self.recommendation, by=self.people[who], **words),
        ):
            self.reviewed = False

    @rule(
        who=st.sampled_from(PEOPLE),
        verb=st.sampled_from([*LIVELY * 4, "drop", "decline"]),
        reasons=st.sampled_from(["", "Because.", "Because."]),
    )
    def act(self, who: str, verb: str, reasons: str) -> None:
        allowed = (
            verb in rules.TRANSITIONS[self.state]
            and who in BY[verb]
            and bool(reasons or verb not in NEEDS_REASONS)
            and (verb != "propose" or self.reviewed)
        )
        done = self.attempt(
            allowed,
            lambda: actions.act(
                recommendation=self.recommendation, verb=verb, reasons=reasons, by=self.people[who]
            ),
        )
        if done and verb == "reopen":
            self.passed_at = self.holds_until = None

    @rule(found=st.sampled_from([0, 0, 400]), sabotaged=st.sampled_from([1024, 1024, 1024, 0]))
    def measure(self, found: int, sabotaged: int) -> None:
        self.clock.forward(minutes=1)
        stored = self.project.measured(self.measured, found, sabotaged=sabotaged)
        counts = "close" in rules.TRANSITIONS[self.previous] or self.previous == "closed"
        if counts and stored.verdict == "passed":
            self.passed_at = stored.measured_at
        elif self.previous == "closed" and stored.verdict == "failed":
            self.passed_at = None
            assert self.state == "to_remeasure"
            assert made.stored(self.recommendation).failure == stored

    @rule(who=st.sampled_from([*PEOPLE, *["candidate"] * 8]))
    def hand_in(self, who: str) -> None:
        if self.expected is None:
            return
        by = self.people[who]
        in_time = "close" in rules.TRANSITIONS[self.state] or self.state == "closed"
        waiting = ReviewedDocument.objects.filter(contract=self.expected, verdict="waiting")
        if waiting.exists():
            return  # the same bytes again are the same document
        self.attempt(
            in_time and who not in {"president", "stranger"},
            lambda: actions.hand_in(
                contract=self.expected,
                name="record.pdf",
                content=pdf(),
                by=by,  # type: ignore[arg-type]
            ),
        )

    @rule(
        who=st.sampled_from([*PEOPLE, *["lawyer"] * 8]),
        verdict=st.sampled_from(["accepted", "accepted", "refused"]),
    )
    def review_document(self, who: str, verdict: str) -> None:
        document = ReviewedDocument.objects.filter(contract=self.expected, verdict="waiting").first()
        if document is None:
            return
        by = self.people[who]
        in_time = "close" in rules.TRANSITIONS[self.state] or self.state == "closed"
        allowed = in_time and who in {"lawyer", "officer", "reviewer"} and document.handed_in_by_id != by.pk
        done = self.attempt(
            allowed,
            lambda: actions.review_document(document=document, verdict=verdict, reasons="Read.", by=by),
        )
        if done and verdict == "accepted":
            self.holds_until = self.clock.at + timedelta(days=DOCUMENT_DAYS + 1)

    @rule()
    def look_again(self) -> None:
        """The recurring work; afterwards nothing closed rests on what no longer holds."""
        actions.send_back_stale()
        if self.state == "closed":
            assert self.is_shown()

    def is_shown(self) -> bool:
        """Say, from what was shown alone, whether every contract is fulfilled now."""
        is_measured = self.passed_at is not None and self.clock.at - self.passed_at <= AGE
        if self.expected is None:
            return is_measured
        return is_measured and self.holds_until is not None and self.clock.at < self.holds_until

    @invariant()
    def it_closes_only_on_what_was_shown(self) -> None:
        state = self.state
        if state == "closed" and self.previous != "closed":
            assert self.is_shown()
        if state != self.previous:
            assert state in self.reachable(self.previous), f"{self.previous} to {state}"
        if self.previous in rules.ENDINGS.values():
            assert state == self.previous
        self.previous = state

    @staticmethod
    def reachable(state: str) -> set[str]:
        """States that one act may lead to: a verb, and what its evidence makes follow."""
        once = set(rules.TRANSITIONS[state].values())
        return once | {
            after for one in once for after in rules.TRANSITIONS[one].values() if after == "closed"
        }

    @invariant()
    def the_project_reads_no_draft(self) -> None:
        if self.state == "draft":
            about = f"recommendation:{self.recommendation.key}"
            assert not OutgoingMail.objects.filter(about=about).exists()


@pytest.mark.django_db
def test_no_walk_skips_a_guard(clock: MovableClock, tmp_path: Path) -> None:
    class Here(Walk):
        pass

    Here.project, Here.clock = made.advised(tmp_path), clock
    Here.president, Here.stranger = verified(staff("president")), UserFactory()  # type: ignore[attr-defined]
    assert not may(Here.president, "recommendation.write")  # type: ignore[attr-defined]
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            # a failing walk is read as it is: each step writes to the database, so shrinking takes minutes
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_table_is_closed_and_every_live_state_has_a_way_out() -> None:
    states = set(Recommendation.State.values)
    assert set(rules.TRANSITIONS) == states
    for state, verbs in rules.TRANSITIONS.items():
        assert set(verbs.values()) <= states
        assert bool(verbs) != (state in rules.ENDINGS.values())
        assert set(verbs) <= {*rules.WHO, "close", "remeasure"}
    assert set(BY) == set(rules.WHO) - {"revise", "replace"}


def test_only_evidence_closes_and_only_what_is_closed_is_measured_again() -> None:
    for state, verbs in rules.TRANSITIONS.items():
        closing = {verb for verb, after in verbs.items() if after == "closed"}
        assert closing <= {"close"}
        assert ("remeasure" in verbs) == (state == "closed")
    assert not {"close", "remeasure"} & set(rules.WHO)
    assert "close" not in rules.TRANSITIONS["draft"]
    assert set(rules.ENDINGS) | {"reopen"} <= rules.REASONED
