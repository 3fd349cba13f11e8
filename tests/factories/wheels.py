"""The example's wheel, built without a network and laid out as an installer does, in a folder of its own."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "meeting_rooms"


def wheel_of(source: Path, folder: Path) -> Path:
    """Build the wheel of a distribution from a copy of it: nothing is written beside the source."""
    copy = folder / "source"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "dist"))
    return _built(copy, folder)


def renamed_wheel(source: Path, folder: Path, names: Mapping[str, str]) -> Path:
    """Build the wheel of the same distribution under other names, in its files and in their paths."""
    copy = folder / "source"
    for path in sorted(source.rglob("*")):
        if path.is_dir() or path.suffix in {".pyc", ".mo"}:
            continue
        text, place = path.read_text("utf-8"), path.relative_to(source).as_posix()
        for old, new in names.items():
            text, place = text.replace(old, new), place.replace(old, new)
        (copy / place).parent.mkdir(parents=True, exist_ok=True)
        (copy / place).write_text(text, "utf-8")
    return _built(copy, folder)


def _built(copy: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "wheels")]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = (folder / "wheels").glob("*.whl")
    return wheel


def lay(wheel: Path, folder: Path) -> Path:
    """Unpack a wheel into ``folder``, to be put on the path; return the folder."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def first_on_path(*folders: Path) -> str:
    """Return a ``PYTHONPATH`` that begins with these folders."""
    return os.pathsep.join([*map(str, folders), *filter(None, [os.environ.get("PYTHONPATH")])])
