"""Programs that some tests need: a missing one is skipped and said, or fails where all are required."""

import os
import shutil
from pathlib import Path

import pytest


def need_program(name: str, *folders: str) -> str:
    """Return the path of ``name``, looked for on PATH and in ``folders`` (glob patterns, the last one wins).

    Skips the test where it is missing; with ``BACASABLE_REQUIRE=all`` (continuous integration) fails it.
    """
    found = find_program(name, *folders)
    if found:
        return found
    reason = f"{name} is not installed: make system-deps"
    if os.environ.get("BACASABLE_REQUIRE") == "all":
        pytest.fail(reason)
    pytest.skip(reason)


def find_program(name: str, *folders: str) -> str | None:
    """Return the path of ``name``, or ``None``."""
    if found := shutil.which(name):
        return found
    for pattern in folders:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (folder / name).exists():
                return str(folder / name)
    return None
