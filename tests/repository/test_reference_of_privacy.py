"""The pages on the privacy techniques name every mode, format, key of a policy and attack of the code."""

from typing import get_args

import typer.main

from bacasable.portal import reference
from bacasable.privacy.commands.attack import app
from bacasable.privacy.disclosure import policy
from bacasable.privacy.redaction.files import FORMATS
from bacasable.privacy.redaction.replacement import Mode
from tests.repository.sources import ROOT


def _lacking(page: str, names: list[str]) -> list[str]:
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    return [name for name in names if f"`{name}`" not in text]


def test_every_mode_and_format_is_told() -> None:
    assert not _lacking("redaction.md", [*get_args(Mode), *FORMATS])


def test_every_key_of_a_policy_and_shipped_rule_set_is_told() -> None:
    keys = {*policy._EVERY, *(key for kind in policy._TOP.values() for key in kind)} - {"noise"}
    rules = [f"rules.{rule}" for kind in policy.RULES.values() for rule in kind]
    noise = [f"noise.{key}" for key in (*policy.MEASURES, "cells", "lower", "upper")]
    assert not _lacking("policies.md", [*keys, *rules, *noise, *policy.shipped()])


def test_every_attack_of_the_command_line_is_told() -> None:
    group = typer.main.get_command(app)
    names = [path.partition(" ")[0] for path, _ in reference.commands(group)]
    assert not _lacking("attacks.md", names)
