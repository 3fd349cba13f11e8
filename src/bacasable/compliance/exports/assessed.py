"""An impact assessment told in a language: due or not, how far it is, what was recorded of it."""

from datetime import date

from bacasable.compliance.declaration import Dpia
from bacasable.compliance.dpia import Standing
from bacasable.compliance.exports.interface import Context
from bacasable.compliance.service import N_

BOTH = N_("%(label)s: %(value)s")
DPIA_STATUS = {
    "not_due": N_("not due"),
    "to_do": N_("to do"),
    "in_progress": N_("in progress"),
    "validated": N_("validated"),
    "to_review": N_("to review"),
    "revoked": N_("revoked"),
}


def status(stands: Standing, context: Context) -> str:
    """Return how far an assessment is, with the dates of what was recorded of it."""
    recorded, told = context.dpia, context.say(DPIA_STATUS[stands.status])
    if recorded is None:
        return told
    if stands.status == "revoked":
        return context.say(BOTH, label=told, value=_day(recorded.revoked_on))
    if stands.why:
        told = context.say(BOTH, label=told, value=context.say(stands.why))
    return context.say(
        N_("%(status)s (validated on %(date)s, next review by %(review)s)"),
        status=told,
        date=_day(recorded.validated_on),
        review=_day(recorded.review_on),
    )


def told(declared: Dpia, stands: Standing, context: Context) -> str:
    """Return whether an assessment is due, how far it is, and why."""
    said = status(stands, context)
    if declared.is_due:
        said = context.say(N_("due; %(status)s"), status=said)
    elif stands.status != "not_due":
        said = context.say(N_("not due; %(status)s"), status=said)
    return context.say(BOTH, label=said, value=context.say(declared.reason)) if declared.reason else said


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
