"""Documents that the two sides share: judged, encrypted under its key, their record kept."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import Http404

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.exchange.vault import Blob
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers import media
from bacasable.programme.dossiers.files import MEGABYTE, limits
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import letters, queries, rules
from bacasable.programme.support.actions.locking import locked, other
from bacasable.programme.support.models import SupportDocument, SupportFile


def add_document(*, file: SupportFile, name: str, content: bytes, by: User) -> SupportDocument:
    """Share a file with the other side; the same name and content twice is one document.

    Raises:
        PermissionDenied: ``by`` is on neither side.
        Refused: by the name, the content, the limits (``too_large``, ``too_many``, ``too_much``), or
            ``suspended``, ``ended``. Nothing is kept then.
    """
    require(by, "support.write", file)
    rules.require_live(file.state)
    name = media.clean_name(name)
    _guard(file, len(content))
    kind = media.media_type(name, content)
    vault = instance.vault()
    blob = vault.write(bytes(file.dossier.data_key), content)
    kept = None
    try:
        kept = _add(file, name, kind, blob, by)
    finally:
        if kept is None or kept.blob != blob.name:
            vault.delete(blob.name)
    return kept


@transaction.atomic
def _add(file: SupportFile, name: str, kind: str, blob: Blob, by: User) -> SupportDocument:
    taken = locked(file, by, "support.write")
    same = taken.documents.filter(name=name, sha256=blob.sha256, removed_at=None).first()
    if same is not None:
        return same
    _guard(taken, blob.size)
    side = queries.side_of(taken, by)
    document = SupportDocument.objects.create(
        file=taken,
        name=name,
        media_type=kind,
        size=blob.size,
        sha256=blob.sha256,
        blob=blob.name,
        side=side,
        added_by=by,
        added_at=clock.now(),
    )
    letters.tell(taken, other(side), "document_added", by=by)
    journal.record(
        "support.document_added",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        document=str(document.public_id),
        sha256=blob.sha256,
        size=blob.size,
    )
    return document


def _guard(file: SupportFile, size: int) -> None:
    allowed = limits()
    if size > allowed.file_bytes:
        raise Refused(
            "too_large",
            N_("This file is larger than %(limit)s MB, the most that one file may be."),
            limit=allowed.file_bytes // MEGABYTE,
        )
    kept = list(file.documents.filter(removed_at=None).values_list("size", flat=True))
    if len(kept) >= allowed.files:
        raise Refused(
            "too_many",
            N_("A support file holds at most %(limit)s documents. Remove one first."),
            limit=allowed.files,
        )
    if sum(kept) + size > allowed.dossier_bytes:
        raise Refused(
            "too_much",
            N_("The documents of a support file measure at most %(limit)s MB in all. Remove one first."),
            limit=allowed.dossier_bytes // MEGABYTE,
        )


@transaction.atomic
def remove_document(*, document: SupportDocument, by: User) -> None:
    """Erase the content of a document of one's own side; its record stays. Removed twice, it is removed once.

    Raises:
        PermissionDenied: ``by`` is on neither side.
        Refused: ``other_side``, ``suspended``, ``ended``.
    """
    taken = locked(document.file, by, "support.write")
    stored = taken.documents.filter(pk=document.pk, removed_at=None).first()
    if stored is None:
        return
    side = queries.side_of(taken, by)
    if side != stored.side:
        raise Refused("other_side", N_("The other side added this document: it alone removes it."))
    stored.removed_at, stored.removed_by = clock.now(), by
    stored.save(update_fields=["removed_at", "removed_by"])
    blob = stored.blob
    transaction.on_commit(lambda: instance.vault().delete(blob))
    letters.tell(taken, other(side), "document_removed", by=by)
    journal.record(
        "support.document_removed",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        document=str(stored.public_id),
    )


def readable_document(
    reference: str, public_id: uuid.UUID, user: Any
) -> tuple[SupportDocument, Iterator[bytes]]:
    """Return a document and its clear content in pieces, for one who may read the support file.

    Raises:
        Http404: there is none, it was removed, or this person may not: all look the same.
    """
    file = queries.readable(reference, user)
    document = file.documents.filter(public_id=public_id, removed_at=None).first()
    if document is None:
        raise Http404
    return document, instance.vault().read(bytes(file.dossier.data_key), document.blob)


def read_signed_agreement(reference: str, user: Any) -> Iterator[bytes]:
    """Return the PDF signed elsewhere, in pieces, for one who may read the support file.

    Raises:
        Http404: there is none, or this person may not: the two look the same.
    """
    file = queries.readable(reference, user)
    agreement = queries.agreement_of(file)
    if agreement is None or not agreement.signed_blob:
        raise Http404
    return instance.vault().read(bytes(file.dossier.data_key), agreement.signed_blob)
