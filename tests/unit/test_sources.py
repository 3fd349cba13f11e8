"""What a result rests on besides the module that a control names: what it imports, and the data beside it."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bacasable.compliance import sources
from bacasable.compliance.control import DependsOn, dependencies
from tests.factories.evidence import small_probe

NAMED = "measured_here.within.part"
Digest = Callable[..., str]


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Digest:
    """Write files of a package, and return the digest that a new process gives a module of it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "measured_here"
    (package / "within").mkdir(parents=True)
    for folder in (package, package / "within"):
        (folder / "__init__.py").touch()

    def digested(files: Mapping[str, str] = {}, named: str = NAMED) -> str:
        for path, text in files.items():
            (package / path).parent.mkdir(exist_ok=True)
            (package / path).write_text(text)
        for one in vars(sources).values():
            if hasattr(one, "cache_clear"):
                one.cache_clear()
        return dependencies(DependsOn(modules=(named,)), small_probe())[f"module:{named}"]

    return digested


def test_what_a_module_imports_counts_with_it_wherever_it_is_imported(digest: Digest) -> None:
    part = "def works():\n    from ..other import LIMIT\n    return LIMIT"
    before = digest({"within/part.py": part, "other.py": "from measured_here import far", "far.py": ""})
    after = digest({"far.py": "LIMIT = 1"})
    assert after != before
    assert digest({"apart.py": "LIMIT = 1"}) == after
    assert "measured_here" not in sys.modules, "nothing is run to be read"


def test_data_beside_a_module_count_with_it(digest: Digest) -> None:
    seen = [
        digest({"within/part.py": "", "within/words.txt": "one"}),
        digest({"within/words.txt": "two"}),
        digest({"within/weights/a.bin": "1"}),
    ]
    assert len(set(seen)) == 3


def test_of_a_package_all_that_it_holds_counts(digest: Digest) -> None:
    before = digest({"within/part.py": "LIMIT = 1"}, "measured_here")
    assert digest({"within/part.py": "LIMIT = 2"}, "measured_here") != before


def test_in_an_application_of_django_only_what_is_named_counts(digest: Digest) -> None:
    before = digest(
        {"within/apps.py": "", "within/part.py": "import measured_here.other", "other.py": "LIMIT = 1"}
    )
    assert digest({"other.py": "LIMIT = 2"}) == before
    assert digest({"within/part.py": "import measured_here"}) != before


def test_a_module_that_is_not_there_is_named() -> None:
    for name in ("no_such_module", "bacasable.no_such_module"):
        with pytest.raises(LookupError, match=name):
            dependencies(DependsOn(modules=(name,)), small_probe())
