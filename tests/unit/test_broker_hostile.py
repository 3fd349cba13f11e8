"""A broker of our own gets what it needs and no more: no secret of the portal, no password that is none."""

from pathlib import Path

import pytest

from bacasable.exchange.mqtt_broker import LocalBroker, installed


def broker(folder: Path, port: int = 0) -> LocalBroker:
    if not (installed("mosquitto") or installed("amqtt")):
        pytest.skip("no broker is installed")
    return LocalBroker(folder, port=port)


def test_secrets_of_the_portal_are_not_in_the_environment_of_the_broker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACASABLE_SECRET_KEY", "not for brokers")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:not-for-brokers@db/x")
    with broker(tmp_path / "broker") as made:
        assert made._process is not None
        told = Path(f"/proc/{made._process.pid}/environ")
        if not told.exists():
            pytest.skip("no /proc here")
        assert b"brokers" not in told.read_bytes() and b"PATH=" in told.read_bytes()


def test_a_password_that_was_begun_and_not_written_is_written_and_the_folder_is_its_owners(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "broker"
    folder.mkdir(mode=0o755)
    (folder / "password").touch()
    made = broker(folder, port=18830)
    assert len(made.broker.password() or "") >= 24
    assert folder.stat().st_mode & 0o077 == 0
