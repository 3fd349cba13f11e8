"""Who decides: what a page offers, the log of what advisers did, and what is read from it of a service."""

from bacasable.services.job_advice.engine.indicators.acts import (
    ON_INTERVIEW,
    ON_ITEM,
    POLICY,
    VERBS,
    Act,
    Offer,
    Policy,
    Shown,
    Verb,
)
from bacasable.services.job_advice.engine.indicators.services import (
    FAST_SECONDS,
    LEAST_ADVISERS,
    OTHERS,
    READING_DAYS,
    Indicators,
    indicators,
)
from bacasable.services.job_advice.engine.indicators.shares import Difference, Share
from bacasable.services.job_advice.engine.indicators.ways import Read, way_of

__all__ = [
    "FAST_SECONDS",
    "LEAST_ADVISERS",
    "ON_INTERVIEW",
    "ON_ITEM",
    "OTHERS",
    "POLICY",
    "READING_DAYS",
    "VERBS",
    "Act",
    "Difference",
    "Indicators",
    "Offer",
    "Policy",
    "Read",
    "Share",
    "Shown",
    "Verb",
    "indicators",
    "way_of",
]
