"""Advice: of what a home said, never of what it did not; and a change is seen only where there is one."""

import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.advice import advise, followed
from bacasable.services.water_use.engine.meters import Declared


def test_nobody_is_advised_on_what_they_have_not_said():
    silent = {advice.action.key for advice in advise(Declared("m", "d"))}
    said = {advice.action.key for advice in advise(Declared("m", "d", garden=True, pool=True))}
    assert not silent & {"water_at_night", "rain_butt", "cover_pool"}
    assert said >= {"water_at_night", "rain_butt", "cover_pool"}


def test_savings_grow_with_members_and_are_priced():
    of = {
        members: {advice.action.key: advice for advice in advise(Declared("m", "d", members=members))}
        for members in (1, 4)
    }
    one, four = of[1]["short_shower"], of[4]["short_shower"]
    assert four.litres_a_year == pytest.approx(4 * one.litres_a_year, abs=4)
    # 57 litres, four times a week: some 11.9 cubic metres a year, at 4.52 euros
    assert one.cents_a_year == pytest.approx(11_896 * 0.452, abs=5)
    assert not one.supposed_members
    assert advise(Declared("m", "d"))[0].supposed_members


def test_what_is_done_is_not_advised_again():
    assert "aerators" not in {advice.action.key for advice in advise(Declared("m", "d"), done=["aerators"])}


def test_a_change_is_that_of_the_home_less_that_of_similar_homes():
    before, after = [200, 210, 190, 205, 195], [160, 168, 152, 164, 156]
    # everybody used 20 % less: nothing of it is the action's
    assert not followed(before, after, 300, 240).seen
    alone = followed(before, after, 300, 300)
    assert alone.seen
    assert alone.difference_percent == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize(("weeks", "said"), [([200] * 3, "4 are needed"), ([200, 0, 200, 200], "absence")])
def test_too_little_to_see_a_change_is_said(weeks, said):
    with pytest.raises(Refused, match=said):
        followed(weeks, [150, 150, 150, 150], 200, 200)
