"""What an operator relies on: a restore that works, keys that rotate, workers that may die, a supervisor."""

import json
import os
import signal
import subprocess
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation, answers, eventually, free_port, installed, new_database

PASSPHRASE = "correct horse battery staple"

#: Deposits one encrypted attachment in a dossier and writes the journal; prints the digest of the content.
DEPOSIT = """
import hashlib, os
from datetime import timedelta
from django.db import transaction
from bacasable.compliance import clock
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.programme.models import Attachment, Call, Dossier, Membership
data = os.urandom(200_000)
vault = instance.vault()
with transaction.atomic():
    now = clock.now()
    call = Call.objects.create(slug="call", title="Call", theme="t", summary="s", text="x",
                               opens_at=now, closes_at=now + timedelta(days=1))
    person = User.objects.create_user("candidate@project.example")
    dossier = Dossier.objects.create(call=call, reference="BAS-T-1", data_key=vault.new_data_key())
    Membership.objects.create(dossier=dossier, user=person, role="author")
    blob = vault.write(bytes(dossier.data_key), data)
    Attachment.objects.create(dossier=dossier, name="a.bin", media_type="application/octet-stream",
                              size=blob.size, sha256=blob.sha256, blob=blob.name, added_by=person)
    journal.record("dossier.file_added", by=person, subject="dossier:BAS-T-1")
print(hashlib.sha256(data).hexdigest())
"""
READ = """
import hashlib
from bacasable.people import instance
from bacasable.programme.models import Attachment
a = Attachment.objects.get()
print(hashlib.sha256(b"".join(instance.vault().read(bytes(a.dossier.data_key), a.blob))).hexdigest())
"""
SIGN = """
import sys
from pathlib import Path
from bacasable.compliance.signing import load_signer
from bacasable.portal.installation import configuration
signer = load_signer(configuration().home / "keys")
Path(sys.argv[1]).write_text(signer.sign(b"evidence").to_dict()["sig"] + " " + signer.public_key.keyid)
"""
VERIFY = """
import sys
from pathlib import Path
from securesystemslib.signer import Signature
from bacasable.compliance.signing import keyring
from bacasable.portal.installation import configuration
sig, keyid = Path(sys.argv[1]).read_text().split()
keyring(configuration().home / "keys").keys[keyid].key.verify_signature(Signature(keyid, sig), b"evidence")
print("verified")
"""
ERASE = """
from bacasable.compliance.rights import State
from bacasable.duties.rights import actions
from bacasable.duties.rights.models import RightsRequest
from bacasable.people.models import User
address = "erased@project.example"
asked = RightsRequest.objects.create(service="platform", right="erasure", body="x", email=address)
actions.confirm(asked=asked)
actions.require = lambda by, permission: None
by = User.objects.create_user("dpo@office.example")
print(actions.erase(asked=asked, by=by).is_proved, User.objects.filter(email=address).count())
"""
JOIN = """
from bacasable.people.models import User
User.objects.create_user("erased@project.example", name="Nadia Test")
"""
COUNT = """
from bacasable.people.models import User
print(User.objects.filter(email="erased@project.example").count())
"""
OPEN_LEDGER = """
from bacasable.duties.rights import ledger
from bacasable.people import instance
keyring = instance.vault().keyring
print(sum("email" in line.identifiers(keyring) for line in ledger.read(ledger.path())))
"""


@pytest.fixture(scope="module")
def deposited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    with installed(tmp_path_factory.mktemp("deposited")) as installation:
        yield installation, installation.python(DEPOSIT)


@pytest.fixture
def target(deposited: tuple[Installation, str], tmp_path: Path) -> Iterator[Installation]:
    """A home that does not exist yet, with an empty database where the run is on PostgreSQL."""
    url = deposited[0].database_url
    if not url:
        yield Installation(tmp_path / "restored")
        return
    with new_database(url) as empty:
        yield Installation(tmp_path / "restored", empty)


@pytest.mark.both_databases
@pytest.mark.parametrize("keys", ["sealed", "apart"])
def test_restore_drill(
    deposited: tuple[Installation, str], target: Installation, tmp_path: Path, keys: str
) -> None:
    origin, digest = deposited
    backup, apart = tmp_path / "backup.tar", tmp_path / "keys.tar"
    signature = tmp_path / "signature"
    origin.python(SIGN, str(signature))
    origin.environment["BACASABLE_BACKUP_PASSPHRASE"] = PASSPHRASE
    origin.run("backup", str(backup), *(["--keys-apart", str(apart)] if keys == "apart" else []))

    target.environment["BACASABLE_BACKUP_PASSPHRASE"] = "another passphrase"
    refused = target.run("restore", str(backup), check=False)
    assert refused.returncode == 1
    assert not target.home.exists(), "a restore that failed left something that looks like an installation"

    target.environment["BACASABLE_BACKUP_PASSPHRASE"] = PASSPHRASE
    target.run("restore", str(backup), *(["--keys", str(apart)] if keys == "apart" else []))
    assert target.python(READ) == digest
    target.run("journal", "verify")
    assert target.python(VERIFY, str(signature)) == "verified"
    assert oct(target.home.stat().st_mode)[-3:] == "700"

    again = target.run("restore", str(backup), check=False)
    assert again.returncode == 1
    assert "not empty" in again.stderr


def test_an_altered_backup_is_refused(
    deposited: tuple[Installation, str], target: Installation, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.tar"
    deposited[0].run("backup", str(backup), "--keys-apart", str(tmp_path / "keys.tar"))
    with tarfile.open(backup) as tar:
        blob = next(member for member in tar if member.name.startswith("home/files/") and member.size > 1000)
    content = bytearray(backup.read_bytes())
    content[blob.offset_data + 500] ^= 1
    backup.write_bytes(content)
    refused = target.run("restore", str(backup), "--keys", str(tmp_path / "keys.tar"), check=False)
    assert refused.returncode == 1
    assert blob.name in refused.stderr
    assert not target.home.exists()


def test_no_secret_stands_in_clear_in_a_sealed_backup(
    deposited: tuple[Installation, str], tmp_path: Path
) -> None:
    origin, backup = deposited[0], tmp_path / "backup.tar"
    origin.environment["BACASABLE_BACKUP_PASSPHRASE"] = PASSPHRASE
    origin.run("backup", str(backup))
    content = backup.read_bytes()
    for path in (origin.home / "keys").iterdir():
        if path.suffix != ".pub" and path.is_file():
            assert path.read_bytes().strip() not in content


@pytest.mark.both_databases
def test_rotated_keys_open_everything_and_the_old_key_goes(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        digest = installation.python(DEPOSIT)
        signature = tmp_path / "signature"
        installation.python(SIGN, str(signature))
        (old,) = (installation.home / "keys").glob("instance-*.key")
        # an interruption right after the new key was made: the next run takes over from there
        installation.python(
            "from bacasable.exchange.keyring import Keyring\n"
            "from bacasable.portal.installation import configuration\n"
            "Keyring(configuration().home / 'keys').rotate()"
        )
        assert installation.python(READ) == digest
        installation.run("keys", "rotate")
        assert len(list((installation.home / "keys").glob("instance-*.key"))) == 2
        installation.run("keys", "forget")
        assert not old.exists()
        assert installation.python(READ) == digest
        assert installation.python(VERIFY, str(signature)) == "verified"
        installation.run("journal", "verify")


#: A task that says that it began, then lasts until a file tells it to end.
TASKS = """
import time
from pathlib import Path
from django_tasks import task

@task()
def last(folder: str) -> None:
    with Path(folder, "began").open("a") as file:
        file.write("x")
    while not Path(folder, "end").exists():
        time.sleep(0.05)
    Path(folder, "done").touch()
"""


@pytest.mark.both_databases
def test_a_killed_worker_loses_no_task(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        (tmp_path / "lasting_tasks.py").write_text(TASKS)
        installation.environment["PYTHONPATH"] = str(tmp_path)
        installation.python("import lasting_tasks; lasting_tasks.last.enqueue(sys.argv[1])", str(tmp_path))
        began = tmp_path / "began"
        with installation.started("worker") as first:
            eventually(lambda: began.exists() and began.read_text() == "x", "the task begins")
            first.send_signal(signal.SIGKILL)
            first.wait()
        with installation.started("worker"):
            eventually(lambda: began.read_text() == "xx", "the next worker takes the orphan")
            (tmp_path / "end").touch()
            eventually((tmp_path / "done").exists, "the task ends")


GREEDY = """
import os, sys
from pathlib import Path
from django_tasks import task

@task()
def reads_much(folder: str, kept: int) -> None:
    sys.modules[__name__].held = bytearray(os.urandom(1 << 20) * kept)  # as a table that stays read
    with Path(folder, "by").open("a") as file:
        file.write(f"{os.getpid()} {int(Path('/proc/self/statm').read_text().split()[1]) * 4 // 1024}\\n")
"""


def test_a_worker_gives_back_what_a_task_read_and_goes_on(tmp_path: Path) -> None:
    """It is the same process with the same lock: no probe sees it gone, and a signal still ends it."""
    with installed(tmp_path) as installation:
        (tmp_path / "greedy_tasks.py").write_text(GREEDY)
        installation.environment |= {
            "PYTHONPATH": str(tmp_path),
            "BACASABLE_JOB_ADVICE_AUDIT_PEOPLE": "500",  # the first night's, before any task
        }
        asked = "import greedy_tasks; greedy_tasks.reads_much.enqueue(sys.argv[1], int(sys.argv[2]))"
        installation.python(asked, str(tmp_path), "300")
        by, locks = tmp_path / "by", installation.home / "run" / "workers"
        with installation.started("worker") as worker:
            eventually(by.exists, "the task is done")
            eventually(lambda: _megabytes(worker.pid) < 300, "the memory is given back")
            assert len(list(locks.glob("*.lock"))) == 1
            installation.python(asked, str(tmp_path), "0")
            eventually(lambda: by.read_text().count("\n") == 2, "the next task is done")
            (first, most), (second, least) = (line.split() for line in by.read_text().splitlines())
            assert (first, second) == (str(worker.pid), str(worker.pid))
            assert int(most) > 300 > int(least)
            worker.terminate()
            assert worker.wait(60) == 0
        assert not list(locks.glob("*.lock"))


def _megabytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4 // 1024


def _children(pid: int) -> dict[str, int]:
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True
    )
    rows = [line.split(None, 1) for line in listed.stdout.splitlines()]
    return {row[1].split("--home")[1].split()[1]: int(row[0]) for row in rows if "--home" in row[1]}


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "State:\tZ" in status.read_text())


def test_serve_starts_a_dead_child_again_and_none_survives_its_parent(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        port = free_port()
        with installation.started("serve", "--port", str(port), "--no-mailbox") as serve:
            url = f"http://127.0.0.1:{port}"
            eventually(lambda: answers(f"{url}/readyz"), "ready")
            web = _children(serve.pid)["web"]
            os.kill(web, signal.SIGKILL)
            eventually(lambda: _children(serve.pid).get("web", web) != web, "another web process")
            eventually(lambda: answers(f"{url}/healthz"), "it answers")
            with urllib.request.urlopen(f"{url}/metrics", timeout=30) as response:
                assert b"bacasable_requests_total" in response.read()
            children = _children(serve.pid).values()
            assert len(children) == 2
            serve.send_signal(signal.SIGKILL)
            serve.wait()
            eventually(lambda: not any(map(_is_alive, children)), "the children end with their parent")


def test_serve_ends_in_good_order(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        port = free_port()
        with installation.started("serve", "--port", str(port), "--no-mailbox") as serve:
            eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "it answers")
            second = installation.run("serve", "--port", str(port), check=False)
            assert second.returncode == 1
            serve.terminate()
            assert serve.wait(60) == 0
        logged = installation.home.with_suffix(".log").read_text().splitlines()
        for line in (line for line in logged if line.startswith("{")):
            json.loads(line)


@pytest.mark.both_databases
def test_a_restored_backup_replays_the_erasures_made_since(
    deposited: tuple[Installation, str], target: Installation, tmp_path: Path
) -> None:
    origin, backup = deposited[0], tmp_path / "backup.tar"
    origin.python(JOIN)
    origin.run("backup", str(backup), "--keys-apart", str(tmp_path / "keys.tar"))
    assert origin.python(ERASE) == "True 0"
    origin.run("keys", "rotate")
    ledger = origin.home / "erasures.jsonl"
    with ledger.open("a") as file:
        file.write("torn by a crash\n")

    restored = target.run("restore", str(backup), "--keys", str(tmp_path / "keys.tar"))
    assert "NO LEDGER" in restored.stdout
    assert target.python(COUNT) == "1", "the backup holds the person again"
    since = restored.stdout.split("--since ")[1].split()[0]
    without_key = target.run("replay-erasures", "--since", since, "--erasures", str(ledger), check=False)
    assert without_key.returncode == 1, "the key that wraps the ledger is newer than the backup"
    assert without_key.stdout.count("NOT REPLAYED") == 3
    for key in (origin.home / "keys").glob("instance-*.key"):
        there = target.home / "keys" / key.name
        there.write_bytes(key.read_bytes())
        there.chmod(0o600)
    replayed = target.run("replay-erasures", "--since", since, "--erasures", str(ledger), check=False)
    assert "replayed: 1" in replayed.stdout
    assert replayed.stdout.count("NOT REPLAYED") == 1, "the torn line is named, not passed over"
    assert target.python(COUNT) == "0"


@pytest.mark.both_databases
def test_a_restore_with_the_home_that_has_the_keys_finds_the_ledger_there(
    deposited: tuple[Installation, str], target: Installation, tmp_path: Path
) -> None:
    origin, backup = deposited[0], tmp_path / "backup.tar"
    ledger = origin.home / "erasures.jsonl"
    ledger.unlink(missing_ok=True)
    origin.python(JOIN)
    origin.environment["BACASABLE_BACKUP_PASSPHRASE"] = PASSPHRASE
    origin.run("backup", str(backup))
    origin.python(ERASE.replace("dpo@", "other-dpo@"))
    origin.run("keys", "rotate")
    restored = target.run("restore", str(backup), "--keys", str(origin.home), check=False)
    assert "replayed: 1" in restored.stdout, restored.stderr
    assert target.python(COUNT) == "0"
    assert (target.home / "erasures.jsonl").stat().st_mode & 0o077 == 0
    origin.run("keys", "forget")
    assert origin.python(OPEN_LEDGER) == "2", "the keys of the ledger were wrapped anew by the rotation"
