"""Districts, imports by page, droughts, lots, the protection board, and the interface with its refusals."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from typer.testing import CliRunner

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.water_use import cli
from bacasable.services.water_use.engine import forecast
from bacasable.services.water_use.engine.readings import blocks
from bacasable.services.water_use.engine.readings.staging import Staging
from bacasable.services.water_use.engine.storage import Readings
from bacasable.services.water_use.processing import REFUSED_USES
from bacasable.services.water_use.web import maps, publishing, running, sealed
from bacasable.services.water_use.web.actions import forecasts, imports, lots, night
from bacasable.services.water_use.web.models import Contract, LotDraw, ReadingImport, Run
from tests.factories.people import sign_in, staff, verified
from tests.services import water_homes
from tests.services.water_homes import NOW, home, proven, water

__all__ = ["water"]
pytestmark = pytest.mark.usefixtures("water")
ROOT = "/services/water-use/"
MAPPING = b"""[columns]
meter = "compteur"
time = "heure"
volume = "litres"
[values]
district = "Centre"
time_format = "%Y-%m-%dT%H:%M:%S"
"""


def manager() -> User:
    return verified(staff("water_manager"))


def town(count: int) -> list[Contract]:
    """Open so many daily homes, with readings of the last weeks."""
    made = [home(f"CT-{number:04d}", f"S{number:05d}", "index") for number in range(count)]
    Contract.objects.update(grain="hourly")
    days = [NOW.date() - timedelta(days=at) for at in range(1, 29)]
    rows: dict[str, list[Any]] = {"meter": [], "day": []}
    for contract in made:
        rows["meter"] += [sealed.meter_of(contract)] * len(days)
        rows["day"] += days
    size = len(rows["day"])
    rows |= {"district": ["Centre"] * size, "kind": ["hourly"] * size, "total": [240] * size}
    rows |= {f"h{hour:02d}": [10] * size for hour in range(24)}
    running.readings().put(pa.table(rows))
    return made


def test_a_file_is_imported_under_pseudonyms_and_gone(client: Client) -> None:
    sign_in(client, staff("water_manager"))
    lines = [f"A17-00042,2026-11-18T{hour:02d}:00:00,12" for hour in range(24)] + ["A17-00042,no time,1"]
    file = SimpleUploadedFile("readings.csv", ("compteur,heure,litres\n" + "\n".join(lines)).encode())
    mapping = SimpleUploadedFile("mapping.toml", MAPPING)
    answer = client.post(ROOT + "desk/imports/", {"file": file, "mapping": mapping})
    (made,) = ReadingImport.objects.all()
    imports.run(str(made.public_id))
    made.refresh_from_db()
    assert made.state == "done", made.report
    assert (made.state, made.file, made.report["used"], made.report["left_out"]) == ("done", "", 24, 1)
    assert [reason for _line, reason in made.rejects] == ["unreadable"]
    page = client.get(answer["Location"]).content.decode()
    assert "A17-00042" not in page
    assert "A17-00042" not in running.readings().meters()
    assert len(running.readings().meters()) == 1


def test_an_import_whose_worker_died_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\n".join(f"A17-00042,2026-11-18T{hour:02d}:00:00,12" for hour in range(24))
    made = imports.ask(
        name="r.csv", content=[f"compteur,heure,litres\n{lines}".encode()], mapping=MAPPING, by=manager()
    )

    def dies(*_rows: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(Readings, "put", dies)
        with pytest.raises(KeyboardInterrupt):
            imports.run(str(made.public_id))
    sorted_before = [path.stat().st_ino for path in (running.readings().folder / ".imports").glob("*/pile-*")]
    with monkeypatch.context() as seen:
        seen.setattr(Staging, "add", dies)
        imports.run(str(made.public_id))
    made.refresh_from_db()
    assert sorted_before and (made.state, made.report["used"]) == ("done", 24)
    assert not list((running.readings().folder / ".imports").glob("*/pile-*"))


def test_a_file_that_is_refused_midway_leaves_no_reading_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_BYTES", 300)
    lines = [f"A17-00042,2026-11-18T{hour:02d}:00:00,12".encode("cp1252") for hour in range(24)]
    content = b"compteur,heure,litres\n" + b"\n".join([*lines, b"A17-\x81,,"])
    made = imports.ask(
        name="r.csv", content=[content], mapping=b'[file]\nencoding = "cp1252"\n' + MAPPING, by=manager()
    )
    imports.run(str(made.public_id))
    made.refresh_from_db()
    assert made.state == "failed" and "CSV" in made.report["lines"][0]
    assert not list((running.readings().folder / ".imports").glob("*/pile-*"))


def test_a_mapping_that_is_none_keeps_nothing(client: Client) -> None:
    sign_in(client, staff("water_manager"))
    for content in (b"\xff\xfe", b"[columns]\n"):
        file, mapping = SimpleUploadedFile("r.csv", b"a"), SimpleUploadedFile("m.toml", content)
        assert client.post(ROOT + "desk/imports/", {"file": file, "mapping": mapping}).status_code == 422
    assert not ReadingImport.objects.exists()


def test_a_district_of_few_meters_shows_no_sum(client: Client) -> None:
    home()
    sign_in(client, staff("water_agent"))
    assert "bac-chart" not in client.get(ROOT + "districts/Centre/").content.decode()


def test_a_district_is_forecast_beside_the_trivial_forecast(client: Client) -> None:
    town(12)
    forecasts.daily()
    forecasts.daily()
    made = forecasts.last()
    assert made is not None
    (told,) = made.figures["forecasts"]
    assert (told["used"], len(told["litres"]), set(told["baseline_litres"])) == ("baseline", 168, {120})
    sign_in(client, staff("water_agent"))
    assert "bac-chart" in client.get(ROOT + "districts/Centre/").content.decode()
    answer = client.get(ROOT + "api/districts/forecast")
    assert answer.json()["forecasts"][0]["district"] == "Centre"


def test_a_drought_is_told_to_the_district(client: Client) -> None:
    contract = home()
    sign_in(client, staff("water_manager"))
    told = {"area": "Centre", "level": "crise", "order": "Arrêté 12", "first": "2026-11-01", "last": ""}
    assert client.post(ROOT + "districts/drought/", told).status_code == 302
    household = Client()
    proven(household, contract)
    assert "Arrêté 12" in household.get(f"{ROOT}homes/{contract.public_id}/").content.decode()
    client.post(ROOT + "districts/drought/", {"lift": "Centre"})
    clock.set_source(lambda: NOW + timedelta(days=1))
    assert "Arrêté 12" not in household.get(f"{ROOT}homes/{contract.public_id}/").content.decode()


def test_lots_are_drawn_once_and_measured_after_a_whole_month(client: Client) -> None:
    town(12)
    by = manager()
    with pytest.raises(Refused, match="may take part"):
        lots.draw(evaluation="autumn", share=0.5, by=by)
    lots.LEAST, least = 4, lots.LEAST
    try:
        received, waiting = lots.draw(evaluation="autumn", share=0.5, by=by)
    finally:
        lots.LEAST = least
    assert received + waiting == LotDraw.objects.count() == 12
    assert {publishing.waits(row.contract) for row in LotDraw.objects.filter(receives=False)} == {True}
    with pytest.raises(Refused, match="drawn already"):
        lots.draw(evaluation="winter", share=0.5, by=by)
    with pytest.raises(Refused, match="no whole month"):
        lots.measured("autumn")
    sign_in(client, staff("water_manager"))
    client.post(ROOT + "desk/evaluation/", {"end": "autumn"})
    assert not LotDraw.objects.exists()


def test_the_effect_of_the_comparison_is_told_of_fifty_homes_a_side(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(water_homes, "_indexes", lambda _contract: None)
    made = town(150)
    received, waiting = lots.draw(evaluation="autumn", share=0.5, by=manager())
    assert min(received, waiting) >= 50
    receives = set(LotDraw.objects.filter(receives=True).values_list("contract_id", flat=True))
    rows: dict[str, list[Any]] = {"meter": [], "day": [], "total": []}
    for number, contract in enumerate(made):
        # ten litres of a hundred less in December, for those who received it
        less = 10 if contract.pk in receives else 0
        for first, litres in ((date(2026, 10, 1), 100 + number), (date(2026, 12, 1), 100 + number - less)):
            rows["meter"] += [sealed.meter_of(contract)] * 25
            rows["day"] += [first + timedelta(days=at) for at in range(25)]
            rows["total"] += [litres] * 25
    size = len(rows["day"])
    running.readings().put(pa.table(rows | {"district": ["Centre"] * size, "kind": ["daily"] * size}))
    clock.set_source(lambda: datetime(2027, 1, 5, 9, tzinfo=UTC))
    effect, before, after = lots.measured("autumn")
    assert (before, after) == ("2026-10", "2026-12")
    assert effect.high < 0 and effect.low < -100 * 10 / 175 < effect.high
    sign_in(client, staff("water_manager"))
    page = client.get(ROOT + "desk/evaluation/").content.decode()
    assert "2026-12" in page and f"{received}" in page and f"{waiting}" in page


def test_the_protection_board_says_what_is_hidden_and_counts_no_few(client: Client) -> None:
    home()
    night.publish_month(month=date(2026, 10, 1))
    sign_in(client, staff("dpo"))
    page = client.get(ROOT + "protection/").content.decode()
    assert "2026-10" in page
    assert "11" in page


def test_the_command_forecasts_a_week_by_the_hour_beside_the_trivial_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cli, "_installation", lambda: None)
    town(12)
    told = CliRunner().invoke(cli.app, ["forecast", "--json"])
    (found,) = json.loads(told.output)["forecasts"]
    assert found["district"] == "Centre"
    assert len(found["litres"]) == len(found["baseline_litres"]) == 7 * 24
    lines = CliRunner().invoke(cli.app, ["forecast", "--district", "Centre"]).output.splitlines()
    assert "trivial" in lines[0]
    assert [lines[2].split()[0], lines[-1].split()[0]] == ["2026-11-20", "2026-11-26"]
    assert [int(litres) for litres in lines[2].split()[2:]] == [120, 120]
    refused = CliRunner().invoke(cli.app, ["forecast", "--district", "Nowhere"])
    assert refused.exit_code != 0


def test_the_weather_of_the_file_reaches_the_forecast_and_a_bad_file_is_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    town(12)
    given: list[Any] = []
    fit = forecast.fit_forecast

    def seen(history: Any, weather: Any = None, **told: Any) -> Any:
        given.append(weather)
        return fit(history, weather, **told)

    monkeypatch.setattr(forecast, "fit_forecast", seen)
    sign_in(client, staff("water_agent"))
    path = tmp_path / "weather.csv"
    told = running.settings().model_copy(update={"weather_csv": str(path)})
    monkeypatch.setattr(running, "settings", lambda: told)
    path.write_text("day,hour,temperature\n2026-11-19,3,4.5\n")
    for words in ("d’après le fichier", "weather.csv"):
        forecasts.run_forecast(at=NOW.date())
        assert words in client.get(ROOT + "districts/Centre/").content.decode()
        Run.objects.all().delete()
        path.write_text("nothing\n")
    assert given[0].height == 1 and given[1] is None


@pytest.mark.parametrize("word", sorted(REFUSED_USES))
def test_a_refused_use_is_told_why(client: Client, word: str) -> None:
    for address in (f"api/uses/{word}", f"api/releases?purpose={word}", f"api/releases?purpose=for_{word}"):
        answer = client.get(ROOT + address)
        assert answer.status_code == 403
        with translation.override("fr"):
            assert gettext(REFUSED_USES[word]) in answer.json()["reason"]
            assert gettext(REFUSED_USES[word]) != REFUSED_USES[word]


def test_the_interface_gives_a_home_to_its_household_alone(client: Client) -> None:
    contract = home()
    address = f"{ROOT}api/homes/{contract.public_id}"
    assert client.get(address).status_code == 404
    proven(client, contract)
    assert json.dumps(client.get(address).json())
    sign_in(client, staff("water_manager"))
    assert Client().get(ROOT + "api/districts/forecast").status_code in (302, 401, 403)


def test_the_map_is_drawn_with_its_table(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    home()
    monkeypatch.setattr(maps, "data_are_fictional", lambda: True)
    sign_in(client, staff("water_agent"))
    page = client.get(ROOT + "districts/").content.decode()
    assert page.count('<path d="M') >= 5
    assert all(text in page for text in ("Saint-Aubin", 'class="water-map"'))


def test_a_map_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "map.geojson").write_text('{"features": [{"properties": {}, "geometry": null}]}')
    with pytest.raises(Refused, match="no GeoJSON of districts"):
        maps.map_of(tmp_path / "map.geojson")
