"""Recommendations for tests: to a project whose instance enrolled its key, in the states of the table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bacasable.people.models import User
from bacasable.programme.evidence.actions import receive
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations import actions
from bacasable.programme.recommendations.models import Contract, Recommendation
from tests.factories import evidence as federation
from tests.factories.people import staff, verified
from tests.factories.support import Supported

CONTROL = "files_unreadable_at_rest"


@dataclass
class Advised:
    """A project that is recommended something: its people, its instance, and a second officer to review."""

    federated: federation.Federated
    reviewer: User

    @property
    def supported(self) -> Supported:
        return self.federated.supported

    @property
    def author(self) -> User:
        """The candidate, for the project."""
        return self.supported.author

    @property
    def officer(self) -> User:
        return self.supported.officer

    @property
    def lawyer(self) -> User:
        """A member of the team, who writes."""
        return self.supported.lawyer

    def measured(self, contract: Contract, found: int = 0, **changes: Any) -> StoredEvidence:
        """Ask for a run of the contract's control and let the project's instance send it."""
        challenge = self.federated.asked(control=contract.control, service=contract.service)
        sent = self.federated.answer(challenge, found, **changes)
        return receive(envelope_bytes=sent, by="system", key=self.federated.key, challenge=challenge)


def advised(folder: Path, *, supported: Supported | None = None) -> Advised:
    """Return a project under support with its instance in ``folder``."""
    made = federation.federated(folder, supported=supported)
    return Advised(made, verified(staff("officer")))


WORDS = {
    "title": "Keep the files unreadable",
    "text": "Encrypt what candidates deposit, one key for each dossier.",
    "facts": "Files lie on a shared disk.",
    "legal_basis": "GDPR 32(1)(a)",
    "matters": ("security",),
    "due_on": date(2099, 12, 31),
    "service": "platform",
}


def draft(made: Advised, *, by: User | None = None, contract: bool = True, **words: Any) -> Recommendation:
    """Return a draft of the team, with a contract on the control of files unless told otherwise."""
    written = actions.write(file=made.supported.file, by=by or made.lawyer, **(WORDS | words))
    if contract:
        actions.add_contract(recommendation=written, control=CONTROL, by=by or made.lawyer)
    return stored(written)


def proposed(made: Advised, **options: Any) -> Recommendation:
    """Return a recommendation that another officer read over and that was proposed."""
    written = draft(made, **options)
    actions.review(recommendation=written, by=made.reviewer)
    actions.propose(recommendation=written, by=made.officer)
    return stored(written)


def accepted(made: Advised, **options: Any) -> Recommendation:
    """Return a recommendation that the project accepted."""
    written = proposed(made, **options)
    actions.accept(recommendation=written, by=made.author)
    return stored(written)


def closed(made: Advised, **options: Any) -> Recommendation:
    """Return a recommendation that the project's instance closed."""
    written = accepted(made, **options)
    for contract in written.contracts.all():
        made.measured(contract)
    return stored(written)


def stored(recommendation: Recommendation) -> Recommendation:
    """Return it as it is stored now, nothing of it remembered."""
    return Recommendation.objects.select_related("file__dossier").get(pk=recommendation.pk)


def states(recommendations: Iterable[Recommendation]) -> list[str]:
    """Return the states as they are stored now."""
    return [stored(recommendation).state for recommendation in recommendations]
