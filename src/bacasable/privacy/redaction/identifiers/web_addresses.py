"""Web addresses that point at a person: a social profile, a personal path, somebody's name.

With a scheme, with "www." or with neither; reserved domains (RFC 2606: .example, .test, .invalid, .localhost)
as any other.
"""

import functools
import re
from collections.abc import Iterator
from string import ascii_letters, digits
from urllib.parse import unquote

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.identifiers.signs import Signs
from bacasable.privacy.redaction.spans import Span

_URL = re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\"«»{}|\\^`\[\];]{3,2000}", re.IGNORECASE)
#: Hosts that give a name of its own to each person's pages.
_PLATFORMS = (
    "over-blog|overblog|blogspot|wordpress|canalblog|skyrock|tumblr|wixsite|jimdo(?:free|site)?|e-monsite|blog|eklablog"
    "|free|pagesperso-orange|monsite-orange|perso|github|gitlab|substack|carrd|deviantart|livejournal|unblog|centerblog|hautetfort|bandcamp|itch"
)
_SOCIAL = re.compile(
    r"(?<![a-z0-9-])(?:(?:twitter|x|instagram|facebook|fb|tiktok|github|gitlab|youtube|twitch|threads|t|reddit|snapchat"
    r"|pinterest|medium|soundcloud|flickr|behance|vimeo|vk|ask|paypal|linktr|wa|doctolib|viadeo|copainsdavant|deezer|ko-fi|tipeee|patreon|substack|onlyfans|mym|leetchi"
    r"|calendly|cal|malt|orcid|about|carrd|codepen|dribbble|last|bandcamp|discogs|goodreads|babelio|chess|lichess|gofundme|superprof)"
    r"\.(?:com|net|me|tv|ee|fm|fr|org|io|co|example)/(?=[^\s/?#])|linkedin\.(?:com|example)/(?:in|pub)/|bsky\.app/profile/)|/@"
    rf"|//(?!(?:www|assistance|portail|mobile|boutique|support|forum|docs|help|aide|blog|store|news)\.)[a-z0-9_-]{{3,}}\.(?:{_PLATFORMS})\.",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"[/=~](?:~|users?/|u/|profile?s?(?:\.php)?[/?]|profils?/|people/|membres?/|home/|in/|pages?-perso|perso/|dossiers?/|usagers?/"
    r"|members?/|athletes?/|auteurs?/|authors?/|vendeurs?/|sellers?/|contacts?/[^/?#]*\d|annuaire/[^/?#]|clients?/|patients?/|comptes?/|agents?/|personnes?/|fiches?-agent/|cv/"
    r"|h[oô]te/|host/|owner/|proprietaire/|praticien/|m[ée]decin/|avocat/|artiste/|enseignant/|[ée]l[eè]ve/|[ée]tudiant/|candidat/|adherent/|joueur/|player/"
    r"|account/|employee/|salarie/|beneficiaire/|allocataire/|resident/|locataire/|cagnotte/|famille/"
    r"|(?:h[oô]te|host|owner|praticien|m[ée]decin|avocat|artiste|[ée]l[eè]ve|[ée]tudiant|candidat|adherent|joueur|player|account|employee|salarie|allocataire|beneficiaire)s/(?=[^/\s?#]*\d))(?=[^\s?#])"
    r"|[?&](?:[a-z0-9]+[_.-])?(?:users?|username|e?mail|courriel|nom|prenom|name|id|login|token|uid|tel(?:ephone)?|phone|mobile|nir|secu|client|dossier|usager|patient|agent"
    r"|allocataire|adherent|assure|matricule|contrat|beneficiaire|naissance|ddn|iban|compte|ref(?:erence)?_client|lastname|firstname|ine|siret)(?:_?id)?=|@|perso\."
    r"|[/=](?:chez|famille|dr|docteur|docteure|me|mme|mlle|maitre|madame|monsieur|mr|pr|professeur|soeur|pere)[-_.][^\W\d_]{3,}",
    re.IGNORECASE,
)
#: Ends of host names that an address without scheme may have.
_DOMAINS = (
    r"fr|com|org|net|eu|info|io|me|page|blog|perso|dev|app|site|online|name|pro|xyz|social|tv|co|cc|ee|be|ch|lu|de|es|it|uk"
    r"|ca|ma|tn|dz|sn|re|nc|pf|bzh|paris|alsace|corsica|ovh|example|test|invalid|localhost"
)
_BARE = re.compile(
    rf"(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,6}}(?:{_DOMAINS})(?![a-z0-9@-]|\.[a-z0-9])(?::[0-9]{{2,5}})?"
    r"(?:[/?#][^\s<>\"«»{}|\\^`\[\];]{0,2000})?",
    re.IGNORECASE,
)
_HOST_SIGNS = ascii_letters + digits + ".-"
_SCHEME = re.compile(r"(?:https?|ftp)\Z", re.IGNORECASE)
_SEGMENTS = re.compile(r"[/?&=#;:]+")
_TOKENS = re.compile(r"[^\W\d_]+")
_CAPITALS = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_END = ".,;:!?)'’»*_"

#: Institutions and streets that bear a person's name.
_NOT_SOMEBODY = frozenset(
    (
        *(
            "mairie",
            "ville",
            "lycee",
            "college",
            "ecole",
            "ecoles",
            "hopital",
            "chu",
            "ch",
            "clinique",
            "fondation",
        ),
        *(
            "institut",
            "universite",
            "saint",
            "sainte",
            "rue",
            "avenue",
            "boulevard",
            "place",
            "stade",
            "musee",
        ),
        *(
            "mediatheque",
            "bibliotheque",
            "theatre",
            "residence",
            "ehpad",
            "centre",
            "loi",
            "prix",
            "parc",
            "aeroport",
        ),
        *(
            "commune",
            "agglo",
            "metropole",
            "departement",
            "conservatoire",
            "gymnase",
            "st",
            "ste",
            "gouv",
            "docs",
        ),
    )
)


def web_addresses(text: str, signs: Signs) -> list[Span]:
    """Return web addresses that point at a person."""
    found = []
    if signs.web:
        for match in _whole(text):
            address = match[0].rstrip(_END)
            if personal(address):
                # What an address holds (an e-mail, an account) is a part of it.
                found.append(Span(match.start(), match.start() + len(address), "URL", 0.995))
    last = 0
    for dot in signs.dotted:
        if dot < last or (found and any(span.start <= dot < span.end for span in found)):
            continue
        start = max(last, dot - 64)
        start += len(text[start:dot].rstrip(_HOST_SIGNS))
        while start < dot and text[start] in ".-":
            start += 1
        if start and (text[start - 1] in "@/_+\\" or text[start - 1].isalnum()):
            continue
        last = dot + 1
        bare = _BARE.match(text, start)
        if bare is None or bare.end() <= dot:
            continue
        last = bare.end()
        address = bare[0].rstrip(_END)
        if personal(address):
            found.append(Span(start, start + len(address), "URL", 0.9))
    return found


def _whole(text: str) -> Iterator[re.Match[str]]:
    """Yield the addresses with a scheme or "www."."""
    starts = []
    place = text.find("://")
    while place >= 0:
        if scheme := _SCHEME.search(text, max(0, place - 5), place):
            starts.append(scheme.start())
        place = text.find("://", place + 1)
    for sign in ("www.", "WWW.", "Www."):
        place = text.find(sign)
        while place >= 0:
            starts.append(place)
            place = text.find(sign, place + 1)
    end = 0
    for start in sorted(starts):
        if start >= end and (match := _URL.match(text, start)):
            end = match.end()
            yield match


def personal(address: str) -> bool:
    """Tell whether a web address points at a person: by its site, its path, a parameter or a name in it."""
    if _SOCIAL.search(address) or _PERSONAL.search(address, 8):
        return True
    body = address.partition("://")[2] or address
    host, *parts = _SEGMENTS.split(unquote(body))
    if _like_names(host.rpartition(".")[0]) or any(map(_like_names, parts)):
        return True
    if _led_by_first(lexicon.fold(host.rpartition(".")[0].removeprefix("www."))):
        return True
    return any(_names_somebody(segment) for segment in (host, *parts) if segment)


#: A part that is a word and digits, or two to four words joined.
_AND_DIGITS = re.compile(r"([^\W\d_]{3,20})[._\-]?\d{1,6}\Z")
_JOINED = re.compile(
    r"(?:www\.)?+([^\W\d_]{2,20}(?:[._\-][^\W\d_]{2,20}){1,3})(?:[._\-]?\d{1,6})?(?:\.[a-z]{2,12}){0,2}\Z"
)


def _like_names(segment: str) -> bool:
    """Tell whether a part is a first name and digits, or a first name of any origin beside rare words."""
    if match := _AND_DIGITS.match(segment):
        buckets = lexicon.unpack(lexicon.code(lexicon.fold(match[1])))
        return (buckets.first >= 2 and buckets.word < 2) or (buckets.first == 4 and not buckets.place)
    match = _JOINED.match(segment)
    if match is None:
        return False
    words = [lexicon.fold(word) for word in re.split(r"[._\-]", match[1])]
    if not _NOT_SOMEBODY.isdisjoint(words):
        return False
    known = [lexicon.unpack(lexicon.code(word)) for word in words]
    if any(buckets.word > 1 and not max(buckets.first, buckets.last) >= 3 for buckets in known):
        return False
    return (
        any(
            (buckets.first or (buckets.last > 1 and not buckets.word)) and buckets.word < 2
            for buckets in known
        )
        and sum(buckets.word < 2 and not buckets.place for buckets in known) > 1
    )


def _names_somebody(segment: str) -> bool:
    """Tell whether a host, or a part of a path, holds a first name beside a surname, joined or not."""
    words = [
        lexicon.fold(word)
        for token in _TOKENS.findall(segment)
        for word in (_CAPITALS.split(token) if not token.isupper() else (token,))
    ]
    if not _NOT_SOMEBODY.isdisjoint(words):
        return False
    for number, word in enumerate(words):
        first = _first(word)
        if first and any(
            _last(other, first) for other in words[max(0, number - 1) : number + 2] if other != word
        ):
            return True
        if len(word) > 7 and _glued(word):
            return True
    return False


@functools.lru_cache(maxsize=1024)
def _led_by_first(word: str) -> bool:
    """Tell whether a word that none knows begins with a usual first name, and goes on like a rare surname."""
    whole = lexicon.unpack(lexicon.code(word))
    if whole.word or whole.place or not word.isalpha():
        return False
    for cut in range(5, len(word) - 3):
        first, rest = lexicon.unpack(lexicon.code(word[:cut])), lexicon.unpack(lexicon.code(word[cut:]))
        usual = first.first >= 2 and (first.word < 2 or first.first >= max(3, first.word))
        if usual and not rest.word and rest.place < 2:
            return True
    return False


def _first(word: str) -> int:
    """Return how usual a first name is (2 to 4), 0 for what is none, or rather a word."""
    buckets = lexicon.unpack(lexicon.code(word))
    usual = len(word) > 2 and buckets.first >= 2 and (buckets.word < 3 or buckets.first >= 4)
    return buckets.first if usual else 0


def _last(word: str, first: int) -> bool:
    """Tell whether a word may be a surname, beside a first name more or less usual."""
    buckets = lexicon.unpack(lexicon.code(word))
    if len(word) < 3:
        return False
    if first > 2:
        return buckets.last >= 2 or (not buckets.word and len(word) > 3)
    return buckets.last == 4 or (buckets.last > 1 and buckets.word < 2)


@functools.lru_cache(maxsize=1024)
def _glued(word: str) -> bool:
    """Tell whether a word is a first name and a surname without a sign between, in any order."""
    whole = lexicon.unpack(lexicon.code(word))
    if whole.word or whole.place:
        return False
    for cut in range(3, len(word) - 2):
        one, other = word[:cut], word[cut:]
        for first, last in ((one, other), (other, one)):
            buckets = lexicon.unpack(lexicon.code(first))
            name = lexicon.unpack(lexicon.code(last))
            if buckets.first < 2 or name.last < 2 or len(last) < 4:
                continue
            if (
                buckets.first == 4
                or name.last == 4
                or (buckets.first == 3 and max(buckets.word, name.word) < 3)
            ):
                return True
    return False
