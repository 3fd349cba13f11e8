"""Rights, retention, refusals, letters: what is exported, erased, kept with a reason, expired, refused."""

import io
from datetime import date, timedelta

import pyarrow as pa
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from bacasable.compliance import clock as platform_clock
from bacasable.compliance.gate import Gate, NotYet, Undeclared
from bacasable.compliance.store import Person
from bacasable.people import instance
from bacasable.privacy.messages import Refused
from bacasable.services.water_use import cli
from bacasable.services.water_use.engine.comparison import publish
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.processing import PROCESSING, READINGS
from bacasable.services.water_use.web import letters, looking, running, sealed
from bacasable.services.water_use.web.actions import access, household
from bacasable.services.water_use.web.actions import letters as acts
from bacasable.services.water_use.web.models import Contract, Household, Incident, Letter, Release
from bacasable.services.water_use.web.stores import stores
from tests.services.water_homes import NAME, NOW, OPENED, home, proven, water

__all__ = ["water"]
pytestmark = pytest.mark.usefixtures("water")
ROOT = "/services/water-use/"
IT = Person("household", {"contract": "ct 0001"})
NOBODY = Person("household", {"contract": "CT-9999"})


def later(**delta: int) -> None:
    platform_clock.set_source(lambda: NOW + timedelta(**delta))


def hours_held(contract: Contract) -> set[date]:
    rows = running.readings().export(sealed.meter_of(contract)).to_pylist()
    return {row["day"] for row in rows if row["h12"] is not None}


def test_everything_declared_lies_in_a_store():
    held = {name for store in stores().values() for name in store.holds}
    assert held == {item.name for item in PROCESSING.data}


def test_a_household_is_found_by_its_number_and_takes_away_its_own_days_alone():
    home(), home(number="CT-2", serial="B-2")
    found = {name: list(store.find(IT)) for name, store in stores().items()}
    assert len(found["contracts"]) == len(found["volumes"]) == len(found["households"]) == 1
    assert not any(list(store.find(NOBODY)) for store in stores().values())
    told = next(stores()["contracts"].export(IT)).values["contract"]
    assert told["name"] == "Mme Élise Quemener" and told["serial"] == "A17-00042"
    values = next(stores()["volumes"].export(IT)).values
    assert values["daily"]["days"][0]["day"] == OPENED and len(values["hourly"]) > 90
    assert list(stores()["contracts"].search("QUEMENER"))


def test_an_erasure_takes_what_the_household_said_and_its_hours_and_says_what_is_kept():
    contract = home()
    done = {n: store.erase(IT, by="user:x", reason="asked") for n, store in stores().items()}
    assert done["households"].erased == {"household": 1}
    assert done["volumes"].erased["hourly"] > 90
    assert "L.2224" not in done["volumes"].kept["daily"] and done["contracts"].kept["contract"]
    assert not hours_held(contract) and not Household.objects.exists()
    assert len(looking.days(contract, OPENED, NOW.date())) > 100  # the totals, which the law compares
    assert not any(store.erase(IT, by="user:x", reason="again").erased for store in stores().values())


def test_who_moved_out_leaves_neither_name_nor_days_and_who_came_before_keeps_theirs():
    contract = home(grain="daily")
    meter = sealed.meter_of(contract)
    access.close_contract(contract=contract, on=NOW.date(), by="system")
    for store in stores().values():
        store.erase(IT, by="user:x", reason="asked")
    left = running.readings().export(meter).to_pylist()
    assert {row["day"] < OPENED for row in left} == {True}
    assert not list(stores()["contracts"].find(IT)) and not list(stores()["contracts"].search("Quemener"))


def test_hours_expire_unless_they_were_asked_for_and_days_end_with_their_retention():
    contract, other = home(), home(number="CT-2", serial="B-2")
    household.ask_hours(contract=contract, by=contract.public_id)
    volumes = stores()["volumes"]
    would = volumes.purge(now=NOW, dry_run=True)
    assert would.erased["hourly"] > 50 and hours_held(other) == hours_held(contract)
    assert volumes.purge(now=NOW).erased == would.erased
    assert min(hours_held(other)) == NOW.date() - timedelta(days=running.settings().hourly_days)
    assert min(hours_held(contract)) < OPENED
    household.withdraw_hours(contract=contract, by=contract.public_id)
    volumes.purge(now=NOW)
    assert hours_held(contract) == hours_held(other)
    volumes.purge(now=NOW + timedelta(days=366 * 4 + 40))
    assert not running.readings().export(sealed.meter_of(other)).num_rows


def test_a_contract_goes_three_years_after_its_end_once_nothing_names_it():
    contract = home(grain="index")
    access.make_code(contract=contract, by="system")
    access.close_contract(contract=contract, on=NOW.date(), by="system")
    then = NOW + timedelta(days=3 * 366)
    stores()["contracts"].purge(now=then)
    assert Contract.objects.exists()  # its code and its household go first
    for store in stores().values():
        store.purge(now=then)
    stores()["contracts"].purge(now=then)
    assert not Contract.objects.exists()


@pytest.mark.parametrize("use", ["set_tariff", "cut_off_supply", "detect_fraud", "check_residency"])
def test_a_use_against_the_household_is_refused_with_its_reason(use):
    with pytest.raises(Undeclared, match="is refused: ") as told:
        looking.gate().admit(purpose=use, data_set=READINGS, fields=("daily",))
    assert "declare" not in str(told.value)


def test_no_volume_is_read_where_people_are_real_before_the_assessment_is_validated(client, monkeypatch):
    contract = home()
    monkeypatch.setattr(looking, "gate", lambda: Gate(PROCESSING))
    with pytest.raises(NotYet):
        looking.days(contract, OPENED, NOW.date())


def test_hours_are_not_declared_for_what_a_household_did_not_ask():
    with pytest.raises(Undeclared, match="'hourly' is not declared"):
        looking.gate().admit(purpose="inform_household", data_set=READINGS, fields=("hourly",))


def text_of(pdf: bytes) -> str:
    read = PdfReader(io.BytesIO(pdf))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


def test_the_letter_of_a_month_says_its_volume_its_gaps_and_what_to_do():
    contract = home()
    said = text_of(letters.monthly(contract, date(2026, 10, 1)))
    assert "octobre 2026" in said and "4 650 L" in said.replace("\u202f", " ").replace("\xa0", " ")
    assert "CT-0001" in said and "Quemener" in said and "ne décide rien" in said
    with pytest.raises(Refused, match="not over"):
        letters.monthly(contract, date(2026, 11, 1))
    with pytest.raises(Refused, match="no day"):
        letters.monthly(contract, date(2026, 6, 1))


def test_a_home_that_is_read_twice_a_year_has_the_letter_of_its_reading(client, tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "_installation", lambda: None)
    contract = home(grain="index")
    houses = [Declared(f"m{at}", "Centre", "house", members=2, garden=True) for at in range(40)]
    made = publish(houses, {one.meter: 150.0 for one in houses}, period="2025")
    Release.objects.create(period="2025", content=made.as_json(), digest="d" * 64)
    other = home("CT-0002", "A17-00043", grain="index")
    running.indexes().erase(sealed.meter_of(other))
    read = [date(2026, 8, 20), date(2026, 10, 20)]
    rows = {"meter": [sealed.meter_of(other)] * 2, "read_at": read, "index_litres": [0, 6_100]}
    running.indexes().put(pa.table(rows | {"kind": ["real", "estimated"]}))
    proven(client, other, name=NAME)
    assert "Lettre de octobre 2026" in client.get(f"{ROOT}homes/{other.public_id}/").content.decode()
    said = text_of(client.get(f"{ROOT}homes/{other.public_id}/letters/2026-10.pdf").content)
    for words in ("20 août 2026", "6 100 L", "100 L", "estimé", "une ou deux fois par an", "celle de 2025"):
        assert words in said.replace("\u202f", " ").replace("\xa0", " ")
    assert [letters.is_due(one, date(2026, 10, 1)) for one in (contract, other)] == [False, True]
    told = CliRunner().invoke(cli.app, ["letters", "2026-10", "--out", str(tmp_path / "out")])
    assert told.exit_code == 0, told.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"2026-10-{other.public_id}.pdf"]


def test_the_early_warning_and_the_notice_of_the_law_are_two_letters():
    contract = home()
    flow = Incident.objects.create(
        contract=contract, start=NOW - timedelta(days=4), last_seen=NOW, litres_per_hour=0.6, confidence=0.9
    )
    volume = Incident.objects.create(
        contract=contract, kind="volume", start=NOW, last_seen=NOW, litres=90_000, average_litres=30_000,
        first_day=date(2026, 4, 1), last_day=date(2026, 9, 30),
    )  # fmt: skip
    warning = letters.of_warning(flow)
    said = text_of(letters.printed(contract, warning))
    assert "aucun effet juridique" in said and "moins d’un litre" in said
    with pytest.raises(Refused, match="notify it first"):
        letters.of_notice(volume)
    volume.notified_at, volume.attestation_due = NOW, date(2026, 12, 20)
    plain = text_of(letters.printed(contract, letters.of_notice(volume)))
    plain = plain.replace("\u202f", " ").replace("\xa0", " ")
    for words in ("L.2224-12-4", "60 000 L", "30 000 L", "20 décembre 2026", "chauffe-eau", "plomberie"):
        assert words in plain
    volume.litres = 60_000
    with pytest.raises(Refused, match="not above twice"):
        letters.of_notice(volume)
    kept = acts.keep(contract=contract, letter=warning, incident=flow, by="system")
    acts.mark_sent(letter=kept, by="system")
    flow.refresh_from_db()
    assert flow.warned_at == NOW
    with pytest.raises(Refused, match="sent before"):
        acts.mark_sent(letter=kept, by="system")
    stored = b"".join(instance.vault().read(bytes(kept.data_key), kept.file))
    assert stored.startswith(b"%PDF")
    assert stores()["letters"].erase(IT, by="user:x", reason="asked").kept
    assert Letter.objects.count() == 1
