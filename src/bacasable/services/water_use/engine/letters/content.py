"""What each letter says, block by block. Every word is a sentence to be said in the reader's language.

The rule of the notice: CGCT art. L.2224-12-4 III bis and R.2224-20-1, read in secondary sources: a water
service compares the letter with the official text before it sends the first one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from bacasable.privacy.messages import N_, Said

LAW = "CGCT, art. L.2224-12-4 III bis et R.2224-20-1"


class Wording(Protocol):
    """How a language writes sentences, days, volumes and amounts."""

    @property
    def language(self) -> str:
        """The code of the language: ``fr``."""

    def say(self, said: Said) -> str:
        """Return a sentence in the language."""

    def day(self, day: date) -> str:
        """Return a day in words."""

    def month(self, day: date) -> str:
        """Return the month of a day in words, with its year."""

    def litres(self, litres: float) -> str:
        """Return a volume with its unit."""

    def money(self, cents: int) -> str:
        """Return an amount with its unit."""


@dataclass(frozen=True)
class Parties:
    """Who writes to whom: lines of both addresses, how to reach the service, contract and meter.

    ``label`` marks what is not real ("fictional demonstration"), on each page; empty elsewhere.
    """

    issuer: str
    issuer_address: tuple[str, ...]
    contact: str
    recipient: tuple[str, ...]
    contract: str
    meter: str
    made_on: date
    label: Said | None = None


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list of items, or rows of two columns: a name and a value."""

    kind: Literal["heading", "paragraph", "items", "rows"]
    text: Said = field(default_factory=lambda: Said(""))
    items: tuple[Said, ...] = ()
    rows: tuple[tuple[Said, str], ...] = ()


@dataclass(frozen=True)
class Letter:
    """A letter: its subject, its blocks in order, and what stands small at the foot of each page."""

    kind: Literal["monthly", "warning", "notice", "code"]
    title: Said
    blocks: tuple[Block, ...]
    foot: Said


@dataclass(frozen=True)
class Similar:
    """Similar homes: the median litres a day, how many homes, what they share, in words, and when.

    ``period`` is the month or year that was published, ``2026-10`` or ``2026``.
    """

    median_litres_a_day: int
    homes: int
    cohort: Sequence[str]
    period: str = ""


@dataclass(frozen=True)
class Month:
    """A month of a home: litres of the days read, days read and days, mean litres a day of others months.

    ``advice`` are pairs of what to do and the litres a year that it saves; ``leaks`` how many run.
    """

    first: date
    litres: int
    days_read: int
    days: int
    cents: int
    month_before: float | None = None
    year_before: float | None = None
    similar: Similar | None = None
    advice: Sequence[tuple[str, int]] = ()
    leaks: int = 0
    last_reading: date | None = None


@dataclass(frozen=True)
class Between:
    """A volume between two indexes: its days, litres, whether one of the two was estimated, cents.

    ``year_before`` is the mean litres a day of the same days of the year before; ``advice`` as of a month.
    """

    first: date
    last: date
    litres: int
    estimated: bool
    cents: int
    year_before: float | None = None
    similar: Similar | None = None
    advice: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Warned:
    """Water that never stopped: since when, how much an hour, litres and cents so far."""

    since: date
    last_seen: date
    litres_per_hour: float
    litres: int
    cents: int
    sure_percent: int | None = None


@dataclass(frozen=True)
class Notice:
    """A volume above twice the average, and until when the attestation counts.

    ``by_comparison``: no history, so the average is that of comparable homes of the area.
    """

    first: date
    last: date
    litres: int
    average_litres: int
    notified_on: date
    attestation_due: date
    by_comparison: bool = False

    @property
    def capped_litres(self) -> int:
        """Litres beyond twice the average: not due once the leak is attested repaired."""
        return max(0, self.litres - 2 * self.average_litres)


#: What stands at the foot of each letter.
RIGHTS = Said(
    N_(
        "This letter informs, it decides nothing. Your volumes serve no tariff, no control and no cut-off. "
        "You may see, correct, take away and object to what is held of your home on the pages of the service."
    )
)


def heading(template: str, **values: object) -> Block:
    """Return a heading."""
    return Block("heading", Said(template, **values))


def paragraph(template: str, **values: object) -> Block:
    """Return a paragraph."""
    return Block("paragraph", Said(template, **values))
