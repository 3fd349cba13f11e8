"""What the engine talks about: homes as declared, leaks, quantiles of similar homes.

A ``meter`` is a string that stands for a meter within one purpose (a pseudonym): the engine never sees a
name, an address or a contract. Volumes are whole litres, hours are those of the civil clock at the place.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

DwellingKind = Literal["flat", "house"]
#: What the readings of a meter allow: two index readings a year, a total a day, or 24 hourly volumes.
Grain = Literal["index", "daily", "hourly"]
#: What may be said of a leak: running now, stopped, told to be something else, or not to be seen any more.
LeakState = Literal["open", "stopped", "explained", "unknown"]


#: Days of a month that must have been read for its mean to be told and compared.
ENOUGH_DAYS = 20


@dataclass(frozen=True)
class Declared:
    """What is known of a home besides its water: declared by the household, or of the building.

    ``members`` (1 or more) and ``garden``, ``pool``, ``dishwasher`` are the household's word; ``dwelling``
    and ``surface_m2`` may come from the building. None is "not said", never zero.
    """

    meter: str
    district: str
    dwelling: DwellingKind | None = None
    members: int | None = None
    garden: bool | None = None
    pool: bool | None = None
    dishwasher: bool | None = None
    surface_m2: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no home can be.

        Raises:
            ValueError: no member, or no surface.
        """
        if self.members is not None and self.members < 1:
            raise ValueError(f"members: {self.members}; a home has one member or more, or none is said")
        if self.surface_m2 is not None and self.surface_m2 < 1:
            raise ValueError(f"surface_m2: {self.surface_m2}; a home has a surface, or none is said")


@dataclass(frozen=True)
class Leak:
    """Water that never stops running at a meter.

    ``litres_per_hour`` is the flow that does not stop; ``confidence`` (0 to 1) the share of such flags that
    were leaks on the synthetic city, for this flow and this length: never a judgement on a home.
    """

    meter: str
    start: datetime
    last_seen: datetime
    litres_per_hour: float
    confidence: float
    state: LeakState = "open"

    @property
    def hours(self) -> int:
        """Hours from the start to the last hour seen, both counted."""
        return int((self.last_seen - self.start).total_seconds() // 3600) + 1

    @property
    def litres(self) -> int:
        """Litres lost so far."""
        return round(self.litres_per_hour * self.hours)


@dataclass(frozen=True)
class Quantiles:
    """Litres a day of similar homes, as published: what a browser needs to place a home among them.

    ``levels`` are shares in growing order (0.1 ... 0.9), ``litres`` the volumes at these shares; ``n`` the
    homes counted, at least the k of the release. ``variables`` name what "similar" means, with its values.
    """

    period: str
    variables: tuple[tuple[str, str], ...]
    n: int
    levels: tuple[float, ...]
    litres: tuple[int, ...]


@dataclass(frozen=True)
class Forecast:
    """Water asked for by a district, hour by hour: the model's, and the trivial one's beside it.

    ``litres`` and ``baseline_litres`` have one value per hour from ``start``; ``used`` says which of the two
    is served: a model that did not beat the trivial one on past weeks is not.
    """

    district: str
    start: datetime
    litres: tuple[int, ...]
    baseline_litres: tuple[int, ...]
    used: Literal["model", "baseline"]
    past_mape: float
    past_baseline_mape: float


@dataclass(frozen=True)
class Volume:
    """A volume over a period, first and last day included; ``estimated`` where no meter was read."""

    meter: str
    first: date
    last: date
    litres: int
    estimated: bool = False
    details: tuple[str, ...] = field(default=())
