"""The log of acts as indicators read it: no name, a number for each adviser, drawn again each time.

Read through the gate, for the purpose of measuring whether people decide; never adviser by adviser.
"""

import secrets
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from bacasable.compliance import clock
from bacasable.services.job_advice.engine.indicators import Act, Indicators, Read, indicators, way_of
from bacasable.services.job_advice.processing import MEASURE, TRAINING_OF_ADVISERS
from bacasable.services.job_advice.processing.purposes import ACT, TRAINING
from bacasable.services.job_advice.web import gates
from bacasable.services.job_advice.web import models as rows

#: The service of an installation: indicators are of it as a whole.
SERVICE = "job_advice"
#: Months before this one that may be looked at.
MONTHS = 12


def months(today: date) -> list[str]:
    """Return the months that are over and may be looked at, the last first, as ``2026-10``."""
    made = []
    day = today.replace(day=1)
    for _each in range(MONTHS):
        day = (day - timedelta(days=1)).replace(day=1)
        made.append(f"{day:%Y-%m}")
    return made


def of_month(month: str, today: date) -> tuple[Indicators, Read]:
    """Return the indicators of the service for a month that is over, and what they say together.

    Raises:
        Refused: a month that is not over, fewer than five advisers, or one who made more than half.
    """
    found = indicators(_log(month), service=SERVICE, month=month, today=today)
    return found, way_of(found)


def _log(month: str) -> Iterator[Act]:
    """Yield the acts of a month, and what was done of decoys in training."""
    first = datetime.combine(date.fromisoformat(f"{month}-01"), time(), clock.zone())
    after = datetime.combine((first.date() + timedelta(days=31)).replace(day=1), time(), clock.zone())
    gates.gate().admit(purpose=MEASURE.key, data_set=ACT, fields=("verb", "is_changed", "reading_ms", "at"))
    numbers = _Numbers()
    acts = rows.Act.objects.filter(at__gte=first, at__lt=after).select_related("item", "interview__file")
    for one in acts.order_by("at", "pk"):
        yield Act(
            verb=one.verb,  # type: ignore[arg-type]
            on=one.at.astimezone(clock.zone()).date(),
            interview=str(one.interview_id),
            adviser=numbers[one.adviser],
            service=SERVICE,
            item=str(one.item_id) if one.item_id else None,
            rank=one.item.rank if one.item else None,
            reading_ms=one.reading_ms,
            group=one.interview.file.department or None,
            changed=one.is_changed if one.verb in ("retained", "modified") else None,
        )
    gates.gate().admit(purpose=TRAINING_OF_ADVISERS.key, data_set=TRAINING, fields=("adviser",))
    decoys = rows.TrainingItem.objects.filter(is_decoy=True, at__gte=first, at__lt=after).exclude(verb="")
    for decoy in decoys.select_related("training"):
        yield Act(
            verb=decoy.verb,  # type: ignore[arg-type]
            on=decoy.at.astimezone(clock.zone()).date() if decoy.at else first.date(),
            interview=f"training {decoy.training_id} {decoy.file}",
            adviser=numbers[decoy.training.adviser],
            service=SERVICE,
            item=str(decoy.pk),
            is_decoy=True,
        )


class _Numbers:
    """A number for each account, drawn again each time: it tells advisers apart and names none."""

    def __init__(self) -> None:
        self._dice = Random(secrets.randbits(64))  # noqa: S311 (numbers that need only differ)
        self._of: dict[UUID | None, int] = {}

    def __getitem__(self, account: UUID | None) -> int:
        if account not in self._of:
            self._of[account] = self._dice.getrandbits(48)
        return self._of[account]
