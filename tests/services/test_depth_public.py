"""What everybody may read and ask of sensors: places, the word anonymous, panel, open data, objection."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client

from bacasable.compliance import clock
from bacasable.compliance.retention import walk
from bacasable.privacy.messages import Refused
from bacasable.services.depth_events.engine.modes import LegalBasis  # what the edge reads
from bacasable.services.depth_events.processing import PROCESSING
from bacasable.services.depth_events.web import panels
from bacasable.services.depth_events.web.actions import legal, objecting
from bacasable.services.depth_events.web.models import (
    Incident,
    IncidentAct,
    ObjectionRequest,
    Statistic,
)
from bacasable.services.depth_events.web.stores import stores
from tests.factories.people import sign_in, staff, verified
from tests.services.depth_station import NOW, ROOT, filmed, incident, sensor, station

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _held_clock():  # type: ignore[no-untyped-def]
    clock.set_source(lambda: NOW)
    yield
    clock.set_source(None)


def statistic(key: str = "hall", zone: str = "portes", hours: int = 3, **fields: object) -> Statistic:
    told: dict[str, object] = {"measure": "count_in", "value": 40, "minimum": 11}
    at = NOW - timedelta(hours=hours)
    return Statistic.objects.create(
        sensor=sensor(key), zone=zone, from_at=at, to_at=at + timedelta(minutes=15), **(told | fields)
    )


def page(client: Client, path: str = "stations/gare/") -> str:
    answer = client.get(ROOT + path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_filmed_zone_is_called_anonymous_nowhere(client: Client) -> None:
    station()
    statistic()

    def labels() -> dict[str, set[str]]:
        places = client.get(ROOT + "places.geojson").json()
        rows = client.get(ROOT + "stations/gare/statistics.json").json()["rows"]
        told = {one["id"]: {one["properties"]["label"]} for one in places["features"]}
        return {**told, "counts": {row["label"] for row in rows}}

    assert labels() == {"gare/quai": {"personal"}, "gare/hall": {"anonymous"}, "counts": {"anonymous"}}
    line = filmed("hall", "portes")
    assert labels() == {"gare/quai": {"personal"}, "gare/hall": {"filmed"}, "counts": {"filmed"}}
    assert ">anonyme<" not in page(client)
    assert "Ville de Combelune" in page(client)
    # cameras that are gone since yesterday: places are, what was counted under them is not
    line.until_on = NOW.date() - timedelta(days=1)
    line.save()
    statistic(hours=30)
    assert labels()["counts"] == {"anonymous", "filmed"}
    assert labels()["gare/hall"] == {"anonymous"}


def test_open_data_places_sensors_on_the_globe_and_hides_small_counts(client: Client) -> None:
    station()
    statistic()
    statistic(hours=4, value=None, is_suppressed=True)
    statistic(hours=5, value=9, minimum=5)  # an edge that is less strict than this installation
    statistic(hours=0)  # of now: held back
    answer = client.get(ROOT + "places.geojson")
    assert answer["Content-Type"] == "application/geo+json"
    point = answer.json()["features"][0]["geometry"]["geometries"][0]
    assert point == {"type": "Point", "coordinates": [2.0001319, 47.000045]}
    rows = client.get(ROOT + "stations/gare/statistics.json").json()["rows"]
    assert [row["value"] for row in rows] == [None, None, 40]
    assert [row["suppressed"] for row in rows] == [True, True, False]


def test_the_page_says_what_is_measured_what_is_refused_and_that_it_is_simulated(client: Client) -> None:
    station()
    said = page(client)
    for words in ("Station simulée", "hauteurs coupées à 0,9", "Couloir sud", "quelqu’un sur la voie"):
        assert words in said, words
    start = page(client, "")
    assert "PRIV-IA" in start
    assert start.count("biométrie") >= 1


def test_objecting_takes_no_name_and_is_offered_where_a_way_avoids_the_sensor(client: Client) -> None:
    made = station()
    asked = {
        "kind": "object",
        "sensor": "quai",
        "day": "2026-11-19",
        "from_time": "23:50",
        "to_time": "00:20",
    }
    answer = client.post(ROOT + "stations/gare/object/", asked)
    found = ObjectionRequest.objects.get()
    assert answer["Location"].endswith(f"/object/{found.public_id}/")
    assert found.to_at - found.from_at == timedelta(minutes=30)
    assert found.reference in client.get(answer["Location"]).content.decode()
    again = client.post(ROOT + "object/", {"follow-reference": found.reference.lower()})
    assert again["Location"] == answer["Location"]
    refused = client.post(ROOT + "stations/gare/object/", asked | {"sensor": "hall"})
    assert refused.status_code == 422
    assert ObjectionRequest.objects.count() == 1
    made.avoidance = []
    made.save()
    assert 'value="object"' not in page(client, "stations/gare/object/")


def test_a_granted_request_erases_the_incidents_of_its_place_and_time_only(client: Client) -> None:
    station()
    meant = incident(NOW - timedelta(hours=2), NOW - timedelta(hours=2) + timedelta(minutes=1))
    later = incident(NOW - timedelta(minutes=20), NOW - timedelta(minutes=19))
    asked = objecting.ask(
        sensor=sensor(),
        kind="erase",
        from_at=NOW - timedelta(hours=3),
        to_at=NOW - timedelta(hours=1),
    )
    sign_in(client, staff("depth_manager"))
    assert "1 incident de ce lieu" in page(client, f"requests/{asked.public_id}/")
    with pytest.raises(Refused, match="reason"):
        objecting.answer(request=asked, granted=False, words=" ", by=verified(staff("depth_manager")))
    client.post(ROOT + f"requests/{asked.public_id}/", {"verdict": "granted"})
    assert list(Incident.objects.all()) == [later]
    assert not Incident.objects.filter(pk=meant.pk).exists()
    asked.refresh_from_db()
    assert (asked.state, asked.erased) == ("granted", 1)


def test_intervention_waits_for_a_text_or_means_and_for_the_panel(client: Client) -> None:
    from pypdf import PdfReader

    made = station()
    manager = verified(staff("depth_manager"))
    assert len(panels.missing(made)) == 2
    with pytest.raises(Refused, match="panel"):
        legal.generate_panel(station=made, by=manager)
    legal.found(station=made, set_aside_by="", means='Le couloir « sud », "toujours" ouvert.', by=manager)
    pdf = PdfReader(BytesIO(legal.generate_panel(station=made, by=manager)))
    text = " ".join(each.extract_text() for each in pdf.pages)
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert "Couloir sud" in text
    assert panels.missing(made) == []
    told = _toml(panels.legal_lines(made))["legal"]
    basis = LegalBasis(**told)
    assert basis.panel_generated_on == NOW.date()
    assert basis.objection_means.endswith('"toujours" ouvert.')
    legal.found(station=made, set_aside_by="Loi fictive, art. 1", means="", by=manager)
    assert made.panel_generated_on is None, "the panel said something else"
    made.avoidance = []
    with pytest.raises(Refused, match="avoids a sensor"):
        legal.found(station=made, set_aside_by="", means="Partout", by=manager)


def _toml(text: str) -> dict[str, dict[str, object]]:
    import tomllib

    return tomllib.loads(text)


def test_only_a_manager_writes_the_register_and_nothing_of_it_is_lost(client: Client) -> None:
    station()
    told = {
        "place": f"{sensor('hall').pk}/portes",
        "filmed_by": "Ville de Combelune",
        "from_on": "2026-11-02",
    }
    sign_in(client, staff("depth_operator"))
    assert client.post(ROOT + "filmed/declare/", told).status_code == 403
    sign_in(client, staff("depth_manager"))
    assert client.post(ROOT + "filmed/declare/", told | {"until_on": "2026-11-01"}).status_code == 422
    client.post(ROOT + "filmed/declare/", told)
    line = sensor("hall").overlaps.get()
    assert "Portes" in page(client, "filmed/")
    client.post(ROOT + f"filmed/{line.public_id}/end/", {"last": "2026-11-10"})
    line.refresh_from_db()
    assert (line.until_on.isoformat(), line.ended_by is not None) == ("2026-11-10", True)


def test_incidents_go_after_thirty_days_with_their_acts_and_counts_stay() -> None:
    station()
    old = incident(NOW - timedelta(days=31), NOW - timedelta(days=31))
    IncidentAct.objects.create(incident=old, verb="acknowledged", at=NOW - timedelta(days=1))
    kept = incident(NOW - timedelta(days=29), NOW - timedelta(days=29))
    statistic(hours=24 * 60)
    done = walk({PROCESSING.service: stores()}, now=NOW, visas={})
    assert done.is_whole, done.lines
    assert list(Incident.objects.all()) == [kept]
    assert not IncidentAct.objects.exists()
    assert Statistic.objects.count() == 1
