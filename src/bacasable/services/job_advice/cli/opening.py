"""The tables that a command reads, and the files it is given."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.profiles import Profile
    from bacasable.services.job_advice.engine.referential import Referential

_MANIFEST = "manifest.json"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@contextmanager
def referential_of(base: Path | None, data: Path | None, *, trains: bool = False) -> "Iterator[Referential]":
    """Give the tables asked for; archives are read into a folder that is gone afterwards.

    Raises:
        Refused: both were given, or they cannot be read.
    """
    import tempfile

    from bacasable.privacy.commands.terminal import complain
    from bacasable.services.job_advice.engine.coding import train_beside
    from bacasable.services.job_advice.engine.referential import Referential, import_archives

    if base is not None and data is not None:
        raise Refused(N_("give either --base or --data: one says which tables are read"))
    if data is not None:
        with tempfile.TemporaryDirectory(prefix="bacasable-job-advice-") as folder:
            import_archives(data, Path(folder))
            found = Referential.open(Path(folder))
            if trains:
                train_beside(found)
            yield found
        return
    at = base or home_base()
    if base is not None or (at / _MANIFEST).exists():
        yield Referential.open(at)
        return
    complain("no table was imported here: these are the synthetic ones, made up; see import --help")
    yield Referential.synthetic()


def home_base() -> Path:
    """Return where an installation keeps its tables, without opening it."""
    home = Path(os.environ.get("BACASABLE_HOME") or "var").expanduser().resolve()
    return home / "job_advice" / "base"


def tables_of(referential: "Referential") -> dict[str, Any]:
    return {
        "version": referential.version,
        "is_synthetic": referential.is_synthetic,
        "sources": [[one.name, one.version, one.date] for one in referential.sources],
    }


def group_of(referential: "Referential", code: str) -> str:
    """Return the code of the older, coarser version that an occupation belongs to."""
    return str(referential.occupations["parent"][referential.index_of(code)] or "")


def titles_of(file: Path) -> tuple[list[int], list[str]]:
    """Return the titles of a file, one a line, and the number of each line; blank lines are left out.

    Raises:
        Refused: it is no UTF-8 text, or holds no title.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(N_("{name}: save it as UTF-8 text, then try again"), name=file.name) from None
    lines = [" ".join(_CONTROLS.sub(" ", line).split()) for line in text.split("\n")]
    found = [(number, title) for number, title in enumerate(lines, start=1) if title]
    if not found:
        raise Refused(N_("{name}: no title in it; write one a line"), name=file.name)
    return [number for number, _ in found], [title for _, title in found]


def profile_of(file: Path) -> "Profile":
    """Return the profile of a file.

    Raises:
        Refused: it is no JSON object, or has a field or a value that no profile can have.
    """
    from bacasable.services.job_advice.engine.profiles import Profile

    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
        if not isinstance(told, dict):
            raise ValueError('write an object: {"held": [...], "department": "44"}')
        return Profile.from_json(told)
    except (ValueError, TypeError) as error:  # a UnicodeDecodeError is a ValueError
        raise Refused(N_("{name}: {why}"), name=file.name, why=error) from None
