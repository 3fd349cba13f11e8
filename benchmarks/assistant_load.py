"""How long agents wait for an answer: 50 at once, a question every 10 seconds each, on the shipped sheets.

A server as `bacasable serve` starts it (web process and worker), on SQLite, in a demonstration's home with
the 3,603 shipped sheets and their vectors. Each agent has a session of their own and does what the page
does: posts the question (shield, search by words and meaning, extractive answer, sealed and journalled), then
reads the page of the answer. Questions: titles of sheets, half of them after a sentence with fictional
personal data (seed 13). Askers and server share the machine; what else runs there shows in the waits, not in
the processor time of an answer.

Bars: p95 under 400 ms on 2 cores; server under 700 MB. FULL=1 asks for three minutes.

    python benchmarks/assistant_load.py
"""

import os
import random
import re
import sys
import threading
import time
import urllib.parse
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness import Installation, descendants, quantile, result, table

SEED = 13
ASKERS = 50
PERIOD_SECONDS = 10.0
WARM_SECONDS = 10.0
ASKED_SECONDS = 180.0 if os.environ.get("FULL") else 40.0
PAGE = "/services/assistant/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def seed_database() -> tuple[list[str], list[str]]:
    """Import the shipped sheets; return the sessions of the agents and the questions."""
    import django

    django.setup()
    from bacasable.people.models import RoleGrant, User
    from bacasable.services.assistant.engine.corpus.snapshot import Snapshot
    from bacasable.services.assistant.engine.trials.plants import planted
    from bacasable.services.assistant.web import running
    from bacasable.services.assistant.web.models import Collection
    from benchmarks.seeding import session_of

    made = Collection.objects.create(key="service-public", title="service-public.fr", is_open=True)
    with Snapshot.shipped() as snapshot:
        sheets = list(snapshot.sheets(made.key))
        running.index().replace(made.key, sheets, running.readers_of(made), vectors=snapshot.vectors)
    running.calibrate()
    sessions = []
    for number in range(ASKERS):
        agent = User.objects.create_user(f"agent-{number}@bench.example", name=f"Agent {number}")
        RoleGrant.objects.create(user=agent, role="counter_agent")
        sessions.append(session_of(agent))
    dice = random.Random(SEED)
    titles = dice.sample([sheet.title for sheet in sheets], 600)
    told = [text.text.rpartition(": ")[0] or text.text for text in planted(600, SEED)]
    return sessions, [
        f"{dice.choice(told)} : {title}" if at % 2 else title for at, title in enumerate(titles)
    ]


class Agent:
    """A browser of one agent: a connection kept open, a session, the token of its forms."""

    def __init__(self, port: int, session: str) -> None:
        self._port, self._session = port, session
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        _status, headers, page = self._send("GET", PAGE)
        cookie = (headers.get("Set-Cookie") or "").partition(";")[0]
        self._session = f"{session}; {cookie}" if cookie else session
        found = _TOKEN.search(page)
        if found is None:
            raise SystemExit("the page of questions has no form: is the agent let in?")
        self._token = found[1]

    def asks(self, question: str) -> tuple[float, str]:
        """Ask and read the answer; return the seconds that it took, and what was wrong if anything was."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self._token, "question": question})
        begun = time.monotonic()
        status, headers, page = self._send("POST", PAGE, body)
        confirm = status == 422 and 'name="confirmed"' in page
        if status == 302:
            status, headers, page = self._send("GET", headers["Location"].partition("#")[0])
        spent = time.monotonic() - begun
        return spent, "" if status == 200 or confirm else f"status {status}"

    def _send(self, method: str, path: str, body: str = "") -> tuple[int, Any, str]:
        headers = {"Cookie": self._session, "Origin": f"http://127.0.0.1:{self._port}"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for last in (False, True):
            try:
                self._connection.request(method, path, body or None, headers)
                response = self._connection.getresponse()
                return response.status, response.headers, response.read().decode()
            except (HTTPException, OSError):  # an idle connection that the server closed
                self._connection.close()
                if last:
                    raise
        raise AssertionError


def asking(agent: Agent, number: int, questions: list[str], stop_at: float, out: list[Any]) -> None:
    """Ask every :data:`PERIOD_SECONDS` from a moment of one's own on, until ``stop_at``."""
    dice = random.Random(SEED * 1000 + number)
    next_at = time.monotonic() + dice.uniform(0, PERIOD_SECONDS)
    while next_at < stop_at:
        time.sleep(max(0.0, next_at - time.monotonic()))
        begun = time.monotonic()
        spent, wrong = agent.asks(dice.choice(questions))
        if begun >= stop_at - ASKED_SECONDS:
            out.append((spent, wrong))
        next_at += PERIOD_SECONDS


def megabytes(pid: int) -> dict[str, float]:
    """Return the memory in use, the most that was, and in use when what processes share is counted once."""
    said = Path(f"/proc/{pid}/status").read_text() + Path(f"/proc/{pid}/smaps_rollup").read_text()
    return {
        name: int(found[1]) / 1024
        for name in ("VmRSS", "VmHWM", "Pss")
        if (found := re.search(rf"\b{name}:\s+(\d+) kB", said))
    }


def words_of(pid: int) -> list[str]:
    """Return the command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def name_of(pid: int) -> str:
    """Return what a process of the server is, as one types it after ``bacasable --home HOME``."""
    words = words_of(pid)
    if "bacasable.portal.supervision" in words:
        return "supervisor"
    first = words.index("--home") + 2 if "--home" in words else 0
    return " ".join(words[first : first + (1 if words[first] in {"web", "worker"} else 2)])


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used: it does not depend on what else runs."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    os.environ["BACASABLE_DEPLOYMENT"] = "demo"
    installation = Installation()
    try:
        sessions, questions = seed_database()
        installation.start()
        assert installation.process is not None
        agents = [Agent(installation.port, session) for session in sessions]
        first, wrong = agents[0].asks(questions[0])
        if wrong:
            raise SystemExit(wrong)
        web = next(pid for pid in descendants(installation.process.pid) if "web" in words_of(pid))
        out: list[Any] = []
        used_before = processor_seconds(web)
        stop_at = time.monotonic() + WARM_SECONDS + ASKED_SECONDS
        threads = [
            threading.Thread(target=asking, args=(agent, number, questions, stop_at, out))
            for number, agent in enumerate(agents)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rounds = (WARM_SECONDS + ASKED_SECONDS) / ASKED_SECONDS
        worked = (processor_seconds(web) - used_before) / max(1, rounds * len(out))
        memory = {
            name_of(pid): megabytes(pid)
            for pid in [installation.process.pid, *descendants(installation.process.pid)]
        }
    finally:
        installation.kill()
        installation.stop()
    failed = sorted({wrong for _spent, wrong in out if wrong})
    if failed:
        raise SystemExit(f"answers that did not come: {failed}")
    spent = [1000 * seconds for seconds, _wrong in out]
    p50, p95, most = quantile(spent, 0.5), quantile(spent, 0.95), max(spent)
    waits = {"p50": p50, "p95": p95, "slowest": most, "first of all": 1000 * first}
    row: dict[str, object] = {"askers": ASKERS, "answers": len(spent)}
    row |= {f"{name} (ms)": f"{value:.0f}" for name, value in waits.items()}
    table([row | {"processor time of one (ms)": f"{1000 * worked:.0f}"}])
    table(
        [
            {"process": name, **{key: f"{value:.0f} MB" for key, value in used.items()}}
            for name, used in sorted(memory.items())
        ]
    )
    result(
        {
            "askers": ASKERS,
            "answers": len(spent),
            "p50 ms": round(p50, 1),
            "p95 ms": round(p95, 1),
            "slowest ms": round(most, 1),
            "processor time of the web process for one answer, ms": round(1000 * worked, 1),
            "first answer ms": round(1000 * first, 1),
            "memory of all processes, MB": round(sum(used["VmRSS"] for used in memory.values())),
            "the same, what they share counted once, MB": round(sum(used["Pss"] for used in memory.values())),
            "memory of the web process, most, MB": round(memory["web"]["VmHWM"]),
            "web, worker and supervisor, what they share counted once, MB": round(
                sum(memory[name]["Pss"] for name in ("web", "worker", "supervisor"))
            ),
            "cores": os.cpu_count(),
            "seed": SEED,
        }
    )


if __name__ == "__main__":
    main()
