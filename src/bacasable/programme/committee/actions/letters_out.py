"""Letters after the decision: the copy signed elsewhere, the sending, the first reading."""

import hashlib

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.committee import mails, signals
from bacasable.programme.committee.actions.locking import authorise
from bacasable.programme.committee.models import Decision, Letter, Outcome
from bacasable.programme.dossiers import media
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused

MEGABYTE = 1024 * 1024
#: The largest signed letter, in megabytes: a scan of some pages stays under it.
LARGEST_SIGNED = 10


def file_signed_letter(*, letter: Letter, name: str, content: bytes, by: User) -> Letter:
    """Keep the PDF of ``letter`` as it was signed elsewhere, in place of one filed before.

    ``signed_holds_generated`` then says whether it begins with the generated PDF, byte for byte, as an
    electronic signature leaves it; a scan of paper does not.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: ``sent`` (already), ``too_large``, ``not_pdf``, ``unsigned`` (the generated file itself), or
            what :func:`media.media_type` refuses.
    """
    require(by, "committee.notify", letter.outcome.decision.selection)
    _check_unsent(letter)
    if len(content) > LARGEST_SIGNED * MEGABYTE:
        raise Refused(
            "too_large",
            N_("This file is larger than %(limit)s MB. Scan it in black and white, or at 200 dots an inch."),
            limit=LARGEST_SIGNED,
        )
    name = media.clean_name(name)
    if media.claimed_type(name) != media.PDF or media.media_type(name, content) != media.PDF:
        raise Refused("not_pdf", N_("A signed letter is a PDF. Save the document as PDF, then file that."))
    digest = hashlib.sha256(content).hexdigest()
    if digest == letter.sha256:
        raise Refused(
            "unsigned",
            N_("This is the letter as it was generated, without a signature. File the signed copy."),
        )
    begins = hashlib.sha256(content[: letter.size]).hexdigest() == letter.sha256
    vault = instance.vault()
    blob = vault.write(bytes(letter.outcome.examination.dossier.data_key), content)
    stored = False
    try:
        filed = _store_signed(letter, blob.name, blob.size, digest, begins, by)
        stored = True
    finally:
        if not stored:
            vault.delete(blob.name)
    return filed


@transaction.atomic
def _store_signed(letter: Letter, blob: str, size: int, digest: str, begins: bool, by: User) -> Letter:
    taken = Letter.objects.select_for_update().get(pk=letter.pk)
    _check_unsent(taken)
    # the file of a copy filed before is named by no row any more: the daily sweep of the vault removes it
    taken.signed_blob, taken.signed_size, taken.signed_sha256 = blob, size, digest
    taken.signed_holds_generated = begins
    taken.signed_at = clock.now()
    taken.signed_filed_by = by
    taken.save()
    journal.record(
        "committee.signed_letter_filed",
        by=by,
        subject=f"letter:{taken.reference}",
        sha256=digest,
        holds_generated=begins,
    )
    return taken


def _check_unsent(letter: Letter) -> None:
    if letter.sent_at is not None:
        raise Refused(
            "sent", N_("This letter was sent on %(at)s: it does not change any more."), at=letter.sent_at
        )


@transaction.atomic
def send_letters(*, decision: Decision, by: User | str, accept_unsigned: bool = False) -> int:
    """Open every letter not sent yet to the authors of its dossier, mail them, and return how many.

    The mail holds a reference and an address, never what was decided. The decision takes effect for a dossier
    with its letter: ``signals.notified`` is sent then, and never again.

    Args:
        accept_unsigned: send also the letters without a copy signed elsewhere, as they were generated.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: ``unsigned``: some have no signed copy, and this was not accepted; none is sent.
    """
    authorise(by, "committee.notify", decision.selection)
    # In the order of a withdrawal, and before the journal's head: the supports that open lock dossiers again.
    decided_on = decision.outcomes.values("examination__dossier_id")
    list(Dossier.objects.select_for_update().filter(pk__in=decided_on).order_by("pk"))
    taken = Decision.objects.select_for_update().get(pk=decision.pk)
    unsent = Letter.objects.select_for_update(of=("self",)).filter(outcome__decision=taken, sent_at=None)
    pks = list(unsent.order_by("pk").values_list("pk", flat=True))
    letters = list(
        Letter.objects.filter(pk__in=pks)
        .select_related("outcome__examination__dossier__call")
        .prefetch_related("outcome__examination__dossier__memberships__user")
        .order_by("pk")
    )
    unsigned = sum(not letter.signed_blob for letter in letters)
    if unsigned and not accept_unsigned:
        raise Refused(
            "unsigned",
            N_(
                "Letters without a signed copy: %(count)s. File the copies signed elsewhere, or tick that "
                "they are sent without a signature. Nothing was sent."
            ),
            count=unsigned,
        )
    now = clock.now()
    for letter in letters:
        letter.sent_at = now
        letter.save(update_fields=["sent_at"])
        mails.letter(letter)
    for letter in letters:
        signals.notified.send(sender=Outcome, outcome=letter.outcome, by=by)
    for letter in letters:
        journal.record(
            "committee.letter_sent",
            by=by,
            subject=f"dossier:{letter.outcome.examination.dossier.reference}",
            letter=letter.reference,
            signed=bool(letter.signed_blob),
        )
    if letters:
        journal.record(
            "committee.letters_sent",
            by=by,
            subject=f"decision:{taken.public_id}",
            count=len(letters),
            unsigned=unsigned,
        )
    return len(letters)


@transaction.atomic
def record_reading(*, letter: Letter, by: User) -> Letter:
    """Note when an author first opens the letter: time limits run from there; later readings change nothing.

    Raises:
        PermissionDenied: ``by`` is not an author of the dossier.
    """
    dossier = letter.outcome.examination.dossier
    require(by, "committee.read_letter", dossier)
    if letter.read_at is not None:
        return letter
    taken = Letter.objects.select_for_update().get(pk=letter.pk)
    if taken.read_at is None and taken.sent_at is not None:
        taken.read_at = clock.now()
        taken.save(update_fields=["read_at"])
        journal.record(
            "committee.letter_read", by=by, subject=f"dossier:{dossier.reference}", letter=taken.reference
        )
    letter.read_at = taken.read_at
    return letter
