"""What each letter says, block by block. Every word is a sentence to be said in the reader's language.

The rule of the notice: CGCT art. L.2224-12-4 III bis and R.2224-20-1, read in secondary sources: a water
service compares the letter with the official text before it sends the first one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from bacasable.privacy.messages import N_, Refused, Said

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
    """Similar homes of the month: the median litres a day, how many homes, and what they share, in words."""

    median_litres_a_day: int
    homes: int
    cohort: Sequence[str]


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


_RIGHTS = Said(
    N_(
        "This letter informs, it decides nothing. Your volumes serve no tariff, no control and no cut-off. "
        "You may see, correct, take away and object to what is held of your home on the pages of the service."
    )
)


def compose_month(told: Month, wording: Wording) -> Letter:
    """Return the letter of a month.

    Raises:
        Refused: no day of the month was read.
    """
    if not told.days_read:
        raise Refused(N_("no day of {month} was read, so there is no letter"), month=f"{told.first:%Y-%m}")
    mean = told.litres / told.days_read
    rows = [
        (Said(N_("Volume")), wording.litres(told.litres)),
        (Said(N_("By day")), wording.litres(mean)),
        (Said(N_("Cost, about")), wording.money(told.cents)),
    ]
    if told.month_before is not None:
        rows.append((Said(N_("By day, the month before")), wording.litres(told.month_before)))
    if told.year_before is not None:
        rows.append((Said(N_("By day, the same month a year ago")), wording.litres(told.year_before)))
    blocks = [Block("rows", rows=tuple(rows))]
    if told.days_read < told.days:
        blocks.append(
            _paragraph(
                N_(
                    "{read} days of {days} were read: the volume is that of these days, and nothing is made "
                    "up."
                ),
                read=told.days_read,
                days=told.days,
            )
        )
    if told.leaks:
        blocks += [
            _heading(N_("Water runs without a stop")),
            _paragraph(
                N_(
                    "Your meter shows water that does not stop, even at night. Look at the pages of the "
                    "service, and at the warning that was sent to you."
                )
            ),
        ]
    if told.similar is not None:
        blocks += _similar(mean, told.similar, wording)
    if told.advice:
        blocks += [
            _heading(N_("What you may do")),
            Block(
                "items",
                items=tuple(
                    Said(N_("{action}: about {litres} a year"), action=what, litres=wording.litres(litres))
                    for what, litres in told.advice
                ),
            ),
        ]
    title = Said(N_("Your water in {month}"), month=wording.month(told.first))
    return Letter("monthly", title, tuple(blocks), _RIGHTS)


def compose_warning(told: Warned, wording: Wording) -> Letter:
    """Return the early warning of a leak: useful, and without any legal effect."""
    blocks = [
        _paragraph(
            N_(
                "Since {since}, your meter has never stopped: about {litres} run each hour, day and night. "
                "This is what a leak looks like. It may also be a use of yours that never stops."
            ),
            since=wording.day(told.since),
            litres=_flow(told.litres_per_hour, wording),
        ),
        Block(
            "rows",
            rows=(
                (Said(N_("Seen until")), wording.day(told.last_seen)),
                (Said(N_("Volume so far, about")), wording.litres(told.litres)),
                (Said(N_("Cost so far, about")), wording.money(told.cents)),
            ),
        ),
    ]
    if told.sure_percent is not None:
        blocks.append(
            _paragraph(
                N_(
                    "How sure is it? About {sure} of 100 such alerts were leaks in the synthetic city on "
                    "which the software was tried; yours is not judged."
                ),
                sure=told.sure_percent,
            )
        )
    blocks += [
        _heading(N_("What to do now")),
        Block(
            "items",
            items=(
                Said(N_("Close all taps and look at the meter: does it still turn?")),
                Said(N_("Listen to the toilet, look at the water heater and at outside taps.")),
                Said(
                    N_(
                        "Close the valve after the meter for an hour: if the meter stops, the leak is in "
                        "your pipes or equipment; if it turns, call the water service."
                    )
                ),
                Said(N_("Tell the service what you found, on its pages or by telephone.")),
            ),
        ),
        _heading(N_("What this letter is not")),
        _paragraph(
            N_(
                "This warning has no legal effect: no deadline runs from it, and it replaces no notice. If a "
                "reading shows a volume above twice your average, another letter, the notice of the law "
                "({law}), will tell you of your rights and of the deadline."
            ),
            law=LAW,
        ),
    ]
    return Letter("warning", Said(N_("Water may be leaking at your home")), tuple(blocks), _RIGHTS)


def compose_notice(told: Notice, wording: Wording) -> Letter:
    """Return the notice of the law: the volume, the rule, what to do and until when, what is excluded.

    Raises:
        Refused: the volume is not above twice the average: then the law makes no notice.
    """
    if told.litres <= 2 * told.average_litres:
        raise Refused(N_("the volume is not above twice the average: no notice of the law is due"))
    against = (
        N_(
            "The average is that of homes of comparable size and kind in your area, since there is no "
            "history of three years for yours."
        )
        if told.by_comparison
        else N_(
            "The average is that of your home over the same period of the three years before, earlier "
            "occupants included."
        )
    )
    blocks = [
        _paragraph(
            N_(
                "A reading of your meter shows an abnormal increase of the volume of water, which a leak of "
                "a pipe after the meter may have caused. The law ({law}) makes us tell you without delay."
            ),
            law=LAW,
        ),
        Block(
            "rows",
            rows=(
                (
                    Said(
                        N_("Volume from {first} to {last}"),
                        first=wording.day(told.first),
                        last=wording.day(told.last),
                    ),
                    wording.litres(told.litres),
                ),
                (Said(N_("Average of such a period")), wording.litres(told.average_litres)),
                (Said(N_("Twice the average")), wording.litres(2 * told.average_litres)),
                (Said(N_("Beyond twice the average")), wording.litres(told.capped_litres)),
            ),
        ),
        _paragraph(against),
        _heading(N_("What you may do, until {day}"), day=wording.day(told.attestation_due)),
        Block(
            "items",
            items=(
                Said(
                    N_(
                        "Have the leak repaired and send us, within one month of this notice, the "
                        "attestation of a plumber that says where the leak was and on which day it was "
                        "repaired. You then do not owe the volume beyond twice the average."
                    )
                ),
                Said(
                    N_(
                        "Within the same month, ask us to check that the meter works. You owe the volume "
                        "beyond twice the average only once we have told you, after the check, that the "
                        "meter is not at fault."
                    )
                ),
            ),
        ),
        _heading(N_("What the rule does not cover")),
        _paragraph(
            N_(
                "Leaks of household appliances, of sanitary equipment (toilets, taps, showers) and of "
                "heating (water heater included): only leaks of the pipes after the meter count."
            )
        ),
        _paragraph(
            N_(
                "We may check the repair. This notice is made on {day}; had you not been told, you would not "
                "owe the volume beyond twice the average."
            ),
            day=wording.day(told.notified_on),
        ),
    ]
    title = Said(N_("Abnormal volume of water: your rights, and until when"))
    return Letter("notice", title, tuple(blocks), _RIGHTS)


def compose_code(code: str, address: str, until: date, wording: Wording) -> Letter:
    """Return the letter that carries a paper code: what it opens, what it does not, until when."""
    blocks = [
        Block(
            "rows",
            rows=(
                (Said(N_("Your code")), code),
                (Said(N_("Page")), address),
                (Said(N_("Valid until")), wording.day(until)),
            ),
        ),
        _paragraph(
            N_(
                "The code opens whether water leaks at your home, and totals: nothing that tells when people "
                "are away. Keep it as you keep a bill."
            )
        ),
        _paragraph(
            N_(
                "Days, comparison, advice and your data open once you have proven who you are, on the same "
                "page: the code links your home to your identity, if the contract is in your name."
            )
        ),
    ]
    return Letter("code", Said(N_("Your access to your home’s water")), tuple(blocks), _RIGHTS)


def _similar(mean: float, alike: Similar, wording: Wording) -> list[Block]:
    difference = mean - alike.median_litres_a_day
    shared = ", ".join(alike.cohort) or wording.say(Said(N_("all homes")))
    if abs(difference) < 0.05 * alike.median_litres_a_day:
        said = Said(N_("You used about as much as half of them."))
    elif difference > 0:
        said = Said(
            N_("You used {litres} a day more than the middle one of them."), litres=wording.litres(difference)
        )
    else:
        said = Said(
            N_("You used {litres} a day less than the middle one of them."),
            litres=wording.litres(-difference),
        )
    return [
        _heading(N_("Beside similar homes")),
        _paragraph(
            N_("Homes compared ({cohort}): {homes:,} or more. Half of them use less than {median} a day."),
            cohort=shared,
            homes=alike.homes,
            median=wording.litres(alike.median_litres_a_day),
        ),
        Block("paragraph", said),
        _paragraph(N_("A home may have good reasons to use more: health, small children, work at home.")),
    ]


def _flow(litres_per_hour: float, wording: Wording) -> str:
    """Return a flow; one of less than a litre an hour is said so."""
    if litres_per_hour < 1:
        return wording.say(Said(N_("less than one litre")))
    return wording.litres(litres_per_hour)


def _heading(template: str, **values: object) -> Block:
    return Block("heading", Said(template, **values))


def _paragraph(template: str, **values: object) -> Block:
    return Block("paragraph", Said(template, **values))
