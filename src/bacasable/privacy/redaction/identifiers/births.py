"""Which dates of a text are dates of birth, and which are in the name of a law or of a street."""

import re

from bacasable.privacy.redaction.identifiers.context import Reading
from bacasable.privacy.redaction.spans import Span

#: Words before a date that say it is one of birth.
_BIRTH = (
    r"\bnee?s?\b(?:\(e\)|\.e\.?|-e\b)?|\bn\(e\)e?|naissance\b|\bddn\b|\bd\.d\.n\.?|\bd\.n\.|\bnaiss?\b\.?|\bborn\b|birth_?(?:date|day)?\b|\bdob\b"
    r"|\bvue? le jour\b|\banniversaire ?:"
)
_BORN = re.compile(_BIRTH)
#: The last of them: what is greedy tries from the end.
_LAST_BORN = re.compile(rf"(?s:.*)(?P<word>{_BIRTH})")
#: One of these is in any text where _BORN finds something: a cheaper question.
BORN_SIGNS = (
    " ne",
    "\nne",
    "(ne",
    "-ne",
    "\tne",
    ",ne",
    ":ne",
    ";ne",
    "|ne",
    "nais",
    "ddn",
    "d.d.n",
    "d.n.",
    "born",
    "birth",
    "le jour",
    "anniversaire",
    "dob",
    " n(e",
)
_LEADERS = " .:_\t|-"
#: After a date of birth, another child and a date in brackets: "(né le 1/2/2010) et Zoé (".
_ANOTHER = re.compile(
    r"\)?\s?(?:,|;|et|and|ainsi que)?\s?(?:et )?[^\W\d_][\w\-]{1,20}(?: [^\W\d_][\w\-]{1,20})?,? \("
)
#: Between "born" and its date: a place, a colon; not another event of the life.
_NOT_BORN = re.compile(
    r"[.;!?](?:\s|\Z)(?!\()|\b(?:marie|mariee|entre|entree|decede|decedee|inscrit|inscrite|demeurant|domicilie|depuis|arrive|arrivee|embauche|"
    r"admis|admise|hospitalise|hospitalisee|vu|vue|titulaire|divorce|veuf|veuve|pacse|recu|signe|convoque|represente|refus|decision|expire|valable|delivre|terme|prevue?)\b|\d{4}"
    r"|\b(?:acte|extrait|jugement|courrier|lettre|certificat|attestation)s?(?: [a-z][a-z'.]*){0,3} du ?\Z"
)
_AFTER_BORN = re.compile(r"\s?(?:\((?:naissance|dob|ddn|date de naissance)\)|: ?naissance)", re.IGNORECASE)

#: A law and its number: its date is its name.
_LAW = re.compile(
    r"\b(?:lois?|decrets?(?:-lois?)?|ordonnances?|reglements?|directives?|circulaires?|instructions?"
    r"|recommandations?|deliberation)"
    r"(?: (?:organique|constitutionnelle|ministerielle|interministerielle|europeenne|modifiee?))*"
    r"(?: ?\([a-z]{1,3}\))?(?: ?(?:n[o. ]{0,3})?\d[\d./\-a-z]{1,24})?(?: modifiee?)?,? (?:du|en date du) ?\Z"
)
_LAW_SIGNS = (
    "loi",
    "decret",
    "ordonnan",
    "reglement",
    "directive",
    "circulaire",
    "instruction",
    "recommand",
    "deliber",
)
#: A street or a square that bears the name of a day.
_STREET = re.compile(
    r"\b(?:rue|r\.|places?|pl\.?|avenue|av\.?|boulevard|bd|bld|bvd|impasse|allees?|square|quai|cours|esplanade|pont"
    r"|chemin|passage|rond-point|cite|residence|ecole|college|lycee|stade|gymnase|salle|parc|faubourg|route"
    r"|villa|station) du\s?\Z"
)
_NUMBERED_ONLY = re.compile(r"^(?:ordonnances?|instructions?|deliberation|recommandations?)")

NOTHING = Span(0, 0, "", 0.0)

#: Between a date of birth and another: "and the", in the same sentence or row.
_AND_ANOTHER = re.compile(
    r"[ \u00a0]?(?:,|;|/|et|puis|ainsi que)[ \u00a0\n](?:le |du |celui du |né(?:e|s)? le )?"
    r"|[ \u00a0]*(?:[ \t\u00a0]{3,}|[|\t])[ \t\u00a0]*"
)
_SEVERAL_BORN = re.compile(r"\bnee?s\b|naissances\b|respectivement|jumeaux|jumelles|dates de naiss")
#: The next item of a list, or the next line of dates alone.
_NEXT_ITEM = re.compile(r"[^\n\d]{0,40}\n[ \t]*(?:(?:[-•*–·]|\d{1,2}[.)])[ \t]?)?[^\n\d:]{0,40}:?[ \t]?")
_ITEM_BEFORE = re.compile(r"(?:\n[ \t]*(?:[-•*–·]|\d{1,2}[.)])[ \t]?[^\n\d:]{0,40}|\n[ \t]*):?[ \t]?\Z")
_HEADING_BEFORE = re.compile(r"(?:\bnee?s\b|naissances?\b|\bborn\b)[^\n]{0,30}\n[^\n]*\Z")
_LONG_LEADERS = re.compile(r"(?:[.…_·]|[.…_·] ){6,}[ \u00a0]?\Z")
#: A question and who answers, in a dialogue: "Date de naissance ?" and on the next line "USAGER : le 12...".
_QUESTION = re.compile(
    r"[^\n?]{0,40}\?[ \u00a0»\"]*\n[ \t]*(?:[-–—•*>][ \u00a0]?|\[[^\]\n]{1,20}\][ \u00a0]?)?"
    r"(?:[^\n:.!?\d]{1,28}:[ \u00a0]?)?(?:[«\"][ \u00a0]?)?(?:oui|alors|euh|bonjour|voila|je suis|c'est)?"
    r"[ ,.]{0,2}(?:nee? )?(?:le |du )?\Z"
)


#: The confidence of a date of birth that another one tells.
_LISTED = 0.86


def see_more_births(text: str, reading: Reading, kept: list[Span]) -> None:
    """Make dates DOB that another one, a heading, a question or leaders farther off tell, in place."""
    dotted = "...." in text or "____" in text or "……" in text
    asked = "?" in text
    if not dotted and not asked:
        for span in kept:
            if span[2] == "DOB":
                break
        else:
            return
    last = NOTHING
    for place, span in enumerate(kept):
        start = span[0]
        if span[2] == "DATE":
            born = False
            if last[2] == "DOB" and start - last[1] < 90:
                born = _joined_birth(text, reading, last, span)
            if not born and asked and "?" in text[max(0, start - 80) : start]:
                before = reading.folded(max(0, start - 130), start)
                if word := _LAST_BORN.match(before):
                    born = _QUESTION.match(before, word.end()) is not None
            if not born and dotted and (leaders := _LONG_LEADERS.search(text, max(0, start - 400), start)):
                before = reading.folded(max(0, leaders.start() - 30), leaders.start())
                word = _LAST_BORN.match(" " + before)
                born = word is not None and len(before) + 1 - word.end() < 8
            if born:
                span = kept[place] = span._replace(type="DOB", confidence=_LISTED)
        last = span


def _joined_birth(text: str, reading: Reading, last: Span, span: Span) -> bool:
    """Tell whether a date after one of birth is another: joined by "et", on the same row or in a list."""
    gap = text[last[1] : span[0]]
    before = " " + reading.folded(max(0, last[0] - 70), last[0])
    if _AND_ANOTHER.fullmatch(gap):
        return gap.isspace() or "|" in gap or bool(_SEVERAL_BORN.search(before))
    return bool(
        "\n" in gap
        and _NEXT_ITEM.fullmatch(gap)
        and _ITEM_BEFORE.search(before)
        and not _BORN.search(reading.folded(last[1], span[0]))
        and (_HEADING_BEFORE.search(before) or last[3] == _LISTED)
    )


def kind(text: str, reading: Reading, span: Span, last: Span) -> Span:
    """Return a date as DOB where the words before say so, with an empty type inside the name of a law or
    street."""
    before = " " + reading.folded(max(last[1], span[0] - 84, 0), span[0])
    word = _LAST_BORN.match(before) if any(sign in before for sign in BORN_SIGNS) else None
    if word and not _negates(text, before, word, span[0]):
        between = before[word.end() :].lstrip(_LEADERS)
        if len(between) <= 64 and between.count("\n") <= 1 and not _NOT_BORN.search(between):
            return span._replace(type="DOB", confidence=max(span.confidence, 0.9))
    if last.type == "DOB" and span.start - last.end < 50 and _ANOTHER.fullmatch(text, last.end, span.start):
        return span._replace(type="DOB", confidence=0.7)
    if text.startswith((" (", "(", " :"), span.end) and _AFTER_BORN.match(text, span.end):
        return span._replace(type="DOB", confidence=0.8)
    if before.endswith(("du ", "du\n")) and (_names_law(before) or _STREET.search(before[-24:])):
        return span._replace(type="")
    return span


#: After "ne" without its accent, where it is a birth: "ne le 3/5/1980", "ne a Lyon".
_BIRTH_AFTER = re.compile(r"\s*(?:les?\s+\d|\d|a\s|en\s|aux?\s|vers\s|:|\()")


def _negates(text: str, before: str, word: re.Match[str], end: int) -> bool:
    """Tell whether a word read as "né" is the negation "ne": no accent on it, and no birth after it."""
    if word["word"] != "ne":
        return False
    place = end - len(before) + word.start("word")  # no accent written apart: then each sign has its place
    written = text[place : place + 2].lower()
    return (
        written == "ne"
        and text[place + 2 : place + 3] != "\u0301"
        and not _BIRTH_AFTER.match(before, word.end())
    )


def _names_law(before: str) -> bool:
    """Tell whether what stands before a date is a law, whose name the date ends."""
    for word in _LAW_SIGNS:
        if word in before:
            break
    else:
        return False
    law = _LAW.search(before)
    return law is not None and (not _NUMBERED_ONLY.match(law[0]) or any(map(str.isdigit, law[0])))
