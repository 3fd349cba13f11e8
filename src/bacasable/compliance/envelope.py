"""DSSE envelopes signed by one Ed25519 key: written in one canonical way and accepted in no other.

No byte of an envelope may change unnoticed, not even where a parser would read the same.
https://github.com/secure-systems-lab/dsse
"""

import json
from typing import Any, Literal

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner

from bacasable.compliance.canonical import canonical
from bacasable.compliance.signing import Keyring

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
LARGEST_ENVELOPE = 1024 * 1024

Reason = Literal[
    "oversize",
    "malformed",
    "unknown_key",
    "unconfirmed_key",
    "revoked_key",
    "signature",
    "contradiction",
    "subject",
    "challenge",
    "seed",
    "late",
    "replayed",
    "void",
    "future",
    "too_old",
    "changed",
]


class EvidenceRefused(ValueError):
    """The evidence is not accepted; ``reason`` is the kind of refusal, the message says it in words."""

    def __init__(self, reason: Reason, message: str) -> None:
        self.reason = reason
        super().__init__(message)


def seal(payload: bytes, key: CryptoSigner) -> bytes:
    """Return the signed envelope around ``payload``, in its canonical bytes."""
    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(key)
    return canonical(envelope.to_dict())


def key_named(envelope_bytes: bytes) -> str:
    """Return the identifier of the key that an envelope names, unverified; to choose whose keys to try.

    Raises:
        EvidenceRefused: oversize or malformed.
    """
    (key_id,) = _open(envelope_bytes).signatures
    return str(key_id)


def unseal(envelope_bytes: bytes, keyring: Keyring) -> tuple[bytes, str]:
    """Return the signed payload and the identifier of the enrolled key that signed it.

    Raises:
        EvidenceRefused: the first of oversize, malformed, unknown or revoked key, signature.
    """
    envelope = _open(envelope_bytes)
    return envelope.payload, _check_signature(envelope, keyring)


def statement_of(payload: bytes) -> dict[str, Any]:
    """Return the in-toto statement of a payload, its keys not looked at yet.

    Raises:
        ValueError: it is not a JSON object.
    """
    statement = json.loads(payload)
    if not isinstance(statement, dict):
        raise ValueError("not a JSON object")
    return statement


def _open(envelope_bytes: bytes) -> Envelope:
    if len(envelope_bytes) > LARGEST_ENVELOPE:
        raise EvidenceRefused(
            "oversize",
            f"the envelope has {len(envelope_bytes)} bytes, over {LARGEST_ENVELOPE}; send the envelope alone",
        )
    try:
        envelope = Envelope.from_dict(json.loads(envelope_bytes))
        same = canonical(envelope.to_dict()) == envelope_bytes
    except Exception as error:  # whatever a hostile envelope makes the parsers raise
        raise EvidenceRefused(
            "malformed",
            f"it is not a DSSE envelope ({type(error).__name__}); send the file as it was written",
        ) from None
    if not same:
        raise EvidenceRefused(
            "malformed", "its bytes are not those of a canonical envelope: it was altered or written again"
        )
    if envelope.payload_type != PAYLOAD_TYPE:
        raise EvidenceRefused(
            "malformed", f"its payload is of type '{envelope.payload_type[:80]}', not {PAYLOAD_TYPE}"
        )
    if len(envelope.signatures) != 1:
        raise EvidenceRefused(
            "malformed", f"it carries {len(envelope.signatures)} signatures; one is expected"
        )
    return envelope


def _check_signature(envelope: Envelope, keyring: Keyring) -> str:
    (key_id,) = envelope.signatures
    enrolled = keyring.keys.get(key_id)
    if enrolled is None:
        raise EvidenceRefused(
            "unknown_key", f"key {key_id[:16]} is not enrolled here; enrol it, or sign again"
        )
    if enrolled.revoked_at is not None:
        raise EvidenceRefused(
            "revoked_key",
            f"key {key_id[:16]} was revoked on {enrolled.revoked_at:%Y-%m-%d}: {enrolled.revoked_because}",
        )
    try:
        envelope.verify([enrolled.key], 1)
    except VerificationError:
        raise EvidenceRefused(
            "signature",
            f"the signature of key {key_id[:16]} does not match the content: one of them was altered",
        ) from None
    return str(key_id)
