"""Numbers and codes that the kernel reads: the same as the Python code, in damaged texts of every layout."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers import codes, compiled, context, digits, signs
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry
from tests.factories.identifier_layouts import cases
from tests.factories.identifier_values import KINDS

pytestmark = pytest.mark.skipif(kernel.built is None, reason="the kernel was not built: make install")

#: Numbers that a checksum proves, telephones and dates, and what may stand around them.
NUMBERS = st.lists(
    st.one_of(
        st.sampled_from(
            (
                *("1 85 05 78 006 084 91", "185057800608491", "1.85.05.78.006.084.91", "1 85 05 78 006 084"),
                *("FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189", "FR14 2004", "fr76"),
                *("06 12 34 56 78", "01.42.68.53.00", "06-12-34 56-78", "+33 ", "28/11/1975", "28.11/1975"),
                *(
                    "3012345678295",
                    "30 12 345 678 295",
                    "FR",
                    "ES ",
                    "d e ",
                    "O",
                    " l ",
                    "_",
                    "+",
                    "(",
                    ")",
                    "é",
                ),
            )
        ),
        st.text(st.sampled_from("0123456789 .-/()OlA\u00a0\n:"), max_size=4),
    ),
    max_size=6,
).map("".join)


def _read(text: str, announcements: Callable[[context.Contexts, context.Reading], Any]) -> list[Span]:
    """Read the numbers and codes of a text, in C where what is announced is held there."""
    places = signs.identifier_signs(text)
    reading = context.Reading(text)
    words = announcements(context.contexts_of(registry()), reading)
    found = digits.digit_identifiers(text, places, words, False)
    known = {span[0]: span for span in found}
    return found + codes.lettered_codes(text, places, reading, words, False, known)


@settings(max_examples=500, deadline=None)
@given(NUMBERS)
def test_reads_the_same_numbers(text: str) -> None:
    assert _read(text, context.announcements) == _read(text, context.Announcements)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 2**32),
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from("\n\t ;|.-/(),0178OlABé€'’\u00a0\u0301")), max_size=8
    ),
)
def test_reads_the_same_in_every_layout(seed: int, changes: list[tuple[float, str]]) -> None:
    rng = random.Random(seed)
    text = rng.choice(cases(rng.choice(sorted(KINDS)), seed=seed, repeats=1))[1].text
    for place, sign in changes:
        at = int(place * len(text))
        text = text[:at] + sign + text[at + rng.randint(0, 2) :]
    assert _read(text, context.announcements) == _read(text, context.Announcements)


def _announced(text: str) -> Any:
    return context.announcements(context.contexts_of(registry()), context.Reading(text))


@pytest.mark.parametrize(
    "call",
    [
        lambda built: built.Announcing(None, ""),
        lambda built: _announced("12").before(9),
        lambda built: _announced("12").nearest(-1),
        lambda built: _announced("12").far(2, 1),
        lambda built: built.Numbers(Span, (("NIR", 1),), (), ()),
        lambda built: compiled.compiled().read(None, [], print),
        lambda built: compiled.compiled().read(_announced("12"), [(0, 9)], print),
        lambda built: compiled.compiled().read(_announced("12"), ["ab"], print),
        lambda built: compiled.compiled().codes(None, [], [], {}, print),
        lambda built: compiled.compiled().codes(_announced("FR7630006000011"), [1], [], {}, lambda a, b: 1),
    ],
)
def test_refuses_what_it_cannot_read(call: Callable[[Any], Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        call(kernel.built)
