"""Any walk of any people over a support file: no path skips a guard, no line of its registers is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import actions, queries, rules
from bacasable.programme.support.models import Agreement, Guidance, Side, SupportFile, SupportQuestion
from tests.conftest import MovableClock
from tests.factories import support
from tests.factories.people import UserFactory, staff, verified

pytestmark = pytest.mark.one_database

OFFICE, PROJECT = {"officer", "lawyer"}, {"author", "co_author"}
#: Those who may do most come first and more often, so that walks go far.
PEOPLE = st.sampled_from(
    ["officer", "author", "officer", "author", "lawyer", "co_author", "expert", "president", "stranger"]
)
LIVE = {"opened", "active"}
PAUSED = ("suspended", "exited")
PHASES = {"enhanced": ["problems", "implementation", "synthesis"], "advised": ["advice"]}


class Walk(RuleBasedStateMachine):
    """People act in any order; each act is compared with what the rules say in plain words."""

    @initialize(
        track=st.sampled_from(["enhanced", "advised"]), state=st.sampled_from(["opened", "active", *PAUSED])
    )
    def begin(self, track: str, state: str) -> None:
        signed = state != "opened"
        self.clock = MovableClock(platform_clock.now())
        platform_clock.set_source(self.clock)
        made = support.active(track) if signed else support.opened(track)
        self.file, self.track = made.file, track
        self.people: dict[str, Any] = {
            "author": made.author,
            "co_author": made.co_author,
            "officer": made.officer,
            "lawyer": made.lawyer,
            "expert": verified(staff("expert")),
            "president": verified(staff("president")),
            "stranger": UserFactory(),
        }
        self.state = "active" if signed else "opened"
        self.phase, self.ends_on = 0, made.file.ends_on
        self.suspended_on: Any = None
        self.signed = {"office", "project"} if signed else set()
        self.written = signed
        self.changes = self.asked = self.said = 0
        self.ask("author")
        self.guide("officer", False)
        if state == "suspended":
            self.suspend("officer", "Because.")
        elif state == "exited":
            self.leave("author", "Because.", 0)

    def teardown(self) -> None:
        platform_clock.set_source(None)

    def attempt(self, allowed: bool, act: Callable[..., object], **values: Any) -> bool:
        """Run ``act``; it must succeed exactly when ``allowed``, and leave no trace when it does not."""
        before = self.snapshot()
        values.setdefault("file", SupportFile.objects.get(pk=self.file.pk))
        if values["file"] is None:
            del values["file"]
        try:
            act(**values)
        except (Refused, PermissionDenied):
            assert not allowed
            assert self.snapshot() == before
            return False
        assert allowed
        return True

    def snapshot(self) -> object:
        return (
            SupportFile.objects.values().get(pk=self.file.pk),
            list(Guidance.objects.filter(file=self.file).values()),
            list(SupportQuestion.objects.filter(file=self.file).values()),
            list(Agreement.objects.filter(file=self.file).values()),
            self.file.changes.count(),
            JournalEntry.objects.count(),
            OutgoingMail.objects.count(),
        )

    def today(self) -> Any:
        return self.clock.at.astimezone(self.file.dossier.call.zone).date()

    @rule(days=st.sampled_from([1, 20]))
    def wait(self, days: int) -> None:
        self.clock.forward(days=days)

    @rule(who=PEOPLE)
    def write_agreement(self, who: str) -> None:
        allowed = who == "officer" and self.state == "opened" and not self.signed
        content = f"Terms of {self.clock.at}."
        if self.attempt(allowed, actions.write_agreement, content=content, by=self.people[who]):
            self.written = True

    @rule(who=PEOPLE, side=st.sampled_from(["office", "project"]))
    def sign(self, who: str, side: str) -> None:
        mine = (who, side) in {("officer", "office"), ("author", "project")}
        allowed = mine and self.state == "opened" and self.written and side not in self.signed
        values = {"side": side, "capacity": "Head", "name": "N", "by": self.people[who]}
        if self.attempt(allowed, actions.sign_agreement, **values):
            self.signed.add(side)
            if len(self.signed) == 2:
                self.state = "active"
                months = 6 if self.track == "enhanced" else 3
                self.ends_on = rules.months_later(self.today(), months)

    @rule(who=PEOPLE)
    def ask(self, who: str) -> None:
        allowed = who in OFFICE | PROJECT and self.state in LIVE
        values = {"kind": "legal", "body": "May we?", "by": self.people[who]}
        self.asked += self.attempt(allowed, actions.ask, **values)

    @rule(who=PEOPLE)
    def answer_the_last(self, who: str) -> None:
        question = self.file.questions.last()
        if question is None:
            return
        side = OFFICE if question.asked_from == Side.PROJECT else PROJECT
        allowed = who in side and self.state in LIVE and question.answered_at is None
        values = {"file": None, "question": question, "answer": "Yes.", "by": self.people[who]}
        self.attempt(allowed, actions.answer, **values)

    @rule(who=PEOPLE, correct=st.booleans())
    def guide(self, who: str, correct: bool) -> None:
        replaced = self.file.guidance.first() if correct else None
        free = replaced is None or not Guidance.objects.filter(replaces=replaced).exists()
        allowed = who in OFFICE and self.state in LIVE and free
        values = {"text": "Do.", "facts": "F.", "replaces": replaced, "by": self.people[who]}
        self.said += self.attempt(allowed, actions.guide, **values)

    @rule(who=PEOPLE, followed=st.sampled_from(["yes", "no"]), why=st.sampled_from(["", "Because."]))
    def follow_the_last(self, who: str, followed: str, why: str) -> None:
        line = self.file.guidance.last()
        if line is None:
            return
        allowed = who in PROJECT and self.state in LIVE and (followed == "yes" or bool(why))
        values = {"file": None, "guidance": line, "followed": followed, "why": why}
        self.attempt(allowed, actions.follow, **values, by=self.people[who])

    def change(self, who: str, kind: str, allowed: bool, reason: str, **values: Any) -> bool:
        allowed = allowed and bool(reason)
        done = self.attempt(allowed, getattr(actions, kind), reason=reason, by=self.people[who], **values)
        self.changes += done
        return done

    REASON = st.sampled_from(["Because.", "Because.", ""])

    @rule(who=PEOPLE, reason=REASON)
    def advance(self, who: str, reason: str) -> None:
        more = self.phase + 1 < len(PHASES[self.track])
        if self.change(who, "advance", who == "officer" and self.state == "active" and more, reason):
            self.phase += 1

    @rule(who=PEOPLE, reason=REASON, days=st.sampled_from([-1, 0, 10, 400]))
    def extend(self, who: str, reason: str, days: int) -> None:
        ends_on = (self.ends_on or self.today()) + timedelta(days=days)
        allowed = who == "officer" and self.state == "active" and days == 10
        if self.change(who, "extend", allowed, reason, ends_on=ends_on):
            self.ends_on = ends_on

    @rule(who=PEOPLE, reason=REASON)
    def suspend(self, who: str, reason: str) -> None:
        if self.change(who, "suspend", who == "officer" and self.state == "active", reason):
            self.state, self.suspended_on = "suspended", self.today()

    @rule(who=PEOPLE, reason=REASON)
    def resume(self, who: str, reason: str) -> None:
        if self.change(who, "resume", who == "officer" and self.state == "suspended", reason):
            self.ends_on += self.today() - self.suspended_on
            self.state, self.suspended_on = "active", None

    @rule(who=PEOPLE, reason=REASON)
    def complete(self, who: str, reason: str) -> None:
        last = self.phase == len(PHASES[self.track]) - 1
        if self.change(who, "complete", who == "officer" and self.state == "active" and last, reason):
            self.state = "completed"

    @rule(who=PEOPLE, reason=st.just("Because."), luck=st.integers(0, 5))
    def leave(self, who: str, reason: str, luck: int) -> None:
        if luck:  # seldom: most walks must go on
            return
        allowed = who in {"officer", "author"} and self.state in {"opened", "active", "suspended"}
        if self.change(who, "exit", allowed, reason):
            self.state = "exited"

    @invariant()
    def what_was_said_stands(self) -> None:
        if not hasattr(self, "file"):
            return
        stored = SupportFile.objects.get(pk=self.file.pk)
        assert (stored.state, stored.ends_on) == (self.state, self.ends_on)
        assert stored.phase == PHASES[self.track][self.phase]
        assert (stored.ended_at is not None) == (self.state in {"completed", "exited"})
        assert stored.changes.count() == self.changes
        assert [q.number for q in stored.questions.all()] == list(range(1, self.asked + 1))
        assert [g.number for g in stored.guidance.all()] == list(range(1, self.said + 1))
        assert queries.suspended_since(stored) == self.suspended_on or self.state == "exited"


@pytest.mark.django_db
def test_no_walk_skips_a_guard() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
