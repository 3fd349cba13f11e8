"""Policies: what a source allows, in a file that refuses what it does not know."""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.disclosure.policy import STATUSES, load, parse, shipped
from bacasable.privacy.messages import Refused

TABLE = 'source = "s"\ndimensions = ["a"]\nrules.min_units = 3\n'
NOISE = 'source = "s"\nkind = "noise"\ndimensions = {a = ["x"]}\n'


def test_a_policy_is_read_with_the_sources_of_its_rules(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(
        'source = "firms"\nunit = "firm"\nvalue = "turnover"\ndimensions = ["region"]\n'
        '[rules]\nmin_units = {value = 5, source = "our committee", status = "read"}\n'
        'dominance = {units = 2, share = 0.9}\n[hierarchies]\nregion = "regions.csv"\n'
    )
    policy = load(tmp_path / "policy.toml")
    assert policy.rule("min_units") == 5 and policy.rules["min_units"].told() == "our committee"
    assert policy.rule("dominance") == (2, 0.9) and policy.rules["dominance"].told() == "no source given"
    assert policy.hierarchies == {"region": tmp_path / "regions.csv"}
    assert policy.rule("p_percent") is None


def test_shipped_rules_name_their_source_and_say_when_it_is_secondary() -> None:
    assert {"business_statistics", "energy_aggregates"} <= set(shipped())
    for name in shipped():
        policy = parse(f'source = "s"\nextends = "{name}"\nvalue = "v"\ndimensions = ["a"]')
        for rule in policy.rules.values():
            assert rule.source and rule.status in STATUSES
            assert ("[secondary source]" in rule.told()) == (rule.status == "secondary")
    firms = parse('source = "s"\nextends = "business_statistics"\ndimensions = ["a"]')
    assert firms.rule("min_units") == 3 and firms.rule("dominance") == (1, 0.85)
    assert parse('source = "s"\nextends = "energy_aggregates"\ndimensions = ["a"]').rule("min_units") == 10


def test_what_extends_may_only_be_stricter() -> None:
    base = 'source = "s"\nextends = "business_statistics"\ndimensions = ["a"]\n'
    assert parse(base + "rules.min_units = 5").rule("min_units") == 5
    for weaker in ("min_units = 2", "dominance = {units = 1, share = 0.9}"):
        with pytest.raises(Refused, match="less strict than in business_statistics"):
            parse(base + f"rules.{weaker}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sorce = 's'", "unknown key sorce; did you mean source"),
        (TABLE + "rules.min_unit = 4", r"\[rules\]: unknown key min_unit; did you mean min_units"),
        (TABLE + "quasi_identifiers = ['b']", "unknown key quasi_identifiers"),
        (
            "source = 's'\ndimensions = ['a']\nrules.min_units = {value = 3, sorce = 'x'}",
            "did you mean source",
        ),
        (NOISE + "noise.epsilon = {budget = 1, spend = 1}", "did you mean spent"),
        (NOISE + "noise.epslon = {budget = 1, spent = 1}", "did you mean epsilon"),
        (NOISE, r"noise is missing; add a section \[noise\]"),
        (NOISE + "noise.epsilon = {budget = 1, spent = 0}", "not an amount"),
        (NOISE + "noise.epsilon = {budget = nan, spent = 1}", "not an amount"),
        (NOISE + "noise.epsilon = {budget = -1, spent = 1}", "not an amount"),
        (NOISE + "noise = {rho = {budget = 1, spent = 1}, cells = 1.5}", "cells is not a whole number"),
        (
            "source = 's'\nkind = 'noise'\ndimensions = ['a']\nnoise.rho = {budget = 1, spent = 1}",
            "list the cat",
        ),
        ("dimensions = ['a']\nrules.min_units = 3", "source is missing"),
        ("source = 's'\nrules.min_units = 3", "dimensions is missing"),
        ("source = 's'\ndimensions = ['a']", "rules.min_units is missing"),
        ("source = 's'\nkind = 'microdata'\nrules.k = 3", "quasi_identifiers is missing"),
        ("source = 's'\nkind = 'microdata'\nquasi_identifiers = ['a']", "rules.k is missing"),
        (
            "source = 's'\nkind = 'microdata'\nquasi_identifiers = ['a']\nrules = {k = 3, l = 2}",
            "sensitive is miss",
        ),
        ("source = 's'\nkind = 'rows'", "kind is not one of table, microdata, noise"),
        ("source = 's'\nextends = 'energy'", "extends is not one of"),
        (TABLE + "unit = 'a'", "declared twice, as unit and as dimensions"),
        (TABLE + "hierarchies.b = 'f.csv'", "b is not a dimension"),
        (TABLE + "hierarchies.a = 3", "a is not the name of a CSV file"),
        (TABLE + "unit = 3", "unit is not a text"),
        (TABLE + "dropped = 'a'", "dropped is not a list of columns"),
        ("source = 's'\ndimensions = ['a']\nrules.min_units = 2.5", "not a whole number from 1"),
        ("source = 's'\ndimensions = ['a']\nrules.min_units = true", "not a whole number from 1"),
        (TABLE + "rules.p_percent = 0", "not a number from 0 to 1"),
        (TABLE + "rules.protection = nan", "not a number from 0 to 1"),
        (TABLE + "rules.dominance = 0.85", "not a section such as"),
        (TABLE + "rules.dominance = {units = 1}", "share is missing"),
        ("= 3", "not a TOML file"),
    ],
)
def test_what_is_wrong_is_refused_where_it_is(text: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        parse(text)


def test_amounts_are_as_they_are_written() -> None:
    noise = parse(NOISE + "noise = {rho = {budget = 0.3, spent = '0.1'}, cells = 2, upper = 9}").noise
    assert noise is not None and noise.budget.total == Fraction(3, 10) and noise.spent == Fraction(1, 10)
    assert (noise.budget.measure, noise.cells, noise.lower, noise.upper) == ("rho", 2, 0, 9)


def test_files_that_are_no_policies(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"source = '\xe9'")
    for path in (tmp_path / "missing.toml", tmp_path, tmp_path / "latin.toml"):
        with pytest.raises(Refused, match="cannot be read"):
            load(path)


@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_refused(text: str) -> None:
    with suppress(Refused):
        parse(text)
