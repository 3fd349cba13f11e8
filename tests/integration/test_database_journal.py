"""The journal in the database: one chain, in the transaction of the act."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from bacasable.compliance import signing
from bacasable.compliance.journal import Head, JournalRefused
from bacasable.people import journal as people_journal
from bacasable.people.journal import DATABASE_JOURNAL, record
from bacasable.people.models import JournalCheckpoint, JournalEntry, JournalHead, User
from bacasable.portal import cleaning
from tests.conftest import MovableClock
from tests.installation import Installation


@pytest.mark.django_db
def test_entries_are_chained_and_name_the_account_by_its_public_identifier() -> None:
    user = User.objects.create_user("ada@example.org")
    record("dossier.submitted", by=user, subject="dossier:BAS-2027-0001", version=1, share=0.5, late=False)
    record("call.asked", by=None, subject="call:one")
    record("mail.delivered", by="system", subject="mail:1")
    report = DATABASE_JOURNAL.verify()
    assert (report.ok, report.count) == (True, 3)
    actors = list(JournalEntry.objects.values_list("actor", flat=True))
    assert actors == [f"user:{user.public_id}", "public", "system"]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused_with_the_remedy() -> None:
    with pytest.raises(JournalRefused, match=r"@transaction\.atomic"):
        record("call.published", by="system", subject="call:one")
    assert not JournalEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_entry() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("call.published", by="system", subject="call:one")
        1 / 0  # noqa: B018
    with transaction.atomic():
        record("call.closed", by="system", subject="call:one")
    assert (DATABASE_JOURNAL.verify().ok, DATABASE_JOURNAL.head().number) == (True, 1)


@pytest.mark.django_db
def test_what_a_hand_does_in_the_database_is_found() -> None:
    for number in range(6):
        record("call.asked", by=None, subject=f"call:{number}")
    published = DATABASE_JOURNAL.head()
    JournalEntry.objects.filter(number=2).update(subject="call:other")
    JournalEntry.objects.filter(number=4).delete()
    assert {(fault.kind, fault.number) for fault in DATABASE_JOURNAL.verify(published).faults} == {
        ("edited", 2),
        ("missing", 4),
    }


@pytest.mark.django_db
def test_a_cut_end_is_found_even_when_the_stored_head_is_cut_with_it() -> None:
    for number in range(4):
        record("call.asked", by=None, subject=f"call:{number}")
    published = DATABASE_JOURNAL.head()
    JournalEntry.objects.filter(number__gt=2).delete()
    assert [fault.kind for fault in DATABASE_JOURNAL.verify().faults] == ["truncated"]
    last = JournalEntry.objects.get(number=2)
    JournalHead.objects.update(number=2, digest=last.digest)
    assert DATABASE_JOURNAL.verify().ok
    (fault,) = DATABASE_JOURNAL.verify(published).faults
    assert (fault.kind, fault.number) == ("truncated", 3)
    assert DATABASE_JOURNAL.verify(Head(2, last.digest)).ok


@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_chain() -> None:
    errors: list[Exception] = []

    def write(who: int) -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    record("call.asked", by=None, subject=f"call:{who}-{number}")
        except Exception as error:  # a thread's error must reach the test
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    report = DATABASE_JOURNAL.verify()
    assert (errors, report.ok, report.count) == ([], True, 40)


@pytest.fixture
def keys() -> Path:
    folder: Path = settings.BACASABLE.home / "keys"
    signing.ensure_key(folder)
    return folder


def _years_of_acts(clock: MovableClock) -> Head:
    """Record four acts, then one five years later; return the head between."""
    for number in range(4):
        record("call.asked", by=None, subject=f"call:{number}")
    early = DATABASE_JOURNAL.head()
    clock.forward(days=4 * 365)
    record("call.closed", by="system", subject="call:last")
    return early


@pytest.mark.django_db
def test_what_is_past_its_declared_retention_expires_behind_a_checkpoint(
    clock: MovableClock, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_journal, "_MOST_AT_ONCE", 3)
    early = _years_of_acts(clock)
    cleaning.expire_journal()
    assert JournalEntry.objects.count() == 5, "60 months are declared: nothing is due yet"
    published = DATABASE_JOURNAL.head()
    clock.forward(days=367)
    cleaning.expire_journal()
    assert [entry.action for entry in DATABASE_JOURNAL.entries()] == [
        "call.closed",
        "journal.expired",
        "journal.expired",
    ]
    assert list(JournalCheckpoint.objects.values_list("number", flat=True)) == [3, 4]
    report = DATABASE_JOURNAL.verify(published)
    assert (report.faults, report.remarks, report.start) == ((), (), early)
    assert [remark.kind for remark in DATABASE_JOURNAL.verify(Head(1, "f" * 64)).remarks] == ["expired_head"]
    cleaning.expire_journal()
    assert JournalCheckpoint.objects.count() == 2, "a day without anything due changes nothing"


@pytest.mark.django_db
def test_rows_deleted_without_a_checkpoint_or_with_a_forged_one_are_found(
    clock: MovableClock, keys: Path
) -> None:
    _years_of_acts(clock)
    JournalEntry.objects.filter(number__lte=2).delete()
    assert [(fault.kind, fault.number) for fault in DATABASE_JOURNAL.verify().faults] == [("missing", 1)]
    clock.forward(days=367)
    with pytest.raises(JournalRefused, match="nothing expires"):
        cleaning.expire_journal()
    assert JournalEntry.objects.count() == 3


@pytest.mark.django_db
def test_a_checkpoint_that_was_altered_or_deleted_is_found(clock: MovableClock, keys: Path) -> None:
    _years_of_acts(clock)
    clock.forward(days=367)
    cleaning.expire_journal()
    row = JournalCheckpoint.objects.get()
    JournalCheckpoint.objects.update(envelope=row.envelope.replace('"sig":"', '"sig":"A', 1))
    assert "checkpoint" in {fault.kind for fault in DATABASE_JOURNAL.verify().faults}
    JournalCheckpoint.objects.all().delete()
    assert [fault.kind for fault in DATABASE_JOURNAL.verify().faults] == ["missing"]


def test_from_the_command_line_a_journal_expires_and_an_auditor_verifies_it(tmp_path: Path) -> None:
    office = Installation(tmp_path / "home")
    office.run("init")
    act = (
        "from datetime import timedelta\nfrom django.db import transaction\n"
        "from bacasable.compliance import clock\nfrom bacasable.people.journal import record\n"
        "with transaction.atomic():\n    for n in range(3):\n"
        "        record('call.asked', by=None, subject=f'call:{n}')\n"
    )
    old = "now = clock.now()\nclock.set_source(lambda: now - timedelta(days=days))\n"
    empty = (  # what init recorded today stands before what the test dates back
        "from bacasable.people.models import JournalEntry, JournalHead\n"
        "JournalEntry.objects.all().delete()\nJournalHead.objects.all().delete()\n"
    )
    office.python(act.replace("with ", f"days = 2000\n{empty}{old}with ", 1))
    office.python(act)
    office.run("journal", "head", "--out", str(tmp_path / "head.json"))
    assert "would expire" in office.run("journal", "expire", "--dry-run").stdout
    assert "expired behind a signed checkpoint" in office.run("journal", "expire").stdout
    assert (
        "from the checkpoint at entry"
        in office.run("journal", "verify", "--head", str(tmp_path / "head.json")).stdout
    )
    folder = tmp_path / "for-the-auditor"
    office.run("journal", "export", "--for-auditor", "--out", str(folder))
    key = next((office.home / "keys").glob("evidence-*.pub"))
    command = [sys.executable, "-I", str(folder / "verify.py"), "--head", str(tmp_path / "head.json")]
    said = subprocess.run([*command, "--key", str(key)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert "the chain holds" in said.stdout
    lines = (folder / "entries.jsonl").read_text().replace("call:1", "call:7")
    (folder / "entries.jsonl").write_text(lines)
    said = subprocess.run([*command, "--key", str(key)], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "edited" in said.stdout
    refused = office.run("journal", "export", "--for-auditor", "--out", str(folder), check=False)
    assert "never written over" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"),
    [("facts", "[1, 2]"), ("facts", '{"a": {"b": 1}}'), ("digest", ""), ("previous", "x"), ("actor", "")],
)
def test_whatever_a_hand_writes_in_a_row_is_named_without_a_traceback(column: str, value: str) -> None:
    for number in range(3):
        record("call.asked", by=None, subject=f"call:{number}")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE people_journalentry SET {column} = %s WHERE number = 2", [value])  # noqa: S608
    assert ("edited", 2) in {(fault.kind, fault.number) for fault in DATABASE_JOURNAL.verify().faults}


@pytest.mark.django_db
@pytest.mark.parametrize(("column", "value"), [("facts", "{torn"), ("at", "yesterday")])
def test_a_row_that_cannot_be_read_at_all_is_named(column: str, value: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL stores no such value")
    for number in range(3):
        record("call.asked", by=None, subject=f"call:{number}")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE people_journalentry SET {column} = %s WHERE number = 2", [value])  # noqa: S608
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    kinds = {fault.kind for fault in DATABASE_JOURNAL.verify().faults}
    assert kinds & {"malformed", "edited"}
