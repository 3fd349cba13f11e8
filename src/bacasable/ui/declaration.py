"""The declarations of this installation's services, arranged for the page on personal data."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.declaration import DataField, Period, Retention
from bacasable.compliance.law import CATEGORIES
from bacasable.compliance.processing import Processing


@dataclass(frozen=True)
class Declared:
    """One declaration, with the rows that the page shows."""

    processing: Processing
    purposes: list[dict[str, Any]]
    data: list[dict[str, Any]]
    recipients: list[dict[str, Any]]


def declarations() -> list[Declared]:
    """Load and arrange the declaration of each service of the catalogue, in the order of their keys."""
    found = []
    for service in catalogue().values():
        module, _colon, name = service.processing.partition(":")
        found.append(_arrange(getattr(import_module(module), name)))
    return found


def _arrange(processing: Processing) -> Declared:
    labels = {purpose.key: _(purpose.label) for purpose in processing.purposes}
    return Declared(
        processing,
        purposes=[
            {
                "purpose": _(purpose.label).capitalize(),
                "basis": f"{_(purpose.basis.label)} ({_('GDPR')} {purpose.basis.value})"
                if purpose.basis
                else "",
                "text": purpose.founded_on,
            }
            for purpose in processing.purposes
        ],
        data=[
            {
                "data": _(item.label).capitalize(),
                "category": _category(item),
                "purposes": "; ".join(labels[key] for key in item.purposes),
                "retention": kept(item.retention) if item.retention else "",
            }
            for item in processing.data
        ],
        recipients=[
            {"name": _(one.name), "for": "; ".join(labels.get(key, key) for key in one.purposes)}
            for one in processing.recipients
        ],
    )


def _category(item: DataField) -> str:
    category = CATEGORIES.get(item.category) if isinstance(CATEGORIES, dict) else None
    return _(category.label) if category else item.category


def length(period: Period) -> str:
    """Write a length of time: years when months make whole ones."""
    parts = []
    if period.months and period.months % 12 == 0:
        years = period.months // 12
        parts.append(ngettext("%(count)d year", "%(count)d years", years) % {"count": years})
    elif period.months:
        parts.append(
            ngettext("%(count)d month", "%(count)d months", period.months) % {"count": period.months}
        )
    if period.days:
        parts.append(ngettext("%(count)d day", "%(count)d days", period.days) % {"count": period.days})
    return " ".join(parts)


def kept(retention: Retention) -> str:
    """Write how long data are kept, from when, and what happens then."""
    ends = {
        "destroy": pgettext("fate of data", "destroyed"),
        "anonymise": pgettext("fate of data", "made anonymous"),
        "transfer": pgettext("fate of data", "transferred to the public archives"),
    }
    sentence = _("%(length)s from: %(event)s") % {
        "length": length(retention.current),
        "event": _(retention.starts),
    }
    if not retention.intermediate.is_empty:
        sentence += "; " + _("then %(length)s in an archive with narrower access") % {
            "length": length(retention.intermediate)
        }
    return f"{sentence}; " + _("then %(fate)s") % {"fate": ends[retention.final]}
