"""Releases of quantiles as they were published, read back for pages."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Q

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.comparison.placing import place, similar
from bacasable.services.water_use.engine.comparison.publishing import Release as Published
from bacasable.services.water_use.engine.comparison.publishing import from_json
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.web import running
from bacasable.services.water_use.web.models import Contract, Release

QUANTILES, PROFILE = "quantiles", "profile"


def ledger_path() -> Path:
    """Return where what is spent of the privacy budget is written."""
    return running.folder() / "ledger"


def of_period(period: str) -> Published | None:
    """Return what was published for a period (``2026-10``), None where nothing was."""
    row = Release.objects.filter(kind=QUANTILES, period=period).first()
    return from_json(row.content) if row else None


def last(grain: str = "") -> Published | None:
    """Return the last release for homes of a grain, None before the first.

    Homes read by index are held against the last year of such homes, all others against the last month;
    where nothing of that kind was published, against the other.
    """
    rows = Release.objects.filter(kind=QUANTILES).order_by("-period")
    is_year = Q(period__regex=r"^\d{4}$")
    own = is_year if grain == "index" else ~is_year
    row = rows.filter(own).first() or rows.exclude(own).first()
    return from_json(row.content) if row else None


def last_profile() -> dict[str, Any] | None:
    """Return the last mean day by the hour: ``day, homes, litres, error, epsilon``; None before the first."""
    row = Release.objects.filter(kind=PROFILE).order_by("-period").first()
    if row is None:
        return None
    told: dict[str, Any] = json.loads(row.content)
    return told


def median_of(home: Declared, day: date) -> int:
    """Return the median litres a day of similar homes in the month of a day.

    Raises:
        Refused: nothing was published for that month.
    """
    found = of_period(f"{day:%Y-%m}")
    if found is None:
        raise Refused(N_("nothing was published for {month} yet"), month=f"{day:%Y-%m}")
    return place(0, similar(found, home).quantiles).median


def waits(contract: Contract) -> bool:
    """Say whether the lot of an evaluation lets this home wait for the comparison."""
    drawn = contract.draws.order_by("-drawn_at").first()
    return drawn is not None and not drawn.receives
