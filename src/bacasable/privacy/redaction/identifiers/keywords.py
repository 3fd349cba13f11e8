"""Which recognisers a text may need: those that start at words are not searched where none of these stands.

The kernel looks for all the words in one pass; where it was not built, each recogniser looks for its own.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers.codes import APART_SIGNS
from bacasable.privacy.redaction.identifiers.spelled_dates import MONTHS

#: Groups of words, as bits of the answer.
ACCOUNTS, HARDWARE, PAPERS, ESCAPED, SPELLED = (1 << number for number in range(5))
_ALL = (1 << 5) - 1

#: What has to stand around a word, as in keywords.c.
_BEGINS, _ENDS, _AFTER_DAY = 1, 2, 4

#: What patterns of contacts.py, network_addresses.py and spelled_dates.py begin with, or hold.
_ACCOUNT_WORDS = (
    *("pseudo", "snap", "insta ", "insta\u00a0", "insta,", "insta(", "insta:", "insta=", "instagram"),
    *(
        "facebook",
        "fb",
        "threads",
        "youtube",
        "twitter",
        "tiktok",
        "tik tok",
        "discord",
        "telegram",
        "twitch",
    ),
    *("bluesky", "mastodon", "skype", "messenger", "compte x", "gamertag", "login", "username", "user name"),
    *("user_name", "nom d", "identifiant de connexion"),
    *(f"x{sign}{word}" for sign in (" ", ", ", "\u00a0", ",\u00a0") for word in ("sous", "avec", "par")),
)
_HARDWARE_WORDS = (
    *(
        "mac",
        "physique",
        "matérielle",
        "materielle",
        "hwaddr",
        "ether",
        "bssid",
        "bluetooth",
        "wifi",
        "wi-fi",
    ),
    *("carte réseau", "carte reseau"),
)
_WORD_BEGINS = re.compile(r"\b\w")
_YEAR_WORDS = ("mil", "mille", "cent", "cents")


def held(text: str) -> int:
    """Return the groups of which a text may hold a word."""
    compiled = _compiled()
    return _ALL if compiled is None else int(compiled.held(text))


def places(text: str, group: int) -> Iterable[int]:
    """Return where the words of a group may begin, in order; they stand after no letter (``ACCOUNTS``)."""
    compiled = _compiled()
    found = None if compiled is None else compiled.places(text, group.bit_length() - 1)
    return [word.start() for word in _WORD_BEGINS.finditer(text)] if found is None else found


def names_a_network(text: str, kinds: int) -> bool:
    """Tell whether a word for a network stands in a text of which :func:`held` gave ``kinds``."""
    if _compiled() is None:
        return _network_words().search(text) is not None
    return bool(kinds & ACCOUNTS)


@cache
def _network_words() -> "re.Pattern[str]":
    words = "|".join(map(re.escape, sorted(_ACCOUNT_WORDS, key=len, reverse=True)))
    return re.compile(rf"(?<![^\W\d_])(?:{words})", re.IGNORECASE)


@cache
def _compiled() -> Any:
    """Return the search in C, or ``None``."""
    if kernel.built is None:
        return None
    words = [(word, 0, _BEGINS, 0) for word in _ACCOUNT_WORDS]
    words += [(word, 1, _BEGINS | _ENDS, 0) for word in _HARDWARE_WORDS]
    words += [(word, 2, 0, 0) for word in dict.fromkeys(map(str.lower, APART_SIGNS))]
    words += [("%40", 3, 0, 0)]
    words += [(word, 4, _BEGINS | _ENDS, 0) for word in _YEAR_WORDS]
    words += [(month, 4, _AFTER_DAY, begin) for month, begin in MONTHS]
    return kernel.built.Keywords(words)
