"""Any walk of any people from the deliberation to the publication: no path skips a guard."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bacasable.people.models import JournalEntry
from bacasable.programme.call.models import SelectedProject
from bacasable.programme.committee import actions
from bacasable.programme.committee.models import Decision, Examination, Letter, Selection
from bacasable.programme.dossiers import actions as dossier_actions
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support.models import SupportFile
from tests.factories import dossiers as made
from tests.factories import files
from tests.factories.decisions import deliberating, president, take
from tests.factories.people import staff, verified

pytestmark = pytest.mark.one_database

PEOPLE = st.sampled_from(["president", "officer", "expert", "inspector", "author"])
KINDS = st.sampled_from(["laureate", "advised", "refused"])
OFFICE = {"president", "officer"}


class Walk(RuleBasedStateMachine):
    """People act in any order; what is stored is compared with a model in plain words."""

    @initialize()
    def begin(self) -> None:
        self.room = deliberating(dossiers=2)
        author = made.author_of(self.room.examinations[0].dossier)
        self.people = {
            "president": president(),
            "officer": self.room.officer,
            "expert": verified(staff("expert")),
            "inspector": verified(staff("inspector", "president", "officer")),
            "author": author,
        }
        self.kinds: dict[int, str] = {}
        self.is_decided = self.is_sent = self.is_published = False
        self.withdrawn: set[int] = set()
        self.supported: set[int] = set()
        self.signed: set[int] = set()

    def attempt(self, allowed: bool, act: Callable[[], object]) -> bool:
        """Run ``act``; it must succeed exactly when ``allowed``, and leave no trace when it does not."""
        before = JournalEntry.objects.count()
        try:
            act()
        except (Refused, PermissionDenied):
            assert not allowed
            assert JournalEntry.objects.count() == before
            return False
        assert allowed
        return True

    @property
    def standing(self) -> list[int]:
        return [e.pk for e in self.room.examinations if e.pk not in self.withdrawn]

    @rule(who=PEOPLE, kinds=st.lists(KINDS, min_size=2, max_size=2), has_reasons=st.booleans())
    def decide(self, who: str, kinds: list[str], has_reasons: bool) -> None:
        outcomes = {
            examination.pk: (kind, "Reasons." if has_reasons else "")
            for examination, kind in zip(self.room.examinations, kinds, strict=True)
        }
        allowed = who == "president" and not self.is_decided and has_reasons and bool(self.standing)
        if self.attempt(allowed, lambda: take(self.room, outcomes=outcomes, by=self.people[who])):
            self.is_decided = True
            self.kinds = {pk: kind for pk, (kind, _why) in outcomes.items() if pk in self.standing}

    @precondition(lambda self: self.is_decided)
    @rule(who=PEOPLE, accepts=st.booleans())
    def send(self, who: str, accepts: bool) -> None:
        decision = Decision.objects.get(selection=self.room.selection)
        if self.attempt(
            who in OFFICE and (accepts or self.is_sent or self.signed == set(self.kinds)),
            lambda: actions.send_letters(decision=decision, by=self.people[who], accept_unsigned=accepts),
        ):
            if not self.is_sent:
                self.supported = {
                    pk for pk, kind in self.kinds.items() if kind != "refused" and pk not in self.withdrawn
                }
            self.is_sent = True

    @precondition(lambda self: self.is_decided)
    @rule(who=PEOPLE, data=st.data())
    def sign(self, who: str, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(sorted(self.kinds)))
        letter = Letter.objects.get(outcome__examination_id=pk)
        allowed = who in OFFICE and not self.is_sent
        if self.attempt(
            allowed,
            lambda: actions.file_signed_letter(
                letter=letter, name="signed.pdf", content=files.pdf(), by=self.people[who]
            ),
        ):
            self.signed.add(pk)

    @precondition(lambda self: self.is_decided)
    @rule(who=PEOPLE)
    def publish(self, who: str) -> None:
        decision = Decision.objects.get(selection=self.room.selection)
        allowed = who in OFFICE and self.is_sent and not self.is_published
        if self.attempt(allowed, lambda: actions.publish(decision=decision, by=self.people[who])):
            self.is_published = True
            self.public = {
                pk for pk, kind in self.kinds.items() if kind != "refused" and pk not in self.withdrawn
            }

    @rule(which=st.sampled_from([0, 1]))
    def withdraw(self, which: int) -> None:
        examination = self.room.examinations[which]
        if examination.pk in self.supported:  # a support that began ends by its own means
            return
        dossier = Dossier.objects.get(pk=examination.dossier_id)
        dossier_actions.withdraw(dossier=dossier, by=made.author_of(dossier))
        self.withdrawn.add(examination.pk)

    @invariant()
    def what_is_stored_is_what_was_allowed(self) -> None:
        if not hasattr(self, "room"):
            return
        selection = Selection.objects.get(pk=self.room.selection.pk)
        letters = Letter.objects.filter(outcome__decision__selection=selection)
        assert {letter.outcome.examination_id for letter in letters} == set(self.kinds)
        assert all((letter.sent_at is not None) == self.is_sent for letter in letters)
        assert {letter.outcome.examination_id for letter in letters if letter.signed_blob} == self.signed
        # opened by the letter, never before
        opened = SupportFile.objects.filter(dossier__examination__selection=selection)
        assert set(opened.values_list("dossier__examination", flat=True)) == self.supported
        decided = Examination.objects.filter(selection=selection, state="decided")
        assert {examination.pk for examination in decided} == set(self.kinds)
        expected = "published" if self.is_published else "decided" if self.is_decided else "deliberating"
        assert selection.state == expected
        public = SelectedProject.objects.filter(call=selection.call, outcome__isnull=False)
        assert {project.outcome.examination_id for project in public} == (
            self.public if self.is_published else set()
        )
        assert SelectedProject.objects.filter(call=selection.call, outcome=None).count() == 0


@pytest.mark.django_db
def test_any_walk_from_the_deliberation_to_the_publication():
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            suppress_health_check=list(HealthCheck),
        ),
    )
