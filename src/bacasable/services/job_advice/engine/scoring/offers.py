"""Sessions of training and events of the base, as lists by what they are about; and how far they are."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential


@dataclass(frozen=True)
class Session:
    """A session of a training: when, where, how long, how many places.

    ``months`` and ``weekly`` (hours of training a week) are None where the file does not tell them.
    """

    reference: str
    title: str
    starts: date
    months: float | None
    weekly: float | None
    department: str
    city: str
    mode: str
    places: int | None


@dataclass(frozen=True)
class Event:
    """An event: what kind, when and where, the occupations (places in the base) that it is about."""

    reference: str
    kind: str
    title: str
    starts: date
    department: str
    city: str
    occupations: frozenset[int]


class Offers:
    """Sessions by certification, and events, in order of date."""

    def __init__(self, referential: "Referential", places: dict[str, int]) -> None:
        self.sessions: dict[str, list[Session]] = defaultdict(list)
        columns = (
            "certification",
            "reference",
            "title",
            "starts",
            "ends",
            "department",
            "city",
            "mode",
            "places",
            "hours",
        )
        table = referential.sessions.select(columns).sort("starts", "reference")
        for about, reference, title, starts, ends, department, city, mode, seats, hours in table.iter_rows():
            if about:
                days = None if ends is None else max((ends - starts).days, 1)
                self.sessions[about].append(
                    Session(
                        reference,
                        title,
                        starts,
                        None if days is None else days / 30.4,
                        None if days is None or not hours else hours / max(days / 7, 1),
                        department,
                        city or "",
                        mode or "on_site",
                        seats,
                    )
                )
        events = referential.events.select(
            "reference", "kind", "title", "starts", "department", "city", "occupations"
        ).sort("starts", "reference")
        self.events = [
            Event(
                reference,
                kind,
                title,
                starts,
                department,
                city or "",
                frozenset(places[code] for code in occupations or () if code in places),
            )
            for reference, kind, title, starts, department, city, occupations in events.iter_rows()
        ]
