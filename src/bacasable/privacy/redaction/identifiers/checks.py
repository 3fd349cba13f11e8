"""Checks of identifiers: checksums and formats, each with its source. Arguments are compact (no separators).

They accept any text and never raise: a check tells whether a value is well formed, nothing about whether it
was
ever given to somebody. They are written for speed (under a microsecond), beside python-stdnum's of the same
name,
against which the tests compare them.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

_NIR = re.compile(r"[1-478](\d{2})(0[1-9]|1[0-2]|[2-3]\d|4[0-2]|[5-9]\d)(\d\d|2[AB])(\d{3})(\d{3})", re.ASCII)


def nir_body(body: str) -> bool:
    """Tell whether 13 characters have the form of a NIR: sex, year, month, department, commune, order.

    Sex 1 or 2, 3 and 4 (temporary numbers with an unknown civil status), 7 and 8 (temporary). Months 1 to 12;
    20 to 42 and 50 to 99 where the civil record gives none. Departments 01 to 95, 2A, 2B, 96 (former Algeria,
    Tunisia, Morocco), 97 and 98 (overseas), 99 (abroad). Source: INSEE, "Numero d'inscription au repertoire";
    decree 82-103 of 22 January 1982.
    """
    match = _NIR.fullmatch(body)
    return match is not None and match[3] != "00" and match[5] != "000"


def nir_key(body: str) -> int:
    """Return the key of the 13 characters of a NIR: 97 less the remainder by 97, with 2A as 19 and 2B as 18.

    Raises:
        ValueError: not 13 digits (or 2A, 2B as the department).
    """
    if len(body) != 13:
        raise ValueError("13 characters are needed")
    if body[6] == "A":
        body = f"{body[:5]}19{body[7:]}"
    elif body[6] == "B":
        body = f"{body[:5]}18{body[7:]}"
    return 97 - int(body) % 97


def nir(value: str) -> bool:
    """Tell whether 15 characters are a NIR with its key."""
    return (
        len(value) == 15
        and value[13:].isdecimal()
        and nir_body(value[:13])
        and nir_key(value[:13]) == int(value[13:])
    )


def spi_key(body: str) -> int:
    """Return the key of the 10 first digits of a tax number: remainder by 511 (DGFiP, OECD TIN sheet of
    France)."""
    return int(body) % 511


def spi(value: str) -> bool:
    """Tell whether 13 digits are a tax number of a person: 0 to 3 first, key of 3 digits."""
    return (
        len(value) == 13
        and value.isdecimal()
        and value[0] in "0123"
        and spi_key(value[:10]) == int(value[10:])
    )


#: Digits as bytes, doubled, the two digits of the double added.
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")


def _luhn_sum(value: str) -> int:
    digits = value.encode()
    return sum(digits[::-2]) + sum(digits[-2::-2].translate(_DOUBLED)) - 48 * len(digits)


def luhn(value: str) -> bool:
    """Tell whether digits pass Luhn's formula (ISO/IEC 7812-1, annex B)."""
    return value.isascii() and value.isdecimal() and _luhn_sum(value) % 10 == 0


def luhn_digit(body: str) -> str:
    """Return the digit that makes ``body`` pass Luhn's formula when added at its end."""
    return str(-_luhn_sum(body + "0") % 10)


def siren(value: str) -> bool:
    """Tell whether 9 digits are a SIREN: Luhn, not all zeros (article R. 123-220 of the commercial code)."""
    return len(value) == 9 and luhn(value) and value != "000000000"


_POSTE = "356000000"


def siret(value: str) -> bool:
    """Tell whether 14 digits are a SIRET: SIREN and establishment, Luhn over all.

    La Poste (SIREN 356 000 000) has more establishments than Luhn allows: the sum of the digits is a multiple
    of 5
    (INSEE, Sirene documentation).
    """
    if len(value) != 14 or not value.isascii() or not value.isdecimal() or not siren(value[:9]):
        return False
    return luhn(value) or (value.startswith(_POSTE) and sum(map(int, value)) % 5 == 0)


def vat_key(company: str) -> int:
    """Return the key of a French VAT number: (12 + 3 x (SIREN mod 97)) mod 97 (article 286 ter, CGI)."""
    return (12 + 3 * (int(company) % 97)) % 97


def vat(value: str) -> bool:
    """Tell whether a value is a French VAT number: FR, key of two digits, SIREN.

    Keys with letters (new style, given since 2000 to some) are taken on the SIREN alone.
    """
    if len(value) != 13 or value[:2] != "FR" or not siren(value[4:]):
        return False
    key = value[2:4]
    if not key.isascii() or not key.isalnum():
        return False
    return not key.isdecimal() or int(key) == vat_key(value[4:])


#: Lengths of IBANs by country: SWIFT IBAN registry, release 99 (2024).
IBAN_LENGTHS: Mapping[str, int] = {
    "AD": 24,
    "AE": 23,
    "AL": 28,
    "AT": 20,
    "AZ": 28,
    "BA": 20,
    "BE": 16,
    "BG": 22,
    "BH": 22,
    "BI": 27,
    "BR": 29,
    "BY": 28,
    "CH": 21,
    "CR": 22,
    "CY": 28,
    "CZ": 24,
    "DE": 22,
    "DJ": 27,
    "DK": 18,
    "DO": 28,
    "EE": 20,
    "EG": 29,
    "ES": 24,
    "FI": 18,
    "FK": 18,
    "FO": 18,
    "FR": 27,
    "GB": 22,
    "GE": 22,
    "GI": 23,
    "GL": 18,
    "GR": 27,
    "GT": 28,
    "HN": 28,
    "HR": 21,
    "HU": 28,
    "IE": 22,
    "IL": 23,
    "IQ": 23,
    "IS": 26,
    "IT": 27,
    "JO": 30,
    "KW": 30,
    "KZ": 20,
    "LB": 28,
    "LC": 32,
    "LI": 21,
    "LT": 20,
    "LU": 20,
    "LV": 21,
    "LY": 25,
    "MC": 27,
    "MD": 24,
    "ME": 22,
    "MK": 19,
    "MN": 20,
    "MR": 27,
    "MT": 31,
    "MU": 30,
    "NI": 28,
    "NL": 18,
    "NO": 15,
    "OM": 23,
    "PK": 24,
    "PL": 28,
    "PS": 29,
    "PT": 25,
    "QA": 29,
    "RO": 24,
    "RS": 22,
    "RU": 33,
    "SA": 24,
    "SC": 31,
    "SD": 18,
    "SE": 24,
    "SI": 19,
    "SK": 24,
    "SM": 27,
    "SO": 23,
    "ST": 25,
    "SV": 28,
    "TL": 23,
    "TN": 24,
    "TR": 26,
    "UA": 29,
    "VA": 22,
    "VG": 24,
    "XK": 20,
    "YE": 30,
    # Parts of France, whose banks may write their own country code.
    **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"), 27),
    # In use, not in the registry ("partial IBANs"): long enough for the checksum to be telling.
    "AO": 25,
    "BF": 28,
    "BJ": 28,
    "CF": 27,
    "CG": 27,
    "CI": 28,
    "CM": 27,
    "CV": 25,
    "DZ": 26,
    "GA": 27,
    "GQ": 27,
    "GW": 25,
    "IR": 26,
    "KM": 27,
    "MA": 28,
    "MG": 27,
    "ML": 28,
    "MZ": 25,
    "NE": 28,
    "SN": 28,
    "TD": 27,
    "TG": 28,
}


#: Digits as themselves, letters as 10 to 35.
_VALUES = {sign: str(value) for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def mod97(value: str) -> bool:
    """Tell whether letters and digits pass ISO 7064 MOD 97-10, the two check digits at the end."""
    if not value.isascii() or not value.isalnum():
        return False
    return int("".join([_VALUES[sign] for sign in value.upper()])) % 97 == 1


def iban(value: str) -> bool:
    """Tell whether a value is an IBAN of a known country: length, ISO 7064 MOD 97-10 (ISO 13616-1)."""
    if IBAN_LENGTHS.get(value[:2]) != len(value) or not value[2:4].isdecimal():
        return False
    account = value[4:]
    if account.isascii() and account.isdecimal() and value[2:4].isascii():  # faster than one by one
        return int(f"{account}{_VALUES[value[0]]}{_VALUES[value[1]]}{value[2:4]}") % 97 == 1
    return mod97(account + value[:4])


_RIB = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def bban_key(bank: str, branch: str, account: str) -> int:
    """Return the RIB key: 97 less (89 bank + 15 branch + 3 account) mod 97 (CFONB, letters as 1 to 9)."""
    number = int(account.upper().translate(_RIB))
    return 97 - (89 * int(bank) + 15 * int(branch) + 3 * number) % 97


def bban(value: str) -> bool:
    """Tell whether 23 characters are a French account (RIB): bank 5, branch 5, account 11, key 2."""
    if len(value) != 23 or not value.isascii() or not value.isalnum():
        return False
    bank, branch, account, key = value[:5], value[5:10], value[10:21], value[21:]
    if not (bank + branch + key).isdecimal() or bank == "00000":
        return False
    return bban_key(bank, branch, account) == int(key)


_BRANDS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}"  # Discover
    r"|62\d{14,17}"  # UnionPay
    r"|(?:5018|5020|5038|5[678]\d\d|6304|6759|676[1-3])\d{8,15}",  # Maestro
    re.ASCII,
)


def card(value: str) -> bool:
    """Tell whether digits are a payment card: a brand's prefix and length, Luhn (ISO/IEC 7812)."""
    return 13 <= len(value) <= 19 and _BRANDS.fullmatch(value) is not None and luhn(value)


def rpps(value: str) -> bool:
    """Tell whether 11 digits are a health professional's number: 1 or 8 first, Luhn (ANS, RPPS)."""
    return len(value) == 11 and value[0] in "18" and luhn(value)


def ip(value: str) -> bool:
    """Tell whether a value is an IP address, version 4 or 6 (RFC 791, RFC 4291)."""
    import ipaddress  # only here: few texts hold one

    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


_MAC = re.compile(
    r"[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
)


def mac(value: str) -> bool:
    """Tell whether a value is a hardware address: six pairs joined by one sign, or Cisco's three groups
    (EUI-48)."""
    return _MAC.fullmatch(value) is not None


def day(year: int, month: int, number: int) -> bool:
    """Tell whether a day exists in the calendar."""
    try:
        date(year, month, number)
    except ValueError:
        return False
    return True


#: The checks that a type may name.
CHECKS: Mapping[str, Callable[[str], bool]] = {
    "bban": bban,
    "card": card,
    "iban": iban,
    "ip": ip,
    "luhn": luhn,
    "mac": mac,
    "mod97": mod97,
    "nir": nir,
    "rpps": rpps,
    "siren": siren,
    "siret": siret,
    "spi": spi,
    "vat": vat,
}
