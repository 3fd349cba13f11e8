"""No room goes round the inspection wall: what an object lends is asked of ``permissions``."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "bacasable"
#: Objects lend roles through one another; ``permissions`` asks them, behind the wall.
ALLOWED = re.compile(r"(/models(\.py|/.*\.py)|people/permissions\.py)$")


def test_roles_that_objects_lend_are_asked_of_permissions() -> None:
    asked = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not ALLOWED.search(path.as_posix())
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\.roles_of\(", line)
    ]
    assert not asked, (
        "use may, roles_of(user, subject) or lent_roles of bacasable.people.permissions instead of "
        f"subject.roles_of(user), which an inspector's account would pass: {', '.join(asked)}"
    )
