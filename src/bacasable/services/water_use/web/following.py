"""Whether the use of a home changed after an action, beside that of similar homes over the same months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.advice import Followed, followed
from bacasable.services.water_use.web import looking, publishing
from bacasable.services.water_use.web.models import Contract
from bacasable.ui.saying import spoken

#: Weeks looked at on each side of an action.
WEEKS = 8


@dataclass(frozen=True)
class Change:
    """What came of an action: figures, or in ``why`` the reason why none can be given yet."""

    figures: Followed | None
    why: str = ""


def change(contract: Contract, on: date) -> Change | None:
    """Return what changed after a day, None where the meter's readings are too rare to tell.

    Raises:
        NotYet, Refused: the readings cannot be read (:func:`.looking.days`).
    """
    if contract.grain == "index":
        return None
    last = min(looking.today() - timedelta(days=1), on + timedelta(weeks=WEEKS))
    found = looking.days(contract, on - timedelta(weeks=WEEKS), last)
    before, after = _weeks(found, on - timedelta(weeks=WEEKS), on), _weeks(found, on, last)
    try:
        home = looking.declared(contract)
        similar = [publishing.median_of(home, month) for month in (on - timedelta(days=28), last)]
        return Change(followed(before, after, *similar))
    except Refused as refused:
        return Change(None, spoken(refused.said))


def _weeks(found: Iterable[looking.Day], first: date, end: date) -> list[float]:
    """Return the mean litres a day of each whole week between two days, those without water left out."""
    litres = {day.day: day.litres for day in found}
    weeks = []
    while first + timedelta(days=7) <= end:
        week = [litres.get(first + timedelta(days=number)) for number in range(7)]
        known = [value for value in week if value is not None]
        if len(known) == 7 and sum(known) > 0:
            weeks.append(sum(known) / 7)
        first += timedelta(days=7)
    return weeks
