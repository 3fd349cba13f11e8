"""Support files for tests: an author, a co-author, an officer, a legal and a technical member of the team."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from bacasable.compliance import clock
from bacasable.people.models import JournalEntry, OutgoingMail, User
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import actions
from bacasable.programme.support.models import (
    Guidance,
    Meeting,
    Milestone,
    SupportDocument,
    SupportFile,
    SupportQuestion,
)
from tests.factories import dossiers, files
from tests.factories.call import CallFactory, SelectedProjectFactory
from tests.factories.people import staff, verified


@dataclass
class Supported:
    """A support file and the people of both sides; those of the office carry a strong session."""

    file: SupportFile
    dossier: Dossier
    author: User
    co_author: User
    officer: User
    lawyer: User
    engineer: User

    def refresh(self) -> SupportFile:
        """Return the file as it is stored now, nothing of it remembered."""
        self.file = SupportFile.objects.select_related("dossier__call").get(pk=self.file.pk)
        return self.file

    @property
    def reference(self) -> str:
        return self.dossier.reference


def opened(
    track: str = "enhanced",
    *,
    call: Call | None = None,
    dossier: Dossier | None = None,
    project: SelectedProject | None = None,
    officer: User | None = None,
    with_team: bool = True,
) -> Supported:
    """Return a support file that was just opened, with its team; no agreement yet."""
    dossier = dossier or dossiers.submitted(call or CallFactory())
    author = dossiers.author_of(dossier)
    others = dossier.memberships.exclude(user=author)
    co_author = others[0].user if others else dossiers.co_author_of(dossier)
    officer = verified(officer or staff("officer"))
    lawyer, engineer = verified(staff("expert")), verified(staff("expert"))
    file = actions.open_file(dossier=dossier, track=track, by="system", project=project)
    if with_team:
        actions.add_member(file=file, user=lawyer, skill="law", by=officer, is_lead=True)
        actions.add_member(file=file, user=engineer, skill="technique", by=officer)
    made = Supported(file, dossier, author, co_author, officer, lawyer, engineer)
    made.refresh()
    return made


def active(
    track: str = "enhanced", *, phase: str = "", with_project: bool = False, **options: Any
) -> Supported:
    """Return a support file under way: team composed, agreement signed by both sides.

    Args:
        phase: the phase to be in, the first by default.
        with_project: link it to a public page of a selected project.
    """
    made = opened(track, **options)
    sign(made)
    if with_project and made.file.project_id is None:
        kind = "laureate" if track == "enhanced" else "advised"
        project = SelectedProjectFactory(call=made.dossier.call, track=kind)
        actions.link_project(dossier=made.dossier, project=project, by="system")
    while phase and made.refresh().phase != phase:
        actions.advance(file=made.file, reason="The work of this phase is done.", by=made.officer)
    made.refresh()
    return made


def sign(made: Supported) -> None:
    """Write the agreement and sign it for both sides."""
    actions.write_agreement(file=made.file, content="1. Terms of the support.", by=made.officer)
    actions.sign_agreement(
        file=made.file, side="office", capacity="Head of innovation", by=made.officer, name="An Officer"
    )
    actions.sign_agreement(
        file=made.file, side="project", capacity="Project lead", by=made.author, name="An Author"
    )
    made.refresh()


def ended(state: str = "completed", **options: Any) -> Supported:
    """Return a support file that is over: ``completed`` or ``exited``."""
    made = active(**options)
    if state == "completed":
        while made.refresh().phase not in {"synthesis", "advice"}:
            actions.advance(file=made.file, reason="Done.", by=made.officer)
        actions.complete(file=made.file, reason="The work is done.", by=made.officer)
    else:
        actions.exit(file=made.file, reason="The project stops.", by=made.author)
    made.refresh()
    return made


def question(made: Supported, by: User | None = None, answer: str = "") -> SupportQuestion:
    """Return a question of the project, answered by the office where ``answer`` is given."""
    asked = actions.ask(file=made.file, kind="legal", body="May we reuse these data?", by=by or made.author)
    if answer:
        return actions.answer(question=asked, answer=answer, by=made.lawyer)
    return asked


def guidance(made: Supported, **fields: Any) -> Guidance:
    """Return a line of the ledger of guidance."""
    said = {"text": "Keep a person in the decision.", "facts": "An adviser reads each result."} | fields
    return actions.guide(file=made.file, by=said.pop("by", made.lawyer), **said)


def milestone(made: Supported, due_on: date | None = None, **fields: Any) -> Milestone:
    """Return a milestone, due in thirty days."""
    due_on = due_on or (clock.now() + timedelta(days=30)).date()
    return actions.add_milestone(
        file=made.file,
        title=fields.pop("title", "Impact assessment"),
        due_on=due_on,
        by=made.lawyer,
        **fields,
    )


def meeting(made: Supported, *, held: bool = True, minutes: str = "") -> Meeting:
    """Return a meeting of yesterday (or of next week), with minutes where they are given."""
    at = clock.now() + (timedelta(days=-1) if held else timedelta(days=7))
    called = actions.call_meeting(file=made.file, held_at=at, place="Room 1", agenda="Data", by=made.lawyer)
    if minutes:
        return actions.minute(meeting=called, present="Everybody", minutes=minutes, by=made.lawyer)
    return called


def document(made: Supported, by: User | None = None) -> SupportDocument:
    """Return a PDF shared by the project."""
    return actions.add_document(
        file=made.file, name="assessment.pdf", content=files.pdf(), by=by or made.author
    )


def refused(code: str, act: Callable[..., object], **values: Any) -> None:
    """Check that an act is refused with this code and that nothing is journalled of it."""
    before = JournalEntry.objects.count()
    with pytest.raises(Refused) as caught:
        act(**values)
    assert caught.value.code == code
    assert JournalEntry.objects.count() == before


def told() -> list[str]:
    """Return the addresses of the mails that wait, and forget them."""
    found = sorted(OutgoingMail.objects.values_list("to", flat=True))
    OutgoingMail.objects.all().delete()
    return found


def addresses(*people: User) -> list[str]:
    """Return the addresses of people, sorted as ``told`` sorts them."""
    return sorted(person.email for person in people)
