"""What is done about requests of persons: identity, extension, erasure, answer, refusal."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from bacasable.compliance import access, clock, erasure
from bacasable.compliance.rights import Right, State, step
from bacasable.compliance.service import N_
from bacasable.duties.rights import ledger, letters, receipts
from bacasable.duties.rights.models import RightsRequest
from bacasable.duties.rights.queries import (
    identifiers_of,
    may_download,
    may_hand_over,
    parts_of,
    require_known,
)
from bacasable.exchange import documents
from bacasable.exchange.sheets import as_pdf
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused

log = structlog.get_logger("bacasable.rights")

#: The requests that an erasure answers: asked for, or what follows from an objection or a withdrawal.
ERASING = frozenset({Right.ERASURE, Right.OBJECTION, Right.WITHDRAWAL})
BY_LINK = "link"


@transaction.atomic
def confirm(*, asked: RightsRequest) -> None:
    """Take it that the person who holds the link holds the address: the request is theirs.

    Doing it twice does nothing more. Where the officer asked for more than the address, it proves nothing.
    """
    asked = _locked(asked)
    if asked.where is not State.RECEIVED:
        return
    _prove(asked, BY_LINK, clock.now())
    receipts.write("rights.confirmed", asked, None)


@transaction.atomic
def withdraw(*, asked: RightsRequest) -> None:
    """Drop one's own request.

    Raises:
        Refused: it is closed already.
    """
    asked = _locked(asked)
    _close(asked, State.WITHDRAWN)
    receipts.write("rights.withdrawn", asked, None)


@transaction.atomic
def qualify(*, asked: RightsRequest, service: str, right: str, by: User) -> None:
    """Say which right of which service a mail is about; until then it is neither answered nor refused.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: no such service or right, or it is closed or was said already.
    """
    require(by, "rights.handle")
    require_known(service, right)
    asked = _locked(asked)
    if asked.closed_at is not None or not asked.to_qualify:
        raise Refused(N_("What this request asks was said already."))
    asked.service, asked.right, asked.to_qualify, asked.handled_by = service, right, False, by
    asked.save()
    receipts.write("rights.qualified", asked, by)


@transaction.atomic
def ask_identity(*, asked: RightsRequest, text: str, by: User) -> None:
    """Ask the person to prove who they are, where there is a reasonable doubt (art. 12(6)).

    Raises:
        PermissionDenied, Refused: ``by`` may not, or the request is not at that step.
    """
    require(by, "rights.handle")
    asked = _locked(asked)
    asked.state = step(asked.where, State.IDENTITY).value
    asked.identity_asked, asked.identity_asked_at = text, clock.now()
    asked.handled_by = by
    asked.save()
    letters.send(asked, "identity")
    receipts.write("rights.identity_asked", asked, by)


@transaction.atomic
def prove_identity(*, asked: RightsRequest, text: str, by: User) -> None:
    """Record in words what proved who asks; no copy of a document is kept.

    Raises:
        PermissionDenied, Refused: as :func:`ask_identity`.
    """
    require(by, "rights.handle")
    asked = _locked(asked)
    asked.handled_by = by
    _prove(asked, text, clock.now())
    receipts.write("rights.identity_proved", asked, by)


@transaction.atomic
def extend(*, asked: RightsRequest, text: str, by: User) -> None:
    """Take two more months, told with the reasons within the first one (art. 12(3)).

    Raises:
        PermissionDenied, Refused: ``by`` may not, the request is closed, or the first month is over.
    """
    require(by, "rights.handle")
    asked = _locked(asked)
    now = clock.now()
    if asked.closed_at is not None or not asked.clock.may_extend(now):
        raise Refused(N_("The time can be extended once, within the first month. Answer or refuse now."))
    if not text.strip():
        raise Refused(N_("Give the reasons: the person is told them."))
    asked.extended_at, asked.extension_reasons, asked.handled_by = now, text, by
    asked.save()
    letters.send(asked, "extended")
    receipts.write("rights.extended", asked, by)


@transaction.atomic
def answer(
    *, asked: RightsRequest, text: str, by: User, recipients_told: str = "", explained: str = ""
) -> None:
    """Answer the person; what was asked has been done.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: the identity is not proved, or an erasure is not carried out to its end.
    """
    require(by, "rights.handle")
    asked = _locked(asked)
    _require_qualified(asked)
    step(asked.where, State.ANSWERED)
    if asked.asked is Right.ERASURE or asked.work:
        if not asked.work:
            raise Refused(
                N_("Nothing was erased yet. Erase first, then answer; or refuse, with the reasons.")
            )
        work = erasure.Work.from_plain(asked.work)
        if not work.is_whole:
            raise Refused(N_("The erasure stopped half way. Do it again, then answer."))
        if not work.is_proved and not explained.strip():
            raise Refused(N_("Some places still mention the person. Look at them, and say why they stay."))
    asked.answer, asked.recipients_told, asked.handled_by = text, recipients_told, by
    if explained.strip():
        asked.work = {**asked.work, "explained": explained}
    _close(asked, State.ANSWERED)
    letters.send(asked, "answered")
    receipts.write("rights.answered", asked, by)


@transaction.atomic
def refuse(*, asked: RightsRequest, text: str, by: User) -> None:
    """Refuse, with the reasons; the person is told the remedies (art. 12(4)).

    Raises:
        PermissionDenied, Refused: ``by`` may not, there is no reason, or the request is closed.
    """
    require(by, "rights.handle")
    asked = _locked(asked)
    _require_qualified(asked)
    if not text.strip():
        raise Refused(N_("Give the reasons: the person is told them."))
    asked.answer, asked.handled_by = text, by
    _close(asked, State.REFUSED)
    letters.send(asked, "refused")
    receipts.write("rights.refused", asked, by)


def erase(*, asked: RightsRequest, by: User) -> erasure.Work:
    """Erase the person from every store of the controller, and look for them again.

    Each store commits for itself. Where one stops, the request stays in progress, what is done is recorded,
    and doing it again completes it. The ledger has it before the first store is touched and after the last:
    a backup taken meanwhile may hold what is gone.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: the request asks for no erasure, or the identity is not proved.
    """
    require(by, "rights.handle")
    asked.refresh_from_db()
    _require_qualified(asked)
    if asked.asked not in ERASING or asked.where is not State.IN_PROGRESS:
        raise Refused(N_("Only a request in progress for an erasure, an objection or a withdrawal erases."))
    # The first try may have erased what the others are found by.
    identifiers = {**asked.work.get("identifiers", {}), **identifiers_of(asked)}
    if not identifiers:
        raise Refused(N_("Nothing tells the person in the stores. Record an address or another identifier."))
    parts = parts_of(asked.service)
    ledger.append(asked.service, identifiers)
    work = erasure.erase(parts, identifiers, by=f"user:{by.public_id}", reason=asked.reference)
    ledger.append(asked.service, identifiers)
    for line in work.lines:
        if line.stopped:
            log.error("erasure stopped", service=line.service, store=line.store)
    with transaction.atomic():
        asked = _locked(asked)
        if asked.work:
            work = work.after(erasure.Work.from_plain(asked.work))
        plain = work.as_plain() | ({} if work.is_whole else {"identifiers": identifiers})
        RightsRequest.objects.filter(pk=asked.pk).update(work=plain, handled_by=by)
        receipts.write(
            "rights.erased",
            asked,
            by,
            count=work.count,
            is_whole=work.is_whole,
            is_proved=work.is_proved,
        )
    return work


def files(*, asked: RightsRequest, say: Any) -> bytes:
    """Return the archive of an access, or what is portable, made now and kept nowhere.

    Raises:
        Refused: it is not answered, or the time to take it is over.
    """
    if not may_download(asked):
        raise Refused(N_("There is nothing to download here, or the time to do so is over. Ask again."))
    found = access.collect(parts_of(asked.service), identifiers_of(asked))
    now = clock.now()
    if asked.asked is Right.PORTABILITY:
        made = access.portable_archive(found, reference=asked.reference, at=now)
    else:
        made = access.archive(found, reference=asked.reference, at=now, say=say, language=asked.language)
    with transaction.atomic():
        receipts.write("rights.given", asked, None, records=len(found.held), is_whole=not found.unread)
    return made


def hand_over(*, asked: RightsRequest, code: str, by: User, say: Any) -> bytes:
    """Return what the person is given as a PDF, for who has no address: made now and kept nowhere.

    With a ``code`` it opens with that code alone, and holds the same as JSON; without, it is to be printed.
    Nobody has to look inside: the journal says who made it, and how.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: the person takes it by the link of their address, it is not answered, or the time is over.
    """
    require(by, "rights.handle")
    if asked.email:
        raise Refused(N_("This person has an address: they take their files by its link."))
    if not may_hand_over(asked):
        raise Refused(N_("There is nothing to hand over here, or the time to do so is over."))
    found = access.collect(parts_of(asked.service), identifiers_of(asked))
    now = clock.now()
    is_portable = asked.asked is Right.PORTABILITY
    shown = access.given(found) if is_portable else found
    sheet = access.sheet(shown, reference=asked.reference, at=now, say=say, language=asked.language)
    made = as_pdf(sheet, made_at=now)
    if code:
        as_plain = access.portable_json if is_portable else access.as_json
        plain = as_plain(found, reference=asked.reference, at=now)
        made = documents.sealed(made, code, {"data.json": access.as_text(plain).encode()})
    with transaction.atomic():
        receipts.write(
            "rights.handed_over",
            asked,
            by,
            way="sealed" if code else "paper",
            records=len(shown.held),
            is_whole=not found.unread,
        )
    return made


def _require_qualified(asked: RightsRequest) -> None:
    if asked.to_qualify:
        raise Refused(N_("Say first which right of which service this mail is about."))


def _locked(asked: RightsRequest) -> RightsRequest:
    return RightsRequest.objects.select_for_update().get(pk=asked.pk)


def _prove(asked: RightsRequest, seen: str, now: datetime) -> None:
    asked.state = step(asked.where, State.IN_PROGRESS).value
    if asked.identity_asked_at is not None:
        asked.waited_days += max(0, (now - asked.identity_asked_at).days)
        asked.identity_asked_at = None
    asked.identity_seen, asked.identity_at = seen, now
    asked.save()


def _close(asked: RightsRequest, state: State) -> None:
    asked.state = step(asked.where, state).value
    asked.closed_at = clock.now()
    asked.save()
