"""Submit a dossier, and withdraw it.

A submission counts from the commit that stores its version, and only then is it acknowledged. The receipt
is drawn before, outside the transaction: candidates of the last minute do not wait for one another's PDF.
"""

from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import letters, queries, receipts, rules, signals
from bacasable.programme.dossiers.actions.drafts import title_of
from bacasable.programme.dossiers.actions.locking import locked, open_window
from bacasable.programme.dossiers.models import Dossier, Version
from bacasable.programme.dossiers.questions import ESSENTIAL
from bacasable.programme.dossiers.refusals import Refused


class Incomplete(Refused):
    """A submission that lacks ``parts``; ``essential`` ones cannot be sent later."""

    def __init__(self, parts: list[reading.MissingPart]) -> None:
        super().__init__(
            "incomplete",
            N_("The dossier lacks %(count)s parts. Complete it, or say that you submit it as it is."),
            count=len(parts),
        )
        self.parts = parts
        self.essential = [part for part in parts if part.key in ESSENTIAL]


def submit(
    *,
    dossier: Dossier,
    revision: int,
    by: User,
    accept_incomplete: bool = False,
    received_at: datetime | None = None,
) -> Version:
    """Submit the draft as its author read it, and return the version that now counts.

    Sent twice (a double click, a page reloaded), it returns the one version. The previous version and its
    receipt stand until the new one is committed.

    Args:
        revision: of the draft that the author checked.
        accept_incomplete: submit although parts are missing; never without the essential ones.
        received_at: when the server received the request; the clock by default. It is the time of deposit.

    Raises:
        PermissionDenied: ``by`` is not the author.
        Refused: ``too_late`` or ``closed``, ``state`` (withdrawn), ``stale`` (the draft changed since it was
            checked), ``incomplete``.
    """
    at = received_at or clock.now()
    draft = Dossier.objects.select_related("call", "current_version").get(pk=dossier.pk)
    done, version = _version(draft, revision, by, at, accept_incomplete=accept_incomplete)
    if done:
        return version
    vault = instance.vault()
    key = bytes(draft.data_key)
    receipt = vault.write(key, receipts.render(version)).name
    stored = False
    try:
        version, stored = _store(draft, version, receipt, by, accept_incomplete=accept_incomplete)
    finally:
        if not stored:
            vault.delete(receipt)
    return version


def _version(
    dossier: Dossier, revision: int, by: User, at: datetime, *, accept_incomplete: bool
) -> tuple[bool, Version]:
    """Walk every guard; return ``(True, the version that is there)`` or ``(False, the one to store)``."""
    require(by, "dossier.submit", dossier)
    rules.next_state(dossier.state, "submit")
    current = dossier.current_version
    if current is not None and current.revision == dossier.revision == revision:
        return True, current
    window = open_window(dossier, at)
    if dossier.revision != revision:
        raise Refused(
            "stale",
            N_("The dossier changed since you checked it, in another tab or by a co-author. Check it again."),
        )
    attachments = queries.attachments_of(dossier)
    answers, manifest = queries.content_to_submit(dossier, window, attachments)
    steps = queries.steps_of(dossier.call)
    incomplete = Incomplete(reading.missing(answers, manifest, steps))
    if incomplete.essential or (incomplete.parts and not accept_incomplete):
        raise incomplete
    return False, Version(
        dossier=dossier,
        number=current.number + 1 if current else 1,
        revision=revision,
        answers=answers,
        manifest=manifest,
        digest=reading.digest(answers, manifest),
        completeness=reading.completeness(answers, manifest, steps),
        eligibility=queries.verdict(dossier.call, answers),
        submitted_at=at,
        submitted_by=by,
    )


@transaction.atomic
def _store(
    dossier: Dossier, drawn: Version, receipt: str, by: User, *, accept_incomplete: bool
) -> tuple[Version, bool]:
    """Store the version whose receipt was drawn, under the lock, after the guards once more."""
    taken = locked(dossier, by, "dossier.submit")
    done, version = _version(
        taken, drawn.revision, by, drawn.submitted_at, accept_incomplete=accept_incomplete
    )
    if done:
        return version, False
    if (version.number, version.digest) != (drawn.number, drawn.digest):
        raise Refused(
            "stale",
            N_("The dossier changed since you checked it, in another tab or by a co-author. Check it again."),
        )
    version.receipt = receipt
    version.save()
    for request in queries.open_requests(taken, version.submitted_at):
        request.answered_at = version.submitted_at
        request.save(update_fields=["answered_at"])
    taken.state = rules.next_state(taken.state, "submit")
    taken.current_version = version
    taken.submitted_at = version.submitted_at
    taken.title = title_of(version.answers)
    taken.save(update_fields=["state", "current_version", "submitted_at", "title"])
    signals.submitted.send(sender=Dossier, dossier=taken, version=version, by=by)
    letters.acknowledgement(version)
    journal.record(
        "dossier.submitted",
        by=by,
        subject=f"dossier:{taken.reference}",
        version=version.number,
        digest=version.digest,
    )
    return version, True


@transaction.atomic
def withdraw(*, dossier: Dossier, by: User, reason: str = "") -> Dossier:
    """Withdraw the dossier, at any time; withdrawn twice, it is withdrawn once. The reason is optional.

    The office no longer reads it; its receipts stay with its authors.

    Raises:
        PermissionDenied: ``by`` is not the author.
    """
    taken = locked(dossier, by, "dossier.submit")
    if taken.state == Dossier.State.WITHDRAWN:
        return taken
    taken.state = rules.next_state(taken.state, "withdraw")
    taken.withdrawn_at = taken.changed_at = clock.now()
    taken.withdrawal_reason = reading.tidy(reason, lines=True)[:2000]
    taken.save(update_fields=["state", "withdrawn_at", "changed_at", "withdrawal_reason"])
    queries.invitations(taken).update(expires_at=taken.withdrawn_at)
    signals.withdrawn.send(sender=Dossier, dossier=taken, by=by)
    letters.withdrawal(taken)
    journal.record("dossier.withdrawn", by=by, subject=f"dossier:{taken.reference}")
    return taken
