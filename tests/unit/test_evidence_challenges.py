"""Challenges as files and signed reports of what controls rest on: read as written, refused otherwise."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.compliance import signing
from bacasable.compliance.challenge import Challenge, ChallengeRefused
from bacasable.compliance.envelope import EvidenceRefused
from bacasable.compliance.reported import sign_report, verify_report
from bacasable.exchange import federation
from tests.factories import evidence as made

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
NAMES = st.from_regex(r"\A[a-z][a-z0-9_]{0,30}\Z")

challenges = st.builds(
    Challenge,
    st.uuids().map(str),
    NAMES,
    NAMES,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(timezones=st.just(UTC)),
)


@given(challenges)
def test_a_challenge_is_read_back_as_it_was_written(challenge: Challenge) -> None:
    assert Challenge.from_json(challenge.to_json()) == challenge


@pytest.mark.parametrize(
    "change",
    [
        {"_type": "urn:other"},
        {"id": "not-a-uuid"},
        {"id": 4},
        {"service": "../etc"},
        {"control": ""},
        {"seed": "4"},
        {"seed": True},
        {"seed": -1},
        {"seed": 2**63},
        {"nonce": "zz"},
        {"nonce": None},
        {"due_at": "tomorrow"},
        {"due_at": "2027-03-01T12:00:00"},
    ],
)
def test_a_wrong_field_is_refused(change: dict[str, Any]) -> None:
    sound = Challenge("0d9f5c3e-6f0a-4f0e-9a3e-3f6f4b3a1c11", "a", "b", 1, "0" * 64, NOW, NOW).as_dict()
    with pytest.raises(ChallengeRefused):
        Challenge.from_json(json.dumps(sound | change).encode())
    for name in sound:
        with pytest.raises(ChallengeRefused):
            Challenge.from_dict({key: value for key, value in sound.items() if key != name})


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(junk: bytes) -> None:
    with pytest.raises(ChallengeRefused):
        Challenge.from_json(junk)


def test_deep_nesting_and_large_files_are_refused() -> None:
    for text in (b"[" * 16_000, b" " * 20_000):
        with pytest.raises(ChallengeRefused):
            Challenge.from_json(text)


def refused(envelope: bytes, ring: signing.Keyring, now: datetime = NOW) -> str:
    with pytest.raises(EvidenceRefused) as error:
        verify_report(envelope, ring, now=now)
    return error.value.reason


def test_a_report_is_read_back_and_only_fresh(tmp_path: Path) -> None:
    signer, ring = made.signer(tmp_path), signing.keyring(tmp_path)
    controls = {"water_use.leaks": {"declaration": "a" * 64}}
    report = sign_report(controls, signer, issued_at=NOW)
    assert verify_report(report, ring, now=NOW).controls == controls
    assert refused(report, ring, NOW + timedelta(days=2)) == "too_old"
    assert refused(report, ring, NOW - timedelta(hours=1)) == "future"
    for place in range(0, len(report), 7):
        altered = bytearray(report)
        altered[place] ^= 1
        assert refused(bytes(altered), ring) in {"malformed", "signature", "unknown_key"}


@pytest.mark.parametrize(
    "controls",
    [
        {"no_dot": {}},
        {"A.b": {}},
        {"a.b": {"x": "short"}},
        {"a.b": {"": "a" * 64}},
        {"a.b": []},
        {f"a.b{number}": {} for number in range(201)},
        [],
    ],
    ids=["no dot", "capital", "digest", "empty name", "no digests", "too many", "list"],
)
def test_a_signer_who_reports_nonsense_is_refused(tmp_path: Path, controls: Any) -> None:
    report = sign_report(controls, made.signer(tmp_path), issued_at=NOW)
    assert refused(report, signing.keyring(tmp_path)) == "malformed"


def test_the_token_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    assert federation.joined(tmp_path) is None
    path = federation.join(tmp_path, federation.Office("https://office.example", "bsk_x"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert federation.joined(tmp_path) == federation.Office("https://office.example", "bsk_x")
    path.write_text("{}")
    with pytest.raises(federation.OfficeRefused):
        federation.joined(tmp_path)
    assert (federation.leave(tmp_path), federation.leave(tmp_path)) == (True, False)
