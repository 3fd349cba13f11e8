"""What a project's controls rest on now, reported to the authority: digests by control, signed and dated.

An in-toto statement in a DSSE envelope as evidence is, of another type: neither passes for the other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from securesystemslib.signer import CryptoSigner

from bacasable.compliance.canonical import canonical, digest
from bacasable.compliance.envelope import STATEMENT_TYPE, EvidenceRefused, seal, statement_of, unseal
from bacasable.compliance.signing import Keyring

PREDICATE_TYPE = "urn:bacasable:dependencies:v1"
CLOCK_SKEW = timedelta(minutes=5)
#: A report that waited longer than this says nothing about now.
MAX_AGE = timedelta(days=1)
MOST_CONTROLS = 200
MOST_DIGESTS = 200
_CONTROL = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

Controls = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Report:
    """``controls``: ``service.control`` -> name of what it rests on -> SHA-256."""

    controls: Controls
    issued_at: datetime
    key_id: str


def sign_report(controls: Controls, key: CryptoSigner, *, issued_at: datetime) -> bytes:
    """Return the signed report of what each ``service.control`` rests on at ``issued_at``."""
    return seal(
        canonical(
            {
                "_type": STATEMENT_TYPE,
                "subject": [{"name": "controls", "digest": {"sha256": digest(controls)}}],
                "predicateType": PREDICATE_TYPE,
                "predicate": {
                    "issued_at": issued_at.astimezone(UTC).isoformat(timespec="microseconds"),
                    "controls": controls,
                },
            }
        ),
        key,
    )


def verify_report(envelope_bytes: bytes, keyring: Keyring, *, now: datetime) -> Report:
    """Return what the report says, or refuse it.

    Raises:
        EvidenceRefused: oversize, malformed, unknown or revoked key, signature, contradiction, future,
            too old.
    """
    payload, key_id = unseal(envelope_bytes, keyring)
    try:
        statement = statement_of(payload)
        kinds = statement["_type"], statement["predicateType"]
        issued_at = datetime.fromisoformat(statement["predicate"]["issued_at"])
        controls = statement["predicate"]["controls"]
        (subject,) = statement["subject"]
        stated = subject["digest"]["sha256"]
        well_formed = issued_at.tzinfo is not None and _well_formed(controls)
    except Exception as error:
        raise EvidenceRefused("malformed", f"it is not a report ({type(error).__name__})") from None
    if kinds != (STATEMENT_TYPE, PREDICATE_TYPE) or not well_formed:
        raise EvidenceRefused("malformed", f"it is not a report of type {PREDICATE_TYPE}")
    if stated != digest(controls):
        raise EvidenceRefused("contradiction", "its subject is not the digest of its controls")
    if issued_at > now + CLOCK_SKEW:
        raise EvidenceRefused("future", "it was issued in the future; check the clocks")
    if now - issued_at > MAX_AGE:
        raise EvidenceRefused("too_old", "it was issued over a day ago; send a new one")
    return Report(controls, issued_at, key_id)


def _well_formed(controls: object) -> bool:
    return (
        isinstance(controls, dict)
        and len(controls) <= MOST_CONTROLS
        and all(
            _CONTROL.fullmatch(name)
            and isinstance(digests, dict)
            and len(digests) <= MOST_DIGESTS
            and all(_is_name(what) and _SHA256.fullmatch(value) for what, value in digests.items())
            for name, digests in controls.items()
        )
    )


def _is_name(what: str) -> bool:
    return 0 < len(what) <= 200 and "\x00" not in what
