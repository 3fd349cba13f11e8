"""An entry, its canonical line and its digest, and the head that follows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from bacasable.compliance import clock
from bacasable.compliance.canonical import canonical, digest
from bacasable.compliance.journal.content import JournalRefused, Scalar, check_references, checked_facts

_HEXADECIMAL = frozenset("0123456789abcdef")
_DIGEST = b',"digest":"'


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
            number, digest = value["number"], value["digest"]
            if type(number) is not int or number < 0 or not is_digest(digest):
                raise ValueError
            return cls(number, digest)
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise JournalRefused(
                f'{path}: not a journal head ({type(error).__name__}); expected {{"number": 12, "digest": '
                '"<64 hexadecimal digits>"}, as `bacasable journal head` writes it'
            ) from None

    def as_json(self) -> str:
        return json.dumps({"number": self.number, "digest": self.digest}, sort_keys=True) + "\n"


#: What the first entry is chained to.
GENESIS = Head(0, "0" * 64)


def is_digest(value: object) -> bool:
    """Say whether ``value`` is a SHA-256 as we write it: 64 lower-case hexadecimal digits."""
    return isinstance(value, str) and len(value) == 64 and _HEXADECIMAL.issuperset(value)


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
            "at": in_utc(self.at),
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "facts": dict(self.facts),
            "previous": self.previous,
        }

    def expected_digest(self) -> str:
        return digest(self.content())

    def is_intact(self) -> bool:
        """Say whether the digest is that of the content."""
        try:
            return self.digest == self.expected_digest()
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return False  # a hand put something there that an entry cannot hold

    def line(self) -> bytes:
        """Return the entry as the line of a file: canonical JSON with its digest, and the line's end."""
        return canonical({**self.content(), "digest": self.digest}) + b"\n"


def in_utc(at: datetime) -> str:
    """Return an instant as entries hold it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Draft:
    """What is to be recorded, checked and written as JSON once: a number, a date and a link complete it.

    What is costly is done here, by whoever records; what must be done in the order of the chain
    (:meth:`sealed`) is a digest and two joins. The bytes are those of :func:`canonical`.
    """

    __slots__ = ("_facts", "_start", "action", "actor", "facts", "subject")

    def __init__(
        self, action: str, actor: str, subject: str, facts: Mapping[str, object] | None = None
    ) -> None:
        """Raise ``JournalRefused`` for what is not fit, with the remedy."""
        check_references(action, actor, subject)
        self.action, self.actor, self.subject = action, actor, subject
        self.facts = checked_facts(action, facts) if facts else {}
        # Neither quotes nor backslashes can stand in these: they were checked.
        self._start = f'{{"action":"{action}","actor":"{actor}","at":"'
        self._facts = ",".join(
            f"{encode_basestring(name)}:{_json(self.facts[name])}" for name in sorted(self.facts)
        )

    def sealed(self, number: int, at: str, previous: str) -> tuple[bytes, str]:
        """Return the line of the entry and its digest; ``at`` as :func:`in_utc` writes it."""
        start = f'{self._start}{at}"'.encode()
        rest = (
            f',"facts":{{{self._facts}}},"number":{number},"previous":"{previous}","subject":"{self.subject}"}}'
        ).encode()
        found = sha256(start + rest).hexdigest()
        return b'%b,"digest":"%b"%b\n' % (start, found.encode(), rest), found

    def entry(self, number: int, at: datetime, previous: str, digest: str) -> Entry:
        """Return the entry whose line :meth:`sealed` gave."""
        return Entry(number, at, self.actor, self.action, self.subject, self.facts, previous, digest)


def _json(value: Scalar) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return int.__repr__(int(value)) if value.is_integer() else float.__repr__(value)
    return int.__repr__(value)


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
    draft = Draft(action, actor, subject, facts)
    instant = (at or clock.now()).astimezone(UTC)
    _, found = draft.sealed(head.number + 1, in_utc(instant), head.digest)
    return draft.entry(head.number + 1, instant, head.digest, found)


def parse(line: bytes, where: str = "") -> Entry:
    """Return the entry that a line holds, its digest not looked at.

    Raises:
        JournalRefused: it is none, with the place.
    """
    try:
        value = json.loads(line)
        entry = Entry(
            number=value["number"],
            at=datetime.fromisoformat(value["at"]),
            actor=value["actor"],
            action=value["action"],
            subject=value["subject"],
            facts=value["facts"],
            previous=value["previous"],
            digest=value["digest"],
        )
        words = (entry.actor, entry.action, entry.subject, entry.previous, entry.digest)
        if type(entry.number) is not int or entry.number < 1 or entry.at.tzinfo is None:
            raise TypeError
        if not isinstance(entry.facts, dict) or not all(isinstance(word, str) for word in words):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise JournalRefused(
            f"{where}: not a journal entry ({type(error).__name__}); restore the file from a backup, or set "
            "it aside and start a new one"
        ) from None
    return entry


def is_line_intact(line: bytes, stated: str) -> bool:
    """Say whether the bytes of a line (without its end) are those whose digest it states.

    No byte may change unnoticed, not even where a parser would read the same.
    """
    start, mark, rest = line.partition(_DIGEST)
    if not mark or rest[64:65] != b'"' or rest[:64] != stated.encode():
        return False
    return sha256(start + rest[65:]).hexdigest() == stated
