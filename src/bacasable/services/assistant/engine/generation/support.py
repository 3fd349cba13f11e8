"""Whether the words that a model cites carry what it says. What is not carried is withheld, never mended.

A claim passes when its source was retrieved, its extract is a substring of that source (spaces, quotes and
dashes apart, then the exact words of the sheet are shown), and of the sentence: each number, date, amount,
delay, article and address stands in the extract; names and acronyms stand there or in the headings; most of
its words do too; and it does not turn the extract round (*ne ... pas*, *obligatoire* for *facultatif*,
*avant* for *après*). That is weaker than understanding: ``unsupported_claims`` measures what passes wrongly.
"""

import re
import unicodedata
from collections.abc import Sequence

from bacasable.services.assistant.engine.generation.claims import Claim
from bacasable.services.assistant.engine.generation.instructions import speaks_to_machines
from bacasable.services.assistant.engine.generation.quantities import (
    quantities,
    stands_in,
    without_quantities,
)
from bacasable.services.assistant.engine.retrieval.french import stems
from bacasable.services.assistant.engine.sheets import Hit

#: Share of the words of a sentence that its extract and headings must have.
LEAST_COVERED = 0.5
#: Words of an extract: fewer say nothing, more hide what carries the sentence.
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
        (r"avant", r"apres"),
        (r"minimum|minimal\w*|au moins", r"maximum|maximal\w*|au plus|jusqu'a"),
        (r"inferieure?s?|moins", r"superieure?s?|plus"),
        (r"augment\w+|hausse", r"diminu\w+|baisse|reduction"),
        (r"majeure?s?", r"mineure?s?"),
        (r"marie(?:e|s|es)?", r"celibataires?|divorce(?:e|s|es)?"),
        (r"accept\w+|accord\w+", r"refus\w+|rejet\w+"),
        (r"commenc\w+|debut\w*", r"fin|termin\w+|finit"),
    )
)  # fmt: skip
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


def carried(claim: Claim, hits: Sequence[Hit]) -> tuple[int, int, int] | str:
    """Return the source's index and the offsets in its sheet that carry the claim, or why none do.

    Reasons: ``source`` (not one of those given), ``extract`` (not its words), ``quantity``, ``name``,
    ``words``, ``turned``, ``instruction``.
    """
    if not 1 <= claim.source <= len(hits):
        return "source"
    hit = hits[claim.source - 1]
    if len(claim.extract.split()) < SHORTEST_WORDS or len(claim.extract) > LONGEST_SIGNS:
        return "extract"
    place = located(claim.extract, hit.sheet.text, hit.passage.start, hit.passage.end)
    if place is None:
        return "extract"
    cited = hit.sheet.text[place[0] : place[1]]
    headings = " ".join((hit.sheet.title, *hit.passage.path))
    if speaks_to_machines(hit.text) or speaks_to_machines(claim.sentence):
        return "instruction"
    sentence = _PLACEHOLDER.sub(" ", claim.sentence)
    held = quantities(cited)
    if not all(stands_in(quantity, held) for quantity in quantities(sentence)):
        return "quantity"
    known = _plain(f"{cited} {headings}")
    if any(_plain(name[0]).rstrip("-'") not in known for name in _NAME.finditer(sentence)):
        return "name"
    said = set(stems(without_quantities(sentence)))
    if not said or len(said & set(stems(f"{cited} {headings}"))) < LEAST_COVERED * len(said):
        return "words"
    if not said & set(stems(cited)):
        return "words"
    if _turned(sentence, cited):
        return "turned"
    return claim.source - 1, *place


def _turned(sentence: str, cited: str) -> bool:
    """Whether the sentence says the opposite of the nearest sentence of the extract."""
    words = set(stems(sentence))
    nearest = max(_SENTENCE_END.split(cited), key=lambda part: len(words & set(stems(part))))
    one, other = _plain(sentence), _plain(nearest)
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
