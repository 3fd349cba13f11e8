"""Checks of identifiers agree with python-stdnum, and never raise."""

import stdnum.fr.nif
import stdnum.fr.nir
import stdnum.fr.siren
import stdnum.fr.siret
import stdnum.fr.tva
import stdnum.iban
import stdnum.luhn
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.types import CHECKS

DIGITS = st.text("0123456789", min_size=1, max_size=24)


def test_names_of_checks_that_packs_may_use_are_those_that_exist() -> None:
    assert sorted(CHECKS) == sorted(checks.CHECKS)


@given(st.one_of(st.text(max_size=40), DIGITS))
def test_no_check_raises_on_any_text(value: str) -> None:
    for check in checks.CHECKS.values():
        assert check(value) in (True, False)


@given(
    st.sampled_from("123478"),
    st.integers(0, 99),
    st.sampled_from([*range(1, 13), 20, 31, 42, 50, 62, 99]),
    st.sampled_from(["01", "2A", "2B", "75", "97", "99"]),
    st.integers(1, 990),
    st.integers(1, 999),
)
def test_nir_key_agrees_with_stdnum(
    sex: str, year: int, month: int, place: str, town: int, order: int
) -> None:
    body = f"{sex}{year:02}{month:02}{place}{town:03}{order:03}"
    value = f"{body}{checks.nir_key(body):02}"
    assert checks.nir(value)
    assert stdnum.fr.nir.is_valid(value)
    assert not checks.nir(value[:-1] + str((int(value[-1]) + 1) % 10))


def test_nir_of_a_month_or_sex_that_nobody_is_given_is_refused() -> None:
    for body in ("5850578006084", "1851378006084", "1850000006084", "1850578006000"):
        assert not checks.nir(f"{body}{checks.nir_key(body):02}")


@given(st.integers(0, 3_999_999_999))
def test_tax_number_agrees_with_stdnum(number: int) -> None:
    body = f"{number:010}"
    value = f"{body}{checks.spi_key(body):03}"
    assert checks.spi(value)
    assert stdnum.fr.nif.is_valid(value)
    assert not checks.spi(f"{body}{(checks.spi_key(body) + 1) % 511:03}")


@given(DIGITS)
def test_luhn_agrees_with_stdnum_and_its_digit_completes(value: str) -> None:
    assert checks.luhn(value) == stdnum.luhn.is_valid(value)
    assert checks.luhn(value + checks.luhn_digit(value))


@given(st.integers(1, 99_999_999), st.integers(0, 9999))
def test_company_numbers_agree_with_stdnum(company: int, place: int) -> None:
    body = f"{company:08}"
    siren = body + checks.luhn_digit(body)
    siret = f"{siren}{place:04}"
    siret += checks.luhn_digit(siret)
    assert checks.siren(siren) and stdnum.fr.siren.is_valid(siren)
    assert checks.siret(siret) and stdnum.fr.siret.is_valid(siret)
    vat = f"FR{checks.vat_key(siren):02}{siren}"
    assert checks.vat(vat)
    assert stdnum.fr.tva.is_valid(vat) or not siren[:3].strip("0")  # stdnum reads 000 as Monaco's


def test_la_poste_has_a_sum_of_its_own() -> None:
    assert checks.siret("35600000049837")
    assert not checks.siret("35600000049838")


@given(st.text("0123456789", min_size=23, max_size=23))
def test_french_account_and_its_iban_agree(digits: str) -> None:
    bank, branch, account = digits[:5], digits[5:10], digits[10:21]
    bban = f"{bank}{branch}{account}{checks.bban_key(bank, branch, account):02}"
    assert checks.bban(bban) == (bank != "00000")
    key = 98 - int(bban + "152700") % 97
    iban = f"FR{key:02}{bban}"
    assert checks.iban(iban)
    assert checks.mod97(iban[4:] + iban[:4])


def test_ibans_of_several_countries_agree_with_stdnum() -> None:
    for value in (
        "FR1420041010050500013M02606",
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "BE68539007547034",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "CH9300762011623852957",
        "LU280019400644750000",
    ):
        assert checks.iban(value) and stdnum.iban.is_valid(value, check_country=False)
        assert not checks.iban(value[:-1])
        swapped = value[:4] + value[5] + value[4] + value[6:]
        assert swapped == value or not checks.iban(swapped)


def test_cards_need_a_brand_and_luhn() -> None:
    assert (
        checks.card("4111111111111111") and checks.card("378282246310005") and checks.card("5555555555554444")
    )
    assert not checks.card("4111111111111112")
    assert not checks.card("1" + "0" * 14 + checks.luhn_digit("1" + "0" * 14))


def test_network_addresses() -> None:
    assert checks.ip("10.0.0.1") and checks.ip("2001:db8::1") and not checks.ip("10.0.0.256")
    assert checks.mac("00:1A:2b:3c:4D:5e") and not checks.mac("00:1A-2b:3c:4D:5e")
