"""Where the impact assessment of a service stands here: as declared, or as its controller recorded it.

A declaration comes in a package, whose author cannot know what each controller has assessed. What a
controller records prevails over what is declared. It holds for the declaration that was assessed, until the
day of its review; what happens after that is one of three, and only the first stops a service at once:

- what the assessment rests on has changed (data, purposes, recipients, retention, security...): nothing that
  was not assessed passes (GDPR 35(1), 35(11));
- the day of the review is past: the processing is the one that was assessed, so :data:`GRACE` is left;
- the words alone have changed: somebody looks at them, and people risk nothing meanwhile.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from bacasable.compliance import clock
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_

#: How long a service goes on after the day of the review: no text says it, a choice to be checked by each
#: controller. The day was chosen by people who may be away; what runs is what they assessed.
GRACE = timedelta(days=30)

Status = Literal["not_due", "to_do", "in_progress", "validated", "to_review", "revoked"]

CHANGED = N_(
    "what the assessment rests on has changed since: data, purposes, recipients, retention or security"
)
REWORDED = N_("the words of the declaration have changed since, not what the assessment rests on")
OVERDUE = N_("the day of its review is past")


@dataclass(frozen=True)
class RecordedDpia:
    """The last thing that a controller recorded of one service's assessment.

    ``declaration_sha256`` and ``risk_sha256`` are those of the declaration that was assessed
    (:meth:`Processing.digest`, :meth:`Processing.risk_digest`); ``review_on`` is the last day on which it may
    be relied upon without a review; ``revoked_on`` is None while it holds.
    """

    declaration_sha256: str
    risk_sha256: str
    validated_on: date
    validated_by: str
    review_on: date
    reference: str = ""
    revoked_on: date | None = None


class DpiaRecords(Protocol):
    """Where an installation keeps what was recorded."""

    def last(self, service: str) -> RecordedDpia | None:
        """Return the last record of a service; None where nothing was ever recorded."""


@dataclass(frozen=True)
class Standing:
    """How far an assessment is, whether production may go on, and why somebody must look (a marked message).

    ``until`` is the last day on which production goes on, where that is known.
    """

    status: Status
    allows_production: bool
    why: str = ""
    until: date | None = None


def standing(declared: Processing, recorded: RecordedDpia | None, at: datetime) -> Standing:
    """Return where the assessment of ``declared`` stands at an instant (aware; the controller's calendar)."""
    if recorded is None:
        return Standing(declared.dpia.status, declared.dpia.allows_production)
    free = not declared.dpia.is_due  # it never waits for one
    if recorded.revoked_on is not None:
        return Standing("revoked", free)
    if recorded.risk_sha256 != declared.risk_digest():
        return Standing("to_review", free, CHANGED)
    today, last = at.astimezone(clock.zone()).date(), recorded.review_on + GRACE
    if today > recorded.review_on:
        return Standing("to_review", free or today <= last, OVERDUE, None if free else last)
    if recorded.declaration_sha256 != declared.digest():
        return Standing("to_review", True, REWORDED, None if free else last)
    return Standing("validated", True, until=None if free else last)
