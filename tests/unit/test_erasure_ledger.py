"""The ledger of erasures as a file: torn lines, altered lines, retention, rotation of keys, adoption."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bacasable.compliance import clock
from bacasable.duties.rights import ledger
from bacasable.exchange.keyring import Keyring, KeyringError
from bacasable.exchange.sealing import Altered
from bacasable.exchange.vault import Vault
from bacasable.people import instance

ME = {"email": "me@example.org"}
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def keyring(tmp_path, monkeypatch):
    keyring = Keyring.create(tmp_path / "keys")
    vault = Vault(tmp_path / "files", keyring)
    monkeypatch.setattr(instance, "vault", lambda: vault)
    monkeypatch.setattr(instance, "configuration", lambda: SimpleNamespace(home=tmp_path))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return keyring


def lines():
    return list(ledger.read(ledger.path()))


def test_a_line_is_read_by_who_holds_the_keys_and_tells_others_nothing(keyring):
    ledger.append("platform", ME)
    (line,) = lines()
    assert line.identifiers(keyring) == ME
    assert "me@" not in ledger.path().read_text()
    assert ledger.path().stat().st_mode & 0o777 == 0o600


def test_a_line_torn_by_a_crash_is_named_and_spoils_none_after_it(keyring):
    ledger.append("platform", ME)
    whole = ledger.path().read_bytes()
    ledger.path().write_bytes(whole + whole[:40])
    ledger.append("platform", ME)
    first, torn, last = lines()
    assert isinstance(torn, ledger.Unreadable)
    assert torn.number == 2
    assert first.identifiers(keyring) == last.identifiers(keyring) == ME
    assert [one.number for one in ledger.later_than(ledger.path(), NOW + timedelta(days=1))] == [2]


@pytest.mark.parametrize("field", ["at", "service", "key", "sealed"])
def test_a_line_altered_anywhere_does_not_open(keyring, field):
    ledger.append("platform", ME)
    plain = json.loads(ledger.path().read_text())
    changed = {
        "at": "2026-11-22T09:00:01+00:00",
        "service": "other",
        "key": plain["key"][:-6] + "AAAA" + plain["key"][-2:],
        "sealed": plain["sealed"][:-6] + "AAAA" + plain["sealed"][-2:],
    }
    ledger.path().write_text(json.dumps(plain | {field: changed[field]}) + "\n")
    (line,) = lines()
    with pytest.raises((Altered, KeyringError)):
        line.identifiers(keyring)


def test_a_rotation_wraps_the_lines_anew_and_no_key_in_use_is_forgotten(keyring):
    ledger.append("platform", ME)
    old = keyring.current.id
    keyring.rotate()
    assert keyring.forget(ledger.wrapped_keys(ledger.path(), keyring)) == []
    assert ledger.rewrap(ledger.path(), keyring) == 1
    assert ledger.rewrap(ledger.path(), keyring) == 0
    assert keyring.forget(ledger.wrapped_keys(ledger.path(), keyring)) == [old]
    (line,) = lines()
    assert line.identifiers(keyring) == ME


def test_lines_older_than_any_backup_go_and_what_is_not_a_line_stays_to_be_named(keyring, monkeypatch):
    ledger.append("platform", ME)
    with ledger.path().open("a") as file:
        file.write("{torn\n")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=390))
    assert ledger.purge() == 0
    ledger.append("platform", ME)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=400))
    assert ledger.purge() == 1
    torn, recent = lines()
    assert isinstance(torn, ledger.Unreadable)
    assert recent.identifiers(keyring) == ME


def test_a_ledger_taken_in_twice_holds_each_line_once(keyring, tmp_path, monkeypatch):
    ledger.append("platform", ME)
    other = tmp_path / "other.jsonl"
    other.write_bytes(ledger.path().read_bytes())
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))
    ledger.append("platform", {"email": "you@example.org"})
    ledger.adopt(other)
    ledger.adopt(other)
    assert [line.identifiers(keyring)["email"][:2] for line in lines()] == ["me", "yo"]


def test_no_ledger_holds_nothing(keyring):
    assert lines() == []
    assert ledger.purge() == 0
    assert ledger.rewrap(ledger.path(), keyring) == 0
