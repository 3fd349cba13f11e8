"""Attach files to a dossier, whole or in pieces, and take them away.

Every file is judged (:mod:`.media`) before it becomes an attachment, is stored encrypted under the dossier's
key, and its clear content is only ever in memory. What the vault holds is the truth about an upload in
progress: a server killed between two pieces goes on where the file ends.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.exchange.vault import Blob, Missing
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.people.permissions import lent_roles, may, require
from bacasable.programme.dossiers import media, queries, rules
from bacasable.programme.dossiers.actions.locking import locked, open_window
from bacasable.programme.dossiers.models import Attachment, Dossier, Upload
from bacasable.programme.dossiers.refusals import Refused

MEGABYTE = 1024 * 1024
#: Uploads of one dossier that may wait for their end at once; the oldest gives way.
WAITING_UPLOADS = 20


@dataclass(frozen=True)
class Limits:
    """What a dossier may hold: bytes of one file, number of files, bytes of all."""

    file_bytes: int
    files: int
    dossier_bytes: int


def limits() -> Limits:
    """Return the limits of this installation."""
    configured = instance.configuration()
    return Limits(
        configured.file_megabytes * MEGABYTE,
        configured.dossier_files,
        configured.dossier_megabytes * MEGABYTE,
    )


def add(
    *, dossier: Dossier, name: str, content: bytes, by: User, received_at: datetime | None = None
) -> Attachment:
    """Attach a whole file, and return it; the same name and content twice is one attachment.

    Raises:
        PermissionDenied: ``by`` does not write this dossier.
        Refused: by the name, the content, the limits (``too_large``, ``too_many``, ``too_much``), the
            deadline (``too_late``, ``closed``) or the state. Nothing is kept then.
    """
    at = received_at or clock.now()
    require(by, "dossier.write", dossier)
    name = media.clean_name(name)
    _guard(dossier, at, len(content))
    kind = _judged(dossier, name, content, by)
    vault = instance.vault()
    blob = vault.write(bytes(dossier.data_key), content)
    attachment = None
    try:
        attachment = _attach(dossier, name, kind, blob, by, at)
    finally:
        if attachment is None or attachment.blob != blob.name:
            vault.delete(blob.name)
    return attachment


def _judged(dossier: Dossier, name: str, content: bytes, by: User) -> str:
    try:
        return media.media_type(name, content)
    except Refused as refused:
        with transaction.atomic():
            journal.record(
                "dossier.file_refused", by=by, subject=f"dossier:{dossier.reference}", reason=refused.code
            )
        raise


@transaction.atomic
def _attach(dossier: Dossier, name: str, kind: str, blob: Blob, by: User, at: datetime) -> Attachment:
    """Store the attachment under the lock, after the guards once more: two may have arrived together."""
    taken = locked(dossier, by, "dossier.write")
    kept = queries.attachments_of(taken)
    for same in kept:
        if (same.name, same.sha256) == (name, blob.sha256):
            return same
    _guard(taken, at, blob.size)
    attachment = Attachment.objects.create(
        dossier=taken,
        name=_free_name(name, {other.name.casefold() for other in kept}),
        media_type=kind,
        size=blob.size,
        sha256=blob.sha256,
        blob=blob.name,
        added_by=by,
        added_at=at,
    )
    _changed(taken, at)
    journal.record(
        "dossier.file_added",
        by=by,
        subject=f"dossier:{taken.reference}",
        file=str(attachment.public_id),
        media_type=kind,
        size=blob.size,
    )
    return attachment


def _guard(dossier: Dossier, at: datetime, size: int) -> None:
    """Refuse a file of ``size`` bytes that the state, the deadline or the limits do not let in."""
    rules.next_state(dossier.state, "write")
    if not open_window(dossier, at).allows(rules.FILES):
        raise Refused(
            "parts", N_("The office did not ask for files: only the parts that it named may change.")
        )
    allowed = limits()
    if size > allowed.file_bytes:
        raise Refused(
            "too_large",
            N_(
                "This file is larger than %(limit)s MB, the most that one file may be. "
                "Make it smaller (fewer or lighter pictures), or cut it in parts."
            ),
            limit=allowed.file_bytes // MEGABYTE,
        )
    kept = queries.attachments_of(dossier)
    if len(kept) >= allowed.files:
        raise Refused(
            "too_many",
            N_("A dossier holds at most %(limit)s files. Remove one, or put several documents in one PDF."),
            limit=allowed.files,
        )
    if sum(other.size for other in kept) + size > allowed.dossier_bytes:
        raise Refused(
            "too_much",
            N_("The files of a dossier measure at most %(limit)s MB in all. Remove one, or make it smaller."),
            limit=allowed.dossier_bytes // MEGABYTE,
        )


def _free_name(name: str, taken: set[str]) -> str:
    """Return ``name``, or with a number where the dossier has another file of that name."""
    stem, _dot, extension = name.rpartition(".")
    number = 1
    while name.casefold() in taken:
        number += 1
        suffix = f" ({number}).{extension}"
        name = stem[: media.NAME_LENGTH - len(suffix)] + suffix
    return name


def _changed(dossier: Dossier, at: datetime) -> None:
    """Make a submission of what was checked before this change stale."""
    dossier.revision += 1
    dossier.changed_at = at
    dossier.save(update_fields=["revision", "changed_at"])


@transaction.atomic
def remove(*, attachment: Attachment, by: User, received_at: datetime | None = None) -> None:
    """Take a file off the draft; removed twice, it is removed once.

    A submitted version keeps its files: the attachment is then only marked, else erased with its content.

    Raises:
        Refused: after the deadline or in a dossier that may not change.
    """
    at = received_at or clock.now()
    taken = locked(attachment.dossier, by, "dossier.write")
    rules.next_state(taken.state, "write")
    if not open_window(taken, at).allows(rules.FILES):
        raise Refused(
            "parts", N_("The office did not ask for files: only the parts that it named may change.")
        )
    stored = taken.attachments.filter(pk=attachment.pk, removed_at=None).first()
    if stored is None:
        return
    if stored.blob in submitted_blobs(taken):
        stored.removed_at = at
        stored.save(update_fields=["removed_at"])
    else:
        blob = stored.blob
        stored.delete()
        transaction.on_commit(lambda: instance.vault().delete(blob))
    _changed(taken, at)
    journal.record(
        "dossier.file_removed",
        by=by,
        subject=f"dossier:{taken.reference}",
        file=str(attachment.public_id),
    )


def submitted_blobs(dossier: Dossier) -> set[str]:
    """Return the names in the vault of every file of every submitted version."""
    manifests = dossier.versions.values_list("manifest", flat=True)
    return {entry["blob"] for manifest in manifests for entry in manifest}


def readable(reference: str, public_id: uuid.UUID, user: User) -> tuple[Attachment, Iterator[bytes]]:
    """Return a file and its clear content in pieces, for one who may read it.

    Its authors read the files of the draft and of the versions; the office reads those of the versions of a
    dossier that stands.

    Raises:
        Http404: there is none, or this person may not read it: the two look the same.
    """
    attachment = (
        Attachment.objects.select_related("dossier__call")
        .filter(public_id=public_id, dossier__reference=reference)
        .first()
    )
    if attachment is None or not may(user, "dossier.read", attachment.dossier):
        raise Http404
    dossier = attachment.dossier
    is_submitted = attachment.blob in submitted_blobs(dossier)
    if lent_roles(user, dossier):
        found = is_submitted or attachment.removed_at is None
    else:
        found = is_submitted and dossier.state == Dossier.State.SUBMITTED
    if not found:
        raise Http404
    return attachment, instance.vault().read(bytes(dossier.data_key), attachment.blob)


# Files that arrive in pieces (tus 1.0.0)


@transaction.atomic
def begin_upload(
    *, dossier: Dossier, name: str, length: int, by: User, received_at: datetime | None = None
) -> Upload:
    """Announce a file of ``length`` bytes that will arrive in pieces; raises as :func:`add` does."""
    at = received_at or clock.now()
    taken = locked(dossier, by, "dossier.write")
    name = media.clean_name(name)
    _guard(taken, at, length)
    waiting = list(_unfinished(taken).order_by("started_at"))
    for oldest in waiting[: max(0, len(waiting) - WAITING_UPLOADS + 1)]:
        _forget(oldest)
    return Upload.objects.create(
        dossier=taken,
        name=name,
        length=length,
        blob=instance.vault().new_name(),
        by=by,
        started_at=at,
        expires_at=at + timedelta(hours=instance.configuration().upload_hours),
    )


def _unfinished(dossier: Dossier) -> QuerySet[Upload]:
    attached = dossier.attachments.values("blob")
    return dossier.uploads.exclude(blob__in=attached)


def position(upload: Upload) -> int:
    """Return how many bytes of the upload are safe: where the next piece begins."""
    if Attachment.objects.filter(blob=upload.blob).exists():
        return upload.length
    return instance.vault().offset(bytes(upload.dossier.data_key), upload.blob)


def add_piece(
    *, upload: Upload, content: bytes, offset: int, by: User, received_at: datetime | None = None
) -> tuple[int, Attachment | None]:
    """Store a piece at ``offset`` and return the new offset, and the attachment once the file is whole.

    Raises:
        WrongOffset: the file ends elsewhere: another piece arrived first, or one is missing.
        Refused: the piece goes beyond the announced length (``length``), or as :func:`add` at the last.
    """
    at = received_at or clock.now()
    dossier = upload.dossier
    require(by, "dossier.write", dossier)
    if Attachment.objects.filter(blob=upload.blob).exists():
        return upload.length, None
    if offset + len(content) > upload.length:
        raise Refused("length", N_("More bytes arrived than the file was said to have. Send the file again."))
    key, vault = bytes(dossier.data_key), instance.vault()
    _guard(dossier, at, upload.length)
    reached = offset
    if content or offset < upload.length:
        reached = vault.append(key, upload.blob, content, offset)
    if reached < upload.length:
        return reached, None
    return reached, finish_upload(upload=upload, by=by, received_at=at)


def finish_upload(*, upload: Upload, by: User, received_at: datetime | None = None) -> Attachment | None:
    """Judge a file whose last byte is stored, and attach it; None while bytes are missing.

    Calling it again (after a crash between the last piece and this) gives the same attachment. A refused file
    is deleted with its upload.

    Raises:
        Refused: as :func:`add`.
    """
    at = received_at or clock.now()
    dossier = upload.dossier
    require(by, "dossier.write", dossier)
    existing = Attachment.objects.filter(blob=upload.blob).first()
    if existing is not None:
        return existing
    key, vault = bytes(dossier.data_key), instance.vault()
    if vault.offset(key, upload.blob) < upload.length:
        return None
    try:
        blob = vault.finish(key, upload.blob)
        content = b"".join(vault.read(key, upload.blob))
        kind = _judged(dossier, upload.name, content, by)
        attachment = _attach(dossier, upload.name, kind, blob, by, at)
    except Refused:
        cancel_upload(upload=upload, by=by)
        raise
    except Missing:  # another request finished and refused it, or it was cancelled, in between
        return Attachment.objects.filter(blob=upload.blob).first()
    if attachment.blob != upload.blob:
        cancel_upload(upload=upload, by=by)
    else:
        # the upload stays until it expires, so that a client that lost the answer learns that all arrived
        Upload.objects.filter(pk=upload.pk).update(offset=upload.length)
    return attachment


@transaction.atomic
def cancel_upload(*, upload: Upload, by: User) -> None:
    """Forget an upload and what arrived of it; an attachment made of it stays."""
    require(by, "dossier.write", upload.dossier)
    _forget(upload)


def _forget(upload: Upload) -> None:
    if not Attachment.objects.filter(blob=upload.blob).exists():
        blob = upload.blob
        transaction.on_commit(lambda: instance.vault().delete(blob))
    upload.delete()


def forget_expired_uploads() -> int:
    """Forget the uploads past their time, with what arrived of them; return how many.

    Their time is a setting in hours, for the room that they take on the disk and in the dossier's budget: a
    retention counts in days, and the daily purge by it is what holds where this does not run.
    """
    expired = Upload.objects.filter(expires_at__lte=clock.now())
    count = 0
    for upload in expired:
        with transaction.atomic():
            _forget(upload)
        count += 1
    return count
