"""The support agreement: written by an officer, signed by both sides here, or filed as signed elsewhere.

What is signed here is a simple electronic signature: the name and capacity of a signed-in person, the instant
and the digest of the text. It is not a qualified one (eIDAS, article 25), and the pages say so.
"""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction

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
from bacasable.programme.support.actions.locking import locked, other, text, today
from bacasable.programme.support.models import Agreement, Side, SupportFile


def digest(content: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


@transaction.atomic
def write_agreement(*, file: SupportFile, content: str, by: User) -> Agreement:
    """Write the text to sign, or change it before anyone signed; the project is told that it can be read.

    Raises:
        PermissionDenied: ``by`` is not an officer of the office's side.
        Refused: ``signed`` (one side did), ``empty``, ``too_long``, ``state``.
    """
    taken = locked(file, by, "support.manage", side=Side.OFFICE)
    rules.next_state(taken.state, "activate")
    content = text(content, 20_000, needed=N_("Write the text of the agreement."))
    agreement = Agreement.objects.filter(file=taken).first()
    if agreement is not None and _signatures(agreement):
        raise Refused("signed", N_("One side signed this text: it cannot change any more."))
    if agreement is not None and agreement.text == content:
        return agreement
    agreement = agreement or Agreement(file=taken)
    agreement.text, agreement.sha256 = content, digest(content)
    agreement.written_by, agreement.written_at = by, clock.now()
    agreement.save()
    letters.tell(taken, Side.PROJECT, "agreement_written", by=by)
    journal.record(
        "support.agreement_written",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        sha256=agreement.sha256,
    )
    return agreement


@transaction.atomic
def sign_agreement(
    *,
    file: SupportFile,
    side: str,
    capacity: str,
    by: User,
    name: str = "",
    seen: str | None = None,
) -> Agreement:
    """Sign the text for one side; when both have, the support starts.

    Args:
        name: as the person signs, the account's by default.
        seen: the digest of the text that the person read; another one is refused.

    Raises:
        PermissionDenied: ``by`` may not sign for ``side``.
        Refused: ``no_text``, ``stale`` (the text changed since), ``signed_already``, ``empty``, ``state``.
    """
    if side not in Side.values:
        raise PermissionDenied(side)
    permission = "support.manage" if side == Side.OFFICE else "support.agree"
    taken = locked(file, by, permission, side=side)
    rules.next_state(taken.state, "activate")
    agreement = Agreement.objects.select_for_update().filter(file=taken).first()
    if agreement is None:
        raise Refused("no_text", N_("There is no text to sign yet: the office prepares it."))
    if seen is not None and seen != agreement.sha256:
        raise Refused("stale", N_("The text changed since you read it. Read it again, then sign."))
    if getattr(agreement, f"{side}_signed_at") is not None:
        raise Refused("signed_already", N_("This side has signed already."))
    name = text(name or by.name, 200, lines=False, needed=N_("Write the name of the person who signs."))
    capacity = text(capacity, 200, lines=False, needed=N_("Write the capacity in which you sign."))
    setattr(agreement, f"{side}_signed_by", by)
    setattr(agreement, f"{side}_name", name)
    setattr(agreement, f"{side}_capacity", capacity)
    setattr(agreement, f"{side}_signed_at", clock.now())
    agreement.save()
    if _signatures(agreement) == 2:
        _activate(taken)
        letters.tell_all(taken, "activated", by=by)
    else:
        letters.tell(taken, other(side), "agreement_signed", by=by)
    journal.record(
        "support.agreement_signed",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        side=side,
        sha256=agreement.sha256,
        state=taken.state,
    )
    return agreement


def file_signed_agreement(*, file: SupportFile, name: str, content: bytes, by: User) -> Agreement:
    """Keep the PDF of the agreement signed by both sides elsewhere; the support starts.

    Raises:
        PermissionDenied: ``by`` is not an officer of the office's side.
        Refused: by the file's name, content or size, ``not_pdf``, or ``state``: it started already.
    """
    require(by, "support.manage", file)
    rules.require_live(file.state)
    rules.next_state(file.state, "activate")
    if len(content) > limits().file_bytes:
        raise Refused(
            "too_large",
            N_("This file is larger than %(limit)s MB, the most that one file may be."),
            limit=limits().file_bytes // MEGABYTE,
        )
    if media.media_type(media.clean_name(name), content) != media.PDF:
        raise Refused("not_pdf", N_("Add the signed agreement as a PDF file."))
    vault = instance.vault()
    blob = vault.write(bytes(file.dossier.data_key), content)
    kept = None
    try:
        kept = _file_signed(file, blob, by)
    finally:
        if kept is None:
            vault.delete(blob.name)
    return kept


@transaction.atomic
def _file_signed(file: SupportFile, blob: Blob, by: User) -> Agreement:
    taken = locked(file, by, "support.manage", side=Side.OFFICE)
    agreement = Agreement.objects.select_for_update().filter(file=taken).first()
    if agreement is None:
        proposed = queries.proposed_agreement(taken)
        agreement = Agreement(file=taken, text=proposed, sha256=digest(proposed), written_by=by)
    agreement.signed_blob, agreement.signed_size, agreement.signed_sha256 = blob.name, blob.size, blob.sha256
    agreement.signed_filed_by, agreement.signed_filed_at = by, clock.now()
    agreement.save()
    _activate(taken)
    letters.tell_all(taken, "activated", by=by)
    journal.record(
        "support.signed_agreement_filed",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        sha256=blob.sha256,
        size=blob.size,
    )
    return agreement


def _activate(taken: SupportFile) -> None:
    taken.state = rules.next_state(taken.state, "activate")
    taken.starts_on = today(taken)
    taken.ends_on = rules.months_later(taken.starts_on, rules.TRACKS[taken.track].months)
    taken.revision += 1
    taken.save(update_fields=["state", "starts_on", "ends_on", "revision"])


def _signatures(agreement: Agreement) -> int:
    return sum(at is not None for at in (agreement.office_signed_at, agreement.project_signed_at))
