"""A declaration that changes while data under the old one exist: nothing is left undeclared."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.factories.wheels import EXAMPLE, first_on_path, lay, wheel_of
from tests.installation import Installation, installed

pytestmark = pytest.mark.both_databases

BOOK = """
from datetime import timedelta
from bacasable.compliance import clock
from meeting_rooms.models import Booking, Room
now = clock.now()
Booking.objects.create(person="00000000-0000-4000-8000-000000000001", seats=1, starts_at=now, subject="x",
    ends_at=now + timedelta(hours=1), room=Room.objects.create(name="a room", seats=1))
"""
JOURNALLED = """
from bacasable.people.journal import DATABASE_JOURNAL
print([e.subject for e in DATABASE_JOURNAL.entries() if e.action == "declaration.changed"])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_of(EXAMPLE, tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def town(wheel: Path, tmp_path: Path) -> Iterator[Installation]:
    lib = lay(wheel, tmp_path / "lib")
    with installed(tmp_path, BACASABLE_DEPLOYMENT="service", PYTHONPATH=first_on_path(lib)) as made:
        made.python(BOOK)
        yield made


def declares(tmp_path: Path, change: Callable[[str], str]) -> None:
    """Change the service's declaration, as its next version would."""
    path = tmp_path / "lib" / "meeting_rooms" / "processing.py"
    text = path.read_text("utf-8")
    assert change(text) != text
    path.write_text(change(text), "utf-8")
    shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)


def without_subject(text: str) -> str:
    """Drop the whole piece of data ``subject``."""
    start = text.index('        DataField(\n            "subject"')
    end = text.index("        DataField(", start + 10)
    return text[:start] + text[end:]


@pytest.mark.parametrize("command", [("upgrade",), ("init",), ("worker",), ("serve", "--no-mailbox")])
def test_what_is_declared_no_more_and_still_there_stops_the_start(
    town: Installation, tmp_path: Path, command: tuple[str, ...]
) -> None:
    declares(tmp_path, without_subject)
    refused = town.run(*command, check=False)
    assert refused.returncode == 1
    assert "meeting_rooms: 'subject' (meeting_rooms.Booking.subject) is no longer declared" in refused.stderr
    assert "(records: 1)" in refused.stderr
    assert "processing.py" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_declared_again_or_erased_it_goes_on_and_the_change_is_journalled(
    town: Installation, tmp_path: Path
) -> None:
    before = (tmp_path / "lib" / "meeting_rooms" / "processing.py").read_text("utf-8")
    declares(tmp_path, without_subject)
    assert town.run("upgrade", check=False).returncode == 1
    declares(tmp_path, lambda text: before)
    town.run("upgrade")
    assert town.python(JOURNALLED) == "[]"
    town.python("from meeting_rooms.models import Booking; Booking.objects.update(subject='')")
    declares(tmp_path, without_subject)
    done = town.run("upgrade")
    assert "The declaration of 'meeting_rooms' changed" in done.stdout
    assert town.python(JOURNALLED) == "['service:meeting_rooms']"


def test_another_retention_is_a_change_and_no_obstacle(town: Installation, tmp_path: Path) -> None:
    declares(tmp_path, lambda text: text.replace("Period(months=6)", "Period(months=3)"))
    town.run("init")
    assert town.python(JOURNALLED) == "['service:meeting_rooms']"
    town.run("init")
    assert town.python(JOURNALLED) == "['service:meeting_rooms']"


def test_a_service_that_leaves_its_data_behind_is_named(town: Installation) -> None:
    alone = replace(town, environment={"BACASABLE_DEPLOYMENT": "service", "PYTHONPATH": first_on_path()})
    refused = alone.run("init", check=False)
    assert refused.returncode == 1
    assert "meeting_rooms: 'booker' (meeting_rooms.Booking.person) is no longer declared" in refused.stderr
    assert "install the service again, or start with --without meeting_rooms" in refused.stderr
    alone.run("--without", "meeting_rooms", "init")
    kept = json.loads((town.home / "declarations.json").read_text())
    assert "meeting_rooms.Booking.person" in kept["meeting_rooms"]["places"]
    town.run("init")
    town.python("from meeting_rooms.models import Booking; Booking.objects.all().delete()")
    alone.run("init")
    assert "meeting_rooms" not in json.loads((town.home / "declarations.json").read_text())
