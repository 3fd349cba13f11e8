"""Contracts on documents, the endings of a recommendation, and what is published of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock as platform_clock
from bacasable.people.models import JournalEntry, User
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations import actions, queries, rules
from bacasable.programme.recommendations.models import Contract
from tests.conftest import MovableClock
from tests.factories import recommendations as made
from tests.factories.call import SelectedProjectFactory
from tests.factories.files import pdf
from tests.factories.people import UserFactory
from tests.integration.test_recommendations_contracts import code, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(clock: MovableClock, tmp_path: Path) -> made.Advised:
    return made.advised(tmp_path)


class TestDocuments:
    @pytest.fixture
    def contract(self, project: made.Advised) -> Contract:
        written = made.accepted(project)
        actions.add_contract(
            recommendation=written,
            kind="document",
            document="A record",
            maximum_age_days=30,
            by=project.officer,
        )
        measured, expected = written.contracts.order_by("pk")
        actions.remove_contract(contract=measured, by=project.officer)
        return expected

    def handed_in(self, project: made.Advised, contract: Contract, by: User | None = None) -> Any:
        return actions.hand_in(contract=contract, name="record.pdf", content=pdf(), by=by or project.author)

    def test_an_accepted_document_closes_it_until_it_expires(
        self, project: made.Advised, contract: Contract, clock: MovableClock
    ) -> None:
        written = contract.recommendation
        document = self.handed_in(project, contract)
        assert self.handed_in(project, contract) == document
        kept = actions.review_document(document=document, verdict="accepted", by=project.lawyer)
        assert state(written) == "closed"
        assert kept.expires_on == queries.today() + timedelta(days=30)
        clock.forward(days=30)
        assert actions.send_back_stale() == 0
        clock.forward(days=1)
        assert actions.send_back_stale() == 1
        assert state(written) == "to_remeasure"
        assert written.exchanges.filter(reason_key="expired").exists()

    def test_a_refused_document_says_why_and_another_may_come(
        self, project: made.Advised, contract: Contract
    ) -> None:
        document = self.handed_in(project, contract)
        given = {"document": document, "verdict": "refused", "by": project.lawyer}
        assert code(actions.review_document, **given) == "reasons"
        actions.review_document(reasons="It has no date.", **given)
        assert code(actions.review_document, reasons="Again.", **given) == "reviewed"
        assert state(contract.recommendation) == "accepted"
        assert self.handed_in(project, contract) != document

    def test_who_hands_in_does_not_review(self, project: made.Advised, contract: Contract) -> None:
        document = self.handed_in(project, contract, by=project.lawyer)
        given = {"document": document, "verdict": "accepted"}
        assert code(actions.review_document, by=project.lawyer, **given) == "own"
        with pytest.raises(PermissionDenied):
            actions.review_document(by=project.author, **given)

    def test_a_control_takes_no_document_and_a_stranger_hands_in_nothing(
        self, project: made.Advised, contract: Contract
    ) -> None:
        measured = made.accepted(project).contracts.get()
        given = {"contract": measured, "name": "a.pdf", "content": pdf(), "by": project.author}
        assert code(actions.hand_in, **given) == "kind"
        with pytest.raises(PermissionDenied):
            self.handed_in(project, contract, by=UserFactory())

    def test_a_file_that_lies_is_refused_and_nothing_is_kept(
        self, project: made.Advised, contract: Contract
    ) -> None:
        from bacasable.people import instance

        before = set(instance.vault().names())
        given = {"contract": contract, "name": "a.pdf", "content": b"MZ not a pdf", "by": project.author}
        assert code(actions.hand_in, **given)
        assert set(instance.vault().names()) == before


class TestEndings:
    def test_endings_need_reasons_and_are_final(self, project: made.Advised) -> None:
        written, other = made.accepted(project), made.accepted(project)
        by = project.officer
        assert code(actions.drop, recommendation=written, reasons="", by=by) == "reasons"
        given = {"recommendation": written, "reasons": "Merged.", "by": by}
        assert code(actions.replace, replacement=written, **given) == "replacement"
        actions.replace(replacement=other, **given)
        ended = made.stored(written)
        assert (ended.state, ended.replaced_by, ended.ending_reason) == ("replaced", other, "Merged.")
        for verb in rules.WHO:
            if verb not in {"revise", "replace"}:
                with pytest.raises((Refused, PermissionDenied)):
                    actions.act(recommendation=ended, verb=verb, reasons="Why.", by=by)

    def test_the_project_says_itself_that_it_does_not_follow(self, project: made.Advised) -> None:
        written = made.proposed(project)
        actions.decline(recommendation=written, reasons="The service stops.", by=project.author)
        assert state(written) == "not_followed"


class TestPublishing:
    def test_publishing_opens_the_evidence_too_failed_runs_included(
        self, project: made.Advised, clock: MovableClock
    ) -> None:
        written, hidden = made.accepted(project), made.draft(project)
        project.measured(written.contracts.get(), found=400)
        project.measured(written.contracts.get())
        assert not queries.public().exists()
        assert actions.publish(recommendations=[written, hidden], at=clock.at, by="system") == 1
        assert list(queries.public()) == [written]
        assert not StoredEvidence.objects.filter(public_since=None).exists()
        assert actions.publish(recommendations=[written], at=clock.at, by="system") == 0

    def test_one_reported_and_one_written_after_it(self, clock: MovableClock) -> None:
        given = {
            "project": SelectedProjectFactory(),
            "key": "reported-1",
            "title": "Human intervention",
            "text": "The adviser is free.",
            "source_name": "The press",
            "source_url": "https://example.org/article",
            "matters": ["human_intervention"],
            "by": "system",
        }
        reported = actions.tell(**given)
        assert actions.tell(**given) == reported
        contract = {
            "control": "adviser_free",
            "direction": "at_least",
            "threshold": 0.95,
            "maximum_age_days": 90,
        }
        after = actions.write_after(
            reported=reported,
            key="after-1",
            title="Let the adviser refuse",
            text="Measure it.",
            service="job_advice",
            contracts=[contract],
            by="system",
        )
        assert set(queries.public()) == {reported, after}
        assert after.matters == ["human_intervention"]
        assert after.contracts.get().service == "job_advice"
        assert JournalEntry.objects.filter(action="recommendation.told").count() == 1

    def test_similar_ones_are_the_published_ones_with_their_controls(self, project: made.Advised) -> None:
        written = made.accepted(project)
        words = {"title": "Files that nobody reads", "text": "Encrypt the files that candidates deposit."}
        assert queries.similar(matters=["security"], **words) == []
        actions.publish(recommendations=[written], at=platform_clock.now(), by="system")
        (found,) = queries.similar(matters=["security"], **words)
        assert (found.recommendation, found.shared) == (written, ("security",))
        assert found.contracts[0].control == made.CONTROL
        assert queries.similar(matters=["location"], title="Trains", text="A station at night.") == []
