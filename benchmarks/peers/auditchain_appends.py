"""Entries a second of auditchain, from as many tasks as asked: see `benchmarks/peer.py`.

Its JSON-lines backend does not force entries to disk (no fsync); its SQLite backend does, by SQLite's default
(rollback journal, synchronous=FULL), one entry at a time.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from auditchain import AuditLog, JsonlBackend, SqliteBackend

FACTS = {"rows": 12, "fields": "name,size", "purpose": "detect_leak"}


async def measure(log, tasks, entries):
    """Return entries a second, the p95 of their latencies and the processor seconds per entry."""
    latencies = []
    turn = asyncio.Lock()  # without a lock, tasks that append at once break its chain

    async def write():
        for _ in range(entries // tasks):
            began = time.perf_counter()
            async with turn:
                await log.append("service:water_use", "gate.read", "rooms.bookings:1", metadata=FACTS)
            latencies.append(time.perf_counter() - began)

    began, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(write() for _ in range(tasks)))
    seconds, spent = time.perf_counter() - began, time.process_time() - spent
    latencies.sort()
    assert (await log.verify()).ok
    count = len(latencies)
    return {"rate": count / seconds, "p95": latencies[int(count * 0.95)], "cpu": spent / count}


async def main(task):
    found = {}
    with tempfile.TemporaryDirectory(dir=task["folder"]) as folder:
        for name, backend in (
            ("jsonl", JsonlBackend(f"{folder}/a.jsonl")),
            ("sqlite", SqliteBackend(f"{folder}/a.db")),
        ):
            log = AuditLog(backend)
            await log.init()
            found[name] = await measure(log, task["tasks"], task["entries"][name])
            await log.close()
    print(json.dumps(found))


asyncio.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
