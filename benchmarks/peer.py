"""How benchmarks run a peer: in an environment of its own, with the same data, in the same run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.harness import ROOT


def peer(name: str, script: str, task: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run a peer's script in its own environment, made the first time from `benchmarks/peers/<name>.txt`.

    The script is given the path of ``task`` as JSON, written in ``folder``; its last line is returned.
    """
    home = ROOT / ".bench" / "peers" / name
    python = home / "bin" / "python"
    if not (home / ".made").exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", "3.11", home], check=True)
        wanted = ROOT / "benchmarks" / "peers" / f"{name}.txt"
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, "-r", wanted], check=True)
        (home / ".made").touch()
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    command = [python, ROOT / "benchmarks" / "peers" / script, folder / "task.json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
