"""On PostgreSQL an act of a service and its entry lie in two schemas: killed between, both or neither."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.wheels import EXAMPLE, first_on_path, lay, wheel_of
from tests.installation import Installation
from tests.requirements import need_program
from tests.run_postgresql import FOLDERS, cluster

psycopg = pytest.importorskip("psycopg")

#: Opens a room named after the first argument, where nothing is patched.
ACT = """
import os
from django.db import transaction
from bacasable.people import journal, outbox
from meeting_rooms.models import Room

def open_room(name, **facts):
    with outbox.act(Room, "meeting_rooms.opened", by="system", subject=f"room:{name}", **facts):
        Room.objects.create(name=name, seats=1)

def die(*_args, **_facts):
    os._exit(9)

def killed(work):
    # in a process of its own, which ends at once where it dies
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

"""
MOVE = "\nfrom bacasable.people import outbox\noutbox.move_all()\n"
ROOMS, OUTBOX = "service_meeting_rooms.meeting_rooms_room", "service_meeting_rooms.journal_outbox"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    need_program("initdb", FOLDERS)
    folder = tmp_path_factory.mktemp("village")
    plugin = lay(wheel_of(EXAMPLE, folder), folder / "lib")
    environment = {"BACASABLE_DEPLOYMENT": "service", "PYTHONPATH": first_on_path(plugin)}
    with cluster() as address:
        made = Installation(folder / "home", f"{address}/postgres", environment)
        made.run("init")
        yield made


@pytest.fixture
def emptied(village: Installation) -> Installation:
    """The village, without rooms, and with a journal that tells of none."""
    with psycopg.connect(village.database_url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {OUTBOX}, {ROOMS} CASCADE")
        connection.execute("TRUNCATE people_journalentry, people_journalhead")
    return village


def told(village: Installation) -> dict[str, object]:
    """Return what the tables hold: rooms, entries that wait, entries of the journal."""
    with psycopg.connect(village.database_url) as connection:

        def column(name: str, table: str) -> list[object]:
            return [row[0] for row in connection.execute(f"SELECT {name} FROM {table}")]  # noqa: S608

        refused = "people_journalentry WHERE action = 'journal.entry_refused'"
        return {
            "rooms": column("name", f"{ROOMS} ORDER BY name"),
            "waiting": column("subject", f"{OUTBOX} ORDER BY position"),
            "journal": column("subject", "people_journalentry WHERE action LIKE 'meeting%' ORDER BY number"),
            "refused": len(column("number", refused)),
        }


def state(rooms: list[str], waiting: list[str], entries: list[str], refused: int = 0) -> dict[str, object]:
    return {"rooms": rooms, "waiting": waiting, "journal": entries, "refused": refused}


def test_an_act_is_in_the_journal_at_once(emptied: Installation) -> None:
    emptied.python(ACT + "open_room('a'); open_room('b')")
    assert told(emptied) == state(["a", "b"], [], ["room:a", "room:b"])


def test_killed_or_refused_before_it_commits_neither_is_there(emptied: Installation) -> None:
    emptied.python(
        ACT
        + """
def half():
    with transaction.atomic(using="service_meeting_rooms"):
        open_room("a")
        die()

killed(half)
try:
    open_room("b", told="ada@town.example")
    raise AssertionError("recorded")
except journal.JournalRefused:
    pass
"""
    )
    assert told(emptied) == state([], [], [])


def test_killed_between_the_entry_waits_and_is_moved_once(emptied: Installation) -> None:
    emptied.python(
        ACT
        + """
def before_the_move():
    outbox._move_some = die
    open_room("a")

def taken_from_the_outbox():
    outbox._record = die
    open_room("b")

def in_the_journal_and_not_committed():
    real = outbox._record
    def then_die(*row):
        real(*row)
        die()
    outbox._record = then_die
    open_room("c")

for work in (before_the_move, taken_from_the_outbox, in_the_journal_and_not_committed):
    killed(work)
"""
    )
    rooms = ["a", "b", "c"]
    subjects = [f"room:{name}" for name in rooms]
    assert told(emptied) == state(rooms, subjects, [])
    emptied.python(MOVE * 2)
    assert told(emptied) == state(rooms, [], subjects)


def test_a_journal_that_cannot_be_written_delays_the_entry_and_loses_nothing(emptied: Installation) -> None:
    broken = "def refuse(*row):\n    raise RuntimeError\nreal = outbox._record\noutbox._record = refuse\n"
    emptied.python(ACT + broken + "open_room('a')\noutbox._record = real\nopen_room('b')")
    assert told(emptied) == state(["a", "b"], [], ["room:a", "room:b"])


def test_two_movers_at_once_move_each_entry_once_and_in_order(emptied: Installation) -> None:
    names = [f"r{number:02}" for number in range(40)]
    code = f"outbox.move = lambda using: 0\nfor name in {names}:\n    open_room(name)\n"
    emptied.python(ACT + code)
    prefix = "import sys, django; django.setup()\n"
    movers = [
        subprocess.Popen(
            [sys.executable, "-c", prefix + MOVE], env=emptied.environ(), cwd=Path(__file__).parents[2]
        )
        for _ in range(2)
    ]
    assert [mover.wait(120) for mover in movers] == [0, 0]
    assert told(emptied) == state(names, [], [f"room:{name}" for name in names])
    emptied.run("journal", "verify")


def test_what_a_hand_put_in_the_outbox_is_told_of_and_holds_nothing_up(emptied: Installation) -> None:
    with psycopg.connect(emptied.database_url, autocommit=True) as connection:
        for action, facts in (
            ("committee.decided", "{}"),
            ("meeting_rooms.opened", '{"told": "ada@town.example"}'),
            ("meeting_rooms.opened", "[]"),
            ("meeting_rooms.opened", "{"),
        ):
            connection.execute(
                f"INSERT INTO {OUTBOX} (action, actor, subject, facts) "  # noqa: S608
                "VALUES (%s, 'user:president', 'room:x', %s)",
                [action, facts],
            )
    emptied.python(ACT + "open_room('a')")
    assert told(emptied) == state(["a"], [], ["room:a"], refused=4)
