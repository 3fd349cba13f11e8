"""Which kernel is used: only one built for this code, and never a wrong one."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.kernel import building

SWITCHED_OFF = os.environ.get("BACASABLE_KERNEL") == "0"


def made(**other: int | None) -> SimpleNamespace:
    """A module in C, as it tells what it is."""
    return SimpleNamespace(**{"ABI": kernel.ABI, "SOURCES": building.sources()} | other)


def test_a_kernel_of_this_code_fits() -> None:
    assert kernel.fits(made())


@pytest.mark.parametrize(
    "other", [made(ABI=kernel.ABI + 1), made(ABI=None), made(SOURCES=1), SimpleNamespace()]
)
def test_a_kernel_of_other_code_does_not_fit(other: SimpleNamespace) -> None:
    assert not kernel.fits(other)


def test_a_kernel_without_its_sources_beside_it_fits_by_its_abi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "sources", lambda: None)
    assert kernel.fits(made(SOURCES=1))
    assert not kernel.fits(made(ABI=kernel.ABI - 1))


def test_a_stale_kernel_gives_way_to_python_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACASABLE_KERNEL", raising=False)
    monkeypatch.setattr(kernel, "import_module", lambda name: made(SOURCES=1))
    with pytest.warns(RuntimeWarning, match="make install"):
        assert kernel._loaded() is None


def test_the_environment_leaves_the_kernel_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "import_module", lambda name: made())
    monkeypatch.setenv("BACASABLE_KERNEL", "0")
    assert kernel._loaded() is None
    monkeypatch.delenv("BACASABLE_KERNEL")
    assert kernel._loaded() is not None


def test_knows_whether_to_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(building, "sources", lambda: None)
    assert building.is_stale()  # no kernel is of no sources
    monkeypatch.setattr(building, "HERE", tmp_path)
    assert building.is_stale()
    building._made().write_bytes(b"no library")
    assert building.is_stale()


@pytest.mark.skipif(SWITCHED_OFF, reason="BACASABLE_KERNEL=0")
def test_what_is_built_here_is_of_this_code() -> None:
    there = any(building.HERE.glob("_kernel*.so"))
    if not there and os.environ.get("BACASABLE_REQUIRE") != "all":
        pytest.skip("the kernel was not built: make install")
    assert not building.is_stale()
    assert kernel.built is not None, "the kernel is not built from the sources beside it: make install"
