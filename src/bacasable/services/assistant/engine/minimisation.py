"""What an agent types about a person is hidden before a model, an embedder, a log or a trace can read it.

    shield = Shield()
    hidden = shield.hide("Mme Diallo, née le 3 mai 1984, a perdu sa carte d'identité.")
    hidden.text             "Mme [PERSONNE_1], née le [NAISSANCE_1], a perdu sa carte d'identité."
    shield.restore(answer)  on the agent's side only

A shield is one conversation's: the same value has the same placeholder in the question, the note and the
file, and a name found once is hidden wherever it stands again. What the finder does not see, and the agent
does not point at, is not hidden: the control ``personal_data_reaching_the_model`` measures how much that is.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from bacasable.privacy.messages import N_, Refused
from bacasable.privacy.redaction.spans import Span

if TYPE_CHECKING:
    from bacasable.privacy.redaction.finding import Finder

#: Special categories (GDPR, articles 9 and 10): an alert, for the agent to answer; nothing is hidden.
HINTS = frozenset(
    ("HEALTH", "BELIEF", "UNION", "ORIGIN", "POLITICS", "SEX_LIFE", "OFFENCE", "BIOMETRIC"),
)
#: What the agent pointed at, whatever it is.
POINTED = "POINTED"

#: The words of placeholders are read by agents and by models that answer in French.
_WORDS = {
    "PERSON": "PERSONNE",
    "ADDRESS": "ADRESSE",
    "LOCATION": "LIEU",
    "PHONE": "TELEPHONE",
    "EMAIL": "COURRIEL",
    "DOB": "NAISSANCE",
    "CARD": "CARTE",
    "PLATE": "PLAQUE",
    "PASSPORT": "PASSEPORT",
    "ID_CARD": "CARTE_IDENTITE",
    "RESIDENCE_PERMIT": "TITRE_SEJOUR",
    "DRIVING_LICENCE": "PERMIS",
    "FILE_NUMBER": "DOSSIER",
    POINTED: "MASQUE",
}
_KINDS = {word: kind for kind, word in _WORDS.items()}
_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]*_[1-9][0-9]{0,4}\]")

#: Types that a search on this machine may read: where and when matter to the rules that apply.
_HARMLESS_TO_SEARCH = frozenset(("LOCATION", "DATE"))
#: Types by which somebody is there to be told about.
_SOMEBODY = frozenset(("PERSON", "ADDRESS", "DOB", "NIR", "SPI", "PHONE", "EMAIL", "CAF", "FT", POINTED))
_ABOUT_SOMEBODY = re.compile(
    r"\b(?:je|j['’]|mon|ma|mes|moi|il|elle|lui|son|sa|ses|monsieur|madame|mademoiselle|mme|mlle|m\.|"
    r"usag[eè]re?|patiente?|voisine?|mari|[eé]poux|[eé]pouse|conjointe?|compagne|compagnon|fils|fille|"
    r"m[eè]re|p[eè]re|fr[eè]re|s(?:œ|oe)ur|cette (?:personne|dame)|ce monsieur|notre|nos)(?!\w)",
    re.IGNORECASE,
)
_CIVILITY = re.compile(
    r"(?:\b(?:M\.|MM\.|Mme|Mlle|Me|Dr|Pr|Monsieur|Madame|Mademoiselle|Ma[iî]tre|Docteur))[ \u00a0]*\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SEPARATORS = re.compile(r"[\s.\-/()]+")
#: Shorter pieces of a name would be found everywhere.
_SHORTEST_NAME = 3
_SHORTEST_VALUE = 4
#: From which bucket of the lexicon on a word is somebody's name rather than an acronym.
_BORNE = 2


@dataclass(frozen=True)
class Corrections:
    """What the agent says of what was hidden, as values: ``shown`` are no personal data, ``hidden`` are.

    ``confirmed`` answers an alert: the model may read the question with these hints in it.
    """

    shown: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    confirmed: bool = False


@dataclass(frozen=True)
class Found:
    """One hidden piece: ``original[start:end]`` is written ``placeholder`` from ``at`` of the hidden text."""

    start: int
    end: int
    type: str
    at: int
    placeholder: str


@dataclass(frozen=True)
class Hidden:
    """A text without the personal data found in it. ``original`` stays on the agent's side.

    ``alerts`` are words (offsets in ``original``) that hint at a special category about somebody.
    """

    original: str = field(repr=False)
    text: str
    found: tuple[Found, ...]
    alerts: tuple[Span, ...]

    @cached_property
    def searchable(self) -> str:
        """What an index on this very machine is asked: no number, contact nor address of anybody, no name
        but a lone word without civility (more often an acronym that the finder took for a name).
        """
        return self._without(self._may_be_searched)

    @cached_property
    def sendable(self) -> str:
        """What an embedder elsewhere is asked: nothing that was found, and no placeholder."""
        return self._without(lambda piece: False)

    def _without(self, keeps: Callable[[Found], bool]) -> str:
        parts: list[str] = []
        end = 0
        for piece in self.found:
            written = self.original[piece.start : piece.end]
            before = self.original[end : piece.start]
            parts += (before, written) if keeps(piece) else (_CIVILITY.sub("", before), " ")
            end = piece.end
        parts.append(self.original[end:])
        return " ".join("".join(parts).split())

    def _may_be_searched(self, piece: Found) -> bool:
        if piece.type in _HARMLESS_TO_SEARCH:
            return True
        written = self.original[piece.start : piece.end]
        return piece.type == "PERSON" and _is_lone(written) and not _has_civility(self.original, piece.start)


class Shield:
    """Hides what is found in the texts of one conversation, and puts it back.

    Args:
        finder: how to find; every type of the registry by default. known: acronyms of the sheets (``FICOBA``,
            ``AAH``) that are nobody's name when they stand alone. kept: :attr:`kept` of the same conversation
            earlier, so that placeholders go on.
    """

    def __init__(
        self,
        finder: "Finder | None" = None,
        *,
        known: Collection[str] = (),
        kept: Mapping[str, str] | None = None,
    ) -> None:
        if finder is None:
            from bacasable.privacy.redaction.finding import Finder

            finder = Finder()
        self._finder = finder
        self._known = frozenset(word for word in known if word.isupper())
        self._typed: set[str] = set()
        self._last: Counter[str] = Counter()
        self._originals: dict[str, str] = {}
        self._placeholders: dict[tuple[str, str], str] = {}
        for placeholder, original in (kept or {}).items():
            self._keep(placeholder, original)

    @property
    def kept(self) -> dict[str, str]:
        """Placeholders and what they stand for: personal data, to be sealed with the conversation."""
        return dict(self._originals)

    def hide(self, text: str, corrections: Corrections = Corrections()) -> Hidden:
        """Return ``text`` with its personal data replaced."""
        # Typed by the agent, a placeholder is a word like another: ours takes the next number.
        self._typed.update(_PLACEHOLDER.findall(text))
        spans = self._finder.find(text)
        hints = tuple(span for span in spans if span.type in HINTS)
        pieces = [span for span in spans if span.type not in HINTS and not self._is_known(text, span)]
        compact = _Compact(text)
        pieces += self._again(text, compact, pieces)
        pieces += (
            Span(start, end, POINTED, 1.0)
            for value in corrections.hidden
            for start, end in compact.places(_normal(value))
        )
        shown = {_normal(value) for value in corrections.shown}
        pieces = [span for span in _apart(pieces) if _normal(text[span.start : span.end]) not in shown]
        found: list[Found] = []
        parts: list[str] = []
        end = at = 0
        for span in pieces:
            placeholder = self._placeholder(text, span)
            parts += (text[end : span.start], placeholder)
            at += span.start - end
            found.append(Found(span.start, span.end, span.type, at, placeholder))
            at += len(placeholder)
            end = span.end
        parts.append(text[end:])
        about = any(span.type in _SOMEBODY for span in pieces) or bool(_ABOUT_SOMEBODY.search(text))
        return Hidden(text, "".join(parts), tuple(found), hints if about else ())

    def restore(self, text: str) -> str:
        """Return ``text`` with what each placeholder of this conversation stands for; others are left."""
        return _PLACEHOLDER.sub(lambda match: self._originals.get(match[0], match[0]), text)

    def _placeholder(self, text: str, span: Span) -> str:
        original = text[span.start : span.end]
        word = _word(span.type)
        if known := self._placeholders.get((word, _normal(original))):
            return known
        number = self._last[word] + 1
        while (made := f"[{word}_{number}]") in self._originals or made in self._typed:
            number += 1
        self._last[word] = number
        self._keep(made, original)
        return made

    def _keep(self, placeholder: str, original: str) -> None:
        if not _PLACEHOLDER.fullmatch(placeholder):
            raise Refused(N_("what is kept of the conversation is damaged: open another conversation"))
        self._originals[placeholder] = original
        word = placeholder[1:-1].rpartition("_")[0]
        self._placeholders[word, _normal(original)] = placeholder

    def _is_known(self, text: str, span: Span) -> bool:
        written = text[span.start : span.end]
        return (
            span.type in {"PERSON", "LOCATION"}
            and written in self._known
            and not _has_civility(text, span.start)
        )

    def _again(self, text: str, compact: "_Compact", pieces: Iterable[Span]) -> Iterator[Span]:
        """Yield where values of this conversation stand again, in this text or typed in another way.

        Pieces of a name count alone where they are written as a name or are no word of the dictionary.
        """
        values = {(_word(span.type), text[span.start : span.end]): span.type for span in pieces}
        for placeholder, original in self._originals.items():
            word = placeholder[1:-1].rpartition("_")[0]
            values.setdefault((word, original), _KINDS.get(word, word))
        for (_, value), kind in values.items():
            if kind in {"DATE", "LOCATION"}:
                continue
            if len(value) >= _SHORTEST_VALUE and not (kind == "PERSON" and _is_lone(value)):
                for start, end in compact.places(_normal(value)):
                    yield Span(start, end, kind, 0.9)
            if kind != "PERSON" or value.count(" ") > 4:
                continue
            for name, ordinary in _names_in(value):
                for start, end in compact.places(name):
                    if text[start].isupper() or not ordinary:
                        yield Span(start, end, kind, 0.8)


class _Compact:
    """A text folded and without separators, and where each of its signs stood."""

    def __init__(self, text: str) -> None:
        self._text = text
        kept = [(sign, at) for at, sign in enumerate(_fold(text)) if not _SEPARATORS.fullmatch(sign)]
        self._signs = "".join(sign for sign, _ in kept)
        self._at = [at for _, at in kept]

    def places(self, value: str) -> Iterator[tuple[int, int]]:
        """Yield where ``value`` (normal) stands as whole words, whatever parts its pieces."""
        found = self._signs.find(value) if value else -1
        while found >= 0:
            start, end = self._at[found], self._at[found + len(value) - 1] + 1
            if not self._is_word(start - 1) and not self._is_word(end):
                yield start, end
            found = self._signs.find(value, found + 1)

    def _is_word(self, at: int) -> bool:
        return 0 <= at < len(self._text) and self._text[at].isalnum()


def nobodys(acronyms: Iterable[str]) -> frozenset[str]:
    """Return those of ``acronyms`` that few people bear as a name: a shield may let them be.

    A sheet may spell out an acronym that is a family's name too.
    """
    from bacasable.privacy.redaction import lexicon

    found = {word: lexicon.unpack(lexicon.code(lexicon.fold(word))) for word in acronyms}
    return frozenset(word for word, known in found.items() if max(known.first, known.last) < _BORNE)


@lru_cache(maxsize=4096)
def _names_in(value: str) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of a name, folded, and whether each is an ordinary word too."""
    pieces = (match[0] for match in _WORD.finditer(value) if len(match[0]) >= _SHORTEST_NAME)
    return tuple((_normal(piece), _is_ordinary(piece)) for piece in pieces)


def _word(kind: str) -> str:
    return _WORDS.get(kind, kind)


def _is_lone(written: str) -> bool:
    return len(written.split()) == 1


def _has_civility(text: str, start: int) -> bool:
    return bool(_CIVILITY.search(text, max(0, start - 16), start))


def _is_ordinary(word: str) -> bool:
    """Whether a word of a name is one of the language too (*petit*, *de*, *marché*)."""
    from bacasable.privacy.redaction import lexicon

    return lexicon.unpack(lexicon.code(lexicon.fold(word))).word >= 2


def _fold(text: str) -> str:
    """Return the text in lower case without accents, one sign for one sign."""
    return text.lower() if text.isascii() else "".join(map(_folded, text))


@cache
def _folded(sign: str) -> str:
    return (unicodedata.normalize("NFD", sign)[0].lower() or sign)[0]


def _normal(value: str) -> str:
    """Return a value without what its spelling may vary in."""
    return _SEPARATORS.sub("", _fold(value.strip()))


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that overlap joined under the type of the longest."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = last._replace(end=max(last.end, span.end))
        elif span.end > span.start:
            joined.append(span)
    return joined
