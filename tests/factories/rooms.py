"""One object of each kind of the rooms that follow the deposit, for tests that walk the whole site.

Two dossiers of one author: ``submitted`` is being scored, ``supported`` was decided and is being supported.
"""

import os
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
from bacasable.programme.evidence.models import Challenge, ProjectKey, StoredEvidence
from bacasable.programme.recommendations.models import (
    Contract,
    Exchange,
    Recommendation,
    RecommendationVersion,
    ReviewedDocument,
)
from bacasable.programme.support.models import (
    Meeting,
    Milestone,
    SupportDocument,
    SupportFile,
    SupportQuestion,
    TeamMember,
)
from bacasable.programme.synthesis import content as published_content
from bacasable.programme.synthesis.models import ForesightCard, Passage, Publication, Reply, Synthesis
from tests.factories import dossiers, support
from tests.factories.call import CallFactory, CriterionFactory, SelectedProjectFactory
from tests.factories.files import pdf
from tests.factories.people import UserFactory, staff


class Rooms:
    """The people and the objects, made when first asked for; ``Site`` adds the call and the deposit."""

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

    @cached_property
    def support_file(self) -> SupportFile:
        made = support.active(dossier=self.supported, officer=self.officer)
        SupportFile.objects.filter(pk=made.file.pk).update(project=self.project)
        TeamMember.objects.create(file=made.file, user=self.team_member, skill="law")
        self.question = support.question(made, answer="Yes.")
        support.guidance(made)
        self.milestone = support.milestone(made)
        self.meeting = support.meeting(made, minutes="Minutes of the meeting.")
        self.document = support.document(made)
        return SupportFile.objects.get(pk=made.file.pk)

    question: SupportQuestion
    milestone: Milestone
    meeting: Meeting
    document: SupportDocument

    @cached_property
    def project_key(self) -> ProjectKey:
        """Enrolled and not confirmed yet."""
        return ProjectKey.objects.create(
            file=self.support_file,
            key_id=os.urandom(32).hex(),
            pem="-----BEGIN PUBLIC KEY-----",
            label="Our instance",
            token_digest=os.urandom(32).hex(),
            enrolled_by=self.author,
        )

    @cached_property
    def challenge(self) -> Challenge:
        return Challenge.objects.create(
            file=self.support_file,
            service="platform",
            control="files_unreadable_at_rest",
            seed=7,
            nonce=os.urandom(16).hex(),
            issued_by=self.officer,
            due_at=clock.now() + timedelta(days=7),
        )

    @cached_property
    def project_evidence(self) -> StoredEvidence:
        """About the project; not public."""
        return StoredEvidence.objects.create(
            file=self.support_file,
            label=StoredEvidence.Label.PROJECT,
            service="platform",
            control="files_unreadable_at_rest",
            verdict=StoredEvidence.Verdict.FAILED,
            envelope=b'{"payload": "e30=", "payloadType": "application/json", "signatures": []}',
            sha256=os.urandom(32).hex(),
            key_id="1" * 64,
            measured_at=clock.now(),
        )

    @cached_property
    def project_recommendation(self) -> Recommendation:
        """Made to the project; not public."""
        made = Recommendation.objects.create(
            key="tell-the-applicant",
            file=self.support_file,
            service="platform",
            title="Tell the applicant",
            text="Say it before.",
            facts="Nothing is said.",
            state=Recommendation.State.PROPOSED,
            revision=1,
        )
        RecommendationVersion.objects.create(
            recommendation=made,
            number=1,
            title=made.title,
            text=made.text,
            facts=made.facts,
            author=self.team_member,
            reviewer=self.officer,
            reviewed_at=clock.now(),
        )
        Exchange.objects.create(recommendation=made, side="project", text="We will.", by=self.author)
        return made

    @cached_property
    def contract(self) -> Contract:
        return Contract.objects.create(
            recommendation=self.project_recommendation,
            kind="control",
            service="platform",
            control="files_unreadable_at_rest",
            direction="at_most",
            threshold=0.0,
            maximum_age_days=90,
        )

    @cached_property
    def reviewed_document(self) -> ReviewedDocument:
        contract = Contract.objects.create(
            recommendation=self.project_recommendation,
            kind="document",
            document="The notice",
            maximum_age_days=365,
        )
        return ReviewedDocument.objects.create(
            contract=contract,
            name="notice.pdf",
            media_type="application/pdf",
            handed_in_by=self.author,
            **self._stored(pdf()),
        )

    @cached_property
    def synthesis(self) -> Synthesis:
        """With the project for its reply; not published."""
        made = Synthesis.objects.create(
            call=self.supported.call,
            file=self.support_file,
            project=self.project,
            slug="supported-synthesis",
            title="Synthesis",
            summary="Summary.",
            language="en",
            state=Synthesis.State.WITH_PROJECT,
            reply_due_at=clock.now() + timedelta(days=10),
            created_by=self.editor,
        )
        ForesightCard.objects.create(
            synthesis=made,
            signal="A signal.",
            change="A change.",
            horizon="In ten years.",
            driving_force="AI",
        )
        return made

    @cached_property
    def passage(self) -> Passage:
        made = Passage.objects.create(
            synthesis=self.synthesis, heading="Facts", body="Text.", why="It names a supplier."
        )
        Reply.objects.create(synthesis=self.synthesis, passage=made, text="Not quite.", by=self.author)
        return made

    @cached_property
    def publication(self) -> Publication:
        """The second version of a published synthesis, after an erratum."""
        made = Synthesis.objects.create(
            call=self.supported.call,
            slug="published-synthesis",
            title="Published",
            summary="Summary.",
            language="en",
            state=Synthesis.State.PUBLISHED,
            created_by=self.editor,
            published_at=clock.now(),
        )
        Passage.objects.create(synthesis=made, heading="Lessons", body="Text.", confidentiality="public")
        content = published_content.of(made, at=clock.now())
        for number in (1, 2):
            publication = Publication.objects.create(
                synthesis=made,
                number=number,
                content=content,
                card=published_content.card(content),
                words=published_content.words(content),
                sha256=published_content.digest(content),
                pdf=pdf(),
                reason="A wrong word." if number == 2 else "",
                by=self.editor,
                superseded_at=clock.now() if number == 1 else None,
            )
        return publication
