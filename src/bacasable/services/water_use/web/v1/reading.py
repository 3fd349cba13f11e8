"""Releases, forecasts, one's own home; and the door at which refused uses are told why."""

import json
import uuid
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest
from ninja import Router

from bacasable.people.permissions import allow
from bacasable.services.water_use.processing import PROCESSING, READINGS, REFUSED_USES
from bacasable.services.water_use.web import looking, publishing, taking_away, visiting
from bacasable.services.water_use.web.actions import forecasts
from bacasable.services.water_use.web.models import Release
from bacasable.services.water_use.web.v1.refusals import Refusal

router = Router()
REFUSALS: dict[int, Any] = dict.fromkeys((400, 403, 404, 503), Refusal)


@router.get("/releases", response={200: list[str], **REFUSALS}, summary="Months published")
@allow("water_use.read")
def releases(request: HttpRequest, purpose: str = "") -> list[str]:
    """The months of which quantiles of similar homes are published, the last first."""
    _asked_for(purpose)
    return list(Release.objects.filter(kind=publishing.QUANTILES).values_list("period", flat=True))


@router.get("/releases/{period}", response={200: dict[str, Any], **REFUSALS}, summary="Quantiles of a month")
@allow("water_use.read")
def release(request: HttpRequest, period: str, purpose: str = "") -> dict[str, Any]:
    """What was published for a month (``2026-10``), as it was published."""
    _asked_for(purpose)
    row = Release.objects.filter(kind=publishing.QUANTILES, period=period).first()
    if row is None:
        raise Http404
    content: dict[str, Any] = json.loads(row.content)
    return content


@router.get(
    "/districts/forecast", response={200: dict[str, Any], **REFUSALS}, summary="Forecast of districts"
)
@allow("water_use.districts")
def forecast(request: HttpRequest, purpose: str = "") -> dict[str, Any]:
    """Litres an hour for seven days, beside the trivial forecast, with the past error of both."""
    _asked_for(purpose)
    made = forecasts.last()
    if made is None:
        raise Http404
    return {"day": made.figures["day"], "forecasts": made.figures["forecasts"]}


@router.get("/homes/{public_id}", response={200: dict[str, Any], **REFUSALS}, summary="One's own home")
@allow("water_use.own_home")
def home(request: HttpRequest, public_id: uuid.UUID, purpose: str = "") -> dict[str, Any]:
    """All that is held of a home that the identity of this session opens."""
    _asked_for(purpose)
    held = taking_away.everything(visiting.own(request, public_id))
    told: dict[str, Any] = json.loads(json.dumps(held, cls=DjangoJSONEncoder))
    return told


@router.get("/uses/{word}", response={200: dict[str, str], **REFUSALS}, summary="Is this use declared?")
@allow("water_use.read")
def use(request: HttpRequest, word: str) -> dict[str, str]:
    """Whether readings serve a purpose: refused ones answer 403 with the reason of the declaration."""
    _asked_for(word)
    return {"purpose": word, "label": PROCESSING.purpose(word).label}


def _asked_for(purpose: str) -> None:
    """Ask the gate for a purpose that a caller names: it refuses what readings never serve, and why."""
    if purpose and (purpose not in {one.key for one in PROCESSING.purposes} or purpose in REFUSED_USES):
        looking.gate().admit(purpose=purpose, data_set=READINGS, fields=("meter",))
