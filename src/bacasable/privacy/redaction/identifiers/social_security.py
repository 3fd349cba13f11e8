"""Social security numbers (NIR) whose key is wrong or missing: their form tells them from others."""

import re
from collections.abc import Iterator

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.identifiers.lengths import ANNOUNCED, counts
from bacasable.privacy.redaction.identifiers.proofs import written_as
from bacasable.privacy.redaction.identifiers.runs import Run
from bacasable.privacy.redaction.spans import Span

#: Somebody's name, or an age, right before a number.
_SOMEBODY = re.compile(
    r"(?:\b(?:M\.|Mme|Mlle|Mr|[A-ZÀ-Ý][^\W\d_]+)[ \u00a0-](?:[A-ZÀ-Ý][\w'’]+[ \u00a0-]){0,3}[A-ZÀ-Ý][\w'’]+"
    r"|\b\d\d? ans)"
    r"[ \u00a0,;:(\t|–-]{1,4}\Z"
)
#: How people break a NIR without its key.
_NIR_GROUPS = ((1, 2, 2, 2, 3, 3), (1, 2, 2, 2, 6), (1, 2, 2, 8), (3, 2, 2, 3, 3), (1,) * 13)


def unproved_nir(text: str, run: Run, first: int, end: int, contexts: Announcements) -> Span | None:
    """Return the NIR that groups from ``first`` to ``end`` are by their form: its key is wrong, or missing.

    Sex, month and department must be possible. Digits without a gap and without a key say less: a month of
    the calendar is needed.
    """
    words = run.words[first:end]
    value = "".join(words)
    size = len(value)
    if size not in (13, 15) or not checks.nir_body(value[:13]):
        return None
    sizes = tuple(map(len, words))
    start, stop = run.starts[first], run.ends[end - 1]
    announced = contexts.nearest(start)
    calendar = value[3] == "0" or value[3:5] in ("10", "11", "12")
    if announced is not None:
        bare = size == 13 and len(sizes) == 1 and calendar and value[0] in "12"  # one number in fifty
        if not announced.key and announced.words < (1 if bare else 2) and len(sizes) < 5:
            return None
        if announced.key != "NIR" and announced.words < 4 and size in ANNOUNCED.get(announced.key, ()):
            return None
    if size == 13:
        if sizes not in _NIR_GROUPS and not (len(sizes) == 1 and calendar and value[0] in "12"):
            return None
        stop = key_after(text, stop)
    elif not (
        written_as("NIR", sizes)
        and (calendar or len(sizes) > 1 or _SOMEBODY.search(text, max(0, start - 60), start))
    ):
        return None
    if text[stop : stop + 1].isalnum() or counts(text, stop, size):
        return None
    return Span(start, stop, "NIR", 0.75 if size == 15 or len(sizes) > 1 else 0.6)


def with_unproved(
    text: str, run: Run, proven_ones: list[tuple[int, int]], contexts: Announcements, found: list[Span]
) -> list[tuple[int, int]]:
    """Report the NIRs that only their form tells between what is proven; return all their groups."""
    taken: list[tuple[int, int]] = []
    first, count = 0, len(run.words)
    for begin, end in (*proven_ones, (count, count)):
        while first < begin:
            last = min(part(text, run, first, begin), begin)
            if last < begin and len(run.words[last]) == 2 and sum(map(len, run.words[first:last])) == 13:
                last += text[run.ends[last - 1] : run.starts[last]] in _BEFORE_KEY
            for start, stop in _like_nir(run, first, last):
                if span := unproved_nir(text, run, start, stop, contexts):
                    found.append(span)
                    taken.append((start, stop))
                    break
            first = last
        if end > begin:
            taken.append((begin, end))
        first = end
    return taken


def _like_nir(run: Run, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield what may be a NIR in a part of a run: the whole, then groups as people break it."""
    yield first, last
    sizes = tuple(map(len, run.words[first:last]))
    for place in range(len(sizes)):
        for form in _NIR_FORMS:
            if sizes[place : place + len(form)] == form:
                yield first + place, first + place + len(form)


_NIR_FORMS = ((1, 2, 2, 2, 3, 3, 2), (1, 2, 2, 2, 3, 3), (15,), (13, 2), (13,))
#: Between a NIR and its key.
_BEFORE_KEY = (" / ", " - ", " – ", " (")


def part(text: str, run: Run, first: int, end: int) -> int:
    """Return where the groups end that no line break, tab or gap of several signs parts from ``first``."""
    last = first + 1
    while last < end:
        gap = text[run.ends[last - 1] : run.starts[last]]
        if len(gap) > 1 or gap in "\n\t":
            break
        last += 1
    return last


_KEY_AFTER = re.compile(
    r"[ ,;\u00a0]{0,2}(?:-[ ]?)?\(?(?:cl[ée]|CL[ÉE]|key|k)\.?[ ]?:?[ ]?\d\d\)?(?!\d)", re.IGNORECASE
)


def key_after(text: str, end: int) -> int:
    """Return the end of a NIR with its key when a word stands between: ``084 clé 91``."""
    match = _KEY_AFTER.match(text, end)
    return match.end() if match else end
