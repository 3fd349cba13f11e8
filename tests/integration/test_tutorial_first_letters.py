"""The tutorial "From a utility's export to its first letters" does what it says, command by command."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import Installation, new_database

pytest.importorskip("polars", reason="needs the extra 'water'")

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "from-a-utilitys-export-to-its-first-letters.md"
SHELL = ("    export ", "    bacasable ", "    printf ")
#: It lasts.
NOT_RUN = ("    bacasable --home town serve",)


@pytest.mark.both_databases
def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    server = os.environ.get("BACASABLE_DATABASE_URL", "")
    with new_database(server) if server else contextlib.nullcontext("") as url:
        _follow(tmp_path, url)


def _follow(tmp_path: Path, database_url: str) -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    commands = [line.strip() for line in lines if line.startswith(SHELL) and not line.startswith(NOT_RUN)]
    assert len(commands) == 10
    environment = Installation(tmp_path / "town", database_url).environ()
    for named in ("BACASABLE_HOME", "DJANGO_SETTINGS_MODULE"):
        del environment[named]
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    script = "set -e\n" + "\n".join(f"{command}\necho ---" for command in commands)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    said = dict(zip(commands, done.stdout.split("---\n"), strict=False))
    of = {word: next(text for line, text in said.items() if f" {word} " in line) for word in
          ("contracts", "import", "run", "letters", "check")}  # fmt: skip
    assert "60 contracts opened, 0 ended, 0 lines refused" in of["contracts"]
    assert "60 meters" in of["import"]
    assert "cells_published" in of["run"]
    assert "60 letters" in of["letters"]
    assert "passed" in of["check"]
    letters = list((tmp_path / "letters").glob("2025-04-*.pdf"))
    assert len(letters) == 60
    assert all(letter.read_bytes().startswith(b"%PDF") for letter in letters)
