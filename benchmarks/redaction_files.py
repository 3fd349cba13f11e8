"""Speed and memory of redacting files of each streamed format.

Each run is a process of its own, from the command line that people type. Memory must not follow the size: the
peak of a file many times larger is printed beside that of a small one. Files are written from a seed; the
start of the program is in all times. FULL=1 takes files of 1 GB and a line of 200 MB: a quarter of an hour.

    .venv/bin/python benchmarks/redaction_files.py
    FULL=1 .venv/bin/python benchmarks/redaction_files.py
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness import result, table

SEED = 20_281
MB = 1_000_000
FULL = bool(os.environ.get("FULL"))
SMALL, LARGE, LINE = (10 * MB, 1_000 * MB, 200 * MB) if FULL else (2 * MB, 20 * MB, 20 * MB)

_PROSE = (
    "Votre demande a été reçue par nos services et sera étudiée dans un délai de deux mois.",
    "Les pièces justificatives doivent être jointes au dossier avant la fin de l'instruction.",
    "Le montant de l'aide est calculé selon les ressources du foyer et le nombre d'enfants.",
    "En cas de désaccord, un recours peut être formé devant la commission compétente.",
    "La décision vous sera notifiée par courrier, sans démarche de votre part.",
)
_FIRST = ("Marie", "Karim", "Nguyen", "Jean-Paul", "Aïcha", "Élodie", "Paul", "Inès", "Mamadou", "Chloé")
_LAST = (
    "DUPONT",
    "BENALI",
    "Lefèvre",
    "O'Connor",
    "MARTIN",
    "Diallo",
    "Petit",
    "GARNIER",
    "da Silva",
    "Moreau",
)


class _People:
    """Fictional people and prose, by a seed."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)

    def person(self) -> str:
        return f"{self._random.choice(_FIRST)} {self._random.choice(_LAST)}"

    def phone(self) -> str:
        return "06 " + " ".join(f"{self._random.randrange(100):02}" for _ in range(4))

    def prose(self) -> str:
        return " ".join(self._random.choices(_PROSE, k=3))

    def sentence(self) -> str:
        return f"Madame {self.person()} (tél. {self.phone()}). {self.prose()}"


def _text(people: _People) -> str:
    return people.sentence() + "\n"


def _line(people: _People) -> str:
    return people.sentence() + " "


def _json(people: _People) -> str:
    record = {"id": 7, "nom": people.person(), "tel": people.phone(), "note": people.sentence(), "lu": True}
    return json.dumps(record, ensure_ascii=False) + "\n"


def _csv(people: _People) -> str:
    return f'7;{people.person()};{people.phone()};"{people.prose()}"\r\n'


def _write(path: Path, size: int, made: Callable[[_People], str], head: str = "") -> int:
    """Write about ``size`` bytes, a block of 2 MB of fresh records, repeated; return the characters."""
    people = _People()
    block: list[str] = []
    length = 0
    while length < min(size, 2 * MB):
        block.append(made(people))
        length += len(block[-1].encode())
    content = "".join(block).encode()
    with path.open("wb") as file:
        file.write(head.encode())
        times = max(1, size // len(content))
        for _ in range(times):
            file.write(content)
    return len(head) + times * sum(map(len, block))


def _run(arguments: list[str]) -> tuple[float, float]:
    """Run a program; return its CPU seconds and the peak of its memory in MB."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)}: status {status}")
    unit = 1 if sys.platform == "darwin" else 1024
    return used.ru_utime + used.ru_stime, used.ru_maxrss * unit / MB


def main() -> None:
    """Print one row for each format and size, then the figures as JSON."""
    command = [sys.executable, "-m", "bacasable.portal", "redact", "--overwrite"]
    idle, base = _run([sys.executable, "-m", "bacasable.portal", "redact", "--help"])
    kinds: list[tuple[str, str, int, Callable[[_People], str], str]] = [
        ("text", "txt", SMALL, _text, ""),
        ("text", "txt", LARGE, _text, ""),
        ("one line", "txt", LINE, _line, ""),
        ("JSON lines", "jsonl", SMALL, _json, ""),
        ("JSON lines", "jsonl", LARGE, _json, ""),
        ("CSV", "csv", SMALL, _csv, "id;nom;téléphone;note\r\n"),
        ("CSV", "csv", LARGE, _csv, "id;nom;téléphone;note\r\n"),
    ]
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="bacasable-files-", dir=os.environ.get("TMPDIR")) as folder:
        for name, suffix, size, made, head in kinds:
            path = Path(folder) / f"sample.{suffix}"
            characters = _write(path, size, made, head)
            octets = path.stat().st_size
            began = time.perf_counter()
            cpu, memory = _run([*command, "--mode", "tag", "--out", f"{folder}/out", str(path)])
            rows.append(
                {
                    "format": name,
                    "MB": round(octets / MB),
                    "CPU s": round(cpu, 1),
                    "wall s": round(time.perf_counter() - began, 1),
                    "characters/s": round(characters / cpu / 1000) * 1000,
                    "peak MB": round(memory),
                }
            )
            path.unlink()
            (Path(folder) / "out" / path.name).unlink()
    print(f"seed {SEED}; one core; start {idle:.2f} s CPU, {base:.0f} MB; tags for all types, no NER\n")
    table(rows)
    result({"seed": SEED, "full": FULL, "start_mb": round(base), "rows": rows})


if __name__ == "__main__":
    main()
