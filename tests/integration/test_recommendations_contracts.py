"""A recommendation to a project: written, read over, agreed, measured, sent back, reopened, ended."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bacasable.people.models import OutgoingMail
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence.actions import receive, revoke_key
from bacasable.programme.evidence.models import Challenge, ReportedDependencies, StoredEvidence
from bacasable.programme.evidence.signals import dependencies_reported
from bacasable.programme.recommendations import actions, queries, wording
from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.recommendations.queries import NotFulfilled
from bacasable.programme.support.models import SupportFile
from tests.conftest import MovableClock
from tests.factories import recommendations as made
from tests.factories.files import pdf
from tests.factories.people import UserFactory, staff, verified

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(clock: MovableClock, tmp_path: Path) -> made.Advised:
    return made.advised(tmp_path)


def state(recommendation: Recommendation) -> str:
    return made.stored(recommendation).state


def told() -> list[str]:
    """Return what mails were queued about, one entry a mail."""
    return list(OutgoingMail.objects.filter(about__startswith="recommendation:").values_list("to", flat=True))


def code(act: Any, **given: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.code


class TestWriting:
    def test_what_the_public_reads_keeps_its_words_and_its_contracts(self, project: made.Advised) -> None:
        written = made.accepted(project)
        actions.publish(recommendations=[written], by=project.officer)
        words = {
            name: getattr(written, name) for name in ("title", "facts", "legal_basis", "matters", "due_on")
        }
        act = {"recommendation": made.stored(written), "by": project.officer}
        assert (
            code(actions.revise, **act, **words, text="Else.", service="platform", change="Why") == "public"
        )
        assert code(actions.add_contract, **act, control=made.CONTROL) == "public"
        assert made.stored(written).text == written.text

    def test_a_draft_reaches_the_project_only_read_over_and_with_a_contract(
        self, project: made.Advised
    ) -> None:
        written = made.draft(project, contract=False)
        assert code(actions.propose, recommendation=written, by=project.officer) == "unreviewed"
        actions.review(recommendation=written, by=project.reviewer)
        assert code(actions.propose, recommendation=written, by=project.officer) == "no_contract"
        assert told() == []
        actions.add_contract(recommendation=written, control=made.CONTROL, by=project.lawyer)
        actions.propose(recommendation=written, by=project.officer)
        assert state(written) == "proposed"
        assert {project.author.email, project.lawyer.email} <= set(told())
        assert str(project.supported.reference) in written.key

    def test_nobody_reads_over_their_own_wording(self, project: made.Advised) -> None:
        written = made.draft(project, by=project.officer)
        assert code(actions.review, recommendation=written, by=project.officer) == "own"
        actions.review(recommendation=written, by=project.reviewer)

    def test_a_draft_changed_after_the_reading_has_to_be_read_again(self, project: made.Advised) -> None:
        written = made.draft(project)
        actions.review(recommendation=written, by=project.reviewer)
        words = made.WORDS | {"text": "Something else."}
        actions.revise(recommendation=written, by=project.lawyer, **words)
        assert code(actions.propose, recommendation=written, by=project.officer) == "unreviewed"

    def test_what_the_project_agreed_changes_by_a_version_that_was_read_over(
        self, project: made.Advised
    ) -> None:
        written = made.accepted(project)
        OutgoingMail.objects.all().delete()
        words = made.WORDS | {"text": "Encrypt everything, and rotate the keys."}
        assert code(actions.revise, recommendation=written, by=project.lawyer, **words) == "change"
        actions.revise(recommendation=written, by=project.lawyer, change="A new fact.", **words)
        assert made.stored(written).text == made.WORDS["text"]
        assert told() == []
        actions.review(recommendation=written, by=project.reviewer)
        assert made.stored(written).text == words["text"]
        assert project.author.email in told()
        assert list(written.versions.values_list("number", "reviewer")) == [
            (1, project.reviewer.pk),
            (2, project.reviewer.pk),
        ]

    @pytest.mark.parametrize("missing", ["facts", "legal_basis", "due_on"])
    def test_what_is_proposed_says_on_what_it_rests_and_until_when(
        self, project: made.Advised, missing: str
    ) -> None:
        written = made.draft(project, **{missing: None if missing == "due_on" else " "})
        actions.review(recommendation=written, by=project.reviewer)
        with pytest.raises(Refused) as refused:
            actions.propose(recommendation=written, by=project.officer)
        assert (refused.value.code, refused.value.values["missing"]) == ("incomplete", missing)
        assert wording.refusal(refused.value)
        actions.revise(recommendation=written, by=project.lawyer, **made.WORDS)
        actions.review(recommendation=written, by=project.reviewer)
        actions.propose(recommendation=written, by=project.officer)
        assert state(written) == "proposed"

    def test_a_due_date_that_changes_leaves_the_former_one_in_the_exchange(
        self, project: made.Advised
    ) -> None:
        written = made.accepted(project)
        OutgoingMail.objects.all().delete()
        words = made.WORDS | {"due_on": date(2031, 5, 17), "change": "More time."}
        actions.revise(recommendation=written, by=project.lawyer, **words)
        line = written.exchanges.get(verb="due")
        assert "2099" in line.text and "2031" in line.text
        assert project.author.email in told()
        actions.revise(recommendation=written, by=project.lawyer, **words)
        assert written.exchanges.filter(verb="due").count() == 1

    def test_nothing_new_is_recommended_while_the_support_is_suspended(self, project: made.Advised) -> None:
        accepted = made.accepted(project)
        waiting = made.draft(project)
        actions.review(recommendation=waiting, by=project.reviewer)
        SupportFile.objects.filter(pk=project.supported.file.pk).update(state="suspended")
        waiting = made.stored(waiting)
        given = {"file": project.supported.file, "by": project.lawyer}
        assert code(actions.write, **given, **made.WORDS) == "suspended"
        assert code(actions.propose, recommendation=waiting, by=project.officer) == "suspended"
        project.measured(accepted.contracts.get())
        assert state(accepted) == "closed"

    def test_taking_off_the_contract_that_is_not_met_closes_nothing(self, project: made.Advised) -> None:
        written = made.draft(project)
        unmet = actions.add_contract(
            recommendation=written,
            kind="document",
            document="A record of keys",
            maximum_age_days=30,
            by=project.lawyer,
        )
        actions.review(recommendation=written, by=project.reviewer)
        actions.propose(recommendation=written, by=project.officer)
        actions.accept(recommendation=written, by=project.author)
        met = written.contracts.get(kind="control")
        project.measured(met)
        assert state(written) == "accepted"
        actions.remove_contract(contract=unmet, by=project.officer)
        assert state(written) == "accepted"
        assert "A record of keys" in written.exchanges.filter(verb="contract").last().text
        project.measured(met)
        assert state(written) == "closed"

    def test_a_page_read_before_another_s_change_is_told(self, project: made.Advised) -> None:
        written = made.proposed(project)
        seen = written.revision
        actions.exchange(recommendation=written, text="Which disk?", by=project.author)
        actions.accept(recommendation=written, revision=seen, by=project.author)
        given = {"recommendation": written, "revision": seen, "by": project.author}
        assert code(actions.start, **given) == "stale"

    @pytest.mark.parametrize(
        "given",
        [
            {"control": "unknown_here"},
            {"control": made.CONTROL, "direction": "at_least"},
            {"kind": "document", "document": " ", "maximum_age_days": 30},
            {"kind": "document", "document": "A record"},
            {"control": "Bad name", "direction": "at_most", "threshold": 0.1, "maximum_age_days": 3},
        ],
    )
    def test_a_contract_that_could_not_be_fulfilled_is_refused(
        self, project: made.Advised, given: dict[str, Any]
    ) -> None:
        written = made.draft(project, contract=False)
        assert code(actions.add_contract, recommendation=written, by=project.lawyer, **given)
        assert not written.contracts.exists()

    def test_contracts_of_what_was_read_are_an_officer_s(self, project: made.Advised) -> None:
        written = made.accepted(project)
        given = {"kind": "document", "document": "A record", "maximum_age_days": 30}
        with pytest.raises(PermissionDenied):
            actions.add_contract(recommendation=written, by=project.lawyer, **given)
        actions.add_contract(recommendation=written, by=project.officer, **given)
        first, second = written.contracts.all()
        actions.remove_contract(contract=second, by=project.officer)
        assert code(actions.remove_contract, contract=first, by=project.officer) == "last"

    def test_strangers_write_nothing(self, project: made.Advised) -> None:
        for stranger in (UserFactory(), verified(staff("expert")), verified(staff("administrator"))):
            with pytest.raises(PermissionDenied):
                made.draft(project, by=stranger)


class TestEvidence:
    def test_the_project_s_evidence_closes_it_and_both_sides_are_told(self, project: made.Advised) -> None:
        written = made.accepted(project)
        OutgoingMail.objects.all().delete()
        stored = project.measured(written.contracts.get())
        assert state(written) == "closed"
        assert written.contracts.get().closed_by == stored
        assert {project.author.email, project.lawyer.email} <= set(told())

    def test_evidence_of_another_project_or_of_ours_closes_nothing(
        self, project: made.Advised, tmp_path: Path
    ) -> None:
        written = made.accepted(project)
        other = made.advised(tmp_path / "other")
        stored = other.measured(written.contracts.get())
        with pytest.raises(NotFulfilled) as refused:
            actions.close(contract=written.contracts.get(), evidence=stored, by="system")
        assert refused.value.reason == "file"
        from bacasable.people.instance import configuration
        from tests.factories import evidence

        receive(envelope_bytes=evidence.envelope(configuration().home / "keys"), by="system")
        assert state(written) == "accepted"

    def test_a_stricter_contract_is_judged_by_its_own_threshold(self, project: made.Advised) -> None:
        written = made.draft(project, contract=False)
        contract = actions.add_contract(
            recommendation=written, control=made.CONTROL, threshold=0.001, by=project.lawyer
        )
        actions.review(recommendation=written, by=project.reviewer)
        actions.propose(recommendation=written, by=project.officer)
        stored = project.measured(contract)  # 0 of 1024: at most 0.29 %, which keeps 0.5 % and not 0.1 %
        assert (stored.verdict, state(written)) == ("passed", "proposed")
        Contract.objects.filter(pk=contract.pk).update(threshold=0.003)
        project.measured(contract)
        assert state(written) == "closed"

    def test_a_sabotage_within_the_contract_s_threshold_proves_nothing(self, project: made.Advised) -> None:
        written = made.accepted(project)
        contract = written.contracts.get()
        Contract.objects.filter(pk=contract.pk).update(threshold=0.5)
        stored = project.measured(contract, sabotaged=300)  # breaks 0.5 %, not 50 %
        with pytest.raises(NotFulfilled) as refused:
            queries.fulfilled(written.contracts.get(), stored)
        assert refused.value.reason == "blind"

    def test_every_contract_holds_at_the_same_time(self, project: made.Advised, clock: MovableClock) -> None:
        written = made.accepted(project)
        actions.add_contract(
            recommendation=written,
            kind="document",
            document="Record of keys",
            maximum_age_days=30,
            by=project.officer,
        )
        measured, expected = written.contracts.order_by("pk")
        project.measured(measured)
        assert state(written) == "accepted"
        clock.forward(days=100)  # the measurement has expired when the document comes
        document = actions.hand_in(contract=expected, name="record.pdf", content=pdf(), by=project.author)
        actions.review_document(document=document, verdict="accepted", by=project.lawyer)
        assert state(written) == "accepted"
        project.measured(measured)
        assert state(written) == "closed"

    def test_what_the_instance_reports_to_have_changed_sends_it_back_and_asks_again(
        self, project: made.Advised, clock: MovableClock
    ) -> None:
        written = made.closed(project)
        clock.forward(hours=1)
        OutgoingMail.objects.all().delete()
        before = Challenge.objects.count()
        ReportedDependencies.objects.update_or_create(
            file=project.supported.file,
            service="platform",
            control=made.CONTROL,
            defaults={"digests": {"declaration": "0" * 64}, "key_id": "x", "reported_at": clock.at},
        )
        given = {"file": project.supported.file, "service": "platform", "control": made.CONTROL}
        dependencies_reported.send(sender=None, by="system", **given)
        assert state(written) == "to_remeasure"
        assert (written.contracts.get().challenges.count(), Challenge.objects.count()) == (1, before + 1)
        assert {project.author.email, project.lawyer.email} <= set(told())
        assert written.exchanges.filter(verb="remeasure", reason_key="changed").exists()
        clock.forward(hours=1)
        asked = written.contracts.get().challenges.get()
        sent = project.federated.answer(asked)
        receive(envelope_bytes=sent, by="system", key=project.federated.key, challenge=asked)
        assert state(written) == "closed"

    def test_a_revoked_key_sends_back_what_it_closed(self, project: made.Advised) -> None:
        written = made.closed(project)
        revoke_key(key=project.federated.key, reason="Lost.", by=project.author)
        assert state(written) == "to_remeasure"
        assert written.exchanges.filter(reason_key="revoked_key").exists()

    def test_a_fresh_failure_waits_for_a_person_who_reopens_with_reasons(
        self, project: made.Advised, clock: MovableClock
    ) -> None:
        written = made.closed(project)
        contract = written.contracts.get()
        clock.forward(days=1)
        stored = project.measured(contract, found=400)
        written = made.stored(written)
        assert (written.state, written.failure) == ("to_remeasure", stored)
        assert list(queries.failures()) == [written]
        assert project.officer.email in told()
        assert code(actions.reopen, recommendation=written, reasons=" ", by=project.officer) == "reasons"
        with pytest.raises(PermissionDenied):
            actions.reopen(recommendation=written, reasons="Mine.", by=project.author)
        actions.reopen(recommendation=written, reasons="The disk is in clear.", by=project.officer)
        assert not queries.failures()
        clock.forward(days=1)
        project.measured(contract)
        assert state(written) == "closed"

    def test_what_was_measured_before_it_was_reopened_does_not_close_it(
        self, project: made.Advised, clock: MovableClock
    ) -> None:
        written = made.closed(project)
        before = StoredEvidence.objects.get()
        clock.forward(hours=1)
        actions.reopen(recommendation=written, reasons="Another disk.", by=project.officer)
        assert written.contracts.get().closed_by is None
        with pytest.raises(NotFulfilled) as refused:
            actions.close(contract=written.contracts.get(), evidence=before, by="system")
        assert refused.value.reason == "before"

    def test_a_failure_stays_before_a_person_when_a_later_run_passes(
        self, project: made.Advised, clock: MovableClock
    ) -> None:
        written = made.closed(project)
        contract = written.contracts.get()
        clock.forward(days=1)
        project.measured(contract, found=400)
        clock.forward(days=1)
        project.measured(contract)
        assert state(written) == "closed"
        assert list(queries.failures()) == [written]
        actions.set_failure_aside(recommendation=written, reasons="A test disk.", by=project.officer)
        assert not queries.failures()
        given = {"recommendation": written, "reasons": "Twice.", "by": project.officer}
        assert code(actions.set_failure_aside, **given) == "no_failure"

    def test_a_void_run_neither_closes_nor_sends_back(
        self, project: made.Advised, clock: MovableClock
    ) -> None:
        written = made.closed(project)
        clock.forward(days=1)
        stored = project.measured(written.contracts.get(), sabotaged=0)
        assert (stored.verdict, state(written)) == ("void", "closed")
        assert made.stored(written).failure is None

    def test_many_closed_ones_are_judged_without_a_query_for_each(
        self, project: made.Advised, clock: MovableClock, django_assert_max_num_queries: Any
    ) -> None:
        for _number in range(12):
            made.accepted(project)
        project.measured(Contract.objects.all()[0])
        assert Recommendation.objects.filter(state="closed").count() == 12
        with django_assert_max_num_queries(6):
            assert actions.send_back_stale() == 0
        clock.forward(days=91)
        assert actions.send_back_stale() == 12

    def test_an_extra_measurement_is_asked_for_once(self, project: made.Advised) -> None:
        contract = made.accepted(project).contracts.get()
        asked = actions.ask_measurement(contract=contract, by=project.lawyer)
        assert actions.ask_measurement(contract=contract, by=project.lawyer) == asked
        with pytest.raises(PermissionDenied):
            actions.ask_measurement(contract=contract, by=project.author)
