"""Documents that fulfil a contract: handed in by either side, reviewed by the office, until they expire."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.http import Http404

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.people.permissions import may
from bacasable.programme.dossiers import files, media
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.recommendations import letters, queries, rules
from bacasable.programme.recommendations.actions.measuring import settle
from bacasable.programme.recommendations.actions.steps import locked, note, require_one, subject, touched
from bacasable.programme.recommendations.models import Contract, ReviewedDocument

Verdict = ReviewedDocument.Verdict
#: Documents of one contract that may wait for a review at once.
MAXIMUM_WAITING = 5


def hand_in(*, contract: Contract, name: str, content: bytes, by: User) -> ReviewedDocument:
    """Hand in a document for a contract, and return it; the same bytes twice while they wait are one.

    Raises:
        PermissionDenied: ``by`` is of neither side.
        Refused: by the name, the content, the size (``too_large``), the number that waits (``too_many``), the
            state, or a contract that expects no document (``kind``). Nothing is kept then.
    """
    recommendation = contract.recommendation
    require_one(by, ("recommendation.respond", "recommendation.write"), recommendation)
    file = recommendation.file
    if file is None or contract.kind != Contract.Kind.DOCUMENT:
        raise Refused("kind", N_("This contract is measured by a control: it takes no document."))
    allowed = files.limits().file_bytes
    if len(content) > allowed:
        raise Refused(
            "too_large",
            N_(
                "This file is larger than %(limit)s MB, the most that one file may be. "
                "Make it smaller (fewer or lighter pictures), or cut it in parts."
            ),
            limit=allowed // files.MEGABYTE,
        )
    name = media.clean_name(name)
    kind = media.media_type(name, content)
    vault = instance.vault()
    blob = vault.write(bytes(file.dossier.data_key), content)
    kept = None
    try:
        kept = _store(contract, name, kind, blob.name, blob.size, blob.sha256, by)
    finally:
        if kept is None or kept.blob != blob.name:
            vault.delete(blob.name)
    return kept


@transaction.atomic
def _store(
    contract: Contract, name: str, kind: str, blob: str, size: int, digest: str, by: User
) -> ReviewedDocument:
    taken = locked(contract.recommendation)
    if "close" not in rules.TRANSITIONS[taken.state] and taken.state != "closed":
        rules.next_state(taken.state, "close")
    waiting = list(contract.documents.filter(verdict=Verdict.WAITING))
    for same in waiting:
        if same.sha256 == digest:
            return same
    if len(waiting) >= MAXIMUM_WAITING:
        raise Refused(
            "too_many",
            N_("%(limit)s documents wait for a review already. Wait for it."),
            limit=MAXIMUM_WAITING,
        )
    kept = ReviewedDocument.objects.create(
        contract=contract,
        name=name,
        media_type=kind,
        size=size,
        sha256=digest,
        blob=blob,
        handed_in_by=by,
        handed_in_at=clock.now(),
    )
    touched(taken)
    note(taken, by, verb="hand_in")
    letters.tell(taken, "handed_in", without=by)
    journal.record(
        "recommendation.document_handed_in",
        by=by,
        subject=subject(taken),
        document=str(kept.public_id),
        media_type=kind,
        size=size,
    )
    return kept


@transaction.atomic
def review_document(
    *, document: ReviewedDocument, verdict: str, reasons: str = "", by: User
) -> ReviewedDocument:
    """Accept a document until it expires, or refuse it with reasons; the recommendation may close by it.

    It holds for the contract's days, the last one included. Who handed it in does not review it.

    Raises:
        PermissionDenied: ``by`` is not of the office's side.
        Refused: reviewed already (``reviewed``), one's own (``own``), no reasons (``reasons``), the state.
    """
    contract = document.contract
    taken = locked(contract.recommendation)
    require_one(by, ("recommendation.write",), taken)
    if verdict not in {Verdict.ACCEPTED, Verdict.REFUSED}:
        raise Refused("verdict", N_("Choose whether the document is accepted or refused."))
    stored = ReviewedDocument.objects.select_for_update().get(pk=document.pk)
    if stored.verdict != Verdict.WAITING:
        raise Refused("reviewed", N_("This document has been reviewed already."))
    if stored.handed_in_by_id == by.pk:
        raise Refused("own", N_("You handed this in: another person of the office has to review it."))
    if verdict == Verdict.REFUSED and not reasons.strip():
        raise Refused("reasons", N_("Give the reasons: the other side reads them, and they stay."))
    if "close" not in rules.TRANSITIONS[taken.state] and taken.state != "closed":
        rules.next_state(taken.state, "close")
    stored.verdict, stored.reasons = verdict, reasons.strip()[:2000]
    stored.reviewed_by, stored.reviewed_at = by, clock.now()
    if verdict == Verdict.ACCEPTED:
        stored.expires_on = queries.today() + timedelta(days=contract.maximum_age_days)
        Contract.objects.filter(pk=contract.pk).update(closed_by_document=stored)
    stored.save(update_fields=["verdict", "reasons", "reviewed_by", "reviewed_at", "expires_on"])
    touched(taken)
    note(taken, by, verb=f"document_{verdict}", text=stored.reasons)
    letters.tell(taken, f"document_{verdict}")
    settle(taken, by=by)
    journal.record(
        "recommendation.document_reviewed",
        by=by,
        subject=subject(taken),
        document=str(stored.public_id),
        verdict=verdict,
    )
    return stored


def found(key: str, public_id: uuid.UUID, user: User, permission: str) -> ReviewedDocument:
    """Return a document of a recommendation towards which ``user`` holds ``permission``.

    Raises:
        Http404: there is none, or they do not.
    """
    document = (
        ReviewedDocument.objects.select_related(
            "contract__recommendation__file__dossier__call", "handed_in_by", "reviewed_by"
        )
        .filter(public_id=public_id, contract__recommendation__key=key)
        .first()
    )
    if document is None or not may(user, permission, document.contract.recommendation):
        raise Http404
    return document


def readable(document: ReviewedDocument) -> Iterator[bytes]:
    """Return the clear content in pieces, for one whom :func:`found` let in."""
    file = document.contract.recommendation.file
    if file is None:
        raise Http404
    return instance.vault().read(bytes(file.dossier.data_key), document.blob)
