"""The page "Bring your own service" is as the example is: its extracts, and its commands run in order."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.factories.wheels import EXAMPLE, first_on_path
from tests.installation import Installation

PAGE = EXAMPLE.parents[1] / "docs" / "how-to" / "bring-your-own-service.md"
COMMANDS = ("pip ", "bacasable --home", "python -m ")


def blocks() -> list[tuple[str, str]]:
    """Return the indented blocks, each with the file that the text before it names last in its section."""
    found: list[tuple[str, str]] = []
    file, lines = "", []
    for line in [*PAGE.read_text("utf-8").splitlines(), "end"]:
        if line.startswith("    ") or (not line and lines):
            lines.append(line[4:])
            continue
        if lines:
            found.append((file, "\n".join(lines).strip("\n")))
            lines = []
        if line.startswith("## "):
            file = ""
        for named in re.findall(r"`((?:src/meeting_rooms/\w+\.py)|pyproject\.toml)`", line):
            file = named
    return found


def test_its_extracts_are_those_of_the_example() -> None:
    seen = set()
    for file, block in blocks():
        text = (EXAMPLE / file).read_text("utf-8") if file and "Undeclared:" not in block else ""
        if not text:
            continue
        wanted = "\n".join(line.rstrip() for line in block.splitlines())
        margins = ("", "    ", "        ")
        assert any(
            "\n".join(f"{margin}{line}" if line else "" for line in wanted.splitlines()) in text
            for margin in margins
        ), f"{PAGE.name}: an extract of {file} is not its text:\n{block}"
        seen.add(Path(file).name)
    assert seen == {
        "pyproject.toml",
        "service.py",
        "views.py",
        "processing.py",
        "engine.py",
        "controls.py",
        "models.py",
        "stores.py",
    }


def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "meeting_rooms", ignore=shutil.ignore_patterns("__pycache__"))
    plugins = tmp_path / "plugins"
    environment = Installation(
        tmp_path / "town", environment={"PYTHONPATH": first_on_path(plugins), "COLUMNS": "80"}
    ).environ()
    for named in ("BACASABLE_HOME", "DJANGO_SETTINGS_MODULE"):
        del environment[named]
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    said = ""
    commands = [
        line for _file, block in blocks() if block.startswith(COMMANDS) for line in block.splitlines()
    ]
    assert len(commands) == 4
    for command in commands:
        if command.startswith("pip "):  # into a folder of its own, and without a network
            command = f"uv {command} --quiet --no-build-isolation --no-cache --target {plugins}"
        done = subprocess.run(
            command.split(), cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        said += done.stdout
    (printed,) = [block for _file, block in blocks() if block.startswith("│")]
    for line in printed.splitlines():
        assert line in said
    assert list((tmp_path / "town" / "evidence").glob("meeting_rooms-*.json"))
