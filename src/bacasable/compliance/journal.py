"""The journal: each act is an entry chained to the one before by its digest.

An entry's digest is the SHA-256 of its canonical JSON, which holds the digest of the previous entry. Whoever
edits, removes or moves an entry breaks the chain at that place; whoever rewrites the whole end is caught by a
head (number and digest) published earlier. Entries hold identifiers and references, never personal data or
content: :func:`seal` refuses what looks like an e-mail address and any long text.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from bacasable.compliance import clock
from bacasable.compliance.canonical import canonical, digest

LONGEST_FACT = 200
_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+\-]*")
_EMAIL = re.compile(r"[^\s@]@[^\s@]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

Scalar = str | int | float | bool | None


class JournalRefused(ValueError):
    """What was to be recorded is not fit for the journal, or the journal cannot be continued."""


@dataclass(frozen=True)
class Head:
    """The number and digest of the last entry: published, it pins everything before it."""

    number: int
    digest: str

    @classmethod
    def read(cls, path: Path) -> "Head":
        """Read a published head.

        Raises:
            JournalRefused: the file is not a head, with what was expected.
        """
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            return cls(int(value["number"]), str(value["digest"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise JournalRefused(
                f'{path}: not a journal head ({type(error).__name__}); expected {{"number": 12, "digest": '
                '"<64 hexadecimal digits>"}, as `bacasable journal head` writes it'
            ) from None

    def as_json(self) -> str:
        return json.dumps({"number": self.number, "digest": self.digest}, sort_keys=True) + "\n"


#: What the first entry is chained to.
GENESIS = Head(0, "0" * 64)


@dataclass(frozen=True)
class Entry:
    """One act: who (``actor``), what (``action``), on what (``subject``), and a few scalar facts."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    previous: str = GENESIS.digest
    digest: str = ""

    def content(self) -> dict[str, Any]:
        """Return what the digest covers, as JSON values; the instant is in UTC with microseconds."""
        return {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "facts": dict(self.facts),
            "previous": self.previous,
        }

    def expected_digest(self) -> str:
        return digest(self.content())


def _fact(action: str, name: str, value: object) -> Scalar:
    """Return ``value`` as a scalar fit for an entry, or refuse it with the remedy."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, UUID):
        value = str(value)
    if isinstance(value, datetime | date):
        value = value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise JournalRefused(
                f"{action}: fact '{name}' is not a finite number; record it as text or drop it"
            )
        return value
    if not isinstance(value, str):
        raise JournalRefused(
            f"{action}: fact '{name}' is a {type(value).__name__}; record one scalar (an identifier, a "
            "number, a date) or drop it"
        )
    if len(value) > LONGEST_FACT:
        raise JournalRefused(
            f"{action}: fact '{name}' has {len(value)} characters, more than {LONGEST_FACT}; the journal "
            "keeps references, not content: record an identifier or a digest"
        )
    if _EMAIL.search(value):
        raise JournalRefused(
            f"{action}: fact '{name}' looks like an e-mail address; record the account's public identifier"
        )
    if _UNPRINTABLE.search(value):
        raise JournalRefused(f"{action}: fact '{name}' holds a control character; record a plain identifier")
    return str(value)


def seal(
    *,
    action: str,
    actor: str,
    subject: str,
    facts: Mapping[str, object] | None = None,
    head: Head = GENESIS,
    at: datetime | None = None,
) -> Entry:
    """Return the entry that follows ``head``, with its digest.

    Raises:
        JournalRefused: the action is not ``room.verb``, the actor or subject is not a reference, or a fact is
            not a scalar identifier; the message names the fact and the remedy.
    """
    if not _ACTION.fullmatch(action) or len(action) > 80:
        raise JournalRefused(
            f"'{action[:80]}' is not an action; write <room>.<verb in the past>, in lower case"
        )
    for name, value, longest in (("actor", actor, 80), ("subject", subject, 120)):
        if not isinstance(value, str) or not _REFERENCE.fullmatch(value) or len(value) > longest:
            raise JournalRefused(
                f"{action}: the {name} is not a reference; write <kind>:<identifier> such as "
                f"dossier:BAS-2026-0001, at most {longest} characters, no e-mail address"
            )
    entry = Entry(
        number=head.number + 1,
        at=(at or clock.now()).astimezone(UTC),
        actor=actor,
        action=action,
        subject=subject,
        facts={name: _fact(action, name, value) for name, value in (facts or {}).items()},
        previous=head.digest,
    )
    return Entry(**{**entry.__dict__, "digest": entry.expected_digest()})


@dataclass(frozen=True)
class Fault:
    """One place where the chain does not hold: the number of the entry, the kind, and words."""

    number: int
    kind: str
    message: str


@dataclass(frozen=True)
class Report:
    """What :func:`verify` found: the entries counted, the head reached, and each fault."""

    count: int
    head: Head
    faults: tuple[Fault, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults


def verify(entries: Iterable[Entry], head: Head | None = None, *, start: Head = GENESIS) -> Report:
    """Walk the chain from ``start`` and name each place where it breaks.

    Kinds: ``edited`` (the content is not what was sealed), ``missing`` (numbers jump), ``out_of_order`` (a
    number that does not grow), ``unlinked`` (the entry before was replaced), ``truncated`` (the chain ends
    before ``head``), ``rewritten`` (the entry that ``head`` pins is another one).
    """
    faults: list[Fault] = []
    reached, count = start, 0
    pinned: str | None = start.digest if head and head.number == start.number else None
    for entry in entries:
        count += 1
        number = entry.number
        if number > reached.number + 1:
            gap = (
                f"{reached.number + 1}"
                if number == reached.number + 2
                else f"{reached.number + 1} to {number - 1}"
            )
            faults.append(
                Fault(reached.number + 1, "missing", f"entry {gap} is missing before entry {number}")
            )
        elif number <= reached.number:
            faults.append(
                Fault(
                    number,
                    "out_of_order",
                    f"entry {number} stands after entry {reached.number}: moved or doubled",
                )
            )
        elif entry.previous != reached.digest:
            faults.append(
                Fault(
                    number, "unlinked", f"entry {number} is not chained to the entry before: one was replaced"
                )
            )
        if entry.digest != entry.expected_digest():
            faults.append(
                Fault(number, "edited", f"entry {number} was edited: its digest does not match its content")
            )
        if head and number == head.number:
            pinned = entry.digest
        reached = Head(number, entry.digest)
    if head and reached.number < head.number:
        faults.append(
            Fault(
                reached.number + 1,
                "truncated",
                f"the journal ends at entry {reached.number}, the published head is entry {head.number}: "
                f"{head.number - reached.number} missing at the end",
            )
        )
    elif head and pinned != head.digest:
        faults.append(
            Fault(head.number, "rewritten", f"entry {head.number} is not the one that was published as head")
        )
    return Report(count, reached, tuple(faults))


class Journal(Protocol):
    """Where acts are recorded: a table in the act's transaction, or a file for an engine."""

    def record(self, action: str, *, actor: str, subject: str, **facts: object) -> Entry:
        """Seal and store one entry; when it returns, the entry is as durable as the act."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Yield the entries in the order in which they are stored."""
        ...


class FileJournal:
    """A journal in a file, one JSON object a line, for engines that run without the portal.

    Many processes may append: each takes the file's lock, reads the last line, appends and forces the bytes
    to disk before it returns. A last line that a crash left unfinished was never acknowledged: it is cut off,
    and an entry ``journal.recovered`` says how many bytes and their digest.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, action: str, *, actor: str, subject: str, **facts: object) -> Entry:
        """Append one entry.

        Raises:
            JournalRefused: the facts are not fit, or the file's last line is damaged, with its place.
        """
        seal(action=action, actor=actor, subject=subject, facts=facts)  # refuse before touching the file
        is_new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            head = self._recover(fd)
            entry = seal(action=action, actor=actor, subject=subject, facts=facts, head=head)
            _append(fd, entry)
            os.fsync(fd)
        finally:
            os.close(fd)
        if is_new:
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return entry

    def _recover(self, fd: int) -> Head:
        """Return the head of the locked file, after cutting off a line that a crash left unfinished."""
        size = os.fstat(fd).st_size
        if size == 0:
            return GENESIS
        tail = _last_lines(fd, size)
        complete, newline, torn = tail.rpartition(b"\n")
        if torn:
            try:
                whole = _parse(torn)
            except JournalRefused:
                whole = None
            if whole and whole.digest == whole.expected_digest():
                os.write(fd, b"\n")  # only the line's end was lost
                return Head(whole.number, whole.digest)
            os.ftruncate(fd, size - len(torn))
            os.fsync(fd)
        last = complete.rpartition(b"\n")[2] if newline else b""
        head = GENESIS
        if last:
            entry = _parse(last, f"{self.path}, last line")
            head = Head(entry.number, entry.digest)
        if torn:
            repaired = seal(
                action="journal.recovered",
                actor="system",
                subject=f"journal:{re.sub('[^A-Za-z0-9_.-]', '_', self.path.name)[:100]}",
                facts={"cut_bytes": len(torn), "cut_sha256": sha256(torn).hexdigest()},
                head=head,
            )
            _append(fd, repaired)
            head = Head(repaired.number, repaired.digest)
        return head

    def entries(self) -> Iterator[Entry]:
        """Yield the entries of the file; nothing when there is no file yet.

        Raises:
            JournalRefused: a line is not an entry, with its number.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                yield _parse(line.rstrip(b"\n"), f"{self.path}, line {number}")

    def head(self) -> Head:
        """Return the head, to publish."""
        last = GENESIS
        for entry in self.entries():
            last = Head(entry.number, entry.digest)
        return last


def _append(fd: int, entry: Entry) -> None:
    line = canonical({**entry.content(), "digest": entry.digest}) + b"\n"
    while line:
        line = line[os.write(fd, line) :]


def _last_lines(fd: int, size: int) -> bytes:
    """Return the end of the file from the line before the last one on (or the whole file)."""
    length = 4096
    while True:
        start = max(0, size - length)
        tail = os.pread(fd, size - start, start)
        if start == 0 or tail.rstrip(b"\n").count(b"\n") >= 2:
            return tail
        length *= 4


def _parse(line: bytes, where: str = "") -> Entry:
    try:
        value = json.loads(line)
        return Entry(
            number=value["number"],
            at=datetime.fromisoformat(value["at"]),
            actor=value["actor"],
            action=value["action"],
            subject=value["subject"],
            facts=value["facts"],
            previous=value["previous"],
            digest=value["digest"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise JournalRefused(
            f"{where}: not a journal entry ({type(error).__name__}); restore the file from a backup, or set "
            "it aside and start a new one"
        ) from None
