"""Districts for agents and managers: totals, forecasts beside the trivial one, imports, droughts."""

import uuid
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow, may
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.forecast.drought import Alert
from bacasable.services.water_use.web import districts as reading
from bacasable.services.water_use.web import looking, maps, shown
from bacasable.services.water_use.web.actions import droughts, forecasts, imports
from bacasable.services.water_use.web.desk_forms import DroughtForm, ReadingsForm
from bacasable.services.water_use.web.models import STATES, ReadingImport
from bacasable.services.water_use.web.views.entrance import closed
from bacasable.ui.charts import LineChart, Value
from bacasable.ui.saying import spoken

PER_PAGE = 20
_COLOURS = {"waiting": "yellow", "running": "blue", "done": "green", "failed": "red"}


@allow("water_use.districts")
@require_safe
@never_cache
def districts(request: HttpRequest) -> HttpResponse:
    """All districts: their last day, the age of readings, the error of forecasts, a map."""
    return _page(request)


@allow("water_use.districts")
@require_safe
@never_cache
def district(request: HttpRequest, name: str) -> HttpResponse:
    """One district: totals by day, and the week ahead beside the trivial forecast."""
    try:
        found = next((one for one in reading.last_days() if one.name == name), None)
    except Refused as refused:
        return closed(request, refused)
    if found is None:
        return redirect("water_use:districts")
    forecast = _forecasts().get(name)
    context = {
        "district": found,
        "chart": _days_chart(found),
        "forecast": forecast,
        "forecast_chart": _forecast_chart(forecast) if forecast else None,
        "forecast_columns": [
            {"key": "day", "label": _("Day")},
            {"key": "litres", "label": _("Forecast"), "numeric": True},
            {"key": "baseline", "label": _("Trivial forecast"), "numeric": True},
        ],
        "forecast_rows": _forecast_rows(forecast) if forecast else [],
        "errors": _errors(forecast) if forecast else [],
        "drought": droughts.told(name),
    }
    return render(request, "water_use/district.html", context)


@allow("water_use.manage")
@require_POST
def drought(request: HttpRequest) -> HttpResponse:
    """Write what the prefect decided for a district, or that it is lifted."""
    by = cast(User, request.user)
    if request.POST.get("lift"):
        droughts.lift(district=request.POST["lift"], on=looking.today(), by=by)
        messages.success(request, _("The alert is lifted."))
        return redirect("water_use:districts")
    form = DroughtForm(request.POST, districts=reading.names())
    if form.is_valid():
        try:
            droughts.write(alert=Alert(**form.cleaned_data), by=by)
        except Refused as refused:
            form.add_error("last", spoken(refused.said))
        else:
            messages.success(request, _("The alert is written: all homes of the district read it."))
            return redirect("water_use:districts")
    return _page(request, form)


@allow("water_use.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def readings(request: HttpRequest) -> HttpResponse:
    """Imports of readings, the last first, and a file to import."""
    form = ReadingsForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = imports.ask(
                name=file.name,
                content=file.chunks(),
                mapping=form.cleaned_data["mapping"].read(imports.MOST_MAPPING + 1),
                by=cast(User, request.user),
            )
        except Refused as refused:
            form.add_error("file", spoken(refused.said))
        else:
            return redirect("water_use:import", made.public_id)
    page = Paginator(ReadingImport.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": [_import_row(one) for one in page]}
    context["columns"] = [
        {"key": "asked", "label": _("Asked")},
        {"key": "state", "label": _("State")},
        {"key": "read", "label": _("Lines"), "numeric": True},
        {"key": "left_out", "label": _("Left out"), "numeric": True},
    ]
    return render(request, "water_use/imports.html", context, status=422 if form.errors else 200)


@allow("water_use.manage")
@require_safe
@never_cache
def import_report(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What became of a file, with the lines that were not simply used."""
    found = get_object_or_404(ReadingImport, public_id=public_id)
    report = found.report
    facts = [
        {"key": label, "value": report[key]}
        for key, label in (
            ("lines_read", _("Lines read")),
            ("used", _("Used")),
            ("left_out", _("Left out")),
            ("meters", _("Meters")),
            ("first", _("First reading")),
            ("last", _("Last reading")),
            ("new", _("New days")),
            ("changed", _("Changed days")),
        )
        if report.get(key) not in (None, "")
    ]
    context = {
        "import": found,
        "state": _(dict(STATES)[found.state]),
        "colour": _COLOURS[found.state],
        "is_over": found.state in ("done", "failed"),
        "facts": facts,
        "counts": [
            {"key": _verdict(word), "value": count} for word, count in report.get("counts", {}).items()
        ],
        "lines": report.get("lines", ()),
        "columns": [{"key": "line", "label": _("Line")}, {"key": "reason", "label": _("Reason")}],
        "rejects": [{"line": line, "reason": _verdict(word)} for line, word in found.rejects],
    }
    return render(request, "water_use/import.html", context)


def _page(request: HttpRequest, form: DroughtForm | None = None) -> HttpResponse:
    try:
        found = reading.last_days()
        drawn = maps.drawn()
    except Refused as refused:
        return closed(request, refused)
    forecasts_of = _forecasts()
    is_manager = may(request.user, "water_use.manage")
    context: dict[str, Any] = {
        "map": drawn,
        "columns": [
            {"key": "name", "label": _("District")},
            {"key": "litres", "label": _("Volume of the last day"), "numeric": True},
            {"key": "meters", "label": _("Meters read"), "numeric": True},
            {"key": "last", "label": _("Last day read")},
            {"key": "estimated", "label": _("Days in part estimated"), "numeric": True},
            {"key": "error", "label": _("Past error of what is served"), "numeric": True},
            {"key": "drought", "label": _("Drought")},
        ],
        "rows": [_row(one, forecasts_of.get(one.name)) for one in found],
        "may_manage": is_manager,
        "alerts": [one for one in droughts.alerts() if one.last is None or one.last >= looking.today()],
        "form": form,
    }
    if is_manager and form is None:
        context["form"] = DroughtForm(
            districts=[one.name for one in found], initial={"first": looking.today()}
        )
    bad = form is not None and bool(form.errors)
    return render(request, "water_use/districts.html", context, status=422 if bad else 200)


def _row(one: reading.District, forecast: dict[str, Any] | None) -> dict[str, object]:
    told = droughts.told(one.name)
    last = one.days[-1] if one.days else None
    return {
        "href": f"{quote(one.name)}/",
        "name": one.name,
        "litres": shown.litres_text(last[1]) if last else _("fewer than eleven meters"),
        "meters": last[2] if last else "",
        "last": date_format(last[0], "DATE_FORMAT") if last else "",
        "estimated": _percent(100 * one.estimated_share) if last else "",
        "error": _percent(_served(forecast)) if forecast else "",
        "drought": {"badge": told.level, "colour": "orange"} if told else "",
    }


def _forecasts() -> dict[str, dict[str, Any]]:
    made = forecasts.last()
    if made is None:
        return {}
    weather = made.figures.get("weather", "none")
    return {one["district"]: {**one, "weather": weather} for one in made.figures.get("forecasts", ())}


def _served(forecast: dict[str, Any]) -> float | None:
    value: float | None = forecast["past_mape" if forecast["used"] == "model" else "past_baseline_mape"]
    return value


def _percent(value: float | None) -> str:
    if value is None:
        return _("not known yet")
    return _("%(percent)s %%") % {"percent": number_format(value, decimal_pos=1, use_l10n=True)}


def _errors(forecast: dict[str, Any]) -> list[dict[str, str]]:
    used = _("the model") if forecast["used"] == "model" else _("the trivial forecast")
    words = {"used": _("observed and forecast, from the file"), "none": _("none: the calendar alone")}
    weather = forecast["weather"]
    return [
        {"key": _("What is served"), "value": used},
        {"key": _("Weather"), "value": words.get(weather, weather)},
        {"key": _("Error of the model on the weeks before"), "value": _percent(forecast["past_mape"])},
        {
            "key": _("Error of the trivial forecast on the same weeks"),
            "value": _percent(forecast["past_baseline_mape"]),
        },
    ]


def _forecast_rows(forecast: dict[str, Any]) -> list[dict[str, str]]:
    start = datetime.fromisoformat(forecast["start"])
    rows = []
    for day in range(7):
        inside = slice(24 * day, 24 * day + 24)
        rows.append(
            {
                "day": date_format(start.date() + timedelta(days=day), "DATE_FORMAT"),
                "litres": shown.litres_text(sum(forecast["litres"][inside])),
                "baseline": shown.litres_text(sum(forecast["baseline_litres"][inside])),
            }
        )
    return rows


def _forecast_chart(forecast: dict[str, Any]) -> LineChart:
    start = datetime.fromisoformat(forecast["start"])
    served = forecast["litres" if forecast["used"] == "model" else "baseline_litres"]
    values = [
        Value(
            date_format(start.date() + timedelta(days=hour // 24), "j M") + f" {hour % 24:02d}:00",
            litres,
            note=_("trivial: %(litres)s") % {"litres": shown.litres_text(trivial)},
        )
        for hour, (litres, trivial) in enumerate(zip(served, forecast["baseline_litres"], strict=True))
    ]
    return LineChart(
        "forecast",
        _("Litres an hour, seven days ahead"),
        values,
        unit="L",
        label_heading=_("Hour"),
        value_heading=_("Forecast"),
        note_heading=_("Beside"),
    )


def _days_chart(found: reading.District) -> LineChart | None:
    if not found.days:
        return None
    values = [Value(date_format(day, "j M"), litres) for day, litres, _meters in found.days]
    return LineChart(
        "days", _("Litres a day"), values, unit="L", label_heading=_("Day"), value_heading=_("Volume")
    )


def _import_row(one: ReadingImport) -> dict[str, object]:
    return {
        "href": f"{one.public_id}/",
        "asked": date_format(one.asked_at, "DATETIME_FORMAT"),
        "state": {"badge": _(dict(STATES)[one.state]), "colour": _COLOURS[one.state]},
        "read": one.report.get("lines_read", ""),
        "left_out": one.report.get("left_out", ""),
    }


def _verdict(word: str) -> str:
    """Return the reason of a line in words: those of the engine's report."""
    from bacasable.services.water_use.engine.readings import Verdict
    from bacasable.services.water_use.engine.readings.report import SENTENCES

    sentence = SENTENCES.get(Verdict[word.upper()])
    return _(sentence) if sentence else _("used")
