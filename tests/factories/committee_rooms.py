"""The people of a call and what its committee and president make: part of :mod:`tests.factories.rooms`."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from bacasable.compliance import clock
from bacasable.people import instance
from bacasable.people.models import RoleGrant, User
from bacasable.people.permissions import forget_granted_roles
from bacasable.programme.call.models import Call, SelectedProject
from bacasable.programme.committee.models import (
    Assessment,
    Assignment,
    AuditionSlot,
    Conference,
    ConflictDeclaration,
    Decision,
    Delegation,
    Deliberation,
    Examination,
    Letter,
    Outcome,
    PanelMember,
    Registration,
    Score,
    Selection,
)
from bacasable.programme.desk.models import LawfulException
from bacasable.programme.dossiers.models import Dossier, Membership
from bacasable.programme.support.models import (
    TeamMember,
)
from tests.factories import dossiers
from tests.factories.call import CallFactory, CriterionFactory, SelectedProjectFactory
from tests.factories.files import pdf
from tests.factories.people import UserFactory, staff


class CommitteeRooms:
    """The people, and what the committee and the president make, when first asked for."""

    author: User
    co_author: User
    officer: User
    draft: Dossier
    submitted: Dossier

    @cached_property
    def expert(self) -> User:
        """An expert whom nothing ties to any dossier."""
        return staff("expert", email="expert@example.org")

    @cached_property
    def assessor(self) -> User:
        return staff("expert", email="assessor@example.org")

    @cached_property
    def conflicted(self) -> User:
        """An expert in conflict with the dossier that the assessor scores."""
        return staff("expert", email="conflicted@example.org")

    @cached_property
    def team_member(self) -> User:
        return staff("expert", email="team-member@example.org")

    @cached_property
    def president(self) -> User:
        return staff("president", email="president@example.org")

    @cached_property
    def delegate(self) -> User:
        """An officer who holds the president's signature on every call."""
        user = staff("officer", email="delegate@example.org")
        Delegation.objects.create(
            given_by=self.president,
            to=user,
            capacity="Deputy",
            act_reference="Order 12",
            starts_at=clock.now() - timedelta(days=1),
            ends_at=clock.now() + timedelta(days=30),
        )
        return user

    @cached_property
    def editor(self) -> User:
        return staff("editor", email="editor@example.org")

    @cached_property
    def inspector(self) -> User:
        return staff("inspector", email="inspector@example.org")

    @cached_property
    def excepted(self) -> User:
        """The inspector to whom the president opened ``submitted``."""
        return staff("inspector", email="excepted@example.org")

    @cached_property
    def infiltrated(self) -> User:
        """An inspector whose account somebody tied to everything in the database, against every rule."""
        user = UserFactory(email="infiltrated@example.org")
        dossiers.submitted(CallFactory(slug="infiltrated-call"), user)
        RoleGrant.objects.bulk_create(
            RoleGrant(user=user, role=role)
            for role in ("inspector", "officer", "expert", "president", "editor", "administrator")
        )
        forget_granted_roles(user)
        for dossier in (self.draft, self.submitted, self.support_file.dossier):
            Membership.objects.create(dossier=dossier, user=user, role=Membership.Role.CO_AUTHOR)
        TeamMember.objects.create(file=self.support_file, user=user, skill="law")
        seat = self._seat(user)
        self._assessment(seat)
        Delegation.objects.create(
            given_by=self.president,
            to=user,
            capacity="Deputy",
            act_reference="Order 13",
            starts_at=clock.now() - timedelta(days=1),
            ends_at=clock.now() + timedelta(days=30),
        )
        return user

    # The committee

    @cached_property
    def selection(self) -> Selection:
        """Being scored, on the call of ``submitted``."""
        now = clock.now()
        Call.objects.filter(pk=self.submitted.call_id).update(
            state=Call.State.CLOSED,
            opens_at=now - timedelta(days=60),
            closes_at=now - timedelta(days=1),
            closed_at=now - timedelta(days=1),
        )
        self.submitted.call.refresh_from_db()
        CriterionFactory(call=self.submitted.call)
        return Selection.objects.create(
            call=self.submitted.call, state="scoring", scores_due_at=now + timedelta(days=10)
        )

    @cached_property
    def examination(self) -> Examination:
        return Examination.objects.create(
            dossier=self.submitted,
            selection=self.selection,
            state="shortlisted",
            version=self.submitted.versions.get(),
            checked_by=self.officer,
        )

    def _seat(self, user: User, in_conflict: bool = False) -> PanelMember:
        seat = PanelMember.objects.create(
            selection=self.selection,
            user=user,
            invited_by=self.officer,
            undertaking="I keep it to myself.",
            undertaking_signed_at=clock.now(),
        )
        ConflictDeclaration.objects.create(
            member=seat, examination=self.examination, has_conflict=in_conflict, nature="A cousin."
        )
        return seat

    def _assessment(self, seat: PanelMember) -> Assessment:
        assignment = Assignment.objects.create(
            examination=self.examination, member=seat, skill="law", assigned_by=self.officer
        )
        assessment = Assessment.objects.create(
            assignment=assignment, version=self.submitted.versions.get(), comment="Comment."
        )
        for criterion in self.selection.call.criteria.all():
            Score.objects.create(assessment=assessment, criterion=criterion, value=3, comment="Fair.")
        return assessment

    @cached_property
    def assessment(self) -> Assessment:
        return self._assessment(self._seat(self.assessor))

    @cached_property
    def conflicting_assessment(self) -> Assessment:
        """What the expert in conflict was given before saying so."""
        return self._assessment(self._seat(self.conflicted, in_conflict=True))

    @cached_property
    def slot(self) -> AuditionSlot:
        return AuditionSlot.objects.create(
            selection=self.selection,
            starts_at=clock.now() + timedelta(days=5),
            place="Room 4",
            examination=self.examination,
        )

    @cached_property
    def conference(self) -> Conference:
        """Not published."""
        return Conference.objects.create(
            call=self.selection.call,
            title="Conference",
            starts_at=clock.now() + timedelta(days=20),
            ends_at=clock.now() + timedelta(days=20, hours=2),
            place="Hall",
            programme="Programme.",
        )

    @cached_property
    def exception(self) -> LawfulException:
        return LawfulException.objects.create(
            dossier=self.submitted,
            inspector=self.excepted,
            ground="complaint",
            reasons="A complaint was received.",
            given_by=self.president,
            ends_at=clock.now() + timedelta(days=30),
        )

    # A dossier decided and supported

    @cached_property
    def supported(self) -> Dossier:
        dossier = dossiers.complete(CallFactory(slug="supported-call"), self.author)
        dossiers.submit(dossier)
        Membership.objects.create(dossier=dossier, user=self.co_author, role=Membership.Role.CO_AUTHOR)
        Call.objects.filter(pk=dossier.call_id).update(
            state=Call.State.DECIDED,
            opens_at=clock.now() - timedelta(days=60),
            closes_at=clock.now() - timedelta(days=30),
            closed_at=clock.now() - timedelta(days=30),
            decided_at=clock.now() - timedelta(days=20),
        )
        dossier.refresh_from_db()
        return dossier

    @cached_property
    def project(self) -> SelectedProject:
        return SelectedProjectFactory(call=self.supported.call, slug="supported-project")

    @cached_property
    def decision(self) -> Decision:
        selection = Selection.objects.create(call=self.supported.call, state="decided")
        Deliberation.objects.create(
            selection=selection,
            held_at=clock.now(),
            present="Everybody.",
            minutes="Minutes.",
            recorded_by=self.officer,
        )
        return Decision.objects.create(
            selection=selection,
            decided_by=self.president,
            signatory_name="A. Signatory",
            signatory_capacity="President",
            number_reason="As planned.",
        )

    @cached_property
    def outcome(self) -> Outcome:
        examination = Examination.objects.create(
            dossier=self.supported,
            selection=self.decision.selection,
            state="decided",
            version=self.supported.versions.get(),
            checked_by=self.officer,
        )
        return Outcome.objects.create(
            decision=self.decision, examination=examination, kind="laureate", reasons="It is good."
        )

    def _stored(self, content: bytes) -> dict[str, Any]:
        blob = instance.vault().write(bytes(self.supported.data_key), content)
        return {"blob": blob.name, "size": blob.size, "sha256": blob.sha256}

    @cached_property
    def letter(self) -> Letter:
        return Letter.objects.create(
            outcome=self.outcome,
            reference=f"{self.supported.reference}-L1",
            sent_at=clock.now(),
            **self._stored(pdf()),
            **{f"signed_{name}": value for name, value in self._stored(pdf()).items()},
        )

    @cached_property
    def announced(self) -> Registration:
        """A registration to a public conference."""
        conference = Conference.objects.create(
            call=self.supported.call,
            title="The laureates",
            starts_at=clock.now() + timedelta(days=20),
            ends_at=clock.now() + timedelta(days=20, hours=2),
            registration_closes_at=clock.now() + timedelta(days=19),
            place="Hall",
            published_at=clock.now(),
        )
        return Registration.objects.create(
            conference=conference, email="attendee@example.org", name="Attendee"
        )
