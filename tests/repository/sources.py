"""The files of the repository that its conventions speak of."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "bacasable"


def tracked() -> list[Path]:
    """Return the files under version control that exist (or all files, outside a work tree)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """Return the text of a file; empty for one that is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def shown(paths: list[Path]) -> list[str]:
    """Return paths as a reader of a failure wants them."""
    return sorted(str(path.relative_to(ROOT)) for path in paths)
