"""The journal's database store: an entry is written in the transaction of the act that it records."""

from collections.abc import Iterator

from django.db import connection

from bacasable.compliance.journal import GENESIS, Entry, Head, JournalRefused, Report, seal, verify
from bacasable.people.models import JournalEntry, JournalHead, User

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
        row = JournalHead.objects.select_for_update().filter(pk=_HEAD).first()
        if row is None:
            JournalHead.objects.get_or_create(pk=_HEAD, defaults={"number": 0, "digest": GENESIS.digest})
            row = JournalHead.objects.select_for_update().get(pk=_HEAD)
        head = Head(row.number, row.digest) if row.number else GENESIS
        entry = seal(action=action, actor=actor, subject=subject, facts=facts, head=head)
        JournalEntry.objects.create(**entry.__dict__)
        JournalHead.objects.filter(pk=_HEAD).update(number=entry.number, digest=entry.digest)
        return entry

    def entries(self) -> Iterator[Entry]:
        for row in JournalEntry.objects.order_by("number").iterator(chunk_size=2000):
            yield Entry(
                number=row.number,
                at=row.at,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                facts=row.facts,
                previous=row.previous,
                digest=row.digest,
            )

    def head(self) -> Head:
        """Return the number and digest of the last entry, to publish."""
        row = JournalHead.objects.filter(pk=_HEAD).first()
        return Head(row.number, row.digest) if row and row.number else GENESIS

    def verify(self, head: Head | None = None) -> Report:
        """Verify the whole chain against ``head`` (published earlier) or, without one, the stored head.

        Both are checked when both exist: the report holds the faults of each.
        """
        stored = self.head()
        report = verify(self.entries(), stored)
        if head is None:
            return report
        published = verify(self.entries(), head)
        faults = dict.fromkeys(published.faults + report.faults)
        return Report(report.count, report.head, tuple(faults))


DATABASE_JOURNAL = DatabaseJournal()


def record(action: str, *, by: User | str | None, subject: str, **facts: object) -> Entry:
    """Record an act of ``by``: an account, a name such as ``"system"``, or None for the public.

    Raises:
        JournalRefused: outside a transaction, or a fact is not a scalar identifier.
    """
    if by is None or (not isinstance(by, str) and not by.is_authenticated):
        actor = "public"
    elif isinstance(by, str):
        actor = by
    else:
        actor = f"user:{by.public_id}"
    return DATABASE_JOURNAL.record(action, actor=actor, subject=subject, **facts)
