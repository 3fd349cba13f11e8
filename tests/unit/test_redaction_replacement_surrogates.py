"""Surrogates: same form, valid, agreeing with one another, one for each value, never the original."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban
from stdnum import luhn
from stdnum.fr import nif, nir, siren, siret, tva

from bacasable.privacy.pseudonyms import nirs
from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.replacement.surrogates import Surrogates
from bacasable.privacy.redaction.replacement.surrogates.fiction import fiction
from bacasable.privacy.redaction.spans import Span
from bacasable.privacy.redaction.types import registry

SECRET = bytes(range(32))


def one(value: str, kind: str, secret: bytes = SECRET) -> str:
    """Return the surrogate of a value alone."""
    surrogates = Surrogates(secret)
    span = Span(0, len(value), kind, 1.0)
    surrogates.meet(value, [span])
    return surrogates.of(value, span)


def many(text: str, *values: tuple[str, str]) -> dict[str, str]:
    """Return the surrogates of the values (value, type) of one document, by value."""
    spans = []
    for value, kind in values:
        start = text.index(value)
        spans.append(Span(start, start + len(value), kind, 1.0))
    spans.sort()
    surrogates = Surrogates(SECRET)
    surrogates.meet(text, spans)
    return {text[span.start : span.end]: surrogates.of(text, span) for span in spans}


def compact(value: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", value).upper()


def form(value: str) -> str:
    """Return the separators and the sorts of signs."""
    letters = re.sub(r"[^\W\d_]", lambda sign: "a" if sign[0].islower() else "A", value)
    return re.sub(r"\d", "0", letters)


NIRS = st.sampled_from([nirs(1985, 5, "78", True), nirs(1999, 12, "2A", True), nirs(1960, 1, "974", True)])


@given(st.data())
def test_a_nir_stays_a_nir_of_the_same_sex(data: st.DataObject) -> None:
    space = data.draw(NIRS)
    value = space[data.draw(st.integers(0, len(space) - 1))]
    written = f"{value[0]} {value[1:3]} {value[3:5]} {value[5:7]} {value[7:10]} {value[10:13]} {value[13:]}"
    new = one(written, "NIR")
    assert nir.is_valid(compact(new)) and checks.nir(compact(new))
    assert (new[0], [at for at, sign in enumerate(new) if sign == " "]) == (written[0], [1, 4, 7, 10, 14, 18])
    assert compact(new)[1:5] != value[1:5] and compact(new) != value
    assert compact(new)[5:10] in fiction().by_code
    assert one(value[:13], "NIR") == compact(new)[:13]


@given(st.integers(0, 10**8 - 1), st.integers(1, 9999))
def test_siren_siret_and_vat_agree(body: int, office: int) -> None:
    company = luhn_complete(f"{body:08}")
    establishment = luhn_complete(f"{company}{office:04}")
    new = one(company, "SIREN")
    spaced = f"{company[:3]} {company[3:6]} {company[6:]}"
    assert siren.is_valid(new) and new != company
    assert compact(one(spaced, "SIREN")) == new
    of_office = one(establishment, "SIRET")
    assert siret.is_valid(of_office) and of_office[:9] == new
    vat = one(f"FR{checks.vat_key(company):02}{company}", "VAT")
    assert tva.is_valid(vat) and vat[4:] == new


def luhn_complete(body: str) -> str:
    return body + luhn.calc_check_digit(body)


@given(st.integers(0, 3), st.integers(0, 10**9 - 1))
def test_a_tax_number_keeps_its_key(first: int, rest: int) -> None:
    body = f"{first}{rest:09}"
    value = f"{body}{checks.spi_key(body):03}"
    assert nif.is_valid(one(value, "SPI"))


@pytest.mark.parametrize(
    "value",
    [
        "FR76 3000 6000 0112 3456 7890 189",
        "DE89370400440532013000",
        "GB29 NWBK 6016 1331 9268 19",
        "BE68539007547034",
        "ES9121000418450200051332",
    ],
)
def test_an_iban_stays_valid_in_its_country(value: str) -> None:
    new = one(value, "IBAN")
    assert stdnum_iban.is_valid(new) and new[:2] == value[:2]
    assert form(new) == form(value)
    if value.startswith("FR"):
        assert checks.bban(compact(new)[4:])


def test_a_rib_keeps_its_key() -> None:
    assert checks.bban(compact(one("30006 00001 12345678901 89", "IBAN")))


@pytest.mark.parametrize("value", ["4970 1012 3456 7890", "5413330089020011", "378282246310005"])
def test_a_card_is_of_a_range_for_tests(value: str) -> None:
    new = compact(one(value, "CARD"))
    assert luhn.is_valid(new) and len(new) == len(compact(value))
    assert new.startswith(("400000", "555555", "378282"))


@pytest.mark.parametrize(
    ("value", "stem"),
    [
        ("06 12 34 56 78", "06 39 98 "),
        ("0712345678", "063998"),
        ("+33 6 12 34 56 78", "+33 6 39 98 "),
        ("+33 (0)1 23 45 67 89", "+33 (0)1 99 00 "),
        ("0033.4.23.45.67.89", "0033.4.65.71."),
        ("02-23-45-67-89", "02-61-91-"),
        ("09 72 00 00 00", "01 99 00 "),
        ("+262 692 12 34 56", "+33"),
        ("+44 20 7946 0958", "+44 77 0090 0"),
    ],
)
def test_telephones_are_of_ranges_kept_for_fiction(value: str, stem: str) -> None:
    new = one(value, "PHONE")
    assert new.startswith(stem) and new != value
    assert len(compact(new)) in (len(compact(value)), len(compact(value)) - 1)


@pytest.mark.parametrize("value", ["AB-123-CD", "ab 123 cd", "1234 AB 75", "123 ABC 69", "12 XY 2A"])
def test_a_plate_is_one_of_the_same_system(value: str) -> None:
    new = one(value, "PLATE")
    assert form(new)[:6] == form(value)[:6] and new != value
    assert not set(compact(new)) & set("IOU")


@pytest.mark.parametrize(
    ("value", "kind"),
    [("8322358 K", "CAF"), ("2845957M", "FT"), ("192.168.1.12", "IP"), ("2001:db8:85a3::7334", "IP")],
)
def test_other_identifiers_keep_their_shape(value: str, kind: str) -> None:
    new = one(value, kind)
    assert new != value
    if kind == "IP":
        assert checks.ip(new)
    else:
        assert form(new) == form(value)


def test_every_type_of_the_registry_has_a_surrogate() -> None:
    for key, kind in registry().items():
        for example in (*kind.examples, "AB12 3456 cd", "é"):
            new = one(example, key)
            assert (new == example) == (kind.surrogate == "none"), key


@given(
    value=st.text(min_size=1, max_size=40), kind=st.sampled_from([key for key, kind in registry().items()])
)
def test_any_value_has_a_surrogate_without_an_error(value: str, kind: str) -> None:
    assert isinstance(one(value, kind), str)
