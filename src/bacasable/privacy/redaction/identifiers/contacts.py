"""E-mail addresses and account names: found from the signs they need."""

import re

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.identifiers.keywords import ACCOUNTS, places
from bacasable.privacy.redaction.identifiers.signs import SPOKEN_AT, Signs
from bacasable.privacy.redaction.spans import Span

_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~\-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w\-]{0,62}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![^\W_])")
#: A sign or a digit inside, as names of mailboxes have and words have not.
_SIGNED = re.compile(r"[^\W_][._0-9][^\W_]")
_ELISION = re.compile(r"^(?:[ldjnsmtc]|qu)'", re.IGNORECASE)
_HANDLE = re.compile(r"@[A-Za-z0-9_](?:[A-Za-z0-9_.\-]{0,38}[A-Za-z0-9_])?")
#: An account of one server among many: @jean@server.org.
_FEDERATED = re.compile(
    r"@[A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}@(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_DOT = r"(?:\.|[ ]?[\[({][ ]?(?:dot|point)[ ]?[\])}][ ]?|[ ](?:dot|point)[ ])"
#: Who gives addresses to anybody.
_PROVIDERS = (
    "gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|orange|wanadoo|free|sfr|neuf|laposte|icloud|me|bbox"
    "|aol|gmx|proton(?:mail)?|numericable|club-internet|aliceadsl|ac-[a-z-]{4,20}"
)
_PROVIDER = re.compile(rf"[ ](?:{_PROVIDERS})[ ]dot[ ](?:com|fr|net|me)\Z")
#: A comma for the full stop of a domain.
_COMMA_DOMAIN = re.compile(rf"(?:{_PROVIDERS}),(?:com|fr|net|me)(?![^\W_])", re.IGNORECASE)
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
        said = match[0].lower()
        if " at " not in said or "." in said or "point" in said or _PROVIDER.search(said):
            found.append(Span(*match.span(), "EMAIL", 0.85))
    return found


#: An address as it stands in a web address or a journal: "paul%40free.fr".
_ESCAPED = re.compile(
    r"(?<![\w.%+\-])[\w.+\-]{1,64}%40(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)


def escaped_emails(text: str) -> list[Span]:
    """Return the e-mail addresses whose @ is written %40."""
    if "%40" not in text:
        return []
    return [Span(*match.span(), "EMAIL", 0.95) for match in _ESCAPED.finditer(text)]


def _email(text: str, at: int) -> Span | None:
    right = at + 1
    while right < len(text) and right < at + 3 and text[right] in " \r\n":
        right += 1
    left = at
    while left > 0 and at - left < 2 and text[left - 1] == " ":
        left -= 1
    # No space is in a name: not to be tried from each letter of the words before.
    local = _LOCAL.search(text, max(0, left - 64, text.rfind(" ", 0, left) + 1), left)
    domain = _DOMAIN.match(text, right) or _COMMA_DOMAIN.match(text, right)
    if local is None or domain is None or local[0][-1] in "=/|":
        return None
    name = local[0].lstrip(".!#$%&'*+/=?^`{|}~-")
    if not name:
        return None
    for sign in "=/|":
        name = name.rpartition(sign)[2] or name
    name = _ELISION.sub("", name) or name
    if left < at and right == at + 1 and not _SIGNED.search(name):
        return None  # a word, then an account: "merci @asso.fr"
    spaced = left < at or right > at + 1
    return Span(left - len(name), domain.end(), "EMAIL", 0.8 if spaced else 0.99)


#: What an account name without @ follows; and signs of it.
_NETWORKS = re.compile(
    r"\b(?:pseudo(?:nyme)?|snap(?:chat)?|insta(?:gram)?|twitter|tik ?tok|discord|telegram|twitch|bluesky"
    r"|mastodon|skype|messenger|compte x|gamertag|login|user[_ ]?name"
    r"|nom d[’' ]utilisateur(?:trice)?|identifiant de connexion)(?: ?\([^)\n]{1,20}\))?"
    r"(?: (?:snap(?:chat)?|insta(?:gram)?|twitter|discord|sur (?:le|ce|un|notre|votre) [a-zé]{3,10}|en ligne"
    r"|de jeu))?"
    r"(?:[ \u00a0]?[:=][ \u00a0]?|\"[ ]?:[ ]?| est )[«\"“]?[ \u00a0]?"
    r"([A-Za-z0-9_][A-Za-z0-9_.\-]{1,38}[A-Za-z0-9_])(?:#[0-9]{4}(?![0-9]))?(?![\w@./])",
    re.IGNORECASE,
)
#: An account with a dot, a digit or "_" in it, or led by "under the name of", after the word for a network.
_UNDER_NAME = re.compile(
    r"\b(?:snap(?:chat)?|insta(?:gram)?|twitter|facebook|fb|tik ?tok|discord|telegram|twitch|bluesky|mastodon"
    r"|skype|messenger|threads|youtube|x(?=,?[ \u00a0](?:sous|avec|par) )|pseudo(?:nyme)?),?[ \u00a0]"
    r"(?P<led>sous (?:(?:le|un|son|l[’'])[ ]?(?:nom|pseudo(?:nyme)?|compte|identifiant)"
    r"(?: de(?: compte)?)?[ ]"
    r"|(?=[a-z0-9._]*[0-9._]))"
    r"|(?:avec|par) le (?:compte|pseudo) )?[«\"“]?[ \u00a0]?"
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_.\-]{1,38}[A-Za-z0-9_])(?![\w@/])",
    re.IGNORECASE,
)
_NO_ACCOUNT = re.compile(
    r"(?:non|oui|aucun|n[ée]ant|inconnu|idem|priv[ée]|public|le|la|un|une|mon|son|root|admin[a-z]*|guest|system|nobody"
    r"|null|none|true|false|required|string|user|login)\Z",
    re.IGNORECASE,
)


def named_accounts(text: str) -> list[Span]:
    """Return account names without @, right after the word for a network or a pseudonym."""
    found: list[Span] = []
    after_word = after_name = 0
    for place in places(text, ACCOUNTS):
        if place >= after_word and (match := _NETWORKS.match(text, place)):
            after_word = match.end()
            name = match[1]
            if not _NO_ACCOUNT.match(name) and (not name.isalpha() or _is_no_word(name)):
                found.append(Span(match.start(1), match.end(), "HANDLE", 0.8))
        if place >= after_name and (match := _UNDER_NAME.match(text, place)):
            after_name = match.end()
            name = match["name"]
            signed = any(sign in "._0123456789" for sign in name) and any(map(str.isalpha, name))
            if (signed and not name[0].isdecimal()) or (
                match["led"] and name.isalpha() and _is_no_word(name)
            ):
                found.append(Span(*match.span("name"), "HANDLE", 0.8))
    return found


#: The form of an account name: small letters with "_", digits at the end, or an initial after a dot.
_ACCOUNT = re.compile(
    r"(?<![\w@./%+\-:#])(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]{4,38}[0-9]{1,4}|[a-z]{3,38}\.[a-z]"
    r"|x[a-z]{3,36}x[0-9]{2})(?![\w@/%]|[.\-]\w|\"?[ \u00a0]?[=(]|\"[ ]?:)"
)
#: The first sign in it that is no letter: what a text is searched for.
_ACCOUNT_SIGN = re.compile(r"[_0-9.](?<=[a-z].)(?:(?<=[_0-9])|(?=[a-z](?!\w)))")
_PARTS = re.compile(r"[a-z]{3,}")
#: What leads an account name, right before it.
_LEADS_ACCOUNT = re.compile(
    r"\b(?:comptes?|profils?|pseudos?|utilisat(?:eur|rice)|membre|abonn[ée]e?|alias|sign[ée]e?|sous|auteure?|cha[îi]ne)"
    r"(?:[ \u00a0]?:)?[ \u00a0](?:[«\"“][ \u00a0]?)?\Z",
    re.IGNORECASE,
)
#: What follows the account name of who writes or is met on a site: a date, an act, the site.
_FOLLOWS_ACCOUNT = re.compile(
    r"[\])»\"”]?(?:[ \u00a0]?,)?[ \u00a0](?:le[ \u00a0]\d{1,2}[/. ]"
    r"|à[ \u00a0]\d{1,2}[ \u00a0]?[:h][ \u00a0]?\d\d"
    r"|(?:a|avait)[ \u00a0](?:écrit|publié|posté|répondu|commenté|partagé|aimé)\b"
    r"|sur[ \u00a0](?:l['’](?:application|appli)|le[ \u00a0](?:site|forum|réseau))\b"
    r"|sur[ \u00a0]la[ \u00a0](?:plateforme|messagerie)\b)"
)


def accounts_apart(text: str, contexts: Announcements, named: bool) -> list[Span]:
    """Return account names that no network is named before: by their form, where the text tells of accounts.

    ``named``: a word for a network or a pseudonym stands somewhere in the text.
    """
    found: list[Span] = []
    for sign in _ACCOUNT_SIGN.finditer(text):
        begin = sign.start()
        while begin and "a" <= text[begin - 1] <= "z":
            begin -= 1
        match = _ACCOUNT.match(text, begin)
        if match is None or (found and begin < found[-1].end):
            continue
        if all(lexicon.unpack(lexicon.code(part)).word >= 2 for part in _PARTS.findall(match[0])):
            continue
        start, end = match.span()
        if (
            named
            or _LEADS_ACCOUNT.search(text, max(0, start - 20), start)
            or _FOLLOWS_ACCOUNT.match(text, end)
            or any(entry.key == "HANDLE" and entry.words < 10 for entry in contexts.before(start))
            or any(entry.key == "HANDLE" for entry in contexts.far(start, end))
        ):
            found.append(Span(start, end, "HANDLE", 0.6))
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
