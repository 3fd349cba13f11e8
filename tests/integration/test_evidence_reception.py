"""Evidence of a project: believed from a confirmed key, for the challenge that it answers; else refused."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bacasable.compliance import clock as platform_clock
from bacasable.compliance import signing
from bacasable.compliance.evidence import EvidenceRefused
from bacasable.compliance.reported import sign_report
from bacasable.people.instance import configuration
from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import actions, queries, readings, tasks
from bacasable.programme.evidence.models import (
    Challenge,
    RefusedEvidence,
    ReportedDependencies,
    StoredEvidence,
)
from bacasable.programme.evidence.signals import dependencies_reported, key_revoked
from tests.conftest import MovableClock
from tests.factories import evidence as made
from tests.factories import support
from tests.factories.evidence import Federated
from tests.factories.people import UserFactory, staff, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(clock: MovableClock, tmp_path: Path) -> Federated:
    signing.ensure_key(configuration().home / "keys")
    return made.federated(tmp_path / "keys")


def received(project: Federated, envelope: bytes, **given: Any) -> StoredEvidence:
    return actions.receive(envelope_bytes=envelope, by="key:test", key=project.key, **given)


def refused(project: Federated, envelope: bytes, **given: Any) -> str:
    """Return why it is refused; one row says so, and nothing else is kept."""
    before = StoredEvidence.objects.count()
    with pytest.raises(EvidenceRefused) as error:
        received(project, envelope, **given)
    assert StoredEvidence.objects.count() == before
    assert RefusedEvidence.objects.order_by("pk").last().reason == error.value.reason  # type: ignore[union-attr]
    return error.value.reason


def test_evidence_for_a_challenge_is_kept_and_labelled_measured_by_the_project(project: Federated) -> None:
    challenge = project.asked()
    stored = received(project, project.answer(challenge))
    assert (stored.label, stored.verdict, stored.challenge) == ("project", "passed", challenge)
    assert (stored.file, stored.public_since) == (project.file, None)
    assert challenge.state() == "answered"
    assert readings.read(stored).evidence is not None
    noted = ReportedDependencies.objects.get(file=project.file)
    assert noted.control == challenge.control


def test_failed_and_void_runs_are_kept_and_counted_until_one_passes(project: Federated) -> None:
    challenge = project.asked()
    for changes in ({"found": 400}, {"sabotaged": 0}):
        received(project, project.answer(challenge, **changes))
        assert challenge.state() == "open"
    received(project, project.answer(challenge))
    assert readings.verdict_counts(project.file) == {"passed": 1, "failed": 1, "void": 1}
    assert refused(project, project.answer(challenge, 3)) == "replayed"


def test_the_same_bytes_twice_are_kept_once(project: Federated) -> None:
    envelope = project.answer(project.asked())
    first, again = received(project, envelope), received(project, envelope)
    assert (first.pk, first.is_new, again.is_new) == (again.pk, True, False)
    assert JournalEntry.objects.filter(action="evidence.received").count() == 1


@pytest.mark.parametrize(
    ("envelope", "expected"),
    [
        (lambda p, c: p.answer(None), "challenge"),
        (lambda p, c: p.answer(c, seed=c.seed + 1), "seed"),
        (lambda p, c: p.answer(c, control="another"), "challenge"),
        (lambda p, c: p.answer(c, measured_at=c.issued_at - timedelta(hours=1)), "challenge"),
        (lambda p, c: p.answer(c)[:-1], "malformed"),
        (lambda p, c: made.envelope(p.folder / "another"), "unknown_key"),
        (lambda p, c: b"[" * (2 * 1024 * 1024), "oversize"),
    ],
    ids=["unbound", "seed", "control", "before it was asked", "cut", "another key", "oversize"],
)
def test_what_does_not_answer_the_challenge_is_refused_and_counted(
    project: Federated, envelope: Callable[[Federated, Challenge], bytes], expected: str
) -> None:
    assert refused(project, envelope(project, project.asked())) == expected


def test_evidence_for_another_challenge_is_refused(project: Federated) -> None:
    one, two = project.asked(), project.asked()
    assert refused(project, project.answer(one), challenge=two) == "challenge"
    assert RefusedEvidence.objects.get().challenge == two


def test_evidence_for_the_challenge_of_another_project_is_refused(project: Federated, tmp_path: Path) -> None:
    other = made.federated(tmp_path / "other")
    assert refused(project, project.answer(other.asked())) == "challenge"


def test_late_evidence_is_judged_by_when_it_arrived(project: Federated, clock: MovableClock) -> None:
    challenge = project.asked(due_at=clock.at + timedelta(hours=1))
    envelope = project.answer(challenge)
    clock.forward(hours=2)
    assert refused(project, envelope) == "late"
    assert received(project, envelope, received_at=clock.at - timedelta(hours=2)).verdict == "passed"
    assert readings.read(StoredEvidence.objects.get()).reason == ""


def test_a_withdrawn_challenge_takes_no_answer(project: Federated) -> None:
    challenge = project.asked()
    actions.withdraw_challenge(challenge=challenge, by=project.supported.officer)
    assert refused(project, project.answer(challenge)) == "challenge"
    with pytest.raises(Refused) as again:
        actions.withdraw_challenge(challenge=challenge, by=project.supported.officer)
    assert again.value.code == "state"


def test_a_key_that_nobody_confirmed_is_not_believed(clock: MovableClock, tmp_path: Path) -> None:
    project = made.federated(tmp_path, confirmed=False)
    challenge = project.asked()
    assert refused(project, project.answer(challenge)) == "unconfirmed_key"
    actions.confirm_key(key=project.key, by=project.supported.officer)
    assert received(project, project.answer(challenge)).verdict == "passed"


def test_a_revoked_key_is_believed_no_more_even_for_what_was_kept(project: Federated) -> None:
    heard: list[object] = []

    def listen(*, key: object, **_sent: object) -> None:
        heard.append(key)

    key_revoked.connect(listen)
    challenge = project.asked()
    stored = received(project, project.answer(challenge, 400))
    mails = OutgoingMail.objects.count()
    revoked = actions.revoke_key(key=project.key, reason="Lost laptop", by=project.supported.author)
    assert heard == [revoked]
    assert OutgoingMail.objects.count() > mails
    assert refused(project, project.answer(challenge)) == "revoked_key"
    assert readings.read(stored).reason == "revoked_key"


def test_who_may_enrol_confirm_and_revoke(project: Federated, tmp_path: Path) -> None:
    supported, pem = project.supported, made.public_pem(tmp_path / "second")
    for nobody in (supported.officer, supported.lawyer, supported.co_author, UserFactory()):
        with pytest.raises(PermissionDenied):
            actions.enrol(file=project.file, pem=pem, label="x", by=nobody)
    key, token = actions.enrol(file=project.file, pem=pem, label="x", by=supported.author)
    assert token.startswith("bsk_")
    assert token not in str(vars(key))
    for nobody in (supported.author, supported.lawyer, verified(staff("president"))):
        with pytest.raises(PermissionDenied):
            actions.confirm_key(key=key, by=nobody)
    with pytest.raises(PermissionDenied):
        actions.revoke_key(key=key, reason="x", by=supported.lawyer)
    for expected in ("reason", None, "state"):
        try:
            actions.revoke_key(key=key, reason="" if expected == "reason" else "Lost", by=supported.officer)
            assert expected is None
        except Refused as error:
            assert error.code == expected
    with pytest.raises(Refused):
        actions.confirm_key(key=key, by=supported.officer)


def test_keys_that_are_not_a_projects_own_are_refused(project: Federated, tmp_path: Path) -> None:
    other = support.active()
    own = made.public_pem(configuration().home / "keys")
    (private,) = project.folder.glob("evidence-*.pem")
    for pem, expected in (
        (made.public_pem(project.folder), "enrolled_elsewhere"),
        (own, "own_key"),
        (private.read_text(), "private_key"),
        ("hello", "pem"),
    ):
        with pytest.raises(Refused) as error:
            actions.enrol(file=other.file, pem=pem, label="x", by=other.author)
        assert error.value.code == expected


def test_a_challenge_names_a_control_has_a_future_deadline_and_comes_from_the_office(
    project: Federated, clock: MovableClock
) -> None:
    for changes, expected in (
        ({"control": "../etc"}, "name"),
        ({"service": "x" * 41}, "name"),
        ({"due_at": clock.at - timedelta(days=1)}, "deadline"),
        ({"due_at": clock.at + timedelta(days=400)}, "deadline"),
    ):
        with pytest.raises(Refused) as error:
            project.asked(**changes)
        assert error.value.code == expected
    with pytest.raises(PermissionDenied):
        project.asked(by=project.supported.author)
    asked = OutgoingMail.objects.count()
    assert project.asked(by=project.supported.engineer).state() == "open"
    assert OutgoingMail.objects.count() == asked + 2, "the author and the co-author"
    assert mail.outbox == []
    assert len({project.asked().nonce for _ in range(5)}) == 5


def test_the_office_replays_with_the_same_seed_and_its_own_key(
    project: Federated, clock: MovableClock
) -> None:
    challenge = project.asked(due_at=clock.at + timedelta(hours=1))
    with pytest.raises(PermissionDenied):
        tasks.ask_replay(challenge=challenge, by=project.supported.author)
    tasks.ask_replay(challenge=challenge, by=project.supported.officer)
    clock.forward(hours=3)
    assert tasks.replay.call(challenge.pk) == "passed"
    stored = StoredEvidence.objects.get(challenge=challenge)
    found = readings.read(stored)
    assert found.evidence is not None, found.reason
    assert (stored.label, found.evidence.run.measurement.seed) == ("replayed", challenge.seed)
    assert challenge.state() == "lapsed", "a replay answers for nobody"


def test_a_project_cannot_send_the_offices_replay_as_its_own(project: Federated) -> None:
    challenge = project.asked()
    signed_here = made.sign(
        made.run(
            measurement=made.measurement(seed=challenge.seed),
            sabotage=made.measurement(1024, seed=challenge.seed),
        ),
        made.signer(configuration().home / "keys"),
        challenge=challenge.asked,
    )
    assert refused(project, signed_here) == "unknown_key"


def test_reported_dependencies_are_kept_and_a_change_announced_once(
    project: Federated, clock: MovableClock
) -> None:
    heard: list[str] = []

    def listen(*, control: str, **_sent: object) -> None:
        heard.append(control)

    dependencies_reported.connect(listen)

    def report(value: str, at: Any = None) -> int:
        envelope = sign_report(
            {"water.leaks": {"declaration": value * 64}},
            made.signer(project.folder),
            issued_at=at or platform_clock.now(),
        )
        return actions.report_dependencies(key=project.key, envelope_bytes=envelope, by="key:test")

    assert report("a") == 1
    clock.forward(hours=6)
    assert report("a") == 0
    clock.forward(hours=6)
    assert report("b") == 1
    assert heard == ["leaks", "leaks"]
    for at, expected in (
        (clock.at - timedelta(hours=1), "replayed"),
        (clock.at - timedelta(days=2), "too_old"),
        (clock.at + timedelta(hours=1), "future"),
    ):
        with pytest.raises(EvidenceRefused) as error:
            report("c", at)
        assert error.value.reason == expected
    assert ReportedDependencies.objects.get().digests == {"declaration": "b" * 64}


def test_evidence_is_no_report_and_a_report_is_no_evidence(project: Federated) -> None:
    challenge = project.asked()
    with pytest.raises(EvidenceRefused):
        actions.report_dependencies(key=project.key, envelope_bytes=project.answer(challenge), by="key:test")
    report = sign_report({}, made.signer(project.folder), issued_at=platform_clock.now())
    assert refused(project, report) == "malformed"


def test_what_is_refused_is_counted_by_reason(project: Federated) -> None:
    challenge = project.asked()
    for _ in range(3):
        refused(project, project.answer(challenge, seed=1 + challenge.seed))
    refused(project, b"junk")
    assert queries.refused_counts(project.file) == {"seed": 3, "malformed": 1}


class Life(RuleBasedStateMachine):
    """A key and a challenge through any order of acts: only what the tables allow ever happens."""

    def __init__(self) -> None:
        super().__init__()
        folder = configuration().home / f"machine-{secrets.token_hex(6)}"
        self.project = made.federated(folder, confirmed=False, supported=support.opened())
        self.challenge = self.project.asked()
        self.passed = 0

    def _key(self) -> Any:
        self.project.key.refresh_from_db()
        return self.project.key

    @rule()
    def confirm(self) -> None:
        was = self._key().state
        try:
            actions.confirm_key(key=self.project.key, by=self.project.supported.officer)
            assert was == "enrolled"
        except Refused:
            assert was != "enrolled"

    @precondition(lambda self: self._key().state != "enrolled")
    @rule()
    def revoke(self) -> None:
        was = self._key().state
        try:
            actions.revoke_key(key=self.project.key, reason="Lost", by=self.project.supported.author)
            assert was != "revoked"
        except Refused:
            assert was == "revoked"

    @rule()
    def withdraw(self) -> None:
        was = self.challenge.state()
        try:
            self.challenge = actions.withdraw_challenge(
                challenge=self.challenge, by=self.project.supported.officer
            )
            assert was == "open"
        except Refused:
            assert was != "open"

    def _send(self, found: int) -> None:
        key, asked = self._key().state, Challenge.objects.get(pk=self.challenge.pk).state()
        try:
            received(self.project, self.project.answer(self.challenge, found))
            assert (key, asked) == ("confirmed", "open")
            self.passed += found == 0
        except EvidenceRefused:
            assert (key, asked) != ("confirmed", "open")

    @rule()
    def pass_it(self) -> None:
        self._send(0)

    @rule()
    def fail_it(self) -> None:
        self._send(400)

    @invariant()
    def at_most_one_run_passes_for_a_challenge(self) -> None:
        assert self.passed <= 1
        kept = StoredEvidence.objects.filter(challenge=self.challenge, verdict="passed").count()
        assert kept == self.passed


def test_no_order_of_acts_skips_a_guard(db: None) -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=12, stateful_step_count=8, deadline=None))
