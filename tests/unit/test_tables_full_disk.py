"""A table's purge on a disk that is full: stated, nothing changed, and done once there is room."""

import json
import subprocess
import sys
from pathlib import Path

#: For one process a disk is full where a file may not grow; twice in the same process, then with room.
PURGE = """
import json, resource, signal, sys
import ibis
from bacasable.exchange.tables import TableStore
from bacasable.privacy.messages import Refused
from tests.factories.stores import DUE, declared

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
connection = ibis.duckdb.connect(sys.argv[1])
run = connection.con.execute
run("CREATE TABLE letters (id BIGINT, address TEXT, note TEXT, received TIMESTAMP)").fetchall()
run("INSERT INTO letters SELECT range, range || '@x.org', 'a secret', TIMESTAMP '2026-01-31 09:30:00' "
    "+ INTERVAL (range % 2 * 60) DAY FROM range(40000)").fetchall()
run("CHECKPOINT").fetchall()
stored = {"address": ("letters.address",), "note": ("letters.note",), "receipt": ("letters.received",)}
store = TableStore(connection, "letters", declared(stored), reference="id", persons={},
                   started={"letters": "received"})
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
said = []
for _ in range(2):
    try:
        store.purge(now=DUE)
    except Refused as refused:
        said.append(str(refused))
left = run("SELECT count(*) FROM letters").fetchone()[0]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
erased = store.purge(now=DUE).erased["note"]
connection.disconnect()
again = ibis.duckdb.connect(sys.argv[1])
print(json.dumps([said, left, erased, again.con.execute("SELECT count(*) FROM letters").fetchone()[0]]))
"""


def test_nothing_is_changed_and_it_is_done_once_there_is_room(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PURGE, str(tmp_path / "letters.duckdb")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    said, left, erased, after = json.loads(done.stdout.splitlines()[-1])
    assert len(said) == 2
    for message in said:
        assert message.startswith("letters: the engine could not write (")
        assert "nothing was changed; make room, then run it again" in message
        assert "secret" not in message
    assert (left, erased, after) == (40_000, 20_000, 20_000)
