"""A service by others, from its wheel: in the catalogue, held to its declaration, measured, mounted."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bacasable.ui import catalogues
from tests.factories.wheels import EXAMPLE, first_on_path, lay, wheel_of
from tests.installation import Installation, installed

pytestmark = pytest.mark.both_databases

#: People of the tests below, signed in as they would be; runs before each piece of code.
PEOPLE = """
import json
from datetime import timedelta
from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse
from bacasable.compliance import clock
from bacasable.people.models import User
from tests.factories.people import UserFactory, sign_in, staff, verified
setup_test_environment()
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

def person(name, *roles):
    email = f"{name}@town.example"
    return verified(User.objects.filter(email=email).first() or staff(*roles, email=email, name=name))

def page(user, name, *args, method="get", data=None, query=""):
    client = sign_in(Client(), user) if user else Client()
    return getattr(client, method)(reverse(f"meeting_rooms:{name}", args=args) + query, data or {})

def when(days):
    at = clock.now() + timedelta(days=days)
    given = {"day": at.day, "month": at.month, "year": at.year, "hour": 10, "minute": 0}
    return {f"starts_at_{part}": value for part, value in given.items()} | {"minutes": 60, "seats": 4}

def query(days):
    from urllib.parse import urlencode
    return "?" + urlencode(when(days))
"""


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plugin")
    return lay(wheel_of(EXAMPLE, folder), folder / "lib")


@pytest.fixture(scope="module")
def town(plugin: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of one controller's services, with the plugin on its path."""
    folder = tmp_path_factory.mktemp("town")
    with installed(folder, BACASABLE_DEPLOYMENT="service", PYTHONPATH=first_on_path(plugin)) as made:
        yield made


def told(town: Installation, code: str) -> object:
    """Run code among the people of the tests; what it prints last is JSON."""
    return json.loads(town.python(PEOPLE + code).splitlines()[-1])


def test_it_is_in_the_catalogue_and_on_the_page_of_services(town: Installation) -> None:
    assert told(
        town,
        """
from bacasable.compliance.catalogue import catalogue
shown = Client().get("/services/").content.decode()
linked = 'href="/services/meeting-rooms/"' in shown
print(json.dumps([sorted(catalogue()), linked, "Salles de réunion" in shown]))
""",
    ) == [["assistant", "depth_events", "instance", "job_advice", "meeting_rooms", "water_use"], True, True]


def test_an_authority_refuses_it_before_a_line_of_it_runs(plugin: Path, tmp_path: Path) -> None:
    (tmp_path / "meeting_rooms").mkdir()
    (tmp_path / "meeting_rooms" / "__init__.py").write_text("raise SystemExit('it ran')")
    office = Installation(
        tmp_path / "office",
        environment={"BACASABLE_DEPLOYMENT": "authority", "PYTHONPATH": first_on_path(tmp_path, plugin)},
    )
    refused = office.run("init", check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("bacasable: service 'meeting_rooms' comes from meeting-rooms 0.1.0: ")
    assert "--without meeting_rooms" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (office.home / "data" / "bacasable.sqlite3").exists()


def test_it_is_refused_what_it_did_not_declare_with_the_lines_that_would(town: Installation) -> None:
    said = told(
        town,
        """
from bacasable.compliance.gate import Undeclared
from meeting_rooms.readings import GATE
said = []
for fields in (("person",), ("subject",), ("salary",)):
    try:
        GATE.admit(purpose="suggest_room", data_set="meeting_rooms.Booking", fields=fields)
    except Undeclared as refused:
        said.append(str(refused))
print(json.dumps(said))
""",
    )
    assert isinstance(said, list)
    assert len(said) == 3
    for name, text in zip(("person", "subject", "salary"), said, strict=True):
        assert f"'{name}' is not declared for purpose 'suggest_room'" in text
        assert "processing.py" in text
    assert "DataField(" in said[2]


def test_every_field_of_its_tables_is_declared(town: Installation) -> None:
    assert (
        told(
            town,
            """
from django.apps import apps
from meeting_rooms.processing import PROCESSING
stored = {f"{model._meta.label}.{field.name}" for model in apps.get_app_config("meeting_rooms").get_models()
          for field in model._meta.concrete_fields}
print(json.dumps(sorted(stored ^ set(PROCESSING.stored()))))
""",
        )
        == []
    )


def test_its_promise_is_measured_and_signed(town: Installation) -> None:
    done = town.run("check", "meeting_rooms", "--seed", "7")
    assert "suggestions_blind_to_colleagues" in done.stdout
    (envelope,) = (town.home / "evidence").glob("meeting_rooms-suggestions_blind_to_colleagues-*.json")
    verified = town.run("evidence", "verify", str(envelope))
    assert "passed" in verified.stdout
    # Without the protection the instrument sees it: the verdict would be void.
    assert "protection off" in done.stdout


def test_its_pages_answer_by_permission(town: Installation) -> None:
    assert told(
        town,
        """
names = ("bookings", "book", "rooms")
who = {"nobody": None, "member": person("member"), "officer": person("dpo", "dpo"),
       "manager": person("manager", "room_manager")}
print(json.dumps({key: [page(user, name).status_code for name in names] for key, user in who.items()}))
""",
    ) == {
        "nobody": [302, 302, 302],
        "member": [403, 403, 403],
        "officer": [200, 200, 403],
        "manager": [200, 200, 200],
    }


def test_a_room_is_booked_suggested_again_and_given_back(town: Installation) -> None:
    assert told(
        town,
        """
from meeting_rooms.models import Booking, Room
manager, agent, other = person("manager", "room_manager"), person("agent", "dpo"), person("other", "dpo")
seen = {}
for name, seats in (("Alpha", 4), ("Beta", 9)):
    data = {"name": name, "seats": seats}
    seen[f"add {name}"] = page(manager, "rooms", method="post", data=data).status_code
beta = Room.objects.get(name="Beta")
post = lambda user, days, **data: page(user, "book", method="post", query=query(days), data=data)
shown = page(agent, "book", query=query(3))
form = shown.context["form"]
seen["told"] = 'data-collected="meeting_rooms"' in shown.content.decode()
seen["first offered"] = [key for key, label in form.fields["room"].choices]
seen["booked"] = post(agent, 3, room=beta.pk, subject="x").status_code
seen["taken"] = beta.pk in [o.room.key for o in page(other, "book", query=query(3)).context["offers"]]
seen["refused"] = post(other, 3, room=beta.pk).status_code
def offers(user):
    shown = page(user, "book", query=query(9)).context["offers"]
    return [[offer.room.name, offer.is_suggested] for offer in shown]
seen["suggested"] = offers(agent)
seen["not to others"] = offers(other)
seen["switched off"] = page(agent, "suggestions", method="post", data={"wants": "no"}).status_code
seen["silent"] = offers(agent)
mine = Booking.objects.get()
seen["not of others"] = page(other, "cancel", mine.public_id, method="post").status_code
seen["cancelled"] = page(agent, "cancel", mine.public_id, method="post").status_code
seen["free again"] = post(other, 3, room=beta.pk).status_code
page(agent, "take_back", mine.public_id, method="post")
seen["came too late"] = Booking.objects.get(pk=mine.pk).cancelled_at is not None
seen["past"] = post(agent, -3, room=beta.pk).status_code
seen["nonsense"] = page(agent, "book", query="?starts_at_day=99&seats=x").status_code
seen["first offered"] = seen["first offered"] == [Room.objects.get(name="Alpha").pk, beta.pk]
print(json.dumps(seen))
""",
    ) == {
        "add Alpha": 302,
        "add Beta": 302,
        "first offered": True,
        "told": True,
        "booked": 302,
        "taken": False,
        "refused": 422,
        "suggested": [["Beta", True], ["Alpha", False]],
        "not to others": [["Alpha", False], ["Beta", False]],
        "switched off": 302,
        "silent": [["Alpha", False], ["Beta", False]],
        "not of others": 404,
        "cancelled": 302,
        "free again": 302,
        "came too late": True,
        "past": 422,
        "nonsense": 422,
    }


def test_what_it_reads_and_does_is_journalled_without_content(town: Installation) -> None:
    entries = told(
        town,
        """
from bacasable.people.journal import DATABASE_JOURNAL
from bacasable.people.models import User
from meeting_rooms.models import Room
from meeting_rooms import actions
from meeting_rooms.engine import Need
by = person("journalled", "room_manager")
room = actions.add_room(name="Secret room", seats=3, equipment=[], by=by)
starts = clock.now() + timedelta(days=1)
actions.book(room=room.pk, need=Need(starts, starts + timedelta(hours=1), 2, frozenset()),
             subject="Reorganisation of the office", by=by)
page(by, "book", query=query(2))
entries = [[e.action, e.actor, e.subject, dict(e.facts)] for e in DATABASE_JOURNAL.entries()]
print(json.dumps(entries, default=str))
""",
    )
    assert isinstance(entries, list)
    actions = [entry[0] for entry in entries]
    assert {"meeting_rooms.opened", "meeting_rooms.booked", "gate.read"} <= set(actions)
    reads = [entry for entry in entries if entry[0] == "gate.read"]
    assert {entry[1] for entry in reads} == {"service:meeting_rooms"}
    assert not any("person" in entry[3]["fields"].split(",") for entry in reads)
    assert "Secret" not in json.dumps(entries)
    assert "Reorganisation" not in json.dumps(entries)


def test_rights_are_served_by_its_stores(town: Installation) -> None:
    found, exported, erased, after, of_another = told(  # type: ignore[misc]
        town,
        """
from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.retention import stores_of
from bacasable.compliance.store import Person
from meeting_rooms import actions
from meeting_rooms.engine import Need
from meeting_rooms.models import Room
stores = stores_of(catalogue()["meeting_rooms"])
one, two, manager = person("one", "dpo"), person("two", "dpo"), person("manager", "room_manager")
room = actions.add_room(name="Rights", seats=9, equipment=[], by=manager)
for days, by in ((1, one), (2, two)):
    starts = clock.now() + timedelta(days=days)
    actions.book(room=room.pk, need=Need(starts, starts + timedelta(hours=1), 2, frozenset()),
                 subject=f"About {by.name}", by=by)
    actions.choose_suggestions(wants=False, by=by)
about = lambda user: Person("colleague", {"account": str(user.public_id)})
count = lambda user: {name: len(list(store.find(about(user)))) for name, store in stores.items()}
found = count(one)
exported = [dict(record.values) for store in stores.values() for record in store.export(about(one))]
erase = lambda store: dict(store.erase(about(one), by="dpo", reason="request").erased)
erased = {name: erase(store) for name, store in stores.items()}
left = [*stores["bookings"].search("About one"), *stores["choices"].search(str(one.public_id))]
print(json.dumps([found, exported, erased, [count(one), left], count(two)], default=str))
""",
    )
    assert found == {"bookings": 1, "choices": 1}
    assert exported[0]["subject"] == "About one"
    assert {"booker", "meeting", "subject", "suggestion_choice"} == set(exported[0]) | set(exported[1])
    assert erased["bookings"] == {"booker": 1, "meeting": 1, "subject": 1}
    assert after == [{"bookings": 0, "choices": 0}, []]
    assert of_another == {"bookings": 1, "choices": 1}


def test_the_room_of_rights_reaches_it_by_the_address_of_an_account(town: Installation) -> None:
    collected, proved, left = told(  # type: ignore[misc]
        town,
        """
from bacasable.compliance import access, erasure
from bacasable.duties.rights.models import RightsRequest
from bacasable.duties.rights.queries import identifiers_of, parts_of
from meeting_rooms import actions
from meeting_rooms.models import SuggestionChoice
by = person("asks", "dpo")
actions.choose_suggestions(wants=False, by=by)
identifiers = identifiers_of(RightsRequest(email="Asks@town.example", service="meeting_rooms"))
parts = parts_of("meeting_rooms")
found = access.collect(parts, identifiers)
work = erasure.erase(parts, identifiers, by="system", reason="request")
left = SuggestionChoice.objects.filter(person=by.public_id).count()
print(json.dumps([[one.store for one in found.held], work.is_proved, left]))
""",
    )
    assert (collected, proved, left) == (["choices"], True, 0)


def test_the_page_about_it_says_what_it_knows_and_what_was_measured(town: Installation) -> None:
    assert told(
        town,
        """
shown = [Client().get(f"/services/meeting-rooms/{page}/") for page in ("about", "register")]
text = shown[0].content.decode()
known = "objet de la réunion" in text.lower()
print(json.dumps([[one.status_code for one in shown], known, "/rights/" in text]))
""",
    ) == [[200, 200], True, True]


def test_the_demonstration_shows_it_with_fictional_people(plugin: Path, tmp_path: Path) -> None:
    demo = Installation(tmp_path / "demo", environment={"PYTHONPATH": first_on_path(plugin)})
    demo.run("demo", "--load-only")
    demo.environment["BACASABLE_DEPLOYMENT"] = "demo"
    code = """
from bacasable.people.models import User
from meeting_rooms.models import Booking, Room
officer = User.objects.get(email="agathe.morvan@autorite.example")
print(json.dumps([Room.objects.count(), Booking.objects.filter(person=officer.public_id).count()]))
"""
    assert json.loads(demo.python("import json" + code).splitlines()[-1]) == [4, 4]


def test_the_demonstration_s_plugins_stay_out_of_the_environment(tmp_path: Path) -> None:
    """``make demo`` lays them apart: an authority, which these tests are, would refuse to start."""
    root = EXAMPLE.parents[1]
    subprocess.run(["make", "plugins", f"PLUGINS={tmp_path / 'plugins'}"], cwd=root, check=True, timeout=120)
    assert [path.name for path in (tmp_path / "plugins").glob("*.dist-info")]
    code = "from bacasable.compliance.catalogue import catalogue; print(*catalogue())"
    said = Installation(tmp_path / "home").python(code)
    assert said.split() == ["platform"]


def test_its_retention_is_executed_and_its_recurring_work_runs(town: Installation) -> None:
    assert told(
        town,
        """
from bacasable.duties.keeping.actions import purge
from bacasable.portal.recurring import load, table
from meeting_rooms import actions
from meeting_rooms.engine import Need
from meeting_rooms.models import Booking, Room
by = person("manager", "room_manager")
room = actions.add_room(name="Retention", seats=9, equipment=[], by=by)
starts = clock.now() + timedelta(days=1)
book = lambda days: actions.book(room=room.pk, by=by, subject="", need=Need(
    starts + timedelta(days=days), starts + timedelta(days=days, hours=1), 2, frozenset()))
old, young, cancelled = book(0), book(1), book(2)
now = clock.now()
long_ago = dict(starts_at=now - timedelta(days=201), ends_at=now - timedelta(days=200))
Booking.objects.filter(pk=old.pk).update(**long_ago)
Booking.objects.filter(pk=cancelled.pk).update(cancelled_at=now - timedelta(hours=2))
run = purge(by="system")
ours = [line for line in run.lines if line["service"] == "meeting_rooms"]
lines = [(line["service"], line["store"], line["erased"]) for line in ours]
work = [line for line in table() if line.action == "meeting_rooms.actions:forget_cancelled"]
load(work[0])()
left = list(room.bookings.values_list("pk", flat=True))
print(json.dumps([run.is_whole, lines, left == [young.pk]]))
""",
    ) == [True, [["meeting_rooms", "bookings", {"booker": 1, "meeting": 1, "subject": 1}]], True]


def test_not_a_line_of_ours_knows_it() -> None:
    ours = Path(catalogues.PACKAGE)
    named = [path for path in ours.rglob("*.py") if "meeting_rooms" in path.read_text("utf-8")]
    assert named == []


def test_its_french_catalogue_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogues.main(["check", str(EXAMPLE / "src" / "meeting_rooms")]) == 0, capsys.readouterr().out
