"""The configuration of an edge, what it announces, and the addresses that it tells."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import jinja2
import pytest

pytest.importorskip("paho.mqtt", reason="needs the extra 'depth'")

from bacasable.services.depth_events.engine.edge import Webhook, read
from bacasable.services.depth_events.engine.edge.discovery import discovery
from bacasable.services.depth_events.engine.edge.webhooks import Webhooks, signature
from bacasable.services.depth_events.engine.messages import Event, Occupancy, SensorState, Statistic, build

TODAY = date(2026, 11, 23)
GOOD = """
[station]
key = "gare"
title = "Gare d'essai"
[broker]
host = "127.0.0.1"
[legal]
objection_set_aside_by = "Code des transports, art. L.1632-2-1"
panel_generated_on = 2026-11-01
[[sensors]]
key = "hall"
source = "serial:/dev/ttyUSB0"
pixels = [64, 48]
x_m = 1.5
y_m = 1
height_m = 3
view_degrees = 84
area = [0, 0, 3, 2]
mode = "intervention"
events = ["fall", "intrusion"]
[[sensors]]
key = "door"
source = "serial:/dev/ttyUSB1"
pixels = [64, 48]
x_m = 1.5
y_m = 1
height_m = 3
view_degrees = 84
area = [0, 0, 3, 2]
mode = "statistics"
[[zones]]
sensor = "hall"
key = "closed"
kind = "forbidden"
corners = [[0, 0], [1, 0], [1, 1], [0, 1]]
[[lines]]
sensor = "door"
key = "gate"
start = [1, 0]
end = [1, 2]
"""


def until(true: Callable[[], bool], seconds: float = 8.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def written(folder: Path, text: str, name: str = "edge.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_configuration_is_read(tmp_path: Path) -> None:
    made = read(written(tmp_path, GOOD), TODAY)
    hall, door = made.sensors
    assert (str(hall.setting), hall.mode, hall.zones[0].key, door.lines[0].key) == (
        "40x30@0.9", "intervention", "closed", "gate",
    )  # fmt: skip
    assert made.topics.events == "bacasable/gare/events" and made.broker.port == 1883


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[0, 0], [1, 0], [1, 1], [0, 1]]", "[[0, 0], [1, 1], [1, 0], [0, 1]]", "edges 1 and 3 cross"),
        ("[[0, 0], [1, 0], [1, 1], [0, 1]]", "[[7, 7], [8, 7], [8, 8]]", "outside the area"),
        ('key = "door"', 'key = "hall"', "'hall' is that of edge.toml"),
        ("ttyUSB1", "ttyUSB0", "two sensors need two"),
        ('sensor = "door"', 'sensor = "dor"', "no sensor has the key 'dor'"),
        ('"fall", "intrusion"', '"fall", "stabbing"', "'stabbing' is no event"),
        ('"fall", "intrusion"', '"fall", "weapon"', "cannot be told from other things"),
        ('"fall", "intrusion"', '"face"', "biometrics are refused"),
        ('"fall", "intrusion"', '"running"', "mode 'statistics' only"),
        ('"fall", "intrusion"', '"wrong_way"', "needs a zone of kind 'one_way'"),
        ("panel_generated_on = 2026-11-01", "", "depth-events panel"),
        ('objection_set_aside_by = "Code des transports, art. L.1632-2-1"', "", "objection_means"),
        ("serial:/dev/ttyUSB1", "recorded:a.npy", "is no sensor"),
        ('mode = "statistics"', 'mode = "statistics"\nevents = ["fall"]', "tells no event"),
        ('mode = "statistics"', 'mode = "statistics"\nsettin = "8x8"', "settin: unknown key"),
        ('mode = "statistics"', 'mode = "both"', "one of intervention, statistics"),
        ("[64, 48]", "[16, 12]", "more cells than"),
        ('host = "127.0.0.1"', 'host = "mqtt.example.fr"\nusername = "edge"', "in the clear"),
        ('host = "127.0.0.1"', 'host = "mqtt.example.fr"', "plain_because"),
        ('host = "127.0.0.1"', 'host = "127.0.0.1"\nprefix = "a/#"', "prefix"),
        ("[legal]", "[statistics]\nminimum = 1\n[legal]", "minimum: a whole number from 5"),
        ("[legal]", "[[webhooks]]\nurl = 'http://169.254.1.1/'\nsecret_file = 'x'\n[legal]", "not allowed"),
        ('key = "gare"', 'key = "Gare du Nord"', "small letters"),
        ("height_m = 3\n", "", "height_m: missing"),
        ("[station]", "[station", "no TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(ValueError, match=r"edge\.toml|configuration") as refused:
        read(written(tmp_path, GOOD.replace(old, new)), TODAY)
    assert said in str(refused.value)


def test_all_problems_are_told_at_once_and_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace('mode = "statistics"', 'mode = "x"'), "a.toml")
    written(tmp_path, '[station]\nkey = "gare"\n' + GOOD[GOOD.index("[[sensors]]") :], "b.toml")
    with pytest.raises(ValueError, match="toml") as refused:
        read(tmp_path, TODAY)
    told = str(refused.value)
    assert "b.toml: [station]: given in a.toml" in told
    assert "b.toml: [sensors 'hall'] key: 'hall' is that of a.toml" in told
    assert "a.toml: [sensors 'door'] mode" in told


def test_what_is_announced_turns_messages_into_states_of_home_assistant(tmp_path: Path) -> None:
    made = read(written(tmp_path, GOOD), TODAY)
    announced = {topic: json.loads(payload) for topic, payload in discovery(made)}
    assert len({one["unique_id"] for one in announced.values()}) == len(announced) == 6

    def state(topic: str, message: object) -> str:
        entity = announced[f"homeassistant/{topic}/config"]
        where, payload = build(made.topics, message)  # type: ignore[arg-type]
        assert entity["state_topic"] == where and entity["availability_topic"] == "bacasable/gare/available"
        value = payload.decode()
        seen = {"value": value, "value_json": json.loads(value)}
        return jinja2.Environment(autoescape=False).from_string(entity["value_template"]).render(seen)  # noqa: S701

    at = 1_795_392_000_000
    fall = Event("new", "0" * 16, "fall", 3, 0.9, "hall", "", 1, 1, at, at)
    over = Event("end", "0" * 16, "fall", 3, 0.9, "hall", "", 1, 1, at, at, at)
    assert state("binary_sensor/gare_hall_fall", fall) == "ON"
    assert state("binary_sensor/gare_hall_fall", over) == "OFF"
    # A message of something else says nothing, and Home Assistant leaves the state as it is.
    assert state("binary_sensor/gare_hall_intrusion", fall) == ""
    blocked = SensorState("hall", "blocked", at, "intervention", "40x30@0.9")
    assert state("binary_sensor/gare_hall_problem", blocked) == "ON"
    seen = [state("binary_sensor/gare_hall_occupancy", Occupancy("hall", people)) for people in (0, 2, None)]
    assert seen == ["OFF", "ON", "None"]
    assert [state("sensor/gare_door_occupancy", Occupancy("door", people)) for people in (12, None)] == [
        "12",
        "None",
    ]
    assert {one.get("device_class") for one in announced.values()} == {"problem", "safety", "occupancy", None}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[Webhook, list[tuple[dict[str, str], bytes]], list[int]]]:
    heard: list[tuple[dict[str, str], bytes]] = []
    answers: list[int] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0) if answers else 200)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef0123456789abcdef\n", encoding="ascii")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Webhook(f"http://127.0.0.1:{server.server_port}/h?a=1", secret, 2), heard, answers
        server.shutdown()


def test_an_address_is_told_once_of_each_beginning_and_end_and_can_check_who_says_so(
    address: tuple[Webhook, list[tuple[dict[str, str], bytes]], list[int]],
) -> None:
    hook, heard, answers = address
    answers += [503, 302]
    hooks = Webhooks([hook], waits_s=(0.01, 0.01, 0.01))
    hooks.start()
    at = 1_795_392_000_000
    for phase in ("new", "update", "end"):
        hooks.tell(
            Event(phase, "0" * 16, "fall", 3, 0.9, "hall", "", 1, 1, at, at, at if phase == "end" else None)
        )  # type: ignore[arg-type]
    hooks.tell(Event("new", "1" * 16, "wrong_way", 1, 0.9, "hall", "way", 1, 1, at, at))
    assert until(lambda: hooks.counted["told"] == 2)
    hooks.stop()
    # Two tries failed (an error, and a redirection that is not followed), then both were taken.
    assert [json.loads(body)["type"] for _, body in heard] == ["new", "new", "new", "end"]
    headers, body = heard[-1]
    secret = hook.secret_file.read_bytes().strip()
    assert headers["X-Bacasable-Signature"] == signature(secret, headers["X-Bacasable-Timestamp"], body)


def test_an_address_that_does_not_answer_is_given_up_and_counted(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef", encoding="ascii")
    hooks = Webhooks([Webhook("http://127.0.0.1:9/", secret)], waits_s=(0.01,))
    hooks.start()
    at = 1_795_392_000_000
    hooks.tell(Event("new", "0" * 16, "fall", 3, 0.9, "hall", "", 1, 1, at, at))
    assert until(lambda: hooks.counted["failed"] == 1)
    hooks.stop()


def test_a_statistic_cannot_be_told_to_an_address(tmp_path: Path) -> None:
    statistic = Statistic("door", "gate", 10**12, 10**12 + 1, "count_in", 12.0, 11)
    with pytest.raises(TypeError, match="only incidents"):
        Webhooks([]).tell(statistic)  # type: ignore[arg-type]


def test_the_configuration_of_the_documentation_is_read(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "run-an-edge.md"
    block = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    for name in ("ca.pem", "broker-password"):
        (tmp_path / name).touch()
    made = read(written(tmp_path, block), TODAY)
    assert [one.mode for one in made.sensors] == ["intervention", "statistics"]
