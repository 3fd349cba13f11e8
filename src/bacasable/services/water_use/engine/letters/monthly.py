"""The letter of a month, and that of a paper code: they tell, and nothing runs from them."""

from collections.abc import Sequence
from datetime import date

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.services.water_use.engine.letters.content import (
    RIGHTS,
    Between,
    Block,
    Letter,
    Month,
    Similar,
    Wording,
    heading,
    paragraph,
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
            paragraph(
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
            heading(N_("Water runs without a stop")),
            paragraph(
                N_(
                    "Your meter shows water that does not stop, even at night. Look at the pages of the "
                    "service, and at the warning that was sent to you."
                )
            ),
        ]
    if told.similar is not None:
        blocks += _similar(mean, told.similar, wording)
    blocks += _advice(told.advice, wording)
    title = Said(N_("Your water in {month}"), month=wording.month(told.first))
    return Letter("monthly", title, tuple(blocks), RIGHTS)


def compose_reading(told: Between, wording: Wording) -> Letter:
    """Return the letter of a reading, for a home whose meter is read once or twice a year."""
    mean = told.litres / ((told.last - told.first).days + 1)
    rows = [
        (Said(N_("Volume")), wording.litres(told.litres)),
        (Said(N_("By day")), wording.litres(mean)),
        (Said(N_("Cost, about")), wording.money(told.cents)),
    ]
    if told.year_before is not None:
        rows.append((Said(N_("By day, a year before")), wording.litres(told.year_before)))
    blocks = [Block("rows", rows=tuple(rows))]
    if told.estimated:
        blocks.append(
            paragraph(N_("One of the two indexes was estimated: the next reading puts the volume right."))
        )
    blocks.append(
        paragraph(
            N_(
                "Your meter is read once or twice a year: this volume cannot tell a leak. Read the dial at "
                "night and in the morning to see whether it turns while nobody draws water."
            )
        )
    )
    if told.similar is not None:
        blocks += _similar(mean, told.similar, wording)
        blocks.append(
            paragraph(N_("What the other homes used is that of {period}."), period=told.similar.period)
        )
    blocks += _advice(told.advice, wording)
    title = Said(
        N_("Your water from {first} to {last}"), first=wording.day(told.first), last=wording.day(told.last)
    )
    return Letter("monthly", title, tuple(blocks), RIGHTS)


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
        paragraph(
            N_(
                "The code opens whether water leaks at your home, and totals: nothing that tells when people "
                "are away. Keep it as you keep a bill."
            )
        ),
        paragraph(
            N_(
                "Days, comparison, advice and your data open once you have proven who you are, on the same "
                "page: the code links your home to your identity, if the contract is in your name."
            )
        ),
    ]
    return Letter("code", Said(N_("Your access to your home’s water")), tuple(blocks), RIGHTS)


def _advice(advice: Sequence[tuple[str, int]], wording: Wording) -> list[Block]:
    if not advice:
        return []
    items = tuple(
        Said(N_("{action}: about {litres} a year"), action=what, litres=wording.litres(litres))
        for what, litres in advice
    )
    return [heading(N_("What you may do")), Block("items", items=items)]


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
        heading(N_("Beside similar homes")),
        paragraph(
            N_("Homes compared ({cohort}): {homes:,} or more. Half of them use less than {median} a day."),
            cohort=shared,
            homes=alike.homes,
            median=wording.litres(alike.median_litres_a_day),
        ),
        Block("paragraph", said),
        paragraph(N_("A home may have good reasons to use more: health, small children, work at home.")),
    ]
