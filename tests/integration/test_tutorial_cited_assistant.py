"""The tutorial "From your documents to a cited assistant" does what it says, command by command."""

import os
import subprocess
import sys
from pathlib import Path

from tests.installation import Installation

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "from-your-documents-to-a-cited-assistant.md"
#: What lasts, what asks for files of one's own, what is no shell.
NOT_RUN = ("    bacasable --home town serve", "    bacasable assistant evaluate", "    BACASABLE_ASSISTANT_")
SHELL = ("    export ", "    bacasable ", "    mkdir ", "    printf ")


def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    commands = [line.strip() for line in lines if line.startswith(SHELL) and not line.startswith(NOT_RUN)]
    assert len(commands) == 12
    environment = Installation(tmp_path / "town").environ()
    for named in ("BACASABLE_HOME", "DJANGO_SETTINGS_MODULE"):
        del environment[named]
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    said = []
    script = "set -e\n" + "\n".join(f"{command}\necho ---" for command in commands)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.split("---\n")
    answers = [text for command, text in zip(commands, said, strict=False) if " ask " in command]
    assert "Les adultes paient 12 euros par an. [2]" in answers[0]
    assert answers[1].startswith("I do not know")
    assert "12 euros" in answers[2] and "Lefèbvre" not in answers[2]
    measured = next(text for command, text in zip(commands, said, strict=False) if " check " in command)
    assert "passed" in measured and (tmp_path / "town" / "evidence").is_dir()
