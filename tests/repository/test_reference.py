"""The reference is that of the code, and leaves no setting or command without a word."""

import subprocess
import sys

import typer.main

from bacasable.portal import reference
from bacasable.portal.cli import app
from bacasable.portal.config import Configuration
from tests.repository.sources import ROOT


def test_the_reference_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bacasable.portal.reference", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_every_setting_is_described() -> None:
    assert not [name for name, column in Configuration.model_fields.items() if not column.description]


def test_every_command_and_option_is_described() -> None:
    bare = []
    for path, command in reference.commands(typer.main.get_command(app)):
        if not command.help:
            bare.append(path)
        bare += [f"{path} {parameter.name}" for parameter in command.params if not parameter.help]
    assert not bare


def test_every_command_is_on_its_page() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text()
    assert not [
        path
        for path, _ in reference.commands(typer.main.get_command(app))
        if f"`bacasable {path}`" not in page
    ]
