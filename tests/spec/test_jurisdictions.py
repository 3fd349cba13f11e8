"""Nothing of a country is in code: each jurisdiction gives its texts, in its languages, with their status."""

import re
from datetime import date

import pytest

from bacasable.programme.call.jurisdictions import STATUSES, jurisdiction, jurisdictions

CLAUSES = {"mention", "remedies", "undertaking", "conflict", "agreement"}
LANDS = sorted(jurisdictions())


def test_two_jurisdictions_are_shipped() -> None:
    assert {"fr", "lu"} <= set(LANDS)


@pytest.mark.parametrize("key", LANDS)
def test_each_gives_every_clause_in_each_of_its_languages(key: str) -> None:
    land = jurisdiction(key)
    for name in CLAUSES:
        for language in land.languages:
            assert land.clause(name, language), f"{key}: {name} in {language}"
        assert land.clause(name, "xx") == land.clause(name, land.languages[0])


@pytest.mark.parametrize("key", LANDS)
def test_each_rule_of_law_says_where_it_is_written_since_when_and_how_sure_we_are(key: str) -> None:
    for rule in jurisdiction(key).rules:
        assert rule.source
        assert rule.status in STATUSES
        assert date.fromisoformat(rule.in_force)


@pytest.mark.parametrize("key", LANDS)
def test_a_weight_that_no_authority_published_is_marked_ours(key: str) -> None:
    for line in jurisdiction(key).grid:
        assert line.weight_is_ours or line.status == "read"


def test_letters_of_one_country_never_cite_the_law_of_another() -> None:
    french = re.compile(r"CADA|justice administrative|Code of administrative justice|R\. ?421")
    said = " ".join(text for clause in jurisdiction("lu").clauses.values() for text in clause.values())
    assert not french.search(said)
    assert french.search(jurisdiction("fr").clause("remedies", "fr"))


def test_an_unknown_one_names_those_that_exist() -> None:
    with pytest.raises(LookupError, match=", ".join(LANDS)):
        jurisdiction("atlantis")
