"""The instance's keys: wrapping, rotation, and the refusal of keys that others may read."""

import secrets
from pathlib import Path

import pytest

from bacasable.exchange.keyring import Keyring, KeyringError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Keyring.create(tmp_path / "keys")
    return tmp_path / "keys"


def test_keys_are_readable_by_their_owner_only(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


def test_creating_twice_keeps_the_first_key(folder: Path) -> None:
    assert Keyring.create(folder).ids == Keyring(folder).ids
    assert len(Keyring(folder).ids) == 1


def test_looser_permissions_are_refused_with_the_remedy(folder: Path) -> None:
    key = next(folder.glob("instance-*"))
    key.chmod(0o640)
    with pytest.raises(KeyringError, match="chmod 0600"):
        Keyring(folder)
    key.chmod(0o600)
    folder.chmod(0o755)
    with pytest.raises(KeyringError, match="chmod 0700"):
        Keyring(folder)


def test_missing_keys_are_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="restore"):
        Keyring(tmp_path / "absent")
    (tmp_path / "empty").mkdir(mode=0o700)
    with pytest.raises(KeyringError, match="backup"):
        Keyring(tmp_path / "empty")


def test_a_damaged_key_file_is_named(folder: Path) -> None:
    next(folder.glob("instance-*")).write_text("{}")
    with pytest.raises(KeyringError, match="instance-0001"):
        Keyring(folder)


def test_every_altered_byte_of_a_wrapped_key_is_refused(folder: Path) -> None:
    keyring = Keyring(folder)
    data_key = secrets.token_bytes(32)
    wrapped = keyring.wrap(data_key)
    assert keyring.unwrap(memoryview(wrapped)) == data_key
    for position in range(len(wrapped)):
        altered = bytearray(wrapped)
        altered[position] ^= 1
        with pytest.raises(KeyringError):
            keyring.unwrap(bytes(altered))
    with pytest.raises(KeyringError):
        keyring.unwrap(wrapped[:-1])


def test_a_rotation_keeps_the_old_key_until_nothing_needs_it(folder: Path) -> None:
    elsewhere = Keyring(folder)  # another process, which runs during the rotation
    keyring = Keyring(folder)
    data_key = secrets.token_bytes(32)
    wrapped = keyring.wrap(data_key)
    old = keyring.current.id
    new = keyring.rotate()
    assert keyring.current.id == new != old
    assert keyring.unwrap(wrapped) == data_key
    assert keyring.forget([wrapped]) == []
    rewrapped = keyring.rewrap(wrapped)
    assert keyring.wrapped_by(rewrapped) == new
    assert keyring.rewrap(rewrapped) == rewrapped
    assert elsewhere.unwrap(rewrapped) == data_key
    assert elsewhere.wrapped_by(elsewhere.wrap(data_key)) == new
    assert keyring.forget([rewrapped]) == [old]
    with pytest.raises(KeyringError, match=old):
        keyring.unwrap(wrapped)


def test_a_derived_key_has_one_purpose(folder: Path) -> None:
    keyring = Keyring(folder)
    assert keyring.derive("senders") == Keyring(folder).derive("senders")
    assert keyring.derive("senders") != keyring.derive("other")
    assert keyring.current.secret.hex() not in repr(keyring.current)
