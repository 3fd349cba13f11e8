"""The connection to a broker, with real ones: Mosquitto (MQTT 5) and the one of the demonstration."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("paho.mqtt", reason="needs the extra 'depth'")

from datetime import UTC

from bacasable.exchange import mqtt
from bacasable.exchange.mqtt import Client, Waits, Will
from bacasable.exchange.mqtt_address import Broker
from bacasable.exchange.mqtt_broker import LocalBroker, Program
from bacasable.exchange.outbox import Bounds
from tests.requirements import need_program

SOON = Waits(0.05, 0.2)


def until(true: Callable[[], bool], seconds: float = 8.0) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def started(program: Program, folder: Path, **more: Path) -> LocalBroker:
    if program == "mosquitto":
        need_program("mosquitto", "usr/sbin", "usr/local/sbin")
    return LocalBroker(folder, program, **more)


@pytest.fixture(params=["mosquitto", "amqtt"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalBroker]:
    with started(request.param, tmp_path / "broker") as running:
        yield running


def test_a_broker_dies_and_comes_back_and_nothing_is_lost_or_invented(
    broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events arrive in order, the last value of what is kept too; what waited was bounded."""
    monkeypatch.setattr(mqtt, "_ANSWER_S", 1.0)
    told: list[tuple[str, bytes]] = []
    listener = Client(broker.broker, "portal", waits=SOON, keeps_session_s=3600)
    listener.subscribe("gare/#", lambda topic, payload: told.append((topic, payload)))
    listener.start()
    # MQTT 5 is asked first, whatever the broker knows.
    asked, will = replace(broker.broker, protocol="5"), Will("gare/available", b"offline")
    # MQTT 3.1.1 does not tell that nobody listens: there, who listens has to come back first.
    later = SOON if broker.program == "mosquitto" else Waits(1.5, 1.5)
    edge = Client(asked, "edge", will, Bounds(messages=3), later)
    edge.keep("gare/available", b"online")
    edge.start()
    assert listener.wait_until_connected(10) and edge.wait_until_connected(10)
    assert edge.protocol == ("5" if broker.program == "mosquitto" else "3.1.1")
    edge.publish("gare/events", b"1")
    assert until(lambda: ("gare/events", b"1") in told)

    broker.stop()
    assert until(lambda: not edge.connected and not listener.connected)
    told.clear()
    edge.publish("gare/statistics", b"old", "statistic")
    edge.publish("gare/frames", b"matrix", "fleeting")
    for number in b"2345":
        edge.publish("gare/events", bytes([number]))
    for state in (b"blocked", b"ok"):
        edge.keep("gare/sensors/a/state", state)
    assert dict(edge.outbox.dropped) == {"event": 1, "statistic": 1, "fleeting": 1}

    broker.start()
    assert until(lambda: ("gare/events", b"5") in told and ("gare/sensors/a/state", b"ok") in told)
    events = [payload for topic, payload in told if topic == "gare/events"]
    # At least once: "1" comes again where its receipt and the broker's end crossed.
    assert events[events[0] == b"1" :] == [b"3", b"4", b"5"]
    assert ("gare/available", b"online") in told
    assert not any(payload in (b"old", b"matrix", b"blocked") for _, payload in told)
    assert edge.stop()
    listener.stop()


def test_a_wrong_password_is_said_and_a_right_one_taken_up(broker: LocalBroker, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("guessed\n", encoding="utf-8")
    edge = Client(replace(broker.broker, password_file=wrong), "edge", waits=SOON)
    edge.start()
    assert until(lambda: edge.trouble.startswith("refused"))
    assert not edge.connected and "guessed" not in edge.trouble
    right = broker.broker.password_file
    assert right
    wrong.write_text(right.read_text(encoding="utf-8"), encoding="utf-8")
    assert edge.wait_until_connected(10)
    edge.stop()


def test_an_event_waits_until_somebody_listens(tmp_path: Path) -> None:
    """MQTT 5 tells that there is no subscriber: the event is not given to nobody."""
    with started("mosquitto", tmp_path / "broker") as running:
        edge = Client(running.broker, "edge", waits=SOON)
        edge.start()
        edge.publish("gare/events", b"fall")
        assert edge.wait_until_connected(10) and not edge.flush(0.3)
        told: list[bytes] = []
        listener = Client(running.broker, "portal")
        listener.subscribe("gare/events", lambda _, payload: told.append(payload))
        listener.start()
        assert until(lambda: told == [b"fall"])
        assert edge.stop()
        listener.stop()


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_is_checked(trusted: bool, tmp_path: Path) -> None:
    mine, other = _certificate(tmp_path, "mine"), _certificate(tmp_path, "other")
    with started(
        "mosquitto", tmp_path / "broker", certificate=mine, private_key=mine.with_suffix(".key")
    ) as running:
        edge = Client(replace(running.broker, ca_file=mine if trusted else other), "edge", waits=SOON)
        edge.keep("gare/available", b"online")
        edge.start()
        if trusted:
            assert edge.wait_until_connected(10) and edge.flush(5)
        else:
            assert until(lambda: "certificate is not trusted" in edge.trouble)
            assert not edge.connected
        edge.stop()


def _certificate(folder: Path, name: str) -> Path:
    from datetime import datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(names).issuer_name(names).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / f"{name}.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem


def test_a_password_does_not_cross_a_network_in_the_clear(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tls = true"):
        Broker("broker.example.fr", username="edge", password_file=tmp_path / "password")
    with pytest.raises(ValueError, match="username"):
        Broker("localhost", password_file=tmp_path / "password")


def test_messages_cross_a_network_in_the_clear_for_a_reason_only(tmp_path: Path) -> None:
    for why in ("", "because"):
        with pytest.raises(ValueError, match="plain_because"):
            Broker("10.1.2.3", plain_because=why)
    why = "a cable of its own between two cabinets"
    assert Broker("10.1.2.3", plain_because=why).port == 1883
    with pytest.raises(ValueError, match="password"):
        Broker("10.1.2.3", username="edge", plain_because=why)


def test_a_message_that_is_too_large_never_comes_and_the_next_does(tmp_path: Path) -> None:
    """MQTT 5: the broker is asked never to send one."""
    with started("mosquitto", tmp_path / "broker") as running:
        told: list[int] = []
        listener = Client(running.broker, "portal", waits=SOON)
        listener.subscribe("gare/#", lambda _, payload: told.append(len(payload)))
        listener.start()
        edge = Client(running.broker, "edge", waits=SOON, bounds=Bounds(size=5_000_000))
        edge.start()
        assert listener.wait_until_connected(10) and edge.wait_until_connected(10)
        edge.publish("gare/events", b"x" * (mqtt.MOST_PACKET_BYTES + 1), "statistic")
        edge.publish("gare/events", b"fall", "statistic")
        assert until(lambda: 4 in told)
        assert told == [4] and listener.connected
        edge.stop()
        listener.stop()


def test_two_edges_with_one_id_are_said_and_do_not_throw_each_other_out_for_ever(tmp_path: Path) -> None:
    with started("mosquitto", tmp_path / "broker") as running:
        first = Client(running.broker, "edge-gare", waits=Waits(0.05, 30))
        first.start()
        assert first.wait_until_connected(10)
        second = Client(running.broker, "edge-gare", waits=Waits(0.05, 30))
        second.start()
        assert until(lambda: "calls itself edge-gare" in first.trouble + second.trouble)
        assert until(lambda: first.connected or second.connected)
        second.stop()
        first.stop()
