"""One object of each kind of the rooms that follow the deposit, for tests that walk the whole site.

Two dossiers of one author: ``submitted`` is being scored, ``supported`` was decided and is being supported.
"""

import os
from datetime import timedelta
from functools import cached_property

from bacasable.compliance import clock
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
from tests.factories import support
from tests.factories.committee_rooms import CommitteeRooms
from tests.factories.files import pdf


class Rooms(CommitteeRooms):
    """The people and the objects, made when first asked for; ``Site`` adds the call and the deposit."""

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
