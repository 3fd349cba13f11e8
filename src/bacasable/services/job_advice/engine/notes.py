"""Words of private life in what people type: found before they are kept, shown or sent anywhere.

Numbers of a person are stopped for good; words that may be of a job as well as of somebody ("aide-soignante
de nuit") are shown to a human, who changes them or says that they may stand.
"""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bacasable.privacy.messages import N_

if TYPE_CHECKING:
    from bacasable.privacy.redaction.finding import Finder

#: Numbers of a person, which no note is there for.
BLOCKED = frozenset(
    (
        *(
            "NIR",
            "SPI",
            "TAX_NOTICE",
            "IBAN",
            "CARD",
            "CAF",
            "INE",
            "PASSPORT",
            "ID_CARD",
            "RESIDENCE_PERMIT",
        ),
        *("DRIVING_LICENCE", "HEALTH_INSURER", "PATIENT"),
    )
)
#: Words that may be of a job as well as of somebody: a human reads them again.
ALERTED = frozenset(("HEALTH", "BELIEF", "UNION", "ORIGIN", "POLITICS", "SEX_LIFE", "OFFENCE", "BIOMETRIC"))
#: What the redaction engine takes for health, and every adviser writes of a search.
_ORDINARY = frozenset(("diagnostic", "diagnostics"))
#: Words that the redaction engine does not look for: of a family, of health at work, of belief, of justice.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        N_("family situation"),
        r"enceintes?|grossesses?|maternité|mari(?:é|ée|és|ées|age|ages)|divorc\w*|veu(?:f|fs|ve|ves)"
        r"|célibataires?|pacs\w*|concubin\w*|conjoint\w*|épou(?:x|se|ses)|ex-?(?:mari|femme)"
        r"|(?:ses|mes|nos|leurs|un|deux|trois|quatre|cinq|\d+) enfants?|mère (?:seule|isolée)"
        r"|père (?:seul|isolé)"
        r"|parents? isolés?|famille (?:monoparentale|nombreuse)|garde (?:alternée|d['’]enfants?)|séparée?s?",
    ),
    (
        N_("health or disability"),
        r"handicap\w*|rqth|mdph|invalidité|aah|en arrêt|arrêts? maladie|dépress\w*|burn-?out|diab[ée]t\w*"
        r"|cancers?|cancéreu\w*|chimiothérapie|épilep\w*|asthm\w*|vih|séropositi\w*|alcool\w*|addict\w*"
        r"|toxicoman\w*|sclérose|schizophr\w*|bipolair\w*|psychiatr\w*|hospitalis\w*|opérée?s?"
        r"|traitement (?:lourd|médical)"
        r"|troubles? (?:dys|du|psych)\w*|autis\w*|malad(?:e|es|ie|ies)|hernie discale|lombalgie\w*",
    ),
    (
        N_("belief"),
        r"musulman\w*|catholi\w*|protestant\w*|juifs?|juives?|bouddhis\w*|hindou\w*|athées?|ramadan|shabbat"
        r"|voile islamique|prières?|mosquées?|synagogues?|églises?|paroisses?|témoins? de jéhovah",
    ),
    (
        N_("origin"),
        r"d['’]origine \w+|immigrée?s?|réfugiée?s?|demandeu(?:r|se)s? d['’]asile|sans[- ]papiers?",
    ),
    (N_("union membership"), r"syndiqu\w*|syndicat\w*|syndicales?|cgt|cfdt|cftc|délégué\w* du personnel"),
    (N_("justice"), r"condamn\w*|sortie? de prison|détenue?s?|incarcér\w*|casier judiciaire|sous bracelet"),
    (N_("sex life"), r"homosexuel\w*|lesbien\w*|gays?|bisexuel\w*|transgenres?|transsexuel\w*"),
    (N_("political opinion"), r"militant\w* (?:au|du|de|pour)|encartée?s?"),
)
_PATTERNS = [(label, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for label, words in _WORDS]
#: The labels of the words of ``private_life.toml``, which are read again and never cut.
_LABELS = {
    "health": N_("health or disability"),
    "family": N_("family situation"),
    "belief": N_("belief"),
    "origin": N_("origin"),
    "union": N_("union membership"),
    "justice": N_("justice"),
    "sex_life": N_("sex life"),
    "politics": N_("political opinion"),
}

#: A label, and where in a text words of it stand.
_Found = tuple[str, int, int]


def seen(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what of a text is stopped for good and what must be read again: the words, and why.

    Accents may be missing. What two lists find is told once, by the longest of the passages that overlap.
    """
    from bacasable.privacy.redaction.types import registry

    types = registry()
    blocked: list[tuple[str, str]] = []
    found: list[_Found] = []
    for span in _finder().find(text):
        label = types[span.type].label if span.type in types else span.type
        if span.type in BLOCKED:
            blocked.append((text[span.start : span.end], label))
        elif span.type in ALERTED and text[span.start : span.end].lower() not in _ORDINARY:
            found.append((label, span.start, span.end))
    plain = _plain(text)
    for label, pattern in (*_PATTERNS, *_alerts()):
        for read in (text, plain):
            found += [(label, *one.span()) for one in pattern.finditer(read)]
    return blocked, [(text[start:end], label) for label, start, end in _apart(found)]


def _apart(found: list[_Found]) -> list[_Found]:
    """Return passages in their order, the longest of those that overlap."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda told: (told[1] - told[2], told[1])):
        if all(one[2] <= other[1] or other[2] <= one[1] for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda told: told[1])


def _plain(text: str) -> str:
    """Return ``text`` in lower case without accents, each character in its place."""
    return "".join(unicodedata.normalize("NFKD", one)[0].lower()[:1] or one for one in text)


@cache
def _alerts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    read = tomllib.loads(files(__package__).joinpath("private_life.toml").read_text("utf-8"))
    return tuple((_LABELS[key], re.compile(rf"\b(?:{'|'.join(words)})(?!\w)")) for key, words in read.items())


def taken_out(text: str, instead: str) -> tuple[str, list[str]]:
    """Return ``text`` with its words of private life replaced, and why each was."""
    why: list[str] = []
    for label, pattern in _PATTERNS:
        text, times = pattern.subn(instead, text)
        why += [label] * times
    return text, why


@cache
def _finder() -> "Finder":
    from bacasable.privacy.redaction.finding import Finder

    return Finder()
