"""Signed evidence: a run of a control as an in-toto Statement v1 in a DSSE envelope, Ed25519.

A signature proves that the bytes are intact and which enrolled key signed them: not that the measurement was
honest, and it is not an eIDAS qualified signature. Envelopes are written in one canonical way and accepted in
no other, so that no byte of one may change unnoticed.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, https://github.com/secure-systems-lab/dsse
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as strict_dataclass
from securesystemslib.signer import CryptoSigner

from bacasable.compliance.canonical import canonical
from bacasable.compliance.challenge import Challenge
from bacasable.compliance.control import Run, judge
from bacasable.compliance.envelope import (
    LARGEST_ENVELOPE,
    STATEMENT_TYPE,
    EvidenceRefused,
    Reason,
    seal,
    statement_of,
    unseal,
)
from bacasable.compliance.service import N_
from bacasable.compliance.signing import Keyring

__all__ = [
    "LARGEST_ENVELOPE",
    "Evidence",
    "EvidenceRefused",
    "Predicate",
    "Reason",
    "build",
    "sign",
    "verify",
]

PREDICATE_TYPE = "urn:bacasable:evidence:v1"
#: How far another machine's clock may be ahead of ours.
CLOCK_SKEW = timedelta(minutes=5)
#: The largest number of trials that is stored.
MOST_TRIALS = 2**31 - 1


@strict_dataclass(frozen=True, config=ConfigDict(extra="forbid", strict=True, allow_inf_nan=False))
class Predicate(Run):
    """What is signed about a run: the run itself, the instance that measured, and who says so.

    ``challenge`` and ``nonce`` bind it to the challenge that it answers; empty where nobody asked.
    """

    instance: str = ""
    challenge: str = ""
    nonce: str = ""
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


def build(run: Run, *, instance: str = "", challenge: Challenge | None = None) -> bytes:
    """Return the canonical bytes of the in-toto statement about ``run``, bound to ``challenge`` if given."""
    predicate = asdict(run) | {
        "instance": instance,
        "challenge": challenge.public_id if challenge else "",
        "nonce": challenge.nonce if challenge else "",
        "label": Predicate.__dataclass_fields__["label"].default,
    }
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


def sign(run: Run, key: CryptoSigner, *, instance: str = "", challenge: Challenge | None = None) -> bytes:
    """Return the signed envelope about ``run``, in its canonical bytes."""
    return seal(build(run, instance=instance, challenge=challenge), key)


def verify(
    envelope_bytes: bytes,
    keyring: Keyring,
    *,
    now: datetime,
    subject: str | None = None,
    max_age: timedelta | None = None,
    depends_on: Mapping[str, str] | None = None,
    accept_void: bool = False,
    challenge: Challenge | None = None,
    received_at: datetime | None = None,
) -> Evidence:
    """Return what the envelope says, or refuse it.

    ``subject`` is the key of the service that it must be about; ``max_age`` how old it may be at ``now``;
    ``depends_on`` the digests that hold now (:func:`bacasable.compliance.control.dependencies`);
    ``challenge`` what it must answer, ``received_at`` when it came (unknown: when its measurement ended).

    Raises:
        EvidenceRefused: with the precise reason; the first of: oversize, malformed, unknown or revoked key,
            signature, contradiction, subject, challenge, seed, late, void, future, too old, changed.
    """
    payload, key_id = unseal(envelope_bytes, keyring)
    predicate = _read(payload)
    if predicate.verdict != judge(
        predicate.direction, predicate.threshold, predicate.measurement, predicate.sabotage
    ):
        raise EvidenceRefused(
            "contradiction",
            f"it declares '{predicate.verdict}', which its own measurements do not give; measure again",
        )
    for measured in (predicate.measurement, predicate.sabotage):
        if not 0 <= measured.n <= MOST_TRIALS:
            raise EvidenceRefused("malformed", "its number of trials is no count; measure again")
        if not measured.interval.low <= measured.value <= measured.interval.high:
            raise EvidenceRefused("contradiction", "a measured value lies outside its own interval")
    if subject is not None and predicate.service != subject:
        raise EvidenceRefused("subject", f"it is about service '{predicate.service}', not about '{subject}'")
    if challenge is not None:
        check_binding(predicate, challenge, received_at)
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


def check_binding(run: Predicate, challenge: Challenge, received_at: datetime | None = None) -> None:
    """Refuse a run that does not answer ``challenge``, or came after its deadline.

    Raises:
        EvidenceRefused: challenge, seed or late.
    """
    if not run.challenge:
        raise EvidenceRefused(
            "challenge", "it answers no challenge; run the control again for this challenge and send that"
        )
    if (run.challenge, run.nonce) != (challenge.public_id, challenge.nonce):
        raise EvidenceRefused("challenge", f"it answers challenge {run.challenge[:36]}, not this one")
    if (run.service, run.control) != (challenge.service, challenge.control):
        raise EvidenceRefused(
            "challenge",
            f"it measures {run.service}.{run.control}; {challenge.service}.{challenge.control} was asked",
        )
    if run.measured_at.tzinfo and run.measured_at < challenge.issued_at - CLOCK_SKEW:
        raise EvidenceRefused(
            "challenge", "it was measured before the challenge was issued; check the clocks"
        )
    if {run.measurement.seed, run.sabotage.seed} != {challenge.seed}:
        raise EvidenceRefused(
            "seed", f"it was measured with another seed than {challenge.seed}; run it with the seed asked"
        )
    arrived = received_at or (run.finished_at if run.finished_at.tzinfo else None)
    if arrived is not None and arrived > challenge.due_at:
        raise EvidenceRefused(
            "late",
            f"it came on {arrived:%Y-%m-%d %H:%M} UTC, after the deadline of "
            f"{challenge.due_at:%Y-%m-%d %H:%M} UTC; ask the office for another challenge",
        )


def _read(payload: bytes) -> Predicate:
    """Return the predicate of a signed payload; the signer is known, its statement may still be malformed."""
    try:
        statement: dict[str, Any] = statement_of(payload)
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
    if any("\x00" in name + value for name, value in predicate.depends_on.items()):
        raise EvidenceRefused("malformed", "a name in it holds a null character")
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
