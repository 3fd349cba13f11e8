"""An edge as a process, a simulated hall and a real broker: events come, and so does its last will."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("paho.mqtt", reason="needs the extra 'depth'")

from bacasable.exchange.mqtt import Client
from bacasable.exchange.mqtt_broker import LocalBroker
from bacasable.services.depth_events.engine.edge import Edge, read
from bacasable.services.depth_events.engine.messages import (
    Availability,
    Calibration,
    Event,
    Message,
    SensorState,
    parse,
)
from bacasable.services.depth_events.engine.simulator.live import LiveStation
from tests.requirements import need_program

CLOSED = "corners = [[2.5, 2.0], [5.5, 2.0], [5.5, 4.0], [2.5, 4.0]]"
SCENARIO = f"""
title = "hall"
seconds = 60
gates = [[2.4, 3.0], [5.6, 3.0]]
[traffic]
people_a_minute = 60
[[zones]]
key = "closed"
kind = "forbidden"
{CLOSED}
"""
EDGE = """
[station]
key = "gare"
simulated = true
[broker]
host = "127.0.0.1"
port = {port}
username = "{username}"
password_file = "{password_file}"
[legal]
objection_means = "a form on the public page, by place and time"
panel_generated_on = 2026-01-01
[[sensors]]
key = "hall"
source = "simulated:scenario.toml"
pixels = [64, 48]
x_m = 4
y_m = 3
height_m = 3.2
view_degrees = 84
area = [1.5, 1.2, 5.0, 3.8]
mode = "intervention"
events = ["intrusion"]
[[zones]]
sensor = "hall"
key = "closed"
kind = "forbidden"
"""


def until(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalBroker]:
    need_program("mosquitto", "usr/sbin", "usr/local/sbin")
    with LocalBroker(tmp_path / "broker", "mosquitto") as running:
        yield running


def configured(folder: Path, local: LocalBroker) -> Path:
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    broker = local.broker
    text = EDGE.format(port=broker.port, username=broker.username, password_file=broker.password_file)
    (folder / "edge.toml").write_text(text + CLOSED, encoding="utf-8")
    return folder / "edge.toml"


@pytest.fixture
def told(local: LocalBroker) -> Iterator[list[Message]]:
    """What a portal hears of the station, from the beginning on."""
    heard: list[Message] = []
    listener = Client(local.broker, "portal")

    def hear(topic: str, payload: bytes) -> None:
        with suppress(ValueError):
            heard.append(parse(topic, payload))

    listener.subscribe("bacasable/gare/#", hear)
    listener.start()
    assert listener.wait_until_connected(10)
    yield heard
    listener.stop()


def test_a_killed_edge_is_said_to_be_offline_and_had_no_file_open(
    local: LocalBroker, told: list[Message], tmp_path: Path
) -> None:
    run = "from bacasable.services.depth_events.cli import app; app()"
    command = [sys.executable, "-c", run, "run", str(configured(tmp_path, local))]
    edge = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert until(lambda: any(isinstance(one, Event) for one in told))
        assert Availability(True) in told
        # No file but what it was started with: nothing of a frame is written down.
        opened = {str(one.readlink()) for one in Path(f"/proc/{edge.pid}/fd").iterdir() if one.is_symlink()}
        assert not [name for name in opened if name.startswith("/") and not name.startswith("/dev/")]
    finally:
        edge.kill()
        edge.wait(10)
    assert until(lambda: told[-1] == Availability(False))


def test_a_stopped_edge_ends_its_incidents_and_says_so(
    local: LocalBroker, told: list[Message], tmp_path: Path
) -> None:
    announced: dict[str, object] = {}
    home = Client(local.broker, "home")
    home.subscribe("homeassistant/#", lambda topic, payload: announced.update({topic: json.loads(payload)}))
    home.start()
    station = LiveStation(tmp_path)
    edge = Edge(read(configured(tmp_path, local)), station.open)
    running = threading.Thread(target=edge.run)
    running.start()
    try:
        assert until(lambda: any(isinstance(one, Event) for one in told))
        assert until(lambda: "homeassistant/binary_sensor/gare_hall_intrusion/config" in announced)
        # An order that the configuration does not allow, and one that is none, change nothing.
        for order in (b'{"seconds":3}', b'{"seconds":3e9}'):
            home.publish("bacasable/gare/sensors/hall/calibration/set", order)
        assert home.stop()
    finally:
        edge.stop()
        running.join(10)
    assert until(lambda: told[-1] == Availability(False))
    begun = {one.id for one in told if isinstance(one, Event)}
    assert begun == {one.id for one in told if isinstance(one, Event) and one.phase == "end"}
    assert [one.reason for one in told if isinstance(one, SensorState)][-1] == "the edge was stopped"
    assert not any(isinstance(one, Calibration) for one in told)
