"""Names of persons and places in French text."""

import re
from collections.abc import Sequence

from bacasable.privacy.redaction import lexicon
from bacasable.privacy.redaction.spans import Span

__all__ = ["names"]

_RUN = re.compile(
    r"[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:[-'’][^\W\d_]+)*(?:(?: (?:de|du|des|la|le|les|van|von|ben|el|al|da|dos|sur|en))* "
    r"[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:[-'’][^\W\d_]+)*)*"
)
_CIVIL = re.compile(r"(?:\b(?:M|MM|Mr|Mme|Mmes|Mlle|Me|Dr|Pr|Monsieur|Madame|Maître|Docteur)\.? )$")


def names(text: str, taken: Sequence[Span] = ()) -> list[Span]:
    """Return the spans of PERSON and LOCATION in ``text``, sorted, outside of the spans ``taken``."""
    known = lexicon.forms()
    found = []
    for run in _RUN.finditer(text):
        if any(span.start < run.end() and run.start() < span.end for span in taken):
            continue
        words = re.split(r"[ ’']", run[0])
        key = lexicon.fold(run[0]).replace(" ", "-")
        buckets = [lexicon.unpack(known.get(lexicon.fold(word), 0)) for word in words]
        before = text[max(0, run.start() - 10) : run.start()]
        if _CIVIL.search(before) and not any(b.word >= 4 and b.last < 3 for b in buckets):
            found.append(Span(run.start(), run.end(), "PERSON", 0.8))
        elif (known.get(key, 0) >> 6 & 7) and re.search(r"(?:à|de|du|au|aux|vers)[ ]$|^$|\n$", before):
            found.append(Span(run.start(), run.end(), "LOCATION", 0.7))
        elif (
            2 <= len(words) <= 4 and any(b.first >= 2 for b in buckets) and any(b.last >= 1 for b in buckets)
        ):
            found.append(Span(run.start(), run.end(), "PERSON", 0.6))
    return found
