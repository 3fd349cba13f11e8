"""Similar homes: what is published of them tells of no home, and places each as the whole would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.disclosure.ledger import Budget, Ledger, amount
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.comparison import (
    Ladder,
    Step,
    place,
    publish,
    publish_profile,
    shipped,
    similar,
)
from bacasable.services.water_use.engine.comparison.publishing import from_json
from bacasable.services.water_use.engine.meters import Declared, Quantiles

HOMES = st.lists(
    st.tuples(
        st.sampled_from((None, "flat", "house")),
        st.sampled_from((None, 1, 2, 3, 7)),
        st.sampled_from((None, True, False)),
        st.integers(0, 2000),
    ),
    max_size=160,
)


def _homes(drawn):
    homes = [
        Declared(f"m{at}", "d", dwelling, members, garden)
        for at, (dwelling, members, garden, _litres) in enumerate(drawn)
    ]
    return homes, {f"m{at}": float(each[3]) for at, each in enumerate(drawn)}


def _inside(cell: Quantiles, home: Declared) -> bool:
    names = tuple(name for name, _value in cell.variables)
    return Step(names).cell_of(home) == cell.variables


@given(HOMES)
@settings(max_examples=60, deadline=None)
def test_no_published_cell_nor_what_is_left_of_it_is_of_few_homes(drawn):
    homes, litres = _homes(drawn)
    release = publish(homes, litres, period="2026-10")
    members = {
        cell.variables: {home.meter for home in homes if _inside(cell, home)} for cell in release.cells
    }
    for cell in release.cells:
        assert len(members[cell.variables]) >= release.k
        assert cell.n <= len(members[cell.variables])
        assert list(cell.litres) == sorted(cell.litres)
        inside: dict[frozenset[str], set[str]] = {}
        for other in release.cells:
            if set(cell.variables) < set(other.variables):
                names = frozenset(name for name, _value in other.variables)
                inside.setdefault(names, set()).update(members[other.variables])
        for within in inside.values():
            left = members[cell.variables] - within
            assert not left or len(left) >= release.k


@given(HOMES)
@settings(max_examples=30, deadline=None)
def test_a_release_read_back_places_homes_as_it_did(drawn):
    homes, litres = _homes(drawn)
    release = publish(homes, litres, period="2026-10")
    again = from_json(release.as_json())
    for home in homes[:10]:
        try:
            found = similar(release, home)
        except Refused:
            with pytest.raises(Refused, match="fewer than 11 homes"):
                similar(again, home)
            continue
        assert similar(again, home).quantiles.litres == found.quantiles.litres


def test_a_home_alone_of_its_kind_is_compared_with_larger_cells_and_told_why():
    homes = [Declared(f"m{at}", "d", "flat", 2, False) for at in range(40)]
    alone = Declared("alone", "d", "house", 6, None)
    litres = {home.meter: 150.0 + at for at, home in enumerate(homes)} | {"alone": 300.0}
    # one house beside forty flats: "all" minus "flats" would be that house
    release = publish([*homes, alone], litres, period="2026-10")
    found = similar(release, alone)
    assert found.quantiles.variables == ()
    assert ("members",) in found.too_few
    assert found.not_said == ("garden",)
    assert not any(("dwelling", "flat") in cell.variables for cell in release.cells)
    assert {hidden.reason for hidden in release.suppressed} == {"small", "differencing"}


def test_one_home_that_drinks_most_of_a_cell_hides_it():
    homes = [Declared(f"m{at}", "d") for at in range(12)]
    litres = {home.meter: 100.0 for home in homes} | {"m0": 5000.0}
    assert publish(homes, litres, period="2026-10").suppressed[0].reason == "dominance"


def test_no_published_value_is_the_volume_of_a_home():
    homes = [Declared(f"m{at}", "d") for at in range(11)]
    litres = {home.meter: 101.0 * 1.17**at for at, home in enumerate(homes)}
    (cell,) = publish(homes, litres, period="2026-10").cells
    assert cell.levels == (0.25, 0.5, 0.75)
    assert not set(cell.litres) & set(litres.values())


def test_a_place_is_between_published_levels():
    cell = Quantiles("2026-10", (), 40, (0.25, 0.5, 0.75), (100, 200, 300))
    assert (place(250, cell).above, place(250, cell).below, place(250, cell).difference) == (0.5, 0.75, 50)
    assert (place(10, cell).above, place(10, cell).below) == (0.0, 0.25)
    assert (place(999, cell).above, place(999, cell).below) == (0.75, 1.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"k": 5}, "at least 11"),
        ({"steps": (Step(("income",)), Step(()))}, "'?income'? is not a variable"),
        ({"steps": (Step(("members",)),)}, "last step is all homes"),
    ],
)
def test_a_ladder_that_tells_too_much_is_refused(change, said):
    given_ = {name: getattr(shipped(), name) for name in Ladder.__dataclass_fields__} | change
    with pytest.raises(Refused, match=said):
        Ladder(**given_)


def test_a_profile_is_of_a_thousand_homes_and_spends_a_budget(tmp_path):
    rng = np.random.default_rng(3)
    hourly = rng.poisson(8, (1500, 24))
    ledger, budget = Ledger(tmp_path / "ledger.jsonl"), Budget("epsilon", amount("1.5"))
    spend = {"epsilon": amount("1"), "ledger": ledger, "data_set": "profiles", "budget": budget}
    made = publish_profile(hourly, **spend)
    assert abs(np.array(made.litres) - hourly.mean(axis=0)).max() < 2 * made.error
    with pytest.raises(Refused, match="at least 1000"):
        publish_profile(hourly[:999], **spend)
    with pytest.raises(Refused, match="left"):
        publish_profile(hourly, **spend)
