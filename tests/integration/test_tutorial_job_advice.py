"""The tutorial "From a profile to a printed plan" does what it says, command by command."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("polars", reason="needs the extra 'jobs'")

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "from-a-profile-to-a-printed-plan.md"


def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    script, shown, inside = ["set -e"], [], False
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            script.append(line[2:])
            inside = line.endswith("<<'END'")
        elif inside:
            script.append(line)
            inside = line != "END"
        else:
            shown.append(line)
    environment = {**os.environ, "BACASABLE_HOME": str(tmp_path / "home")}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert len(shown) == 2 and all(line in done.stdout for line in shown)
    assert "zzqx wrtv  (abstains" in done.stdout and "obstacle:" in done.stdout
    assert "synthetic" in done.stderr
