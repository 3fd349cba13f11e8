"""What a mail seems to ask, from its words and the tag of its address: a guess that people check."""

import re
from collections.abc import Collection

from bacasable.compliance.rights import Right

#: The tag of an address, or its first word, that makes any address of ours one for requests.
TAGS = frozenset({"droits", "rights"})

_FLAGS = re.IGNORECASE
_APOSTROPHE = "['\u2019\u02bc]"
#: Words of each right, in French and in English; "{q}" is an apostrophe of any kind.
_RIGHTS: tuple[tuple[Right, str], ...] = (
    (
        Right.ACCESS,
        r"droit d{q} ?acc[eè]s|acc[eé]der [aà] (?:toutes )?(?:mes|mon)\b|\bart(?:icle|\.) ?15\b"
        r"|(?:acc[eè]s [aà]|(?:une )?copie de) (?:toutes )?mes (?:donn[eé]es|informations)"
        r"|right of access|access request|access to my (?:personal )?data"
        r"|copy of my (?:personal )?(?:data|information)",
    ),
    (
        Right.ERASURE,
        r"\beffac\w+|droit [aà] l{q} ?oubli|\bart(?:icle|\.) ?17\b"
        r"|(?:supprim\w+|suppression de|enlev\w+) (?:toutes )?(?:mes|mon|ma)\b"
        r"|\beras(?:e|ure)\b|right to be forgotten|delet(?:e|ion of) (?:all )?my\b",
    ),
    (
        Right.RECTIFICATION,
        r"\brectifi\w+|(?:corrig\w+|correction de) (?:mes|mon|ma)\b|\bart(?:icle|\.) ?16\b|correct my\b",
    ),
    (
        Right.RESTRICTION,
        r"limitation du traitement|\bart(?:icle|\.) ?18\b|restrict(?:ion of)? (?:the )?processing",
    ),
    (
        Right.PORTABILITY,
        r"droit [aà] la portabilit[eé]|portabilit[eé] de mes|\bart(?:icle|\.) ?20\b"
        r"|data portability",
    ),
    (Right.WITHDRAWAL, r"(?:retir\w+|retrait de) mon consentement|withdraw(?:al of)? my consent"),
    (
        Right.OBJECTION,
        r"\bm{q} ?oppos\w+|droit d{q} ?opposition|\bart(?:icle|\.) ?21\b"
        r"|\b(?:i|to) object to|right to object",
    ),
    (
        Right.HUMAN_REVIEW,
        r"intervention humaine|d[eé]cision (?:enti[eè]rement )?automatis[eé]e|\bart(?:icle|\.) ?22\b"
        r"|human (?:review|intervention)",
    ),
    (
        Right.DIRECTIVES,
        r"directives? (?:anticip[eé]es?|apr[eè]s (?:ma|la) mort)|apr[eè]s mon d[eé]c[eè]s|after my death",
    ),
)
_WORDS = tuple((right, re.compile(words.replace("{q}", _APOSTROPHE), _FLAGS)) for right, words in _RIGHTS)
#: A subject that is about the writer's own data, at an address that is for something else.
_OWN_DATA = re.compile(
    (
        r"\bmes donn[eé]es\b|donn[eé]es (?:[aà] caract[eè]re personnel|personnelles) me concernant"
        r"|exerc(?:er|ice) (?:de |d{q} ?)?(?:un |mes |mon )?droits?\b|droit d{q} ?(?:acc[eè]s|opposition)"
        r"|droit [aà] l{q} ?(?:effacement|oubli)|my (?:personal )?data\b|right of access"
        r"|right to be forgotten|(?:subject )?access request"
    ).replace("{q}", _APOSTROPHE),
    _FLAGS,
)
_ENGLISH = frozenset({"the", "my", "you", "is", "and", "to", "of", "for", "please", "have", "would", "i"})
_FRENCH = frozenset({"le", "la", "les", "mes", "vous", "je", "et", "de", "du", "des", "pour", "une", "est"})


def right_in(*texts: str) -> Right | None:
    """Return the right that is named first, in the first of ``texts`` that names one."""
    for text in texts:
        found = [(match.start(), right) for right, words in _WORDS if (match := words.search(text))]
        if found:
            return min(found, key=lambda one: one[0])[1]
    return None


def speaks_of_rights(subject: str) -> bool:
    """Say whether a subject is about the writer's own data, so that the mail may be a request."""
    return _OWN_DATA.search(subject) is not None


def tag_of(address: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the local part of an address without its tag, the domain, and the words of the tag.

    ``rights+water_use.erasure@authority.example`` has the words ``water_use`` and ``erasure``.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    plain, _, tag = local.partition("+")
    return plain, domain, tuple(word for word in re.split(r"[.+]", tag) if word)


def named_in(words: Collection[str], keys: Collection[str]) -> str:
    """Return the key of a service that the tag's words name, hyphens or not; empty where none does."""
    named = {word.replace("-", "_") for word in words}
    return next((key for key in keys if key in named), "")


def language_of(text: str) -> str:
    """Return the language of a mail, French unless it is plainly English."""
    words = [word.strip(".,;:!?") for word in text.lower().split()]
    english, french = (sum(word in known for word in words) for known in (_ENGLISH, _FRENCH))
    return "en" if english > french else "fr"
