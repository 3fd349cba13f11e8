"""300 candidates deposit 2 MB each in the last minute, and the server is killed twice on the way.

Bar: every acknowledged deposit is intact, byte for byte, and nothing else counts as submitted. Killed means
SIGKILL to every process of the portal; what a power cut would also lose (the disk's cache) is not tried here.
The call closes a minute after the first arrives, with ten
minutes of stated grace for whoever the kills delay. Candidates send their file in pieces (tus), go on where
they were after a kill, and submit until a page acknowledges. Twenty more send half a file and give up.
Data: random bytes behind a PDF's head, seed 11.

    python benchmarks/deposit_rush.py
"""

import base64
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness import Installation, postgresql, quantile, result, table

SEED = 11
CANDIDATES = 300
ABANDONING = 20
FILE_BYTES = 2 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
ARRIVALS_SECONDS = 60.0
KILLS_AT_SECONDS = (20.0, 42.0)
GIVE_UP_SECONDS = 240.0
CSRF = "b" * 32
#: Counts that must be 0.
WRONGS = ("lost", "altered", "not_acknowledged_yet_submitted", "versions_too_many")


def pdf(number: int) -> bytes:
    """Return a valid one-page PDF of ``FILE_BYTES`` whose stream is random: it does not compress."""
    noise = random.Random(SEED * 100_000 + number).randbytes(FILE_BYTES - 700)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(noise), noise),
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for index, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    table_at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table_at)
    return bytes(out)


def seed_database() -> list[dict[str, str]]:
    """Make the call and the drafts, complete but for the file; return their references and sessions."""
    import django

    django.setup()
    from bacasable.demo.load import read
    from bacasable.people.models import User
    from bacasable.programme.dossiers import actions as dossiers
    from bacasable.programme.dossiers import queries
    from bacasable.programme.dossiers.models import Dossier
    from benchmarks.seeding import open_call, session_of

    call = open_call()
    candidacies = read("candidacies")
    line = next(line for line in candidacies["candidacies"] if line["state"] == "submitted")
    usual = candidacies["usual"]
    answers = {step: {**usual.get(step, {}), **line.get(step, {})} for step in usual}
    answers["project"] = line["project"]
    answers["organisation"] |= {"contact_name": "Candidate", "contact_email": "candidate@bench.example"}
    seeds = []
    for number in range(CANDIDATES + ABANDONING):
        user = User.objects.create_user(f"candidate-{number}@bench.example")
        dossier = dossiers.start(call=call, by=user)
        Dossier.objects.filter(pk=dossier.pk).update(answers=answers)
        seeds.append({"reference": dossier.reference, "cookie": session_of(user)})
    dossier.refresh_from_db()
    missing = queries.missing_of(dossier)
    if missing:
        raise SystemExit(f"the drafts lack {[part.key for part in missing]}")
    return seeds


def close_in(seconds: float) -> None:
    """Set the deadline: the call closes in ``seconds``, with ten minutes of grace."""
    from bacasable.compliance import clock
    from bacasable.programme.call.models import Call

    Call.objects.update(closes_at=clock.now() + timedelta(seconds=seconds), grace_minutes=10)


class Candidate(threading.Thread):
    """One person with a file, a slow evening, and no patience for lost work."""

    def __init__(self, number: int, seed: dict[str, str], port: int, begins_at: float) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.begins_at = number, port, begins_at
        self.reference, self.cookie = seed["reference"], seed["cookie"]
        self.content = pdf(number)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.gives_up = number >= CANDIDATES
        self.acknowledged = False
        self.seconds = 0.0
        self.retries = 0
        self.refusals: list[str] = []

    def run(self) -> None:
        time.sleep(max(0.0, self.begins_at - time.monotonic()))
        begun = time.monotonic()
        while time.monotonic() - begun < GIVE_UP_SECONDS:
            try:
                self._deposit()
                break
            except (OSError, HTTPException, _TryAgain):
                self.retries += 1
                time.sleep(random.Random(self.number + self.retries).uniform(0.2, 1.0))
        self.seconds = time.monotonic() - begun

    def _deposit(self) -> None:
        if self.retries and self._is_acknowledged():  # it was, and the answer was lost with the server
            return
        self._send_file()
        if self.gives_up:
            return
        page = self._ask("GET", f"/dossiers/{self.reference}/submit/")
        revision = re.search(r'name="revision" value="(\d+)"', page.text)
        if page.status != 200 or revision is None:
            raise _TryAgain(page.status)
        body = f"csrfmiddlewaretoken={CSRF}&revision={revision[1]}"
        answer = self._ask(
            "POST",
            f"/dossiers/{self.reference}/submit/",
            body.encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        if answer.status != 302:
            self.refusals.append(f"submit {answer.status}")
            raise _TryAgain(answer.status)
        if not self._is_acknowledged():
            raise _TryAgain(answer.status)

    def _is_acknowledged(self) -> bool:
        """Read the receipt, as people do: it must show the digest of the very file that was sent."""
        receipt = self._ask("GET", f"/dossiers/{self.reference}/receipt/")
        self.acknowledged = receipt.status == 200 and self.sha256 in re.sub(r"\s", "", receipt.text)
        return self.acknowledged

    def _send_file(self) -> None:
        tus = {"Tus-Resumable": "1.0.0"}
        name = base64.b64encode(b"presentation.pdf").decode()
        announced = self._ask(
            "POST",
            f"/dossiers/{self.reference}/uploads/",
            headers=tus | {"Upload-Length": str(len(self.content)), "Upload-Metadata": f"filename {name}"},
        )
        if announced.status != 201:
            self.refusals.append(f"announce {announced.status}")
            raise _TryAgain(announced.status)
        where, offset = announced.location, 0
        while offset < (len(self.content) // 2 if self.gives_up else len(self.content)):
            piece = self.content[offset : offset + PIECE_BYTES]
            headers = tus | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            try:
                sent = self._ask("PATCH", where, piece, headers)
                offset = sent.offset if sent.status == 204 else self._resume(where, tus)
            except (OSError, HTTPException):
                self.retries += 1
                offset = self._resume(where, tus)

    def _resume(self, where: str, tus: dict[str, str]) -> int:
        """Ask where to go on, as long as the server is away."""
        for _attempt in range(200):
            try:
                known = self._ask("HEAD", where, headers=tus)
            except (OSError, HTTPException):
                time.sleep(0.25)
                continue
            if known.status == 404:  # all arrived and was attached before the answer was lost
                return len(self.content)
            if known.status == 200:
                return known.offset
            time.sleep(0.25)
        raise _TryAgain(0)

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> "Answer":
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(
                method,
                path,
                body,
                {"Cookie": f"{self.cookie}; csrftoken={CSRF}", "X-CSRFToken": CSRF} | (headers or {}),
            )
            return Answer(connection.getresponse())
        finally:
            connection.close()


class _TryAgain(Exception):
    """Not acknowledged yet."""


class Answer:
    """What came back."""

    def __init__(self, response: HTTPResponse) -> None:
        self.text = response.read().decode("utf-8", "replace")
        self.status = response.status
        self.location = response.headers.get("Location", "")
        self.offset = int(response.headers.get("Upload-Offset", "0"))


def verify(candidates: list[Candidate]) -> dict[str, int]:
    """Compare what was acknowledged with what is stored, file by file."""
    from bacasable.people.instance import vault
    from bacasable.programme.dossiers.models import Dossier, Version

    lost = altered = 0
    store = vault()
    for candidate in candidates:
        dossier = Dossier.objects.select_related("current_version").get(reference=candidate.reference)
        version = dossier.current_version
        if not candidate.acknowledged:
            continue
        if version is None or dossier.state != "submitted":
            lost += 1
            continue
        key = bytes(dossier.data_key)
        (entry,) = version.manifest
        digest = hashlib.sha256()
        for piece in store.read(key, entry["blob"]):
            digest.update(piece)
        receipt = b"".join(store.read(key, version.receipt))
        if not digest.hexdigest() == entry["sha256"] == candidate.sha256 or not receipt.startswith(b"%PDF"):
            altered += 1
    acknowledged = {candidate.reference for candidate in candidates if candidate.acknowledged}
    submitted = set(Version.objects.values_list("dossier__reference", flat=True))
    return {
        "acknowledged": len(acknowledged),
        "lost": lost,
        "altered": altered,
        "not_acknowledged_yet_submitted": len(submitted - acknowledged),
        "versions_too_many": Version.objects.count() - len(submitted),
    }


def verify_journal(installation: Installation) -> bool:
    run = subprocess.run(
        [sys.executable, "-m", "bacasable.portal", "journal", "verify"],
        env=installation.environment,
        capture_output=True,
        check=False,
    )
    return run.returncode == 0


def measure(database: str, database_url: str) -> dict[str, Any]:
    installation = Installation(database_url)
    try:
        seeds = seed_database()
        installation.start()
        chance = random.Random(SEED)
        begin = time.monotonic() + 2.0
        close_in(2.0 + ARRIVALS_SECONDS)
        candidates = [
            Candidate(n, seed, installation.port, begin + chance.uniform(0, ARRIVALS_SECONDS))
            for n, seed in enumerate(seeds)
        ]
        for candidate in candidates:
            candidate.start()
        for at in KILLS_AT_SECONDS:
            time.sleep(max(0.0, begin + at - time.monotonic()))
            installation.kill()
            installation.start()
        for candidate in candidates:
            candidate.join()
        spent = time.monotonic() - begin
        found = verify(candidates)
        journal_holds = verify_journal(installation)
    finally:
        installation.kill()
        installation.stop()
    seconds = [candidate.seconds for candidate in candidates if candidate.acknowledged]
    return {
        "database": database,
        **found,
        "journal": "holds" if journal_holds else "BROKEN",
        "kills": len(KILLS_AT_SECONDS),
        "retries": sum(candidate.retries for candidate in candidates),
        "deposits_per_s": round(found["acknowledged"] / spent, 2),
        "p50_s": round(quantile(seconds, 0.5), 2),
        "p95_s": round(quantile(seconds, 0.95), 2),
    }


def main() -> None:
    if len(sys.argv) > 1:  # one database a process: Django keeps its settings for good
        result(measure(sys.argv[1], os.environ.get("BENCH_DATABASE_URL", "")))
        return
    rows = [_in_process("SQLite", "")]
    with postgresql() as url:
        rows.append(_in_process("PostgreSQL", url))
    print(
        f"{CANDIDATES} candidates, {FILE_BYTES} bytes each, {ABANDONING} more give up half-way, seed {SEED}"
    )
    print(f"arrivals spread over {ARRIVALS_SECONDS:.0f} s; SIGKILL at {KILLS_AT_SECONDS} s\n")
    table(rows)
    met = all(
        row["acknowledged"] == CANDIDATES
        and not any(
            row[key] for key in ("lost", "altered", "not_acknowledged_yet_submitted", "versions_too_many")
        )
        and row["journal"] == "holds"
        for row in rows
    )
    result({"rows": rows, "met": met, "seed": SEED})


def _in_process(name: str, url: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, __file__, name],
        env=os.environ | {"BENCH_DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(run.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
