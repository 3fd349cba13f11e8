"""The notice that the law asks for: a volume above twice its average. The early warning is another letter.

CGCT art. L.2224-12-4 III bis and R.2224-20-1 (decree 2012-1078). What is here follows pages that quote them:
oieau.fr, sieapdd.fr, leaubordeauxmetropole.fr and the Institut national de la consommation, read in 2026
[secondary]; a utility has it read against the texts in force before its first notice.

A flow that never stops is no ground for it, and it is never drawn by lot: who is above the threshold is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from bacasable.compliance.periods import Period
from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.meters import Volume

#: Where the rule was read, and that it was not read in the official text.
SOURCE = "CGCT L.2224-12-4 III bis, R.2224-20-1 [secondary]"
#: A volume is unusual above so many times the average.
TIMES = 2
#: Years before the period whose equivalent periods make the average.
YEARS = 3
#: From the notice to the plumber's attestation; the service may check it.
ATTESTATION = Period(months=1)
#: Comparable homes without which an average of the area is not one: the least of a published cohort.
LEAST_COMPARABLE = 11
#: Share of an earlier equivalent period that volumes must cover for it to count.
_COVERED = Fraction(9, 10)

#: What a leak was found on. Only pipes of drinking water after the meter are covered [secondary].
Origin = Literal["pipe_after_meter", "appliance", "sanitary", "heating", "unknown"]
EXCLUDED: tuple[Origin, ...] = ("appliance", "sanitary", "heating")


@dataclass(frozen=True)
class Average:
    """What a volume is held against: litres over a period as long.

    ``basis`` is "history" (``count`` of the three years before, whoever lived there) or "comparable"
    (``count`` homes of the area of comparable size and features).
    """

    litres: int
    basis: Literal["history", "comparable"]
    count: int


@dataclass(frozen=True)
class Finding:
    """What the rule says of a volume. ``excess_litres`` lies beyond twice the average: 0 where not unusual.

    ``remarks`` are to be shown with it.
    """

    volume: Volume
    average: Average
    unusual: bool
    excess_litres: int
    remarks: tuple[str, ...] = field(default=())


def equivalent(first: date, last: date, years_before: int) -> tuple[date, date]:
    """Return the equivalent period some years before: the same days (for 29 February, the 28th)."""
    back = Period(months=-12 * years_before)
    return back.day_after(first), back.day_after(last)


def average_of_history(first: date, last: date, past: Iterable[Volume]) -> Average | None:
    """Return the mean of the equivalent periods of the three years before; None where none is covered.

    Readings rarely fall on the same days: a volume is spread evenly over its days, and a period counts where
    nine days of ten are covered, brought to its full length. Earlier occupants of the home count: give all
    volumes of the meter's home, not of the subscriber.

    Args:
        first: first day of the period; ``last`` its last day, included.
        past: volumes of the home, which do not overlap.

    Raises:
        Refused: the period ends before it begins, or two volumes overlap.
    """
    if last < first:
        raise Refused(
            N_("a period from {first} to {last}: it ends before it begins"), first=str(first), last=str(last)
        )
    volumes = sorted(past, key=lambda one: one.first)
    for before, after in pairwise(volumes):
        if after.first <= before.last:
            raise Refused(
                N_("two volumes of a home overlap on {day}; keep one of them"), day=str(after.first)
            )
    means = []
    for years in range(1, YEARS + 1):
        start, end = equivalent(first, last, years)
        litres, days = Fraction(0), 0
        for volume in volumes:
            shared = (min(end, volume.last) - max(start, volume.first)).days + 1
            if shared > 0:
                litres += Fraction(volume.litres * shared, (volume.last - volume.first).days + 1)
                days += shared
        length = (end - start).days + 1
        if days >= _COVERED * length:
            means.append(litres / days * length)
    if not means:
        return None
    return Average(int(sum(means, Fraction(0)) / len(means)), "history", len(means))


def average_of_comparable(litres: Sequence[int]) -> Average | None:
    """Return the mean over comparable homes of the area and the same days; None where fewer than eleven.

    Args:
        litres: their volumes over the period: homes of comparable size and features of the building, never
            of household or income, which the law does not name.
    """
    if len(litres) < LEAST_COMPARABLE:
        return None
    return Average(int(Fraction(sum(litres), len(litres))), "comparable", len(litres))


def examine(volume: Volume, past: Iterable[Volume], comparable: Sequence[int] = ()) -> Finding:
    """Return what the rule says of a volume since the last reading.

    Args:
        volume: what was used since the last reading.
        past: volumes of the home before, earlier occupants included.
        comparable: volumes of comparable homes over the same days, used where there is no history.

    Raises:
        Refused: neither a history nor enough comparable homes; or volumes that overlap.
    """
    average = average_of_history(volume.first, volume.last, past) or average_of_comparable(comparable)
    if average is None:
        raise Refused(
            N_(
                "no equivalent period in three years and fewer than {least} comparable homes: the rule "
                "cannot be applied; widen the area"
            ),
            least=LEAST_COMPARABLE,
        )
    excess = max(0, volume.litres - TIMES * average.litres)
    remarks = []
    if volume.estimated:
        remarks.append(N_("The volume is estimated: read the meter before any notice."))
    if average.basis == "comparable":
        remarks.append(N_("No history: the average is that of comparable homes of the area."))
    elif average.count < YEARS:
        remarks.append(N_("The average rests on fewer than three years."))
    remarks.append(N_("The rule was read in secondary sources, not in the official text."))
    return Finding(volume, average, excess > 0, excess, tuple(remarks))


def attestation_due(told_on: date) -> date:
    """Return the last day on which a plumber's attestation counts: one calendar month after the notice."""
    return ATTESTATION.day_after(told_on)


@dataclass(frozen=True)
class Cap:
    """What is not due, and why: ``litres`` 0 where the cap does not apply."""

    litres: int
    reason: str


def cap(finding: Finding, told_on: date | None, attested_on: date | None, origin: Origin) -> Cap:
    """Return the litres beyond twice the average that are not due, with the reason.

    It informs the service, which decides: an attestation may be checked, and disputed.

    Args:
        finding: what the rule says.
        told_on: the day of the notice; None where none was sent.
        attested_on: the day the attestation was received; None where none was.
        origin: where the plumber found the leak.
    """
    if not finding.unusual:
        return Cap(0, N_("The volume is not above twice the average."))
    if told_on is None:
        return Cap(
            finding.excess_litres, N_("No notice was sent: what is beyond twice the average is not due.")
        )
    if attested_on is None:
        return Cap(0, N_("No attestation was received."))
    if attested_on > attestation_due(told_on):
        return Cap(0, N_("The attestation came after the month that the law gives."))
    if origin in EXCLUDED:
        return Cap(0, N_("Leaks of household appliances, sanitary or heating equipment are excluded."))
    if origin == "unknown":
        return Cap(0, N_("The attestation does not say where the leak was: ask for it."))
    return Cap(finding.excess_litres, N_("A pipe after the meter was repaired, attested within the month."))
