"""The history of statistics: one measure of one place over days, and what it may be called."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bacasable.compliance import clock
from bacasable.people.permissions import allow
from bacasable.services.depth_events.processing.labels import WORDS
from bacasable.services.depth_events.web import connecting, register, shown
from bacasable.services.depth_events.web.forms import HistoryForm
from bacasable.services.depth_events.web.models import MEASURES, Sensor, Statistic
from bacasable.ui.charts import LineChart, Value

#: Rows of the table, the newest first; values of the chart.
MOST_ROWS, MOST_DRAWN = 200, 400


@allow("depth_events.statistics")
@require_safe
@never_cache
def history(request: HttpRequest) -> HttpResponse:
    """What was counted at a place: a curve, a table, and how many values too few people hide."""
    sensors = list(Sensor.objects.select_related("station").prefetch_related("zones").order_by("pk"))
    places = _places(sensors)
    form = HistoryForm(request.GET or None, places=[(key, title) for key, (_s, _z, title) in places.items()])
    asked = form.cleaned_data if request.GET and form.is_valid() else None
    context: dict[str, Any] = {"form": form, "places": bool(places)}
    if asked:
        sensor, zone, title = places[asked["place"]]
        context |= _told(sensor, zone, title, asked["measure"], asked["days"])
    return render(
        request,
        "depth_events/board/statistics.html",
        context,
        status=422 if request.GET and not asked else 200,
    )


def _places(sensors: list[Sensor]) -> dict[str, tuple[Sensor, str, str]]:
    """Return what was counted, by sensor and zone or line."""
    by_pk = {sensor.pk: sensor for sensor in sensors}
    told = Statistic.objects.order_by("sensor_id", "zone").values_list("sensor_id", "zone").distinct()
    found = {}
    for sensor_id, zone in told:
        sensor = by_pk[sensor_id]
        titles = {one.key: one.title for one in sensor.zones.all()}
        where = titles.get(zone, zone) if zone else _("all that the sensor sees")
        found[f"{sensor.pk}:{zone}"] = (sensor, zone, f"{sensor.station.title}, {sensor.title}, {where}")
    return found


def _told(sensor: Sensor, zone: str, title: str, measure: str, days: int) -> dict[str, Any]:
    minimum = connecting.settings().statistics_minimum
    since = clock.now() - timedelta(days=days)
    rows = list(
        Statistic.objects.filter(sensor=sensor, zone=zone, measure=measure, from_at__gte=since).order_by(
            "from_at"
        )
    )
    hidden = [row for row in rows if _hides(row, minimum)]
    name = _(dict(MEASURES)[measure]).capitalize()
    label = register.label_of(
        sensor,
        zone=zone,
        mode="statistics",
        first=since.astimezone(clock.zone()).date(),
        last=register.today(),
    )
    return {
        "station": sensor.station,
        "title": f"{name} – {title}",
        "label": shown.label_badge(label),
        "label_words": _(WORDS[label]),
        "chart": _chart(rows, minimum, name),
        "told": len(rows) - len(hidden),
        "hidden": len(hidden),
        "minimum": max([minimum, *(row.minimum for row in rows)]),
        "columns": [
            {"key": "from", "label": _("From")},
            {"key": "to", "label": _("Until")},
            {"key": "value", "label": name, "numeric": True},
        ],
        "rows": [
            {
                "from": _when(row.from_at),
                "to": _when(row.to_at),
                "value": _("too few people") if _hides(row, minimum) else number_format(row.value or 0, 1),
            }
            for row in rows[::-1][:MOST_ROWS]
        ],
    }


def _hides(row: Statistic, minimum: int) -> bool:
    """Return whether too few people were there: the edge said so, or asks for fewer than this portal does."""
    return row.is_suppressed or row.value is None or row.minimum < minimum


def _chart(rows: list[Statistic], minimum: int, name: str) -> LineChart | None:
    values = []
    before = None
    for row in rows[-MOST_DRAWN:]:
        if _hides(row, minimum):
            continue
        values.append(Value(_when(row.from_at), float(row.value or 0), apart=before != row.from_at))
        before = row.to_at
    if not values:
        return None
    return LineChart("statistics", name, values, label_heading=_("From"), value_heading=name, decimals=1)


def _when(at: Any) -> str:
    return date_format(at.astimezone(clock.zone()), "SHORT_DATETIME_FORMAT")
