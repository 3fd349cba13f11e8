"""Signed evidence: accepted as it was signed, refused with the precise reason otherwise."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.compliance import signing
from bacasable.compliance.canonical import canonical
from bacasable.compliance.challenge import Challenge
from bacasable.compliance.envelope import seal
from bacasable.compliance.evidence import LARGEST_ENVELOPE, EvidenceRefused, sign, verify
from tests.factories import evidence as made

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    signing.create_key(folder)
    return folder


@pytest.fixture(scope="module")
def valid(keys: Path) -> bytes:
    return made.envelope(keys, measured_at=NOW)


def reason(envelope: bytes, ring: signing.Keyring, **asked: Any) -> str:
    """Return why the envelope is refused."""
    with pytest.raises(EvidenceRefused) as refused:
        verify(envelope, ring, **({"now": NOW + timedelta(minutes=1)} | asked))
    assert str(refused.value)
    return refused.value.reason


def test_what_was_signed_is_read_back(keys: Path, valid: bytes) -> None:
    found = verify(valid, signing.keyring(keys), now=NOW + timedelta(days=1), subject="platform")
    assert replace(made.run(measured_at=NOW)).measurement == found.run.measurement
    assert (found.run.verdict, found.measured_at) == ("passed", NOW)


def test_it_is_an_in_toto_statement_in_a_dsse_envelope(valid: bytes) -> None:
    envelope = json.loads(valid)
    assert set(envelope) == {"payload", "payloadType", "signatures"}
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"][0]["name"] == "platform"


@given(st.data())
def test_no_byte_may_change(keys: Path, valid: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(valid) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != valid[place]))
    altered = valid[:place] + bytes([value]) + valid[place + 1 :]
    assert reason(altered, signing.keyring(keys)) in {"malformed", "signature", "unknown_key"}


def test_no_bit_of_any_byte_may_change(keys: Path, valid: bytes) -> None:
    ring = signing.keyring(keys)
    for place in range(len(valid)):
        altered = bytearray(valid)
        altered[place] ^= 1 << (place % 8)
        with pytest.raises(EvidenceRefused):
            verify(bytes(altered), ring, now=NOW + timedelta(minutes=1))


@given(st.integers(1, 400), st.booleans())
def test_no_byte_may_be_cut_or_added(keys: Path, valid: bytes, count: int, add: bool) -> None:
    altered = valid + b" " * count if add else valid[:-count]
    assert reason(altered, signing.keyring(keys)) == "malformed"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(keys: Path, junk: bytes) -> None:
    assert reason(junk, signing.keyring(keys)) == "malformed"


ASKED = Challenge(
    "0d9f5c3e-6f0a-4f0e-9a3e-3f6f4b3a1c11",
    "platform",
    "files_unreadable_at_rest",
    7,
    "ab" * 32,
    NOW - timedelta(hours=1),
    NOW + timedelta(days=1),
)


@pytest.fixture(scope="module")
def bound(keys: Path) -> bytes:
    return sign(made.run(measured_at=NOW), signing.load_signer(keys), challenge=ASKED)


def test_evidence_bound_to_a_challenge_is_read_back(keys: Path, bound: bytes) -> None:
    run = verify(bound, signing.keyring(keys), now=NOW + timedelta(minutes=1), challenge=ASKED).run
    assert (run.challenge, run.nonce) == (ASKED.public_id, ASKED.nonce)


@given(st.data())
def test_no_byte_may_change_of_evidence_bound_to_a_challenge(
    keys: Path, bound: bytes, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(bound) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != bound[place]))
    altered = bound[:place] + bytes([value]) + bound[place + 1 :]
    assert reason(altered, signing.keyring(keys), challenge=ASKED) in {
        "malformed",
        "signature",
        "unknown_key",
    }


@given(st.data())
def test_no_byte_of_what_binds_it_may_change_inside_the_statement(
    keys: Path, bound: bytes, data: st.DataObject
) -> None:
    field = data.draw(st.sampled_from(["challenge", "nonce"]))
    text = data.draw(st.text(max_size=64).filter(lambda text: text != getattr(ASKED, _named(field))))
    altered = _reopened(bound, lambda statement: statement["predicate"].update({field: text}))
    assert reason(altered, signing.keyring(keys), challenge=ASKED) == "signature"


def _named(field: str) -> str:
    return "public_id" if field == "challenge" else field


@pytest.mark.parametrize(
    ("changes", "more", "expected"),
    [
        ({"public_id": "1d9f5c3e-6f0a-4f0e-9a3e-3f6f4b3a1c11"}, {}, "challenge"),
        ({"nonce": "cd" * 32}, {}, "challenge"),
        ({"control": "another"}, {}, "challenge"),
        ({"service": "water_use"}, {}, "challenge"),
        ({"issued_at": NOW + timedelta(hours=1)}, {}, "challenge"),
        ({"seed": 8}, {}, "seed"),
        ({"due_at": NOW - timedelta(minutes=1)}, {}, "late"),
        ({}, {"received_at": NOW + timedelta(days=2)}, "late"),
    ],
)
def test_evidence_is_refused_for_another_challenge(
    keys: Path, bound: bytes, changes: dict[str, Any], more: dict[str, Any], expected: str
) -> None:
    asked = replace(ASKED, **changes)
    assert reason(bound, signing.keyring(keys), challenge=asked, **more) == expected


def test_evidence_that_nobody_asked_for_answers_no_challenge(keys: Path, valid: bytes) -> None:
    assert reason(valid, signing.keyring(keys), challenge=ASKED) == "challenge"


def test_an_envelope_from_before_challenges_still_verifies(keys: Path, valid: bytes) -> None:
    statement = json.loads(base64.b64decode(json.loads(valid)["payload"]))
    for name in ("challenge", "nonce"):
        assert statement["predicate"].pop(name) == ""
    old = seal(canonical(statement), signing.load_signer(keys))
    assert verify(old, signing.keyring(keys), now=NOW + timedelta(minutes=1)).run.challenge == ""


def test_deep_nesting_is_malformed(keys: Path) -> None:
    assert reason(b"[" * 200_000, signing.keyring(keys)) == "malformed"


def _reopened(valid: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return the envelope with a changed statement under the old signature."""
    envelope = json.loads(valid)
    statement = json.loads(base64.b64decode(envelope["payload"]))
    change(statement)
    envelope["payload"] = base64.b64encode(canonical(statement)).decode()
    return canonical(envelope)


@pytest.mark.parametrize(
    "change",
    [
        lambda statement: statement["subject"][0].update(name="water_use"),
        lambda statement: statement["predicate"].update(service="water_use"),
        lambda statement: statement["predicate"].update(measured_at="2027-03-02T12:00:00.000000+00:00"),
        lambda statement: statement["predicate"]["measurement"].update(value=0.0001),
        lambda statement: statement["predicate"].update(verdict="failed"),
    ],
    ids=["subject", "service", "date", "value", "verdict"],
)
def test_an_altered_statement_is_refused_by_its_signature(
    keys: Path, valid: bytes, change: Callable[[dict[str, Any]], None]
) -> None:
    assert reason(_reopened(valid, change), signing.keyring(keys)) == "signature"


def test_another_key_is_unknown_even_if_it_signs_well(keys: Path, tmp_path: Path) -> None:
    assert reason(made.envelope(tmp_path, measured_at=NOW), signing.keyring(keys)) == "unknown_key"


def test_a_key_that_borrows_the_identifier_of_another_is_refused(
    keys: Path, valid: bytes, tmp_path: Path
) -> None:
    forged = json.loads(made.envelope(tmp_path, measured_at=NOW))
    forged["signatures"][0]["keyid"] = json.loads(valid)["signatures"][0]["keyid"]
    assert reason(canonical(forged), signing.keyring(keys)) == "signature"


def test_a_revoked_key_signs_nothing_any_more(tmp_path: Path) -> None:
    key_id = signing.create_key(tmp_path)
    envelope = made.envelope(tmp_path, measured_at=NOW)
    signing.revoke(tmp_path, key_id, reason="lost laptop")
    assert reason(envelope, signing.keyring(tmp_path)) == "revoked_key"
    assert signing.ensure_key(tmp_path) != key_id


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"subject": "water_use"}, "subject"),
        ({"now": NOW - timedelta(hours=1)}, "future"),
        ({"now": NOW + timedelta(days=91), "max_age": timedelta(days=90)}, "too_old"),
        ({"depends_on": {"declaration": "0" * 64}}, "changed"),
        ({"depends_on": {}}, "changed"),
    ],
)
def test_sound_evidence_is_refused_for_what_is_asked(
    keys: Path, valid: bytes, asked: dict[str, Any], expected: str
) -> None:
    assert reason(valid, signing.keyring(keys), **asked) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sabotaged": 0}, "void"),
        ({"sabotaged": 0, "verdict": "passed"}, "contradiction"),
        ({"found": 500, "verdict": "passed"}, "contradiction"),
        ({"declaration_sha256": "0" * 64, "service": "platform"}, None),
        ({"measurement": made.measurement(0, value=0.5)}, "contradiction"),
        ({"finished_at": NOW - timedelta(seconds=5)}, "malformed"),
        ({"direction": "sideways"}, "malformed"),
    ],
)
def test_a_signer_who_lies_or_errs_is_refused(
    keys: Path, changes: dict[str, Any], expected: str | None
) -> None:
    envelope = made.envelope(keys, measured_at=NOW, **changes)
    if expected is None:
        verify(envelope, signing.keyring(keys), now=NOW)
    else:
        assert reason(envelope, signing.keyring(keys)) == expected


def test_a_void_run_is_read_where_it_is_only_counted(keys: Path) -> None:
    envelope = made.envelope(keys, measured_at=NOW, sabotaged=0)
    assert verify(envelope, signing.keyring(keys), now=NOW, accept_void=True).run.verdict == "void"


def test_an_oversize_envelope_is_not_parsed(keys: Path) -> None:
    assert reason(b"[" * (LARGEST_ENVELOPE + 1), signing.keyring(keys)) == "oversize"


def test_two_signatures_are_refused(keys: Path, valid: bytes, tmp_path: Path) -> None:
    envelope = json.loads(valid)
    envelope["signatures"] += json.loads(made.envelope(tmp_path, measured_at=NOW))["signatures"]
    assert reason(canonical(envelope), signing.keyring(keys)) == "malformed"


def test_private_keys_are_their_owners_only(tmp_path: Path) -> None:
    signing.create_key(tmp_path)
    (private,) = tmp_path.glob("evidence-*.pem")
    assert private.stat().st_mode & 0o777 == 0o600
    private.chmod(0o644)
    with pytest.raises(signing.KeyRefused, match="chmod 600"):
        signing.load_signer(tmp_path)


def test_the_newest_key_signs_and_the_older_still_verifies(tmp_path: Path) -> None:
    old = made.envelope(tmp_path, measured_at=NOW)
    new_id = signing.create_key(tmp_path)
    assert signing.load_signer(tmp_path).public_key.keyid == new_id
    verify(old, signing.keyring(tmp_path), now=NOW)
    verify(sign(made.run(measured_at=NOW), signing.load_signer(tmp_path)), signing.keyring(tmp_path), now=NOW)


def test_the_public_key_alone_verifies(keys: Path, valid: bytes) -> None:
    (public,) = keys.glob("evidence-*.pub")
    assert verify(valid, signing.Keyring.of_pem(public.read_bytes()), now=NOW).owner == "given key"
    with pytest.raises(signing.KeyRefused):
        signing.Keyring.of_pem(b"not a key")
