"""The journal in files: many writers, crashes, segments, checkpoints, what is done to them, and auditors."""

import contextlib
import multiprocessing
import os
import random
import resource
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bacasable.compliance.canonical import canonical
from bacasable.compliance.journal import (
    FileJournal,
    JournalRefused,
    JournalUnavailable,
    locking,
    seal,
    segments,
)
from bacasable.compliance.journal.verifying import verify_files
from tests.conftest import MovableClock
from tests.factories.journals import write

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40).filter(
    lambda text: "@" not in text and not any(letter.isdigit() for letter in text)
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70).filter(lambda value: not 10**14 <= value < 3 * 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)


@given(st.dictionaries(TEXT.filter(str.isidentifier), VALUES, max_size=6))
def test_the_quick_line_is_the_canonical_one(facts: dict[str, object]) -> None:
    entry = seal(action="engine.ran", actor="service:a", subject="run:1", facts=facts)
    assert entry.digest == entry.expected_digest()
    _digest_of = {**entry.content(), "digest": entry.digest}
    assert entry.line() == canonical(_digest_of) + b"\n"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"who": "1 85 05 78 006 084 91"}, "social-security"),
        ({"who": "2850578006084" + "36"}, ""),  # a wrong key: fifteen digits that are no such number
        ({"who": 185057800608491}, "social-security"),
        ({"pay": "FR76 3000 6000 0112 3456 7890 189"}, "IBAN"),
        ({"pay": "FR76 3000 6000 0112 3456 7890 188"}, ""),
        ({"call": "06 12 34 56 78"}, "telephone"),
        ({"call": "+33612345678"}, "telephone"),
        ({"at": "2026-11-22T15:00:00.123456+02:00"}, ""),
        ({"run": "0193e8a0-1234-7890-8123-456789012345"}, ""),
        ({"sha": "0" * 64}, ""),
        ({"when": 1764000000000000}, ""),
    ],
)
def test_what_names_somebody_is_refused_and_references_are_not(facts: dict[str, object], said: str) -> None:
    if said:
        with pytest.raises(JournalRefused, match=said) as refused:
            seal(action="mail.sent", actor="system", subject="mail:1", facts=facts)
        assert str(next(iter(facts.values()))) not in str(refused.value)
    else:
        seal(action="mail.sent", actor="system", subject="mail:1", facts=facts)


def _threads(path: Path, who: int, segment_bytes: int) -> None:
    journal = FileJournal(path, segment_bytes=segment_bytes)
    threads = [threading.Thread(target=write, args=(journal, f"{who}.{one}", 20)) for one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_of_many_processes_write_one_chain_through_many_segments(tmp_path: Path) -> None:
    path = tmp_path / "acts.jsonl"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_threads, args=(path, who, 20_000)) for who in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    report = verify_files(path, FileJournal(path).head())
    assert (report.faults, report.remarks, report.count) == ((), (), 3 * 8 * 20)
    assert len(segments.closed_segments(path)) > 3
    order: dict[str, int] = {}
    for entry in FileJournal(path).entries():
        index = int(entry.subject.removeprefix("run:"))
        assert order.get(entry.actor, -1) == index - 1, "a writer's entries keep their order"
        order[entry.actor] = index


def test_submitted_entries_keep_their_order_and_are_there_once_waited_for(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "acts.jsonl")
    pending = [journal.submit("engine.ran", actor="system", subject=f"run:{n}") for n in range(3000)]
    assert [one.wait().subject for one in pending] == [f"run:{n}" for n in range(3000)]
    assert [entry.number for entry in journal.entries()] == list(range(1, 3001))


def _acknowledge(path: Path, told: "multiprocessing.connection.Connection", who: int) -> None:
    journal = FileJournal(path, segment_bytes=50_000)
    lock = threading.Lock()

    def write(thread: int) -> None:
        for index in range(100_000):
            entry = journal.record("engine.ran", actor=f"worker:{who}.{thread}", subject=f"run:{index}")
            with lock:
                told.send((entry.number, entry.digest))

    for thread in range(4):
        threading.Thread(target=write, args=(thread,)).start()


def test_kill_9_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "acts.jsonl"
    context = multiprocessing.get_context("fork")
    acknowledged: list[tuple[int, str]] = []
    for round_ in range(3):
        pipes, workers = [], []
        for who in range(2):
            ours, theirs = context.Pipe(duplex=False)
            worker = context.Process(target=_acknowledge, args=(path, theirs, 2 * round_ + who))
            worker.start()
            theirs.close()
            pipes.append(ours)
            workers.append(worker)
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            for pipe in pipes:
                if pipe.poll(0.001):
                    acknowledged.append(pipe.recv())
        for worker in workers:
            assert worker.pid
            os.kill(worker.pid, signal.SIGKILL)
            worker.join()
        for pipe in pipes:
            with contextlib.suppress(EOFError, OSError):
                while pipe.poll(0.01):
                    acknowledged.append(pipe.recv())
    FileJournal(path).record("engine.ended", actor="system", subject="run:last")
    assert verify_files(path).ok
    stored = {entry.number: entry.digest for entry in FileJournal(path).entries()}
    assert len(acknowledged) > 20
    assert len({number for number, _ in acknowledged}) == len(acknowledged)
    assert all(stored.get(number) == digest for number, digest in acknowledged)
    acts = [(entry.actor, entry.subject) for entry in FileJournal(path).entries()]
    assert len(set(acts)) == len(acts)


def test_a_fork_while_others_write_neither_hangs_nor_doubles(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "acts.jsonl")
    writers = [threading.Thread(target=write, args=(journal, str(who), 100)) for who in range(3)]
    for writer in writers:
        writer.start()
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=write, args=(journal, f"child{who}", 10)) for who in range(3)]
    for child in children:
        child.start()
    for one in (*writers, *children):
        one.join(60)
    report = verify_files(journal.path)
    assert (report.faults, report.count) == ((), 330)


@pytest.mark.parametrize("short", [0, 700])
def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: int
) -> None:
    journal = FileJournal(tmp_path / "acts.jsonl")
    write(journal, "1", 3)
    before = journal.path.read_bytes()
    real, left = os.pwrite, [short]

    def full(descriptor: int, data: bytes, offset: int) -> int:
        if len(data) < 200:  # the mark in the lock's file
            return real(descriptor, data, offset)
        if left[0] <= 0:
            raise OSError(28, "No space left on device")
        written = real(descriptor, data[: left[0]], offset)
        left[0] -= written
        return written

    monkeypatch.setattr(os, "pwrite", full)
    pending = [journal.submit("engine.ran", actor="system", subject=f"run:{n}") for n in range(10)]
    for one in pending:
        with pytest.raises(JournalUnavailable, match=r"No space left on device.*nothing was recorded"):
            one.wait()
    assert journal.path.read_bytes() == before
    monkeypatch.undo()
    write(journal, "1", 1)
    assert (verify_files(journal.path).ok, journal.head().number) == (True, 4)


def test_an_error_of_the_disk_takes_back_what_it_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = FileJournal(tmp_path / "acts.jsonl")
    write(journal, "1", 3)
    before = journal.path.read_bytes()

    def broken(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(JournalUnavailable, match=r"Input/output error\); nothing was recorded"):
        write(journal, "1", 1)
    assert journal.path.read_bytes() == before
    with pytest.raises(JournalUnavailable):
        write(journal, "1", 1)
    monkeypatch.undo()
    write(journal, "1", 1)
    assert (verify_files(journal.path).ok, journal.head().number) == (True, 4)


def test_what_others_are_chained_to_is_left_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, other = FileJournal(tmp_path / "acts.jsonl"), FileJournal(tmp_path / "acts.jsonl")
    write(journal, "1", 3)
    real = os.fsync

    def broken_once(descriptor: int) -> None:
        monkeypatch.setattr(os, "fsync", real)
        write(other, "2", 1)  # writes while the first waits for the disk
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken_once)
    with pytest.raises(JournalUnavailable, match="stand in the file without being acknowledged"):
        write(journal, "1", 1)
    write(journal, "1", 1)
    assert (verify_files(journal.path).ok, journal.head().number) == (True, 6)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_disk_refuses_what_was_acknowledged_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    draw, write, force = random.Random(seed), os.pwrite, os.fsync
    journals = [FileJournal(tmp_path / "acts.jsonl", segment_bytes=30_000) for _ in range(3)]
    acknowledged: list[tuple[int, str]] = []

    def forced(descriptor: int) -> None:
        if draw.random() < 0.15:
            raise OSError(5, "Input/output error")
        force(descriptor)

    def written(descriptor: int, data: bytes, offset: int) -> int:
        chance = draw.random()
        if chance < 0.05:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[: len(data) // 2] if chance < 0.15 else data, offset)

    def record(who: int) -> None:
        for index in range(40):
            with contextlib.suppress(JournalUnavailable):
                entry = journals[who % 3].record("engine.ran", actor=f"worker:{who}", subject=f"run:{index}")
                acknowledged.append((entry.number, entry.digest))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", forced)
        patch.setattr(os, "pwrite", written)
        writers = [threading.Thread(target=record, args=(who,)) for who in range(9)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(60)
    assert not any(writer.is_alive() for writer in writers)
    journals[0].record("engine.ended", actor="system", subject="run:last")
    assert verify_files(journals[0].path).faults == ()
    stored = {entry.number: entry.digest for entry in journals[0].entries()}
    assert 100 < len(acknowledged) < 360
    assert all(stored.get(number) == digest for number, digest in acknowledged)


def _until_full(path: Path, limit: int, told: "multiprocessing.connection.Connection") -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    journal = FileJournal(path)
    try:
        for index in range(1000):
            told.send(journal.record("engine.ran", actor="system", subject=f"run:{index}").number)
    except JournalUnavailable as error:
        told.send(str(error))


def test_a_file_that_the_system_lets_grow_no_further_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "acts.jsonl"
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_until_full, args=(path, 3_000, theirs))
    child.start()
    theirs.close()
    *numbers, said = _received(ours)
    child.join(60)
    assert "nothing was recorded" in str(said)
    report = verify_files(path)
    assert (report.faults, report.head.number) == ((), numbers[-1])
    FileJournal(path).record("engine.ended", actor="system", subject="run:last")
    assert verify_files(path).ok


def _received(pipe: "multiprocessing.connection.Connection") -> list[object]:
    found: list[object] = []
    with contextlib.suppress(EOFError):
        while True:
            found.append(pipe.recv())
    return found


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_a_batch_torn_by_a_power_cut_is_cut_off_at_its_first_damage(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    journal = FileJournal(tmp_path_factory.mktemp("journal") / "acts.jsonl")
    write(journal, "1", 4)
    durable = journal.path.stat().st_size
    for one in [journal.submit("engine.ran", actor="system", subject=f"run:{n}") for n in range(12)]:
        one.wait()
    content = bytearray(journal.path.read_bytes())
    start = data.draw(st.integers(durable, len(content) - 2))
    length = data.draw(st.integers(1, 600))
    content[start : start + length] = b"\0" * len(content[start : start + length])
    journal.path.write_bytes(content)
    whole = sum(1 for line in bytes(content[:start]).splitlines(keepends=True) if line.endswith(b"\n"))
    status = journal.path.stat()
    mark = f"{'0' * 36} {status.st_ino:020d} {durable:020d}\n"  # of another boot
    segments.lock_name(journal.path).write_text(mark)
    FileJournal(journal.path).record("engine.ran", actor="system", subject="run:after")
    entries = list(journal.entries())
    assert verify_files(journal.path).ok
    assert [entry.action for entry in entries[whole:]] == ["journal.recovered", "engine.ran"]


def test_nothing_before_the_mark_is_ever_cut_off(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "acts.jsonl")
    write(journal, "1", 8)
    content = journal.path.read_bytes().replace(b'"run:2"', b'"run:9"')
    journal.path.write_bytes(content)
    status = journal.path.stat()
    mark = f"{'0' * 36} {status.st_ino:020d} {status.st_size:020d}\n"
    segments.lock_name(journal.path).write_text(mark)
    FileJournal(journal.path).record("engine.ran", actor="system", subject="run:after")
    assert journal.path.read_bytes().startswith(content)
    assert [fault.kind for fault in verify_files(journal.path).faults] == ["edited"]
    assert locking.read_mark(os.open(segments.lock_name(journal.path), os.O_RDONLY))


def test_segments_close_by_age_and_a_clock_that_goes_back_is_a_remark(
    tmp_path: Path, clock: MovableClock
) -> None:
    journal = FileJournal(tmp_path / "acts.jsonl", segment_age=timedelta(days=2))
    for _ in range(5):
        write(journal, "1", 1)
        clock.forward(days=1)
    clock.forward(days=-4)
    write(journal, "1", 1)
    assert len(segments.closed_segments(journal.path)) == 2
    report = verify_files(journal.path)
    assert report.ok
    assert [(remark.kind, remark.number) for remark in report.remarks] == [("clock", 6)]
    assert "went back" in report.remarks[0].message
