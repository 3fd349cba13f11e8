"""Signed evidence: a run of a control as an in-toto Statement v1 in a DSSE envelope, Ed25519.

A signature proves that the bytes are intact and which enrolled key signed them: not that the measurement was
honest, and it is not an eIDAS qualified signature. Envelopes are written in one canonical way and accepted in
no other, so that no byte of one may change unnoticed.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, https://github.com/secure-systems-lab/dsse
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as strict_dataclass
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner

from bacasable.compliance.canonical import canonical
from bacasable.compliance.control import Run, judge
from bacasable.compliance.service import N_
from bacasable.compliance.signing import Keyring

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:bacasable:evidence:v1"
LARGEST_ENVELOPE = 1024 * 1024
#: How far another machine's clock may be ahead of ours.
CLOCK_SKEW = timedelta(minutes=5)

Reason = Literal[
    "oversize",
    "malformed",
    "unknown_key",
    "revoked_key",
    "signature",
    "contradiction",
    "subject",
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


@strict_dataclass(frozen=True, config=ConfigDict(extra="forbid", strict=True, allow_inf_nan=False))
class Predicate(Run):
    """What is signed about a run: the run itself, the instance that measured, and who says so."""

    instance: str = ""
    label: str = N_("measured by the project")


_PREDICATE = TypeAdapter(Predicate)


@dataclass(frozen=True)
class Evidence:
    """Evidence that was verified: what it says, and by which key of whom."""

    run: Predicate
    key_id: str
    owner: str
    sha256: str

    @property
    def measured_at(self) -> datetime:
        return self.run.measured_at


def build(run: Run, *, instance: str = "") -> bytes:
    """Return the canonical bytes of the in-toto statement about ``run``."""
    predicate = asdict(run) | {"instance": instance, "label": Predicate.__dataclass_fields__["label"].default}
    for name in ("measured_at", "finished_at"):
        predicate[name] = predicate[name].astimezone(UTC).isoformat(timespec="microseconds")
    return canonical(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": run.service, "digest": {"sha256": run.declaration_sha256}}],
            "predicateType": PREDICATE_TYPE,
            "predicate": predicate,
        }
    )


def sign(run: Run, key: CryptoSigner, *, instance: str = "") -> bytes:
    """Return the signed envelope about ``run``, in its canonical bytes."""
    envelope = Envelope(build(run, instance=instance), PAYLOAD_TYPE, {})
    envelope.sign(key)
    return canonical(envelope.to_dict())


def verify(
    envelope_bytes: bytes,
    keyring: Keyring,
    *,
    now: datetime,
    subject: str | None = None,
    max_age: timedelta | None = None,
    depends_on: Mapping[str, str] | None = None,
    accept_void: bool = False,
) -> Evidence:
    """Return what the envelope says, or refuse it.

    ``subject`` is the key of the service that it must be about; ``max_age`` how old it may be at ``now``;
    ``depends_on`` the digests that hold now (:func:`bacasable.compliance.control.dependencies`).

    Raises:
        EvidenceRefused: with the precise reason; the first of: oversize, malformed, unknown or revoked key,
            signature, contradiction, subject, void, future, too old, changed.
    """
    if len(envelope_bytes) > LARGEST_ENVELOPE:
        raise EvidenceRefused(
            "oversize",
            f"the envelope has {len(envelope_bytes)} bytes, over {LARGEST_ENVELOPE}; send the envelope alone",
        )
    envelope = _open(envelope_bytes)
    key_id = _check_signature(envelope, keyring)
    predicate = _read(envelope.payload)
    if predicate.verdict != judge(
        predicate.direction, predicate.threshold, predicate.measurement, predicate.sabotage
    ):
        raise EvidenceRefused(
            "contradiction",
            f"it declares '{predicate.verdict}', which its own measurements do not give; measure again",
        )
    for measured in (predicate.measurement, predicate.sabotage):
        if not measured.interval.low <= measured.value <= measured.interval.high:
            raise EvidenceRefused("contradiction", "a measured value lies outside its own interval")
    if subject is not None and predicate.service != subject:
        raise EvidenceRefused("subject", f"it is about service '{predicate.service}', not about '{subject}'")
    if predicate.verdict == "void" and not accept_void:
        raise EvidenceRefused(
            "void",
            "it is void: with the protection off the control saw nothing either, so it proves nothing",
        )
    _check_age(predicate.measured_at, predicate.finished_at, now, max_age)
    for name in sorted({**predicate.depends_on, **(depends_on or {})} if depends_on is not None else ()):
        if predicate.depends_on.get(name) != (depends_on or {}).get(name):
            raise EvidenceRefused("changed", f"{name} has changed since it was measured; measure again")
    return Evidence(predicate, key_id, keyring.keys[key_id].owner, sha256(envelope_bytes).hexdigest())


def _open(envelope_bytes: bytes) -> Envelope:
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
    return key_id


def _read(payload: bytes) -> Predicate:
    """Return the predicate of a signed payload; the signer is known, its statement may still be malformed."""
    try:
        statement: dict[str, Any] = json.loads(payload)
        kinds = statement["_type"], statement["predicateType"]
        (subject,) = statement["subject"]
        predicate = _PREDICATE.validate_json(canonical(statement["predicate"]), strict=True)
        named = (subject["name"], subject["digest"]["sha256"])
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise EvidenceRefused(
            "malformed", f"predicate.{place}: {error.errors()[0]['msg']}; write it with this version"
        ) from None
    except Exception as error:
        raise EvidenceRefused(
            "malformed", f"its payload is not an in-toto statement ({type(error).__name__})"
        ) from None
    if kinds != (STATEMENT_TYPE, PREDICATE_TYPE):
        raise EvidenceRefused("malformed", f"its statement is of type {kinds}, not {PREDICATE_TYPE}")
    if named != (predicate.service, predicate.declaration_sha256):
        raise EvidenceRefused(
            "contradiction", "its subject is not the service and declaration of its predicate"
        )
    return predicate


def _check_age(
    measured_at: datetime, finished_at: datetime, now: datetime, max_age: timedelta | None
) -> None:
    if measured_at.tzinfo is None or finished_at.tzinfo is None or finished_at < measured_at:
        raise EvidenceRefused("malformed", "its dates have no time zone, or it finished before it began")
    if finished_at > now + CLOCK_SKEW:
        raise EvidenceRefused(
            "future",
            f"it was measured on {finished_at:%Y-%m-%d %H:%M} UTC, in the future; check the clocks",
        )
    if max_age is not None and now - measured_at > max_age:
        raise EvidenceRefused(
            "too_old",
            f"it was measured on {measured_at:%Y-%m-%d %H:%M} UTC, over {max_age.days} days ago; do it again",
        )
