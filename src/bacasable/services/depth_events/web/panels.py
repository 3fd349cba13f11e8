"""The information panel of a station (GDPR art. 13): one content, as a page and as a PDF to hang.

It is made from the declaration and from what the station is configured to do: what it says cannot drift from
what runs. ``legal_lines`` are those that an edge needs before intervention starts.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bacasable.compliance import clock, notices
from bacasable.compliance.exports.installation import context_of
from bacasable.exchange import documents
from bacasable.people import instance
from bacasable.services.depth_events.processing import PROCESSING
from bacasable.services.depth_events.processing.purposes import INCIDENT, STATISTIC
from bacasable.services.depth_events.web import register, shown
from bacasable.services.depth_events.web.models import Station

_TEMPLATE = Path(__file__).with_name("panel.typ")


@dataclass(frozen=True)
class Panel:
    """What hangs on the wall: a few large words, then the lines of the notice."""

    title: str
    station: str
    issuer: str
    language: str
    lead: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    address: str
    foot: str

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON types, for the template."""
        return {
            **vars(self),
            "lead": list(self.lead),
            "sections": [{"title": title, "lines": list(lines)} for title, lines in self.sections],
            "page_of": "{page} / {pages}",
        }


def panel_of(station: Station) -> Panel:
    """Return the panel of a station, as it is today."""
    told = instance.configuration()
    context = context_of(None, told, language=get_language() or "fr", translate=_)
    notice = notices.notice(PROCESSING, (INCIDENT, STATISTIC), context)
    sensors = list(station.sensors.all())
    lead = [_(PROCESSING.ai_act.notice_to_persons), *_modes(station)]
    if station.is_simulated:
        lead.insert(0, _("Simulated station: no sensor, nobody."))
    address = told.public_url.rstrip("/") + reverse("depth_events:station", args=[station.key])
    lines = register.lines()
    filmed = [
        _("%(sensor)s: filmed too by %(by)s. What is counted there is not called anonymous.") % row
        for row in shown.filmed_rows(sensors, lines)
    ]
    ways = [_("%(title)s: %(words)s") % way for way in shown.routes(station)]
    sections = [
        (_("Where cameras film too"), tuple(filmed) or (_("Nowhere that we know of."),)),
        (_("To pass without a sensor"), tuple(ways) or (_("There is no such way here."),)),
        (_("To object"), (_objecting(station),)),
        *(line for line in notice.lines if line[0] != _("What is required")),
    ]
    return Panel(
        title=_("Sensors measure distances here"),
        station=station.title,
        issuer=told.office_name,
        language=get_language() or "fr",
        lead=tuple(lead),
        sections=tuple((title, tuple(lines)) for title, lines in sections),
        address=address,
        foot=_("Panel of %(day)s") % {"day": date_format(register.today())},
    )


def panel_pdf(station: Station) -> bytes:
    """Return the panel as a tagged PDF (PDF/UA-1).

    Raises:
        NotRendered: the template does not compile.
    """
    return documents.render(_TEMPLATE, panel_of(station).as_data(), made_at=clock.now())


def legal_lines(station: Station) -> str:
    """Return the ``[legal]`` section of the station's edge: without it intervention does not start."""
    made_on = station.panel_generated_on
    lines = [
        "[legal]",
        f"objection_set_aside_by = {_toml(station.objection_set_aside_by)}",
        f"objection_means = {_toml(station.objection_means)}",
        *([f"panel_generated_on = {made_on.isoformat()}"] if made_on else []),
    ]
    return "\n".join(lines) + "\n"


def missing(station: Station) -> list[str]:
    """Return what is missing before intervention may start at a station; nothing where it may."""
    lacks = []
    if not (station.objection_set_aside_by or station.objection_means):
        lacks.append(_("neither a text that sets objection aside, nor means to object that work"))
    if station.panel_generated_on is None:
        lacks.append(_("the information panel was not generated"))
    return lacks


def _modes(station: Station) -> list[str]:
    modes = {sensor.mode for sensor in station.sensors.all()}
    words = {
        "statistics": _("Some count how many people pass or stay, and raise no alert."),
        "intervention": _("Some alert an operator, who looks before anybody is sent."),
    }
    return [words[mode] for mode in sorted(modes)]


def _objecting(station: Station) -> str:
    if station.objection_set_aside_by:
        return _("The right to object is set aside by: %(text)s.") % {"text": station.objection_set_aside_by}
    return station.objection_means or _("Write to the data protection officer.")


def _toml(text: str) -> str:
    """Return a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else " " for sign in escaped) + '"'
