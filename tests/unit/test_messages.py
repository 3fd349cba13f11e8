"""Sentences keep what fills them, so that they can be said in another language."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.messages import N_, Refused, Said

FRENCH = {
    "line {line}: more than {most:,} cells, {remedy}": "{most:,} cellules au plus, ligne {line} : {remedy}",
    "split it": "coupez-la",
    "{place}: {reason}": "{place} : {reason}",
}


def french(template: str) -> str:
    return FRENCH.get(template, template)


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


REFUSED = Refused(
    N_("line {line}: more than {most:,} cells, {remedy}"), line=3, most=5000, remedy=Said(N_("split it"))
)


@pytest.mark.parametrize("said", [REFUSED.said, pickle.loads(pickle.dumps(REFUSED)).said])  # noqa: S301
def test_a_refusal_is_english_as_text_and_another_language_where_asked(said: Said) -> None:
    assert said == "line 3: more than 5,000 cells, split it"
    assert said.translated(french, grouped) == "5\u202f000 cellules au plus, ligne 3 : coupez-la"


def test_a_place_is_put_before_and_can_be_left_out() -> None:
    placed = Refused("it {is} so").at("a {b}.txt")
    assert (str(placed), placed.reason, placed.place) == ("a {b}.txt: it {is} so", "it {is} so", "a {b}.txt")
    assert placed.said.translated(french) == "a {b}.txt : it {is} so"


def test_a_refusal_may_tell_of_another() -> None:
    outer = Refused(N_("nothing was written: {error}"), error=REFUSED)
    assert outer.said.translated(french, grouped).startswith("nothing was written: 5\u202f000 cellules")


@given(st.text())
def test_a_plain_text_is_said_as_it_is(text: str) -> None:
    assert str(Refused(text)) == Said(text) == Said(text).translated(str) == text
