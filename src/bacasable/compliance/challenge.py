"""A challenge: which control an authority asks to be run, with which seed, bound to which nonce, until when.

The seed chooses the sample, so that a project cannot measure many times and send the best; the nonce ties the
evidence to this question and no other.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from bacasable.compliance.canonical import canonical

CHALLENGE_TYPE = "urn:bacasable:challenge:v1"
LARGEST_CHALLENGE = 16 * 1024
_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}")
_NONCE = re.compile(r"[0-9a-f]{64}")


class ChallengeRefused(ValueError):
    """These bytes are not a challenge; the message says what is wrong and the remedy."""


@dataclass(frozen=True)
class Challenge:
    """``public_id`` is a UUID, ``nonce`` 64 hexadecimal digits, ``seed`` 0 to 2**63 - 1; aware instants."""

    public_id: str
    service: str
    control: str
    seed: int
    nonce: str
    issued_at: datetime
    due_at: datetime

    def as_dict(self) -> dict[str, str | int]:
        """Return it as the API and the challenge's file give it."""
        return {
            "_type": CHALLENGE_TYPE,
            "id": self.public_id,
            "service": self.service,
            "control": self.control,
            "seed": self.seed,
            "nonce": self.nonce,
            "issued_at": self.issued_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "due_at": self.due_at.astimezone(UTC).isoformat(timespec="microseconds"),
        }

    def to_json(self) -> bytes:
        """Return the bytes of the challenge's file."""
        return canonical(self.as_dict()) + b"\n"

    @classmethod
    def from_json(cls, text: bytes) -> "Challenge":
        """Read the file of a challenge.

        Raises:
            ChallengeRefused: it is not one.
        """
        if len(text) > LARGEST_CHALLENGE:
            raise ChallengeRefused("too large for a challenge; download the challenge's file again")
        try:
            read = json.loads(text)
        except (ValueError, RecursionError):
            raise ChallengeRefused("not JSON; download the challenge's file again") from None
        return cls.from_dict(read)

    @classmethod
    def from_dict(cls, given: object) -> "Challenge":
        """Read a challenge as the API gives it.

        Raises:
            ChallengeRefused: it is not one.
        """
        if not isinstance(given, dict) or given.get("_type") != CHALLENGE_TYPE:
            raise ChallengeRefused(f"not a challenge ('_type' is not {CHALLENGE_TYPE}); download it again")
        try:
            found = cls(
                str(UUID(given["id"])),
                given["service"],
                given["control"],
                given["seed"],
                given["nonce"],
                datetime.fromisoformat(given["issued_at"]),
                datetime.fromisoformat(given["due_at"]),
            )
            sound = (
                _NAME.fullmatch(found.service)
                and _NAME.fullmatch(found.control)
                and _NONCE.fullmatch(found.nonce)
                and type(found.seed) is int
                and 0 <= found.seed < 2**63
                and found.issued_at.tzinfo is not None
                and found.due_at.tzinfo is not None
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ChallengeRefused(f"a field is missing or wrong ({error}); download it again") from None
        if not sound:
            raise ChallengeRefused("a field of it is not of its form; download the challenge's file again")
        return found
