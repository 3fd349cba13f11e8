"""One object of each kind that an address can name, for tests that walk the whole site.

A new kind of address parameter takes one entry in :data:`PARAMETERS`: the key is ``"view:name parameter"``
for one view, ``"namespace:* parameter"`` for a room, or ``"parameter"`` for every view; the value returns the
objects' names, and for a dossier who stands in which relation to it. Objects of the rooms that follow the
deposit are made in :mod:`tests.factories.rooms`.
"""

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from bacasable.compliance import clock
from bacasable.duties.breaches.models import Breach
from bacasable.duties.dpia.models import DpiaRecord
from bacasable.duties.keeping.models import PurgeRun, Visa
from bacasable.duties.rights.models import ReceivedMail, RightsRequest
from bacasable.duties.rights.queries import token_of
from bacasable.people import instance, links
from bacasable.people.models import OneTimeLink, User
from bacasable.programme.call.models import Call
from bacasable.programme.committee.queries.conferences import cancel_token
from bacasable.programme.dossiers import files
from bacasable.programme.dossiers.models import Attachment, Dossier, Membership, Upload
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations.models import Recommendation
from tests.factories import dossiers
from tests.factories.call import CallFactory, QuestionFactory, SelectedProjectFactory
from tests.factories.people import UserFactory, staff
from tests.factories.rooms import Rooms


@dataclass
class Site(Rooms):
    """The people and the objects of the walk, made when first asked for."""

    def furnish(self) -> "Site":
        """Make everything at once, so that nothing is made inside a transaction that is undone."""
        for kind in type(self).__mro__:
            for name, attribute in vars(kind).items():
                if isinstance(attribute, cached_property):
                    getattr(self, name)
        return self

    @cached_property
    def author(self) -> User:
        return UserFactory(email="author@example.org")

    @cached_property
    def co_author(self) -> User:
        return UserFactory(email="co-author@example.org")

    @cached_property
    def neighbour(self) -> User:
        """The author of another dossier of the same call."""
        user = UserFactory(email="neighbour@example.org")
        dossiers.draft(self.call, user)
        return user

    @cached_property
    def member(self) -> User:
        return UserFactory(email="member@example.org")

    @cached_property
    def officer(self) -> User:
        return staff("officer", email="officer@example.org")

    @cached_property
    def administrator(self) -> User:
        return staff("administrator", email="administrator@example.org")

    @cached_property
    def dpo(self) -> User:
        return staff("dpo", email="dpo@example.org")

    @cached_property
    def visa(self) -> Visa:
        return Visa.objects.create(
            service="platform",
            retention="dossier",
            reference="AD75 2026-12",
            given_on=clock.now().date(),
            ends_on=clock.now().date() + timedelta(days=30),
        )

    @cached_property
    def assessed(self) -> DpiaRecord:
        today, key = clock.now().date(), instance.vault().new_data_key()
        return DpiaRecord.objects.create(
            service="platform",
            validated_on=today,
            review_on=today + timedelta(days=365),
            data_key=key,
            file=instance.vault().write(key, b"%PDF-1.7").name,
            file_name="aipd.pdf",
        )

    @cached_property
    def purge_run(self) -> PurgeRun:
        return PurgeRun.objects.create(receipt="0" * 64)

    @cached_property
    def rights_request(self) -> RightsRequest:
        return RightsRequest.objects.create(
            service="platform", right="access", body="What do you hold?", email="asking@example.org"
        )

    @cached_property
    def received_mail(self) -> ReceivedMail:
        return ReceivedMail.objects.create(
            sender="asking@example.org", subject="My data", received_at=clock.now(), reason="elsewhere"
        )

    @cached_property
    def answered_request(self) -> RightsRequest:
        return RightsRequest.objects.create(
            service="platform",
            right="rectification",
            body="Correct my name.",
            state="refused",
            answer="It is right.",
            closed_at=clock.now(),
        )

    @cached_property
    def access_on_paper(self) -> RightsRequest:
        return RightsRequest.objects.create(
            service="platform", right="access", body="x", state="answered", closed_at=clock.now()
        )

    @cached_property
    def breach(self) -> Breach:
        return Breach.objects.create(title="A list sent to the wrong body", facts="x", aware_at=clock.now())

    @cached_property
    def deactivated(self) -> User:
        return staff("officer", "administrator", email="left@example.org")

    @cached_property
    def call(self) -> Call:
        return CallFactory(slug="open-call")

    @cached_property
    def calls(self) -> dict[str, Call]:
        """A call in each state."""
        made = {"published": self.call}
        made["draft"] = CallFactory(slug="draft-call", draft=True)
        made["closed"] = CallFactory(slug="closed-call", closed=True)
        made["decided"] = CallFactory(slug="decided-call", decided=True)
        made["archived"] = CallFactory(slug="archived-call", decided=True, state=Call.State.ARCHIVED)
        return made

    def _with_co_author(self, dossier: Dossier) -> Dossier:
        Membership.objects.create(dossier=dossier, user=self.co_author, role=Membership.Role.CO_AUTHOR)
        return dossier

    @cached_property
    def draft(self) -> Dossier:
        return self._with_co_author(dossiers.draft(self.call, self.author))

    @cached_property
    def submitted(self) -> Dossier:
        """A dossier submitted with a file."""
        dossier = dossiers.complete(CallFactory(slug="other-open-call"), self.author)
        self.attach(dossier)
        dossiers.submit(dossier)
        return self._with_co_author(dossier)

    def attach(self, dossier: Dossier) -> Attachment:
        return files.add(dossier=dossier, name="dot.png", content=PNG, by=self.author)

    @cached_property
    def attachment(self) -> Attachment:
        return self.attach(self.draft)

    @cached_property
    def upload(self) -> Upload:
        return Upload.objects.create(
            dossier=self.draft,
            name="part.png",
            length=10,
            blob="f" * 32,
            by=self.author,
            expires_at=clock.now() + timedelta(days=1),
        )

    @cached_property
    def invitation(self) -> OneTimeLink:
        links.issue(email="invited@example.org", purpose="join", target=self.draft.reference)
        return OneTimeLink.objects.get(purpose="join", target=self.draft.reference)

    @cached_property
    def evidence(self) -> StoredEvidence:
        envelope = json.dumps(
            {"payload": "e30=", "payloadType": "application/vnd.in-toto+json", "signatures": []}
        )
        return StoredEvidence.objects.create(
            service="platform",
            control="files_at_rest",
            verdict=StoredEvidence.Verdict.PASSED,
            envelope=envelope.encode(),
            sha256="0" * 64,
            key_id="0" * 64,
            measured_at=clock.now(),
        )

    @cached_property
    def recommendation(self) -> Recommendation:
        return Recommendation.objects.create(
            key="files-unreadable",
            origin=Recommendation.Origin.OWN,
            service="platform",
            title="Files are unreadable at rest",
            text="Text.",
            public_since=clock.now(),
        )


def png() -> bytes:
    """Return a picture of one dot, as a program writes it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0\xff\xff\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


PNG = png()

#: Each way to fill the address of a view; a key may name a view and a parameter, or a parameter.
Values = Callable[[Site], Iterator[object]]
PARAMETERS: dict[str, Values] = {
    "slug": lambda site: iter(call.slug for call in site.calls.values()),
    "dossiers:start slug": lambda site: iter([site.call.slug]),
    "reference": lambda site: iter([site.draft.reference]),
    "desk:dossier reference": lambda site: iter([site.submitted.reference]),
    "dossiers:receipt reference": lambda site: iter([site.submitted.reference]),
    "dossiers:version reference": lambda site: iter([site.submitted.reference]),
    "dossiers:receipt_pdf reference": lambda site: iter([site.submitted.reference]),
    "extension": lambda site: iter(["docx", "odt"]),
    "number": lambda site: iter([1]),
    "step": lambda site: iter(["project"]),
    "person": lambda site: iter([site.co_author.public_id]),
    "invitation": lambda site: iter([site.invitation.public_id]),
    "token": lambda site: iter([links.issue(email="x@example.org", purpose="sign_in").split("/")[-2]]),
    "verb": lambda site: iter(["grant", "revoke", "deactivate", "activate", "enrol", "reset"]),
    "people:staff_account public_id": lambda site: iter([site.member.public_id]),
    "people:staff_change public_id": lambda site: iter([site.member.public_id]),
    "key": lambda site: iter([site.recommendation.key]),
    "evidence:detail public_id": lambda site: iter([site.evidence.public_id]),
    "evidence:download public_id": lambda site: iter([site.evidence.public_id]),
    "dossiers:file reference": lambda site: iter([site.submitted.reference]),
    "dossiers:file public_id": lambda site: iter([site.submitted.attachments.get().public_id]),
    "dossiers:file_remove public_id": lambda site: iter([site.attachment.public_id]),
    "dossiers:upload_piece public_id": lambda site: iter([site.upload.public_id]),
    "call:question slug": lambda site: iter([site.call.slug]),
    "call:question public_id": lambda site: iter([QuestionFactory(call=site.call, answered=True).public_id]),
    "call:manage_answer public_id": lambda site: iter([QuestionFactory(call=site.call).public_id]),
    "call:manage_dismiss public_id": lambda site: iter([QuestionFactory(call=site.call).public_id]),
    "call:project slug": lambda site: iter([site.calls["decided"].slug]),
    "committee:* slug": lambda site: iter([site.selection.call.slug]),
    "committee:* reference": lambda site: iter([site.submitted.reference]),
    "committee:* public_id": lambda site: iter([site.assessment.public_id]),
    "committee:own_letter reference": lambda site: iter([site.letter.outcome.examination.dossier.reference]),
    "committee:letter reference": lambda site: iter([site.letter.reference]),
    "committee:letter_signed reference": lambda site: iter([site.letter.reference]),
    "committee:own_letter_pdf reference": lambda site: iter(
        [site.letter.outcome.examination.dossier.reference]
    ),
    "committee:letter_signed_pdf reference": lambda site: iter([site.letter.reference]),
    "committee:delegation_revoke delegation": lambda site: iter([site.delegate.delegations.get().pk]),
    "committee:conference slug": lambda site: iter([site.announced.conference.call.slug]),
    "committee:conference_register slug": lambda site: iter([site.announced.conference.call.slug]),
    "committee:conference_calendar slug": lambda site: iter([site.announced.conference.call.slug]),
    "committee:conference_cancel slug": lambda site: iter([site.announced.conference.call.slug]),
    "committee:conference_cancel token": lambda site: iter([cancel_token(site.announced)]),
    "committee:defence slug": lambda site: iter([site.letter.outcome.decision.selection.call.slug]),
    "committee:defence reference": lambda site: iter([site.letter.outcome.examination.dossier.reference]),
    "committee:file file": lambda site: iter([site.submitted.attachments.get().public_id]),
    "committee:profile person": lambda site: iter([site.expert.public_id]),
    "committee:remove_member person": lambda site: iter([site.assessor.public_id]),
    "support:* reference": lambda site: iter([site.support_file.dossier.reference]),
    "support:meeting public_id": lambda site: iter([site.meeting.public_id]),
    "support:document public_id": lambda site: iter([site.document.public_id]),
    "support:* public_id": lambda site: iter([site.document.public_id]),
    "support:* person": lambda site: iter([site.team_member.public_id]),
    "support:* milestone": lambda site: iter([site.milestone.public_id]),
    "support:* kind": lambda site: iter(["extend"]),
    "evidence:* public_id": lambda site: iter([site.challenge.public_id]),
    "evidence:key_of public_id": lambda site: iter([site.evidence.public_id]),
    "recommendations:* reference": lambda site: iter([site.support_file.dossier.reference]),
    "recommendations:* key": lambda site: iter([site.project_recommendation.key]),
    "recommendations:detail key": lambda site: iter([site.recommendation.key]),
    "recommendations:* public_id": lambda site: iter([site.reviewed_document.public_id]),
    "recommendations:hand_in public_id": lambda site: iter([site.reviewed_document.contract.public_id]),
    "evidence:* reference": lambda site: iter([site.support_file.dossier.reference]),
    "evidence:challenge_json public_id": lambda site: iter([site.challenge.public_id]),
    "evidence:revoke_key public_id": lambda site: iter([site.project_key.public_id]),
    "evidence:confirm_key public_id": lambda site: iter([site.project_key.public_id]),
    "synthesis:* reference": lambda site: iter([site.synthesis.file.dossier.reference]),
    "synthesis:* public_id": lambda site: iter([site.synthesis.public_id]),
    "synthesis:* passage": lambda site: iter([site.passage.public_id]),
    "synthesis:* reply": lambda site: iter([site.passage.replies.get().public_id]),
    "synthesis:* slug": lambda site: iter([site.publication.synthesis.slug]),
    "synthesis:* number": lambda site: iter([site.publication.number]),
    "rights:hand_over public_id": lambda site: iter([site.access_on_paper.public_id]),
    "rights:letter public_id": lambda site: iter([site.answered_request.public_id]),
    "rights:sort public_id": lambda site: iter([site.received_mail.public_id]),
    "rights:sort verb": lambda site: iter(["discard"]),
    "rights:* public_id": lambda site: iter([site.rights_request.public_id]),
    "rights:* token": lambda site: iter([token_of(site.rights_request)]),
    "rights:act verb": lambda site: iter(["answer"]),
    "breaches:* public_id": lambda site: iter([site.breach.public_id]),
    "breaches:act verb": lambda site: iter(["assess"]),
    "breaches:notice to": lambda site: iter(["authority"]),
    "register:* service": lambda site: iter(["platform"]),
    "register:* format": lambda site: iter(["register"]),
    "register:* form": lambda site: iter(["html"]),
    "dpia:* service": lambda site: iter(["platform"]),
    "dpia:file public_id": lambda site: iter([site.assessed.public_id]),
    "keeping:run public_id": lambda site: iter([site.purge_run.public_id]),
    "keeping:withdraw public_id": lambda site: iter([site.visa.public_id]),
    "desk:exceptions reference": lambda site: iter([site.submitted.reference]),
    "desk:exception_close public_id": lambda site: iter([site.exception.public_id]),
    "desk:inspected public_id": lambda site: iter([site.exception.public_id]),
    "desk:inspected_file public_id": lambda site: iter([site.exception.public_id]),
    "desk:inspected_file file": lambda site: iter([site.submitted.attachments.get().public_id]),
    "project": lambda site: iter([SelectedProjectFactory(call=site.calls["decided"]).slug]),
}
