"""What the assistant knows: sheets, whose canonical text every quotation is a slice of.

A sheet is one text. Blocks, passages and quotations are offsets into it (code points), so that "exact
substring" is a property of the type and not of a comparison.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Literal

from bacasable.services.assistant.engine.passages import cut

BlockKind = Literal["paragraph", "item", "row", "note", "question"]


@dataclass(frozen=True)
class Case:
    """One branch of a choice: in sheet ``choice`` ("situation-1"), option number ``option`` (from 0)."""

    choice: str
    option: int


@dataclass(frozen=True)
class Choice:
    """What the answer depends on: ``question`` ("Quel est votre âge ?", may be empty) and its ``options``.

    ``within`` is the case under which the choice is asked at all (a choice inside of another's branch).
    """

    key: str
    question: str
    options: tuple[str, ...]
    within: Case | None = None


@dataclass(frozen=True)
class Block:
    """``sheet.text[start:end]``, under the headings ``path``, true only in all of ``cases``."""

    start: int
    end: int
    kind: BlockKind = "paragraph"
    path: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One official sheet, article of a code or document, as imported.

    ``id`` is unique in its ``collection``; ``url`` may be empty (an uploaded document). ``dated`` is the day
    of the source's last change, None where it says none. ``audience`` holds "particuliers",
    "professionnels", "associations", "agents" or nothing (everybody). ``offices`` are who to address,
    ``services`` online services and forms, ``references`` the law: pairs of a title and a URL. ``licence``
    and ``publisher`` are shown with every quotation.
    """

    id: str
    collection: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    url: str = ""
    dated: date | None = None
    audience: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    kind: str = "sheet"
    summary: str = ""
    choices: tuple[Choice, ...] = ()
    acronyms: tuple[tuple[str, str], ...] = ()
    offices: tuple[tuple[str, str], ...] = ()
    services: tuple[tuple[str, str], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    related: tuple[str, ...] = ()
    publisher: str = ""
    licence: str = ""

    def passages(self, longest: int = 900) -> Iterator["Passage"]:
        """Cut along the structure: consecutive blocks of one path and case, at most ``longest`` characters.

        A block longer than that is cut between sentences, or between words where a sentence is too long.
        """
        number = 0
        for (path, cases), blocks in groupby(self.blocks, key=lambda block: (block.path, block.cases)):
            for start, end in cut(self.text, list(blocks), longest):
                yield Passage(number, start, end, path, cases)
                number += 1


@dataclass(frozen=True)
class Passage:
    """What is found: ``sheet.text[start:end]`` with its headings and cases; ``number`` counts from 0."""

    number: int
    start: int
    end: int
    path: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Access:
    """Who asks: the groups that may read. A collection with no readers is read by nobody.

    ``everybody`` collections carry the group :data:`EVERYBODY`, which each access holds.
    """

    groups: frozenset[str] = frozenset()

    def reads(self) -> frozenset[str]:
        """Return the groups, with the one that everybody is of."""
        return self.groups | {EVERYBODY}


#: The group of collections that everyone of the installation may read.
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Filters:
    """What the asker narrowed: empty means any. ``since`` keeps sheets changed on that day or after."""

    collections: frozenset[str] = frozenset()
    audience: frozenset[str] = frozenset()
    since: date | None = None


@dataclass(frozen=True)
class Hit:
    """A passage found. ``score`` is comparable inside one search only; ``similarity`` (cosine, -1 to 1) is
    comparable between searches of one embedder, None where no vector was asked for.
    """

    sheet: Sheet
    passage: Passage
    score: float
    similarity: float | None = None
    lexical: float | None = None

    @property
    def text(self) -> str:
        return self.sheet.text[self.passage.start : self.passage.end]


@dataclass(frozen=True)
class Quotation:
    """``sheet.text[start:end]``, word for word. ``stale`` says that the sheet is past its maximum age."""

    sheet: Sheet
    start: int
    end: int
    stale: bool = False

    @property
    def text(self) -> str:
        return self.sheet.text[self.start : self.end]


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer and the numbers (from 0) of the quotations that carry it."""

    text: str
    quotations: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """What is said, and on what it stands.

    ``sentences`` are empty when the assistant abstains (``abstained`` says why: "no_source", "unsure",
    "off_topic", "situation"). ``choice`` asks which case applies before anything is said. ``generated`` is
    true when a model worded it, and ``withheld`` counts the sentences of the model that were removed because
    their quotation did not carry them. ``fallback`` says why an extractive answer stands in for a generated
    one ("" when none was tried). ``english`` says that the question is in English, the sheets are not.
    """

    sentences: tuple[Sentence, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    abstained: str = ""
    choice: Choice | None = None
    choice_sheet: Sheet | None = None
    generated: bool = False
    withheld: int = 0
    fallback: str = ""
    confidence: float = 0.0
    near: tuple[Hit, ...] = field(default_factory=tuple)
    english: bool = False
