"""The journal's database store: an entry is written in the transaction of the act that it records."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min

from bacasable.compliance.journal import GENESIS, Entry, Head, JournalRefused, Report, seal
from bacasable.compliance.journal.chain import Walk
from bacasable.compliance.journal.entries import in_utc
from bacasable.people.models import JournalCheckpoint, JournalEntry, JournalHead, User

if TYPE_CHECKING:
    from bacasable.compliance.journal.expiry import Expiry
    from bacasable.compliance.signing import Keyring

#: What checkpoints and the entries that announce them call this journal.
NAME = "database"
#: Entries that expire in one transaction at most: writers wait for it.
_MOST_AT_ONCE = 5000
_HEAD = 1


class DatabaseJournal:
    """The journal in the tables ``JournalEntry`` and ``JournalHead``.

    Writers lock the head's row until their transaction ends, so the chain has one order (on SQLite the
    transaction itself is the lock). Call :meth:`record` last in an action: what is locked after the head by
    one action and before it by another can deadlock.
    """

    def record(self, action: str, *, actor: str, subject: str, **facts: object) -> Entry:
        """Store one entry in the open transaction.

        Raises:
            JournalRefused: no transaction is open, or a fact is not a scalar identifier.
        """
        if not connection.in_atomic_block:
            raise JournalRefused(
                f"{action}: recorded outside a transaction; decorate the action with @transaction.atomic so "
                "that the act and its entry stand or fall together"
            )
        row = self._locked_head()
        head = Head(row.number, row.digest) if row.number else GENESIS
        entry = seal(action=action, actor=actor, subject=subject, facts=facts, head=head)
        JournalEntry.objects.create(**entry.__dict__)
        JournalHead.objects.filter(pk=_HEAD).update(number=entry.number, digest=entry.digest)
        return entry

    def _locked_head(self) -> JournalHead:
        row = JournalHead.objects.select_for_update().filter(pk=_HEAD).first()
        if row is None:
            JournalHead.objects.get_or_create(pk=_HEAD, defaults={"number": 0, "digest": GENESIS.digest})
            row = JournalHead.objects.select_for_update().get(pk=_HEAD)
        return row

    def entries(self, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Yield the entries with a number over ``after``, up to ``upto``, in order."""
        rows = JournalEntry.objects.filter(number__gt=after).order_by("number")
        if upto is not None:
            rows = rows.filter(number__lte=upto)
        for row in rows.iterator(chunk_size=2000):
            yield entry_of(row)

    def checkpoints(self) -> list[tuple[str, bytes]]:
        """Return the names and envelopes of the checkpoints, oldest first."""
        rows = JournalCheckpoint.objects.order_by("number").values_list("number", "envelope")
        return [(f"{NAME}.checkpoint-{number:012d}.json", envelope.encode()) for number, envelope in rows]

    def head(self) -> Head:
        """Return the number and digest of the last entry, to publish."""
        row = JournalHead.objects.filter(pk=_HEAD).first()
        return Head(row.number, row.digest) if row and row.number else GENESIS

    def verify(self, head: Head | None = None, keyring: "Keyring | None" = None) -> Report:
        """Verify the chain from the newest checkpoint against ``head`` (published) and the stored one.

        ``keyring`` holds the keys whose checkpoints are accepted; else those of this installation.
        """
        keys = _own_keys() if keyring is None else keyring
        while True:
            checkpoints = self.checkpoints()
            report = self._verified(checkpoints, head, keys)
            if self.checkpoints() == checkpoints:  # else entries expired while they were read
                return report

    def _verified(
        self, checkpoints: list[tuple[str, bytes]], head: Head | None, keyring: "Keyring"
    ) -> Report:
        from bacasable.compliance.journal.verifying import Series

        series = Series(checkpoints, keyring, NAME)
        stored = Walk(self.head(), series.start)
        published = Walk(head, series.start, is_signed=series.is_signed)
        try:
            for entry in self.entries():
                is_intact = entry.is_intact()
                for walk in (stored, published):
                    walk.step(entry, is_intact)
                series.announced.take(entry)
        except ValueError as error:  # a hand wrote what the database's own reader cannot read
            stored.damaged("malformed", f"a row after entry {stored.reached.number} ({type(error).__name__})")
        series.judge(stored)
        report, against = stored.report(), published.report()
        faults = dict.fromkeys(against.faults + report.faults)
        remarks = dict.fromkeys(against.remarks + report.remarks)
        return Report(report.count, report.head, tuple(faults), tuple(remarks), report.start)

    def expiring(self, before: datetime) -> "Expiry":
        """Return what is dated before ``before``, from the oldest entry up to the first that is not."""
        from bacasable.compliance.journal.expiry import Expiry

        start = self._start()
        rows = JournalEntry.objects.filter(number__gt=start.number)
        kept = rows.filter(at__gte=before).order_by("number").values_list("number", flat=True).first()
        due = rows.filter(number__lt=kept) if kept else rows
        last = due.order_by("number").last()
        if last is None:
            return Expiry(0, start)
        found = due.aggregate(oldest=Min("at"), newest=Max("at"))
        upto = Head(last.number, last.digest)
        return Expiry(upto.number - start.number, upto, in_utc(found["oldest"]), in_utc(found["newest"]))

    def expire(self, planned: "Expiry", *, by: str, policy: str) -> None:
        """Delete what :meth:`expiring` named, behind signed checkpoints.

        Each piece is one transaction: the checkpoint, the deletion and the entry that announces it.

        Raises:
            JournalRefused: ``by`` or ``policy`` is not fit, or the journal does not verify: nothing is
                deleted that somebody altered.
            KeyRefused: no key of this installation can sign.
        """
        from bacasable.compliance.journal.expiry import check_policy

        check_policy(by, policy)
        report = self.verify()
        if not report.ok:
            raise JournalRefused(f"nothing expires, the journal does not hold: {report.faults[0].message}")
        while self._expire_piece(planned.upto, by, policy):
            continue

    @transaction.atomic
    def _expire_piece(self, upto: Head, by: str, policy: str) -> bool:
        """Expire the oldest entries up to ``upto``, a bounded number of them; say whether there were any."""
        from bacasable.compliance import signing
        from bacasable.compliance.journal import expiry
        from bacasable.compliance.journal.checkpoints import EXPIRED, fingerprint

        self._locked_head()
        start = self._start()
        rows = JournalEntry.objects.filter(number__gt=start.number, number__lte=upto.number)
        numbers = list(rows.order_by("number").values_list("number", flat=True)[:_MOST_AT_ONCE])
        if not numbers:
            return False
        found = rows.filter(number__lte=numbers[-1]).aggregate(oldest=Min("at"), newest=Max("at"))
        last = JournalEntry.objects.get(number=numbers[-1])
        piece = expiry.Expiry(
            last.number - start.number,
            Head(last.number, last.digest),
            in_utc(found["oldest"]),
            in_utc(found["newest"]),
        )
        earlier = self.checkpoints()
        envelope = expiry.signed_checkpoint(
            piece,
            journal=NAME,
            previous=fingerprint(earlier[-1][1]) if earlier else "",
            key=signing.load_signer(settings.BACASABLE.home / "keys"),
            keyring=_own_keys(),
            by=by,
            policy=policy,
        )
        JournalCheckpoint.objects.create(number=last.number, envelope=envelope.decode())
        JournalEntry.objects.filter(number__lte=last.number).delete()
        facts = expiry.announced(piece, envelope)
        self.record(EXPIRED, actor=by, subject=f"journal:{NAME}", **facts)
        return True

    def _start(self) -> Head:
        """Return the head of the newest checkpoint, its signature not looked at."""
        from bacasable.compliance.journal.checkpoints import peek

        newest = JournalCheckpoint.objects.order_by("number").last()
        return peek(newest.envelope.encode(), str(newest)).head if newest else GENESIS


def entry_of(row: JournalEntry) -> Entry:
    """Return the entry that a row holds."""
    return Entry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        facts=row.facts,
        previous=row.previous,
        digest=row.digest,
    )


def _own_keys() -> "Keyring":
    from bacasable.compliance import signing

    return signing.keyring(settings.BACASABLE.home / "keys")


DATABASE_JOURNAL = DatabaseJournal()


def record(action: str, *, by: User | str | None, subject: str, **facts: object) -> Entry:
    """Record an act of ``by``: an account, a name such as ``"system"``, or None for the public.

    Raises:
        JournalRefused: outside a transaction, or a fact is not a scalar identifier.
    """
    return DATABASE_JOURNAL.record(action, actor=actor_of(by), subject=subject, **facts)


def actor_of(by: User | str | None) -> str:
    """Return how entries call who acts: an account, a name such as ``"system"``, or None for the public."""
    if by is None or (not isinstance(by, str) and not by.is_authenticated):
        return "public"
    return by if isinstance(by, str) else f"user:{by.public_id}"
