"""Addresses of the network: hardware (MAC), and IP of version 4 and 6, found from the signs they need."""

import re

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.identifiers.signs import Signs
from bacasable.privacy.redaction.spans import Span

_HEX = re.compile(r"[0-9A-Fa-f]{1,4}\Z")
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:]|-[0-9A-Fa-f])")
_DOTTED_MAC = re.compile(r"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?![0-9A-Za-z]|\.[0-9A-Za-z])")
#: Twelve hexadecimal characters without a sign between, or a blank, after the word that tells them.
_BARE_MAC = re.compile(
    r"(?<![^\W_])(?:mac|physique|mat[ée]rielle|hwaddr|ether|bssid|bluetooth|wi-?fi|carte r[ée]seau)\b"
    r"[^\n;|,]{0,24}?(?<![0-9a-z])([0-9a-f]{12}|[0-9a-f]{2}(?:[ .\u00a0][0-9a-f]{2}){5}"
    r"|[0-9a-f]{6}[-:.][0-9a-f]{6})(?![0-9a-z])",
    re.IGNORECASE,
)
_MAC_SIGNS = (
    *("MAC", " mac", '"mac', "_mac", "@mac", "adresse physique", "matérielle", "HWaddr", "ether", "SSID"),
    *("luetooth", "WiFi", "Wi-Fi", "wifi", "carte réseau"),
)
_IPV6 = re.compile(r"[0-9A-Fa-f:]{1,34}:[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])|[0-9A-Fa-f:]{2,39}")
_IPV4 = re.compile(
    r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![0-9A-Za-z])(?!\.[0-9])", re.ASCII
)


def network_addresses(text: str, signs: Signs, contexts: Announcements, strict: bool) -> list[Span]:
    """Return hardware addresses, IP addresses of version 4 and 6."""
    hardware: list[Span] = []
    version6: list[Span] = []
    _hardware(text, signs, contexts, hardware)
    _version6(text, signs, version6)
    return hardware + version6 + _version4(text, signs, contexts, strict, version6)


def bare_hardware(text: str) -> list[Span]:
    """Return the hardware addresses without their usual signs, after a word that tells them."""
    if not any(sign in text for sign in _MAC_SIGNS):
        return []
    return [
        Span(*match.span(1), "MAC", 0.95)
        for match in _BARE_MAC.finditer(text)
        if not match[1].isalpha() or match[1].isupper()
    ]


def _hardware(text: str, signs: Signs, contexts: Announcements, found: list[Span]) -> None:
    for place in signs.hardware:
        start = place - (4 if text[place] == "." else 2)
        if start < 0 or (found and start < found[-1].end) or (start and text[start - 1].isalnum()):
            continue
        if match := _MAC.match(text, start):
            found.append(Span(*match.span(), "MAC", 0.97))
        elif (match := _DOTTED_MAC.match(text, start)) and text[start - 1 : start] != ".":
            nearest = contexts.nearest(start)
            if not match[0].replace(".", "").isdecimal() or (nearest is not None and nearest.key == "MAC"):
                found.append(Span(*match.span(), "MAC", 0.95))


def _version6(text: str, signs: Signs, found: list[Span]) -> None:
    for place in signs.version6:
        if found and place < found[-1].end:
            continue
        head = _HEX.search(text, max(0, place - 4), place)
        if head and head.start() and text[head.start() - 1].isalpha():
            head = None  # the end of a word: "IPv6:2001:db8:..."
        start = head.start() if head else place
        if head is None and not text.startswith("::", place):
            start += 1  # the colon after a word: "IP:2001:db8:..."
        elif start and text[start - 1] == ":":
            continue
        match = _IPV6.match(text, start)
        if match is None or (start and text[start - 1].isalnum()):
            continue
        value = match[0].rstrip(":") if not match[0].endswith("::") else match[0]
        after = start + len(value)
        if (
            value.count(":") >= 2
            and len(value) > 3
            and checks.ip(value)
            and not text[after : after + 1].isalnum()
        ):
            found.append(Span(start, after, "IP", 0.97))


def _version4(
    text: str, signs: Signs, contexts: Announcements, strict: bool, version6: list[Span]
) -> list[Span]:
    found: list[Span] = []
    others = iter(version6)
    other = next(others, None)
    last = before_end = 0  # where the last address of any version before this one ends
    for place in signs.version4:
        start = place
        while start > last and place - start < 3 and "0" <= text[start - 1] <= "9":
            start -= 1
        before = text[start - 1 : start]
        if start == place or before.isalnum() or before == ".":
            continue
        match = _IPV4.match(text, start)
        if match is None:
            continue
        while other and other.start < start:
            before_end, other = max(before_end, other.end), next(others, None)
        if start < before_end:
            continue  # the end of one of version 6
        known = False
        for announced in contexts.before(start):
            if announced.words > 8 or (announced.words < 2 and announced.key != "IP"):
                break
            known = announced.key == "IP"
            if known:
                break
        beside = bool(before_end and start - before_end < 40 and "\n" not in text[before_end:start])
        if not known and not strict and _looks_like_version(text, start, match[0], beside):
            continue
        sure = known or bool(_NETWORK.search(text, max(text.rfind("\n", 0, start) + 1, start - 60), start))
        found.append(Span(start, match.end(), "IP", 0.97 if sure else 0.85))
        last = before_end = match.end()
    return found


_NUMBERED = re.compile(
    r"(?:\bv|versions?|release|firmware|logiciel|noyau|kernel|agent|chrome|firefox|android|build|§|articles?|\bart\.|annexe|chapitre|paragraphe|point|n°|section"
    r"|titre|\brev\.?|==|>=|<=|~=)[ .\u00a0]{0,2}\Z",
    re.IGNORECASE,
)
#: Words of networks, near an address.
_NETWORK = re.compile(
    r"\b(?:ip|ipv4|adresses?|source|serveur|server|h[oô]te|host|machine|poste|r[ée]seau|connexions?|connect[ée]e?s?"
    r"|depuis|client|passerelle|dns|proxy|routeur|login|from|gateway|session|journal|logs?|pare-feu|vpn|forwarded|ping|ssh)\b",
    re.IGNORECASE,
)


def _looks_like_version(text: str, start: int, value: str, beside: bool) -> bool:
    """Tell whether four numbers are a version or a heading: a word says so, or all are small.

    An address of the machine itself (127.0.0.1) is nobody's. ``beside``: another address stands right before.
    """
    if _NUMBERED.search(text, max(0, start - 14), start) or value.startswith(("127.0.", "0.0.0.")):
        return True
    parts = [int(part) for part in value.split(".")]
    if beside or max(parts) >= 20 or (parts[0] == 10 and start and text[start - 1] != "\n"):
        return False
    line = max(text.rfind("\n", 0, start) + 1, start - 60)
    return not _NETWORK.search(text, line, start)
