"""The letters of the water service: of a month or a reading, an early warning, the notice, a paper code.

A letter is composed as data (:mod:`.content`) in any language and printed as a tagged PDF
(:mod:`.printing`). The early warning and the notice are two letters on purpose: the first has no legal
effect, the second starts the month in which a plumber's attestation caps the bill. No letter decides
anything.
"""

from bacasable.services.water_use.engine.letters.content import (
    Between,
    Block,
    Letter,
    Month,
    Notice,
    Parties,
    Similar,
    Warned,
    Wording,
)
from bacasable.services.water_use.engine.letters.leaking import compose_notice, compose_warning
from bacasable.services.water_use.engine.letters.monthly import compose_code, compose_month, compose_reading
from bacasable.services.water_use.engine.letters.printing import pdf

__all__ = [
    "Between",
    "Block",
    "Letter",
    "Month",
    "Notice",
    "Parties",
    "Similar",
    "Warned",
    "Wording",
    "compose_code",
    "compose_month",
    "compose_notice",
    "compose_reading",
    "compose_warning",
    "pdf",
]
