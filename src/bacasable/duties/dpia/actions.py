"""What is done about an impact assessment: that it is validated is recorded, and revoked."""

from collections.abc import Iterable
from datetime import date
from pathlib import PurePath

from django.db import IntegrityError, transaction
from django.utils import timezone

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_
from bacasable.duties.dpia.models import DpiaRecord
from bacasable.duties.dpia.rules import ENDINGS, LARGEST_BYTES, LONGEST_REVIEW
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused


def record(
    *,
    service: str,
    declaration: str,
    validated_on: date,
    validated_by: str,
    reason: str,
    review_on: date,
    by: User | str,
    reference: str = "",
    file_name: str = "",
    content: bytes = b"",
) -> DpiaRecord:
    """Record that the controller validated the assessment of a service, for the declaration as it is now.

    Args:
        declaration: the digest of the declaration that was read; another one runs by now: refused.
        content: the assessment itself, kept encrypted in the vault; needed where there is no reference.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: the service is not here, dates or file cannot be, the declaration has changed, or somebody
            else recorded meanwhile. Nothing is kept then.
    """
    if isinstance(by, User):
        require(by, "dpia.record")
    declared = _declared(service)
    if declared.digest() != declaration:
        raise Refused(N_("The declaration of this service has changed meanwhile. Read it again first."))
    _check(validated_on, review_on, (validated_by, reason))
    if not reference.strip() and not content:
        raise Refused(N_("Give the reference of the assessment, or attach its file."))
    name = _checked_name(file_name, content) if content else ""
    vault = instance.vault()
    key = vault.new_data_key() if content else None
    blob = vault.write(key, content) if key else None
    try:
        with transaction.atomic():
            now = clock.now()
            DpiaRecord.objects.filter(service=service, replaced_at=None).update(replaced_at=now)
            made = DpiaRecord.objects.create(
                service=service,
                declaration_sha256=declaration,
                risk_sha256=declared.risk_digest(),
                validated_on=validated_on,
                validated_by=validated_by.strip(),
                reason=reason.strip(),
                reference=reference.strip(),
                data_key=key,
                file=blob.name if blob else "",
                file_name=name,
                review_on=review_on,
                recorded_by=by if isinstance(by, User) else None,
                recorded_at=now,
            )
            journal.record(
                "dpia.recorded",
                by=by,
                subject=f"dpia:{made.public_id}",
                service=service,
                declaration=declaration,
                validated_on=validated_on,
                review_on=review_on,
                file_sha256=blob.sha256 if blob else "",
            )
    except BaseException as error:
        if blob is not None:
            vault.delete(blob.name)
        if isinstance(error, IntegrityError):
            raise Refused(N_("Somebody recorded this assessment meanwhile. Read the page again.")) from None
        raise
    return made


@transaction.atomic
def revoke(*, service: str, reason: str, by: User | str) -> DpiaRecord:
    """Rely no more on what was recorded: where an assessment is due, the gate refuses from the next reading.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: nothing is recorded that holds, or no reason is given.
    """
    if isinstance(by, User):
        require(by, "dpia.record")
    if not reason.strip():
        raise Refused(N_("Say why the validation is revoked."))
    rows = DpiaRecord.objects.select_for_update()
    found = rows.filter(service=service, replaced_at=None, revoked_at=None).first()
    if found is None:
        raise Refused(N_("No validation is recorded for this service that could be revoked."))
    found.revoked_at, found.revocation_reason = clock.now(), reason.strip()
    found.revoked_by = by if isinstance(by, User) else None
    found.save(update_fields=["revoked_at", "revocation_reason", "revoked_by"])
    journal.record("dpia.revoked", by=by, subject=f"dpia:{found.public_id}", service=service)
    return found


def _declared(service: str) -> Processing:
    found = catalogue().get(service)
    if found is None:
        raise Refused(N_("No such service runs here."))
    return processing_of(found)


def _check(validated_on: date, review_on: date, texts: Iterable[str]) -> None:
    today = timezone.localdate(clock.now())
    if validated_on > today:
        raise Refused(N_("An assessment cannot be validated in the future."))
    if review_on <= today:
        raise Refused(N_("The next review must be planned after today."))
    if review_on > today + LONGEST_REVIEW:
        raise Refused(N_("A review is planned three years ahead at most."))
    if not all(text.strip() for text in texts):
        raise Refused(N_("Say who validated the assessment, and what the validation rests on."))


def _checked_name(file_name: str, content: bytes) -> str:
    name = PurePath(file_name).name
    if not name.lower().endswith(ENDINGS):
        raise Refused(
            N_("The file must be a PDF, a Word or OpenDocument text, or the JSON of an assessment.")
        )
    if len(content) > LARGEST_BYTES:
        raise Refused(N_("The file is larger than 20 MB. Give its reference instead, or a lighter one."))
    stem, dot, ending = name.rpartition(".")
    return stem[: 119 - len(ending)] + dot + ending
