"""Where the name of a commune ends: the longest one known, else what is written as a name.

An address is kept whole to the end of its commune, with the words of the post (CEDEX 08), the
arrondissement and the country that may follow.
"""

import re

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.addresses.grammar import COUNTRY, STOP_WORD

_TOKEN = re.compile(rb"[A-Za-z]+(?:['-][A-Za-z]+|-\n[a-z]+|[0-9|][A-Za-z]+)*")
_BETWEEN = re.compile(rb" ?- ?| |' |/ ?|(?<=[ -][Ss]t)\. |(?<=[Ss]te)\. ")
_SHORT = {"st": "saint", "ste": "sainte", "s": "sur"}
#: What :func:`_expanded` would change.
_MAY_BE_SHORT = re.compile(r"(?<![a-z])(?:ste?|s)(?![a-z])|[./\n]|' | -|- ")
_LINKS = frozenset((b"de", b"du", b"des", b"la", b"le", b"les", b"en", b"sur", b"sous", b"aux", b"au", b"et"))
_ARTICLES = frozenset((b"le", b"la", b"les", b"l", b"aux", b"saint", b"sainte", b"st", b"ste"))
_POST = re.compile(rb" ?,?[ -]*(?:cedex|sp)(?![a-z])(?: ?[0-9]{1,2}(?![0-9]))?")
_WARD = re.compile(
    rb" ?,?[ -]*[0-9]{1,2} ?(?:er|e|eme|ieme)(?: ?arr(?:ondissement|dt|t)?\.?)?(?![a-z0-9]| ?etage)"
)
_BARE_WARD = re.compile(rb" [0-9]{1,2}(?![0-9a-z]|[ .,/:-]?[0-9]| ?(?:h|rue|av|bd|bis|ter|place|quai))")
_WARDED = frozenset((b"paris", b"lyon", b"marseille"))
#: Longest name of a commune, in words: Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson has 8.
_WORDS = 9


def town_end(cased: bytes, low: bytes, start: int, lenient: bool) -> int:
    """Return where the commune that begins at ``start`` ends, or -1 if none begins there.

    ``lenient``: a word in small letters that is in no list is taken for one (after a street and a postal
    code).
    """
    words = tokens(cased, low, start)
    if not words:
        return -1
    end = known_end(low, words)
    if end < 0:
        end = _written_end(cased, low, words)
    if end < 0 and lenient and words[0][1] - words[0][0] > 2:
        end = words[0][1]
    return end


def known_town(cased: bytes, low: bytes, start: int) -> int:
    """Return where the commune of the list that begins at ``start`` with a capital ends, or -1."""
    if not cased[start : start + 1].isupper():
        return -1
    return known_end(low, tokens(cased, low, start))


def known_end(low: bytes, words: list[tuple[int, int]]) -> int:
    """Return the end of the longest beginning of ``words`` that is a commune of the list, or -1."""
    for _, end in reversed(words):
        name = low[words[0][0] : end].decode("ascii")
        if lexicon.is_commune(name) or (_MAY_BE_SHORT.search(name) and lexicon.is_commune(_expanded(name))):
            return end
    return -1


def after_town(low: bytes, start: int, end: int) -> int:
    """Return the end with CEDEX, arrondissement and country after the commune at ``start`` to ``end``."""
    if post := _POST.match(low, end):
        end = post.end()
    elif ward := _WARD.match(low, end):
        end = ward.end()
    elif low[start:end] in _WARDED and (bare := _BARE_WARD.match(low, end)):
        end = bare.end()
        if post := _POST.match(low, end):
            end = post.end()
    if (country := COUNTRY.match(low, end)) and not country[0].endswith(b")"):
        end = country.end()
    return end


def tokens(cased: bytes, low: bytes, start: int) -> list[tuple[int, int]]:
    """Return the bounds of the words from ``start`` on one line that can make a name of a commune."""
    words: list[tuple[int, int]] = []
    token = _TOKEN.match(cased, start)
    while token and len(words) < _WORDS:
        if STOP_WORD.match(low, token.start()) and low[token.start() : token.end()] not in _LINKS:
            break
        end = token.end()
        words.append((token.start(), end))
        between = _BETWEEN.match(cased, end)
        if not between:
            break
        token = _TOKEN.match(cased, between.end())
    return words


def _expanded(name: str) -> str:
    """Return a name with St, Ste and s/ written out, and its spaces and dashes made one way."""
    words = re.split(r"[\s./-]+", name.replace("-\n", "").replace("' ", "'").strip(" ."))
    return "-".join(_SHORT.get(word, word) for word in words)


def _written_end(cased: bytes, low: bytes, words: list[tuple[int, int]]) -> int:
    """Return the end of what is written as a name: capitals, joined by particles, in one style."""
    end = -1
    capitals = False
    for number, (start, stop) in enumerate(words):
        word = cased[start:stop]
        if not word[:1].isupper():
            if number and low[start:stop] in _LINKS:
                continue
            if number == 0 and low[start:stop] in _ARTICLES:
                continue
            break
        shouted = word.isupper() and len(word) > 1
        if end < 0:
            capitals = shouted
        elif capitals != shouted and low[start:stop] not in _LINKS:
            break
        if number > 4:
            break
        end = stop
    return end
