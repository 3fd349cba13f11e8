"""The dictionary attack on our own pseudonyms: unkeyed hashes fall, keyed ones do not, and a weak key is
noticed.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import nir as stdnum_nir

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import (
    KeyStore,
    Pseudonyms,
    Space,
    check_scope,
    dictionary_attack,
    french_mobiles,
    nirs,
    unkeyed,
)

SMALL = Space("numbers", 3_000, "PHONE", lambda index: f"06{index:08}")


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    store = KeyStore.from_file(tmp_path / "k")
    store.create("advice")
    store.create("appeals", reversible=True)
    return store


def test_the_space_of_nirs_is_counted_and_valid() -> None:
    space = nirs(1985, 5, "78", with_key=True)
    assert len(space) == 2 * 990 * 999 == 1_978_020
    assert len(nirs(85, 5, "974")) == 2 * 90 * 999
    for place in ("78", "2A", "2b", "974"):
        every = nirs(1985, 5, place, with_key=True)
        for index in range(0, len(every), len(every) // 50):
            assert stdnum_nir.is_valid(every[index])
    assert (space[0][:13], space[-0 + len(space) - 1][:13]) == ("1850578001001", "2850578990999")


@given(st.data())
def test_spaces_repeat_nothing(data: st.DataObject) -> None:
    space = data.draw(st.sampled_from([nirs(1985, 5, "2A"), nirs(1985, 12, "974"), french_mobiles()]))
    one, other = (data.draw(st.integers(0, len(space) - 1)) for _ in range(2))
    assert (space[one] == space[other]) == (one == other)


def test_mobiles_are_06_and_07() -> None:
    space = french_mobiles()
    assert (space[0], space[len(space) - 1]) == ("0600000000", "0799999999")


@pytest.mark.parametrize(("month", "department"), [(13, "75"), (5, "7"), (5, "2C"), (5, "abc")])
def test_no_such_birth_is_refused(month: int, department: str) -> None:
    with pytest.raises(Refused):
        nirs(1985, month, department)


@pytest.mark.parametrize("scope", ["advice", "appeals"])
def test_unkeyed_falls_and_keyed_does_not(keys: KeyStore, scope: str) -> None:
    check = check_scope(Pseudonyms(keys, scope), SMALL, n=300, seed=3)
    assert check.sabotage.value == 1
    assert check.keyed.value == 0
    assert check.passed and not check.void
    assert check.keyed.n == 300
    assert check.keyed.interval.high < 0.011


def test_a_key_never_filled_in_is_noticed(
    keys: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bacasable.privacy.pseudonyms.dictionary import _Zeros

    for reversible in (False, True):
        check = check_scope(Pseudonyms(_Zeros(1, reversible), "advice"), SMALL, n=50, seed=3)
        assert check.keyed.value == 1
        assert not check.passed


def test_a_part_of_the_space_recovers_its_share(keys: KeyStore) -> None:
    check = check_scope(Pseudonyms(keys, "advice"), SMALL, n=1_000, share=0.2, seed=5)
    assert (check.sabotage.tried, check.sabotage.share) == (600, 0.2)
    assert check.sabotage.interval.low < 0.2 < check.sabotage.interval.high
    assert check.passed


def test_an_attacker_who_finds_nothing_unkeyed_makes_the_check_void() -> None:
    blind = dictionary_attack(lambda value: "nothing", SMALL, {unkeyed(SMALL[1], "PHONE")} | {"b", "c", "d"})
    assert blind.value == 0
    from bacasable.privacy.pseudonyms import Check

    assert Check(blind, blind).void
    assert not Check(blind, blind).passed


def test_the_attack_states_chance_and_refuses_no_target() -> None:
    attack = dictionary_attack(
        lambda value: unkeyed(value, "PHONE"), SMALL, {unkeyed(SMALL[7], "PHONE")}, seed=9
    )
    assert (attack.value, attack.n, attack.baseline, attack.seed, attack.tried) == (1, 1, 1 / 3_000, 9, 3_000)
    assert attack.beats_chance
    with pytest.raises(Refused):
        dictionary_attack(str, SMALL, [])


def test_the_zero_key_of_a_file_counts_as_destroyed(keys: KeyStore, tmp_path: Path) -> None:
    content = json.loads((tmp_path / "k").read_text())
    content["scopes"]["advice"]["keys"]["1"] = "A" * 43 + "="
    (tmp_path / "k").write_text(json.dumps(content))
    with pytest.raises(Refused, match="destroyed"):
        Pseudonyms(KeyStore.from_file(tmp_path / "k"), "advice")
