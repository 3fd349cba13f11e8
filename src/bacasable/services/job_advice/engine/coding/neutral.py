"""Titles as words without gender, number, accents or what belongs to the contract: the same for both forms.

A classifier that reads a title after this cannot code "vendeur" otherwise than "vendeuse": the invariance is
by construction, for every word that the rules or the pairs learnt from the referential ("Maître / Maîtresse")
bring together.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Container, Mapping
from functools import lru_cache
from pathlib import Path

from bacasable.services.job_advice.engine.referential.titles import forms

#: Endings (feminine or masculine, without accents) and what both become. The first that fits counts.
_ENDINGS = (
    ("atrices", "ater"), ("trices", "ter"), ("trice", "ter"), ("drices", "der"), ("drice", "der"),
    ("euses", "er"), ("euse", "er"), ("eurs", "er"), ("eures", "er"), ("eure", "er"), ("eur", "er"),
    ("eux", "er"),
    ("ieres", "ier"), ("iere", "ier"), ("iers", "ier"), ("eres", "er"), ("ere", "er"), ("ers", "er"),
    ("iennes", "ien"), ("ienne", "ien"), ("iens", "ien"), ("onnes", "on"), ("onne", "on"), ("ons", "on"),
    ("annes", "an"), ("anne", "an"),
    ("elles", "el"), ("elle", "el"), ("els", "el"), ("ettes", "et"), ("ette", "et"), ("ets", "et"),
    ("ives", "iv"), ("ive", "iv"), ("ifs", "iv"), ("if", "iv"), 
    ("aises", "ai"), ("aise", "ai"), ("oises", "oi"), ("oise", "oi"),
    ("aux", "al"), ("ales", "al"), ("ale", "al"),
    ("iques", "ic"), ("ique", "ic"), ("ics", "ic"),
    ("oresses", "or"), ("oresse", "or"), ("esses", ""), ("esse", ""), ("woman", "man"),
    ("eees", ""), ("eee", ""), ("ees", "e"), ("ee", "e"), ("es", "e"),
)  # fmt: skip
#: Endings by their last sign, in the same order: half of them are never looked at.
_BY_SIGN = {
    sign: tuple(one for one in _ENDINGS if one[0].endswith(sign))
    for sign in {ending[-1] for ending, _ in _ENDINGS}
}
#: Pairs that no rule brings together: the word and the word that stands for both.
_PAIRS = {
    "cheffe": "chef", "cheffes": "chef", "chefs": "chef",
    "commise": "commi", "commises": "commi", "commis": "commi",
    "steward": "hot", "stewards": "hot", "barmaid": "barman", "fille": "garcon",
    "femme": "hom", "femmes": "hom",
    "homme": "hom", "hommes": "hom", "valet": "hom", "dame": "monsier", "monsieur": "monsier", "woman": "man",
    "agreee": "agre", "agree": "agre",
    "sushiwoman": "sushiman", "torera": "torero", "banderilla": "banderillo", "pizzaiola": "pizzaiolo",
    "maieuticien": "sagefem", "maieuticienne": "sagefem", "mme": "monsier",
}  # fmt: skip
_ACCENTS = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'", "ʼ": "'", "`": "'", "–": "-", "—": "-"}
)
#: "Chargé(e)", "vendeur·euse", "conseiller.ère", "technicien/ne", "vendeur(se)": a feminine ending added on.
_ADDED = re.compile(
    r"(?<=\w\w\w)(?:\((?:e|ne|le|se|te|re|ere|iere|euse|trice|ive|ienne|elle|esse|fe|es|ve|rice|ice|teuse|ale)s?\)s?"
    r"|[·•.∙/-](?:e|ne|le|se|te|re|ere|iere|euse|trice|ive|ienne|elle|esse|fe|ve|rice|ice|teuse|ale)s?(?:[·•.]s)?)(?![\w.])"
)
#: "(H/F)", "F/H", "H F X", "hf", "m/f/d" wherever they stand.
_SEXES = re.compile(r"(?:\(|\[|\b)(?:[hmf]\s?[/\\|-]\s?[hmf](?:\s?[/\\|-]\s?[xdn])?|hf|fh)(?:\)|\]|\b)")
_WORD = re.compile(r"[a-z0-9][a-z0-9+#]*")


def plain(text: str) -> str:
    """Return ``text`` in lower case without accents, ligatures undone, typographic marks made plain."""
    text = text.translate(_ACCENTS).lower()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def stem(word: str) -> str:
    """Return the form that the genders and numbers of a plain ``word`` share: not a word, only a key.

    Nothing is remembered: words of CVs pass here.
    """
    if word in _PAIRS:
        return _PAIRS[word]
    if len(word) <= 3:
        return word
    for ending, becomes in _BY_SIGN.get(word[-1], ()):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            word = word[: len(word) - len(ending)] + becomes
            break
    else:
        if word[-1] in "sx" and word[-2] not in "su":
            word = word[:-1]
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] in "lnst":
        word = word[:-1]
    return word


@lru_cache(maxsize=1)
def _abbreviations() -> tuple[Mapping[str, str], tuple[tuple[re.Pattern[str], str], ...], frozenset[str]]:
    read = tomllib.loads((Path(__file__).parent / "abbreviations.toml").read_text())
    replaced = [(re.compile(rf"\b{re.escape(known)}\b"), meant) for known, meant in read["phrases"].items()]
    replaced += [(re.compile(pattern), " ") for pattern in read["dropped"]["patterns"]]
    return read["words"], tuple(replaced), frozenset(read["dropped"]["words"])


def words_of(text: str) -> list[str]:
    """Return the plain words of ``text``, inclusive endings and marks of sex taken away."""
    text = plain(text)
    if any(mark in text for mark in "(·•.∙/-["):
        text = _ADDED.sub("", _SEXES.sub(" ", text))
    elif "h" in text:
        text = _SEXES.sub(" ", text)
    return _WORD.findall(text)


def key_of(title: str) -> str:
    """Return the key of a title of the referential: the stems of the words of one form."""
    return " ".join(map(stem, words_of(forms(title)[0])))


def key_of_typed(title: str, known: Container[str], spelling: Callable[[str], str]) -> str:
    """Return the key of a title that somebody typed: abbreviations undone, terms of the contract left out.

    ``known`` are the stems that the referential uses: those are left as they are. ``spelling`` gives the
    known stem that a stem was meant to be: it reads no endings, so that both genders are corrected alike.
    """
    meanings, replaced, dropped = _abbreviations()
    text = plain(forms(title)[0] if " / " in title else title)
    for pattern, meant in replaced:
        text = pattern.sub(meant, text)
    kept: list[str] = []
    words = words_of(text)
    if len(words) == 1 and words[0] in meanings:  # alone, a shorthand is all there is to read
        return " ".join(map(stem, _WORD.findall(meanings[words[0]])))
    for word in words:
        if word in dropped:
            continue
        key = stem(word)
        if key not in known and word in meanings:
            kept.extend(map(stem, _WORD.findall(meanings[word])))
        else:
            kept.append(key if key in known else spelling(key))
    return " ".join(kept) or " ".join(map(stem, words_of(title)))
