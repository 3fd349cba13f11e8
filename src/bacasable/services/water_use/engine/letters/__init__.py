"""The letters of the water service: of a month, an early warning, the notice of the law, a paper code.

A letter is composed as data (:mod:`.content`) in any language and printed as a tagged PDF
(:mod:`.printing`). The early warning and the notice are two letters on purpose: the first has no legal
effect, the second starts the month in which a plumber's attestation caps the bill. No letter decides
anything.
"""

from bacasable.services.water_use.engine.letters.content import (
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
from bacasable.services.water_use.engine.letters.monthly import compose_code, compose_month
from bacasable.services.water_use.engine.letters.printing import pdf

__all__ = [
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
    "compose_warning",
    "pdf",
]
