"""A sheet in the making: pieces of text as they come, with the headings and cases that they stand under."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from bacasable.privacy.messages import Said
from bacasable.services.assistant.engine.sheets import Block, BlockKind, Case, Choice, Sheet

#: What nobody sees: controls, soft hyphens, marks of direction and width, halves of characters.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SPACES = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")
_EDGES = " \u00a0\u202f"


@dataclass(frozen=True)
class Unreadable:
    """A file (or an entry of an archive) that gave no sheet, and why, with the remedy."""

    path: str
    why: Said


def cleaned(text: str) -> str:
    """Return one line of text as people see it: single spaces (unbreakable ones stay), nothing unseen."""
    if "  " not in text and text.replace("\u00a0", " ").isprintable():  # three texts of four
        return text.strip(_EDGES)
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip(_EDGES)


class Composer:
    """Takes the blocks of a sheet in reading order.

    ``path`` holds headings and the titles of cases where they stand, so that a passage read alone says
    what it is about; ``cases`` says the same for machines.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._choices: list[Choice] = []
        self._path: tuple[str, ...] = ()
        self._cases: tuple[Case, ...] = ()
        self._counts: dict[str, int] = {}

    @property
    def path(self) -> tuple[str, ...]:
        """The headings that the next block stands under."""
        return self._path

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not self._blocks

    def add(self, text: str, kind: BlockKind = "paragraph") -> None:
        """Add a block; text that is nothing but space is left out."""
        text = cleaned(text)
        if not text:
            return
        start = self._length
        self._lines.append(text)
        self._length = start + len(text) + 1
        self._blocks.append(Block(start, start + len(text), kind, self._path, self._cases))

    @contextmanager
    def under(self, title: str) -> Iterator[None]:
        """Put what is added inside under one more heading; an empty one adds nothing."""
        title = cleaned(title)
        before = self._path
        if title:
            self._path = (*before, title)
        try:
            yield
        finally:
            self._path = before

    def restart(self, path: tuple[str, ...]) -> None:
        """Put what is added from now on under ``path``, where headings come one after another."""
        self._path = path

    def choose(self, family: str, options: Sequence[str], question: str = "") -> str:
        """Declare a choice under the current case and return its key: the family and its number there."""
        self._counts[family] = self._counts.get(family, 0) + 1
        key = f"{family}-{self._counts[family]}"
        within = self._cases[-1] if self._cases else None
        self._choices.append(Choice(key, cleaned(question), tuple(map(cleaned, options)), within))
        return key

    @contextmanager
    def case(self, key: str, option: int, title: str) -> Iterator[None]:
        """Put what is added inside under option number ``option`` of a choice, and under its title."""
        before = self._cases
        self._cases = (*before, Case(key, option))
        try:
            with self.under(title):
                yield
        finally:
            self._cases = before

    def sheet(self, identifier: str, collection: str, title: str, **fields: Any) -> Sheet:
        """Return the sheet. Choices whose options hold no block are left out: nothing depends on them."""
        used = {case.choice for block in self._blocks for case in block.cases}
        return Sheet(
            identifier,
            collection,
            cleaned(title),
            "\n".join(self._lines),
            tuple(self._blocks),
            choices=tuple(choice for choice in self._choices if choice.key in used),
            **fields,
        )


def day(written: str) -> date | None:
    """Return the first date found in ``written`` (2019-06-24, 13/11/2025), None where there is none."""
    for pattern, order in ((r"(\d{4})-(\d{2})-(\d{2})", (1, 2, 3)), (r"(\d{2})/(\d{2})/(\d{4})", (3, 2, 1))):
        if match := re.search(pattern, written):
            year, month, number = (int(match.group(group)) for group in order)
            try:
                return date(year, month, number)
            except ValueError:
                return None
    return None
