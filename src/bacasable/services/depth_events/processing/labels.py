"""What may be called anonymous: asked by every page, export, open data and control, and nowhere decided else.

Anonymity rests on the means reasonably likely to be used (GDPR, recital 26). Where cameras film a place
too, a count can be set beside their images: it is called anonymous nowhere, for as long as they film.
Intervention leads to an action towards a person: it is treated as personal whoever films.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bacasable.compliance.service import N_

Label = Literal["anonymous", "filmed", "personal"]

#: What is shown of each.
WORDS: dict[Label, str] = {
    "anonymous": N_("anonymous: aggregates of enough people, where no camera is known to film"),
    "filmed": N_("not anonymous: cameras film this place too, and could be set beside the counts"),
    "personal": N_("personal: leads to an action towards a person"),
}


@dataclass(frozen=True)
class Overlap:
    """A line of the register of filmed zones: ``zone`` is empty where all that the sensor sees is filmed.

    ``until_on`` is the last day, None while nobody has said that it ends.
    """

    sensor: str
    zone: str
    filmed_by: str
    from_on: date
    until_on: date | None = None


def filmed(
    register: Iterable[Overlap], sensor: str, zone: str, first: date, last: date | None = None
) -> tuple[Overlap, ...]:
    """Return who films this zone too, on any day from ``first`` to ``last`` (that day alone by default).

    All that a sensor sees (an empty ``zone``) is filmed as soon as one of its zones is.
    """
    last = last or first
    return tuple(
        line
        for line in register
        if line.sensor == sensor
        and (not zone or not line.zone or line.zone == zone)
        and line.from_on <= last
        and (line.until_on is None or line.until_on >= first)
    )


def label(
    register: Iterable[Overlap],
    sensor: str,
    zone: str,
    mode: str,
    first: date,
    last: date | None = None,
) -> Label:
    """Return what the output of ``mode`` about this zone may be called, on these days."""
    if mode != "statistics":
        return "personal"
    return "filmed" if filmed(register, sensor, zone, first, last) else "anonymous"
