"""Identifiers of the same form that pass the same checks: a NIR keeps its key, a SIRET its SIREN, an IBAN its
sum.
"""

import re

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.replacement.surrogates.dates import Calendar
from bacasable.privacy.redaction.replacement.surrogates.draw import Draw, Stream, dressed
from bacasable.privacy.redaction.replacement.surrogates.places import Places

_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLLOWS_CHECK = 5000
_NIR_PARTS = re.compile(r"([1-478])(\d\d)(\d\d)(\d\d|2[AB])(\d{3})(\d{3})(\d\d)?")


class Numbers:
    """Surrogates of identifiers under one key."""

    def __init__(self, draw: Draw, calendar: Calendar, places: Places) -> None:
        self._draw = draw
        self._calendar = calendar
        self._places = places

    def nir(self, value: str) -> str | None:
        """Return a NIR of the same sex: its month of birth, place and order changed, its key right.

        The month and the place change as birth dates and names of places do, so they agree when the others
        did. None if the value has not the form of a NIR.
        """
        match = _NIR_PARTS.fullmatch(_compact(value))
        if match is None:
            return None
        sex, year, month, department, commune, order, key = match.groups()
        body = department + commune
        new_place = self._places.code(body)
        new_year, new_month = year, month
        if 1 <= int(month) <= 12:
            years, months = self._calendar.month(2000 + int(year), int(month))
            new_year, new_month = f"{years % 100:02}", f"{months:02}"
        stream = self._draw.of("nir", match[0][:13])
        number = 1 + stream.below(999)
        if (new_year + new_month + new_place, number) == (year + month + body, int(order)):
            number = number % 999 + 1
        new = f"{sex}{new_year}{new_month}{new_place}{number:03}"
        return dressed(new + (f"{checks.nir_key(new):02}" if key else ""), value)

    def spi(self, value: str) -> str | None:
        """Return a tax number with its key."""
        old = _compact(value)
        if not re.fullmatch(r"[0-3]\d{12}", old):
            return None
        body = old[0] + self._draw.of("spi", old).digits(9)
        return dressed(f"{body}{checks.spi_key(body):03}", value)

    def siren(self, value: str) -> str | None:
        """Return a company number with its Luhn digit."""
        old = _compact(value)
        return dressed(self._company(old), value) if re.fullmatch(r"\d{9}", old) else None

    def _company(self, siren: str) -> str:
        stream = self._draw.of("siren", siren)
        body = str(1 + stream.below(9)) + stream.digits(7)
        return body + checks.luhn_digit(body)

    def siret(self, value: str) -> str | None:
        """Return an establishment of the company that replaces the SIREN."""
        old = _compact(value)
        if not re.fullmatch(r"\d{14}", old):
            return None
        body = self._company(old[:9]) + f"{1 + self._draw.of('nic', old).below(299):04}"
        return dressed(body + checks.luhn_digit(body), value)

    def vat(self, value: str) -> str | None:
        """Return the VAT number of the company that replaces the SIREN."""
        old = _compact(value)
        if not re.fullmatch(r"FR[0-9A-Z]{2}\d{9}", old):
            return None
        company = self._company(old[4:])
        return dressed(f"FR{checks.vat_key(company):02}{company}", value)

    def iban(self, value: str) -> str | None:
        """Return an account of the same country and length: ISO 7064 key, and the RIB key of a French one."""
        old = _compact(value)
        if re.fullmatch(r"\d{10}[0-9A-Z]{11}\d{2}", old):  # a RIB
            return dressed(self._account(old), value)
        if not re.fullmatch(r"[A-Z]{2}\d{2}[0-9A-Z]{10,30}", old):
            return None
        country, account = old[:2], old[4:]
        if country in _NATIONAL:
            return dressed(
                self._with_keys(country, _NATIONAL[country](self._draw.of("iban", account))), value
            )
        french = re.fullmatch(r"\d{10}[0-9A-Z]{11}\d{2}", account) and checks.IBAN_LENGTHS.get(country) == 27
        new = self._account(account) if french else _changed(self._draw.of("iban", account), account)
        return dressed(self._with_keys(country, new), value)

    def _with_keys(self, country: str, account: str) -> str:
        digits = "".join(str(int(sign, 36)) for sign in account + country + "00")
        return f"{country}{98 - int(digits) % 97:02}{account}"

    def _account(self, old: str) -> str:
        stream = self._draw.of("rib", old)
        bank, branch = f"{10001 + stream.below(39999)}", stream.digits(5)
        account = _changed(stream, old[10:21])
        return f"{bank}{branch}{account}{checks.bban_key(bank, branch, account):02}"

    def card(self, value: str) -> str | None:
        """Return a card of the range that networks keep for tests, of the same brand's first digit, with
        Luhn's.
        """
        old = _compact(value)
        if not re.fullmatch(r"\d{13,19}", old):
            return None
        tests = {
            "4": "400000",
            "5": "555555",
            "2": "222300",
            "3": "378282" if old[1] in "47" else old[:2] + "0000",
        }
        head = tests.get(old[0], old[:4] + "00")
        body = head + self._draw.of("card", old).digits(len(old) - len(head) - 1)
        return dressed(body + checks.luhn_digit(body), value)

    def plate(self, value: str) -> str | None:
        """Return a plate of the same system: letters for letters (without I, O, U), digits for digits."""
        old = _compact(value)
        stream = self._draw.of("plate", old)
        if re.fullmatch(r"[A-Z]{2}\d{3}[A-Z]{2}", old):
            pairs = [stream.pick(_PLATE_LETTERS) + stream.pick(_PLATE_LETTERS) for _ in range(2)]
            pairs = [pair if pair not in ("SS", "WW") else "ST" for pair in pairs]
            return dressed(f"{pairs[0]}{1 + stream.below(999):03}{pairs[1]}", value)
        match = re.fullmatch(r"(\d{1,4})([A-Z]{2,3})(\d{2,3}|2[AB])", old)
        if match is None:
            return None
        letters = "".join(stream.pick(_PLATE_LETTERS) for _ in match[2])
        number = str(10 ** (len(match[1]) - 1) + stream.below(9 * 10 ** (len(match[1]) - 1)))
        department = f"{1 + stream.below(95):02}" if len(match[3]) == 2 else f"97{1 + stream.below(4)}"
        return dressed(number + letters + department.replace("20", "21"), value)

    def shape(self, value: str, check: str = "") -> str:
        """Return other digits for digits, other letters for letters; redrawn until ``check`` accepts them."""
        compact = _compact(value)
        for attempt in range(_FOLLOWS_CHECK if check else 20):
            stream = self._draw.of("shape", compact, attempt)
            new = "".join(_other(stream, sign) for sign in value)
            if new != value and (not check or checks.CHECKS[check](_compact(new))):
                return new
        return "".join(_other(self._draw.of("shape", compact), sign) for sign in value)


def _belgian(stream: Stream) -> str:
    body = stream.digits(10)
    return f"{body}{int(body) % 97 or 97:02}"


def _spanish(stream: Stream) -> str:
    """Return bank, branch, two keys by 11 and account (Codigo cuenta cliente, CSB)."""
    office, account = stream.digits(8), stream.digits(10)
    keys = []
    for digits in ("00" + office, account):
        key = 11 - sum(int(digit) * 2**place for place, digit in enumerate(digits)) % 11
        keys.append(str({10: 1, 11: 0}.get(key, key)))
    return office + "".join(keys) + account


#: Countries whose accounts have a key of their own inside of the IBAN, beside France.
_NATIONAL = {"BE": _belgian, "ES": _spanish}


def _compact(value: str) -> str:
    return "".join(sign for sign in value.upper() if sign.isascii() and sign.isalnum())


def _changed(stream: Stream, old: str) -> str:
    return "".join(stream.digits(1) if sign.isdecimal() else stream.pick(_LETTERS) for sign in old)


def _other(stream: Stream, sign: str) -> str:
    if sign.isdecimal():
        return stream.digits(1)
    if not sign.isalpha():
        return sign
    letter = stream.pick(_LETTERS)
    return letter.lower() if sign.islower() else letter
