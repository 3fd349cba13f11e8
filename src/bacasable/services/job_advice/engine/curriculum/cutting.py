"""What goes from a CV before anything else reads it: who somebody is, and what nobody may weigh."""

import re
from collections import Counter

from bacasable.compliance.service import N_
from bacasable.privacy.redaction import find
from bacasable.services.job_advice.engine import notes

#: What stands where something was cut.
CUT = "[…]"
#: Types of the redaction engine that stay: dates tell how long a job lasted.
_KEPT = frozenset({"DATE"})
#: Words of what is protected (Code du travail, art. L.1132-1) that the redaction engine has no type for.
_PROTECTED: tuple[tuple[str, str, str], ...] = (
    (
        "AGE",
        N_("age"),
        r"\b(?:âgée?\s+de\s+)?\d{2}\s?ans\b(?!\s*(?:d['’]|de\s+(?:pratique|métier|carrière)))",
    ),
    ("AGE", N_("age"), r"\bnée?\s+(?:le|en|à)\b[^\n,;|]*"),
    ("NATIONALITY", N_("nationality"), r"\b(?:de\s+)?nationalité\s*:?\s*[^\n,;|]*"),
    (
        "FAMILY",
        N_("family situation"),
        r"\b(?:célibataire|marié(?:e|s|es)?|pacsée?s?|divorcée?s?|veu(?:f|ve)|concubin(?:e|age)?|en couple"
        r"|mère de famille|père de famille|parent isolé|sans enfants?"
        r"|(?:\d+|un|deux|trois|quatre|cinq)\s+enfants?)\b[^\n,;|.]*",
    ),
    ("SEX", N_("sex"), r"\b(?:sexe\s*:?\s*\w+|monsieur|madame|mademoiselle|m\.(?=\s)|mme\b|mlle\b)"),
    (
        "HEALTH",
        N_("health or disability"),
        r"\b(?:rqth|travailleu(?:r|se) handicapée?|handicap\w*|invalidité|aah\b|maladie|enceinte)\b[^\n,;|]*",
    ),
    ("UNION", N_("union or mandate"), r"\bdélégu(?:é|ée)\s+(?:syndicale?|du personnel)\b[^\n,;|]*"),
    (
        "BELIEF",
        N_("belief"),
        r"\b(?:catholique|musulmane?|protestante?|juive?|bouddhiste|paroisse|mosquée|synagogue|église)\b",
    ),
    ("URL", N_("web address"), r"\b(?:https?://|www\.)\S+"),
    (
        "FILE_NUMBER",
        N_("number of a file"),
        r"\bdossier\s*(?:n°|num[ée]ro)?\s*:?\s*(?=[\w/.-]*\d)[\w/.-]{4,}",
    ),
    ("PHOTO", N_("photograph"), r"\bphoto(?:graphie)?\s*(?:d['’]identité)?\b(?=\s*$|\s*:)"),
)
_PATTERNS = [(key, re.compile(pattern, re.IGNORECASE | re.MULTILINE)) for key, _, pattern in _PROTECTED]
#: What each thing that was cut is called, besides the types of the redaction engine.
LABELS = {key: label for key, label, _ in _PROTECTED} | {"PRIVATE_LIFE": N_("lines on private life")}
#: Lines on what somebody does outside work tell of beliefs, health or family.
_PRIVATE = re.compile(
    r"^\W*(?:centres?\s+d['’]intérêts?|loisirs?|vie\s+personnelle|situation\s+(?:personnelle|familiale)"
    r"|engagements?\s+(?:associatifs?|personnels?)?|état\s+civil)\b",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"^\W*(?:exp[ée]riences?|parcours|emplois?|formations?|dipl[ôo]mes?|[ée]tudes|comp[ée]tences?|savoir[- ]"
    r"|langues?|informatique|profil|objectif|permis|r[ée]f[ée]rences?|contact)\b",
    re.IGNORECASE,
)


def cut(text: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """Return ``text`` without who it is about, and what was cut: (type, how many), most first.

    A whole section on private life goes; elsewhere the words go, and the line stays.
    """
    counted: Counter[str] = Counter()
    lines = []
    private = False
    for line in text.splitlines():
        if _PRIVATE.match(line):
            private = True
        elif HEADING.match(line):
            private = False
        if private:
            counted["PRIVATE_LIFE"] += bool(line.strip())
            continue
        lines.append(line)
    kept = "\n".join(lines)
    pieces, at = [], 0
    for span in find(kept):
        if span.type in _KEPT or span.start < at:
            continue
        pieces += [kept[at : span.start], CUT]
        counted[span.type] += 1
        at = span.end
    kept = "".join([*pieces, kept[at:]])
    for key, pattern in _PATTERNS:
        kept, times = pattern.subn(CUT, kept)
        if times:
            counted[key] += times
    kept, why = notes.taken_out(kept, CUT)
    counted.update(why)
    return kept, tuple(counted.most_common())
