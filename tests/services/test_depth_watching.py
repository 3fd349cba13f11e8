"""What operators and managers see beside the board: the stream, escalation, statistics, looks at a sensor."""

import asyncio
import json
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail  # noqa: F401 - the backend of tests is loaded with it
from django.test import Client

from bacasable.compliance import clock
from bacasable.exchange.mqtt import Client as Mqtt
from bacasable.exchange.mqtt_broker import LocalBroker
from bacasable.people.models import OutgoingMail
from bacasable.privacy.messages import Refused
from bacasable.services.depth_events.engine.messages import (
    Calibration,
    CalibrationAsked,
    Topics,
    build,
    parse,
)
from bacasable.services.depth_events.web.actions import escalating, looking
from bacasable.services.depth_events.web.models import (
    CalibrationLook,
    Handover,
    Incident,
    IncidentAct,
    Interruption,
    Statistic,
)
from bacasable.services.depth_events.web.views import looking as looks
from bacasable.services.depth_events.web.views import stream
from tests.factories.people import sign_in, staff, verified
from tests.services.depth_station import NOW, ROOT, filmed, incident, sensor, station

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _held_clock():  # type: ignore[no-untyped-def]
    clock.set_source(lambda: NOW)
    yield
    clock.set_source(None)


def figures(values: list[float | None], measure: str = "count_in", minimum: int = 11) -> None:
    for number, value in enumerate(values):
        at = NOW - timedelta(hours=5) + number * timedelta(minutes=15)
        Statistic.objects.create(
            sensor=sensor("hall"), zone="portes", measure=measure, value=value, is_suppressed=value is None,
            minimum=minimum, from_at=at, to_at=at + timedelta(minutes=15),
        )  # fmt: skip


def test_what_nobody_took_is_escalated_once_and_managers_are_told_nothing_of_it() -> None:
    station()
    staff("depth_manager", email="manager@example.org")
    staff("depth_operator")
    late = NOW - timedelta(minutes=5)
    waits = incident(received_at=late, ended=None)
    taken = incident(received_at=late, ended=None)
    IncidentAct.objects.create(incident=taken, verb="acknowledged")
    incident(received_at=NOW, ended=None)
    incident(received_at=NOW - timedelta(days=2), ended=None)

    assert escalating.escalate() == 1
    assert escalating.escalate() == 0
    assert list(Incident.objects.exclude(escalated_at=None)) == [waits]
    assert [one.verb for one in waits.acts.all()] == ["escalated"]
    assert OutgoingMail.objects.count() == 1


def test_the_board_marks_what_was_escalated_and_has_a_stream(client: Client) -> None:
    station()
    incident(received_at=NOW - timedelta(minutes=5), ended=None)
    escalating.escalate()
    page = sign_in(client, staff("depth_operator")).get(ROOT + "board/").content.decode()
    assert "personne ne l’a prise" in page and f'data-stream="{ROOT}board/stream/"' in page
    answer = client.get(ROOT + "board/stream/")
    assert answer["Content-Type"].startswith("text/event-stream") and answer.is_async


def test_the_board_draws_zones_marks_sensors_in_trouble_and_says_what_is_filmed_and_how_sure(
    client: Client,
) -> None:
    station()
    filmed("hall")
    sensor("quai").__class__.objects.filter(key="quai").update(state="blocked")
    for outcome in ("true", "true", "true", "false"):
        IncidentAct.objects.create(incident=incident(), verb="outcome", outcome=outcome)
    page = sign_in(client, staff("depth_operator")).get(ROOT + "board/").content.decode()
    assert page.count('class="depth-plan__zone"') == 2 and "<title>Voie 1</title>" in page
    assert page.count('class="depth-plan__troubled"') == 1
    assert "pas anonyme" in page or "non anonyme" in page
    assert "75\u00a0% (de 30 à 95\u00a0%)" in page


def test_the_stream_says_that_the_board_changed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    station()
    before = stream.state()
    assert stream.state() == before
    one = incident(ended=None)
    begun = stream.state()
    IncidentAct.objects.create(incident=one, verb="acknowledged")
    taken = stream.state()
    sensor("hall").__class__.objects.update(state="blocked")
    assert len({before, begun, taken, stream.state()}) == 4

    told = iter([begun, begun, taken, taken, taken])
    monkeypatch.setattr(stream, "_asked", lambda: next(told))
    monkeypatch.setattr(stream, "EACH_S", 0.02)

    async def read() -> list[str]:
        return [event async for event in stream.changes(lasts_s=0.07)]

    assert asyncio.run(read())[:3] == [
        "retry: 2000\n\n", f"event: changed\ndata: {begun}\n\n", f"event: changed\ndata: {taken}\n\n",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["board/stream/", "statistics/", "calibration/", "calibration/gare/hall/"])
def test_these_pages_are_closed_to_others(client: Client, path: str) -> None:
    station()
    assert client.get(ROOT + path).status_code in (302, 403)
    if "calibration" in path:
        assert sign_in(client, staff("depth_operator")).get(ROOT + path).status_code == 403


def test_the_history_shows_what_was_told_and_counts_what_was_hidden(client: Client) -> None:
    station()
    figures([40, None, 25.5])
    figures([3], measure="running", minimum=2)  # an edge that asks for fewer than this portal
    asked = {"place": f"{sensor('hall').pk}:portes", "measure": "count_in", "days": "1"}
    client = sign_in(client, staff("depth_operator"))
    page = client.get(ROOT + "statistics/", asked).content.decode()
    assert "25,5" in page and "bac-chart" in page and "trop peu de personnes" in page
    assert "2 valeurs sont données" in page and "1 est masquée" in page
    assert "anonyme" in page
    filmed("hall")
    assert "non anonyme" in client.get(ROOT + "statistics/", asked).content.decode()
    page = client.get(ROOT + "statistics/", asked | {"measure": "running"}).content.decode()
    assert "3,0" not in page and "trop peu de personnes" in page
    assert client.get(ROOT + "statistics/", asked | {"place": "1:else"}).status_code == 422


def test_a_look_needs_a_reason_and_is_written_down(client: Client) -> None:
    station()
    manager = staff("depth_manager")
    client = sign_in(client, manager)
    address = ROOT + "calibration/gare/hall/"
    assert client.post(address, {"reason": "so", "seconds": 20}).status_code == 422
    assert client.post(address, {"reason": "The sensor was moved", "seconds": 600}).status_code == 422
    answer = client.post(address, {"reason": "The sensor was moved", "seconds": 20})
    look = CalibrationLook.objects.get()
    assert answer.url == f"{ROOT}looks/{look.public_id}/" and look.by == manager.public_id
    assert "data-matrices" in client.get(answer.url).content.decode()
    # Without a broker there is nothing to see, and nobody sees another's look.
    assert client.get(f"{answer.url}matrices/").status_code == 404
    other = sign_in(Client(), staff("depth_manager"))
    assert other.get(answer.url).status_code == 404
    clock.set_source(lambda: NOW + timedelta(seconds=21))
    assert "data-matrices" not in client.get(answer.url).content.decode()
    with pytest.raises(Refused):
        looking.look(sensor=sensor("hall"), reason=" " * 40, seconds=5, by=verified(manager))


def test_a_look_shows_what_the_edge_tells_while_it_lasts(tmp_path: Path) -> None:
    """The portal asks through the broker, an edge answers, the page is sent matrices, then the end."""
    clock.set_source(None)
    topics = Topics("bacasable/gare")
    with LocalBroker(tmp_path / "broker") as local:
        edge = Mqtt(local.broker, "edge")
        asked: list[int] = []

        def answer(topic: str, payload: bytes) -> None:
            order = parse(topic, payload)
            assert isinstance(order, CalibrationAsked)
            asked.append(order.seconds)
            matrix = Calibration("hall", 2, 1, b"\x00\x01\x02\x03", round(time.time() * 1000))
            edge.publish(*build(topics, matrix), "fleeting")

        edge.subscribe(topics.asked_calibrations, answer)
        edge.start()
        assert edge.wait_until_connected(10) and threading.active_count() > 1
        time.sleep(0.3)

        async def read() -> list[str]:
            until = clock.now() + timedelta(seconds=2)
            return [event async for event in looks.seen(local.broker, topics, "hall", until)]

        told = asyncio.run(read())
        edge.stop()
    assert len(asked) == 1 and told[-1].startswith("event: end")
    kind, _, data = told[0].partition("\n")
    assert kind == "event: matrix"
    assert json.loads(data.removeprefix("data: ")) == {"columns": 2, "rows": 1, "heights": "AAECAw=="}


def test_a_station_is_left_with_what_is_open_and_taken_over_once(client: Client) -> None:
    place = station()
    incident(ended=None)
    said = incident(kind="intrusion")
    IncidentAct.objects.create(incident=said, verb="outcome", outcome="true")
    Interruption.objects.create(station=place, sensor=sensor("hall"), kind="blocked", from_at=NOW)
    address = ROOT + "stations/gare/handover/"
    morning = sign_in(client, staff("depth_operator"))
    page = morning.get(address).content.decode()
    assert "Chute" in page and "Hall" in page and "Intrusion" not in page
    assert morning.post(address, {"note": "La porte nord est fermée."}).status_code == 302
    assert morning.post(address, {"note": "encore"}).status_code == 422
    left = Handover.objects.get()
    take = f"{ROOT}handovers/{left.public_id}/take/"
    morning.post(take)
    assert Handover.objects.get().taken_at is None  # nobody takes over from themselves

    evening = staff("depth_operator")
    signed = sign_in(Client(), evening)
    assert "La porte nord est fermée." in signed.get(address).content.decode()
    signed.post(take)
    sign_in(Client(), staff("depth_operator")).post(take)
    assert Handover.objects.get().taken_by == evening.public_id
