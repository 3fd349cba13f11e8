"""How the household's pages say things: leaks in words, curves as charts, volumes with their cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bacasable.services.water_use.engine.meters import Leak, Quantiles, Volume
from bacasable.services.water_use.web import running
from bacasable.services.water_use.web.looking import Day, Month
from bacasable.services.water_use.web.models import EXPLANATIONS, LEAK_STATES, Incident
from bacasable.ui.charts import BarChart, LineChart, Threshold, Value

_COLOURS = {"open": "red", "stopped": "green", "explained": "blue", "unknown": "grey"}
#: Litres times thousandths of a euro a cubic metre, for one cent.
_FOR_A_CENT = 10_000


def cents(litres: float) -> int:
    """Return what a volume costs at the price here."""
    return round(litres * running.price() / _FOR_A_CENT)


@dataclass(frozen=True)
class LeakShown:
    """A leak or an unusual volume as its page shows it."""

    incident: Incident
    state: str
    colour: str
    flow: str
    volume: str
    litres: int
    euros: str
    sure: str
    answer: str

    @property
    def is_flow(self) -> bool:
        """Whether water was seen to run without a stop, instead of a volume above the average."""
        return self.incident.kind == "flow"


def leak(incident: Incident) -> LeakShown:
    """Return a leak in words: how much so far, what it costs, how sure the software is."""
    litres = incident.litres or 0
    sure = ""
    if incident.kind == "flow" and incident.litres_per_hour is not None:
        seen = Leak(
            "", incident.start, incident.last_seen, incident.litres_per_hour, incident.confidence or 0.0
        )
        litres = seen.litres
        if incident.confidence is not None:
            sure = _("About %(sure)d of 100 such alerts were leaks in the synthetic city.") % {
                "sure": round(100 * incident.confidence)
            }
    elif incident.average_litres is not None:
        litres = max(0, litres - incident.average_litres)
    return LeakShown(
        incident,
        _(dict(LEAK_STATES)[incident.state]),
        _COLOURS[incident.state],
        flow_text(incident.litres_per_hour or 0.0),
        litres_text(litres),
        litres,
        euros(litres),
        sure,
        _(dict(EXPLANATIONS)[incident.explained_as]) if incident.explained_as else "",
    )


def euros(litres: float) -> str:
    """Return what a volume costs at the price here, in the language of the page."""
    return money(cents(litres))


def money(cents: int) -> str:
    """Return an amount in the language of the page."""
    written = number_format(cents / 100, decimal_pos=2, use_l10n=True, force_grouping=True)
    return pgettext("amount of money", "€%(amount)s") % {"amount": written}


def litres_text(litres: float) -> str:
    """Return a volume in the language of the page."""
    number = number_format(round(litres), use_l10n=True, force_grouping=True)
    return pgettext("volume", "%(number)s L") % {"number": number}


def flow_text(litres_per_hour: float) -> str:
    """Return a flow as a volume an hour: with a digit behind the comma where it is small."""
    if litres_per_hour >= 10:
        return litres_text(litres_per_hour)
    number = number_format(litres_per_hour, decimal_pos=1, use_l10n=True)
    return pgettext("volume", "%(number)s L") % {"number": number}


def months_table(months: Sequence[Month], volumes: Sequence[Volume]) -> dict[str, object]:
    """Return the columns and rows of totals that are no finer than a month."""
    if volumes:
        return {"columns": volume_columns(), "rows": [volume_row(volume) for volume in volumes]}
    rows = [
        {
            "month": date_format(month.first, "F Y"),
            "litres": litres_text(month.litres),
            "day": litres_text(month.litres / month.days_read),
            "read": _("%(read)d of %(days)d") % {"read": month.days_read, "days": month.days},
        }
        for month in months
    ]
    columns = [
        {"key": "month", "label": _("Month")},
        {"key": "litres", "label": _("Volume"), "numeric": True},
        {"key": "day", "label": _("By day"), "numeric": True},
        {"key": "read", "label": _("Days read"), "numeric": True},
    ]
    return {"columns": columns, "rows": rows}


def volume_columns() -> list[dict[str, object]]:
    """Return the columns of :func:`volume_row`."""
    return [
        {"key": "since", "label": _("Since")},
        {"key": "until", "label": _("Until")},
        {"key": "litres", "label": _("Volume"), "numeric": True},
        {"key": "day", "label": _("By day"), "numeric": True},
        {"key": "kind", "label": _("Index")},
    ]


def days_chart(shown: Sequence[Day], month: date) -> LineChart | None:
    """Return the curve of a month by day; the line stops where nothing was read."""
    values, before = [], None
    for day in shown:
        if day.litres is not None:
            values.append(
                Value(
                    date_format(day.day, "j M"),
                    day.litres,
                    note=_("in part estimated") if day.estimated else "",
                    apart=before is not None and (day.day - before).days > 1,
                )
            )
            before = day.day
    if not values:
        return None
    title = _("Litres a day in %(month)s") % {"month": date_format(month, "F Y")}
    return LineChart("days", title, values, unit="L", label_heading=_("Day"), value_heading=_("Volume"))


def months_chart(shown: Sequence[Month]) -> BarChart | None:
    """Return the months as mean litres a day, so that short months and gaps do not mislead."""
    if not shown:
        return None
    values = [
        Value(
            date_format(month.first, "F Y"),
            round(month.litres / month.days_read),
            note=""
            if month.is_whole
            else _("%(read)d days read of %(days)d") % {"read": month.days_read, "days": month.days},
        )
        for month in shown
    ]
    title = _("Mean litres a day by month")
    return BarChart("months", title, values, unit="L", label_heading=_("Month"), value_heading=_("Mean day"))


def hours_chart(shown: Day) -> LineChart | None:
    """Return the curve of a day by hour of the civil clock."""
    values: list[Value] = []
    last = -1
    for hour, litres in enumerate(shown.hours):
        if litres is not None:
            values.append(Value(f"{hour:02d}:00", litres, apart=bool(values) and hour > last + 1))
            last = hour
    if not values:
        return None
    title = _("Litres an hour on %(day)s") % {"day": date_format(shown.day, "DATE_FORMAT")}
    return LineChart("hours", title, values, unit="L", label_heading=_("Hour"), value_heading=_("Volume"))


def volume_row(volume: Volume) -> dict[str, object]:
    """Return the row of a table for a volume between two indexes."""
    length = (volume.last - volume.first).days + 1
    return {
        "since": date_format(volume.first, "DATE_FORMAT"),
        "until": date_format(volume.last, "DATE_FORMAT"),
        "litres": litres_text(volume.litres),
        "day": litres_text(volume.litres / length),
        "kind": _("estimated") if volume.estimated else _("read"),
    }


def spread_chart(quantiles: Quantiles, litres_a_day: float | None) -> BarChart:
    """Return how spread similar homes are, with one's own home as a line across."""
    values = [
        Value(
            _("%(share)d of 100 homes use less than") % {"share": round(100 * level)},
            litres,
        )
        for level, litres in zip(quantiles.levels, quantiles.litres, strict=True)
    ]
    mine = Threshold(round(litres_a_day), _("My home")) if litres_a_day is not None else None
    return BarChart(
        "spread",
        _("Litres a day of similar homes"),
        values,
        unit="L",
        threshold=mine,
        label_heading=_("Homes"),
        value_heading=_("Litres a day"),
    )


def variable_words(name: str, value: str) -> str:
    """Return one of the things that similar homes share, in words: ``members``, ``3``."""
    if name == "members":
        return _("%(count)s people") % {"count": value} if value != "1" else _("one person")
    words = {
        ("dwelling", "flat"): _("a flat"),
        ("dwelling", "house"): _("a house"),
        ("garden", "yes"): _("a garden that is watered"),
        ("garden", "no"): _("no garden that is watered"),
        ("pool", "yes"): _("a pool"),
        ("pool", "no"): _("no pool"),
    }
    return words.get((name, value), f"{name} {value}")


def variable_name(name: str) -> str:
    """Return the name of one of the things that homes are compared by."""
    return {
        "members": _("the number of people"),
        "dwelling": _("the kind of home"),
        "garden": _("the garden"),
        "pool": _("the pool"),
    }.get(name, name)
