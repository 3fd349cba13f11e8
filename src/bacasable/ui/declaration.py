"""The declarations of this installation's services, arranged for the page on personal data."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.declaration import DataField, Period, Purpose, Retention
from bacasable.compliance.law import CATEGORIES
from bacasable.compliance.processing import Processing


@dataclass(frozen=True)
class Declared:
    """One declaration, with the rows that the page shows."""

    processing: Processing
    purposes: list[dict[str, Any]]
    data: list[dict[str, Any]]
    recipients: list[dict[str, Any]]

    @property
    def purpose_columns(self) -> list[dict[str, str]]:
        return [
            {"key": "purpose", "label": _("Purpose")},
            {"key": "basis", "label": _("Lawful basis")},
            {"key": "text", "label": _("Legal reference")},
        ]

    @property
    def data_columns(self) -> list[dict[str, str]]:
        return [
            {"key": "data", "label": _("Data")},
            {"key": "category", "label": _("Category")},
            {"key": "purposes", "label": _("Purpose")},
            {"key": "retention", "label": _("How long")},
        ]

    @property
    def recipient_columns(self) -> list[dict[str, str]]:
        return [{"key": "name", "label": _("Recipient")}, {"key": "for", "label": _("Purpose")}]

    @property
    def slug(self) -> str:
        """The service as addresses name it."""
        return self.processing.service.replace("_", "-")

    @property
    def purposes_id(self) -> str:
        return f"{self.processing.service}-purposes"

    @property
    def data_id(self) -> str:
        return f"{self.processing.service}-data"

    @property
    def recipients_id(self) -> str:
        return f"{self.processing.service}-recipients"


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
                "purpose": capfirst(_(purpose.label)),
                "basis": _basis(purpose),
                "text": _(purpose.founded_on) if purpose.founded_on else "",
            }
            for purpose in processing.purposes
        ],
        data=[
            {
                "data": capfirst(_(item.label)),
                "category": _category(item),
                "purposes": semicolon().join(labels[key] for key in item.purposes),
                "retention": kept(item.retention) if item.retention else "",
            }
            for item in processing.data
        ],
        recipients=[
            {
                "name": capfirst(_(one.name)),
                "for": semicolon().join(labels.get(key, key) for key in one.purposes),
            }
            for one in processing.recipients
        ],
    )


def _basis(purpose: Purpose) -> str:
    if purpose.basis is None:
        return ""
    article = _("GDPR, article %(article)s") % {"article": purpose.basis.value}
    return f"{capfirst(_(purpose.basis.label))} ({article})"


def _category(item: DataField) -> str:
    return capfirst(_(CATEGORIES[item.category].label))


def semicolon() -> str:
    """What stands between the items of a list; French sets it off from the word before."""
    return pgettext("end of an item of a list", ";") + " "


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
        sentence += semicolon() + _("then %(length)s in an archive with narrower access") % {
            "length": length(retention.intermediate)
        }
    return sentence + semicolon() + _("then %(fate)s") % {"fate": ends[retention.final]}
