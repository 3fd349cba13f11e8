"""Find the personal data of a text: every recogniser asked for, and one answer where they disagree.

The order of trust. What a checksum proves comes first; then a postal address, which holds dates, names and
places of its own (*12 rue du 11 novembre 1918, 75011 Paris*); then the other identifiers and the dates;
then names of persons and places, which are read knowing the pieces that the others hold; last the hints,
which never take a piece from another type unless they hold it whole (*maladie de Parkinson*).

A date that the name of a person leads (*Léa Martin (3/5/1980)*, columns of a table) is one of birth.

A long text is read in windows of :data:`WINDOW` characters, each with :data:`MARGIN` characters of context
on both sides, so memory stays flat; a piece of personal data is never cut between two windows.
"""

import re
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from bacasable.privacy.messages import N_, Refused
from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.spans import Span, above
from bacasable.privacy.redaction.written import moved_back, written

if TYPE_CHECKING:
    from bacasable.privacy.redaction.types import Registry

#: Characters read at once: large enough that the margins cost less than 1 %, small enough for a flat memory.
WINDOW = 1 << 18

#: Characters of context on each side of a window: more than any recogniser looks at.
MARGIN = 1024

#: From this confidence an identifier is proved, by a checksum or by a format that nothing else has.
PROVED = 0.9

#: The order of trust, from the least.
_HINT, _NAME, _FORM, _ADDRESS, _PROOF = range(5)

#: Types that the names engine gives, or decides: a date that a person's name leads is of birth.
_NAMES = frozenset({"PERSON", "LOCATION", "DATE", "DOB"})

#: What stands between a name and the date of birth after it: "Léa Martin (3/5/1980)", a field, a column.
_LEADS_BIRTH = re.compile(
    r"(?P<open>[ \u00a0]?\()|[ \u00a0]?(?:,|;|\||–|-)[ \u00a0]?|\t| {2,4}(?:[♀♂] {1,4})?| [♀♂] "
)
_AFTER_BIRTH = re.compile(r"[ \u00a0]?[,;|\t)]| {2}|[ \u00a0](?:–|-|pour|\|)|\Z|\n")
_ENDS_LINE = re.compile(r"[ \u00a0]*(?:\n|\Z)")
#: Who signs or sees patients on that date: not the person born then.
_NOT_BORN_THEN = re.compile(
    r"\b(?:(?:drs?|pr|docteure?|professeure?|me|ma[iî]tre|par|greffi[eè]re?|pr[eé]f[eè]te?)\.? |"
    r"(?:fait|sign[eé]) .*)\Z",
    re.IGNORECASE,
)
_FIELD_BEFORE = re.compile(r":[ \u00a0]?(?:M\.|Mme|Mlle)?[ \u00a0]?\Z")

#: Tags and pseudonyms that a replacement wrote: "[PERSON]", "PERSON-1-" and its characters.
_KEY = re.compile(r"[A-Z][A-Z0-9_]*")
_OPENS_TAG = ("[", "⟦")
_VERSION = re.compile(r"-[1-9][0-9]{0,5}r?-[a-z2-7]{18}")

_UNKNOWN = N_("There is no type of personal data {unknown}: give types or families among {known}.")


_BY_START = itemgetter(1)
_NOTHING = Span(0, 0, "", 0.0)


class Piece(NamedTuple):
    """A stretch of a text that is read bit by bit, with what was found in it.

    ``offset`` is where ``text`` begins in the whole; ``spans`` have offsets of the whole, and none reaches
    outside of the piece. The texts of all pieces, joined, are the whole.
    """

    offset: int
    spans: list[Span]
    text: str


class Finder:
    """The options of a search, held once for many texts. It has no state that a text changes.

    Args:
        types: keys of types (``"NIR"``) or of families (``"date"``); all by default. The answer is what the
            whole search gives for these types; recognisers that cannot matter to it are not run. strict:
            only what a checksum or a format proves; names, places and hints are then left out. ner: ask
            spaCy about the stretches where the names engine is unsure (extra ``ner``). registry: types of
            one's own, from :func:`bacasable.privacy.redaction.types.registry`.

    Raises:
        Refused: a type that the registry does not hold, or ``ner`` without the extra.
    """

    def __init__(
        self,
        *,
        types: Collection[str] | None = None,
        strict: bool = False,
        ner: bool = False,
        registry: "Registry | None" = None,
    ) -> None:
        if registry is None:
            registry = _registry()
        families = {kind.key: kind.family for kind in registry.values()}
        if types is not None:
            known = {*families, *families.values()}
            if unknown := sorted(set(types) - known):
                listed = ", ".join(sorted(known))
                raise Refused(_UNKNOWN, unknown=", ".join(map(repr, unknown)), known=listed)
            asked = frozenset(key for key, family in families.items() if key in types or family in types)
        else:
            asked = frozenset(families)
        asked = frozenset(key for key in asked if registry[key].enabled)
        self._registry = registry
        self._least = {key: registry[key].min_confidence for key in asked}
        self._strict = strict
        self._hints = frozenset(key for key, family in families.items() if family == "hint")
        self._with_names = bool(asked & _NAMES) and not strict
        self._with_hints = bool(asked & self._hints) and not strict
        self._ner = ner and self._with_names
        if self._ner:
            from bacasable.privacy.redaction.uncertain import require

            require()

    def find(self, text: str) -> list[Span]:
        """Return what is found in ``text``, sorted, without overlap; offsets are code points of ``text``."""
        if len(text) <= WINDOW + MARGIN:
            return self._find(text)
        return [span for piece in self.find_stream([text]) for span in piece.spans]

    def find_stream(self, chunks: Iterable[str]) -> Iterator[Piece]:
        """Read a text that comes in ``chunks`` of any size, in flat memory.

        The spans are those of :meth:`find` on the joined text, however it is cut into chunks.
        """
        held, offset, begin = (
            "",
            0,
            0,
        )  # `held` starts at `offset` of the whole; before `begin` it is context.
        for held_more in _gathered(chunks):
            held += held_more
            while len(held) - begin > WINDOW + MARGIN:
                cut, spans = self._window(held[: begin + WINDOW + MARGIN], begin)
                yield Piece(offset + begin, _moved(spans, offset), held[begin:cut])
                kept = max(0, cut - MARGIN)
                held, offset, begin = held[kept:], offset + kept, cut - kept
        if len(held) > begin:
            spans = _after(self._find(held), begin)
            yield Piece(offset + begin, _moved(spans, offset), held[begin:])

    def _window(self, text: str, begin: int) -> tuple[int, list[Span]]:
        """Return where to cut ``text`` (a window between margins), and what lies from ``begin`` to there."""
        cut = begin + WINDOW
        spans = _after(self._find(text), begin)
        for span in spans:
            if span.start < cut < span.end:
                # The whole of it is read in the next window, or ends this one if it fills it.
                cut = span.start if span.start > begin else span.end
        return cut, [span for span in spans if span.end <= cut]

    def _find(self, text: str) -> list[Span]:
        """Return what is found in a text that is read at once, in its own signs or plainer ones."""
        plain, places = written(text)
        found = self._found(plain)
        return found if places is None else moved_back(found, places)

    def _found(self, text: str) -> list[Span]:
        recognise, dates, held, addresses, hints, names = _recognisers()
        found = addresses(text)
        if self._strict:
            found = [span for span in found if span.confidence >= PROVED]
        kinds = held(text)
        taken = arbitrate(
            (_FORM, _PROOF, recognise(text, self._registry, self._strict, kinds)),
            (_FORM, _FORM, dates(text, kinds)),
            (_ADDRESS, _ADDRESS, found),
        )
        hinted: list[Span] = hints(text, self._registry) if self._with_hints else []
        called: list[Span] = []
        if self._with_names:
            called = _without_last_stop(text, names(text, taken))
            if self._ner:
                from bacasable.privacy.redaction.uncertain import reread

                called = reread(text, called)
            if "[" in text or "⟦" in text or _VERSION.search(text):
                called = [span for span in called if not _is_replacement(text, span, self._registry)]
            called = _outside(called, hinted)
        if called or hinted:
            taken = arbitrate((_HINT, _HINT, hinted), (_NAME, _NAME, called), (_PROOF, _PROOF, taken))
        if self._with_names:
            _see_births(text, taken)
        return above(taken, self._least)


def find(
    text: str,
    *,
    types: Collection[str] | None = None,
    strict: bool = False,
    ner: bool = False,
    registry: "Registry | None" = None,
) -> list[Span]:
    """Return the personal data found in ``text``: sorted, without overlap, offsets in code points.

    The options are those of :class:`Finder`. Hints of special categories (health, belief...) are types of the
    family ``hint``; they are found by default and are words that invite a look, not identifiers.

    Raises:
        Refused: a type that the registry does not hold, or ``ner`` without the extra.
    """
    if types is None and registry is None:
        return _finder(strict, ner).find(text)
    return Finder(types=types, strict=strict, ner=ner, registry=registry).find(text)


def _without_last_stop(text: str, called: list[Span]) -> list[Span]:
    """Return the names, that of "Joëlle L." without its stop, which as often ends a sentence."""
    for place, span in enumerate(called):
        start, end = span[0], span[1]
        if text[end - 1] == "." and text[end - 3].isspace() and text[start + 1] != ".":
            called[place] = Span(start, end - 1, span[2], span[3])
    return called


#: A rank, another for what is proved, and the spans of these ranks.
_Part = tuple[int, int, list[Span]]


def arbitrate(*parts: _Part) -> list[Span]:
    """Return the spans that stand, sorted, apart: the higher rank, then the surer, then the longer."""
    return _arbitrated(*parts) if kernel.built is None else kernel.built.arbitrate(parts, PROVED)


def _arbitrated(*parts: _Part) -> list[Span]:
    """Do what :func:`arbitrate` does, where the kernel was not built."""
    ranked = [
        (proved if span[3] >= PROVED else rank, span) for rank, proved, spans in parts for span in spans
    ]
    standing: list[Span] = []
    cluster: list[tuple[int, Span]] = []
    reach = -1
    for rank, span in sorted(ranked, key=_BY_START):
        if span[0] >= reach:
            if len(cluster) > 1:
                _settle(cluster, standing)
            elif cluster:
                standing.append(cluster[0][1])
            cluster = [(rank, span)]
            reach = span[1]
        else:
            cluster.append((rank, span))
            if span[1] > reach:
                reach = span[1]
    _settle(cluster, standing)
    return standing


def _settle(cluster: list[tuple[int, Span]], standing: list[Span]) -> None:
    """Add to ``standing`` the spans that stand of those that overlap one another in a chain."""
    cluster.sort(key=lambda item: (-item[0], -item[1].confidence, item[1].start - item[1].end, item[1]))
    kept: list[Span] = []
    for _, span in cluster:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    standing.extend(sorted(kept))


def _outside(names: list[Span], hints: list[Span]) -> list[Span]:
    """Return the names but those that a longer hint holds whole; both are sorted."""
    if not hints:
        return names
    kept = []
    following = iter([*hints, Span(sys.maxsize, sys.maxsize, "", 0.0)])
    hint = next(following)
    for name in names:
        while hint.end < name.end:
            hint = next(following)
        if hint.start > name.start or hint.end - hint.start == name.end - name.start:
            kept.append(name)
    return kept


def _is_replacement(text: str, name: Span, keys: Collection[str]) -> bool:
    """Whether a name is the key of a tag or of a pseudonym (or of several), written in place of a value."""
    surface = text[name.start : name.end]
    return (
        surface.isupper()
        and (text[name.start - 1 : name.start] in _OPENS_TAG or bool(_VERSION.match(text, name.end)))
        and all(key in keys for key in _KEY.findall(surface))
    )


def _see_births(text: str, spans: list[Span]) -> None:
    """Make a date that the name of a person leads a date of birth, in place."""
    date = _NOTHING
    for index, following in enumerate(spans):
        person, date = date, following
        if date[2] != "DATE" or person[2] != "PERSON":
            continue
        gap = _LEADS_BIRTH.fullmatch(text, person.end, date.start)
        if gap is None or text[date.end - 1 : date.end].isalpha():  # a day without its year
            continue
        before = text[max(0, person.start - 24) : person.start]
        if gap["open"]:
            born = text.startswith(")", date.end)
        elif _ENDS_LINE.match(text, date.end) and ";" not in gap[0]:
            born = bool(_FIELD_BEFORE.search(before))
        else:
            born = bool(_AFTER_BIRTH.match(text, date.end))
        if born and not _NOT_BORN_THEN.search(before):
            spans[index] = date._replace(type="DOB")


def _after(spans: list[Span], begin: int) -> list[Span]:
    """Return the spans after ``begin``; one that crosses it keeps its end, so nothing found is let go."""
    return [span if span.start >= begin else span._replace(start=begin) for span in spans if span.end > begin]


def _moved(spans: list[Span], offset: int) -> list[Span]:
    if not offset:
        return spans
    return [Span(start + offset, end + offset, kind, confidence) for start, end, kind, confidence in spans]


def _gathered(chunks: Iterable[str]) -> Iterator[str]:
    """Return the same text in pieces of about a window: small chunks joined, a long one cut."""
    waiting: list[str] = []
    size = 0
    for chunk in chunks:
        for start in range(0, len(chunk), WINDOW):
            part = chunk if len(chunk) <= WINDOW else chunk[start : start + WINDOW]
            waiting.append(part)
            size += len(part)
            if size >= WINDOW:
                yield "".join(waiting)
                waiting, size = [], 0
    if waiting:
        yield "".join(waiting)


@lru_cache(maxsize=1)
def _recognisers() -> tuple[Any, Any, Any, Any, Any, Any]:
    """Return the recognisers, imported when a first text is read."""
    from bacasable.privacy.redaction.addresses import addresses
    from bacasable.privacy.redaction.hints import hints
    from bacasable.privacy.redaction.identifiers import dates, held, recognise
    from bacasable.privacy.redaction.names import names

    return recognise, dates, held, addresses, hints, names


@lru_cache(maxsize=1)
def _registry() -> "Registry":
    from bacasable.privacy.redaction.types import registry

    return registry()


@lru_cache(maxsize=4)
def _finder(strict: bool, ner: bool) -> Finder:
    return Finder(strict=strict, ner=ner)
