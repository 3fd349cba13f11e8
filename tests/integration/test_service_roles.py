"""On PostgreSQL the database itself keeps one service from the data of another, and from the platform's."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.factories.wheels import EXAMPLE, first_on_path, lay, renamed_wheel, wheel_of
from tests.installation import Installation
from tests.requirements import need_program
from tests.run_postgresql import FOLDERS, cluster

psycopg = pytest.importorskip("psycopg")

from psycopg.errors import InsufficientPrivilege, UndefinedTable  # noqa: E402

#: The same service under another name: the neighbour.
NEIGHBOUR = {"meeting_rooms": "desk_places", "meeting-rooms": "desk-places"}
SERVICES = ("desk_places", "meeting_rooms")
PUT = """
from datetime import timedelta
from bacasable.compliance import clock
from desk_places.models import Room as Other
from meeting_rooms.models import Booking, Room
Other.objects.create(name="of the neighbour", seats=1)
now = clock.now()
Booking.objects.create(person="00000000-0000-4000-8000-000000000001", seats=1, starts_at=now,
    ends_at=now + timedelta(hours=1), room=Room.objects.create(name="of the service", seats=1))
"""
SERVED = """
import json
import secrets
from django.test import Client
from django.test.utils import setup_test_environment
from django.conf import settings
from meeting_rooms.models import Booking
from tests.factories.people import sign_in, staff
setup_test_environment()
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
client = sign_in(Client(), staff("room_manager", email=f"{secrets.token_hex(4)}@town.example"))
pages = ("", "book/", "rooms/")
print(json.dumps([Booking.objects.count(),
                  [client.get(f"/services/meeting-rooms/{page}").status_code for page in pages]]))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server that asks a password of every role."""
    need_program("initdb", FOLDERS)
    with cluster(password="of-the-server") as address:
        yield address


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> str:
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    lay(wheel_of(EXAMPLE, one), one / "lib")
    lay(renamed_wheel(EXAMPLE, other, NEIGHBOUR), other / "lib")
    return first_on_path(one / "lib", other / "lib")


def database(server: str, name: str, owner: str, *options: str) -> str:
    """Make a database with an owner who is no superuser, and give its address."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {owner} LOGIN {' '.join(options)} PASSWORD 'of-{owner}'")
        connection.execute(f"CREATE DATABASE {name} OWNER {owner}")
    host = server.rpartition("@")[2]
    return f"postgresql://{owner}:of-{owner}@{host}/{name}"


def as_service(installation: Installation, key: str, name: str) -> "psycopg.Connection[tuple[object, ...]]":
    """Connect as the role of a service, with nothing but its password."""
    password = (installation.home / "keys" / f"database-{key}").read_text().strip()
    host = unquote(urlsplit(installation.database_url).netloc.rpartition("@")[2])
    return psycopg.connect(
        host=host, user=f"bacasable_{name}_{key}", password=password, dbname=name, autocommit=True
    )


@pytest.fixture(scope="module")
def town(server: str, plugins: str, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    url = database(server, "town", "mayor", "CREATEROLE")
    environment = {"BACASABLE_DEPLOYMENT": "service", "PYTHONPATH": plugins}
    made = Installation(tmp_path_factory.mktemp("town") / "home", url, environment)
    made.run("init")
    made.python(PUT)
    return made


def served(installation: Installation) -> object:
    """Return how many bookings there are, and how the pages answer a manager."""
    return json.loads(installation.python(SERVED).splitlines()[-1])


def ask(connection: "psycopg.Connection[tuple[object, ...]]", table: str) -> object:
    """Return how many rows a table holds."""
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (names of this file)


@pytest.mark.parametrize("table", ["people_user", "people_journalentry", "django_session"])
def test_a_service_reads_nothing_of_the_platform(town: Installation, table: str) -> None:
    with as_service(town, "meeting_rooms", "town") as connection:
        for verb in ("SELECT *", "DELETE"):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"{verb} FROM public.{table}")


def test_a_service_reads_its_own_schema_and_not_its_neighbour_s(town: Installation) -> None:
    own = {key: f"service_{key}.{key}_room" for key in SERVICES}
    for key, other in (SERVICES, SERVICES[::-1]):
        with as_service(town, key, "town") as connection:
            assert ask(connection, own[key]) == (1,)
            with pytest.raises(InsufficientPrivilege):
                ask(connection, own[other])


def test_a_service_cannot_reach_further_by_itself(town: Installation) -> None:
    with as_service(town, "meeting_rooms", "town") as connection:
        for statement in (
            "SET ROLE mayor",
            "SET ROLE bacasable_town_desk_places",
            "CREATE TABLE public.mine (id int)",
            "CREATE SCHEMA mine",
            "CREATE ROLE mine",
            "ALTER ROLE bacasable_town_desk_places PASSWORD 'x'",
            "GRANT USAGE ON SCHEMA public TO bacasable_town_meeting_rooms",
            "COPY (SELECT 1) TO PROGRAM 'cat'",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement)
        with pytest.raises((InsufficientPrivilege, UndefinedTable)):
            connection.execute("SELECT * FROM people_user")


def test_the_tables_of_a_service_lie_in_its_schema_only(town: Installation) -> None:
    with psycopg.connect(town.database_url) as connection:
        found = connection.execute(
            "SELECT schemaname, tableowner FROM pg_tables WHERE tablename LIKE '%\\_room'"
        ).fetchall()
    assert sorted(found) == [(f"service_{key}", f"bacasable_town_{key}") for key in SERVICES]


def test_its_pages_work_with_its_own_role(town: Installation) -> None:
    assert served(town) == [1, [200, 200, 200]]


def test_its_password_is_for_the_installation_only_and_stays(town: Installation) -> None:
    paths = [town.home / "keys" / f"database-{key}" for key in SERVICES]
    before = [path.read_text() for path in paths]
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]
    town.run("init")
    assert [path.read_text() for path in paths] == before
    assert served(town) == [1, [200, 200, 200]]


def test_without_its_password_nobody_is_the_service(town: Installation) -> None:
    host = unquote(urlsplit(town.database_url).netloc.rpartition("@")[2])
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=host, user="bacasable_town_meeting_rooms", password="guessed", dbname="town")


def test_a_role_that_may_not_make_roles_is_told_what_to_run(
    server: str, plugins: str, tmp_path: Path
) -> None:
    url = database(server, "village", "clerk")
    environment = {"BACASABLE_DEPLOYMENT": "service", "PYTHONPATH": plugins}
    village = Installation(tmp_path / "home", url, environment)
    refused = village.run("init", check=False)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert 'ALTER ROLE "clerk" CREATEROLE;' in refused.stderr
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute('ALTER ROLE "clerk" CREATEROLE;')
    village.run("init")
    assert served(village) == [0, [200, 200, 200]]


def test_a_restored_backup_gives_each_service_its_tables_back(
    server: str, plugins: str, town: Installation, tmp_path: Path
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse battery staple\n")
    town.run("backup", str(tmp_path / "town.tar"), "--passphrase-file", str(secret))
    url = database(server, "again", "successor", "CREATEROLE")
    again = Installation(tmp_path / "again", environment=town.environment)
    again.run("restore", str(tmp_path / "town.tar"), "--passphrase-file", str(secret), "--database-url", url)
    again.database_url = url
    assert served(again) == [1, [200, 200, 200]]
    with as_service(again, "meeting_rooms", "again") as connection:
        assert ask(connection, "service_meeting_rooms.meeting_rooms_booking") == (1,)
        for other in ("public.people_user", "service_desk_places.desk_places_room"):
            with pytest.raises(InsufficientPrivilege):
                ask(connection, other)
    again.run("upgrade")
