"""E-mail addresses, account names, network addresses: found from the signs they need."""

import re

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.identifiers.signs import SPOKEN_AT, Signs
from bacasable.privacy.redaction.spans import Span

_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~\-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w\-]{0,62}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![^\W_])")
_ELISION = re.compile(r"^(?:[ldjnsmtc]|qu)'", re.IGNORECASE)
_HANDLE = re.compile(r"@[A-Za-z0-9_](?:[A-Za-z0-9_.\-]{0,38}[A-Za-z0-9_])?")
#: An account of one server among many: @jean@server.org.
_FEDERATED = re.compile(
    r"@[A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}@(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_DOT = r"(?:\.|[ ]?[\[({][ ]?(?:dot|point)[ ]?[\])}][ ]?|[ ](?:dot|point)[ ])"
_SPOKEN = re.compile(
    rf"([\w.+\-]{{1,64}}){SPOKEN_AT}([\w\-]{{1,63}}(?:{_DOT}[\w\-]{{1,63}}){{0,4}}?{_DOT}[a-z]{{2,10}})(?![\w])",
    re.IGNORECASE,
)


def emails(text: str, signs: Signs, contexts: Announcements, strict: bool) -> list[Span]:
    """Return e-mail addresses (RFC 5321 forms, accents allowed: RFC 6531) and account names announced as
    such."""
    found: list[Span] = []
    place = text.find("@") if signs.at else -1
    while place >= 0:
        federated = None if strict or (place and text[place - 1].isalnum()) else _FEDERATED.match(text, place)
        span = Span(*federated.span(), "HANDLE", 0.995) if federated else _email(text, place)
        if span is None and not strict:
            span = _handle(text, place, contexts)
        if span is not None and (not found or span.start >= found[-1].end):
            found.append(span)
        place = text.find("@", max(place + 1, span.end if span else 0))
    last = 0
    for place in () if strict else signs.spoken:
        start = place
        while (
            start > last and place - start < 64 and (text[start - 1].isalnum() or text[start - 1] in "_.+-")
        ):
            start -= 1
        match = _SPOKEN.match(text, start) if start < place else None
        if match is None:
            continue
        last = match.end()
        if not (" at " in match[0].lower() and "." not in match[0] and "point" not in match[0].lower()):
            found.append(Span(*match.span(), "EMAIL", 0.85))
    return found


def _email(text: str, at: int) -> Span | None:
    right = at + 1
    while right < len(text) and right < at + 3 and text[right] in " \r\n":
        right += 1
    left = at
    while left > 0 and at - left < 2 and text[left - 1] == " ":
        left -= 1
    # No space is in a name: not to be tried from each letter of the words before.
    local = _LOCAL.search(text, max(0, left - 64, text.rfind(" ", 0, left) + 1), left)
    domain = _DOMAIN.match(text, right)
    if local is None or domain is None or local[0][-1] in "=/|":
        return None
    if (left < at) != (right > at + 1) and left < at:
        return None
    name = local[0].lstrip(".!#$%&'*+/=?^`{|}~-")
    if not name:
        return None
    for sign in "=/|":
        name = name.rpartition(sign)[2] or name
    name = _ELISION.sub("", name) or name
    spaced = left < at or right > at + 1
    return Span(left - len(name), domain.end(), "EMAIL", 0.8 if spaced else 0.99)


#: What an account name without @ follows; and signs of it.
_NETWORKS = re.compile(
    r"\b(?:pseudo(?:nyme)?|snap(?:chat)?|insta(?:gram)?|twitter|tik ?tok|discord|telegram|twitch|bluesky"
    r"|mastodon|skype|messenger|compte x)(?: ?\([^)\n]{1,20}\))?"
    r"(?: (?:snap(?:chat)?|insta(?:gram)?|twitter|discord))?"
    r"(?:[ \u00a0]?[:=][ \u00a0]?| est )[«\"“]?[ \u00a0]?"
    r"([A-Za-z0-9_][A-Za-z0-9_.\-]{1,38}[A-Za-z0-9_])(?![\w@./])",
    re.IGNORECASE,
)
#: An account with a dot, a digit or "_" in it, or led by "under the name of", after the word for a network.
_UNDER_NAME = re.compile(
    r"\b(?:snap(?:chat)?|insta(?:gram)?|twitter|facebook|fb|tik ?tok|discord|telegram|twitch|bluesky|mastodon"
    r"|skype|messenger|threads|youtube|x|pseudo(?:nyme)?),?[ \u00a0]"
    r"(?P<led>sous (?:(?:le|un|son|l[’'])[ ]?(?:nom|pseudo(?:nyme)?|compte|identifiant)"
    r"(?: de(?: compte)?)?[ ]"
    r"|(?=[a-z0-9._]*[0-9._]))"
    r"|(?:avec|par) le (?:compte|pseudo) )?[«\"“]?[ \u00a0]?"
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.\-]{1,38}[A-Za-z0-9_])(?![\w@/])",
    re.IGNORECASE,
)
_NETWORK_SIGNS = (
    *("acebook", "ACEBOOK", " fb ", "hreads", "ouTube", "astodon", "luesky"),
    *("seudo", "SEUDO", "nap", "nsta", "NSTA", "witter", "iktok", "ikTok"),
    *("iscord", "elegram", "witch", "kype"),
)
#: The names of the networks themselves, in small letters; "instance" and "installer" begin like one.
_NETWORK_NAME = re.compile(
    r"pseudo|snap|insta(?:gram)?[ \u00a0,(:=]|facebook|(?<![^\W_])fb |threads|youtube"
    r"|twitter|tik ?tok|discord|telegram|twitch|bluesky|mastodon|skype"
    r"|messenger|compte x"
)
#: Letters that patterns read as "i" and "s" whatever their case, and small letters do not.
_LIKE_OTHERS = ("\u0130", "\u0131", "\u017f", "\u212a")
_NO_ACCOUNT = re.compile(
    r"(?:non|oui|aucun|n[ée]ant|inconnu|idem|priv[ée]|public|le|la|un|une|mon|son)\Z", re.IGNORECASE
)


def named_accounts(text: str) -> list[Span]:
    """Return account names without @, right after the word for a network or a pseudonym."""
    for sign in _NETWORK_SIGNS:
        if sign in text:
            break
    else:
        return []
    if not _NETWORK_NAME.search(text.lower()) and not any(sign in text for sign in _LIKE_OTHERS):
        return []
    found = [
        Span(*match.span(1), "HANDLE", 0.8)
        for match in _NETWORKS.finditer(text)
        if not _NO_ACCOUNT.match(match[1]) and (not match[1].isalpha() or _is_no_word(match[1]))
    ]
    for match in _UNDER_NAME.finditer(text):
        name = match["name"]
        signed = any(sign in "._0123456789" for sign in name) and any(map(str.isalpha, name))
        if (signed and not name[0].isdecimal()) or (match["led"] and name.isalpha() and _is_no_word(name)):
            found.append(Span(*match.span("name"), "HANDLE", 0.8))
    return found


def _is_no_word(name: str) -> bool:
    """Tell whether letters alone, all small, are no word of the dictionary."""
    return name.islower() and lexicon.unpack(lexicon.code(lexicon.fold(name))).word < 2


#: Words after an @ in programs, style sheets and comments.
_PROGRAM = frozenset(
    (
        *("media", "import", "param", "params", "return", "returns", "throws", "override", "author", "see"),
        *("since", "deprecated", "version", "charset", "keyframes", "property", "staticmethod", "supports"),
        *("classmethod", "dataclass", "pytest", "test", "todo", "type", "typedef", "license", "package"),
        *(
            "font-face",
            "page",
            "namespace",
            "layer",
            "include",
            "extend",
            "mixin",
            "brief",
            "file",
            "private",
        ),
        *("contextlib", "functools", "transaction", "click", "app", "router", "abc", "typing", "celery"),
        *("public", "example", "link", "code", "nullable", "notnull", "entity", "component", "autowired"),
    )
)
#: What may stand before an account name that no word announces.
_BEFORE_HANDLE = frozenset(" \t\r\n(,;:|/*•·–—-\"'’«“[>=\u00a0\u202f`")


def _handle(text: str, at: int, contexts: Announcements) -> Span | None:
    if at and (text[at - 1].isalnum() or text[at - 1] in "._@"):
        return None
    match = _HANDLE.match(text, at)
    if match is None or len(match[0]) < 3:
        return None
    if any(entry.key == "HANDLE" and entry.words < 8 for entry in contexts.before(at)):
        return Span(*match.span(), "HANDLE", 0.95)
    name = match[0][1:]
    if (at and text[at - 1] not in _BEFORE_HANDLE) or sum(map(str.isalpha, name)) < 2:
        return None
    if text[match.end() : match.end() + 1] in ("/", "(", "{") or name.lower().partition(".")[0] in _PROGRAM:
        return None
    lines = at == 0 or text[at - 1] == "\n"
    return Span(*match.span(), "HANDLE", 0.7 if lines else 0.6)


_HEX = re.compile(r"[0-9A-Fa-f]{1,4}\Z")
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:]|-[0-9A-Fa-f])")
_DOTTED_MAC = re.compile(r"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?![0-9A-Za-z]|\.[0-9A-Za-z])")
_IPV6 = re.compile(r"[0-9A-Fa-f:]{1,34}:[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])|[0-9A-Fa-f:]{2,39}")
_IPV4 = re.compile(
    r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![0-9A-Za-z])(?!\.[0-9])", re.ASCII
)


def network_addresses(text: str, signs: Signs, contexts: Announcements, strict: bool) -> list[Span]:
    """Return hardware addresses, IP addresses of version 4 and 6."""
    found: list[Span] = []
    _hardware(text, signs, contexts, found)
    _version6(text, signs, found)
    _version4(text, signs, contexts, strict, found)
    return found


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


def _version4(text: str, signs: Signs, contexts: Announcements, strict: bool, found: list[Span]) -> None:
    last = 0
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
        known = False
        for announced in contexts.before(start):
            if announced.words > 8 or (announced.words < 2 and announced.key != "IP"):
                break
            known = announced.key == "IP"
            if known:
                break
        beside = bool(found and 0 < start - found[-1].end < 40 and "\n" not in text[found[-1].end : start])
        if not known and not strict and _looks_like_version(text, start, match[0], beside):
            continue
        found.append(Span(start, match.end(), "IP", 0.97 if known else 0.85))
        last = match.end()


_NUMBERED = re.compile(
    r"(?:\bv|versions?|release|firmware|logiciel|noyau|kernel|chrome|firefox|android|build|§|articles?|\bart\.|annexe|chapitre|paragraphe|point|n°|section"
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
