"""The small file of numbering plans: it says what phonenumbers does."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers.numbering import IN_USE, NONE, POSSIBLE, standing

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
KINDS = range(11)  # PhoneNumberType


def said(digits: str) -> int:
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return NONE
    if phonenumbers.is_valid_number(number):
        return IN_USE
    return POSSIBLE if phonenumbers.is_possible_number(number) else NONE


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """An example of phonenumbers with some digits changed, or digits after the code of a country."""
    region, kind = draw(st.sampled_from(REGIONS)), draw(st.sampled_from(KINDS))
    found = phonenumbers.example_number_for_type(region, kind)
    if found is None:
        code = phonenumbers.country_code_for_region(region)
        return f"{code}{draw(st.text('0123456789', min_size=3, max_size=12))}"
    digits = list(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)[1:])
    for _ in range(draw(st.integers(0, 3))):
        digits[draw(st.integers(2, len(digits) - 1))] = draw(st.sampled_from("0123456789"))
    return "".join(digits)


@settings(max_examples=1000, deadline=None)
@given(numbers())
@example("4949786679")  # fits a kind of number, not the general form
@example("3906698812345")  # the Vatican, in the plan of Italy
def test_says_what_phonenumbers_says(digits: str) -> None:
    assert standing(digits) == said(digits)


@pytest.mark.parametrize("digits", ["", "0", "33", "999123456789", "3212", "4" * 40])
def test_what_is_no_number_is_none(digits: str) -> None:
    assert standing(digits) == said(digits) == NONE


@pytest.mark.skipif(kernel.built is None, reason="the kernel was not built")
@pytest.mark.parametrize(
    "pattern", ["(", "[1-", "1{2", "1{3,2}", "?", "(?:1", "1)", "a", "(?:" * 40 + ")" * 40]
)
def test_the_kernel_refuses_a_pattern_that_it_does_not_know(pattern: str) -> None:
    with pytest.raises(ValueError, match="numbering plan"):
        kernel.built.plan_fits(pattern, "1234", False)
