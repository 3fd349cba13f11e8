"""From messages to rows: what an edge tells is kept once, by its mode, and nothing is invented."""

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.services.depth_events.engine.messages import (
    Availability,
    Event,
    Message,
    Occupancy,
    SensorState,
    Statistic,
    Topics,
    build,
)
from bacasable.services.depth_events.web import connecting, gates
from bacasable.services.depth_events.web.actions import receiving, stations
from bacasable.services.depth_events.web.demo import FILES, history
from bacasable.services.depth_events.web.listening import listen
from bacasable.services.depth_events.web.models import (
    CctvOverlap,
    Incident,
    IncidentAct,
    Interruption,
    Sensor,
    Station,
)
from bacasable.services.depth_events.web.models import Statistic as Kept
from tests.factories.people import staff, verified
from tests.installation import eventually
from tests.services.depth_station import NOW, sensor, station

AT = round(NOW.timestamp() * 1000)
FALL = Event("new", "00112233aabbccdd", "fall", 3, 0.9, "quai", "", 10.5, 5.0, AT, AT, None, {"seconds": 2.0})
COUNT = Statistic("hall", "portes", AT, AT + 900_000, "count_in", 40.0, 11)


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    clock.set_source(lambda: NOW)
    yield
    clock.set_source(None)


def told(message: Message, keeps: bool = True) -> bool:
    return receiving.receive(message, Station.objects.get(), keeps_incidents=keeps)


@pytest.mark.django_db
def test_an_edge_whose_clock_ran_ahead_is_heard_again_once_it_is_right() -> None:
    station()
    assert told(replace(FALL, started_ms=AT + 3_600_000, updated_ms=AT + 3_600_000))
    assert Incident.objects.get().started_at == NOW
    clock.set_source(lambda: NOW + timedelta(minutes=1))
    assert told(replace(FALL, phase="end", updated_ms=AT + 30_000, ended_ms=AT + 30_000))
    assert Incident.objects.get().ended_at == NOW + timedelta(seconds=30)


@pytest.mark.django_db
def test_an_incident_is_one_row_from_its_beginning_to_its_end() -> None:
    station()
    assert told(FALL)
    going = replace(FALL, phase="update", updated_ms=AT + 10_000, facts={"seconds": 12.0})
    assert told(going)
    assert not told(FALL), "told again, it changes nothing"
    assert told(replace(going, phase="end", updated_ms=AT + 20_000, ended_ms=AT + 20_000))
    assert not told(going), "what is over does not begin again"
    kept = Incident.objects.get()
    assert (kept.facts, kept.is_simulated) == ({"seconds": 12.0}, True)
    assert kept.ended_at is not None


@pytest.mark.django_db
def test_counts_raise_nothing_and_strangers_leave_no_row() -> None:
    station()
    assert told(COUNT)
    assert not told(COUNT)
    assert told(replace(COUNT, from_ms=AT + 900_000, to_ms=AT + 1_800_000, value=None))
    assert sorted(Kept.objects.values_list("is_suppressed", "value")) == [(False, 40.0), (True, None)]
    assert not told(replace(FALL, sensor="inconnu"))
    assert not told(FALL, keeps=False)
    assert not Incident.objects.exists()


@pytest.mark.django_db
def test_what_watched_nothing_is_an_interruption_until_it_works_again() -> None:
    station()
    blocked = SensorState("quai", "blocked", AT, "intervention", "40x30@0.9", "nothing is measured any more")
    told(blocked)
    told(blocked)
    told(Availability(False))
    assert sorted(Interruption.objects.values_list("kind", "to_at")) == [("blocked", None), ("offline", None)]
    told(replace(blocked, state="ok", since_ms=AT + 60_000, reason=""))
    told(Availability(True))
    assert not Interruption.objects.filter(to_at=None).exists()
    told(Occupancy("quai", 3))
    assert (sensor().state, sensor().occupancy) == ("ok", 3)


@pytest.mark.django_db
def test_no_incident_of_real_people_before_the_assessment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not gates.keeps_incidents(), "nothing is assessed here"


@pytest.mark.django_db(transaction=True)
def test_a_listener_takes_in_what_comes_over_a_real_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    from bacasable.exchange.mqtt import Client
    from bacasable.exchange.mqtt_broker import LocalBroker

    station()
    monkeypatch.setattr(gates, "keeps_incidents", lambda: True)
    stopping, topics = threading.Event(), Topics("bacasable/gare")
    with tempfile.TemporaryDirectory() as folder, LocalBroker(Path(folder)) as local:
        listener = threading.Thread(target=listen, args=(stopping, lambda: local.broker))
        listener.start()
        edge = Client(local.broker, "edge-of-test")
        edge.start()
        try:
            edge.keep(*build(topics, SensorState("hall", "ok", AT, "statistics", "16x12@0.6")))
            edge.publish(topics.events, b"{no json")
            edge.publish(topics.events, build(topics, FALL)[1].replace(b'"severity":', b'"gravity":'))
            edge.publish(*build(Topics("bacasable/gare/autre"), FALL))
            edge.keep(*build(topics, SensorState("inconnu", "ok", AT, "statistics", "16x12@0.6")))
            edge.publish(*build(topics, FALL))
            edge.publish(*build(topics, COUNT))
            # a listener that comes after the messages: only what the broker keeps for it would be there
            eventually(lambda: sensor("hall").state == "ok", "the state came")
            edge.publish(*build(topics, replace(FALL, id="ffeeddccbbaa0011")))
            eventually(Incident.objects.filter(incident_key="ffeeddccbbaa0011").exists, "the incident came")
        finally:
            stopping.set()
            edge.stop()
            listener.join(15)
    assert not listener.is_alive()
    assert not Sensor.objects.filter(key="inconnu").exists()


@pytest.mark.django_db
def test_the_demonstration_has_a_history_that_says_it_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bacasable.services.depth_events.engine import edge

    monkeypatch.setattr(connecting, "folder", lambda: tmp_path)
    people: dict[str, User] = {
        key: verified(staff(*roles))
        for key, roles in (
            ("officer", ("depth_operator",)),
            ("editor", ("depth_operator",)),
            ("administrator", ("depth_manager",)),
            ("dpo", ("dpo",)),
        )
    }
    for at, act in sorted(history(people, NOW), key=lambda event: event[0]):
        clock.set_source(lambda at=at: at)  # type: ignore[misc]
        act()
    made = Station.objects.get()
    assert made.is_simulated
    assert not Incident.objects.filter(is_simulated=False).exists()
    assert set(IncidentAct.objects.values_list("outcome", flat=True)) > {"true", "false"}
    assert Kept.objects.filter(is_suppressed=True, value=None).exists()
    assert CctvOverlap.objects.count() == 2
    # what the portal wrote lets the edge start, with what it was given
    (tmp_path / "station" / "broker.toml").write_text('[broker]\nhost = "127.0.0.1"\nport = 1883\n')
    read = edge.read(tmp_path / "station", NOW.date())
    assert {one.key: one.mode for one in read.sensors} == dict(Sensor.objects.values_list("key", "mode"))
    (tmp_path / "station" / "legal.toml").unlink()
    with pytest.raises(ValueError, match="objection"):
        edge.read(tmp_path / "station", NOW.date())


@pytest.mark.django_db
def test_a_change_of_a_station_asks_for_another_panel() -> None:
    import tomllib

    told, plan = (tomllib.loads((FILES / name).read_text()) for name in ("station.toml", "plan.toml"))
    made = stations.take_in(told=told, plan=plan, by="system")
    made.panel_generated_on = NOW.date()
    made.save()
    assert stations.take_in(told=told, plan=plan, by="system").panel_generated_on is not None
    told["sensors"][3]["mode"] = "intervention"
    assert stations.take_in(told=told, plan=plan, by="system").panel_generated_on is None
