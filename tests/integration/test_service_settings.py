"""Settings of a service stand beside those of the installation, and a misspelt one stops the start."""

from pathlib import Path

import pytest

from bacasable.compliance.catalogue import assemble
from bacasable.portal.config import UnknownSetting, load, load_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACASABLE_HOME", str(tmp_path))
    return tmp_path


def assistant():
    from importlib.metadata import entry_points

    return assemble(entry_points(group="bacasable.services"))["assistant"]


def test_the_file_and_the_environment_set_a_service_and_the_environment_wins(home, monkeypatch):
    (home / "bacasable.env").write_text(
        "BACASABLE_OFFICE_NAME=Bureau\nBACASABLE_ASSISTANT_ENDPOINT=http://127.0.0.1:1/v1\n"
        "BACASABLE_ASSISTANT_SHEET_DAYS=10\n"
    )
    monkeypatch.setenv("BACASABLE_ASSISTANT_SHEET_DAYS", "20")
    assert load().office_name == "Bureau"
    made = load_of(assistant(), home)
    assert (made.endpoint, made.sheet_days) == ("http://127.0.0.1:1/v1", 20)


def test_a_misspelt_setting_of_a_service_is_refused_with_the_nearest(home):
    (home / "bacasable.env").write_text("BACASABLE_ASSISTANT_SHEETDAYS=10\n")
    load()
    with pytest.raises(UnknownSetting, match=r"env:1: .*did you mean BACASABLE_ASSISTANT_SHEET_DAYS\?"):
        load_of(assistant(), home)
