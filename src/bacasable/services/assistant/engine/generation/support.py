"""Whether the words that a model cites carry what it says. What is not carried is withheld, never mended.

A claim passes when its source was retrieved, its extract is a substring of that source (spaces, quotes and
dashes apart, then the exact words of the sheet are shown), and of the sentence: each number, date, amount,
delay, article and address stands in the extract; names and acronyms stand there or in the headings, and so
does every word that says what (one of the same family will do; words that say how are free); and it does not
turn the extract round (*ne ... pas*, *obligatoire* for *facultatif*, *avant* for *après*).

That is weaker than understanding: words of the extract put in another order may pass. Of 26 false sentences,
each one word or two away from its extract, 24 were withheld; of 21 true ones in other words, 17 were kept
(by who wrote the rules: another set will say less).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

from bacasable.services.assistant.engine.generation.claims import Claim
from bacasable.services.assistant.engine.generation.instructions import speaks_to_machines
from bacasable.services.assistant.engine.generation.quantities import (
    quantities,
    stands_in,
    without_quantities,
)
from bacasable.services.assistant.engine.retrieval.french import stems
from bacasable.services.assistant.engine.sheets import Hit

#: An extract: fewer words say nothing unless they are a whole line, more signs hide what carries it.
SHORTEST_WORDS, LONGEST_SIGNS = 2, 900

_NEGATION = re.compile(
    r"\b(?:ne|n'|pas|jamais|aucune?|nul|nulle|ni|sans|interdite?s?|impossible|refus\w+|exclue?s?|sauf|hors|"
    r"irrecevable|incompatible)(?:\b|(?<='))"
)
_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})\b"), re.compile(rf"\b(?:{other})\b"))
    for one, other in (
        (r"obligatoires?|obligatoirement|obligations?|doi(?:t|s|vent|ve)|devez|faut",
         r"facultatifs?|facultatives?|facultativement|pouvez|peut|peuvent|possible"),
        (r"gratuite?s?|gratuitement", r"payante?s?|payer|coute|frais"),
        (r"avant|preced\w+", r"apres|sui(?:t|vent|vant\w*)"),
        (r"tot", r"tard"),
        (r"minimum|minimal\w*|au moins", r"maximum|maximal\w*|au plus|jusqu'a"),
        (r"inferieure?s?|moins", r"superieure?s?|plus"),
        (r"augment\w+|hausse|major(?:e|es|ent|ation\w*)", r"diminu\w+|baisse\w*|redui\w+|reduction\w*"),
        (r"majeure?s?", r"mineure?s?"),
        (r"marie(?:e|s|es)?", r"celibataires?|divorce(?:e|s|es)?"),
        (r"accept\w+|accord\w+", r"refus\w+|rejet\w+"),
        (r"commenc\w+|debut\w*", r"fin|termin\w+|finit"),
    )
)  # fmt: skip
#: Words that a faithful sentence may add: they say how, not what.
_LIGHT = """
    avez avoir être devez devoir pouvez pouvoir pourra devra doivent sinon oui non cas alors ainsi
    ensuite cela ceci votre notre aller allez va appeler adresser adressez demander demandez demande
    déposer déposez donner donne donnez effectuer faire fournir fournissez joindre obtenir obtenez
    payer payez permettre permet prendre prenez présenter présentez recevoir recevez reçoit remettre
    remis remplir rendre rendez toucher touche touchent verser versé coûter coûte coûtent durer dure
    durent rester reste disposer disposez nécessaire possible façon manière lors pendant afin selon
    partir auprès suivant via moyen personne mois jour augmenter augmente hausse diminuer diminue
    avant après moins plus
"""
#: What makes a rule wider or narrower than it is: the sheet has to say it too.
_STRONG = re.compile(
    r"\b(?:tous|toutes|toujours|uniquement|seulement|exclusivement|automatiquement|immediatement|"
    r"systematiquement|definitivement|obligatoirement|quel(?:le)?s? que soi\w+|sans condition|non)\b"
)
#: "Au plus tard" is neither more nor at most.
_NEUTRAL = re.compile(r"\b(?:au )?plus (?=tard|tot)|\bn'?e? \w+ plus\b")
#: Letters that two words of one family share (*présence*, *présent*).
_FAMILY = 5
_NAME = re.compile(r"(?<![.!?:»\"] )(?<!^)\b[A-ZÉÈÀÂÎÔÇ][\w'’-]+|\b[A-Z]{2,}\b")
_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")
#: Folded alike: quotes, dashes and spaces that models write in their own way.
_ALIKE = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-"}
)
_SENTENCE_END = re.compile(r"[.!?;]\s|\n")


def located(extract: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where ``extract`` stands in ``text[start:end]`` (offsets in ``text``), or None.

    Spaces may differ in kind and number, quotes and dashes in form; letters and digits may not.
    """
    letters, places = _letters(text[start:end])
    wanted, _ = _letters(extract.strip(" .…\"'«»"))
    at = letters.find(wanted) if wanted else -1
    while at >= 0:
        found = start + places[at], start + places[at + len(wanted) - 1] + 1
        if _whole(text, *found):
            return found
        at = letters.find(wanted, at + 1)
    return None


def carried(
    claim: Claim, hits: Sequence[Hit], for_machines: Callable[[str], bool] = speaks_to_machines
) -> tuple[int, int, int] | str:
    """Return the source's index and the offsets in its sheet that carry the claim, or why none do.

    Reasons: ``source`` (not one of those given), ``extract`` (not its words), ``quantity``, ``name``,
    ``words``, ``turned``, ``instruction``.
    """
    if not 1 <= claim.source <= len(hits):
        return "source"
    hit = hits[claim.source - 1]
    place = located(claim.extract, hit.sheet.text, hit.passage.start, hit.passage.end)
    if place is None or len(claim.extract) > LONGEST_SIGNS:
        return "extract"
    if len(claim.extract.split()) < SHORTEST_WORDS and not _is_line(hit.sheet.text, *place):
        return "extract"
    cited = hit.sheet.text[place[0] : place[1]]
    headings = " ".join((hit.sheet.title, *hit.passage.path))
    if for_machines(hit.text) or for_machines(claim.sentence):
        return "instruction"
    sentence = _PLACEHOLDER.sub(" ", claim.sentence)
    held, asked = quantities(cited), quantities(sentence)
    if not all(stands_in(quantity, held) for quantity in asked):
        return "quantity"
    known = _plain(f"{cited} {headings}")
    if any(_plain(name[0]).rstrip("-'") not in known for name in _NAME.finditer(sentence)):
        return "name"
    said = set(stems(without_quantities(sentence)))
    there = set(stems(known))
    families = {stem[:_FAMILY] for stem in there if len(stem) >= _FAMILY}
    if any(stem not in there | _light() and stem[:_FAMILY] not in families for stem in said):
        return "words"
    if not said & there or not (asked or said & set(stems(cited))):
        return "words"
    if any(word[0] not in known for word in _STRONG.finditer(_plain(sentence))):
        return "words"
    if _turned(sentence, cited):
        return "turned"
    return claim.source - 1, *place


@cache
def _light() -> frozenset[str]:
    return frozenset(stems(_LIGHT))


def _is_line(text: str, start: int, end: int) -> bool:
    """Whether the slice is a whole line: *Gratuit* under the heading *Coût* says all by itself."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return not text[first:start].strip() and not text[end : len(text) if last < 0 else last].strip(" .")


def _turned(sentence: str, cited: str) -> bool:
    """Whether the sentence says the opposite of the nearest sentence of the extract."""
    words = set(stems(sentence))
    nearest = max(_SENTENCE_END.split(cited), key=lambda part: len(words & set(stems(part))))
    one, other = (_NEUTRAL.sub(" ", _plain(text)) for text in (sentence, nearest))
    if bool(_NEGATION.search(one)) != bool(_NEGATION.search(other)):
        return True
    return any(
        (this.search(one) and that.search(other) and not this.search(other) and not that.search(one))
        or (that.search(one) and this.search(other) and not that.search(other) and not this.search(one))
        for this, that in _OPPOSITES
    )


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_ALIKE))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower()


def _letters(text: str) -> tuple[str, list[int]]:
    """Return the text without spaces and unseen signs, and where each sign stood."""
    kept = [
        (sign, place)
        for place, sign in enumerate(text.translate(_ALIKE))
        if not sign.isspace() and unicodedata.category(sign) != "Cf"
    ]
    return "".join(sign for sign, _ in kept), [place for _, place in kept]


def _whole(text: str, start: int, end: int) -> bool:
    """Whether the slice begins and ends at the edge of a word or number: *10 jours* is not in *110 jours*."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after
