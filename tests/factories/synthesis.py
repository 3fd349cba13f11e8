"""Syntheses for tests: a support in its last phase, with exchanges and a recommendation, and what follows."""

from datetime import timedelta
from typing import Any

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.support.models import (
    Guidance,
    Milestone,
    SupportFile,
    SupportQuestion,
    TeamMember,
)
from bacasable.programme.synthesis import actions
from bacasable.programme.synthesis.models import ForesightCard, Passage, Publication, Synthesis
from tests.factories import dossiers
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory, staff, verified

#: In every text that must not leave the file.
RESTRICTED_WORD = "Zymurgique"
SECRET_WORD = "Quasipotassium"


def editor() -> User:
    """Return an editor as after a second factor."""
    return verified(staff("editor"))


def support(call: Call | None = None, by: User | None = None, **fields: Any) -> SupportFile:
    """Return a support in its synthesis phase: a question, guidance, a milestone, a recommendation."""
    dossier = dossiers.complete(call or CallFactory(), by)
    dossiers.write(dossier, "project", summary=f"Summary {RESTRICTED_WORD}")
    dossiers.write(dossier, "expectations", confidential=f"Our recipe {SECRET_WORD}")
    dossiers.submit(dossier)
    dossier.refresh_from_db()
    number = SelectedProject.objects.count()
    project = SelectedProject.objects.create(
        call=dossier.call,
        slug=f"project-{number}",
        track=SelectedProject.Track.LAUREATE,
        name=f"Projet été {number}",
        body="Ville de Test",
        summary="What the project does, in public words.",
    )
    options = {"track": "enhanced", "phase": "synthesis", "state": SupportFile.State.ACTIVE} | fields
    file = SupportFile.objects.create(dossier=dossier, project=project, **options)
    author = dossiers.author_of(dossier)
    expert = staff("expert")
    TeamMember.objects.create(file=file, user=expert, skill="legal")
    SupportQuestion.objects.create(
        file=file,
        number=1,
        kind="legal",
        asked_from="project",
        body=f"Question {RESTRICTED_WORD}?",
        asked_by=author,
        answer=f"Answer {RESTRICTED_WORD}.",
        answered_by=expert,
        answered_at=clock.now(),
    )
    Guidance.objects.create(
        file=file,
        number=1,
        text=f"Guidance {RESTRICTED_WORD}",
        facts=f"Facts {RESTRICTED_WORD}",
        said_by=expert,
    )
    Milestone.objects.create(
        file=file, title=f"Milestone {RESTRICTED_WORD}", due_on=clock.now().date() + timedelta(days=3)
    )
    recommend(file)
    return file


def recommend(file: SupportFile, **fields: Any) -> Recommendation:
    """Return a recommendation of the support, with a contract."""
    number = Recommendation.objects.count()
    options = {"state": Recommendation.State.CLOSED, "legal_basis": "GDPR 22"} | fields
    recommendation = Recommendation.objects.create(
        key=f"keep-a-person-{number}",
        file=file,
        project=file.project,
        service="platform",
        title="Keep a person in charge",
        text="The adviser decides, whatever the system proposes.",
        facts=f"The project told us {RESTRICTED_WORD}",
        **options,
    )
    Contract.objects.create(
        recommendation=recommendation,
        service="platform",
        control="files_unreadable_at_rest",
        direction="at_most",
        threshold=0.005,
        maximum_age_days=90,
    )
    return recommendation


def composed(
    file: SupportFile | None = None, by: User | None = None, text: str = "Leçons à retenir."
) -> Synthesis:
    """Return a synthesis whose last passage (public) has a text and whose foresight card is filled."""
    by = by or editor()
    synthesis = actions.compose(file=file or support(), by=by)
    last = synthesis.passages.last()
    assert last is not None
    Passage.objects.filter(pk=last.pk).update(body=text)
    Synthesis.objects.filter(pk=synthesis.pk).update(sector="Transport")
    ForesightCard.objects.get_or_create(
        synthesis=synthesis,
        defaults={
            "signal": "Counters close.",
            "change": "People ask at home.",
            "horizon": "No counter is left.",
            "driving_force": "Budgets",
        },
    )
    synthesis.refresh_from_db()
    return synthesis


def sent(synthesis: Synthesis | None = None, days: int = 10) -> Synthesis:
    """Return a synthesis that waits for the project's reply."""
    synthesis = synthesis or composed()
    return actions.send_to_project(
        synthesis=synthesis,
        reply_due_at=clock.now() + timedelta(days=days),
        by=verified(synthesis.created_by),
    )


def author_of(synthesis: Synthesis) -> User:
    """Return who wrote the dossier."""
    assert synthesis.file is not None
    return dossiers.author_of(synthesis.file.dossier)


def published(synthesis: Synthesis | None = None) -> Publication:
    """Return the first publication of a synthesis, which its project agreed to."""
    synthesis = synthesis or sent()
    actions.agree(synthesis=synthesis, by=author_of(synthesis))
    return actions.publish(synthesis=synthesis, by=verified(synthesis.created_by))


def stranger() -> User:
    """Return somebody signed in who has nothing to do with it."""
    return UserFactory()
