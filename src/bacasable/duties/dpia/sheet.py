"""Where an assessment stands, in words: on its own page and on the board."""

from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.compliance.deployment import data_are_fictional
from bacasable.compliance.dpia import Standing
from bacasable.compliance.exports.assessed import DPIA_STATUS
from bacasable.compliance.processing import Processing
from bacasable.duties.dpia.queries import counting

#: How long before the day of its review an assessment is told on the board.
SOON = timedelta(days=30)


def badge(declared: Processing, stands: Standing) -> str | dict[str, str]:
    """Return the state in a few words, as the board shows it: coloured where somebody is awaited."""
    row = counting(declared.service)
    if not stands.allows_production:
        waits = {
            "revoked": _("revoked: production is refused"),
            "to_review": _("to review: production is refused"),
        }
        return {"badge": waits.get(stands.status, _("to validate: production is refused")), "colour": "red"}
    if stands.status == "to_review":
        said = _("to review: production goes on until %(date)s") % {"date": _day(stands.until)}
        return {"badge": said if stands.until else _("to review"), "colour": "orange"}
    if row and stands.status == "validated" and row.review_on - localdate(clock.now()) <= SOON:
        said = _("to be reviewed by %(date)s") % {"date": _day(row.review_on)}
        return {"badge": said, "colour": "yellow"}
    assessment = _("due: %(status)s") if declared.dpia.is_due else _("not due: %(status)s")
    return assessment % {"status": _(DPIA_STATUS[stands.status])}


def standing_facts(declared: Processing, stands: Standing) -> list[dict[str, Any]]:
    """Return the lines that say where an assessment stands, and what follows for production."""
    row = counting(declared.service)
    pairs = [
        (_("Is it due?"), _("yes (GDPR art. 35)") if declared.dpia.is_due else _("no")),
        (_("State"), capfirst(_(DPIA_STATUS[stands.status]))),
        (_("Why"), capfirst(_(stands.why)) if stands.why else ""),
        (_("In production"), _production(stands)),
    ]
    if row and stands.status in ("validated", "to_review"):
        pairs.append((_("Next review by"), _day(row.review_on)))
    return [{"key": key, "value": value} for key, value in pairs if value]


def _production(stands: Standing) -> str:
    if data_are_fictional():
        return _("This is a demonstration: people are fictional, and no assessment is awaited.")
    if not stands.allows_production:
        return _("The gate refuses every reading of data until a validation is recorded.")
    if stands.status == "to_review" and stands.until:
        return _("Readings go on until %(date)s, and are refused after that without a review.") % {
            "date": _day(stands.until)
        }
    return _("The gate lets through what the declaration allows.")


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
