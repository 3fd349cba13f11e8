"""An evaluation by lot: who receives the comparison at once, who waits, and what it changed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms import Pseudonyms
from bacasable.services.water_use.processing import EVALUATE, READINGS
from bacasable.services.water_use.web import linkage, looking, running, sealed
from bacasable.services.water_use.web.actions.acts import act
from bacasable.services.water_use.web.models import Contract, LotDraw, Objection

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bacasable.services.water_use.engine.lots import Effect

#: Homes of an evaluation, at least: two sides of fifty.
LEAST = 100


def draw(*, evaluation: str, share: float, by: User) -> tuple[int, int]:
    """Draw who receives the comparison; return how many do and how many wait. Alerts are never drawn.

    Raises:
        Refused: it was drawn before, another one runs, or there are too few homes.
    """
    from bacasable.services.water_use.engine.lots import draw as drawn_of

    require(by, "water_use.manage")
    if LotDraw.objects.exists():
        raise Refused(
            N_("An evaluation was drawn already. Homes take part in one at a time: end it before another.")
        )
    looking.gate().admit(purpose=EVALUATE.key, data_set=READINGS, fields=("daily", "meter"))
    homes = Contract.objects.filter(closed_on=None).exclude(grain="index")
    # objecting to an evaluation also keeps a home from waiting
    homes = homes.exclude(objections__in=_objections())
    named = {sealed.meter_of(contract, EVALUATE.key): contract for contract in homes}
    if len(named) < LEAST:
        raise Refused(N_("{count} homes may take part; {least} are needed"), count=len(named), least=LEAST)
    receives = drawn_of(named, _secret(evaluation), share=share)
    now = clock.now()
    with act("lots_drawn", f"evaluation:{evaluation}", by, homes=len(named), receive=len(receives)):
        LotDraw.objects.bulk_create(
            (
                LotDraw(contract=contract, evaluation=evaluation, receives=meter in receives, drawn_at=now)
                for meter, contract in named.items()
            ),
            batch_size=500,
        )
    return len(receives), len(named) - len(receives)


def end(*, evaluation: str, by: User) -> None:
    """End an evaluation: nobody waits any more, and the lots are gone."""
    require(by, "water_use.manage")
    with act("evaluation_ended", f"evaluation:{evaluation}", by):
        LotDraw.objects.filter(evaluation=evaluation).delete()


def measured(evaluation: str) -> tuple["Effect", str, str]:
    """Return the effect, with the months compared: the last whole one before the draw, the last after.

    Raises:
        Refused: no whole month has passed since the draw, or fewer than fifty homes on a side.
    """
    from bacasable.services.water_use.engine.jobs import means_of
    from bacasable.services.water_use.engine.lots import effect

    rows = LotDraw.objects.filter(evaluation=evaluation).exclude(contract__objections__in=_objections())
    drawn = {sealed.meter_of(row.contract): row for row in rows.select_related("contract")}
    if not drawn:
        raise Refused(N_("nothing was drawn under this name"))
    on = min(row.drawn_at for row in drawn.values()).astimezone(clock.zone()).date()
    before = _month_before(on.replace(day=1))
    after = _month_before(looking.today().replace(day=1))
    if after <= on:
        raise Refused(N_("no whole month has passed since the draw: come back when one has"))
    looking.gate().admit(purpose=EVALUATE.key, data_set=READINGS, fields=("daily", "meter"))
    months = f"{before:%Y-%m}", f"{after:%Y-%m}"
    engine = running.settings().core_engine
    first, last = (_of(means_of(running.readings(), month, engine), drawn) for month in months)
    return effect(first, last, {meter for meter, row in drawn.items() if row.receives}), *months


def _of(means: Mapping[str, float], drawn: Mapping[str, LotDraw]) -> dict[str, float]:
    return {meter: litres for meter, litres in means.items() if meter in drawn}


def _objections() -> "QuerySet[Objection]":
    return Objection.objects.filter(purpose=EVALUATE.key, withdrawn_at=None)


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _secret(evaluation: str) -> bytes:
    """Return the secret of an evaluation: from a key of its own, which can be destroyed."""
    scope = f"water_use-lot-{evaluation}"
    if not linkage.keys().had(scope):
        linkage.keys().create(scope)
    return Pseudonyms(linkage.keys(), scope).of(evaluation, "LOT").encode()
