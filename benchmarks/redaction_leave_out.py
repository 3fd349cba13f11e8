"""How well names are found in families of templates that the model was not trained on.

The training trains again without a part of the families of its generator at a time, and measures on it:
generated texts, with the noise of scanners and lost case and accents. What it printed last is kept in
`benchmarks/data/redaction/leave_out.json` with its seed and date; `redaction.py` prints it.

    TRAINING=folder python benchmarks/redaction_leave_out.py    train anew (one or two minutes) and keep

`folder` holds the packages of open lists that `training/redaction/README.md` names.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness import ROOT, table

KEPT = Path(__file__).resolve().parent / "data" / "redaction" / "leave_out.json"
SEED = 7
_PART = re.compile(r"^(?:part \d+: (\d+) texts|(mean)) (\{.*\})$", re.M)


def leave_out() -> dict[str, Any]:
    """Train anew where TRAINING names a folder, else read what was kept; print and return the figures."""
    if folder := os.environ.get("TRAINING"):
        KEPT.write_text(json.dumps(_train(folder), indent=1) + "\n", encoding="utf-8")
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    print(f"\nnames, families of templates left out of training: {kept['date']}, seed {kept['seed']}")
    print("generated texts; F1 strict / partial")
    rows: list[dict[str, object]] = []
    for name, part in [
        *((f"part {n}", part) for n, part in enumerate(kept["parts"], 1)),
        ("mean", kept["mean"]),
    ]:
        row: dict[str, object] = {"left out": name, "texts": part.get("texts", "")}
        for label in ("PERSON", "LOCATION"):
            row[label] = f"{part[label]:.3f} / {part[f'{label}~']:.3f}"
        rows.append(row)
    table(rows)
    return kept


def _train(folder: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "training/redaction/train.py", folder, "--leave-out", "--seed", str(SEED)]
        command += ["--out", f"{scratch}/model.bin"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"training failed: {done.stderr.strip().splitlines()[-1]}")
    parts, mean = [], {}
    for count, whole, figures in _PART.findall(done.stdout):
        if whole:
            mean = ast.literal_eval(figures)
        else:
            parts.append({"texts": int(count)} | ast.literal_eval(figures))
    return {"date": datetime.now(UTC).date().isoformat(), "seed": SEED, "parts": parts, "mean": mean}


if __name__ == "__main__":
    leave_out()
