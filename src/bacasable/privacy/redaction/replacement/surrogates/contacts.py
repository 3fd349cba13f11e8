"""Telephones, networks and addresses in ranges that nobody has: kept for fiction, for tests or for
documentation.
"""

import re

from bacasable.privacy.redaction.replacement.surrogates.draw import Draw, dressed
from bacasable.privacy.redaction.replacement.surrogates.names import Names

#: Numbers for audiovisual works, by first digits of the number replaced: ARCEP decision 2018-0881, article
#: 2.5.12.
_FICTION = {"01": "019900", "02": "026191", "03": "035301", "04": "046571", "05": "053649", "06": "063998"}
_FICTION |= {"07": "063998", "08": "019900", "09": "019900"}
_DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
_OVERSEAS = ("262", "590", "594", "596")
_TRUNK = re.compile(r"\(\s*0\s*\)")


class Contacts:
    """Surrogates of ways to reach somebody, under one key; logins follow the names of the document."""

    def __init__(self, draw: Draw, names: Names) -> None:
        self._draw = draw
        self._names = names

    def phone(self, value: str) -> str:
        """Return a number of the range kept for fiction in the same zone, written the same way.

        Abroad: 07700 900xxx for the United Kingdom, 555-01xx in North America; elsewhere the country stays
            and its
        digits change, which no range protects.
        """
        digits = re.sub(r"\D", "", value)
        if not digits:
            return value
        abroad = "+" in value.partition(digits[0])[0] or digits.startswith("00")
        mark = "00" if abroad and digits.startswith("00") else ""
        number = digits[len(mark) :] if abroad else digits
        code = next((code for code in ("33", *_OVERSEAS) if abroad and number.startswith(code)), "")
        if abroad and not code:
            return dressed(mark + self._foreign(number), value)
        national = number[len(code) :]
        trunk = national.startswith("0") and len(national) == 10
        full = national if trunk else "0" + national
        if len(full) != 10:
            return dressed(self._other(digits), value)
        stem = _FICTION.get(full[:2], "019900")
        for attempt in range(20):
            new = stem + self._draw.of("phone", full, attempt).digits(4)
            if new != full:
                break
        if not abroad:
            return dressed(new if trunk else new[1:], value)
        if code != "33":  # three digits of country: the fictional ranges are those of 33
            value = value.replace(code, "33", 1)
        return dressed(f"{mark}33{new if trunk else new[1:]}", value)

    def _foreign(self, number: str) -> str:
        stream = self._draw.of("phone", "+" + number)
        if number.startswith("44") and len(number) == 12:
            return "447700900" + stream.digits(3)
        if number.startswith("1") and len(number) == 11:
            return number[:4] + "55501" + stream.digits(2)
        return number[:3] + self._other(number)[3:]

    def _other(self, digits: str) -> str:
        for attempt in range(20):
            new = self._draw.of("digits", digits, attempt).digits(len(digits))
            if new[3:] != digits[3:]:
                return new
        return new

    def email(self, value: str) -> str:
        """Return an address at example.org (RFC 2606) whose name follows the surrogate of the person's."""
        head, _, rest = value.partition(":") if value.lower().startswith("mailto:") else ("", "", value)
        local = re.split(r"\s*(?:@|\(at\)|\[at\]|\bat\b|arobase)\s*", rest, maxsplit=1)[0]
        new = self._names.login(local)
        domain = "example.org" if not rest.isupper() else "EXAMPLE.ORG"
        return f"{head}:{new}@{domain}" if head else f"{new}@{domain}"

    def handle(self, value: str) -> str:
        """Return another account, named after the surrogate of the person."""
        return self._names.login(value)

    def url(self, value: str) -> str:
        """Return a page of example.org; a path is that of the surrogate of the names in it."""
        match = re.match(
            r"((?:https?://)?(?:www\.)?)([^/?#\s]+)([/?#].*)?$", value, re.IGNORECASE | re.DOTALL
        )
        if match is None:
            return "https://example.org/"
        path = self._names.login(match[3]) if match[3] and len(match[3]) > 1 else (match[3] or "")
        new = f"{match[1]}example.org{path}"
        return new if new != value else new + "/a"

    def ip(self, value: str) -> str:
        """Return an address kept for documentation: RFC 5737, RFC 3849."""
        stream = self._draw.of("ip", value.lower())
        if ":" in value:
            return "2001:db8::" + ":".join(f"{1 + stream.below(0xFFFE):x}" for _ in range(3))
        tail = re.search(r"(?<=\d)[/:]\d+$", value)
        new = f"{stream.pick(_DOCUMENTATION)}.{1 + stream.below(254)}"
        return new + (tail[0] if tail else "") if new != value else f"{_DOCUMENTATION[0]}.{stream.below(255)}"

    def mac(self, value: str) -> str:
        """Return a hardware address kept for documentation: 00-00-5E-00-53-xx (RFC 7042)."""
        for attempt in range(20):
            new = dressed(f"00005E0053{self._draw.of('mac', value.lower(), attempt).below(256):02X}", value)
            if new != value:
                break
        return new.lower() if value == value.lower() else new
