"""What strangers, two operators at once or an edge that lies send to depth events' pages."""

import asyncio
from dataclasses import replace

import pytest
from django.test import Client

from bacasable.services.depth_events.web.actions import receiving
from bacasable.services.depth_events.web.models import Incident, ObjectionRequest, Sensor, Station
from bacasable.services.depth_events.web.views import stream
from tests.factories.people import sign_in, staff
from tests.services.depth_station import ROOT, incident, station
from tests.services.test_depth_listening import FALL

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1026-11-20", "2026-11-20\x00", "9" * 5000])
def test_a_day_that_no_sensor_tells_of_is_refused(client: Client, day: str) -> None:
    station()
    asked = {"kind": "erase", "sensor": "quai", "day": day, "from_time": "23:00", "to_time": "01:00"}
    assert client.post(f"{ROOT}stations/gare/object/", asked).status_code == 422
    assert not ObjectionRequest.objects.exists()


def test_an_incident_stays_at_its_sensor_whatever_another_says() -> None:
    place = station()
    assert receiving.receive(FALL, place, keeps_incidents=True)
    moved = replace(FALL, sensor="hall", phase="update", updated_ms=FALL.updated_ms + 1000)
    assert not receiving.receive(moved, Station.objects.get(), keeps_incidents=True)
    assert Incident.objects.get().sensor == Sensor.objects.get(key="quai")


def test_who_is_not_an_operator_reads_no_stream_and_an_account_has_a_few(client: Client) -> None:
    assert client.get(f"{ROOT}board/stream/").status_code in (302, 403)
    by = staff("depth_operator")
    sign_in(client, by)
    stream._listening[by.pk] = stream.MOST_AT_ONCE
    try:
        assert client.get(f"{ROOT}board/stream/").status_code == 429
    finally:
        del stream._listening[by.pk]


def test_a_stream_that_ends_is_counted_no_more() -> None:
    async def one() -> str:
        events = stream.counted(7, stream.changes(0.0))
        first = await anext(events)
        assert stream._listening[7] == 1
        await events.aclose()
        return first

    assert asyncio.run(one()).startswith("retry")
    assert 7 not in stream._listening


def test_an_incident_is_taken_once_and_the_second_is_told(client: Client) -> None:
    station()
    found = incident(ended=None)
    sign_in(client, staff("depth_operator"))
    at = f"{ROOT}incidents/{found.public_id}/acknowledge/"
    for _ in range(2):
        assert client.post(at, follow=True).status_code == 200
    assert found.acts.filter(verb="acknowledged").count() == 1
