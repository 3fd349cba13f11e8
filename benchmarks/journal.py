"""The journal in files: entries a second that are acknowledged once durable, beside other ways to do it.

``python -m benchmarks.journal`` writes under ``.bench/`` (``WHERE`` measures another disk) from 1 thread, 64
threads, and 4 processes of 16 threads on one file, each thread waiting for each entry; then with a window of
entries handed in before waiting. Beside: one fsync for each entry under the lock (what the journal did
before), SQLite with WAL and synchronous=FULL, one insert a transaction, and auditchain. The best of three
rounds; each chain is verified after its run. The disk decides, so what one fsync costs is printed first: it
is shorter while the machine is busy. A second table counts references that name nobody and are refused all
the same. ``SEED`` changes those.
"""

import fcntl
import multiprocessing
import os
import random
import sqlite3
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from bacasable.compliance.journal import GENESIS, FileJournal, Head, Pending, seal
from bacasable.compliance.journal.content import named_by
from bacasable.compliance.journal.entries import parse
from bacasable.compliance.journal.segments import last_line
from bacasable.compliance.journal.verifying import verify_files
from benchmarks.harness import ROOT, quantile, result, table
from benchmarks.peer import peer

ROUNDS = 3
BAR = 20_000
ACT = {"action": "gate.read", "actor": "service:water_use", "subject": "rooms.bookings:1"}
FACTS = {"rows": 12, "fields": "name,size", "purpose": "detect_leak"}

Writer = Callable[[Path, int, int], list[float]]


@dataclass(frozen=True)
class Found:
    """Entries a second, the p95 of what one waited, processor seconds per entry."""

    rate: float
    p95: float
    cpu: float


def main() -> None:
    """Print both tables, then the figures as one JSON object."""
    seed = int(os.environ.get("SEED", "20261122"))
    where = Path(os.environ.get("WHERE", ROOT / ".bench"))
    where.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        print(f"one fsync after 400 bytes, alone: {fsync_seconds(folder) * 1e3:.2f} ms (median of 100)\n")
        figures = speeds(folder)
    print()
    shares = refused(random.Random(seed))
    table(
        [{"references that name nobody": kind, "refused": f"{share:.4%}"} for kind, share in shares.items()]
    )
    print(f"\nseed {seed}, 100,000 of each")
    result(
        {
            "seed": seed,
            "bar": BAR,
            "entries_per_second": {what: round(found.rate) for what, found in figures.items()},
            "p95_ms": {what: round(found.p95 * 1e3, 2) for what, found in figures.items()},
            "cpu_us": {what: round(found.cpu * 1e6, 1) for what, found in figures.items()},
            "refused": shares,
        }
    )


def speeds(folder: Path) -> dict[str, Found]:
    """Measure each way and print the table; the best of the rounds."""
    runs: list[tuple[str, Writer, int, int, int, int]] = [
        # what, writer, processes, threads, entries of each thread, rounds
        ("journal, 1 thread waits for each", record, 1, 1, 1000, ROUNDS),
        ("journal, 64 threads wait for each", record, 1, 64, 500, ROUNDS),
        ("journal, 4 processes × 16 threads wait for each", record, 4, 16, 500, ROUNDS),
        ("journal, 1 thread, 512 handed in before waiting", submit, 1, 1, 40_000, ROUNDS),
        ("journal, 4 × 16 threads, 8 handed in before waiting", submit_few, 4, 16, 1000, ROUNDS),
        ("one fsync an entry, 1 thread", plain, 1, 1, 300, ROUNDS),
        ("one fsync an entry, 64 threads", plain, 1, 64, 10, ROUNDS),
        ("one fsync an entry, 4 × 16 threads", plain, 4, 16, 10, ROUNDS),
        ("SQLite WAL FULL, one a transaction, 1 thread", sqlite, 1, 1, 300, ROUNDS),
        ("SQLite WAL FULL, one a transaction, 64 threads", sqlite, 1, 64, 10, ROUNDS),
        ("SQLite WAL FULL, one a transaction, 4 × 16 threads", sqlite, 4, 16, 10, ROUNDS),
    ]
    found: dict[str, Found] = {}
    for what, writer, processes, threads, entries, rounds in runs:
        tries = []
        for number in range(rounds):
            path = folder / f"{len(found)}-{number}.jsonl"
            tries.append(measure(writer, path, processes, threads, entries))
            if writer in (record, submit, submit_few, plain):
                report = verify_files(path)
                assert report.ok, report.faults[:3]
                assert report.count == processes * threads * entries
        found[what] = max(tries, key=lambda one: one.rate)
    task = {"folder": str(folder), "tasks": 64, "entries": {"jsonl": 12_800, "sqlite": 640}}
    for name, figures in peer("auditchain", "auditchain_appends.py", task, folder).items():
        durable = "" if name == "sqlite" else ", NOT forced to disk"
        found[f"auditchain 0.3.0, {name}, 64 tasks{durable}"] = Found(**figures)
    table(
        [
            {
                "what": what,
                "entries/s": f"{one.rate:,.0f}",
                "p95 ms": f"{one.p95 * 1e3:.2f}",
                "CPU µs an entry": f"{one.cpu * 1e6:.0f}",
                f"bar {BAR:,}": "met" if one.rate >= BAR else "",
            }
            for what, one in found.items()
        ]
    )
    return found


def measure(writer: Writer, path: Path, processes: int, threads: int, entries: int) -> Found:
    """Run writers that start together; the time is from their start to the last acknowledgement."""
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(processes), context.SimpleQueue()
    children = [
        context.Process(target=_measured, args=(writer, path, threads, entries, start, answers))
        for _ in range(processes)
    ]
    for child in children:
        child.start()
    found = [answers.get() for _ in children]
    for child in children:
        child.join()
    seconds = max(end for _, end, _, _ in found) - min(began for began, _, _, _ in found)
    total = processes * threads * entries
    latencies = [one for _, _, _, part in found for one in part]
    return Found(total / seconds, quantile(latencies, 0.95), sum(spent for _, _, spent, _ in found) / total)


def _measured(writer, path, threads, entries, start, answers) -> None:  # type: ignore[no-untyped-def]
    start.wait()
    began, spent = time.monotonic(), time.process_time()
    latencies = writer(path, threads, entries)
    answers.put((began, time.monotonic(), time.process_time() - spent, latencies))


def _in_threads(threads: int, work: Callable[[], list[float]]) -> list[float]:
    found: list[Future[list[float]]] = [Future() for _ in range(threads)]
    runners = [threading.Thread(target=lambda one=one: one.set_result(work())) for one in found]
    for runner in runners:
        runner.start()
    return [latency for one in found for latency in one.result()]


def record(path: Path, threads: int, entries: int) -> list[float]:
    """Let each thread wait for each of its entries."""
    journal = FileJournal(path)

    def work() -> list[float]:
        latencies = []
        for _ in range(entries):
            began = time.perf_counter()
            journal.record(**ACT, **FACTS)
            latencies.append(time.perf_counter() - began)
        return latencies

    return _in_threads(threads, work)


def submit(path: Path, threads: int, entries: int, window: int = 512) -> list[float]:
    """Let each thread hand in a window of entries, then wait for all of them."""
    journal = FileJournal(path)

    def work() -> list[float]:
        latencies: list[float] = []
        pending: list[tuple[float, Pending]] = []
        for number in range(1, entries + 1):
            pending.append((time.perf_counter(), journal.submit(**ACT, **FACTS)))
            if len(pending) == window or number == entries:
                for began, one in pending:
                    one.wait()
                    latencies.append(time.perf_counter() - began)
                pending.clear()
        return latencies

    return _in_threads(threads, work)


def submit_few(path: Path, threads: int, entries: int) -> list[float]:
    """As :func:`submit`, a few at a time."""
    return submit(path, threads, entries, window=8)


def plain(path: Path, threads: int, entries: int) -> list[float]:
    """Lock, read the last line, append, force to disk, for each entry: what the journal did before."""

    def work() -> list[float]:
        latencies = []
        for _ in range(entries):
            began = time.perf_counter()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            line, head = last_line(descriptor, os.fstat(descriptor).st_size), GENESIS
            if line:
                last = parse(line)
                head = Head(last.number, last.digest)
            os.write(descriptor, seal(**ACT, facts=FACTS, head=head).line())
            os.fsync(descriptor)
            os.close(descriptor)
            latencies.append(time.perf_counter() - began)
        return latencies

    return _in_threads(threads, work)


def sqlite(path: Path, threads: int, entries: int) -> list[float]:
    """Insert each chained entry in a transaction of its own, a connection a thread."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path.with_suffix(".db"), timeout=120, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, digest, line)")
        return connection

    def work() -> list[float]:
        connection, latencies = connect(), []
        for _ in range(entries):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            last = connection.execute(
                "SELECT number, digest FROM entry ORDER BY number DESC LIMIT 1"
            ).fetchone()
            entry = seal(**ACT, facts=FACTS, head=Head(*last) if last else GENESIS)
            connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?)", (entry.number, entry.digest, entry.line())
            )
            connection.execute("COMMIT")
            latencies.append(time.perf_counter() - began)
        connection.close()
        return latencies

    connect().close()
    return _in_threads(threads, work)


def fsync_seconds(folder: Path) -> float:
    """Return the median time of one fsync after 400 bytes, on an idle disk."""
    descriptor = os.open(folder / "probe", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    times = []
    for _ in range(100):
        began = time.perf_counter()
        os.write(descriptor, b"x" * 400)
        os.fsync(descriptor)
        times.append(time.perf_counter() - began)
    os.close(descriptor)
    return quantile(times, 0.5)


def refused(draw: random.Random, count: int = 100_000) -> dict[str, float]:
    """Return for each kind of reference which share is taken for something that names a person."""
    digits = {
        f"{length} digits": lambda n=length: str(draw.randrange(10**n)).zfill(n) for length in (8, 10, 13)
    }
    kinds: dict[str, Callable[[], str]] = {
        "UUID": lambda: str(uuid.UUID(int=draw.getrandbits(128), version=4)),
        "SHA-256": lambda: f"{draw.getrandbits(256):064x}",
        "16 hexadecimal digits": lambda: f"{draw.getrandbits(64):016x}",
        "10 hexadecimal digits": lambda: f"{draw.getrandbits(40):010x}",
        **digits,
        "15 digits": lambda: str(draw.randrange(10**15)).zfill(15),
        "16 digits (microseconds)": lambda: str(1_764_000_000_000_000 + draw.randrange(10**14)),
        "date and time": lambda: f"2026-{draw.randrange(1, 13):02d}-11T10:{draw.randrange(60):02d}:00+01:00",
        "20 capitals and digits": lambda: "".join(draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=20)),
        "dossier:BAS-2026-0001": lambda: f"dossier:BAS-2026-{draw.randrange(10**4):04d}",
    }
    return {kind: sum(bool(named_by(make())) for _ in range(count)) / count for kind, make in kinds.items()}


if __name__ == "__main__":
    main()
