"""Evidence comes in: verified, kept byte for byte, announced to the rooms above; or refused and counted."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from bacasable.compliance import clock
from bacasable.compliance.envelope import key_named
from bacasable.compliance.evidence import Evidence, EvidenceRefused, Predicate, check_binding, verify
from bacasable.compliance.signing import Keyring
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.evidence.actions.dependencies import note
from bacasable.programme.evidence.keys import enrolled, enrolled_keys
from bacasable.programme.evidence.models import Challenge, ProjectKey, RefusedEvidence, StoredEvidence
from bacasable.programme.evidence.signals import received
from bacasable.programme.support.models import SupportFile

Label = StoredEvidence.Label


def receive(
    *,
    envelope_bytes: bytes,
    by: User | str | None,
    key: ProjectKey | None = None,
    challenge: Challenge | None = None,
    file: SupportFile | None = None,
    received_at: datetime | None = None,
) -> StoredEvidence:
    """Verify an envelope, keep it, and announce it; the same envelope twice is kept once.

    Without ``key``, ``challenge`` or ``file`` it is this installation's about itself. A project's is bound to
    a challenge of its ``file``: the one given, else the one that it names. It must have come before the
    deadline; a challenge takes failed runs until one passes. Failed and void runs are kept too, and counted:
    an office that saw only successes would see nothing. What is refused leaves one row with its reason, in a
    transaction of its own, and nothing else.

    Raises:
        EvidenceRefused: with the precise reason.
    """
    about = file or (challenge.file if challenge else None) or (key.file if key else None)
    arrival = _Arrival(envelope_bytes, by, about, challenge, key is not None, received_at or clock.now())
    try:
        return arrival.keep()
    except EvidenceRefused as refused:
        _count(about, arrival.challenge, refused.reason, sha256(envelope_bytes).hexdigest(), by)
        raise


def refuse_unread(*, file: SupportFile | None, reason: str, by: User | str) -> None:
    """Count what was refused and is not evidence: a body far too large, a key not believed, a report."""
    _count(file, None, reason, "", by)


@transaction.atomic
def publish_evidence(
    *, evidence: QuerySet[StoredEvidence], at: datetime | None = None, by: User | str = "system"
) -> int:
    """Open a project's evidence to everybody, since ``at``; return how many were not yet."""
    count = StoredEvidence.objects.filter(
        pk__in=list(evidence.values_list("pk", flat=True)), public_since__isnull=True
    ).update(public_since=at or clock.now())
    if count:
        journal.record("evidence.published", by=by, subject="evidence", count=count)
    return count


@transaction.atomic
def _count(
    file: SupportFile | None, challenge: Challenge | None, reason: str, digest: str, by: User | str | None
) -> None:
    RefusedEvidence.objects.create(
        file=file, challenge=challenge, reason=reason, sha256=digest, at=clock.now()
    )
    subject = f"dossier:{file.dossier.reference}" if file else "evidence"
    journal.record("evidence.refused", by=by, subject=subject, reason=reason)


@dataclass
class _Arrival:
    """One envelope that came: whose it is said to be, and the challenge that it turns out to answer."""

    envelope: bytes
    by: User | str | None
    file: SupportFile | None
    challenge: Challenge | None
    by_token: bool
    at: datetime

    @transaction.atomic
    def keep(self) -> StoredEvidence:
        ring, label = self._keys()
        evidence = verify(self.envelope, ring, now=clock.now(), accept_void=True)
        run = evidence.run
        if self.file is not None or self.challenge is not None or run.challenge:
            self._check_challenge(run, label)
        known = StoredEvidence.objects.filter(sha256=evidence.sha256).first()
        if known is not None:
            return known
        if self.challenge and label != Label.REPLAYED and self.challenge.is_answered():
            raise EvidenceRefused(
                "replayed", "the challenge was answered by a run that passed; ask the office for another one"
            )
        return self._store(evidence, label)

    def _keys(self) -> tuple[Keyring, str]:
        """Return the keys that may have signed, and how we name who measured."""
        if self.file is None:
            return enrolled_keys(), Label.OWN
        key_id = key_named(self.envelope)
        # Locked: a key that is being revoked signs nothing more.
        key = ProjectKey.objects.select_for_update().filter(file=self.file, key_id=key_id).first()
        if key is None and not self.by_token and key_id in enrolled_keys().keys:
            return enrolled_keys(), Label.REPLAYED
        if key is None:
            return Keyring(), Label.PROJECT
        if key.state == "enrolled":
            raise EvidenceRefused(
                "unconfirmed_key",
                f"the office has not confirmed key {key_id[:16]} yet; tell it its fingerprint",
            )
        return Keyring({key_id: enrolled(key)}), Label.PROJECT

    def _check_challenge(self, run: Predicate, label: str) -> None:
        wanted = Challenge.objects.select_for_update()
        if self.challenge is None:
            named = run.challenge if _is_uuid(run.challenge) else None
            self.challenge = wanted.filter(file=self.file, public_id=named).first() if named else None
        else:
            self.challenge = wanted.get(pk=self.challenge.pk)
        if self.challenge is None:
            raise EvidenceRefused("challenge", "it answers no challenge that was put to this project")
        asked = self.challenge.asked
        if label == Label.REPLAYED:  # the office may look again after the deadline
            asked = replace(asked, due_at=max(asked.due_at, self.at))
        check_binding(run, asked, self.at)
        if self.challenge.withdrawn_at is not None:
            raise EvidenceRefused("challenge", "the office withdrew this challenge")

    def _store(self, evidence: Evidence, label: str) -> StoredEvidence:
        run = evidence.run
        stored, is_new = StoredEvidence.objects.get_or_create(
            sha256=evidence.sha256,
            defaults={
                "file": self.file,
                "challenge": self.challenge,
                "label": label,
                "service": run.service,
                "control": run.control,
                "verdict": run.verdict,
                "value": run.measurement.value,
                "trials": run.measurement.n,
                "low": run.measurement.interval.low,
                "high": run.measurement.interval.high,
                "threshold": run.threshold,
                "chance": run.measurement.chance,
                "envelope": self.envelope,
                "key_id": evidence.key_id,
                "measured_at": run.measured_at,
                "received_at": self.at,
                "public_since": self.at if self.file is None else None,
            },
        )
        if not is_new:  # the same bytes came at the same time
            return stored
        if self.file is not None and label == Label.PROJECT:
            note(self.file, run.service, run.control, run.depends_on, evidence.key_id, run.measured_at)
        stored.is_new = True
        received.send(sender=StoredEvidence, evidence=stored, by=self.by)
        journal.record(
            "evidence.received",
            by=self.by,
            subject=f"evidence:{stored.public_id}",
            service=run.service,
            control=run.control,
            verdict=run.verdict,
            sha256=evidence.sha256,
        )
        return stored


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
