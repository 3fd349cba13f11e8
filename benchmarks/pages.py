"""How fast the main pages answer with 5,000 dossiers and 50 readers who think 2 seconds between pages.

An edition of 200 dossiers is scored by 30 experts, and 200 projects are supported, in the same database. The
ranking, which few people open, is one page read in sixty; the others are read alike.

Bar: p95 under 150 ms for each page but the ranking, which has its own (benchmarks/ranking.py). Peer, in the
same run: a bare Django page on the same server, read by the same readers. Data: fictional candidacies of the
demo, multiplied; seed 7. FULL=1 reads for two minutes.

    python benchmarks/pages.py
"""

import os
import random
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness import ROOT, Installation, free_port, postgresql, quantile, result, table

SEED = 7
DOSSIERS = 5_000
EXAMINED = SUPPORTED = 200
EXPERTS = 30
RANKING_ONE_IN = 60
READERS = 50
THINK_SECONDS = 2.0
WARM_SECONDS = 6.0
READ_SECONDS = 120.0 if os.environ.get("FULL") else 40.0
BAR_MS = 150.0


def seed_database() -> dict[str, Any]:
    """Fill the database; return the references and the sessions that readers use."""
    import django

    django.setup()
    from datetime import timedelta

    from bacasable.compliance import clock
    from bacasable.demo.history import read
    from bacasable.people.instance import vault
    from bacasable.people.models import RoleGrant, User
    from bacasable.programme.dossiers.models import Dossier, Membership, Version
    from benchmarks.seeding import examined_edition, open_call, session_of, supported_projects

    now = clock.now()
    officer = User.objects.create_user("reader@bench.example", name="Officer")
    RoleGrant.objects.create(user=officer, role="officer")
    call = open_call()
    candidacies = read("candidacies")
    samples = [line for line in candidacies["candidacies"] if line["state"] == "submitted"]
    users = User.objects.bulk_create(
        User(email=f"candidate-{n}@bench.example", name=f"Candidate {n}") for n in range(DOSSIERS)
    )
    wrapped = vault().new_data_key()

    def answers(n: int) -> dict[str, Any]:
        line = samples[n % len(samples)]
        usual = candidacies["usual"]
        return {step: {**usual.get(step, {}), **line.get(step, {})} for step in usual} | {
            "project": line["project"]
        }

    dossiers = Dossier.objects.bulk_create(
        [
            Dossier(
                call=call,
                reference=f"BAS-BENCH-{n:05d}",
                title=answers(n)["project"]["title"],
                state=Dossier.State.SUBMITTED,
                answers=answers(n),
                data_key=wrapped,
                submitted_at=now - timedelta(minutes=n),
            )
            for n in range(DOSSIERS)
        ],
        batch_size=500,
    )
    Membership.objects.bulk_create(
        [Membership(dossier=d, user=u, role="author") for d, u in zip(dossiers, users, strict=True)],
        batch_size=500,
    )
    versions = Version.objects.bulk_create(
        [
            Version(
                dossier=d,
                number=1,
                answers=d.answers,
                manifest=[],
                digest="0" * 64,
                completeness=100,
                eligibility="eligible",
                submitted_at=d.submitted_at,
                submitted_by=u,
            )
            for d, u in zip(dossiers, users, strict=True)
        ],
        batch_size=500,
    )
    for dossier, version in zip(dossiers, versions, strict=True):
        dossier.current_version = version
    Dossier.objects.bulk_update(dossiers, ["current_version"], batch_size=500)
    chosen = random.Random(SEED).sample(range(DOSSIERS), READERS)
    examined_edition(dossiers[:EXAMINED], EXPERTS, seed=SEED)
    supported_projects(dossiers[-SUPPORTED:])
    expert = User.objects.get(email="expert-0@bench.example")
    return {
        "expert": session_of(expert),
        "supported": (dossiers[-1].reference, session_of(users[-1])),
        "call": call.slug,
        "officer": session_of(officer),
        "candidates": [(dossiers[n].reference, session_of(users[n])) for n in chosen],
    }


def reader(number: int, seeds: dict[str, Any], port: int, bare: bool, stop_at: float, out: list[Any]) -> None:
    """Read pages at random until ``stop_at``; append ``(page, seconds, status)``."""
    chance = random.Random(SEED * 1000 + number)
    reference, session = seeds["candidates"][number % len(seeds["candidates"])]
    slug = seeds["call"]
    pages = {
        "home": ("/", ""),
        "call": (f"/calls/{slug}/", ""),
        "my dossiers": ("/dossiers/", session),
        "my dossier": (f"/dossiers/{reference}/", session),
        "a step": (f"/dossiers/{reference}/steps/project/", session),
        "work queue": ("/desk/", seeds["officer"]),
        "a dossier received": (f"/desk/dossiers/{reference}/", seeds["officer"]),
        "scores": (f"/committee/{slug}/scores/", seeds["officer"]),
        "my dossiers to score": (f"/committee/{slug}/tasks/", seeds["expert"]),
        "a support file": (f"/support/{seeds['supported'][0]}/", seeds["supported"][1]),
        "guidance": (f"/support/{seeds['supported'][0]}/guidance/", seeds["supported"][1]),
        "recommendations": ("/recommendations/", ""),
        "publications": ("/publications/?words=fichiers", ""),
        "what waits": ("/today/", seeds["officer"]),
        "ranking": (f"/committee/{slug}/ranking/", seeds["officer"]),
    }
    names = ["bare"] if bare else [name for name in pages if name != "ranking"]
    time.sleep(chance.uniform(0, THINK_SECONDS))
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    warm_until = stop_at - READ_SECONDS
    while time.monotonic() < stop_at:
        rare = not bare and chance.random() < 1 / RANKING_ONE_IN
        name = "ranking" if rare else chance.choice(names)
        path, cookie = ("/", "") if bare else pages[name]
        headers = {"Cookie": cookie} if cookie else {}
        begun = time.monotonic()
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
        except (HTTPException, OSError):  # an idle connection that the server closed: browsers open another
            connection.close()
            begun = time.monotonic()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
        response.read()
        if begun >= warm_until:
            out.append((name, time.monotonic() - begun, response.status))
        time.sleep(chance.expovariate(1 / THINK_SECONDS))
    connection.close()


def read_pages(seeds: dict[str, Any], port: int, bare: bool = False) -> list[Any]:
    """Let the readers read; return what they measured after the warm-up."""
    out: list[Any] = []
    stop_at = time.monotonic() + WARM_SECONDS + READ_SECONDS
    readers = [
        threading.Thread(target=reader, args=(n, seeds, port, bare, stop_at, out)) for n in range(READERS)
    ]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    return out


def measure(database: str, database_url: str) -> list[dict[str, object]]:
    installation = Installation(database_url)
    try:
        seeds = seed_database()
        installation.start()
        measured = read_pages(seeds, installation.port)
    finally:
        installation.kill()
        installation.stop()
    wrong = {(name, status) for name, _seconds, status in measured if status != 200}
    if wrong:
        raise SystemExit(f"pages that did not answer 200: {sorted(wrong)}")
    port = free_port()
    bare = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "benchmarks.bare_django:application"),
            *("--port", str(port), "--log-level", "error"),
        ],
        cwd=ROOT,
    )
    try:
        time.sleep(2)
        yardstick = [seconds for _name, seconds, _status in read_pages(seeds, port, bare=True)]
    finally:
        bare.terminate()
        bare.wait()
    rows: list[dict[str, object]] = []
    names = ["all", *sorted({name for name, _s, _c in measured})]
    for name in names:
        values = [seconds for page, seconds, _status in measured if name in ("all", page)]
        rows.append(_row(database, name, values, yardstick))
    rows.append(_row(database, "bare Django page", yardstick, yardstick))
    return rows


def _row(database: str, name: str, values: list[float], yardstick: list[float]) -> dict[str, object]:
    p50, p95 = quantile(values, 0.5) * 1000, quantile(values, 0.95) * 1000
    return {
        "database": database,
        "page": name,
        "n": len(values),
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
        "p50_to_bare": round(p50 / (quantile(yardstick, 0.5) * 1000), 1),
    }


def main() -> None:
    # One database a process: Django keeps its settings for good.
    if len(sys.argv) > 1:
        rows = measure(sys.argv[1], os.environ.get("BENCH_DATABASE_URL", ""))
        result({"rows": rows})
        return
    rows = []
    for name, context in (("SQLite", None), ("PostgreSQL", postgresql())):
        if context is None:
            rows += _in_process(name, "")
        else:
            with context as url:
                rows += _in_process(name, url)
    print(f"{DOSSIERS} dossiers, {READERS} readers, {THINK_SECONDS} s think time, seed {SEED}\n")
    table(rows)
    worst = max(float(str(row["p95_ms"])) for row in rows if row["page"] not in ("ranking", "all"))
    print(f"\np95 of the slowest page, worse of the two databases: {worst} ms; bar {BAR_MS} ms")
    result({"rows": rows, "p95_ms": worst, "bar_ms": BAR_MS, "met": worst < BAR_MS, "seed": SEED})


def _in_process(name: str, url: str) -> list[dict[str, object]]:
    import json

    run = subprocess.run(
        [sys.executable, __file__, name],
        env=os.environ | {"BENCH_DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return list(json.loads(run.stdout.splitlines()[-1])["rows"])


if __name__ == "__main__":
    main()
